"""The sensitivities as a user runs them: what is printed, what is written, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from analysis.cli import sensitivity_output as console
from analysis.cli.app import app
from analysis.errors import FaultsError
from analysis.rental import Assumptions, evaluate
from analysis.rental.questions.simulate.illustrative import dump, illustrative

CASE = "sihan-2025-straight-line"
TWO_WAY = [
    "two-way",
    CASE,
    "--down",
    "utilization=0.5:1",
    "--across",
    "rent_decline_per_year=0:0.4",
]
FRONTIER = [
    "frontier",
    CASE,
    "--along",
    "server_price_cny=1500000:3000000",
    "--find",
    "rent_decline_per_year=-0.3:0.9",
    "--by",
    "utilization=0.8,1",
    "--points",
    "3",
]
TORNADO = ["tornado", CASE]
SOBOL = ["sobol", CASE, "--n", "64", "--seed", "3"]
BEGINNING = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["sensitivity", *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (TORNADO, ["yearly decline of the rent", "Equity NPV is 937,589 CNY", "illustrative"]),
        (TWO_WAY, ["937,589", "100.0%", "Equity NPV, CNY. Down: share of"]),
        (SOBOL, ["with interaction", "Explained without interaction", "seed 3", "illustrative"]),
        ([*SOBOL, "--second-order"], ["first rent and interest rate", "768 evaluations"]),
        (FRONTIER, ["3,000,000", "yearly decline of the rent", "between -30.0% and 90.0%"]),
    ],
)
def test_what_is_printed(arguments: list[str], words: list[str]) -> None:
    printed = " ".join(run(*arguments).split())
    for word in words:
        assert word in printed


def test_what_is_missing_is_said() -> None:
    ends = ["--low-high", "utilization=0.1:1", "--measure", "equity_irr"]
    printed = run(*TORNADO, *ends)
    assert "n/a" in printed and "Equity IRR does not exist at 1 end." in printed
    assert "illustrative" not in printed
    assert "does not exist in" in run(*TWO_WAY, "--measure", "equity_irr")
    none = run(*FRONTIER[:5], "rent_decline_per_year=0.8:0.9", "--points", "3")
    assert "none: Equity NPV is -" in none and "No answer in the range: 3 points." in none


@pytest.mark.parametrize("arguments", [TORNADO, TWO_WAY, SOBOL, FRONTIER])
def test_json_holds_the_case_and_the_answer(arguments: list[str]) -> None:
    record = json.loads(run(*arguments, "--json", "--set", "tax_rate=0.25"))
    assert record["assumptions_of_case"] == Assumptions(tax_rate=0.25).model_dump(mode="json")
    assert record["measure"] == "equity_npv_cny"


def test_json_of_a_frontier_put_back() -> None:
    record = json.loads(run(*FRONTIER, "--json"))
    assert len(record["points"]) == 6
    for point in record["points"]:
        (decline,) = point["values"]
        case = Assumptions(
            utilization=point["curve"],
            server_price_cny=point["along"],
            rent_decline_per_year=decline,
        )
        assert abs(evaluate(case).metrics.equity_npv_cny[0]) < 1e-6 * point["along"]


def test_a_file_says_what_is_uncertain(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(dump(illustrative(Assumptions())))
    for arguments in (TORNADO, SOBOL):
        printed = run(*arguments, "--distributions", str(file))
        assert "illustrative" not in printed
        assert printed in run(*arguments)
    ranges = tmp_path / "ranges.yaml"
    ranges.write_text(yaml.safe_dump({"utilization": [0.5, 0.9]}))
    given = ["--ranges", str(ranges), "--low-high", "tax_rate=0.1:0.3", "--json"]
    found = json.loads(run(*TORNADO, *given))["assumptions"]
    assert [(row["assumption"], row["low"], row["high"]) for row in found] == [
        ("utilization", 0.5, 0.9),
        ("tax_rate", 0.1, 0.3),
    ]


def test_tornado_around_the_medians() -> None:
    found = json.loads(run(*TORNADO, "--from-median", "--low", "0.25", "--high", "0.75", "--json"))
    assert found["others_at"] == "medians"
    assert all(row["low"] < row["base"] < row["high"] for row in found["assumptions"])


@pytest.mark.parametrize("kind", BEGINNING)
@pytest.mark.parametrize("arguments", [TORNADO, TWO_WAY, SOBOL, FRONTIER])
def test_figures_are_files_and_the_same_each_time(
    tmp_path: Path, arguments: list[str], kind: str
) -> None:
    one, other = (tmp_path / f"{name}.{kind}" for name in ("one", "other"))
    for file in (one, other):
        run(*arguments, "--figure", str(file))
    assert one.read_bytes().startswith(BEGINNING[kind])
    assert one.read_bytes() == other.read_bytes()
    assert sorted(tmp_path.iterdir()) == [one, other]


def test_figures_of_what_is_missing(tmp_path: Path) -> None:
    ends = ["--low-high", "utilization=0.1:1", "--measure", "equity_irr"]
    run(*TORNADO, *ends, "--figure", str(tmp_path / "tornado.svg"))
    assert "n/a at 10.0%" in (tmp_path / "tornado.svg").read_text()
    run(*TWO_WAY, "--measure", "payback_equity_years", "--figure", str(tmp_path / "table.svg"))
    assert "n/a" in (tmp_path / "table.svg").read_text()
    fine = ["--measure", "levelized_cost_cny_per_gpu_hour", "--steps", "12"]
    run(*TWO_WAY, *fine, "--figure", str(tmp_path / "fine.svg"))
    narrow = ["rent_decline_per_year=0.2:0.3", "--points", "9"]
    run(*FRONTIER[:5], *narrow, "--figure", str(tmp_path / "frontier.svg"))
    assert "no answer in the range" in (tmp_path / "frontier.svg").read_text()


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_a_figure_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def fail(source: Any, target: Any) -> None:
        raise error

    before = tmp_path / "before.svg"
    before.write_text("kept")
    monkeypatch.setattr(Path, "replace", fail)
    figure = ["--figure", str(before), "--force"]
    result = CliRunner().invoke(app, ["sensitivity", *TORNADO, *figure])
    assert result.exit_code != 0
    assert before.read_text() == "kept"
    assert list(tmp_path.iterdir()) == [before]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([*TORNADO, "--figure", "x.gif"], "a name ending in .svg, .png, .pdf"),
        ([*TORNADO, "--figure", "no-such-folder/x.svg"], "a file that can be written"),
        ([*TORNADO, "--low-high", "utilization=1"], "expected NAME=LOW:HIGH"),
        ([*TORNADO, "--low-high", "utilization=a:b"], "expected NAME=LOW:HIGH"),
        ([*TORNADO, "--low-high", "utilization=0:1", "--from-median"], "distributions"),
        ([*TORNADO, "--low-high", "utilisation=0:1"], "did you mean 'utilization'?"),
        ([*TORNADO, "--distributions", "no-such-file.yaml"], "a readable UTF-8 file"),
        (["two-way", CASE, "--down", "", "--across", ""], "column --down: found ''"),
        ([*FRONTIER[:6], "--by", "utilization"], "expected NAME=A,B,C"),
        (["sobol"], "a file, or one of"),
    ],
)
def test_what_is_refused(arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(app, ["sensitivity", *arguments])
    assert isinstance(result.exception, FaultsError), result.output
    assert words in str(result.exception)


def test_correlations_are_refused_by_their_pair(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    pair = {"between": ["utilization", "server_price_cny"], "spearman": -0.4}
    terms = illustrative(Assumptions()).model_dump(mode="json", exclude_defaults=True)
    file.write_text(yaml.safe_dump(terms | {"rank_correlations": [pair]}))
    result = CliRunner().invoke(app, ["sensitivity", *SOBOL, "--distributions", str(file)])
    assert "utilization and server_price_cny, -0.4" in str(result.exception)
    assert run(*TORNADO, "--distributions", str(file))  # each moves alone


@pytest.mark.parametrize("command", ["tornado", "two-way", "sobol", "frontier"])
def test_help_has_examples(command: str) -> None:
    assert f"python -m analysis sensitivity {command} {CASE}" in " ".join(
        run(command, "--help").split()
    )


def test_kinds_of_figures() -> None:
    assert console.figure_kind(Path("b.SVG")) == "svg"
    assert console.figure_kind(None) is None
