"""Colors that everyone tells apart, on a light page and on a dark one."""

import itertools

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import colors
from matplotlib import pyplot as plt

from analysis.figures import COLORS, use_house_style
from analysis.figures.style import HOUSE_STYLE

# Linear RGB to what a dichromat sees (Machado, Oliveira and Fernandes 2009, severity 1)
DICHROMACIES = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
RGB_TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)
SMALLEST_DIFFERENCE = 15.0  # CIE76 units in Lab; about 2 is just noticeable
PAPERS = {"light": "#ffffff", "dark": "#14171b"}


def linear(color):
    share = np.array(colors.to_rgb(color))
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(linear_rgb):
    xyz = RGB_TO_XYZ @ np.clip(linear_rgb, 0, 1) / (RGB_TO_XYZ @ np.ones(3))
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", [None, *DICHROMACIES])
def test_any_two_colors_differ_for_every_sight(sight):
    seen = np.eye(3) if sight is None else np.array(DICHROMACIES[sight])
    differences = {
        pair: np.linalg.norm(
            lab(seen @ linear(COLORS[pair[0]])) - lab(seen @ linear(COLORS[pair[1]]))
        )
        for pair in itertools.combinations(COLORS, 2)
    }
    assert min(differences.values()) > SMALLEST_DIFFERENCE, min(differences, key=differences.get)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("color", COLORS)
def test_every_color_stands_out(color, paper):
    lights = [linear(each) @ RGB_TO_XYZ[1] for each in (COLORS[color], PAPERS[paper])]
    assert (max(lights) + 0.05) / (min(lights) + 0.05) >= 3


def test_use_house_style_sets_every_setting():
    with mpl.rc_context():
        use_house_style()
        assert {key: plt.rcParams[key] for key in HOUSE_STYLE} == HOUSE_STYLE
        cycle = plt.rcParams["axes.prop_cycle"].by_key()["color"]
        assert [colors.to_hex(color) for color in cycle] == list(COLORS.values())
