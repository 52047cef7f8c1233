"""Wrong cells of a workbook, each said on its first sheet; right ones, as the engine has them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from analysis.errors import AssumptionError
from analysis.rental import Assumptions, evaluate
from analysis.rental.faces.workbook.writer import write_workbook
from analysis.rental.model.measures.declared_measures import singles

from .recalculation import Workbook

CASES: dict[str, dict[str, Any]] = {
    "plain": {},
    "given": {
        "debt_form": "given",
        "repayment_shares_by_period": (0.1, 0.2, 0.3, 0.4),
        "debt_tenor_years": 4.0,
    },
    "sculpted": {"debt_form": "sculpted", "debt_tenor_years": 4.0},
    "lease": {"debt_form": "finance_lease", "lease_purchase_option_share": 0.05},
    "VAT": {"vat_enabled": True},
    "reserve": {
        "debt_service_reserve_months": 6.0,
        "debt_form": "annuity",
        "principal_grace_months": 12.0,
    },
    "prepayment": {"customer_prepayment_cny": 500_000.0, "prepayment_credit_share": 0.4},
    "rents": {
        "rent_path": "series",
        "rent_index_by_period": (1.0, 0.9, 0.8, 0.7, 0.6),
        "rent_payment_timing": "advance",
    },
    "shares": {
        "depreciation_method": "given",
        "depreciation_shares_by_year": (0.5, 0.3, 0.2),
    },
}
NO_NUMBER = (None, "", "most", True)
# case, assumption, what is typed: beyond a limit, or beyond what another input allows
IMPOSSIBLE = [
    ("plain", "utilization", 90.0),
    ("plain", "server_price_cny", -1.0),
    ("plain", "n_gpus", 7.5),
    ("plain", "useful_life_years", 4.5),
    ("plain", "debt_rate_per_year", 10.0),
    ("plain", "tax_rate", 25.0),
    ("plain", "rent_decline_per_year", 45_658.0),  # a date
    ("plain", "project_discount_rate", -1.0),
    ("given", "debt_tenor_years", 6.0),
    ("sculpted", "sculpted_dscr", 0.0),
    ("sculpted", "debt_tenor_years", 2.5),
    ("lease", "lease_purchase_option_share", 0.8),
    ("VAT", "vat_output_rate", 13.0),
    ("reserve", "principal_grace_months", 60.0),
    ("reserve", "debt_service_reserve_months", -3.0),
    ("prepayment", "prepayment_credit_share", 1.4),
    ("prepayment", "customer_prepayment_cny", -5.0),
]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Workbook]:
    folder = tmp_path_factory.mktemp("workbooks")
    found = {}
    for name, terms in CASES.items():
        write_workbook(Assumptions(**terms), folder / f"{name}.xlsx", longest_life_years=6.0)
        found[name] = Workbook(folder / f"{name}.xlsx")
        assert found[name].value("Summary", "B7") == "ok"
    return found


def rows_of(book: Workbook) -> dict[str, int]:
    """Return the rows of the inputs by name."""
    named = {book.value("Inputs", f"B{row}"): row for row in range(4, 80)}
    return {name: row for name, row in named.items() if name}


def said_of(book: Workbook, cell: str, typed: Any) -> tuple[str, str]:
    """Return the light of the first sheet and what it says once something is typed in."""
    before = book.value("Inputs", cell)
    book.put(("Inputs", cell), typed)
    said = book.value("Summary", "B7"), book.value("Summary", "B8")
    assert book.value("Inputs", "E1") == said[1]
    verdict = book.value("Summary", "B6")
    assert verdict.startswith("Not known" if said[0] == "FAULT" else "It ")
    book.put(("Inputs", cell), before)
    return said


@pytest.mark.parametrize("typed", NO_NUMBER, ids=repr)
def test_what_is_no_number_is_said_of_every_input(books: dict[str, Workbook], typed: Any) -> None:
    for case in ("plain", "reserve", "lease"):
        book = books[case]
        for name, row in rows_of(book).items():
            is_input = isinstance(book.stored.get(("Inputs", f"D{row}")), float)
            if (
                is_input
                and ("Inputs", f"D{row}") not in book.formulas
                and name in Assumptions.model_fields
            ):
                light, said = said_of(book, f"D{row}", typed)
                assert light == "FAULT", (case, name)
                assert said.startswith(f"Inputs!D{row}, {name}: possible is "), (name, said)


@pytest.mark.parametrize(("case", "name", "typed"), IMPOSSIBLE)
def test_what_the_model_refuses_is_said(
    books: dict[str, Workbook], case: str, name: str, typed: float
) -> None:
    book = books[case]
    with pytest.raises(AssumptionError, match=name):
        Assumptions(**CASES[case]).replace(**{name: typed})
    light, said = said_of(book, f"D{rows_of(book)[name]}", typed)
    assert light == "FAULT"
    assert f", {name}: possible is a number" in said


@pytest.mark.parametrize("case", CASES)
def test_a_choice_that_is_typed_over_is_said(books: dict[str, Workbook], case: str) -> None:
    book = books[case]
    for name, typed in [("debt_form", "anuity"), ("debt_form", ""), ("vat_enabled", "yes")]:
        row = rows_of(book)[name]
        light, said = said_of(book, f"D{row}", typed)
        assert light == "FAULT"
        assert said.startswith(
            f"Inputs!D{row}, {name}: possible is {book.stored['Inputs', f'D{row}']}"
        )


@pytest.mark.parametrize("name", ["months_per_year", "hours_per_year", "periods_per_year"])
def test_what_is_no_input_is_held(books: dict[str, Workbook], name: str) -> None:
    book = books["plain"]
    light, said = said_of(book, f"D{list(rows_of(book)).index(name) + 4}", 9.0)
    assert (light, "no input" in said) == ("FAULT", True)


@pytest.mark.parametrize(
    ("case", "name", "column", "typed"),
    [
        ("rents", "rent_index_by_period", "E", -0.1),
        ("rents", "rent_index_by_period", "E", "half"),
        ("rents", "rent_index_by_period", "E", "0.9"),
        ("rents", "rent_index_by_period", "H", None),
        ("shares", "depreciation_shares_by_year", "D", 50.0),
        ("shares", "depreciation_shares_by_year", "D", None),
        ("shares", "depreciation_shares_by_year", "E", "thirty"),
        ("given", "repayment_shares_by_period", "F", 0.4),
        ("given", "repayment_shares_by_period", "G", "rest"),
        ("given", "repayment_shares_by_period", "H", 0.1),
    ],
)
def test_a_wrong_value_of_a_list_is_said(
    books: dict[str, Workbook], case: str, name: str, column: str, typed: Any
) -> None:
    light, said = said_of(books[case], f"{column}{rows_of(books[case])[name]}", typed)
    assert light == "FAULT"
    assert said.startswith(f"{name}: numbers of at least 0")


def test_shares_that_sum_to_one_with_one_below_zero_or_behind_the_tenor(
    books: dict[str, Workbook],
) -> None:
    book = books["given"]
    row = rows_of(book)["repayment_shares_by_period"]
    for changes in ({"D": -0.1, "E": 0.4}, {"G": 0.3, "H": 0.1}):
        before = {column: book.value("Inputs", f"{column}{row}") for column in changes}
        for column, typed in changes.items():
            book.put(("Inputs", f"{column}{row}"), typed)
        assert book.value("Summary", "B7") == "FAULT"
        assert book.value("Summary", "B8").startswith("repayment_shares_by_period: n")
        for column, typed in before.items():
            book.put(("Inputs", f"{column}{row}"), typed)


def test_a_life_beyond_the_columns_names_how_long_it_may_be(books: dict[str, Workbook]) -> None:
    light, said = said_of(books["plain"], f"D{rows_of(books['plain'])['useful_life_years']}", 7.0)
    assert light == "FAULT"
    assert "useful_life_years: possible is a number; more than 0, at most 6" in said


def test_what_is_unusual_is_remarked_and_no_fault(books: dict[str, Workbook]) -> None:
    row = rows_of(books["plain"])["debt_rate_per_year"]
    light, said = said_of(books["plain"], f"D{row}", 4.0)
    assert light == "ok"
    assert said == (
        f"Inputs!D{row}, debt_rate_per_year is unusual: a number; at least 0, less than 10; "
        "usual 0 to 0.3"
    )
    # amounts in another currency are not judged by what is usual in CNY
    assert said_of(books["plain"], "D4", 1_000.0)[1].startswith("Inputs!D4, server_price_cny is")


def test_what_is_unusual_of_an_amount_is_known_in_one_currency(tmp_path: Path) -> None:
    path = tmp_path / "euro.xlsx"
    write_workbook(Assumptions(currency="EUR"), path, longest_life_years=5.0)
    book = Workbook(path)
    assert said_of(book, "D4", 1_000.0) == ("ok", "")


@pytest.mark.parametrize(
    ("case", "changes", "rents"),
    [
        ("plain", {"utilization": 0.55, "useful_life_years": 6.0, "tax_rate": 0.3}, ()),
        ("given", {"debt_share": 0.4, "debt_rate_per_year": 0.09, "useful_life_years": 6.0}, ()),
        ("sculpted", {"sculpted_dscr": 1.9, "debt_tenor_years": 3.0}, ()),
        ("lease", {"lease_purchase_option_share": 0.2, "debt_rate_per_year": 0.12}, ()),
        ("VAT", {"vat_output_rate": 0.06, "rent_cny_per_server_month": 40_000.0}, ()),
        ("reserve", {"debt_service_reserve_months": 9.0, "principal_grace_months": 0.0}, ()),
        ("prepayment", {"customer_prepayment_cny": 0.0, "prepayment_credit_share": 0.9}, ()),
        ("rents", {"useful_life_years": 6.0}, (0.9, 0.9, 0.7, 0.7, 0.2, 0.1)),
        ("rents", {"useful_life_years": 3.0, "utilization": 0.8}, (1.0, 0.5, 0.25)),
    ],
)
def test_a_right_change_is_the_engines_own(
    tmp_path: Path, case: str, changes: dict[str, float], rents: tuple[float, ...]
) -> None:
    before = Assumptions(**CASES[case])
    write_workbook(before, tmp_path / "model.xlsx", longest_life_years=6.0)
    book = Workbook(tmp_path / "model.xlsx")
    for name, value in changes.items():
        book.set(name, value)
    for column, rent in zip("DEFGHI", rents, strict=False):
        book.put(("Inputs", f"{column}{rows_of(book)['rent_index_by_period']}"), rent)
    # given rents stand for the life that was: rents behind a shorter one are not read
    more = {"rent_index_by_period": rents} if rents else {}
    record = evaluate(before.replace(**changes, **more)).metrics.record()
    assert book.value("Summary", "B7") == "ok", book.value("Summary", "B8")
    for name in singles():
        found, expected = book.named(name), record[name]
        if expected is None or math.isnan(expected):
            assert found == "n/a", name
        else:
            assert found == pytest.approx(expected, rel=1e-9, abs=1e-9), name
