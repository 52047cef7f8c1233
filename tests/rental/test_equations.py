"""The printed equations: every structural choice has them, in LaTeX that becomes MathML."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import sympy as sp

from analysis.figures.mathml import to_mathml
from analysis.rental import Assumptions, evaluate
from analysis.rental.faces.equations import equation, equations, symbols
from analysis.rental.inputs.resolve import resolve
from analysis.rental.model.declaration import declare
from analysis.rental.model.lines import Declaration
from analysis.rental.model.structure import Structure

from .terms import TERMS

CHOICES: dict[str, list[dict[str, Any]]] = {
    "rents": [
        {"rent_step": "year"},
        {"rent_step": "period"},
        {"rent_path": "contract_then_spot", "contract_years": 2.0},
        {"rent_path": "series", "rent_index_by_period": (1.0,) * 5},
    ],
    "cost": [{"operating_cost_basis": "share_of_revenue"}, {"operating_cost_basis": "parts"}],
    "schedules": [
        *({"depreciation_method": m} for m in ("straight_line", "sum_of_years_digits", "macrs_5")),
        *(
            {"depreciation_method": "declining_balance", "declining_balance_ending": ending}
            for ending in ("switch_to_straight_line", "last_two_years", "none")
        ),
        {"depreciation_method": "given", "depreciation_shares_by_year": (0.5, 0.5)},
    ],
    "tax return": [
        {},
        *(
            {"tax_depreciation_method": m}
            for m in ("straight_line", "declining_balance", "sum_of_years_digits", "macrs_5")
        ),
        {"tax_depreciation_method": "given", "tax_depreciation_shares_by_year": (1.0,)},
    ],
    "debt": [
        *(
            {"debt_form": form, "interest_base": base}
            for form, base in product(
                ("equal_principal", "annuity", "bullet"),
                ("opening", "average", "closing", "original"),
            )
        ),
        {"debt_form": "sculpted"},
        {"debt_form": "finance_lease"},
        {"debt_form": "finance_lease", "lease_payment_timing": "advance"},
        {"debt_rate_convention": "effective"},
    ],
    "losses": [
        {"loss_treatment": "refunded"},
        {"loss_treatment": "lost"},
        {"loss_treatment": "carried_forward"},
        {"loss_treatment": "carried_forward", "loss_carry_forward_years": 5},
    ],
    "vat": [
        {"vat_enabled": False},
        {"vat_enabled": True, "vat_price_basis": "inclusive"},
        {"vat_enabled": True, "vat_price_basis": "exclusive"},
    ],
}
EACH = [choice for choices in CHOICES.values() for choice in choices] + TERMS
EVERYTHING = {
    "rent_path": "contract_then_spot",
    "contract_years": 2.0,
    "operating_cost_basis": "parts",
    "depreciation_method": "declining_balance",
    "tax_depreciation_method": "macrs_5",
    "debt_form": "finance_lease",
    "lease_payment_timing": "advance",
    "loss_treatment": "carried_forward",
    "loss_carry_forward_years": 10,
    "vat_enabled": True,
}


def declared(choice: dict[str, Any]) -> Declaration:
    return declare(Structure.of(Assumptions(**choice)))


@pytest.mark.parametrize("choice", [*EACH, EVERYTHING], ids=str)
def test_every_choice_prints_as_mathml(choice: dict[str, Any]) -> None:
    declaration = declared(choice)
    printed = equations(declaration)
    assert len(printed) == len(declaration.constants) + len(declaration.lines)
    for label, latex, meaning in printed:
        to_mathml(latex, "block")
        for part in meaning.split("$")[1::2]:
            to_mathml(part)
        assert label and meaning
        # every name has been replaced by its symbol
        assert "previous" not in latex
        assert "_cny" not in latex and "cny" not in latex


@pytest.mark.parametrize("choice", [*EACH, EVERYTHING], ids=str)
def test_symbols_are_unique_and_explained(choice: dict[str, Any]) -> None:
    declaration = declared(choice)
    table = symbols(declaration)
    assert table.index.is_unique
    assert table["name"].is_unique
    assert (table["meaning"].str.len() > 0).all()
    without_unit = table.loc[table["unit"] == "", "name"].tolist()
    assert without_unit == []
    for symbol in table.index:
        to_mathml(symbol.strip("$"))


@pytest.mark.parametrize("choice", [*EACH, EVERYTHING], ids=str)
def test_every_line_has_a_unit_a_label_and_a_statement(choice: dict[str, Any]) -> None:
    declaration = declared(choice)
    statements = {
        "income",
        "cash",
        "balance",
        "tax",
        "vat",
        "revenue",
        "time",
        "value",
        "inputs",
        "workings",
    }
    labels = [line.label for line in declaration.lines]
    assert len(set(labels)) == len(labels)
    for line in (*declaration.constants, *declaration.lines):
        assert line.label and line.unit and line.symbol, line.name
        assert line.statement in statements, line.name


def test_equations_read_as_in_a_textbook() -> None:
    declaration = declared({})
    assert equation(declaration, "interest_cny") == "I_{t} = j G_{t-1}"
    assert equation(declaration, "debt_service_cny") == "Y_{t} = I_{t} + Q_{t}"
    assert equation(declaration, "net_profit_cny") == r"\Pi_{t} = X_{t}^{b} - T_{t}"


def test_named_equations_come_in_order_of_computation() -> None:
    labels = [label for label, _, _ in equations(declared({}), "debt_cny", "principal_cny")]
    assert labels == ["Principal repaid", "Debt"]


@pytest.mark.parametrize("choice", [{}, EVERYTHING, {"debt_form": "sculpted"}], ids=str)
def test_the_engine_computes_what_the_formulas_say(choice: dict[str, Any]) -> None:
    """Every line again, one period at a time, by SymPy's plain Python instead of our printer."""
    case = Assumptions(**choice)
    result, resolved = evaluate(case), resolve(case)
    inputs = {name: float(values[0]) for name, values in resolved.parameters.items()}
    inputs |= {name: float(values[0]) for name, values in result.constants.items()}
    for line in result.declaration.lines:
        if "sculpted_service_given_cny" in map(str, line.formula.free_symbols):
            continue  # found by looking ahead
        names = sorted(line.formula.free_symbols, key=str)
        formula = sp.lambdify(names, line.formula, modules="math")
        for period in range(1, result.n_periods + 1):
            known = inputs | {n: float(s[period - 1]) for n, s in resolved.series.items()}
            known |= {n: float(v[0, period]) for n, v in result.values.items()}
            known |= {f"previous_{n}": float(v[0, period - 1]) for n, v in result.values.items()}
            expected = formula(*(known[str(name)] for name in names))
            computed = result.values[line.name][0, period]
            assert computed == pytest.approx(expected, rel=1e-12, abs=1e-6), line.name
