"""The workbook recalculated by two spreadsheet engines, against the model."""

from __future__ import annotations

import csv
import math
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.errors import AssumptionError
from analysis.files import WriteError
from analysis.rental import Assumptions, evaluate
from analysis.rental.faces.workbook.formula_printer import NAMED_NUMBERS, STRUCTURAL
from analysis.rental.faces.workbook.writer import write_workbook
from analysis.rental.model.measures.declared_measures import singles
from tests.rental.strategies import cases, steady
from tests.rental.terms import TERMS

from .recalculation import Workbook

METRICS = singles()
CASES: dict[str, dict[str, Any]] = {
    "as printed": {},
    "declining balance to the last two years": {
        "depreciation_method": "declining_balance",
        "declining_balance_ending": "last_two_years",
    },
    "parts of cost, annuity, VAT, losses carried forward for three years, own tax schedule": {
        "operating_cost_basis": "parts",
        "staff_cny_per_server_month": 9_000.0,
        "cost_inflation_per_year": 0.04,
        "debt_form": "annuity",
        "debt_tenor_years": 4.0,
        "loss_treatment": "carried_forward",
        "loss_carry_forward_years": 3,
        "tax_depreciation_method": "macrs_5",
        "useful_life_years": 6.0,
        "vat_enabled": True,
        "rent_decline_per_year": 0.25,
    },
    "months, finance lease in advance, per GPU-hour, contract then spot, losses lost": {
        "periods_per_year": 12,
        "useful_life_years": 1.5,
        "rent_path": "contract_then_spot",
        "contract_years": 0.5,
        "spot_rent_ratio": 0.8,
        "rent_step": "period",
        "rent_decline_per_year": 0.3,
        "billing_mode": "gpu_hour",
        "rent_cny_per_server_month": None,
        "rent_cny_per_gpu_hour": 30.0,
        "debt_form": "finance_lease",
        "lease_payment_timing": "advance",
        "lease_purchase_option_share": 0.05,
        "loss_treatment": "lost",
        "depreciation_method": "sum_of_years_digits",
        "depreciation_life_years": 2.0,
    },
    "given rents and shares, per P-year, bullet, no return": {
        "rent_path": "series",
        "rent_index_by_period": (1.0, 0.9, 0.5, 0.3, 0.1),
        "billing_mode": "p_year",
        "rent_cny_per_server_month": None,
        "rent_cny_per_p_year": 40_000.0,
        "p_precision": "fp16_sparse",
        "depreciation_method": "given",
        "depreciation_shares_by_year": (0.5, 0.3, 0.2),
        "debt_form": "bullet",
        "interest_base": "average",
        "debt_rate_convention": "effective",
    },
}
CASES |= {
    "sculpted to the ratio alone, fee, VAT, losses carried forward": {
        "debt_form": "sculpted",
        "debt_share": None,
        "debt_tenor_years": 4.0,
        "debt_rate_per_year": 0.09,
        "tax_rate": 0.25,
        "utilization": 0.8,
        "loss_treatment": "carried_forward",
        "loss_carry_forward_years": 2,
        "arrangement_fee_share": 0.02,
        "vat_enabled": True,
    },
    "sculpted under a cap, months, losses lost": {
        "periods_per_year": 12,
        "useful_life_years": 1.5,
        "rent_decline_per_year": 0.3,
        "debt_form": "sculpted",
        "debt_share": 0.2,
        "debt_rate_convention": "effective",
        "tax_rate": 0.25,
        "loss_treatment": "lost",
    },
    "sculpted to cash flow before tax": {
        "debt_form": "sculpted",
        "debt_share": None,
        "cover_cash_flow": "before_tax",
        "sculpted_dscr": 1.8,
    },
}
CASES |= {
    f"terms {place}": terms for place, terms in enumerate(TERMS) if "periods_per_year" not in terms
}
# Some columns behind the useful life, not all that the model allows, save the tests' time.
A_YEAR_MORE = 1.0


def assert_same(found: Any, expected: float | None, name: str) -> None:
    if expected is None or math.isnan(expected):
        assert found == "n/a", name
    else:
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9), name


@pytest.mark.parametrize("name", CASES)
def test_recalculated_by_formulas(tmp_path: Path, name: str) -> None:
    case = Assumptions(**CASES[name])
    longest = case.useful_life_years + A_YEAR_MORE
    write_workbook(case, tmp_path / "model.xlsx", longest_life_years=longest)
    book, result = Workbook(tmp_path / "model.xlsx"), evaluate(case)
    record = result.metrics.record()
    for metric in METRICS:
        assert_same(book.named(metric), record[metric], metric)
    assert book.named("all_checks") == "ok"
    # every cell, and the value stored with it for viewers that do not recalculate
    for cell in book.formulas:
        found, stored = book.value(*cell), book.stored.get(cell)
        if stored is None and cell[0] != "Rates":  # nothing is to be remarked
            assert found == "", cell
        elif stored is None:  # the search for rates, recalculated on opening
            assert cell[0] == "Rates" and not isinstance(found, str), cell
        elif isinstance(stored, float):
            assert found == pytest.approx(stored, rel=1e-9, abs=1e-7), cell
        else:
            assert found == stored, cell


@pytest.mark.slow
@settings(steady, max_examples=6)
@given(cases())
def test_any_case_recalculates(tmp_path_factory: pytest.TempPathFactory, case: Assumptions) -> None:
    path = tmp_path_factory.mktemp("workbook") / "model.xlsx"
    write_workbook(case, path, longest_life_years=case.useful_life_years)
    book, record = Workbook(path), evaluate(case).metrics.record()
    for metric in METRICS:
        assert_same(book.named(metric), record[metric], metric)
    assert book.named("all_checks") == "ok"
    for cell, said in book.stored.items():  # what is remarked of each metric
        if cell[0] == "Metrics" and isinstance(said, str):
            assert book.value(*cell) == said, cell


def test_changed_inputs_recalculate(tmp_path: Path) -> None:
    write_workbook(Assumptions(), tmp_path / "model.xlsx")
    book = Workbook(tmp_path / "model.xlsx")
    changes = {
        "rent_cny_per_server_month": 61_000.0,
        "residual_value_share": 0.08,  # resale follows it
        "tax_rate": 0.25,
        "debt_share": 0.5,
        "useful_life_years": 4.0,  # tenor and accounting life follow it
        "rent_decline_per_year": 0.1,
    }
    for name, value in changes.items():
        book.set(name, value)
    record = evaluate(Assumptions(**changes)).metrics.record()
    for metric in METRICS:
        assert_same(book.named(metric), record[metric], metric)
    assert book.named("all_checks") == "ok"


@pytest.mark.parametrize("life", [2.0, 6.0, 30.0])
def test_any_life_that_the_model_allows_recalculates(tmp_path: Path, life: float) -> None:
    write_workbook(Assumptions(), tmp_path / "model.xlsx")
    book = Workbook(tmp_path / "model.xlsx")
    book.set("useful_life_years", life)
    record = evaluate(Assumptions(useful_life_years=life)).metrics.record()
    for metric in METRICS:
        assert_same(book.named(metric), record[metric], metric)
    assert book.named("all_checks") == "ok"
    if life == 6.0:
        assert round(book.named("equity_npv_cny")) == 1_315_303


def test_a_life_beyond_the_columns_is_a_fault(tmp_path: Path) -> None:
    write_workbook(Assumptions(), tmp_path / "model.xlsx", longest_life_years=6.0)
    book = Workbook(tmp_path / "model.xlsx")
    book.set("useful_life_years", 7.0)
    assert book.named("all_checks") == "FAULT"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("utilization", 90.0),
        ("utilization", -0.1),
        ("useful_life_years", 31.0),
        ("useful_life_years", 4.5),
        ("debt_rate_per_year", 10.0),
        ("tax_rate", 1.0),  # less than one, not at most
        ("server_price_cny", 0.0),
        ("server_price_cny", -5.0),
        ("debt_share", "most"),
        ("debt_tenor_years", 6.0),  # longer than the life
        ("principal_grace_months", 30.0),
        ("principal_grace_months", 48.0),
    ],
)
def test_an_impossible_input_is_a_fault(tmp_path: Path, name: str, value: Any) -> None:
    case = Assumptions(debt_tenor_years=4.0, principal_grace_months=12.0)
    write_workbook(case, tmp_path / "model.xlsx", longest_life_years=5.0)
    book = Workbook(tmp_path / "model.xlsx")
    assert book.value("Summary", "B7") == "ok"  # one light for all checks, on the first sheet
    assert book.value("Inputs", "D1") == "ok"
    book.set(name, value)
    assert book.named("all_checks") == "FAULT"
    assert book.value("Inputs", "D1") == "FAULT"
    if not isinstance(value, str):
        with pytest.raises(AssumptionError):  # the model's own limits, no others
            case.replace(**{name: value})


def test_every_changeable_input_is_validated(tmp_path: Path) -> None:
    case = Assumptions(operating_cost_basis="parts", debt_tenor_years=4.0)
    write_workbook(case, tmp_path / "model.xlsx", longest_life_years=5.0)
    sheet = zipfile.ZipFile(tmp_path / "model.xlsx").read("xl/worksheets/sheet2.xml").decode()
    validated = set(re.findall(r'<dataValidation [^>]*sqref="([^"]+)"', sheet))
    book = Workbook(tmp_path / "model.xlsx")
    for name in ("SERVER_PRICE_CNY", "UTILIZATION", "PUE", "TAX_RATE", "DEBT_TENOR_YEARS"):
        assert book.names[name][1] in validated


@pytest.mark.parametrize("name", CASES)
def test_formulas_hold_no_numbers_of_their_own(tmp_path: Path, name: str) -> None:
    write_workbook(Assumptions(**CASES[name]), tmp_path / "model.xlsx", longest_life_years=2.0)
    book = Workbook(tmp_path / "model.xlsx")
    number = re.compile(r"(?<![A-Za-z0-9_$.])\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![A-Za-z0-9_.])")
    for cell, formula in book.formulas.items():
        without_texts = re.sub(r'"[^"]*"', "", formula)
        without_cells = re.sub(r"\$?[A-Z]{1,3}\$?\d+", "", without_texts)
        found = set(number.findall(without_cells)) - STRUCTURAL
        assert not found, (cell, formula)


def test_conversions_are_those_of_the_project() -> None:
    from analysis.units import HOURS_PER_YEAR, MONTHS_PER_YEAR

    values = {name: float(number) for number, (name, _) in NAMED_NUMBERS.items()}
    assert values["hours_per_year"] == HOURS_PER_YEAR
    assert values["months_per_year"] == MONTHS_PER_YEAR


@pytest.mark.slow
@settings(steady, max_examples=6)
@given(cases(("sculpted",), utilization=0.95, operating_cost_share_of_revenue=0.1, tax_rate=0.25))
def test_any_sculpted_debt_recalculates(
    tmp_path_factory: pytest.TempPathFactory, case: Assumptions
) -> None:
    path = tmp_path_factory.mktemp("workbook") / "model.xlsx"
    write_workbook(case, path, longest_life_years=case.useful_life_years)
    book, result = Workbook(path), evaluate(case)
    record = result.metrics.record()
    for metric in METRICS:
        assert_same(book.named(metric), record[metric], metric)
    assert book.named("all_checks") == "ok"


# Each year 12 months of 50,000 are 600,000 before tax; 500,000 are depreciated, so that tax is
# 0.25 * (100,000 - interest) and cash flow for debt service 575,000 + 0.25 * interest. Service is
# that over 1.25. From the end: of the debt B1 of the last year, 1.1 * B1 = (575,000 + 0.25 * 0.1 *
# B1) / 1.25, so B1 = 460,000 / 1.08; of that of the first, 1.1 * B0 = 460,000 + 0.02 * B0 + B1.
BY_HAND = Assumptions(
    server_price_cny=1_000_000.0,
    useful_life_years=2.0,
    rent_cny_per_server_month=50_000.0,
    utilization=1.0,
    rent_decline_per_year=0.0,
    operating_cost_share_of_revenue=0.0,
    depreciation_method="straight_line",
    residual_value_share=0.0,
    tax_rate=0.25,
    loss_treatment="refunded",
    debt_form="sculpted",
    debt_share=None,
    debt_rate_per_year=0.1,
    sculpted_dscr=1.25,
)


def test_sculpted_debt_by_hand(tmp_path: Path) -> None:
    write_workbook(BY_HAND, tmp_path / "model.xlsx", longest_life_years=3.0)
    book = Workbook(tmp_path / "model.xlsx")
    second = 460_000 / 1.08
    first = (460_000 + second) / 1.08
    assert book.named("debt_drawn_cny") == pytest.approx(first, rel=1e-12)
    rows = {
        book.value("Statements", f"B{row}"): [
            book.value("Statements", f"{column}{row}") for column in "EF"
        ]
        for row in range(1, 60)
    }
    assert rows["debt_cny"] == pytest.approx([second, 0.0], rel=1e-12)
    assert rows["cfads_cny"] == pytest.approx([575_000 + 0.025 * d for d in (first, second)])
    assert rows["debt_service_cny"] == pytest.approx([each / 1.25 for each in rows["cfads_cny"]])
    assert book.named("all_checks") == "ok"


@pytest.mark.parametrize(
    "changes",
    [
        {"debt_rate_per_year": 0.15, "sculpted_dscr": 1.05, "tax_rate": 0.4},
        {"debt_share": 0.1, "rent_decline_per_year": 0.5},  # from the ratio to the cap
        {"useful_life_years": 6.0, "utilization": 0.4},
        {"rent_cny_per_server_month": 100.0},  # next to nothing to serve a debt with
    ],
)
def test_changed_inputs_size_sculpted_debt_anew(tmp_path: Path, changes: dict[str, float]) -> None:
    case = Assumptions(
        debt_form="sculpted", debt_share=0.9, tax_rate=0.25, loss_treatment="carried_forward"
    )
    write_workbook(case, tmp_path / "model.xlsx", longest_life_years=6.0)
    book = Workbook(tmp_path / "model.xlsx")
    for name, value in changes.items():
        book.set(name, value)
    record = evaluate(case.replace(**changes)).metrics.record()
    for metric in METRICS:
        assert_same(book.named(metric), record[metric], metric)
    assert book.named("all_checks") == "ok"


def test_sculpted_debt_beyond_the_price_is_a_fault(tmp_path: Path) -> None:
    write_workbook(BY_HAND, tmp_path / "model.xlsx", longest_life_years=2.0)
    book = Workbook(tmp_path / "model.xlsx")
    book.set("sculpted_dscr", 0.9)
    assert book.value("Summary", "B7") == "FAULT"
    with pytest.raises(AssumptionError, match="no more debt than the price"):
        evaluate(BY_HAND.replace(sculpted_dscr=0.9))


def test_passes_that_do_not_settle_are_said(tmp_path: Path) -> None:
    case = BY_HAND.replace(
        useful_life_years=10.0,
        depreciation_life_years=5.0,
        debt_rate_per_year=0.5,
        tax_rate=0.99,
        loss_treatment="lost",
        arrangement_fee_share=0.3,
    )
    evaluate(case)
    with pytest.raises(AssumptionError, match="16 passes"):
        write_workbook(case, tmp_path / "model.xlsx")
    assert not (tmp_path / "model.xlsx").exists()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WriteError, match="a file that can be written"):
        write_workbook(Assumptions(), tmp_path / "file" / "model.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_command(tmp_path: Path) -> None:
    path = tmp_path / "model.xlsx"
    done = CliRunner().invoke(app, ["workbook", "sihan-2025-straight-line", str(path)])
    assert done.exit_code == 0, done.output
    assert Workbook(path).named("equity_npv_cny") > 0


OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
EVERY_SHEET_AT_FULL_PRECISION = "44,34,76,1,,0,false,false,false,false,false,-1"


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("name", CASES)
def test_recalculated_by_libreoffice(tmp_path: Path, name: str) -> None:
    written, changed = tmp_path / "written.xlsx", tmp_path / "model.xlsx"
    case = Assumptions(**CASES[name])
    write_workbook(case, written, longest_life_years=case.useful_life_years + A_YEAR_MORE)
    # type another tax rate into the file: stored values are then stale
    _, cell = Workbook(written).names["TAX_RATE"]
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(changed, "w") as new:
        for item in old.namelist():
            content = old.read(item)
            if item == "xl/worksheets/sheet2.xml":
                typed = re.compile(rf'(<c r="{cell}"[^>]*><v>)[^<]*'.encode())
                content, n_typed = typed.subn(rb"\g<1>0.2", content)
                assert n_typed == 1
            new.writestr(item, content)
    profile = tmp_path / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(RECALCULATE)
    subprocess.run(
        [
            str(OFFICE),
            "--headless",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--convert-to",
            f"csv:Text - txt - csv (StarCalc):{EVERY_SHEET_AT_FULL_PRECISION}",
            "--outdir",
            str(tmp_path),
            str(changed),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    with (tmp_path / "model-Metrics.csv").open(encoding="utf-8") as file:
        shown = {row[1]: row[3] for row in csv.reader(file) if len(row) > 3}
    record = evaluate(case.replace(tax_rate=0.2)).metrics.record()
    for metric in METRICS:
        text = shown[metric]
        assert_same("n/a" if text == "n/a" else float(text), record[metric], metric)
    with (tmp_path / "model-Checks.csv").open(encoding="utf-8") as file:
        verdicts = [row[4] for row in csv.reader(file) if len(row) > 4 and row[0] == "All checks"]
    assert verdicts == ["ok"]
