"""The published site, every page of it: run after a build, as `.ci/run` does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from analysis.paths import SITE

from .page_in_browser import RULES_OF_COLOR, WIDTHS, Visit

PAGES = sorted(SITE.glob("*.html"))
MOST_BYTES = 1_000_000
MOST_CLICKS = 3
THEMED_WIDTHS = (360, 1280)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not PAGES, reason="the site is not built: make reports"),
]


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_a_page_is_quiet_small_cut_nowhere_and_open_to_everyone(browser: Any, file: Path) -> None:
    assert file.stat().st_size < MOST_BYTES
    with Visit(browser, file) as visit:
        for width in WIDTHS:
            assert visit.too_wide(width) == []
            assert visit.broken_dates(width) == []
        assert visit.too_wide_for_paper() == []
        assert visit.small_letters() == []
        assert visit.lost_letters() == []
        sizes = {width: visit.sizes(width) for width in THEMED_WIDTHS}
        assert visit.barriers() == []
        assert visit.half_empty_sheets() == []
        assert visit.said == []
        assert visit.asked_elsewhere == set()
    with Visit(browser, file, "dark") as visit:
        # A theme is nothing but colors, and on screens only: what is said of room holds for both
        # where everything has the same size, and paper has no theme.
        for width, expected in sizes.items():
            assert visit.too_wide(width) == []
            assert visit.sizes(width) == expected
        assert visit.lost_letters() == []
        assert visit.barriers(RULES_OF_COLOR) == []
        assert visit.said == []
        assert visit.asked_elsewhere == set()


class Question(NamedTuple):
    """A newcomer's question: what is clicked from the front page on, and words of the answer."""

    asked: str
    clicks: tuple[str, ...]
    answer: str


QUESTIONS = [
    Question("Does it pay?", (), r"buying a GPU server to rent it out pays without debt"),
    Question(
        "What was the rent of an H100, and who says so?",
        ("How do rents of AI compute fall, and rise?", "And since summer 2026?"),
        r"USD per GPU-hour[\s\S]*Source",
    ),
    Question(
        "What happens to my server when half of the hours are sold?",
        ("Half of the hours find a customer",),
        r"does not pay",
    ),
    Question("Where is the CSV?", ("Data",), r"rent_quotes_usd\.csv"),
    Question("What does DSCR mean?", ("Terms",), r"(?i)debt service cover"),
    Question("What changed since last month?", (), r"What changed lately[\s\S]*Cause"),
    Question("Is it a bubble?", ("Is it a bubble?",), r"signs of a bubble|no signs|mixed signs"),
    Question("Who stands behind a figure?", ("Sources",), r"What was taken"),
    Question("What if my rent is another?", ("Calculator",), r"Move these first"),
    Question("Has it in Chinese?", ("中文",), r"出租算力赚钱吗"),
    Question(
        "What did contracts of a year do since the low?",
        ("How much does a rent depend on its terms, and on who measures it?",),
        r"by \d+% \(contracts of one year",
    ),
    Question(
        "What does an H200 cost by its terms?",
        ("H200, by list, contract and transaction", "What does a commitment save?"),
        r"H200[\s\S]*price on demand a commitment saves",
    ),
    Question(
        "And what is asked in China?",
        ("How do rents of AI compute fall, and rise?", "And in China?"),
        r"CNY per server-month",
    ),
    Question(
        "How fast may rent fall before debt is not served?",
        ("Half of the hours find a customer", "How fast may rent fall?"),
        r"(?i)decline[\s\S]*equity NPV",
    ),
    Question(
        "Do others make money with it?",
        ("Do operators that rent out compute earn what their servers cost?",),
        r"made a profit in their newest period",
    ),
    Question(
        "What does interest take from operators abroad?",
        (
            "Do operators that rent out compute earn what their servers cost?",
            "And abroad: what does interest take?",
        ),
        r"CoreWeave[\s\S]*interest",
    ),
    Question(
        "Which printed figures are wrong?",
        ("Which of the printed figures hold?",),
        r"\d+ do not hold",
    ),
    Question(
        "Who spends most of its revenue on compute?",
        ("Who spends how much of its revenue on compute?",),
        r"Oracle[\s\S]*%",
    ),
    Question(
        "What became of those who entered?",
        ("Who entered the rental market, on what terms, and what became of it?",),
        r"\d+ listed companies in China had begun to rent out",
    ),
    Question("How is a figure worked out?", ("Method",), r"project NPV at 10 %"),
]
DOWNLOADS = {
    "The model as a workbook": (
        "As a broker's table of April 2025 assumes, rent flat for five years",
        "Workbook with live formulas (Excel)",
    ),
    "The rents of the first picture": (
        "How do rents of AI compute fall, and rise?",
        "Data (CSV)",
    ),
    "How do I cite it?": ("Is it a bubble?", "Citation (BibTeX)"),
}
"""What a newcomer takes away, and the clicks to it from the front page on; the last is the file."""


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.asked)
def test_a_newcomer_finds_the_answer_by_clicks(browser: Any, question: Question) -> None:
    page = browser.new_page()
    page.goto((SITE / "index.html").as_uri())
    for text in question.clicks:
        page.get_by_role("link", name=text, exact=True).first.click()
        page.wait_for_load_state()
    assert len(question.clicks) <= MOST_CLICKS
    assert re.search(question.answer, page.inner_text("body")), page.url
    page.close()


@pytest.mark.parametrize("asked", DOWNLOADS)
def test_a_newcomer_takes_away_a_file_within_three_clicks(browser: Any, asked: str) -> None:
    *clicks, last = DOWNLOADS[asked]
    page = browser.new_page()
    page.goto((SITE / "index.html").as_uri())
    for text in clicks:
        page.get_by_role("link", name=text, exact=True).first.click()
        page.wait_for_load_state()
    link = page.get_by_role("link", name=last).first
    file = page.evaluate(
        "address => new URL(address, location.href).pathname", link.get_attribute("href")
    )
    assert len(DOWNLOADS[asked]) <= MOST_CLICKS
    assert Path(file).stat().st_size > 0
    page.close()
