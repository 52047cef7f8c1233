"""Value-added tax and the credit carried forward (留抵), worked by hand.

A server of 1,130 (130 of it input tax at 13 %), rents of 1,060 a year (60 of output tax at 6 %).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis.rental import RentalResult

from .conftest import SmallServer

VAT: dict[str, Any] = {
    "vat_enabled": True,
    "server_price_cny": 1130.0,
    "rent_cny_per_server_month": 1060 / 12,
    "useful_life_years": 4.0,
    "vat_surcharge_share": 0.10,
}


def row(result: RentalResult, name: str) -> list[float]:
    return [float(value) for value in result.line(name)[0]]


def close(*values: float) -> Any:
    return pytest.approx(list(values), rel=1e-12, abs=1e-9)


def test_credit_is_used_before_anything_is_paid(small_server: SmallServer) -> None:
    result = small_server(**VAT)
    assert row(result, "revenue_cny") == close(1000, 1000, 1000, 1000)
    # 130 - 60 = 70, then 10; in year 3 50 of the 60 collected are paid
    assert result.values["vat_credit_cny"][0].tolist() == close(130, 70, 10, 0, 0)
    assert row(result, "vat_paid_cny") == close(0, 0, 50, 60)
    assert row(result, "vat_cash_flow_cny") == close(60, 60, 10, 0)
    assert row(result, "vat_surcharges_cny") == close(0, 0, 5, 6)  # 10 % of tax paid
    assert row(result, "depreciation_cny") == close(250, 250, 250, 250)  # on cost net of tax
    assert row(result, "net_profit_cny") == close(750, 750, 745, 744)
    assert result.opening("equity_cash_flow_cny")[0] == pytest.approx(-1130, rel=1e-12)
    # all input tax has come back: what equity receives is what was earned
    assert result.values["equity_cash_flow_cny"][0].sum() == pytest.approx(2989, rel=1e-12)


def test_input_tax_of_operating_cost(small_server: SmallServer) -> None:
    # 53 of quoted cost on 1,060 of rent: 50 net, 3 of input tax a year
    result = small_server(**VAT, operating_cost_share_of_revenue=0.05)
    assert row(result, "operating_cost_cny") == close(50, 50, 50, 50)
    assert row(result, "vat_credit_cny") == close(73, 16, 0, 0)  # 130 - 57, 73 - 57
    assert row(result, "vat_paid_cny") == close(0, 0, 41, 57)


def test_resale_bears_output_tax(small_server: SmallServer) -> None:
    # sold for 113: 100 net, 13 of output tax at the server's rate
    result = small_server(**VAT, resale_value_share=0.1)
    assert result.constants["resale_value_cny"][0] == pytest.approx(100, rel=1e-12)
    assert row(result, "vat_paid_cny") == close(0, 0, 50, 73)
    assert row(result, "vat_cash_flow_cny") == close(60, 60, 10, 0)
    assert row(result, "disposal_gain_cny") == close(0, 0, 0, 100)
    assert row(result, "equity_cash_flow_cny") == close(1060, 1060, 1005, 1000 + 100 - 7.3)


@pytest.mark.parametrize(
    ("at_end", "profit", "cash"),
    [
        ("refunded", 0.0, 1060 + 70),  # 1,000 of rent, 1,000 of depreciation; 70 come back
        ("written_off", -70.0, 1060),  # 130 paid on the server, 60 collected: 70 are lost
    ],
)
def test_a_credit_that_is_never_used(
    small_server: SmallServer, at_end: str, profit: float, cash: float
) -> None:
    result = small_server(**{**VAT, "useful_life_years": 1.0, "vat_credit_at_end": at_end})
    assert row(result, "net_profit_cny") == close(profit)
    assert row(result, "equity_cash_flow_cny") == close(cash)
    assert row(result, "vat_credit_cny") == close(0)
    assert row(result, "total_assets_cny") == close(0)
    assert row(result, "equity_cny") == close(0)  # -1,130 paid, then the same in profit and cash


def test_a_credit_written_off_does_not_lower_income_tax(small_server: SmallServer) -> None:
    lost = {"vat_credit_at_end": "written_off", "tax_rate": 0.25}
    result = small_server(**{**VAT, "useful_life_years": 1.0}, **lost)
    assert row(result, "income_tax_cny") == close(0)  # 1,000 of rent, 1,000 of depreciation
    assert row(result, "net_profit_cny") == close(-70)


def test_quotes_without_tax_give_the_same_statements(small_server: SmallServer) -> None:
    inclusive = small_server(**VAT, operating_cost_share_of_revenue=0.05, resale_value_share=0.1)
    exclusive = small_server(
        **{
            **VAT,
            "vat_price_basis": "exclusive",
            "server_price_cny": 1000.0,
            "rent_cny_per_server_month": 1000 / 12,
        },
        operating_cost_share_of_revenue=0.05,
        resale_value_share=0.1,
    )
    quoted = {"revenue_quoted_cny", "operating_cost_quoted_cny"}
    for name in set(inclusive.values) - quoted:
        assert np.allclose(inclusive.values[name], exclusive.values[name], rtol=1e-12), name


def test_debt_is_a_share_of_the_price_with_tax(small_server: SmallServer) -> None:
    result = small_server(**VAT, debt_share=0.5)
    assert result.metrics.debt_drawn_cny[0] == pytest.approx(565, rel=1e-12)


def test_without_the_tax_its_rates_do_not_matter(small_server: SmallServer) -> None:
    plain = small_server()
    rated = small_server(vat_output_rate=0.13, vat_input_rate=0.06, vat_surcharge_share=0.5)
    assert plain.metrics.equity_npv_cny[0] == rated.metrics.equity_npv_cny[0]
    assert row(rated, "vat_cash_flow_cny") == [0.0] * 5
