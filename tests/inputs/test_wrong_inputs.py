"""Wrong inputs of every kind, to every face: each is refused clearly or remarked, none passes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.errors import AnalysisError
from analysis.paths import NOTEBOOKS
from analysis.rental import convert_rent, evaluate, measure, solve, tornado
from analysis.rental.faces.workbook.writer import write_workbook
from analysis.rental.questions.sensitivity.spans import Span
from analysis.rental.questions.simulate.uncertainty import Uncertainty
from analysis.reports.notebook.parameter_values import parse_assignments, read_parameters
from analysis.sweeps.grid import Grid
from analysis.sweeps.model_sweep import ModelSweep

CASE = "sihan-2025-straight-line"
REFUSED, REMARKED, SILENT, TRACEBACK = "refused clearly", "remarked", "silent", "traceback"
UNCLEAR = ("Traceback", "KeyError", "ValidationError", "NoneType", "object at 0x")

SETTINGS = """
utilization=1.2 | utilization=70 | utilization=-1 | utilization=high | utilization=
utilization=nan | utilization=.inf | utilization=yes | utilization=1,300 | utilization=7/10
utilization=[0.7] | utilization={a: 1} | utilization=0.7 0.8 | utilization:0.7 | utilization
utilisation=0.7 | =1 | foo=1 | utilization=[0.7 | utilization=1:30 | utilization=0x1
utilization=0.01
debt_share=1.5 | debt_share=70 | debt_share= | debt_share=none
debt_rate_per_year=4 | debt_rate_per_year=12 | debt_rate_per_year=-4%
equity_discount_rate=10 | equity_discount_rate=0.9 | project_discount_rate=-1
tax_rate=25 | tax_rate=1 | tax_rate=15,5 | tax_rate=0.6
pue=130 | pue=0.9 | pue=1,300 | power_kw_per_server=10200 | load_factor=80
resale_value_share=100000 | resale_value_share=1.5 | residual_value_share=5
server_price_cny=200 | server_price_cny=200万 | server_price_cny=0 | server_price_cny=-1
server_price_cny=¥2000000 | server_price_cny=70% | server_price_cny=2.000.000
server_price_cny=1e12
rent_cny_per_server_month=7 | rent_cny_per_server_month=7.0.0 | rent_cny_per_server_month=
useful_life_years=60 | useful_life_years=2.5 | useful_life_years=0 | useful_life_years=5 years
periods_per_year=4 | periods_per_year=monthly | periods_per_year=yes
debt_form=balloon | debt_form=Annuity | debt_form= | debt_form=7
rent_path=fall | rent_path=series | rent_path=contract_then_spot | rent_index_by_period=[1,0.9]
billing_mode=gpu_hour | billing_mode=hourly | rent_cny_per_gpu_hour=12
n_gpus=7.5 | n_gpus=0 | n_gpus=true | n_gpus=5000 | n_gpus=eight
vat_enabled=perhaps | vat_enabled=2 | vat_output_rate=13 | vat_surcharge_share=12
contract_years=3 | electricity_cny_per_kwh=60 | lease_payment_timing=advance
lease_payment_timing=early | lease_purchase_option_share=2 | declining_balance_factor=1.5
depreciation_method=given | depreciation_method=ddb | depreciation_shares_by_year=[0.5,0.5]
depreciation_life_years=2.5 | loss_treatment=carried | loss_carry_forward_years=0
loss_carry_forward_years=5 | interest_base=mean | debt_tenor_years=7 | sculpted_dscr=130
rent_decline_per_year=1 | rent_decline_per_year=20 | rent_step=month | cost_inflation_per_year=3
"""

FILES: dict[str, bytes] = {
    "empty": b"",
    "comment": b"# nothing\n",
    "list": b"- utilization\n",
    "word": b"utilization\n",
    "twice": b"tax_rate: 0.1\ntax_rate: 0.2\n",
    "broken": b"tax_rate: [0.1\n",
    "encoding": "utilization: 0.7 # 利用率".encode("gbk"),
    "unknown": b"utilizaton: 0.7\n",
    "wide colon": "utilization：0.7\n".encode(),
    "tab": b"a:\n\tb: 1\n",
    "percent of money": b"server_price_cny: 70%\n",
    "nested": b"utilization: {low: 0.5}\n",
    "two documents": b"tax_rate: 0.1\n---\ntax_rate: 0.2\n",
    "tag": b"tax_rate: !!python/name:os.x\n",
}

SOLVE = ["solve", CASE, "--target", "equity_npv_cny", "--wanted", "0"]
ENDS = ["--low", "0", "--high", "1"]
SPAN = ["--down", "utilization=0.5:1", "--across"]
COMMANDS: list[list[str]] = [
    [*SOLVE, "--unknown", "rent_decline", "--low", "0", "--high", "0.9"],
    [*SOLVE, "--unknown", "pue", "--low", "1", "--high", "2"],
    [*SOLVE, "--unknown", "debt_form", "--low", "0", "--high", "1"],
    [*SOLVE, "--unknown", "utilization", "--low", "1", "--high", "0"],
    [*SOLVE, "--unknown", "utilization", "--low", "0.5", "--high", "2"],
    [*SOLVE, "--unknown", "utilization", "--low", "half", "--high", "1"],
    [*SOLVE, "--unknown", "utilization", "--low", "0.5"],
    [*SOLVE, "--wanted", "1", "--unknown", "utilization", *ENDS],
    ["solve", CASE, "--unknown", "utilization", "--target", "irr", "--wanted", "0", *ENDS],
    ["solve", "--unknown", "utilization"],
    ["evaluate"],
    ["evaluate", "sihan"],
    ["evaluate", "no-such-file.yaml"],
    ["evaluate", "."],
    ["evaluate", CASE, "--jsn"],
    ["evaluate", CASE, "-s", "pue=1.2", "-s", "pue=1.3"],
    ["evaluat", CASE],
    ["--versio"],
    ["simulate", CASE, "--n", "0"],
    ["simulate", CASE, "--seed", "-1"],
    ["simulate", CASE, "--sampling", "random"],
    ["simulate", CASE, "--n", "1e3"],
    ["simulate", CASE, "--hurdle", "high"],
    ["simulate", CASE, "--threads", "0"],
    ["simulate", CASE, "--distributions", "no-such-file.yaml"],
    ["simulate", CASE, "--seed", "1", "--seed", "2"],
    ["simulate", CASE, "--out", "x.txt"],
    ["workbook", CASE, "x.csv"],
    ["workbook", CASE],
    ["workbook", "sihan", "x.xlsx"],
    ["sensitivity", "tornado", CASE, "--measure", "npv"],
    ["sensitivity", "tornado", CASE, "--low-high", "pue=1.1:1.5"],
    ["sensitivity", "tornado", CASE, "--low-high", "utilization=1"],
    ["sensitivity", "tornado", CASE, "--low-high", "utilization=0.9:0.5"],
    ["sensitivity", "tornado", CASE, "--low-high", "utilization=50:90"],
    ["sensitivity", "tornado", CASE, "--low", "0.9", "--high", "0.1"],
    ["sensitivity", "two-way", CASE],
    ["sensitivity", "two-way", CASE, *SPAN, "utilization=0:1"],
    ["sensitivity", "two-way", CASE, *SPAN, "contract_years=1:3"],
    ["sensitivity", "two-way", CASE, *SPAN, "tax_rate=0:0.3", "--steps", "1"],
    ["sensitivity", "sobol", CASE, "--n", "100"],
    ["sensitivity", "sobol"],
    ["sensitivity", "frontier", CASE, "--along", "pue=1:2", "--find", "utilization=0:1"],
    ["sensitivity", "frontier", CASE, "--along", "tax_rate=0:0.3", "--find", "debt_form=0:1"],
    ["sensitivity", "tornad", CASE],
    ["backtest", "--segment", "foo"],
    ["backtest", "--gpu", "H1000"],
    ["backtest", "--first-origin", "20x4"],
    ["backtest", "--first-origin", "2024-13"],
    ["backtest", "--n-paths", "1"],
    ["backtest", "--longest-horizon", "1000"],
    ["backtest", "--seed", "-1"],
    ["sweep", "rental-model", "grid.yaml"],
    ["sweep", "rental_model", "no-such-grid.yaml"],
    ["sweep", "rent_trends", "grid.yaml"],
    ["sweep", "rental_model"],
    ["build", "rental_model"],
    ["build", "rental-model", "-p", "utilization=2", "--out", "x.html"],
    ["build", "rental-model", "-p", "utilization", "--out", "x.html"],
    ["build", "rental-model", "-p", "utilisation=0.7", "--out", "x.html"],
    ["build", "capex-intensity", "-p", "currency=EUR", "--out", "x.html"],
    ["build", "rental-model", "-p", "utilization=0.7"],
    ["build", "--jobs", "0"],
    ["data", "describe", "rent_quotes"],
    ["data", "seal", "rent_quotes"],
    ["data", "check", "--folder", "no-such-folder"],
]

PARAMETERS: list[tuple[str, str]] = [
    ("bubble_indicators", "scenario=boom"),
    ("bubble_indicators", "currency=EUR"),
    ("bubble_indicators", "frequency=month"),
    ("bubble_indicators", "capex_definition=cash"),
    ("bubble_indicators", 'companies=["Gogle"]'),
    ("bubble_indicators", "companies=Amazon"),
    ("bubble_indicators", "n_draws=0"),
    ("bubble_indicators", "last_year=2010"),
    ("bubble_indicators", "depreciation_convention=third"),
    ("bubble_indicators", "tax_rate=17"),
    ("capex_intensity", "currency=usd"),
    ("capex_intensity", "quarter_rule=last"),
    ("capex_intensity", "first_year=twenty"),
    ("claims_audit", "n_striking=-1"),
    ("operators", "rental_case=mine"),
    ("operators", "rental_case=../../x"),
    ("rent_trends", "gpu=H1000"),
    ("rent_trends", "segment=cloud"),
    ("rent_trends", "currency=EUR"),
    ("rent_trends", "first_month=2024-13"),
    ("rent_trends", "anchor_month=1999-01"),
    ("rent_trends", "peak_by=2023-10"),
    ("rent_trends", "forecast_model=arima"),
    ("rent_trends", "utilizations=[70]"),
    ("rent_trends", "utilizations=0.5,0.7"),
    ("rent_trends", "saved_as=/elsewhere/x"),
    ("rent_trends", "n_paths=many"),
    ("rental_market", "gpu=H1000"),
    ("rental_market", "confidence=1"),
    ("rental_market", "utilization=150%"),
    ("rental_model", "debt_form=balloon"),
    ("rental_model", "vat_enabled=maybe"),
    ("rental_model", "contract_shares=[0.5, 2]"),
    ("rental_model", "contract_months=3.5"),
    ("rental_model", "periods_per_year=4"),
    ("rental_model", "wanted_equity_irr=15"),
    ("summary", "language=cn"),
]

PYTHON: dict[str, Callable[[], Any]] = {
    "a number": lambda: evaluate(0.7),  # type: ignore[arg-type]
    "None": lambda: evaluate(None),  # type: ignore[arg-type]
    "a wrong name": lambda: evaluate("sihan"),
    "a mapping with an unknown key": lambda: evaluate({"utilisation": 0.7}),
    "a mapping with a wrong value": lambda: measure({"utilization": 7}),
    "a case and a wrong unknown": lambda: solve(
        {}, "utilisation", target="equity_npv_cny", wanted=0, low=0, high=1
    ),
    "a wrong case to solve": lambda: solve(
        3,
        "utilization",
        target="equity_npv_cny",
        wanted=0,
        low=0,
        high=1,  # type: ignore[arg-type]
    ),
    "scenarios that are texts": lambda: evaluate({}, {"utilization": ["high"]}),
    "scenarios of two lengths": lambda: evaluate({}, {"utilization": [1], "tax_rate": [0, 0.1]}),
    "a scenario beyond": lambda: measure({}, {"utilization": [0.5, 70]}),
    "an unusual scenario": lambda: evaluate({}, {"debt_rate_per_year": [4.0]}),
    "NaN": lambda: evaluate({}, {"utilization": [np.nan]}),
    "no such line": lambda: evaluate({}).line("net_cash"),
    "a span the wrong way": lambda: Span("utilization", 0.9, 0.5),
    "a span of a choice": lambda: Span("debt_form", 0, 1),
    "a tornado of nothing": lambda: tornado({}, []),
    "a tornado of what is not read": lambda: tornado({}, [Span("pue", 1.1, 1.3)]),
    "a distribution beyond": lambda: Uncertainty(
        distributions={"utilization": {"kind": "uniform", "low": 50, "high": 90}}
    ),
    "a distribution of no kind": lambda: Uncertainty(distributions={"utilization": {"kind": "x"}}),
    "a grid of an unknown name": lambda: ModelSweep.of(Grid(grid={"utilisation": [0.5, 0.7]})),
    "a grid of what is not read": lambda: ModelSweep.of(Grid(grid={"pue": [1.1, 1.2]})),
    "a grid with a value twice": lambda: ModelSweep.of(Grid(grid={"utilization": ["50%", 0.5]})),
    "a grid with a word": lambda: ModelSweep.of(Grid(grid={"utilization": ["high", 0.5]})),
    "a workbook of nothing": lambda: write_workbook(7, Path("x.xlsx")),  # type: ignore[arg-type]
}


def outcome(act: Callable[[], Any]) -> str:
    """Return how a wrong input ended."""
    try:
        result = act()
    except AnalysisError as error:
        return TRACEBACK if any(word in str(error) for word in UNCLEAR) else REFUSED
    except Exception:
        return TRACEBACK
    return REMARKED if getattr(result, "remarks", dict)() else SILENT


def of_command(arguments: list[str]) -> str:
    """Return how a command with wrong arguments ended, as a user would see it."""
    done = CliRunner().invoke(app, arguments)
    if isinstance(done.exception, AnalysisError):
        is_clear = not any(word in str(done.exception) for word in UNCLEAR)
        return REFUSED if is_clear else TRACEBACK
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return TRACEBACK
    if done.exit_code == 2 and "Usage:" in done.output:
        return REFUSED
    said = ("unusual", "not read", "makes no difference", "no value of")
    return REMARKED if any(words in done.output for words in said) else SILENT


def settings() -> list[str]:
    return [each.strip() for each in SETTINGS.replace("\n", "|").split("|") if each.strip()]


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "grid.yaml").write_text("grid: {utilization: [0.5, 0.7]}\n")
    return tmp_path


def test_no_wrong_input_passes_silently_or_ends_in_a_traceback(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table: dict[str, str] = {}
    for setting in settings():
        table[f"--set {setting}"] = of_command(["evaluate", CASE, "-s", setting])
    for name, content in FILES.items():
        path = elsewhere / "case.yaml"
        path.write_bytes(content)
        table[f"a file: {name}"] = of_command(["evaluate", str(path)])
    for command in COMMANDS:
        table[" ".join(command)] = of_command(command)
    for notebook, assignment in PARAMETERS:
        declaration = read_parameters(NOTEBOOKS / f"{notebook}.py")
        table[f"{notebook} -p {assignment}"] = outcome(
            lambda declaration=declaration, assignment=assignment: parse_assignments(
                declaration, [assignment]
            )
        )
    for name, act in PYTHON.items():
        table[f"Python: {name}"] = outcome(act)
    counts = Counter(table.values())
    with capsys.disabled():
        print(f"\n{len(table)} wrong inputs: {dict(counts)}")  # noqa: T201
    wrong = {name: end for name, end in table.items() if end in (SILENT, TRACEBACK)}
    assert len(table) >= 150
    assert not wrong


def test_what_is_right_is_neither_refused_nor_remarked() -> None:
    assert of_command(["evaluate", CASE, "-s", "utilization=95%"]) == SILENT
    assert outcome(lambda: evaluate({"utilization": 0.95})) == SILENT
    shares = {"kind": "uniform", "low": "50%", "high": 0.9}
    assert outcome(lambda: Uncertainty(distributions={"utilization": shares})) == SILENT
    assert outcome(lambda: convert_rent(7e4, "server_month", "gpu_hour")) == SILENT
