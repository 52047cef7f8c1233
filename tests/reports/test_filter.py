"""The search field and drop-downs above a long table, in a page that runs nothing else."""

import re

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from analysis.figures.table import table_html
from analysis.reports.notebook.parameter_cell import read_declaration
from analysis.reports.page.html import Imprint, Scenario, report_page
from analysis.reports.page.page_checks import page_faults
from analysis.revision import Revision

CLAIMS = pd.DataFrame(
    {"verdict": ["holds", "fails", "holds"], "what": ["rent of 2024", "rent of 2025", "price"]},
    index=pd.Index(["a-1", "a-2", "b-1"], name="claim"),
)


def page_with(table, language="en"):
    shown = nbformat.v4.new_output("display_data", {"text/html": table, "text/plain": "table"})
    title = nbformat.v4.new_markdown_cell("# Which hold?")
    cell = nbformat.v4.new_code_cell("show()", outputs=[shown])
    return report_page(
        nbformat.v4.new_notebook(cells=[title, cell]),
        name="x",
        title="X",
        language=language,
        scenarios=[Scenario("x", "X")],
        declaration=read_declaration("a: int = 1  # first", file="x.py"),
        parameters={},
        imprint=Imprint(Revision("abc123", 1_700_000_000, is_changed=False), "MIT"),
    )


def ledger(**options):
    return table_html(CLAIMS, name="claims", caption="All claims.", source="a test.", **options)


def test_only_a_page_that_asks_for_it_may_run_the_script():
    plain = BeautifulSoup(page_with(ledger()), "html.parser")
    assert len(plain.find_all("script")) == 1  # the one of every page
    filtered = page_with(ledger(filters=["verdict"]))
    assert page_faults(filtered) == []
    soup = BeautifulSoup(filtered, "html.parser")
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert re.search(r"; script-src( 'sha256-[A-Za-z0-9+/]{43}='){2}$", policy)
    assert len(soup.find_all("script")) == 2


@pytest.mark.browser
def test_words_and_choices_leave_the_rows_that_match(browser, tmp_path):
    file = tmp_path / "x.html"
    file.write_text(page_with(ledger(filters=["verdict"])), encoding="utf-8")
    page = browser.new_page(viewport={"width": 390, "height": 800})
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.as_uri())

    def shown():
        return page.locator("tbody tr:visible th").all_inner_texts()

    assert shown() == ["a-1", "a-2", "b-1"]
    page.get_by_label("Search").fill("2024 RENT")
    assert shown() == ["a-1"]
    page.get_by_label("Search").fill("rent")
    page.get_by_label("verdict").select_option("fails")
    assert shown() == ["a-2"]
    assert page.locator("output").inner_text() == "1 / 3 rows"
    page.get_by_label("Search").fill("price")
    assert shown() == []
    assert said == []
    page.close()
