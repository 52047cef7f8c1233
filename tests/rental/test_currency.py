"""The currency of a case: a label that every output names, and nothing that is computed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import openpyxl
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.errors import AssumptionError
from analysis.figures import picture
from analysis.rental import Assumptions, evaluate
from analysis.rental.faces.workbook.writer import write_workbook
from analysis.rental.inputs.cases import dump_case

CASE = "sihan-2025-straight-line"
COMMANDS = {
    "evaluate": ("evaluate", CASE),
    "solve": (
        "solve",
        CASE,
        "--unknown",
        "rent_cny_per_server_month",
        "--target",
        "equity_npv_cny",
        "--wanted",
        "0",
        "--low",
        "20000",
        "--high",
        "90000",
    ),
    "own-or-rent": ("own-or-rent", CASE, "--rented", "12"),
    "simulate": ("simulate", CASE, "--n", "64"),
    "tornado": ("sensitivity", "tornado", CASE, "--low-high", "tax_rate=0.1:0.2"),
    "tornado of amounts": (
        *("sensitivity", "tornado", CASE, "--measure", "levelized_cost_cny_per_gpu_hour"),
        *("--low-high", "server_price_cny=1500000:2500000"),
    ),
    "two-way": (
        *("sensitivity", "two-way", CASE, "--down", "server_price_cny=1500000:2500000"),
        *("--across", "rent_cny_per_server_month=50000:80000"),
    ),
    "sobol": ("sensitivity", "sobol", CASE, "--n", "64"),
    "frontier": (
        *("sensitivity", "frontier", CASE, "--along", "server_price_cny=1500000:3000000"),
        *("--find", "rent_cny_per_server_month=10000:90000", "--points", "3"),
    ),
}


def printed(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("code", ["EUR", "USD"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_names_the_currency_and_computes_the_same(command: str, code: str) -> None:
    yuan, other = (
        printed(*COMMANDS[command], "--set", f"currency={each}") for each in ("CNY", code)
    )
    assert "CNY" in yuan
    assert not re.search("CNY|yuan|\u5143|\u00a5", other)
    assert other == yuan.replace("CNY", code)


DRAWN = [each for each in COMMANDS if COMMANDS[each][0] == "sensitivity" and each != "sobol"]


@pytest.mark.parametrize("command", DRAWN)
def test_every_figure_names_the_currency(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def read(figure: Figure, kind: str) -> bytes:
        said.append(" ".join(text.get_text() for text in figure.findobj(Text)))
        return b""

    monkeypatch.setattr(picture, "to_file", read)
    for code in ("CNY", "EUR"):
        out = str(tmp_path / f"{code}.svg")
        printed(*COMMANDS[command], "--set", f"currency={code}", "--figure", out)
    assert "CNY" in said[0]
    assert said[1] == said[0].replace("CNY", "EUR")


def test_a_sweep_names_the_currency(tmp_path: Path) -> None:
    said = {}
    for code in ("CNY", "EUR"):
        grid = tmp_path / f"{code}.yaml"
        grid.write_text(f"parameters: {{currency: {code}}}\ngrid: {{debt_share: [0.5, 0.6]}}\n")
        folder = tmp_path / code
        said[code] = printed("sweep", "rental_model", str(grid), "--out", str(folder))
        said[code] = said[code].replace(str(folder), "FOLDER")
    assert "CNY" in said["CNY"]
    assert said["EUR"] == said["CNY"].replace("CNY", "EUR")


def test_no_cell_or_formula_of_a_workbook_names_another_currency(tmp_path: Path) -> None:
    path = tmp_path / "model.xlsx"
    # a formula says of interest that is not paid how much it is
    write_workbook(Assumptions(currency="EUR"), path)
    words = [
        cell.value
        for sheet in openpyxl.load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    ]
    assert any(word.startswith("=") and "EUR" in word for word in words)
    assert not [word for word in words if re.search(r"\bCNY\b", word)]


def test_a_case_says_its_currency() -> None:
    case = Assumptions(currency=" usd ")
    record = evaluate(case).record()
    assert (case.currency, record["currency"], record["remarks"]) == ("USD", "USD", {})
    text = dump_case(case)
    assert 'currency: "USD"' in text and "CNY" not in text
    assert (
        json.loads(printed("evaluate", CASE, "-s", "currency=usd", "--json"))["currency"] == "USD"
    )
    page = str(evaluate(case))
    assert "937,589 USD" in page and "CNY" not in page
    assert evaluate(case).statement("income").index.get_level_values(1)[0] == "USD"


def test_what_is_usual_of_amounts_is_known_in_one_currency() -> None:
    cheap = {"server_price_cny": 3_000.0, "rent_cny_per_server_month": 100.0}
    assert "server_price_cny" in evaluate(Assumptions(**cheap)).remarks()
    elsewhere = evaluate(Assumptions(**cheap, currency="EUR", tax_rate=0.9)).remarks()
    assert "server_price_cny" not in elsewhere and "tax_rate" in elsewhere


@pytest.mark.parametrize("code", ["euro", "€", "", "EU", 5, None])
def test_what_is_no_code_is_refused(code: object) -> None:
    with pytest.raises(AssumptionError, match="column currency"):
        Assumptions(currency=code)


def test_a_workbook_names_the_currency(tmp_path: Path) -> None:
    write_workbook(Assumptions(currency="EUR"), tmp_path / "model.xlsx", longest_life_years=5)
    book = openpyxl.load_workbook(tmp_path / "model.xlsx")
    texts = {
        cell.value
        for page in book
        for row in page.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and not cell.value.startswith("=")
    }
    assert "EUR" in texts and "EUR per server-month" in texts
    assert not [text for text in texts if "CNY" in text]


@pytest.mark.parametrize(
    ("given", "code"),
    [("CNY", "CNY"), (" eur ", "EUR"), ("ＵＳＤ", "USD"), ("chf", "CHF"), ("KWD", "KWD")],
)
def test_a_currency_is_a_code_of_iso_4217(given: str, code: str) -> None:
    assert Assumptions(currency=given).currency == code


@pytest.mark.parametrize(
    ("given", "meant"),
    [("RMB", "CNY"), ("元", "CNY"), ("CNH", "CNY"), ("€", "EUR"), ("dollars", "USD"), ("£", "GBP")],
)
def test_another_word_for_a_currency_is_refused_with_its_code(given: str, meant: str) -> None:
    with pytest.raises(AssumptionError, match=f"ISO 4217, .*; {meant} if {given} is meant"):
        Assumptions(currency=given)


@pytest.mark.parametrize("given", ["XYZ", "USDT", "", "EURO2", "12", "H20"])
def test_what_is_no_currency_is_refused(given: str) -> None:
    with pytest.raises(AssumptionError, match=r"ISO 4217|pattern"):
        Assumptions(currency=given)
