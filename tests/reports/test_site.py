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

from .page_in_browser import RULES_OF_COLOR, WIDTHS, Visit

pytestmark = pytest.mark.notebook

SHEETS = ["calculator", "sources", "data", "method", "glossary", "changes", "search"]
CHINESE = ["glossary-zh", "search-zh"]
PAGES = ["index", "tiny", "tiny-low-rent", *SHEETS, *CHINESE]


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


def test_every_page_has_a_title_a_description_and_a_picture_for_shared_links(site: Any) -> None:
    for file in folder(site).glob("*.html"):
        page = BeautifulSoup(file.read_text(), "html.parser")
        said = {
            tag.get("property") or tag.get("name"): tag["content"]
            for tag in page("meta", content=True)
        }
        assert said["og:title"] == page.title.string, file.name
        assert said["description"] == said["og:description"] != "", file.name
        picture = folder(site) / said["og:image"]
        assert picture.read_bytes()[:4] == b"\x89PNG", file.name


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


@pytest.mark.parametrize(
    "name", ["index", "glossary", "changes", "data", "sources", "search", "method", "glossary-zh"]
)
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
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert all(resource["type"] == "table" for resource in package["resources"])
    assert "profile" not in json.dumps([*package["resources"], list(package)])


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
    assert row.cells[0] == '<span lang="en"><a href="b.html">b</a>, c</span>'


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


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_pages_are_quiet_whole_cut_nowhere_and_open_to_everyone(
    browser: Any, site: Any, name: str, theme: str
) -> None:
    with Visit(browser, folder(site) / f"{name}.html", theme) as visit:
        assert [fault for width in WIDTHS for fault in visit.too_wide(width)] == []
        assert visit.too_wide_for_paper() == []
        assert visit.small_letters() == []
        assert visit.lost_letters() == []
        assert visit.barriers() == []
        assert visit.said == []
        assert visit.asked_elsewhere == set()


@pytest.mark.browser
def test_what_keeps_somebody_from_reading_is_found(browser: Any, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<html lang="en"><title>t</title><h1>q</h1><p style="color:#bbb;background:#fff">pale</p>'
        '<figure class="picture"><svg width="400" viewBox="0 0 800 40"><text y="20" '
        'style="font-size: 12px">small</text><text x="20" y="24">over</text>'
        '<text x="700" y="24">beyond the edge</text></svg></figure>'
        '<pre style="width:100px;overflow:auto;white-space:pre">far too long to be in the box</pre>'
        '<p style="break-before:page">a sheet that has this line alone</p>'
        '<p style="break-before:page">the last</p>'
    )
    with Visit(browser, page) as visit:
        for rules in ((), RULES_OF_COLOR):
            assert any(fault.startswith("color-contrast") for fault in visit.barriers(rules))
        assert visit.small_letters()[0] == "small: 6.0 px"
        assert visit.lost_letters() == ["beyond the edge is cut", "small over over"]
        assert len(visit.too_wide(1280)) == 1
        first, second = visit.half_empty_sheets()
        assert first.startswith("sheet 1 of 3")
        assert second.startswith("sheet 2 of 3")


@pytest.mark.browser
@pytest.mark.parametrize(
    "pale",
    [
        '<td style="color:#bbb">seven</td>',
        '<td style="background:#555">seven</td>',
        '<td style="opacity:.3">seven</td>',
        '<td><b style="color:#bbb">seven</b></td>',
        '<td><input aria-label="i" style="color:#bbb" value="seven"></td>',
    ],
)
def test_one_pale_cell_among_many_is_found(browser: Any, tmp_path: Path, pale: str) -> None:
    page = tmp_path / "page.html"
    rows = "<tr><td>six</td><td><b>six</b> or <svg><text>six</text></svg></td></tr>" * 50
    head = '<html lang="en"><title>t</title><main><h1>q</h1><table style="background:#fff">'
    page.write_text(f"{head}{rows}<tr><td>six</td>{pale}</tr>{rows}</table></main>")
    with Visit(browser, page) as visit:
        found = [fault for fault in visit.barriers() if fault.startswith("color-contrast")]
        assert found[0].startswith("color-contrast: 1,")
    page.write_text(f"{head}{rows}</table></main>")
    with Visit(browser, page) as visit:
        assert visit.barriers() == []


@pytest.mark.browser
def test_a_theme_that_moves_something_is_found(browser: Any, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<html lang="en"><title>t</title><style>@media (prefers-color-scheme: dark) '
        "{ b { padding: 0 1px; } }</style><p>a <b>b</b></p>"
    )
    sizes = []
    for theme in ("light", "dark"):
        with Visit(browser, page, theme) as visit:
            sizes.append(visit.sizes(360))
    assert [name.split()[0] for name in sizes[0]] == ["P", "B"]
    assert [light == dark for light, dark in zip(*sizes, strict=True)] == [True, False]


def test_each_page_has_the_other_language_where_there_is_one(site: Any) -> None:
    for name in ("glossary", "search"):
        here = BeautifulSoup((folder(site) / f"{name}.html").read_text(), "html.parser")
        there = BeautifulSoup((folder(site) / f"{name}-zh.html").read_text(), "html.parser")
        assert (here.html["lang"], there.html["lang"]) == ("en", "zh-CN")
        assert here.find(class_="language")["href"] == f"{name}-zh.html"
        assert there.find(class_="language")["href"] == f"{name}.html"
    links = {link["href"] for link in there.find("nav", class_="site").find_all("a")}
    assert {"glossary-zh.html", "search-zh.html", "data.html"} <= links
    assert "glossary.html" not in links


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
