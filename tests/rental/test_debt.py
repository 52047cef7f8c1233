"""Every form of debt, worked by hand: 600 borrowed for three years at 10 %."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Any

import numpy as np
import pytest

from analysis.errors import AssumptionError
from analysis.rental import Assumptions, RentalResult, evaluate

from .conftest import SmallServer

LOAN: dict[str, Any] = {
    "debt_share": 0.6,
    "debt_rate_per_year": 0.10,
    "debt_tenor_years": 3.0,
    "useful_life_years": 3.0,
}
# 600 * 0.1 / (1 - 1.1**-3) = 60 * 1.331 / 0.331
LEVEL = 79.86 / 0.331


def row(result: RentalResult, name: str) -> list[float]:
    return [float(value) for value in result.line(name)[0]]


def close(*values: float) -> Any:
    return pytest.approx(list(values), rel=1e-12, abs=1e-9)


@pytest.mark.parametrize(
    ("base", "interest"),
    [
        ("opening", [60.0, 40.0, 20.0]),  # 10 % of 600, 400, 200
        ("average", [50.0, 30.0, 10.0]),  # of 500, 300, 100
        ("closing", [40.0, 20.0, 0.0]),  # of 400, 200, 0
        ("original", [60.0, 60.0, 60.0]),  # of 600 throughout
    ],
)
def test_equal_principal(small_server: SmallServer, base: str, interest: list[float]) -> None:
    result = small_server(**LOAN, interest_base=base)
    assert row(result, "principal_cny") == close(200, 200, 200)
    assert row(result, "interest_cny") == close(*interest)
    assert row(result, "debt_cny") == close(400, 200, 0)


def test_annuity(small_server: SmallServer) -> None:
    result = small_server(**LOAN, debt_form="annuity")
    assert row(result, "debt_service_cny") == close(LEVEL, LEVEL, LEVEL)
    # 10 % of 600; of 600 - (LEVEL - 60) = 660 - LEVEL; of 1.1 * (660 - LEVEL) - LEVEL
    after_two = 726 - 2.1 * LEVEL
    assert row(result, "interest_cny") == close(60, 66 - 0.1 * LEVEL, 0.1 * after_two)
    assert row(result, "debt_cny") == close(660 - LEVEL, after_two, 0)


@pytest.mark.parametrize(
    ("base", "interest"),
    [
        ("opening", [60.0, 60.0, 60.0]),
        ("average", [60.0, 60.0, 30.0]),  # the last year: of (600 + 0) / 2
        ("closing", [60.0, 60.0, 0.0]),
        ("original", [60.0, 60.0, 60.0]),
    ],
)
def test_bullet(small_server: SmallServer, base: str, interest: list[float]) -> None:
    result = small_server(**LOAN, debt_form="bullet", interest_base=base)
    assert row(result, "principal_cny") == close(0, 0, 600)
    assert row(result, "interest_cny") == close(*interest)


def test_debt_may_end_before_the_server_does(small_server: SmallServer) -> None:
    result = small_server(**{**LOAN, "useful_life_years": 5.0})
    assert row(result, "debt_service_cny") == close(260, 240, 220, 0, 0)


# Rents of 275, 302.5, 332.75: 250 each at 10 %, 750 together, which at a cover of 1.25 carries 600.
SCULPTED: dict[str, Any] = {
    **LOAN,
    "debt_form": "sculpted",
    "sculpted_dscr": 1.25,
    "rent_cny_per_server_month": 275 / 12,
    "rent_path": "series",
    "rent_index_by_period": (1.0, 1.1, 1.21),
}


def test_sculpted_sized_by_the_cover(small_server: SmallServer) -> None:
    result = small_server(**{**SCULPTED, "debt_share": None})
    assert result.metrics.debt_drawn_cny[0] == pytest.approx(600, rel=1e-12)
    assert row(result, "debt_service_cny") == close(220, 242, 266.2)  # rents over 1.25
    assert row(result, "interest_cny") == close(60, 44, 24.2)
    assert row(result, "debt_cny") == close(440, 242, 0)  # 600 - 160, 440 - 198
    assert result.metrics.dscr_minimum[0] == pytest.approx(1.25, rel=1e-12)
    assert result.metrics.llcr[0] == pytest.approx(1.25, rel=1e-12)


def test_interest_that_is_not_paid_is_said(small_server: SmallServer) -> None:
    # nothing comes in in year 1: 10 % of what is drawn is added to the debt, which peaks there
    terms = {**SCULPTED, "rent_index_by_period": (0.0, 1.1, 1.21), "debt_share": None}
    result = small_server(**terms)
    # 302.5 / 1.1^2 = 332.75 / 1.1^3 = 250 each, 500 together, over 1.25
    assert result.metrics.debt_drawn_cny[0] == pytest.approx(400, rel=1e-12)
    assert row(result, "debt_cny") == close(440, 242, 0)
    assert result.remarks()["dscr_minimum"] == (
        "interest of 40 CNY is not paid but added to the debt, which peaks at 440 CNY; in year 1 "
        "cash flow available covers 0.00 of the interest due then, which this ratio leaves out"
    )
    assert "dscr_minimum" not in small_server(**SCULPTED).remarks()


def test_sculpted_under_a_cap_keeps_its_shape(small_server: SmallServer) -> None:
    result = small_server(**{**SCULPTED, "debt_share": 0.3})  # half of what the cover allows
    assert row(result, "debt_service_cny") == close(110, 121, 133.1)
    assert result.metrics.dscr_minimum[0] == pytest.approx(2.5, rel=1e-12)


def test_sculpted_counts_the_tax_that_its_interest_saves(small_server: SmallServer) -> None:
    # One year: 1.5 * 1.1 B = 1500 - 25 % * (1500 - 1000 - 0.1 B), so B = 1375 / (1.65 - 0.025)
    result = small_server(
        debt_form="sculpted",
        debt_share=None,
        sculpted_dscr=1.5,
        debt_rate_per_year=0.10,
        tax_rate=0.25,
        useful_life_years=1.0,
        rent_cny_per_server_month=125.0,
    )
    assert result.metrics.debt_drawn_cny[0] == pytest.approx(1375 / 1.625, rel=1e-12)


def test_sculpted_debt_that_does_not_settle_is_refused_in_a_sentence() -> None:
    case = Assumptions(
        debt_form="sculpted",
        debt_rate_per_year=3.0,
        tax_rate=0.9,
        useful_life_years=30.0,
        loss_treatment="refunded",
        sculpted_dscr=1.0,
    )
    with pytest.raises(AssumptionError, match=r"debt_rate_per_year: found '3', expected interest"):
        evaluate(case)


def test_sculpted_over_the_price_is_refused(small_server: SmallServer) -> None:
    # 750 / 0.7 = 1071 > 1000
    with pytest.raises(AssumptionError, match=r"sculpted_dscr.*'0.7'.*allows 107% of it"):
        small_server(**{**SCULPTED, "debt_share": None, "sculpted_dscr": 0.7})


LEASE: dict[str, Any] = {**LOAN, "debt_form": "finance_lease"}


def test_lease_in_arrears_is_an_annuity(small_server: SmallServer) -> None:
    result = small_server(**LEASE)
    assert row(result, "debt_service_cny") == close(LEVEL, LEVEL, LEVEL)


def test_lease_in_arrears_with_purchase_option(small_server: SmallServer) -> None:
    # (600 - 100 / 1.331) * 0.1 * 1.331 / 0.331 = (798.6 - 100) * 0.1 / 0.331
    level = 69.86 / 0.331
    result = small_server(**LEASE, lease_purchase_option_share=0.1)
    assert row(result, "debt_service_cny") == close(level, level, level + 100)
    assert row(result, "debt_cny")[-1] == 0.0


def test_lease_in_advance(small_server: SmallServer) -> None:
    # Paid on the first day and after one and two years: a year's interest less on each payment.
    level = LEVEL / 1.1
    result = small_server(**LEASE, lease_payment_timing="advance")
    assert result.constants["lease_upfront_cny"][0] == pytest.approx(level, rel=1e-12)
    assert result.opening("equity_cash_flow_cny")[0] == pytest.approx(-400 - level, rel=1e-12)
    assert result.opening("debt_cny")[0] == pytest.approx(600 - level, rel=1e-12)
    assert row(result, "debt_service_cny") == close(level, level, 0)
    owed_later = 1.1 * (600 - level) - level
    assert row(result, "interest_cny") == close(60 - 0.1 * level, 0.1 * owed_later, 0)
    # 300 over the payments of years 1 and 2; nothing is due in year 3
    assert result.metrics.dscr_minimum[0] == pytest.approx(300 / level, rel=1e-12)
    assert result.metrics.dscr_average[0] == pytest.approx(300 / level, rel=1e-12)


def test_lease_in_advance_with_purchase_option(small_server: SmallServer) -> None:
    level = 69.86 / 0.331 / 1.1
    result = small_server(**LEASE, lease_payment_timing="advance", lease_purchase_option_share=0.1)
    assert row(result, "debt_service_cny") == close(level, level, 100)
    # 100 falls due a year after the last payment: it carries 100 / 11 of interest
    assert row(result, "interest_cny")[-1] == pytest.approx(100 / 11, rel=1e-12)


def test_lease_paid_at_once_is_no_debt(small_server: SmallServer) -> None:
    result = small_server(**{**LEASE, "debt_tenor_years": 1.0, "lease_payment_timing": "advance"})
    assert np.isnan(result.metrics.dscr_minimum[0])
    assert np.isnan(result.metrics.llcr[0])


@pytest.mark.parametrize("form", ["annuity", "finance_lease"])
def test_interest_free(small_server: SmallServer, form: str) -> None:
    result = small_server(**{**LOAN, "debt_form": form, "debt_rate_per_year": 0.0})
    assert row(result, "debt_service_cny") == close(200, 200, 200)


def test_interest_free_lease_with_purchase_option(small_server: SmallServer) -> None:
    terms = {**LEASE, "debt_rate_per_year": 0.0, "lease_purchase_option_share": 0.15}
    assert row(small_server(**terms), "debt_service_cny") == close(150, 150, 300)


@pytest.mark.parametrize(
    ("convention", "rate_per_month"),
    [("nominal", 0.01), ("effective", 1.12 ** (1 / 12) - 1)],
)
def test_monthly_rate(small_server: SmallServer, convention: str, rate_per_month: float) -> None:
    result = small_server(
        periods_per_year=12,
        useful_life_years=1.0,
        debt_share=0.6,
        debt_rate_per_year=0.12,
        debt_rate_convention=convention,
    )
    assert row(result, "principal_cny") == close(*[50.0] * 12)
    owed = np.arange(600, 0, -50)
    assert row(result, "interest_cny") == close(*(rate_per_month * owed))


@pytest.mark.parametrize("rate", [0.0, 5e-324, 1e-300, 1e-16, 1e-12, 1e-9, 1e-7, 1.3e-6, 1e-3])
@pytest.mark.parametrize("form", ["annuity", "finance_lease"])
def test_a_level_payment_is_right_at_any_rate(rate: float, form: str) -> None:
    case = Assumptions(
        periods_per_year=12,
        debt_form=form,
        debt_rate_per_year=rate,
        debt_share=0.7,
        lease_purchase_option_share=0.1 if form == "finance_lease" else 0.0,
    )
    result = evaluate(case)
    option = Decimal(200_000 if form == "finance_lease" else 0)
    with localcontext() as context:
        context.prec = 400  # so that 1 + rate / 12 keeps its last digit
        j, n, owed = Decimal(rate) / 12, 60, Decimal(1_400_000)
        discount = (1 + j) ** -n
        exact = (owed - option * discount) * j / (1 - discount) if j else (owed - option) / n
    assert result.constants["level_payment_cny"][0] == pytest.approx(float(exact), rel=1e-9)
    assert not np.isnan(result.metrics.equity_npv_cny).any()
    assert np.abs(result.values["balance_difference_cny"]).max() <= 1e-6
