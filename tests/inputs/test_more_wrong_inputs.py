"""Wrong inputs of more kinds, to commands and functions: each is refused clearly or remarked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from analysis import data, rental, rents
from analysis.cli.app import app
from analysis.rental.questions.sensitivity.spans import Span
from analysis.rental.questions.simulate.simulation import Plan
from analysis.rental.questions.simulate.uncertainty import Uncertainty
from analysis.sweeps.grid import Grid
from analysis.sweeps.model_sweep import ModelSweep

from .test_wrong_inputs import CASE, REFUSED, REMARKED, SILENT, TRACEBACK, of_command, outcome

FILES: dict[str, bytes] = {
    "grid.yaml": b"grid: {utilization: [0.5, 0.7]}\n",
    "no-axis.yaml": b"grid: {utilization: []}\n",
    "no-grid.yaml": b"gird: {utilization: [0.5]}\n",
    "backwards.yaml": b"grid: {utilization: {from: 1, to: 0, steps: 3}}\n",
    "nan.yaml": b"grid: {utilization: [0.5, .nan]}\n",
    "measure.yaml": b"grid: {utilization: [0.5, 0.7]}\nmeasures: [npv]\n",
    "idle.yaml": b"parameters: {pue: 1.2}\ngrid: {utilization: [0.5, 0.7]}\n",
    "negative.yaml": b"distributions: {utilization: {kind: normal, mean: 0.8, sd: -1}}\n",
    "mode.yaml": b"distributions: {tax_rate: {kind: triangular, low: 0.9, mode: 0.2, high: 1}}\n",
    "head.csv": b"date,provider,gpu,price\n",
    "bytes.csv": b"\x00\xff" * 40,
    "text.xlsx": b"a,b\n1,2\n",
}
RENTED = ["own-or-rent", CASE, "--rented"]
QUESTION = ["solve", CASE, "--unknown", "utilization", "--target", "equity_npv_cny"]
TWO_WAY = ["sensitivity", "two-way", CASE, "--down", "utilization=0.5:1", "--across"]
FRONTIER = ["sensitivity", "frontier", CASE, "--along", "utilization=0.5:1"]
FRONTIER += ["--find", "rent_decline_per_year=0:0.5"]
COMMANDS: list[list[str]] = [
    *([*RENTED, price] for price in ("0", "-3", "nan", "12 CNY", "120000")),
    # what a change does not do is said by every command that takes one
    [*RENTED, "12", "-s", "pue=1.2"],
    [*QUESTION, "--wanted", "0", "--low", "0", "--high", "1", "-s", "pue=1.2"],
    [*TWO_WAY, "tax_rate=0:0.3", "-s", "lease_payment_timing=advance"],
    [*FRONTIER, "--points", "3", "-s", "contract_years=3"],
    ["sensitivity", "tornado", CASE, "-s", "vat_output_rate=0.13"],
    ["sensitivity", "sobol", CASE, "--n", "64", "-s", "rent_step=period"],
    ["simulate", CASE, "--n", "64", "-s", "staff_cny_per_server_month=2000"],
    ["workbook", CASE, "model.xlsx", "-s", "tax_rate=0.6"],
    ["evaluate", "--write-case", "mine.yaml", "-s", "pue=1.2"],
    ["sweep", "rental_model", "idle.yaml", "--dry-run"],
    *(
        ["sweep", "rental_model", f"{name}.yaml"]
        for name in ("no-axis", "no-grid", "backwards", "nan", "measure")
    ),
    ["sweep", "rental_model", "grid.yaml", "--out", "grid.yaml"],
    ["simulate", CASE, "--distributions", "negative.yaml"],
    ["simulate", CASE, "--distributions", "mode.yaml"],
    ["simulate", CASE, "--hurdle", "15", "--n", "64"],
    ["simulate", CASE, "--hurdle", "nan", "--n", "64"],
    ["simulate", CASE, "--sampling", "sobol", "--n", "100"],
    [*QUESTION, "--wanted", "nan", "--low", "0", "--high", "1"],
    [*QUESTION, "--wanted", "0", "--low", "0", "--high", "inf"],
    [*FRONTIER, "--by", "pue=1.1,1.2"],
    [*FRONTIER, "--by", "tax_rate=0.1,high"],
    [*FRONTIER, "--points", "1"],
    ["sensitivity", "tornado", CASE, "--figure", "x.gif"],
    ["sensitivity", "tornado", CASE, "--low-high", "tax_rate=0.1:0.1"],
    ["evaluate", CASE, "-s", "debt_service_reserve_months=700"],
    ["evaluate", CASE, "-s", "debt_service_reserve_months=30"],
    ["evaluate", CASE, "-s", "principal_grace_months=120"],
    ["evaluate", CASE, "-s", "currency=yen"],
    ["evaluate", CASE, "-s", "debt_form=given", "-s", "repayment_shares_by_period=0.5"],
    ["explain", "zzzzz"],
    ["reproduce", "rent-trends/nothing"],
    ["translate", "--missing", "nothing"],
    ["refresh", "gold"],
    ["refresh", "fx", "--since", "soon"],
    ["refresh", "fx", "--since", "2135-01-01", "--dry-run"],
    ["data", "add", "prices", "head.csv"],
    ["data", "add", "quotes", "head.csv"],
    ["data", "add", "quotes", "bytes.csv"],
    ["data", "add", "quotes", "text.xlsx"],
    ["data", "template", "prices"],
    ["data", "seal", "fx", "--changed", "-1"],
    ["method", "extra"],
]


def months(values: Any = None) -> pd.Series:
    numbers = np.log(np.linspace(3.0, 2.0, 40)) + 0.01 * np.sin(np.arange(40.0))
    index = pd.period_range("2023-01", periods=40, freq="M")
    return pd.Series(numbers if values is None else values, index=index)


GENERATOR = np.random.default_rng(1)
UNCERTAIN = Uncertainty(distributions={"utilization": {"kind": "uniform", "low": 0.5, "high": 1}})
SPAN, OTHER = Span("utilization", 0.5, 1), Span("tax_rate", 0.0, 0.2)
TEN = months(np.r_[np.inf, np.zeros(39)])


def market(quotes: Any = None, **changes: Any) -> Any:
    terms = {"gpu": "H100", "segment": "neocloud", "generator": GENERATOR, "n_draws": 9}
    if quotes is None:
        raw = data.load("rent_quotes_usd")
        quotes = rents.comparable_quotes(raw, data.load("fx"), data.load("gpu_specs"))
    return rents.rent_market(quotes, **terms | changes)


def question(**changes: Any) -> Any:
    ends: dict[str, Any] = {"wanted": 0, "low": 0, "high": 1} | changes
    return rental.solve({}, "utilization", target="equity_npv_cny", **ends)


def plan(uncertainty: Any = UNCERTAIN, **changes: Any) -> Any:
    return Plan.of({}, uncertainty, **{"n_scenarios": 8, "seed": 0} | changes)


def ahead(series: Any = None, **changes: Any) -> Any:
    terms: dict[str, Any] = {"model": "no_change", "n_ahead": 3, "n_supported_months": 3}
    return rents.forecast(months() if series is None else series, **terms | changes)


def judged(series: Any = None, **changes: Any) -> Any:
    every = {"one": months()} if series is None else series
    return rents.backtest(every, generator=GENERATOR, **changes)


irr, npv, xirr, convert = rental.irr, rental.npv, rental.xirr, rental.convert_rent
# of the wrong type on purpose, what no type checker would let pass
WRONG: Any = {"text": "x", "nothing": None, "number": 7, "numbers": [0.1, 0.2]}
PYTHON: dict[str, Callable[[], Any]] = {
    "irr of text": lambda: irr(["a", "b"]),
    "irr of a number": lambda: irr(5),
    "irr of nothing": lambda: irr(WRONG["nothing"]),
    "irr of no flow": lambda: irr([]),
    "irr in three dimensions": lambda: irr(np.zeros((2, 2, 2))),
    "roots of two series": lambda: rental.irr_roots([[-1.0, 2.0], [-1.0, 3.0]]),
    "a value at -100 %": lambda: npv(-1.0, [-1.0, 2.0]),
    "a value at a text": lambda: npv(WRONG["text"], [-1.0, 2.0]),
    "a value of one number": lambda: npv(0.1, 2.0),
    "dates of nothing": lambda: xirr(WRONG["nothing"], [1.0]),
    "an infinite flow": lambda: xirr(["2026-01-01", "2027-01-01"], [-1.0, np.inf]),
    "a unit": lambda: convert(7e4, "server_month", WRONG["text"]),
    "a negative rent": lambda: convert(-1.0, "server_month", "gpu_hour"),
    "a rent that is not known": lambda: convert(np.nan, "server_month", "gpu_hour"),
    "a rent in words": lambda: convert(WRONG["text"], "server_month", "gpu_hour"),
    "a server without GPUs": lambda: convert(7e4, "server_month", "gpu_hour", n_gpus=0),
    "a case that is none": lambda: rental.load_case(WRONG["nothing"]),
    "uncertainty of no file": lambda: rental.load_uncertainty("no.yaml"),
    "a rented hour in words": lambda: rental.own_or_rent({}, WRONG["text"]),
    "owning what is no case": lambda: rental.own_or_rent(WRONG["number"], 12),
    "wanted in words": lambda: question(wanted=WRONG["text"]),
    "an end that is missing": lambda: question(low=WRONG["nothing"]),
    "an engine": lambda: rental.measure({}, engine=WRONG["text"]),
    "no threads": lambda: rental.measure({}, engine="numba", threads=0),
    "one and a half threads": lambda: rental.measure({}, threads=1.5),  # type: ignore[arg-type]
    "scenarios in a list": lambda: rental.evaluate({}, [0.5]),  # type: ignore[arg-type]
    "a span that is a name": lambda: rental.tornado({}, [WRONG["text"]]),
    "a span in words": lambda: Span("utilization", WRONG["text"], 1),
    "a span from two numbers": lambda: Span("utilization", WRONG["numbers"], 1),
    "two values wanted": lambda: question(wanted=WRONG["numbers"]),
    "half a step": lambda: rental.two_way({}, SPAN, OTHER, n=3.5),  # type: ignore[arg-type]
    "half a point": lambda: rental.sobol({}, UNCERTAIN, n=64.5),  # type: ignore[arg-type]
    "no uncertainty": lambda: rental.sobol({}, WRONG["nothing"]),
    "a plan of half a scenario": lambda: plan(n_scenarios=8.5),
    "a plan with a seed in words": lambda: plan(seed=WRONG["text"]),
    "a plan with a hurdle of nothing": lambda: plan(hurdle=np.nan),
    "a plan of nothing": lambda: plan(WRONG["nothing"]),
    "a workbook that is a table": lambda: rental.write_workbook({}, "x.csv"),
    "a workbook to nowhere": lambda: rental.write_workbook({}, WRONG["nothing"]),
    "breaks of text": lambda: rents.find_breaks(WRONG["text"]),
    "breaks of infinity": lambda: rents.find_breaks(TEN),
    "fewer than no breaks": lambda: rents.find_breaks(months(), max_breaks=-1),
    "a trend of nothing": lambda: rents.log_linear_trend(WRONG["nothing"]),
    "a trend of infinity": lambda: rents.log_linear_trend(TEN),
    "a unit root of infinity": lambda: rents.unit_root_tests(TEN),
    "a forecast of text": lambda: ahead(WRONG["text"]),
    "a forecast of no month": lambda: ahead(n_ahead=0),
    "a forecast of half a month": lambda: ahead(n_ahead=2.5),
    "a forecast by nobody": lambda: ahead(model="arima"),
    "a backtest of nothing": lambda: judged({}),
    "a backtest by nobody": lambda: judged(models=["arima"]),
    "a backtest from no month": lambda: judged(first_origin="20x4"),
    "a backtest of no month": lambda: judged(longest_horizon=0),
    "a market of nothing": lambda: market(WRONG["number"]),
    "a market of no GPU": lambda: market(gpu="H1000"),
    "a market of nobody": lambda: market(segment="cloud"),
    "a market by the week": lambda: market(contract="weekly"),
    "a market by no method": lambda: market(method="mean"),
    "a market filled with zeros": lambda: market(fill="zero"),
    "a market from no month": lambda: market(first_month="2024-13"),
    "a market without chance": lambda: market(generator=7),
    "a panel by shop": lambda: rents.rent_panel(pd.DataFrame({"x": [1]}), label="x", by=["shop"]),
    "quotes without columns": lambda: rents.comparable_quotes(
        pd.DataFrame(), *[pd.DataFrame()] * 2
    ),
    "a grid with what is not read": lambda: ModelSweep.of(
        Grid(parameters={"pue": 1.2}, grid={"utilization": [0.5, 0.7]})
    ),
}


def test_none_passes_silently_or_ends_in_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    table = {" ".join(command): of_command(command) for command in COMMANDS}
    table |= {f"Python: {name}": outcome(act) for name, act in PYTHON.items()}
    with capsys.disabled():
        print(f"\n{len(table)} more wrong inputs: {dict(Counter(table.values()))}")  # noqa: T201
    wrong = {name: end for name, end in table.items() if end in (SILENT, TRACEBACK)}
    assert len(table) >= 100
    assert not wrong
    assert {REFUSED, REMARKED} == set(table.values())


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ([*RENTED, "12", "-s", "pue=1.2"], "pue: not read: it counts where operating_cost_basis"),
        ([*RENTED, "120000"], "rented: 120000 is unusual"),
        (["simulate", CASE, "--sampling", "sobol", "--n", "100"], "n: 100 is unusual of sobol"),
    ],
)
def test_what_is_remarked_is_said_beside_the_answer(command: list[str], said: str) -> None:
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0
    assert said in done.output


def test_what_is_right_is_left_alone() -> None:
    for command in ([*RENTED, "12"], [*TWO_WAY, "tax_rate=0:0.3"]):
        assert of_command(command) == SILENT
    rent = np.array([7e4, 8e4])
    assert convert(rent, "server_month", "gpu_hour").round(2).tolist() == [11.99, 13.7]
    assert npv([0.1, 0.2], [[-1.0, 1.1], [-1.0, 1.2]]).round(12).tolist() == [0.0, 0.0]
