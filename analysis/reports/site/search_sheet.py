"""A search over pages, sections, figures, numbers, terms and sources that needs no server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from html import escape, unescape
from typing import Final, NamedTuple

from analysis import data
from analysis.data.package import read_package
from analysis.figures.language import TWIN_LANGUAGE, TWIN_SUFFIX
from analysis.reports.site.glossary_sheet import terms
from analysis.reports.site.sheet import Published, Sheet, linked
from analysis.reports.translation.message_catalogs import Translator
from analysis.reports.translation.twin import translated_text, twin_of

_MARKUP: Final = re.compile(r"<[^>]+>")
_HEADING: Final = re.compile(r'<h[23] id="(?P<id>[^"]+)">(?P<text>.*?)</h[23]>', re.DOTALL)
_TITLE: Final = re.compile(r"<title>(?P<text>[^<]*)</title>")
_DESCRIPTION: Final = re.compile(r'<meta name="description" content="(?P<text>[^"]*)"')
_FIGURE: Final = re.compile(
    r'<figure class="(?:picture|table)" id="(?P<id>[^"]+)".*?'
    r"<(?P<tag>figcaption|caption)[^>]*>(?P<text>.*?)</(?P=tag)>",
    re.DOTALL,
)


class Entry(NamedTuple):
    """Something that can be found: what kind it is, its words, where it stands and its address."""

    kind: str
    text: str
    where: str
    address: str


def _plain(html: str) -> str:
    return " ".join(unescape(_MARKUP.sub(" ", html)).split())


def entries(reports: Sequence[Published], language: str) -> Iterator[Entry]:
    """Yield all that can be found by a reader of a language."""
    yield from _of_chinese(reports) if language == TWIN_LANGUAGE else _of_english(reports)


def _of_english(reports: Sequence[Published]) -> Iterator[Entry]:
    for report in (report for report in reports if report.language == "en"):
        address, where = f"{report.name}.html", report.title
        yield Entry("page", f"{report.question}: {report.title}. {report.headline}", "", address)
        yield from _within(report.page, address, where)
        yield from _numbers(report, address, where)
    for term in terms():
        text = f"{term.en} · {term.zh}: {term.means} {term.zh_means}"
        yield Entry("term", text, "Glossary", f"glossary.html#term-{term.id}")
    for row in data.sources().reset_index().to_dict("records"):
        text = f"{row['source_id']}: {row['title']}, {row['publisher']}"
        yield Entry("source", text, "Sources", f"sources.html#source-{row['source_id']}")
    for resource in read_package().resources:
        text = f"{resource.name}, CSV and Parquet: {resource.title}. {resource.description}"
        yield Entry("data", text, "Data", f"data.html#table-{resource.name}")
    yield Entry("page", "Calculator: move the assumptions yourself", "", "calculator.html")
    yield Entry("page", "Which numbers moved, and why: what changed lately", "", "changes.html")


def _of_chinese(reports: Sequence[Published]) -> Iterator[Entry]:
    """Yield what the pages in Chinese hold, by their own words."""
    suffix = TWIN_SUFFIX if any(report.twin for report in reports) else ""
    for report in reports:
        is_chinese = report.language == TWIN_LANGUAGE
        page = report.page if is_chinese else report.twin
        if not page:
            continue
        address = f"{report.name if is_chinese else twin_of(report.name)}.html"
        title = _first(_TITLE, page)
        yield Entry("page", f"{title}。{_first(_DESCRIPTION, page)}", "", address)
        yield from _within(page, address, title)
        yield from _numbers(report, address, title)
    for term in terms():
        text = f"{term.zh} · {term.en}：{term.zh_means}"
        yield Entry("term", text, "术语表", f"glossary-zh.html#term-{term.id}")
    for row in data.sources().reset_index().to_dict("records"):
        text = f"{row['source_id']}：{row['title']}，{row['publisher']}"
        yield Entry("source", text, "来源", f"sources{suffix}.html#source-{row['source_id']}")
    translator = Translator("data")
    for resource in read_package().resources:
        told = [
            translated_text(text, translator) for text in (resource.title, resource.description)
        ]
        text = f"{resource.name}（CSV、Parquet）：{'。'.join(told)}"
        yield Entry("data", text, "数据", f"data{suffix}.html#table-{resource.name}")
    if suffix:
        translator.refuse_missing(f"search{TWIN_SUFFIX}")
    yield Entry("page", "计算器：自己改改假设", "", f"calculator{suffix}.html")
    yield Entry("page", "哪些数字变了、为什么变：最近的变化", "", f"changes{suffix}.html")


def _first(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    return _plain(found["text"]) if found else ""


def _within(page: str, address: str, where: str) -> Iterator[Entry]:
    """Yield the sections, figures and tables of a page."""
    for found in _HEADING.finditer(page):
        yield Entry("section", _plain(found["text"]), where, f"{address}#{found['id']}")
    for found in _FIGURE.finditer(page):
        kind = "table" if found["tag"] == "caption" else "figure"
        yield Entry(kind, _plain(found["text"]), where, f"{address}#{found['id']}")


def _numbers(report: Published, address: str, where: str) -> Iterator[Entry]:
    """Yield a report's headline numbers, by the names that they have on the page, too."""
    for name, value in report.results.get("results", {}).items():
        shown = json.dumps(value, ensure_ascii=False)[:80]
        text = f"{name.replace('_', ' ')} = {shown}"
        yield Entry("number", text, where, f"{address}#number-{name.replace('_', '-')}")


_WORDS: Final = {
    "en": (
        "Search · 搜索",
        "Pages, sections, figures, numbers, terms, sources: {count} entries, searched right here.",
        "The search needs JavaScript. The lists of {lists} do not.",
        ("sources", "data", "terms"),
    ),
    "zh-CN": (
        "搜索",
        "页面、章节、图表、数字、术语和来源，共 {count} 条，只在您自己的电脑上搜索。",
        "搜索需要 JavaScript；{lists}的列表不需要。",
        ("来源", "数据", "术语"),
    ),
}
_LISTS: Final = ("sources.html", "data.html", "glossary.html")


def search_sheet(reports: Sequence[Published], language: str) -> Sheet:
    """Return the page of the search, its entries within it, so that it works from a disk."""
    title, lead, without, lists = _WORDS[language]
    links = ", ".join(linked(page, text) for page, text in zip(_LISTS, lists, strict=True))
    rows = [list(entry) for entry in entries(reports, language)]
    index = escape(json.dumps(rows, ensure_ascii=False, separators=(",", ":")))
    return Sheet(
        title,
        lead.format(count=f"{len(rows):,}"),
        f'<div data-search="{index}"><p>{without.format(lists=links)}</p></div>',
    )
