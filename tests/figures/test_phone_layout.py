"""On a phone, the letters of a picture are as wide as ever: none overlap, none is cut."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import BboxBase

from analysis.figures import label_lines, use_house_style
from analysis.figures.phone_layout import lay_out_for_phone, least_letters


@pytest.fixture(autouse=True)
def house() -> Iterator[None]:
    with plt.rc_context():
        use_house_style()
        yield
    plt.close("all")


def shown_on_a_phone(figure: Figure) -> dict[str, BboxBase]:
    """Boxes of all words, in pixels of the drawing, with the letters that a phone shows."""
    lay_out_for_phone(figure)
    least = least_letters(72 * figure.get_figwidth())
    for each in figure.findobj(Text):
        assert isinstance(each, Text)
        each.set_fontsize(max(float(each.get_fontsize()), least))
    figure.draw_without_rendering()
    words = [
        each
        for each in figure.findobj(Text)
        if isinstance(each, Text) and each.get_text().strip() and each.get_visible()
    ]
    return {each.get_text(): Text.get_window_extent(each) for each in words}


def test_a_name_of_an_axis_keeps_off_its_numbers() -> None:
    figure, axes = plt.subplots()
    axes.bar([2023, 2024], [1_000_000, 2_000_000])
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set_ylabel("revenue, million CNY")
    boxes = shown_on_a_phone(figure)
    assert boxes["revenue, million CNY"].x1 <= boxes["2,000,000"].x0
    assert boxes["revenue, million CNY"].x0 >= 0.0


def test_names_beside_lines_end_within_the_picture() -> None:
    figure, axes = plt.subplots()
    for height, name in enumerate(["China Telecom, 54%", "China Mobile, 55%"]):
        axes.plot([0, 1], [0, height], label=name)
    label_lines(axes)
    boxes = shown_on_a_phone(figure)
    assert max(box.x1 for box in boxes.values()) <= figure.bbox.x1


def test_titles_of_panels_are_broken_where_they_would_meet() -> None:
    figure, panels = plt.subplots(1, 3)
    titles = ["rent stays", "falls like V100 and A100 did", "falls like generations"]
    for axes, title in zip(panels, titles, strict=True):
        axes.set_title(title)
    boxes = shown_on_a_phone(figure)
    shown = sorted((box for name, box in boxes.items() if " " in name), key=lambda box: box.x0)
    assert [" ".join(name.split()) for name in boxes if " " in name] == titles
    for one, other in pairwise(shown):
        assert one.x1 < other.x0
    assert shown[-1].x1 <= figure.bbox.x1


def test_entries_of_a_legend_are_broken_where_it_would_be_cut() -> None:
    figure, axes = plt.subplots()
    name = "H100 on-demand, published index, made anew since August 2026 without the doubtful ones"
    axes.plot([0, 1], [0, 1], label=name)
    axes.plot([0, 1], [1, 1], label="short")
    figure.legend(loc="outside lower left")
    shown_on_a_phone(figure)
    assert figure.legends[0].get_window_extent().x1 <= figure.bbox.x1
    assert [" ".join(text.get_text().split()) for text in figure.legends[0].get_texts()] == [
        name,
        "short",
    ]
    assert "\n" not in figure.legends[0].get_texts()[1].get_text()


def test_letters_keep_their_sizes() -> None:
    figure, axes = plt.subplots()
    axes.set_xlabel("month")
    before = axes.xaxis.label.get_fontsize()
    lay_out_for_phone(figure)
    assert axes.xaxis.label.get_fontsize() == before
