"""The first sentence of every page: at most forty words and three figures, a date, and how sure."""

import calendar
import html
import json
import re

import pytest

from analysis.paths import RESULTS, SITE
from analysis.reports import load_results
from analysis.reports.build.manifest import read_manifest
from analysis.summary import page

DATE = re.compile(
    r"\b(?:19|20)\d\d-\d\d(?:-\d\d)?\b|\b(?:19|20)\d\d ?(?:Q\d|H\d)\b"
    rf"|\b(?:\d{{1,2}} )?(?:{'|'.join(calendar.month_name[1:])}) (?:19|20)\d\d\b"
    r"|(?:19|20)\d\d ?年(?:[一二三四上下][季半][度年])?(?: ?\d+ ?月)?(?: ?\d+ ?日)?"
    r"|(?<![\d.,])(?:19|20)\d\d(?![\d.,]*\d|%)"
)
NAME = re.compile(r"\b[A-Z]+\d+\b|\b8[- ](?:GPU|卡)")
FIGURE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
SURE = re.compile(r"\bsure\b|把握")
REPORTS = {report.name: report for report in read_manifest().reports}
PAGES = sorted(
    file for file in SITE.glob("*.html") if file.stem.removesuffix("-zh") in {*REPORTS, "index"}
)


def first_sentence(text: str) -> str:
    """Up to the first full stop, a colon and a semicolon are none."""
    return re.split(r"(?<=[.!?])\s+(?=[A-Z\d])|(?<=。)", text.replace("**", "").strip())[0]


def figures(sentence: str) -> list[str]:
    """Numbers that are neither part of a date nor of a name; a share and an amount count alike."""
    return FIGURE.findall(NAME.sub(" ", DATE.sub(" ", sentence)))


def n_words(sentence: str) -> float:
    """Words; a Chinese one has two characters on average."""
    han = len(re.findall(r"[\u4e00-\u9fff]", sentence))
    return han / 2 + len(re.findall(r"[A-Za-z0-9−-][^\s\u4e00-\u9fff]*", sentence))


def faults(text: str) -> list[str]:
    """What is wrong with the first sentence of a text."""
    first = first_sentence(text)
    found = []
    if n_words(first) > 40:
        found.append(f"{n_words(first):.0f} words: {first}")
    if len(figures(first)) > 3:
        found.append(f"figures {figures(first)}: {first}")
    if not DATE.search(first):
        found.append(f"no date: {first}")
    return found


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("In 2026Q2 five spent 37%, two 25% and one 1,044 bn.", ["37", "25", "1,044"]),
        ("H100 rents fell by 37% from 2024-02 to 2025-08.", ["37"]),
        ("At the rent of September 2026 an 8-GPU server of 2025-04-12 pays.", []),
        ("按 2026年9月的价格，净现值为 71万元，到 2025 年二季度下跌 2.5%。", ["71", "2.5"]),
        ("Of 2024 figures 2,029 hold.", ["2,029"]),
    ],
)
def test_what_counts_as_a_figure(sentence: str, told: list[str]) -> None:
    assert figures(sentence) == told


def test_a_sentence_that_breaks_the_rule_is_found() -> None:
    good = "In 2026Q2 it was 1 of 2, by 3%. Beside it 4, 5 and 6."
    assert faults(good) == []
    told = faults(good.replace(". Beside", "; beside"))
    assert [fault.split(":")[0] for fault in told] == ["figures ['1', '2', '3', '4', '5', '6']"]
    assert faults(good.replace("2026Q2", "all"))[0].startswith("no date")
    assert faults("In 2026 " + "so " * 40 + "it is.")[0].startswith("44 words")


@pytest.mark.parametrize("name", REPORTS)
def test_a_headline_can_be_repeated(name: str) -> None:
    assert faults(json.loads((RESULTS / f"{name}.json").read_text("utf-8"))["headline"]) == []


@pytest.mark.parametrize("language", page.LANGUAGES)
def test_no_line_of_the_summary_opens_with_more_than_three_figures(language: str) -> None:
    summary = page.Summary(language, load_results)
    sections = "\n".join(summary.sections())
    lines = [line for line in sections.splitlines() if line and not line.startswith("#")]
    told = [*summary.decisions()["answer"], *(line.lstrip("-* ") for line in lines)]
    many = [line for line in map(str, told) if len(figures(first_sentence(line))) > 3]
    assert many == []


@pytest.mark.skipif(not PAGES, reason="the site is not built: make reports")
@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_a_page_opens_with_a_sentence_that_can_be_repeated_and_says_how_sure(file) -> None:
    answer = re.search(r'<div class="answer">(.*?)</div>', file.read_text("utf-8"), re.DOTALL)
    assert answer is not None
    text = html.unescape(re.sub(r"<[^>]+>", "", answer[1])).strip()
    assert faults(text) == []
    assert SURE.search(text)
