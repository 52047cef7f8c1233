"""From rents to returns: paths, contracts, and the rental model's own numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.data import load
from analysis.errors import DataError
from analysis.rental import Assumptions, evaluate
from analysis.rents.forecasting.rent_forecast import forecast
from analysis.rents.index.rent_market import last_run, published_series, rent_market
from analysis.rents.purchase.bridge import (
    load_rent_forecast,
    paths_from_purchase,
    project_risk,
    risk_by_contract,
    save_rent_forecast,
)
from analysis.rents.purchase.by_date import (
    last_priced_month,
    risk_by_purchase,
    server_price_by_month,
)
from analysis.rents.purchase.contracts import TakeOrPay
from analysis.rents.quotes.comparable import comparable_quotes


def series(n_months: int = 40) -> pd.Series:
    values = np.cumsum(np.random.default_rng(1).normal(-0.02, 0.04, n_months))
    months = pd.period_range("2023-07", periods=n_months, freq="M")
    return pd.Series(values, index=months, name="synthetic")


def ahead(log_rents: pd.Series):
    return forecast(log_rents, model="no_change", n_ahead=60, n_supported_months=8)


def test_paths_are_what_came_and_then_what_may_come():
    log_rents = series()
    paths, is_supported = paths_from_purchase(
        ahead(log_rents), "2026-04", n_months=60, n_paths=500, generator=np.random.default_rng(2)
    )
    # 40 months from 2023-07 end in 2026-10: six months are known, eight more can be judged.
    known = np.exp(log_rents.loc["2026-05":].to_numpy() - log_rents.loc["2026-04"])
    assert len(known) == 6
    assert (paths[:, :6] == known).all()
    assert is_supported.tolist() == [True] * 14 + [False] * 46
    assert np.median(paths[:, 6]) == pytest.approx(known[-1], rel=0.02)
    assert paths[:, 6].std() > 0
    with pytest.raises(ValueError, match="2020-01"):
        paths_from_purchase(
            ahead(log_rents), "2020-01", n_months=6, n_paths=2, generator=np.random.default_rng(2)
        )


def test_a_flat_path_is_the_rental_models_own_flat_rent():
    case = Assumptions(periods_per_year=12)
    risk = project_risk(case, np.ones((3, 60)))
    own = evaluate(case).metrics
    assert risk.equity_npv_cny == pytest.approx(own.equity_npv_cny[0])
    assert risk.equity_irr == pytest.approx(own.equity_irr[0])
    assert risk.dscr_minimum == pytest.approx(own.dscr_minimum[0])
    assert risk.dscr_minimum_supported == pytest.approx(own.dscr_minimum[0])
    record = risk.record()
    assert record["p_equity_irr_negative"] == 0.0
    assert record["equity_irr_median"] == pytest.approx(own.equity_irr[0])


def test_equity_is_lost_where_its_return_is_below_zero():
    generator = np.random.default_rng(3)
    paths = np.exp(generator.normal(-0.01, 0.05, (200, 60)).cumsum(axis=1))
    risk = project_risk(Assumptions(utilization=0.5), paths)
    known = np.isfinite(risk.equity_irr)
    assert ((risk.equity_irr < 0) == risk.is_equity_lost)[known].all()
    assert 0.1 < risk.record()["p_equity_irr_negative"] < 0.99
    assert risk.record()["p_never_pays_back"] == pytest.approx(
        np.isnan(risk.payback_equity_years).mean()
    )


def test_dust_over_dust_is_no_cover_and_a_rate_that_is_paid_no_return():
    one_payment = Assumptions(
        debt_form="finance_lease",
        lease_payment_timing="advance",
        debt_tenor_years=1 / 12,
        periods_per_year=12,
        useful_life_years=1.0,
        depreciation_life_years=5.0,
        utilization=0.0,
    )
    risk = project_risk(one_payment, np.ones((2, 12)))
    assert np.isnan(risk.dscr_minimum).all() and np.isinf(risk.dscr_minimum_supported).all()
    assert np.isnan(evaluate(one_payment).cover()).all()
    # equity pays nothing, takes out rent for years and then owes the whole price
    falling = 0.65 ** (np.arange(60) // 12) * np.ones((2, 60))
    all_borrowed = Assumptions(debt_form="bullet", debt_share=1.0, periods_per_year=12)
    paid = project_risk(all_borrowed, falling)
    assert np.isnan(paid.equity_irr).all() and np.isfinite(paid.equity_npv_cny).all()
    assert np.isnan(paid.record()["equity_irr_median"])


def test_cover_is_what_its_lowest_value_says():
    result = evaluate(Assumptions(rent_decline_per_year=0.2), {"debt_tenor_years": [3.0, 5.0]})
    assert np.nanmin(result.cover(), axis=1).tolist() == result.metrics.dscr_minimum.tolist()
    assert np.isnan(result.cover()).sum(axis=1).tolist() == [2, 0]


def test_judged_months_are_part_of_the_life():
    collapse = np.where(np.arange(60) < 12, 1.0, 0.2) * np.ones((4, 60))
    early = project_risk(Assumptions(), collapse, np.arange(60) < 8)
    assert (early.dscr_minimum < 1).all()
    assert (early.dscr_minimum_supported > 1).all()


def test_more_contract_less_risk():
    paths = np.exp(np.random.default_rng(3).normal(0.0, 0.06, (400, 60)).cumsum(axis=1))
    table = risk_by_contract(
        Assumptions(utilization=0.6),
        paths,
        np.ones(60, dtype=bool),
        contracts=[TakeOrPay(share, 60) for share in (0.0, 0.5, 1.0)],
        generator=np.random.default_rng(4),
    )
    spread = table["equity_irr_q95"] - table["equity_irr_q05"]
    assert spread.is_monotonic_decreasing
    assert spread.iloc[-1] == pytest.approx(0.0, abs=1e-9)


def test_contracts_together_are_contracts_one_by_one():
    paths = np.exp(np.random.default_rng(3).normal(-0.02, 0.06, (100, 60)).cumsum(axis=1))
    case, is_judged = Assumptions(utilization=0.6), np.arange(60) < 18
    contracts = [TakeOrPay(share, 24) for share in (0.0, 0.4)]
    together = risk_by_contract(
        case, paths, is_judged, contracts=contracts, generator=np.random.default_rng(4)
    )
    for contract in contracts:
        blended = contract.revenue_index(paths, 0.6, np.random.default_rng(4))
        alone = project_risk(case, blended, is_judged).record()
        assert together.loc[contract.share].to_dict() == alone


def test_a_full_contract_of_a_sure_customer_serves_debt_of_its_own_tenor():
    collapse = np.where(np.arange(60) < 6, 1.0, 0.1) * np.ones((50, 60))
    sure = [TakeOrPay(1.0, 36)]
    judged, luck = np.ones(60, dtype=bool), np.random.default_rng(4)
    of_contract = Assumptions(debt_tenor_years=3.0)
    for case, expected in ((Assumptions(), 1.0), (of_contract, 0.0)):
        table = risk_by_contract(case, collapse, judged, contracts=sure, generator=luck)
        assert table["p_dscr_below_one"].tolist() == [expected]


def test_forecast_is_saved_and_loaded_bit_for_bit(tmp_path):
    paths = np.random.default_rng(4).lognormal(size=(7, 5))
    is_supported = np.array([True, True, False, False, False])
    save_rent_forecast(paths, is_supported, parameters={"seed": 4}, folder=tmp_path)
    loaded, flags = load_rent_forecast(folder=tmp_path)
    assert (loaded == paths).all()
    assert (flags == is_supported).all()
    with pytest.raises(DataError, match="rent_trends"):
        load_rent_forecast(folder=tmp_path / "nowhere")


def test_server_prices_are_interpolated_between_dated_ones():
    prices = server_price_by_month(
        load("server_facts"),
        load("fx"),
        "H100",
        pd.period_range("2023-01", "2026-12", freq="M"),
    )
    # 2026-07-14: the geometric mean of 2.3 and 3.2 million, and flat after its quarter.
    assert prices.iloc[-1] == pytest.approx(np.sqrt(2.3e6 * 3.2e6))
    assert prices.between(1.5e6, 3e6).all()
    with pytest.raises(ValueError, match="no server price of TPU"):
        server_price_by_month(load("server_facts"), load("fx"), "TPU", prices.index)


def test_risk_by_purchase_sees_then_and_now():
    log_rents = series()
    level = pd.Series(75_000.0, index=log_rents.index)
    price = pd.Series(2_000_000.0, index=log_rents.index)
    table = risk_by_purchase(
        log_rents,
        Assumptions(utilization=0.7),
        purchases=["2024-06", "2026-10"],
        rent_cny_per_server_month=level,
        server_price_cny=price,
        model="no_change",
        n_supported_months=8,
        declines=pd.Series({"falls": 0.2, "stays": 0.0}),
        contracts=[TakeOrPay(0.0, 24), TakeOrPay(1.0, 24)],
        generator=np.random.default_rng(5),
        n_paths=100,
    )
    assert table.index.names == ["purchase", "seen", "scenario", "contract_share"]
    assert len(table) == 16
    falls, stays = (table.xs(name, level="scenario") for name in ("falls", "stays"))
    assert (falls["equity_npv_median_cny"] < stays["equity_npv_median_cny"]).all()
    # the course begins after the judged months: within them nothing depends on it
    judged = "p_dscr_below_one_supported"
    assert (falls[judged] == stays[judged]).all()
    table = stays
    probabilities = table.filter(like="p_").to_numpy()
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    last = table.xs(pd.Period("2026-10", "M"), level="purchase")["p_equity_irr_negative"]
    then, now = last.xs("then", level="seen"), last.xs("now", level="seen")
    assert then.to_numpy() == pytest.approx(now.to_numpy(), abs=0.25)
    known = (
        table.xs("now", level="seen")["equity_irr_q95"]
        - table.xs("now", level="seen")["equity_irr_q05"]
    )
    guessed = (
        table.xs("then", level="seen")["equity_irr_q95"]
        - table.xs("then", level="seen")["equity_irr_q05"]
    )
    assert known.iloc[0] < guessed.iloc[0]


@pytest.fixture(scope="module")
def quotes() -> pd.DataFrame:
    raw = pd.concat([load("rent_quotes_usd"), load("rent_quotes_cny")], ignore_index=True)
    return comparable_quotes(raw, load("fx"), load("gpu_specs"))


def test_markets_of_the_committed_quotes(quotes):
    market = rent_market(
        quotes,
        gpu="H100",
        segment="neocloud",
        generator=np.random.default_rng(1),
        first_month="2023-09",
        n_draws=49,
    )
    assert market.captured is not None
    assert market.index is not None
    assert market.log_rents.index.equals(market.real_time.index)
    assert market.log_rents.iloc[-1] == pytest.approx(market.real_time.iloc[-1])
    assert market.log_rents.iloc[-1] == pytest.approx(market.index.log_median[-1])
    in_cny = rent_market(
        quotes,
        gpu="H100",
        segment="neocloud",
        generator=np.random.default_rng(1),
        currency="CNY",
        first_month="2023-09",
        n_draws=0,
    )
    ratio = np.exp(in_cny.log_rents - market.log_rents)
    assert ratio.between(6.7, 7.3).all()
    published = rent_market(
        quotes, gpu="A100", segment="neocloud", generator=np.random.default_rng(1)
    )
    assert published.captured is None
    assert "published index" in published.label
    of_it = quotes[quotes["gpu"].eq("A100") & quotes["role"].eq("index")]
    assert published.source_ids
    assert set(published.source_ids) <= set(of_it["source_id"])
    with pytest.raises(ValueError, match="no published index of Abacus"):
        rent_market(quotes, gpu="Abacus", segment="neocloud", generator=np.random.default_rng(1))


def test_real_time_series_is_never_revised(quotes):
    def until(last: str) -> pd.Series:
        market = rent_market(
            quotes,
            gpu="H100",
            segment="neocloud",
            generator=np.random.default_rng(1),
            first_month="2023-09",
            last_month=last,
            n_draws=0,
        )
        return market.real_time - market.real_time.iloc[0]

    early, late = until("2025-03"), until("2026-09")
    assert late.loc[:"2025-03"].to_numpy() == pytest.approx(early.to_numpy(), abs=1e-12)


def test_published_series_are_consecutive(quotes):
    found = published_series(quotes)
    assert "H100 on-demand, published index" in found
    for name, log_rents in found.items():
        assert len(log_rents) >= 24, name
        assert (np.diff(log_rents.index.astype("int64")) == 1).all(), name
        assert last_run(log_rents).equals(log_rents)


def test_no_purchase_stands_beside_the_price_of_a_later_quarter():
    last = last_priced_month(load("server_facts"), "H100")
    assert last == pd.Period("2026-09", "M")  # priced on 2026-07-14, in the third quarter


def test_an_index_made_in_two_ways_has_two_series(quotes):
    """A100, September 2026: 2.3064 as before, 1.86 as made anew; their mean is no index."""
    found = published_series(quotes)
    before = found["A100 on-demand, published index"]
    anew = found["A100 on-demand, published index, by the newer method since 2026-08"]
    assert np.exp(before.iloc[-1]) == pytest.approx(2.3064)
    assert np.exp(anew.iloc[-1]) == pytest.approx(1.86)
    assert before.loc[:"2026-07"].equals(anew.loc[:"2026-07"])
    low = np.exp(before.loc["2024-03":].min())
    rebounds = [round(float(np.exp(end.iloc[-1]) / low - 1), 2) for end in (before, anew)]
    assert rebounds == [0.38, 0.11]
