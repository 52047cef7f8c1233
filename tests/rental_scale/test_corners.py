"""Where nothing, or nothing but rounding, is put in, paid or due: the same in every engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.rental import Assumptions, evaluate, measure, npv, solve
from analysis.rental.engines.irr import earned_at, irr
from analysis.rental.engines.measures_of_flows import payback_periods
from analysis.rental.faces.workbook.writer import write_workbook
from analysis.rental.model.measures.declared_measures import MEASURES, singles
from analysis.rental.questions.gaps import gap_of
from analysis.rental.questions.simulate.draw_summary import summarize
from analysis.rental.questions.simulate.simulation import Plan, simulate
from analysis.rental.questions.simulate.uncertainty import Uncertainty
from tests.rental.strategies import cases, steady

from .faces import assert_agree
from .recalculation import Workbook

NOTHING = "n/a: nothing is put in"
RETURNS = ("payback_equity_years", "equity_irr", "equity_multiple")
CASES: dict[str, dict[str, Any]] = {
    "all borrowed": {"debt_share": 1.0},
    "all borrowed, low rent": {"debt_share": 1.0, "rent_cny_per_server_month": 30_000.0},
    "the whole price leased": {"debt_form": "finance_lease", "debt_share": 1.0},
    "a rate that is paid": {
        "debt_share": 1.0,
        "debt_form": "bullet",
        "rent_decline_per_year": 0.35,
    },
    "one lease payment": {
        "debt_form": "finance_lease",
        "lease_payment_timing": "advance",
        "debt_tenor_years": 1 / 12,
        "periods_per_year": 12,
        "useful_life_years": 1.0,
        "depreciation_life_years": 5.0,
        "utilization": 0.0,
    },
    "two years of rent": {
        "server_price_cny": 2_803_197.31,
        "rent_path": "contract_then_spot",
        "contract_years": 2.0,
        "spot_rent_ratio": 0.0,
        "depreciation_life_years": 2.0,
        "debt_tenor_years": 2.0,
        "useful_life_years": 4.0,
        "residual_value_share": 0.0,
        "periods_per_year": 12,
    },
    "an annuity at almost no rate": {"debt_form": "annuity", "debt_rate_per_year": 1e-12},
    "a lease at almost no rate": {
        "debt_form": "finance_lease",
        "debt_rate_per_year": 1e-10,
        "debt_share": 0.9,
        "lease_payment_timing": "advance",
        "lease_purchase_option_share": 0.1,
    },
    "almost no hours": {"utilization": 1e-300},
    "dust is taken out": {
        "server_price_cny": 1_000_000.0,
        "utilization": 0.0,
        "tax_rate": 0.0,
        "debt_form": "bullet",
        "debt_rate_per_year": 0.0,
        "debt_share": 1 - 5e-7,
        "residual_value_share": 1 - 5e-7 + 5e-10,
    },
    "little is put in": {
        "periods_per_year": 12,
        "debt_form": "finance_lease",
        "debt_share": 0.9,
        "lease_payment_timing": "advance",
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_every_engine_says_the_same(name: str, interpret: None, tmp_path: Path) -> None:
    case = Assumptions(**CASES[name])
    assert_agree(measure(case), measure(case, engine="numba"), case)
    result = evaluate(case)
    write_workbook(case, tmp_path / "model.xlsx")
    book, record, remarks = (
        Workbook(tmp_path / "model.xlsx"),
        result.metrics.record(),
        result.remarks(),
    )
    for metric in singles():
        value = book.named(metric)
        if record[metric] is None:
            assert value == "n/a", metric
        else:
            assert value == pytest.approx(record[metric], rel=1e-9, abs=1e-9), metric
        sheet, cell = book.names[metric.upper()]
        if metric not in result.constants:
            assert book.value(sheet, f"F{cell[1:]}") == remarks.get(metric, ""), metric


@pytest.mark.parametrize("name", ["all borrowed", "the whole price leased"])
def test_where_nothing_is_put_in_there_is_no_return(name: str) -> None:
    result = evaluate(Assumptions(**CASES[name]))
    record, remarks = result.metrics.record(), result.remarks()
    assert [record[each] for each in RETURNS] == [None] * 3
    assert [remarks[each] for each in RETURNS] == [NOTHING] * 3
    assert record["equity_npv_cny"] > 0


def test_payback_is_reached_from_below() -> None:
    result = evaluate(Assumptions(**CASES["all borrowed, low rent"]))
    assert result.metrics.record()["payback_equity_years"] is None
    assert result.remarks()["payback_equity_years"] == "never pays back within 5 years"
    assert np.isnan(payback_periods([[0.0, -10.0, -10.0], [0.0, 10.0, 10.0]])).all()


def test_a_rate_that_is_paid_is_said_to_be_one() -> None:
    # equity pays nothing, takes out the rent for years and then owes 2,000,000
    case = Assumptions(**CASES["a rate that is paid"])
    result = evaluate(case)
    assert result.metrics.equity_irr_status.tolist() == ["paid"]
    assert result.metrics.equity_irr[0] == pytest.approx(0.0690, abs=5e-5)
    assert "paid, not earned" in result.remarks()["equity_irr"]
    flows = result.values["equity_cash_flow_cny"]
    assert npv(0.05, flows)[0] < 0 < npv(0.10, flows)[0]


def test_a_summary_does_not_contradict_itself() -> None:
    case = Assumptions(**CASES["a rate that is paid"])
    rents = {"kind": "uniform", "low": 69_000.0, "high": 71_000.0}
    uncertain = Uncertainty(distributions={"rent_cny_per_server_month": rents})
    found = summarize(simulate(Plan.of(case, uncertain, n_scenarios=256, seed=1, hurdle=0.10)))
    # present value at 10 % is above zero in all; every rate is paid, so that none is below 10 %
    assert found.probabilities.loc["equity IRR below the hurdle", "probability"] == 0.0
    assert found.probabilities.loc["equity: an IRR that is paid", "probability"] == 1.0
    assert found.measures.loc["equity_irr", "share_missing"] == 1.0
    earned = Assumptions()
    spread = {"kind": "uniform", "low": 40_000.0, "high": 60_000.0}
    uncertain = Uncertainty(distributions={"rent_cny_per_server_month": spread})
    table = simulate(Plan.of(earned, uncertain, n_scenarios=512, seed=1, hurdle=0.10))
    below = (table.column("equity_irr").to_numpy() < 0.10).mean()
    share = summarize(table).probabilities.loc["equity IRR below the hurdle", "probability"]
    assert 0 < below < 1 and share == pytest.approx(below)


def test_dust_over_dust_is_no_cover() -> None:
    result = evaluate(Assumptions(**CASES["one lease payment"]))
    for name in ("dscr_minimum", "dscr_average"):
        assert result.metrics.record()[name] is None
        assert result.remarks()[name] == "n/a: no debt service"


def test_a_share_of_dust_is_no_margin_and_a_cost_of_no_hours_no_cost() -> None:
    rents = {"rent_path": "series", "rent_index_by_period": (1.0, 1e-300, 1e-12, 0.0, 1.0)}
    result = evaluate(Assumptions(**rents))
    margins = result.metrics.record()["net_margin_by_year"]
    assert [margin is None for margin in margins] == [False, True, True, True, False]
    never = evaluate(Assumptions(utilization=1e-300))
    assert never.metrics.record()["levelized_cost_cny_per_gpu_hour"] is None
    assert never.metrics.record()["net_margin_by_year"] == [None] * 5
    assert "no GPU-hour is billed" in never.remarks()["levelized_cost_cny_per_gpu_hour"]


def random_case(seed: int) -> Assumptions:
    """Rent for a while, nothing after: all true flows of equity are at most zero in the end."""
    rng = np.random.default_rng(seed)
    years = int(rng.integers(1, 4))
    return Assumptions(
        server_price_cny=float(rng.uniform(2e6, 4e6)),
        rent_cny_per_server_month=float(rng.uniform(1e4, 3e4)),
        rent_path="contract_then_spot",
        contract_years=float(years),
        spot_rent_ratio=0.0,
        depreciation_life_years=float(years),
        debt_tenor_years=float(years),
        debt_form=str(rng.choice(["equal_principal", "annuity"])),
        debt_share=float(rng.uniform(0.6, 1.0)),
        debt_rate_per_year=float(rng.uniform(0.01, 0.1)),
        useful_life_years=years + 2.0,
        residual_value_share=0.0,
        periods_per_year=12,
        tax_rate=float(rng.uniform(0.0, 0.3)),
        loss_treatment=str(rng.choice(["lost", "carried_forward"])),
    )


@pytest.mark.slow
def test_dust_is_no_flow_in_450_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    # what is said of a measure is asked for; of assumptions it takes ten times as long
    monkeypatch.setattr("analysis.rental.engines.result.input_remarks", lambda *_: {})
    by_structure: dict[Any, list[Assumptions]] = {}
    for seed in range(450):
        case = random_case(seed)
        result = evaluate(case)
        exact = result.values["equity_cash_flow_cny"][0].round(4)
        assert (exact <= 0).all(), seed
        assert result.metrics.equity_irr_status[0] == "none", seed
        assert result.remarks()["equity_irr"] == "none: no cash flow is positive", seed
        key = (case.debt_form, case.loss_treatment, case.useful_life_years)
        by_structure.setdefault(key, []).append(case)
    assert len(by_structure) == 12


@pytest.mark.parametrize("seed", [0, 7, 19])
def test_dust_is_no_flow_of_the_compiled_engine(seed: int) -> None:
    case = random_case(seed)
    prices = {"server_price_cny": np.random.default_rng(seed).uniform(2e6, 4e6, 450)}
    found = measure(case, prices, engine="numba")
    assert set(found.equity_irr_status) == {"none"}
    assert set(measure(case, prices).equity_irr_status) == {"none"}


@pytest.mark.parametrize("engine", ["numpy", "numba"])
def test_dust_next_to_the_price_is_no_flow(engine: Any) -> None:
    # equity puts in 1,000,000 x 5e-7 = 0.50; the sale leaves 1,000,000 x 5e-10 = 0.0005 after the
    # bullet, half of the 0.001 (1e-9 of the price) from which there is money: 0 is taken out,
    # though 0.0005 / 0.50 would be a multiple of 0.001 and a rate of -74.9 %
    case = Assumptions(**CASES["dust is taken out"])
    flows = evaluate(case).values["equity_cash_flow_cny"][0]
    assert flows == pytest.approx([-0.5, 0.0, 0.0, 0.0, 0.0, 0.0005], abs=1e-9)
    found = measure(case, engine=engine)
    assert found["equity_multiple"].tolist() == [0.0]
    assert found["equity_irr_status"].tolist() == ["none"]
    assert np.isnan(found["payback_equity_years"]).all()


def test_dust_is_no_flow_of_the_function() -> None:
    flows = [[-2_803_197.31, -1000.0, 0.0, 1.7e-10], [-100.0, 60.0, 60.0, -1e-12]]
    assert irr(flows).status.tolist() == ["none", "unique"]


@steady
@given(cases())
def test_straight_line_depreciation_closes(case: Assumptions) -> None:
    if case.depreciation_method != "straight_line":
        case = case.replace(depreciation_method="straight_line", depreciation_shares_by_year=None)
    result = evaluate(case)
    n = round((case.depreciation_life_years or case.useful_life_years) * case.periods_per_year)
    if n < result.n_periods:
        left = result.values["carrying_amount_cny"][0, n]
        residual = result.constants["residual_value_cny"][0]
        assert abs(left - residual) <= 1e-15 * case.server_price_cny


@steady
@given(
    st.lists(st.integers(-100, 100), min_size=2, max_size=9),
    st.lists(st.integers(-90, 300), min_size=2, max_size=6),
)
def test_who_earns_a_rate_earns_every_lower_one(flows: list[int], percents: list[int]) -> None:
    earned = [bool(earned_at(at / 100, [flows])[0] >= -1e-9) for at in sorted(percents)]
    assert earned == sorted(earned, reverse=True)


@steady
@given(st.lists(st.integers(-100, 100), min_size=2, max_size=9), st.integers(1, 300))
def test_earned_is_checked_at_every_rate(flows: list[int], percent: int) -> None:
    rates = np.linspace(0.0, percent / 100, 2001)
    lowest = npv(rates, np.tile(np.array(flows, dtype=float), (rates.size, 1))).min()
    found = earned_at(percent / 100, [flows])[0]
    first = next((flow for flow in flows if flow), 0)
    changes = np.count_nonzero(np.diff(np.sign([flow for flow in flows if flow])))
    if changes == 1 and first < 0:  # an investment: present value at the rate decides
        assert np.sign(found) == pytest.approx(np.sign(lowest), abs=0) or abs(found) < 1e-9
    else:
        assert found == pytest.approx(lowest, abs=1e-3)


LEASE: dict[str, Any] = {
    "periods_per_year": 12,
    "rent_step": "period",
    "debt_form": "finance_lease",
    "debt_share": 0.9,
    "lease_payment_timing": "advance",
    "lease_purchase_option_share": 0.01,
    "vat_enabled": True,
    "vat_output_rate": 0.13,
}


def decline(case: Assumptions, target: str, wanted: float) -> float:
    found = solve(case, "rent_decline_per_year", target=target, wanted=wanted, low=-0.5, high=0.95)
    assert found.value is not None
    return found.value


def test_a_higher_hurdle_never_bears_a_faster_fall() -> None:
    case = Assumptions(**LEASE)
    falls = [decline(case, "equity_irr", rate) for rate in (0.0, 0.05, 0.10, 0.15, 0.5, 1.0, 2.0)]
    assert (np.diff(falls) <= 1e-12).all()  # a root is known to 1e-14
    at_zero = decline(case, "equity_npv_cny", 0.0)  # at 10 %
    assert falls[3] < at_zero
    assert at_zero == pytest.approx(0.2357, abs=5e-5)
    # there the undiscounted sum is zero: above it, no rate from zero to 15 % is earned any more
    flows = evaluate(case.replace(rent_decline_per_year=falls[3])).values["equity_cash_flow_cny"]
    assert abs(flows.sum()) < 1e-3
    just_below = evaluate(case.replace(rent_decline_per_year=falls[3] - 1e-4)).metrics
    just_above = evaluate(case.replace(rent_decline_per_year=falls[3] + 1e-4)).metrics
    assert just_below.equity_irr[0] > 0.15 > just_above.equity_irr[0]


def test_a_rate_on_almost_nothing_means_little() -> None:
    assert "means little" in evaluate(Assumptions(**LEASE)).remarks()["equity_irr"]
    assert "equity_irr" not in evaluate(Assumptions()).remarks()


@steady
@given(cases(), st.sampled_from(list(MEASURES)))
def test_gaps_agree_with_measures(case: Assumptions, name: str) -> None:
    """Whoever has a measure is on the side of the gap that its value says."""
    if name not in singles():
        return
    result = evaluate(case)
    value = float(result.metrics[name][0])
    if np.isnan(value) or name.endswith("_irr"):
        return
    for wanted in (value * 0.9 - 0.01, value * 1.1 + 0.01):
        gap = float(gap_of(name)(result, wanted)[0])
        if name.startswith("payback") and not np.isnan(gap) and wanted > 0:
            assert (gap >= -1e-6) == (value <= wanted), wanted
        elif not name.startswith("payback"):
            assert np.sign(gap) == np.sign(value - wanted)
