"""Pictures: one output each, the same bytes every time, words for those who do not see them."""

import re
import xml.etree.ElementTree as ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt

from analysis.figures import show, use_house_style
from analysis.figures.picture import to_svg

WORDS = {
    "name": "rent-decline",
    "caption": "Rent **halves** in two years.",
    "alt": 'A line from 100 to "50".',
    "source": "[a source](https://example.org).",
}


@pytest.fixture(autouse=True)
def house_style():
    with mpl.rc_context():
        use_house_style()
        yield
    plt.close("all")


def drawn():
    figure, axes = plt.subplots()
    axes.plot([0, 1, 2], [100, 70, 50], marker="o", label="$r_t$ of rent")
    axes.fill_between([0, 1, 2], [90, 60, 40], [110, 80, 60], alpha=0.3)
    axes.set(title="Rent", xlabel="year", ylabel="CNY")
    axes.legend()
    return figure


def test_one_output_with_label_caption_and_source(displayed):
    show(drawn(), **WORDS)
    (output,) = displayed
    html = output["text/html"]
    assert html.startswith('<figure class="picture" id="fig-rent-decline">')
    assert 'role="img" aria-label="A line from 100 to &quot;50&quot;."' in html
    assert "<figcaption>Rent <strong>halves</strong> in two years." in html
    assert 'Source: <a href="https://example.org">a source</a>.' in html
    assert WORDS["alt"] in output["text/plain"]


def test_the_figure_is_closed(displayed):
    show(drawn(), **WORDS)
    assert plt.get_fignums() == []


def test_the_same_figure_gives_the_same_bytes():
    assert to_svg(drawn(), name="a", alt="x") == to_svg(drawn(), name="a", alt="x")


def test_ids_of_two_figures_do_not_meet():
    ids = [set(re.findall(r'\bid="([^"]+)"', to_svg(drawn(), name=name, alt="x"))) for name in "ab"]
    assert ids[0]
    assert ids[0].isdisjoint(ids[1])


def test_it_is_well_formed_small_and_loads_nothing():
    svg = to_svg(drawn(), name="a", alt="x")
    ElementTree.fromstring(svg)
    assert len(svg) < 20_000
    assert not re.search(r'(href|src)="(?!#)', svg)
    assert "<style" not in svg


def test_letters_stay_letters_and_ink_follows_the_page():
    svg = to_svg(drawn(), name="a", alt="x")
    assert ">Rent</text>" in svg
    assert "var(--ink," in svg
    assert "stroke: #1f2933" not in svg


def test_many_points_become_pixels_with_alt_text(displayed):
    figure, axes = plt.subplots()
    axes.scatter(*np.random.default_rng(1).normal(size=(2, 20_000)), s=1)
    show(figure, **WORDS)
    html = displayed[0]["text/html"]
    assert '<img alt="A line from 100 to &quot;50&quot;." width="538" src="data:image/png' in html
    assert "<svg" not in html


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"alt": " "}, "needs a alt text"),
        ({"caption": ""}, "needs a caption"),
        ({"source": ""}, "needs a source"),
        ({"alt": "Rent **halves** in two years."}, "repeats the caption"),
        ({"name": "Rent decline"}, "joined by hyphens"),
    ],
)
def test_missing_words_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        show(drawn(), **{**WORDS, **change})
