"""A scenario's page: what differs from its base, and links to what does not."""

import re

import nbformat
import pytest

from analysis.paths import SITE
from analysis.reports.build.manifest import read_manifest
from analysis.reports.build.pages import base_of
from analysis.reports.notebook.parameter_cell import Declaration, Parameter
from analysis.reports.page.content import prepare
from analysis.reports.page.scenario import Base, leave_out_rows, mark_same, without_same
from analysis.reports.page.words import WORDS
from analysis.reports.site.scenario_table import comparison, headline_numbers
from analysis.reports.site.sheet import Published

TABLE = (
    '<figure class="table" id="tab-{0}"><table><caption id="cap-{0}"><span>{1}</span></caption>'
    "</table></figure>"
)


def notebook(*cells):
    """A text where a cell is a text, a code cell with the output where it is a pair."""
    made = []
    for cell in cells:
        if isinstance(cell, str):
            made.append(nbformat.v4.new_markdown_cell(cell))
        else:
            source, html = cell
            shown = [nbformat.v4.new_output("display_data", {"text/html": html})] if html else []
            made.append(nbformat.v4.new_code_cell(source, outputs=shown))
    return nbformat.v4.new_notebook(cells=made)


def folded(mine, other):
    base = Base("first", "The first", other, "<p>what differs</p>")
    mark_same(mine, base)
    contents = without_same(mine, prepare(mine), base, WORDS["en"])
    html = "\n".join(
        cell.metadata.get("page_html", "")
        + "".join(output["data"]["text/html"] for output in cell.get("outputs", []))
        for cell in mine.cells
    )
    return html, [heading.anchor for heading in contents]


def run(rent, *, note="note"):
    return notebook(
        "It is about rent.",
        ("answer()", f"<p>pays {rent}</p>"),
        "## One\n\nHow it is worked out.",
        ("a()", TABLE.format("a", "Same table") + "<svg><g id='drawn'/></svg>"),
        ("b()", f"<p>{rent}</p>"),
        f"## Two\n\nOnly a {note}. [^1]\n\n### Part",
        ("c()", TABLE.format("c", "Other table") + '<p id="eq-x">x</p>'),
    )


def test_a_section_without_a_difference_becomes_a_link_under_its_own_anchor():
    html, anchors = folded(run(2), run(1))
    assert "Only a note" not in html
    assert '<h2 id="two"' not in html
    assert '<li><a id="two" href="first.html#two">Two</a>' in html
    assert anchors == ["one", "as-in-the-base"]
    for anchor in ("part", "tab-c", "eq-x"):
        assert f'<div id="{anchor}"></div>' in html


def test_of_a_section_with_a_difference_stays_what_differs_and_a_link_to_the_rest():
    html, _ = folded(run(2), run(1))
    assert "How it is worked out" not in html
    assert "<table>" not in html
    assert "<p>2</p>" in html
    assert '<a id="tab-a" href="first.html#tab-a">Same table</a>' in html
    assert 'href="first.html#one"' in html


def test_of_a_cell_that_shows_two_things_only_the_other_one_stays():
    def two(rent):
        made = notebook("About.", "## One", ("a()", TABLE.format("a", "Same table")))
        made.cells[-1].outputs.append(
            nbformat.v4.new_output("display_data", {"text/html": f"<p>{rent}</p>"})
        )
        return made

    html, _ = folded(two(2), two(1))
    assert "<p>2</p>" in html
    assert "<table>" not in html
    assert '<a id="tab-a" href="first.html#tab-a">Same table</a>' in html


def table_of(n, value):
    rows = "\n".join(f"<tr><td>{at}</td></tr>" for at in [*range(n), value])
    return TABLE.format("t", "A table").replace(
        "</table>", f"<tbody>\n{rows}\n</tbody></table><figcaption>Source.</figcaption>"
    )


@pytest.mark.parametrize(("n", "is_shorter"), [(6, True), (5, False)])
def test_rows_that_are_the_bases_are_left_out_where_they_are_many(n, is_shorter):
    mine = notebook("It.", ("a()", table_of(n, "here")))
    base = Base("first", "The first", notebook("It.", ("a()", table_of(n, "there"))), "")
    mark_same(mine, base)
    leave_out_rows(mine, base, WORDS["en"])
    html = mine.cells[1].outputs[0]["data"]["text/html"]
    assert "<td>here</td>" in html
    assert ("<td>0</td>" not in html) == is_shorter
    link = f'<a href="first.html#tab-t">{n} rows are as in the base report and left out here</a>'
    assert (link in html) == is_shorter


def test_the_opening_stays_and_the_table_of_differences_follows_it():
    html, _ = folded(run(2), run(1))
    places = [html.index(text) for text in ("about rent", "pays 2", "what differs", 'id="one"')]
    assert places == sorted(places)


def test_runs_of_other_scripts_are_not_held_against_each_other():
    html, anchors = folded(run(1, note="remark"), run(1))
    assert "Only a remark" in html
    assert "How it is worked out" in html
    assert anchors == ["one", "two", "part"]


def published(name, parameters, results):
    return Published(
        name, "rental_model", name, "en", "Does it pay?", parameters, {"results": results}
    )


def test_differences_are_those_of_the_numbers_as_written():
    """0.714999 and 0.464999 are written 0.71 and 0.46: -0.25; 22.86 and 17.58 %: -5.3 points."""
    base = published("base", {}, {"project_npv_cny": 714_999.0, "project_irr": 0.2286})
    mine = published("mine", {}, {"project_npv_cny": 464_999.0, "project_irr": 0.1758})
    html = comparison(mine, base, Declaration("a.py", ()))
    cells = [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<td.*?</td>", html)]
    assert cells == ["0.71", "0.46", "\u22120.25", "22.9%", "17.6%", "\u22125.3 points"]


def test_what_has_no_value_or_does_not_differ_is_no_difference():
    base = published("base", {}, {"project_npv_cny": 1.0e6, "payback_cash_years": 3.0})
    mine = published("mine", {}, {"project_npv_cny": 1.0e6, "payback_cash_years": None})
    html = comparison(mine, base, Declaration("a.py", ()))
    cells = [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<td.*?</td>", html)]
    assert cells == ["3.0", "none", ""]


def test_a_choice_has_no_difference_an_amount_has():
    texts = {"price": "price paid, CNY", "per_year": "yearly or monthly flows, 1 or 12"}
    declared = tuple(
        Parameter(name, int, "int", 1, *text.rsplit(", ", 1), row)
        for row, (name, text) in enumerate(texts.items(), start=1)
    )
    base = published("base", {"price": 1, "per_year": 1}, {})
    html = comparison(
        published("mine", {"price": 3, "per_year": 12}, {}), base, Declaration("a.py", declared)
    )
    cells = [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<td.*?</td>", html)]
    assert cells == ["1", "3", "+2", "1", "12", ""]


SCENARIOS = [
    (report, base)
    for report in read_manifest().reports
    if (
        base := base_of(
            report, [each for each in read_manifest().reports if each.notebook == report.notebook]
        )
    )
]


def test_every_notebook_with_scenarios_names_what_they_are_compared_by():
    assert {report.notebook for report, _ in SCENARIOS} == headline_numbers().keys()


@pytest.mark.slow
@pytest.mark.parametrize(("report", "base"), SCENARIOS, ids=lambda one: one.name)
@pytest.mark.parametrize("ending", ["", "-zh"])
def test_no_figure_of_a_published_scenario_is_its_base_s(report, base, ending):
    mine, other = (SITE / f"{each.name}{ending}.html" for each in (report, base))
    if not (mine.is_file() and other.is_file()):
        pytest.skip("the site is not built: make reports")
    figures, of_base = (_figures(path.read_text(encoding="utf-8")) for path in (mine, other))
    assert "tab-against-the-base" in figures
    assert [name for name, html in figures.items() if of_base.get(name) == html] == []


def _figures(page):
    """Return each figure by its id, without the links to its files, which name the report."""
    found = re.findall(
        r'(<figure class="(?:picture|table)" id="([^"]+)".*?</figure>)', page, re.DOTALL
    )
    return {name: re.sub(r'<span class="take">.*?</span>', "", html) for html, name in found}
