"""The return table of sihan-2025: all eleven printed figures, and the conventions behind them."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import data
from analysis.rental import Assumptions, case_names, evaluate, load_case
from analysis.rental.questions.conventions import search
from analysis.rental.questions.printed_returns import printed_returns

STRAIGHT, PRINTED, DOUBLE = (
    "sihan-2025-straight-line",
    "sihan-2025-printed-accelerated",
    "sihan-2025-double-declining",
)


@pytest.fixture(scope="module")
def claims() -> pd.DataFrame:
    return data.load("claims").set_index("claim_id")


def margins(name: str) -> list[float]:
    return [float(m) for m in evaluate(load_case(name)).metrics.net_margin_by_year[0]]


def whole_percent(share: float) -> float:
    return round(100 * share) / 100


def test_straight_line_margins_as_printed(claims: pd.DataFrame) -> None:
    computed = margins(STRAIGHT)
    # 84.0 of rent, 8.4 of cost, 38 of depreciation, interest from 5.6 down by 1.12 a year (万):
    # 85 % of 32.0, 33.12, 34.24, 35.36, 36.48 over 84
    expected = [0.85 * before_tax / 84 for before_tax in (32.0, 33.12, 34.24, 35.36, 36.48)]
    assert computed == pytest.approx(expected, rel=1e-12)
    assert [round(100 * margin, 2) for margin in computed] == [32.38, 33.51, 34.65, 35.78, 36.91]
    printed = [claims.loc[f"sihan-2025-p40-0{n}", "value_low"] for n in (3, 4, 5, 6, 7)]
    assert [whole_percent(margin) for margin in computed] == pytest.approx(printed)


def test_payback_as_printed(claims: pd.DataFrame) -> None:
    payback = evaluate(load_case(STRAIGHT)).metrics.payback_source_years[0]
    assert round(payback, 2) == 3.02
    assert round(payback) == claims.loc["sihan-2025-p40-02", "value_low"]


def test_accelerated_column_as_printed(claims: pd.DataFrame) -> None:
    metrics = evaluate(load_case(PRINTED)).metrics
    # 40 % of 190 万 is 76: 85 % of 75.6 - 76 - 5.6
    assert metrics.net_profit_by_year_cny[0, 0] == pytest.approx(-51_000, abs=1e-6)
    assert claims.loc["sihan-2025-p41-01", "value_low"] == -51_000
    computed = margins(PRINTED)[1:]
    assert [round(100 * margin, 2) for margin in computed] == [14.29, 34.65, 55.01, 75.37]
    printed = [claims.loc[f"sihan-2025-p41-0{n}", "value_low"] for n in (2, 3, 4, 5)]
    assert [whole_percent(margin) for margin in computed] == pytest.approx(printed)


def test_double_declining_balance_loses_more_than_printed() -> None:
    # 40 % of 200 万 is 80: 85 % of 75.6 - 80 - 5.6 = -8.5
    profit = evaluate(load_case(DOUBLE)).metrics.net_profit_by_year_cny[0, 0]
    assert profit == pytest.approx(-85_000, abs=1e-6)


@pytest.mark.parametrize("name", [STRAIGHT, PRINTED, DOUBLE])
def test_shipped_cases_hold_the_printed_inputs(claims: pd.DataFrame, name: str) -> None:
    printed = {
        "n_gpus": "p25-01",
        "server_price_cny": "p35-01",
        "debt_share": "p35-02",
        "debt_rate_per_year": "p35-03",
        "rent_cny_per_server_month": "p36-04",
        "useful_life_years": "p37-01",
        "operating_cost_share_of_revenue": "p38-01",
        "tax_rate": "p39-01",
    }
    case = load_case(name)
    for field, place in printed.items():
        assert getattr(case, field) == claims.loc[f"sihan-2025-{place}", "value_low"], field


def test_defaults_are_the_straight_line_case() -> None:
    assert load_case(STRAIGHT) == Assumptions()
    assert set(case_names()) == {STRAIGHT, PRINTED, DOUBLE}


def test_the_three_cases_differ_in_their_schedule_only() -> None:
    plain = load_case(STRAIGHT).model_dump()
    for name in (PRINTED, DOUBLE):
        other = load_case(name).model_dump()
        changed = {field for field in plain if plain[field] != other[field]}
        assert changed <= {
            "depreciation_method",
            "depreciation_life_years",
            "declining_balance_ending",
        }


@pytest.mark.slow
def test_search_finds_one_combination_that_fits_all() -> None:
    printed = printed_returns(data.load("claims"))
    assert printed.n_figures == 11
    combinations = search(printed, Assumptions())
    # debt forms, interest bases, loss treatments; residuals, tenors, VAT; 5 schedules of 4 lives
    # and MACRS
    assert len(combinations) == 3 * 4 * 3 * 4 * 3 * 3 * (5 * 4 + 1)
    conventions = ["schedule", "debt_form", "interest_base", "loss_treatment"]
    conventions += ["residual_value_share", "debt_tenor_years", "vat_rate_on_rent"]
    assert not combinations.duplicated(conventions).any()

    assert (combinations["misfit"] <= 1).sum() == 1
    assert (combinations["n_reproduced"] == printed.n_figures).sum() == 1
    assert combinations["misfit"].is_monotonic_increasing
    found = combinations.iloc[0][conventions].to_dict()
    assert found == {
        "schedule": "sum-of-years'-digits, 4 years",
        "debt_form": "equal_principal",
        "interest_base": "opening",
        "loss_treatment": "refunded",
        "residual_value_share": 0.05,
        "debt_tenor_years": 5.0,
        "vat_rate_on_rent": 0.0,
    }
