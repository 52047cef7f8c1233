"""Names beside lines: in their order, apart, no farther from their lines than they must be."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.text import Text

from analysis.figures import label_at_edge
from analysis.figures.direct_labels import spread


def test_names_are_moved_apart_as_little_as_possible() -> None:
    # 0, 0 and 0, ten apart: the mean stays, so -10, 0, 10. 40 has room and stays where it is.
    assert spread(np.array([0.0, 0.0, 0.0, 40.0]), 10.0) == pytest.approx([-10.0, 0.0, 10.0, 40.0])
    # Given from above to below: 12 and 8 are 4 apart, each moves by 3
    assert spread(np.array([12.0, 8.0]), 10.0) == pytest.approx([15.0, 5.0])


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=8), st.floats(0.1, 100.0))
def test_any_names_keep_order_and_distance(places: list[float], apart: float) -> None:
    wanted = np.array(places)
    moved = spread(wanted, apart)
    order = np.argsort(wanted, kind="stable")
    assert np.all(np.diff(moved[order]) >= apart * (1 - 1e-9) - 1e-9)
    assert moved.mean() == pytest.approx(wanted.mean(), abs=1e-6)


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_names_do_not_overlap_in_a_picture(scale: str) -> None:
    figure, axes = plt.subplots(layout="constrained")
    ends = {"first": (1.0, 10.0), "second": (1.0, 10.1), "third": (1.0, 10.2), "far": (1.0, 900.0)}
    for _, last in ends.values():
        axes.plot([0.0, 1.0], [5.0, last])
    axes.set_yscale(scale)
    label_at_edge(axes, ends, ["C0", "C1", "C2", "C3"])
    figure.draw_without_rendering()
    boxes = [Text.get_window_extent(text) for text in axes.texts]  # without the joining line
    assert [text.get_text() for text in axes.texts] == list(ends)
    for below, above in pairwise(boxes):
        assert above.y0 >= below.y1 - 1.0  # pixels
    plt.close(figure)


def test_without_names_nothing_is_written_and_colors_must_be_as_many() -> None:
    figure, axes = plt.subplots()
    label_at_edge(axes, {}, [])
    assert not axes.texts
    with pytest.raises(ValueError, match="1 names have 0 colors"):
        label_at_edge(axes, {"one": (0.0, 0.0)}, [])
    plt.close(figure)
