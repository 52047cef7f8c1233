"""What is typed into a question in another unit than it has is said, as for assumptions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.errors import AssumptionError
from analysis.rental.model.measures.declared_measures import MEASURES, singles
from analysis.rental.questions.typed_values import unusual, unusual_wanted

CASE = "sihan-2025-straight-line"
RATE = "debt_rate_per_year"
FRONTIER = "sensitivity frontier --points 2 --along tax_rate=0.1:0.2 --find utilization=0.1:1"
MEANT = {
    "solve, wanted": (
        "solve --unknown rent_decline_per_year --target equity_irr --wanted 10 --low 0 --high 0.5",
        "wanted",
        "0.1 if 10 % is meant",
    ),
    "solve, wanted cover": (
        "solve --unknown utilization --target dscr_minimum --wanted 120 --low 0.1 --high 1",
        "wanted",
        "1.2 if 120 % is meant",
    ),
    "solve, wanted payback": (
        "solve --unknown utilization --target payback_cash_years --wanted 36 --low 0 --high 1",
        "wanted",
        "3 if 36 months is meant",
    ),
    "solve, range": (
        f"solve --unknown {RATE} --target equity_npv_cny --wanted 0 --low 3 --high 9",
        RATE,
        "0.03 if 3 % is meant",
    ),
    "tornado": (f"sensitivity tornado --low-high {RATE}=3:5", RATE, "0.03 if 3 % is meant"),
    "two-way": (
        f"sensitivity two-way --steps 2 --down {RATE}=3:5 --across tax_rate=0.1:0.25",
        RATE,
        "0.03 if 3 % is meant",
    ),
    "frontier, along": (
        f"sensitivity frontier --points 2 --along {RATE}=3:5 --find utilization=0.1:1",
        RATE,
        "0.03 if 3 % is meant",
    ),
    "frontier, by": (
        f"{FRONTIER} --by {RATE}=3,5",
        RATE,
        "0.03 if 3 % is meant",
    ),
    "frontier, wanted": (
        f"{FRONTIER} --measure equity_irr --wanted 12",
        "wanted",
        "0.12 if 12 % is meant",
    ),
    "simulate, hurdle": ("simulate --n 64 --hurdle 15", "hurdle", "0.15 if 15 % is meant"),
}


def said_by(command: list[str]) -> str:
    """Return what a command prints, and why it refuses."""
    done = CliRunner().invoke(app, command)
    return f"{done.output}{done.exception or ''}"


@pytest.mark.parametrize("place", MEANT)
def test_a_percentage_typed_as_a_number_is_remarked(place: str) -> None:
    typed, name, meant = MEANT[place]
    words = typed.split()
    at = 2 if words[0] == "sensitivity" else 1
    command = [*words[:at], CASE, *words[at:]]
    said = CliRunner().invoke(app, command)
    assert said.exit_code in (0, 1)
    line = next(line for line in said.stdout.splitlines() if line.startswith(f"{name}: "))
    assert meant in line
    record = json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)
    assert meant in record["remarks"][name]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("distributions: {debt_rate_per_year: {kind: uniform, low: 2, high: 6}}", "0.04 if 4 %"),
        ("distributions: {tax_rate: {kind: normal, mean: 25, standard_deviation: 1}}", "0.25 if"),
        ("distributions: {debt_rate_per_year: {kind: pert, low: 3, mode: 4, high: 5}}", "0.04 if"),
    ],
)
def test_a_spread_typed_in_per_cent_is_said(tmp_path: Path, text: str, meant: str) -> None:
    (tmp_path / "wide.yaml").write_text(text)
    command = ["simulate", CASE, "--n", "64", "--distributions", str(tmp_path / "wide.yaml")]
    assert meant in said_by(command)  # remarked, or refused as impossible


@pytest.mark.parametrize(
    ("axis", "meant"),
    [
        ("grid: {debt_rate_per_year: [3, 5]}", "0.03 if 3 % is meant"),
        ("grid: {tax_rate: [0.1]}\nparameters: {debt_rate_per_year: 4}", "0.04 if 4 % is meant"),
        ("grid: {utilization: [50, 90]}", "0.5 if 50 % is meant"),
    ],
)
def test_an_axis_typed_in_per_cent_is_said(tmp_path: Path, axis: str, meant: str) -> None:
    (tmp_path / "grid.yaml").write_text(axis)
    out = str(tmp_path / "out")
    command = ["sweep", "rental_model", str(tmp_path / "grid.yaml"), "--out", out, "--dry-run"]
    assert meant in said_by(command)


def test_ends_beyond_what_is_possible_are_refused_with_what_is_meant() -> None:
    for option in ("--low-high utilization=50:100", "--low 10 --high 90"):
        command = ["sensitivity", "tornado", CASE, *option.split()]
        done = CliRunner().invoke(app, command)
        assert isinstance(done.exception, AssumptionError) and " % is meant" in said_by(command)


def test_what_is_usual_is_not_remarked() -> None:
    for name in singles():
        usual = 0.15 if MEASURES[name].unit.startswith("share") else 3.0
        assert unusual_wanted(name, usual) == ""
    assert unusual({RATE: [0.03, 0.05], "utilization": [0.5, 1.0], "no such name": [1e9]}) == {}
    # what is usual of an amount is known in one currency
    assert unusual({"server_price_cny": [300.0]}) and not unusual(
        {"server_price_cny": [3e2]}, "EUR"
    )
