"""The site around the reports: every link leads somewhere, every figure can be followed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from analysis import data
from analysis.reports.page.page_checks import page_faults
from analysis.reports.site.changes_sheet import change_row, sections
from analysis.reports.site.downloads import alone, citation, with_figure_links
from analysis.reports.site.glossary_sheet import terms
from analysis.reports.site.links import link_sources
from analysis.reports.site.sheet import Published
from analysis.revision import Revision

pytestmark = pytest.mark.notebook

SHEETS = ["calculator", "sources", "data", "glossary", "changes", "search"]
PAGES = ["index", "tiny", "tiny-low-rent", *SHEETS]
WIDTHS = [360, 768, 1280, 1440]
A4_WIDTH = 688
"""Pixels of a sheet of A4 between its margins of 14 mm."""

CUT = """() => [...document.querySelectorAll('.scroll, pre, figure, .formula, .answer')]
    .filter(box => box.offsetParent && box.scrollWidth > box.clientWidth + 1)
    .map(box => (box.closest('[id]')?.id ?? '') + ' ' + box.className + ' ' + box.scrollWidth)"""


def folder(site: Any) -> Path:
    return Path(site.root) / "reports" / "site"


def links_that_lead_nowhere(place: Path) -> list[str]:
    """Every link of a folder of pages within it whose file or whose anchor is not there."""
    pages = {
        file.name: BeautifulSoup(file.read_text(), "html.parser") for file in place.glob("*.html")
    }
    anchors = {name: {tag["id"] for tag in page.find_all(id=True)} for name, page in pages.items()}
    lost = []
    for name, page in pages.items():
        for link in page.find_all("a", href=True):
            parts = urlsplit(link["href"])
            if parts.scheme:
                assert parts.scheme in ("http", "https"), link
                continue
            target = unquote(parts.path) or name
            is_lost = not (place / target).is_file()
            if not is_lost and parts.fragment and target in anchors:
                is_lost = (
                    "=" not in parts.fragment and unquote(parts.fragment) not in anchors[target]
                )
            if is_lost:
                lost.append(f"{name}: {link['href']}")
    return lost


def test_every_link_leads_somewhere(site: Any) -> None:
    assert {f"{name}.html" for name in PAGES} == {file.name for file in folder(site).glob("*.html")}
    assert links_that_lead_nowhere(folder(site)) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="b.html">b</a><a href="#c">c</a><p id="d"></p>')
    assert links_that_lead_nowhere(tmp_path) == ["a.html: b.html", "a.html: #c"]


def test_a_second_build_of_everything_gives_the_same_bytes(site: Any) -> None:
    before = site.made()
    done = site.command("build", "--force")
    assert done.returncode == 0, done.stderr
    assert site.made() == before


@pytest.mark.parametrize("name", ["index", "glossary", "changes", "data", "sources", "search"])
def test_pages_have_no_faults(site: Any, name: str) -> None:
    assert page_faults((folder(site) / f"{name}.html").read_text()) == []


def test_each_source_has_a_row_and_each_table_its_files(site: Any) -> None:
    page = BeautifulSoup((folder(site) / "sources.html").read_text(), "html.parser")
    names = data.sources().index
    assert {row["id"] for row in page.find_all("tr", id=True)} == {f"source-{n}" for n in names}
    files = {file.name for file in (folder(site) / "files" / "data").iterdir()}
    for table in data.raw_files():
        assert table.name in files
        if table.suffix == ".csv":
            assert f"{table.stem}.parquet" in files
    package = json.loads((folder(site) / "files" / "data" / "datapackage.json").read_text())
    assert {resource["path"] for resource in package["resources"]} <= files


def test_each_headline_number_has_a_link_to_itself(site: Any) -> None:
    page = BeautifulSoup((folder(site) / "tiny.html").read_text(), "html.parser")
    results = json.loads(site.read("reports/results/tiny.json"))["results"]
    assert results
    for name in results:
        identity = f"number-{name.replace('_', '-')}"
        assert page.find(id=identity).find("a")["href"] == f"#{identity}"
    assert "python -m analysis build tiny" in page.get_text()


def test_each_figure_has_its_data_and_itself(site: Any) -> None:
    page = BeautifulSoup((folder(site) / "tiny.html").read_text(), "html.parser")
    figures = page.find_all("figure", id=lambda name: name and name.startswith(("fig-", "tab-")))
    own = [figure for figure in figures if figure.find(class_="take")]
    assert own
    for figure in own:
        links = [link["href"] for link in figure.find(class_="take").find_all("a")]
        assert f"files/tiny/{figure['id']}.csv" in links
        text = (folder(site) / "files" / "tiny" / f"{figure['id']}.csv").read_text()
        assert len(text.splitlines()) > 1
        if figure["id"].startswith("fig-"):
            drawing = (folder(site) / "files" / "tiny" / f"{figure['id']}.svg").read_text()
            assert drawing.startswith("<svg")
            assert "var(" not in drawing


def test_names_of_sources_become_links_where_they_name_one() -> None:
    names = {"sihan-2025", "fed-h10"}
    html = (
        "<p><code>sihan-2025</code> <code>other</code> sihan-2025</p>"
        '<a href="x"><code>fed-h10</code></a><td>fed-h10, sihan-2025</td><td>fed-h10, other</td>'
    )
    linked = BeautifulSoup(link_sources(html, names), "html.parser")
    found = [link["href"] for link in linked.find_all("a")]
    source = "sources.html#source-"
    assert found == [f"{source}sihan-2025", "x", f"{source}fed-h10", f"{source}sihan-2025"]
    assert linked.get_text() == BeautifulSoup(html, "html.parser").get_text()


def test_the_changelog_is_read_whole() -> None:
    (section,) = sections(
        "# C\n\nWords.\n\n## 2\nWhat\nmoved.\n\n| report | number | old | new | cause |\n"
        "|---|---|---|---|---|\n| a | n | 1 | 2 | why |\n| b, c | n | 1 | 2 | why |\n"
    )
    assert section.text == "What moved."
    assert [row[0] for row in section.rows] == ["a", "b, c"]
    row = change_row(section.rows[1], {"b"})
    assert row.cells[0] == '<a href="b.html">b</a>, c'


def test_terms_are_in_order_once_and_in_both_languages() -> None:
    found = terms()
    names = [term.en.casefold() for term in found]
    assert names == sorted(names)
    assert len({term.id for term in found}) == len(found)
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in term.zh) for term in found)


def test_a_figure_keeps_its_words_and_takes_its_links() -> None:
    page = (
        '<figure class="picture" id="fig-a">\n<svg fill="var(--ink, var(--jp, #111111))"></svg>'
        "<figcaption>A</figcaption>\n</figure>"
    )
    shown, files = with_figure_links(page, "r", {"fig-a": "x\n1\n"})
    assert files == {
        "files/r/fig-a.csv": b"x\n1\n",
        "files/r/fig-a.svg": b'<svg fill="#111111"></svg>',
    }
    assert BeautifulSoup(shown, "html.parser").find("figcaption").get_text().startswith("A")
    assert alone("<svg></svg>") == "<svg></svg>"


def test_a_citation_is_balanced() -> None:
    report = Published("a-b", "n", "Half {empty}", "en", "Does it pay?", {}, {})
    text = citation(report, Revision("abc", 1_780_000_000, is_changed=False))
    assert text.startswith("@misc{ab2026,")
    assert text.count("{") == text.count("}")


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_pages_are_quiet_whole_and_cut_nowhere(
    browser: Any, site: Any, name: str, theme: str
) -> None:
    address = (folder(site) / f"{name}.html").as_uri()
    context = browser.new_context(color_scheme=theme)
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda sent: asked.append(sent.url))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
        page.wait_for_timeout(150)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width >= 1280:
            assert page.evaluate(CUT) == []
    page.set_viewport_size({"width": A4_WIDTH, "height": 1000})
    page.emulate_media(media="print")
    assert page.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= A4_WIDTH
    assert said == []
    assert {url for url in asked if not url.startswith(("data:", "blob:"))} == {address}
    context.close()


@pytest.mark.browser
def test_the_search_finds_terms_sources_and_pages_without_a_server(browser: Any, site: Any) -> None:
    page = browser.new_page()
    page.goto((folder(site) / "search.html").as_uri())
    for words, address in (
        ("dscr", "glossary.html#term-dscr"),
        ("csv quotes cny", "data.html#table-rent_quotes_cny"),
        ("what changed", "changes.html"),
        ("偿债备付率", "glossary.html#term-dscr"),
    ):
        page.fill("input[type=search]", words)
        found = page.eval_on_selector_all(
            ".found a", "all => all.map(one => one.getAttribute('href'))"
        )
        assert address in found[:3], words
    page.close()


@pytest.mark.browser
def test_the_theme_is_kept_from_page_to_page_and_long_tables_sort(browser: Any, site: Any) -> None:
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto((folder(site) / "sources.html").as_uri())
    page.click(".theme")
    page.goto((folder(site) / "glossary.html").as_uri())
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.click("thead .sort")
    page.click("thead .sort")
    first = page.text_content("tbody th")
    assert first == terms()[-1].en
    assert page.get_attribute("thead th", "aria-sort") == "descending"
    context.close()
