"""What is drawn in several pictures has one color in all of them."""

from __future__ import annotations

import ast
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from analysis.capex.faces.capex_plots import company_color, plot_backtest, plot_indicator
from analysis.capex.indicators.indicators import INDICATORS
from analysis.figures import ENTITY_COLORS, label_lines
from analysis.paths import ROOT


class _Table:
    def wide(self, indicator: str) -> pd.DataFrame:
        return pd.DataFrame({"Alibaba": [0.1, 0.2], "Meta": [0.3, 0.4]}, index=[2024, 2025])


def lines_by_panel(figure: plt.Figure) -> dict[str, str]:
    """Color of the first line of each panel, by the company that its title names."""
    return {
        (axes.get_title("left") or axes.get_title("center")).split("\n")[0]: to_hex(
            axes.get_lines()[0].get_color()
        )
        for axes in figure.axes
        if axes.get_lines()
    }


def test_a_company_has_one_color_in_every_picture() -> None:
    spending = lines_by_panel(plot_indicator(_Table(), next(iter(INDICATORS))))  # type: ignore[arg-type]
    index = pd.MultiIndex.from_product([["Alibaba", "Meta"], [2024, 2025]])
    errors = pd.DataFrame({"reported_m": np.ones(4), "modeled_m": np.ones(4)}, index)
    names = pd.DataFrame(index=["Alibaba", "Meta"])
    result = SimpleNamespace(errors=errors, by_company=names)
    assert spending == lines_by_panel(plot_backtest(result))  # type: ignore[arg-type]
    assert spending == {"Alibaba": ENTITY_COLORS["CN"], "Meta": ENTITY_COLORS["US"]}
    assert company_color("Meta") == ENTITY_COLORS["US"]
    plt.close("all")


def test_no_picture_gives_a_known_thing_a_color_of_its_own() -> None:
    """A table in a module of pictures that names a known thing, beside a color's name."""
    own = []
    for path in sorted((ROOT / "analysis").rglob("*_plots.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Dict):
                keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
                said = ast.unparse(node)
                if keys & ENTITY_COLORS.keys() and ("COLORS" in said or "'blue'" in said):
                    own.append(f"{Path(path).name}: {said}")
    assert own == []


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_every_labeled_line_is_named_at_its_last_known_point(scale: str) -> None:
    figure, axes = plt.subplots(layout="constrained")
    axes.plot([0.0, 1.0, 2.0], [1.0, 4.0, np.nan], label="ends early", color="C1")
    axes.plot([0.0, 2.0], [2.0, 900.0], label="leaves above", color="C2")
    axes.plot([0.0, 2.0], [3.0, 3.0])
    axes.set_yscale(scale)
    axes.set_ylim(0.5, 10.0)
    label_lines(axes)
    found = {text.get_text(): text.xy for text in axes.texts}  # type: ignore[attr-defined]
    assert found == {"ends early": (1.0, 4.0), "leaves above": (2.0, 10.0)}
    assert axes.get_legend() is None
    plt.close(figure)
