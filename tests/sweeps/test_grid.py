"""Grids: which scenarios there are, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.paths import ROOT
from analysis.sweeps.grid import Grid, SweepError, load_grid
from analysis.sweeps.model_sweep import ModelSweep
from analysis.sweeps.report_sweep import NotebookSweep

MANY = {"start": 0, "stop": 1, "n": 400}


def test_every_combination_once_the_last_axis_fastest() -> None:
    grid = Grid(grid={"a": [1, 2], "b": ["x", "y", "z"]})
    found = [tuple(grid.scenario(number).values()) for number in range(grid.n_scenarios)]
    assert found == [(1, "x"), (1, "y"), (1, "z"), (2, "x"), (2, "y"), (2, "z")]
    places = grid.places(np.arange(6, dtype=np.int64))
    assert places["a"].tolist() == [0, 0, 0, 1, 1, 1]
    assert places["b"].tolist() == [0, 1, 2, 0, 1, 2]


def test_spans() -> None:
    grid = Grid(
        grid={
            "a": {"start": 0, "stop": 1, "n": 5},
            "b": {"start": 1, "stop": 100, "n": 3, "spacing": "geometric"},
        }
    )
    assert grid.grid["a"] == [0, 0.25, 0.5, 0.75, 1]
    assert grid.grid["b"] == pytest.approx([1, 10, 100])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("grid:\n", "row 1, column grid"),
        ("grid: {}", "at least 1 item"),
        ("case: x", "expected the key grid"),
        ("grid: {a: []}", "column grid.a"),
        ("gird: {a: [1]}", "one of case, parameters, grid"),
        ("grid: {a: {start: 0, stop: 1}}", "column grid.a.n"),
        ("grid: {a: {start: 0, stop: 1, n: 1}}", "greater than or equal to 2"),
        ("parameters: {a: 1}\ngrid: {a: [1, 2]}", "row 2, column grid.a"),
        ("grid: {a: [1, 1]}", "each value once"),
        ("grid: [1", "valid YAML"),
        ("- 1", "a mapping with the key grid"),
    ],
)
def test_faulty_files(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "grid.yaml"
    file.write_text(text)
    with pytest.raises(SweepError, match=r"nothing was swept") as caught:
        load_grid(file)
    assert "grid.yaml" in str(caught.value)
    assert said in str(caught.value)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(SweepError, match="a readable UTF-8 file"):
        load_grid(tmp_path / "grid.yaml")


@pytest.mark.parametrize(
    ("grid", "said"),
    [
        ({"grid": {"rent_cny_per_server_mont": [1]}}, "rent_cny_per_server_month"),
        ({"grid": {"tax_rate": [0.1, 1.5]}}, "tax_rate"),
        ({"grid": {"debt_form": ["annuity", "ballon"]}}, "debt_form"),
        ({"grid": {"debt_tenor_years": [3, 5], "useful_life_years": [4, 6]}}, "within the useful"),
        ({"grid": {"tax_rate": [0.1]}, "measures": ["npv"]}, "equity_npv_cny"),
        ({"grid": {"tax_rate": [0.1]}, "compare": ["npv"]}, "sweep of notebooks"),
        ({"grid": {"tax_rate": [0.1]}, "case": "nowhere"}, "sihan-2025-straight-line"),
    ],
)
def test_impossible_for_the_model(grid: dict[str, object], said: str) -> None:
    with pytest.raises(SweepError, match="nothing was swept") as caught:
        ModelSweep.of(Grid(**grid))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("grid", "said"),
    [
        ({"grid": {"rent_cny_per_server_mont": [1.0]}}, "perhaps rent_cny_per_server_month"),
        ({"grid": {"tax_rate": ["high"]}}, "expected float"),
        ({"grid": {"tax_rate": [0.1]}, "parameters": {"vat_enabled": 1}}, "vat_enabled"),
        ({"grid": {"tax_rate": [0.1]}, "case": "sihan-2025-straight-line"}, "parameters and res"),
        ({"grid": {"tax_rate": MANY, "residual_value_share": MANY}}, "at most 100,000"),
    ],
)
def test_impossible_for_a_notebook(grid: dict[str, object], said: str) -> None:
    with pytest.raises(SweepError, match="nothing was swept") as caught:
        NotebookSweep.of("rental_model", Grid(**grid))
    assert said in str(caught.value)


def test_grids_of_the_documentation_are_right(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "sweeps.md").read_text(encoding="utf-8")
    grids = dict(re.findall(r"```yaml\n# (\w+\.yaml).*\n((?:.*\n)+?)```", text))
    for name, content in grids.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    commands = re.findall(r"analysis sweep (\w+) (\w+\.yaml)(.*)", text)
    assert (
        {name for _, name, _ in commands}
        == set(grids)
        == {"grid.yaml", "pages.yaml", "windows.yaml"}
    )
    for notebook, name, options in commands:
        grid = load_grid(tmp_path / name)
        if "--notebooks" in options:
            NotebookSweep.of(notebook, grid)
        else:
            ModelSweep.of(grid)


def test_what_a_notebook_has_itself_is_named_without_pythons_signs() -> None:
    grid = Grid(grid={"tax_rate": [0.1]}, measures=("equity_irr", "dscr_minimum"))
    with pytest.raises(SweepError, match="found 'equity_irr, dscr_minimum', expected"):
        NotebookSweep.of("rental_model", grid)


@pytest.mark.parametrize(
    ("name", "axis", "where"),
    [
        ("lease_purchase_option_share", [0.0, 0.1], "debt_form is 'finance_lease'"),
        ("lease_payment_timing", ["arrears", "advance"], "debt_form is 'finance_lease'"),
        ("vat_output_rate", [0.06, 0.13], "vat_enabled is true"),
        ("rent_step", ["year", "period"], "periods_per_year is 12"),
    ],
)
def test_an_axis_that_no_page_of_a_notebook_would_read_is_refused(
    name: str, axis: list[Any], where: str
) -> None:
    with pytest.raises(SweepError, match=f"grid.{name}: found '{name}'.*{where}"):
        NotebookSweep.of("rental_model", Grid(grid={name: axis}))


def test_an_axis_that_some_scenario_reads_is_swept() -> None:
    forms = ["annuity", "finance_lease"]
    read = Grid(grid={"lease_payment_timing": ["arrears", "advance"], "debt_form": forms})
    assert NotebookSweep.of("rental_model", read).n_parts == 4
    # the whole cost of a cluster, on the same page, reads the tariff of the case
    assert NotebookSweep.of("rental_model", Grid(grid={"electricity_cny_per_kwh": [0.4, 0.8]}))
