"""Pages of the tiny notebook: what stands around its cells, and what of the cells stands there."""

import nbformat
import pytest
from bs4 import BeautifulSoup

from analysis.reports.notebook.parameter_cell import read_declaration
from analysis.reports.page.content import ContentError, prepare, split_title
from analysis.reports.page.html import Imprint, Scenario, report_page
from analysis.reports.page.page_checks import page_faults
from analysis.reports.page.words import WORDS
from analysis.revision import Revision

PAGES = ["index", "tiny", "tiny-low-rent"]


@pytest.fixture(scope="module")
def page(built):
    def read(name):
        return BeautifulSoup(built.read(f"reports/site/{name}.html"), "html.parser")

    return read


@pytest.mark.notebook
@pytest.mark.parametrize("name", PAGES)
def test_pages_have_no_faults_and_may_run_and_load_nothing(built, page, name):
    html = built.read(f"reports/site/{name}.html")
    assert page_faults(html) == []
    assert len(html) < 100_000
    policy = page(name).find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.startswith("default-src 'none'; img-src data:;")


@pytest.mark.notebook
def test_the_head_tells_question_scenario_and_changed_parameters(page):
    low_rent = page("tiny-low-rent")
    assert low_rent.title.string == "Does a tiny server pay? · Low rent"
    assert low_rent.h1.get_text() == "Does a tiny server pay?"
    assert low_rent.find("a", attrs={"aria-current": "page"}).string == "Low rent"
    others = [link["href"] for link in low_rent.find(class_="scenarios").find_all("a")]
    assert others == ["tiny.html", "tiny-low-rent.html"]
    summary = low_rent.find(class_="parameters").summary.get_text()
    assert summary == (
        "Parameters: 2 of 3 differ from the defaults: "
        "rent of one server: 60,000 CNY per month; name of the case: low-rent"
    )


@pytest.mark.notebook
def test_the_table_of_parameters_marks_what_differs(page):
    rows = page("tiny-low-rent").find(id="parameters").tbody.find_all("tr")
    cells = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in rows]
    assert cells[0] == [
        "rent of one server",
        "60,000",
        "CNY per month",
        "70,000",
        "rent_cny_per_month",
    ]
    assert [row.get("class") for row in rows] == [["changed"], None, ["changed"]]
    assert page("tiny").find(class_="parameters").summary.get_text() == (
        "Parameters: 3, all at their defaults"
    )


@pytest.mark.notebook
def test_contents_lead_to_the_sections(page):
    links = page("tiny").find(class_="contents").find_all("a")
    assert [link.get_text() for link in links] == [
        "How revenue adds up",
        "What it looks like",
        "Limits",
    ]
    assert links[0]["href"] == "#how-revenue-adds-up"


@pytest.mark.notebook
def test_code_is_folded_and_the_parameters_cell_is_left_to_the_table(page):
    text = page("tiny-low-rent")
    code = [fold.code.get_text() for fold in text.find_all(class_="code")]
    assert "refuse_unknown_parameters()\nuse_house_style()\n\nrevenue_cny =" in code[0]
    assert not any("useful_life_years: int" in source for source in code)
    assert not any("# Parameters" in source for source in code)


@pytest.mark.notebook
def test_every_figure_table_and_formula_is_there(page):
    text = page("tiny")
    assert text.find("figure", id="fig-revenue").svg["aria-label"].startswith("Bars rising")
    assert text.find("figure", id="tab-revenue").table.caption
    assert len(text.find(id="eq-revenue").find_all("math", display="block")) == 2
    assert text.find(class_="answer").strong.string == "Yes."


@pytest.mark.notebook
def test_the_foot_tells_where_it_comes_from(page):
    foot = page("tiny").footer.get_text()
    assert "license BSD-3-Clause" in foot
    assert "python -m analysis build tiny" in foot


def rendered(cells, language="en", parameters=None):
    notebook = nbformat.v4.new_notebook(cells=cells)
    return report_page(
        notebook,
        name="x",
        title="X",
        language=language,
        scenarios=[Scenario("x", "X")],
        declaration=read_declaration('a: str = "<b>"  # first', file="x.py"),
        parameters=parameters or {},
        imprint=Imprint(Revision("abc123", 1_700_000_000, is_changed=True), "MIT"),
    )


def markdown(text):
    return nbformat.v4.new_markdown_cell(text)


def test_the_revision_tells_of_uncommitted_changes():
    foot = BeautifulSoup(rendered([markdown("# Why?")]), "html.parser").footer.get_text()
    assert "revision abc123 of 2023-11-14, with uncommitted changes" in foot


def test_a_chinese_page_says_so():
    html = rendered([markdown("# 为什么?\n\n## 其一\n\n## 其二")], language="zh-CN")
    assert '<html lang="zh-CN">' in html
    assert "目录" in html
    assert "Contents" not in html
    assert page_faults(html) == []


def test_both_languages_say_the_same_things():
    assert set(WORDS["en"]) == set(WORDS["zh-CN"])


def test_text_from_parameters_and_cells_is_escaped():
    cells = [markdown("# Why <i>?"), nbformat.v4.new_code_cell("a < '<b>'  # <c>")]
    html = rendered(cells, parameters={"a": "<script>x</script>"})
    assert "<script>x" not in html
    assert page_faults(html) == []
    assert "Why &lt;i&gt;?" in html
    assert "&lt;c&gt;" in html


def test_a_notebook_begins_with_its_question():
    with pytest.raises(ContentError, match="expected a first cell that begins '# question'"):
        split_title(nbformat.v4.new_notebook(cells=[markdown("Why?")]), "x")


def test_equal_headings_get_anchors_of_their_own():
    notebook = nbformat.v4.new_notebook(cells=[markdown("## A b\n\n### A b\n\n## 中文 $x$")])
    assert [heading.anchor for heading in prepare(notebook)] == ["a-b", "a-b-2", "中文-x"]


@pytest.mark.parametrize(
    ("body", "is_refused"),
    [
        (r"<p>so $R = R_{\mathrm{P}}" + "\n" + r"\cdot n$, twice</p>", True),
        (r"<p><code>$R = R_{\mathrm{P}}$</code></p>", False),
        ("<p>costs $5 a day and $6 a night</p>", False),
    ],
)
def test_a_formula_that_was_not_set_is_a_fault(body, is_refused):
    html = f'<html lang="en"><title>t</title><h1>q</h1>{body}</html>'
    assert any("as text" in fault for fault in page_faults(html)) is is_refused
