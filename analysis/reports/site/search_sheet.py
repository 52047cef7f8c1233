"""A search over pages, sections, figures, numbers, terms and sources that needs no server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from html import escape, unescape
from typing import Final, NamedTuple

from analysis import data
from analysis.data.package import read_package
from analysis.reports.site.glossary_sheet import terms
from analysis.reports.site.sheet import Published, Sheet, linked

_MARKUP: Final = re.compile(r"<[^>]+>")
_HEADING: Final = re.compile(r'<h[23] id="(?P<id>[^"]+)">(?P<text>.*?)</h[23]>', re.DOTALL)
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


def entries(reports: Sequence[Published]) -> Iterator[Entry]:
    """Yield all that can be found."""
    for report in reports:
        address, where = f"{report.name}.html", report.title
        yield Entry("page", f"{report.question}: {report.title}. {report.headline}", "", address)
        for found in _HEADING.finditer(report.page):
            yield Entry("section", _plain(found["text"]), where, f"{address}#{found['id']}")
        for found in _FIGURE.finditer(report.page):
            kind = "table" if found["tag"] == "caption" else "figure"
            yield Entry(kind, _plain(found["text"]), where, f"{address}#{found['id']}")
        for name, value in report.results.get("results", {}).items():
            shown = json.dumps(value, ensure_ascii=False)[:80]
            text = f"{name.replace('_', ' ')} = {shown}"
            yield Entry("number", text, where, f"{address}#number-{name.replace('_', '-')}")
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
    rows = [list(entry) for entry in entries(reports)]
    index = escape(json.dumps(rows, ensure_ascii=False, separators=(",", ":")))
    return Sheet(
        title,
        lead.format(count=f"{len(rows):,}"),
        f'<div data-search="{index}"><p>{without.format(lists=links)}</p></div>',
    )
