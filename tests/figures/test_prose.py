"""Computed sentences and equations."""

import pandas as pd
import pytest

from analysis.figures import Equation, show_answer, show_equations, show_prose, show_table
from analysis.figures.markdown import to_html
from analysis.figures.mathml import to_mathml


def test_answers_stand_apart_from_prose(displayed):
    show_answer("It **pays**.")
    show_prose("By a little.")
    assert displayed[0] == {
        "text/html": '<div class="answer">\n<p>It <strong>pays</strong>.</p>\n</div>',
        "text/plain": "It **pays**.",
    }
    assert displayed[1]["text/html"].startswith('<div class="prose">')


def test_dates_are_words_in_sentences_and_stay_as_they_sort_in_tables(displayed):
    show_answer("**It fell until 2025-08** (`rents-2025-08`).")
    show_prose("Read on 2026-10-05.")
    rents = pd.DataFrame({"rent": [3.0]}, index=pd.Index(["2025-08"], name="month"))
    show_table(rents, name="rents", caption="To 2025-08.", source="read on 2026-10-05.")
    answer, prose, table = (each["text/html"] for each in displayed)
    assert "<strong>It fell until August 2025</strong> (<code>rents-2025-08</code>)." in answer
    assert "Read on 5 October 2026." in prose
    assert ">To August 2025.<" in table
    assert "read on 5 October 2026." in table
    assert ">2025-08</th>" in table


def test_formulas_become_mathml_and_money_does_not():
    html = to_html("Rent $R_t$ fell from \\$5 to \\$3.\n\n$$\nR_t = R_0\n$$\n")
    assert html.count("<math") == 2
    assert 'display="block" alttext="R_t = R_0"' in html
    assert "fell from $5 to $3." in html


def test_html_in_markdown_is_text():
    assert "<script>" not in to_html("a <script>alert(1)</script> b")


def test_tables_are_tables():
    assert "<th>a</th>" in to_html("| a |\n|---|\n| 1 |\n")


@pytest.mark.parametrize(
    "latex",
    [
        r"\mathrm{NPV} = \sum_{t=0}^{n} \frac{C_t}{(1+r)^t}",
        r"D_t = \begin{cases} \frac{K}{N} & \text{for}\: t \leq N \\0 & \text{else} \end{cases}",
        r"T_t = \max\left(0, \tau X_t\right) + \left\lfloor{x}\right\rfloor",
        r"\hat{P} \geq \bar{R} \cdot \sqrt{x} \; \forall t \in \{1, \ldots, n\}",
        r"\text{净利润}_t",
    ],
)
def test_what_the_model_prints_has_a_translation(latex):
    assert to_mathml(latex, "block").startswith("<math")


@pytest.mark.parametrize("latex", [r"\begin{aligned} a &= b \end{aligned}", r"\foo x"])
def test_what_has_none_is_refused(latex):
    with pytest.raises(ValueError, match="has no translation to MathML"):
        to_mathml(latex)


def test_equations_are_labelled_in_order(displayed):
    show_equations([("1", "a = b"), Equation("debt", "c = d", "at $t = 0$")], name="model")
    html = displayed[0]["text/html"]
    assert html.startswith('<div class="equations" id="eq-model">')
    assert html.index("(1)") < html.index("(debt)") < html.index("at <math")
    assert displayed[0]["text/plain"] == "(1)  a = b\n(debt)  c = d"
