"""Projections of D&A and the test of profits, worked by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.capex import (
    HORIZON,
    SCENARIOS,
    AssumedWave,
    Plan,
    ProfitPath,
    Projection,
    WaveAssumptions,
    WaveInput,
    draw_assumptions,
    fit_draws,
    profit_test,
    project,
    required_growth,
)
from tests.capex.test_wave import maker

FLAT = {"flat": ProfitPath(label="")}
YEARS = pd.Index(range(2025, 2031), name="year")
NO_ERROR = pd.Series(0.0, [1, 2, 3])


def by_hand(low: list[float], middle: list[float], high: list[float]) -> Projection:
    """A projection with these D&A of 2025 to 2030, in one draw as in the middle."""
    da = pd.DataFrame({"low": low, "middle": middle, "high": high}, YEARS)
    return Projection("Maker", "USD", da.assign(reported=np.nan, capex=0.0), np.array([middle]))


RISING = by_hand(
    [50.0, 50.0, 60.0, 66.0, 71.0, 90.0],
    [50.0, 60.0, 70.0, 80.0, 90.0, 100.0],
    [50.0, 70.0, 85.0, 100.0, 99.0, 120.0],
)


def test_each_year_and_end_of_the_band_stands_in_its_column() -> None:
    row = profit_test({"Maker": RISING}, {"Maker": 100.0}, FLAT).loc[("Maker", "flat")]
    assert row["ratio_2025"] == pytest.approx(0.50)
    assert row["ratio_2027"] == pytest.approx(0.70)
    assert row["ratio_2028"] == pytest.approx(0.80)
    assert row["ratio_2029"] == pytest.approx(0.90)
    assert row["ratio_2029_low"] == pytest.approx(0.71)
    assert row["ratio_2029_high"] == pytest.approx(0.99)
    assert row["is_covered"] and row["p_covered"] == 1.0
    assert not row["is_covered_high"]  # in 2028 D&A is all of the income, no less
    assert not row["is_kept"]


def test_companies_and_paths_do_not_mix() -> None:
    paths = {**FLAT, "growing": ProfitPath(label="", growth=0.1)}
    steady = by_hand(*[[50.0] * 6] * 3)
    table = profit_test({"One": RISING, "Two": steady}, {"One": 100.0, "Two": 200.0}, paths)
    assert table.index.tolist() == [
        ("One", "flat"),
        ("One", "growing"),
        ("Two", "flat"),
        ("Two", "growing"),
    ]
    # 90 / (100 x 1.1^4) and 50 / (200 x 1.1^4)
    expected = [0.9, 0.9 / 1.4641, 0.25, 0.25 / 1.4641]
    assert table["ratio_2029"].tolist() == pytest.approx(expected)
    assert table["ratio_2025"].tolist() == pytest.approx([0.5, 0.5, 0.25, 0.25])
    # 90 / 146.41 = 0.61 is above 0.5; what stays as it was is kept
    assert table["is_kept"].tolist() == [False, False, True, True]


def test_an_income_of_nothing_has_no_ratio() -> None:
    """Before depreciation, no tax: 100 + 50 = 150, of which D&A takes all in 2029."""
    all_of_it = [50.0, 50.0, 60.0, 70.0, 150.0, 150.0]
    path = {"before": ProfitPath(label="", is_before_depreciation=True, tax_rate=0.0)}
    row = profit_test({"Maker": by_hand(all_of_it, all_of_it, all_of_it)}, {"Maker": 100.0}, path)
    assert row["ratio_2028"].iloc[0] == pytest.approx(70.0 / 80.0)
    assert np.isnan(row["ratio_2029"].iloc[0])
    assert not row["is_covered"].iloc[0] and not row["is_kept"].iloc[0]


def test_a_draw_that_takes_all_of_the_income_is_not_covered() -> None:
    exact = [50.0, 50.0, 60.0, 100.0, 60.0, 60.0]
    one = replace(by_hand(exact, exact, exact), paths_m=np.outer([0.99, 1.0, 1.01, 0.5], exact))
    row = profit_test({"Maker": one}, {"Maker": 100.0}, FLAT).iloc[0]
    assert row["p_covered"] == 0.5  # the first and the last of four


def test_growth_that_is_required_by_hand() -> None:
    low, middle, high = (50.0 * (1.0 + rate) ** 4 for rate in (0.05, 0.10, 0.20))
    one = by_hand([50.0] * 4 + [low] * 2, [50.0] * 4 + [middle] * 2, [50.0] * 4 + [high] * 2)
    row = required_growth({"Maker": one}, {"Maker": middle / 1.02**4}).loc["Maker"]
    assert row["da_2025_m"] == 50.0
    assert row["da_2029_m"] == pytest.approx(73.205)
    assert row["keep_ratio_low"] == pytest.approx(0.05)
    assert row["keep_ratio"] == pytest.approx(0.10)
    assert row["keep_ratio_high"] == pytest.approx(0.20)
    assert row["cover"] == pytest.approx(0.02)
    # tax 17 %: before 67.6300 + 0.83 x 50 = 109.1300; 2029: 1.83 x 73.205 = 133.9652;
    # (133.9652 / 109.1300)^(1/4) - 1 = 5.26 %; 2027 and 2028 need less: 1.83 x 50 = 91.5
    assert row["cover_before"] == pytest.approx(0.0526, abs=5e-5)


@pytest.fixture(scope="module")
def company() -> WaveInput:
    """A company whose depreciation is exactly what the model says, to 2026Q2."""
    return maker(WaveAssumptions(short_lived_share=0.6))


def fitted(company: WaveInput, n_draws: int = 1, errors: pd.Series = NO_ERROR, seed: int = 5):
    wave = AssumedWave([WaveAssumptions(short_lived_share=0.6)] * n_draws, len(HORIZON))
    return fit_draws(company, wave, errors, np.random.default_rng(seed))


def test_the_rest_grows_by_eight_percent_a_year_after_what_is_known(company: WaveInput) -> None:
    other = pd.Series(fitted(company).other, HORIZON)
    yearly = (other / other.shift(4)).dropna()
    after = yearly.index > pd.Period("2026Q2", "Q")
    assert yearly[after].to_numpy() == pytest.approx(1.08)
    assert yearly[~after].to_numpy() == pytest.approx(1.03**4)


@pytest.mark.parametrize(("quarter", "counts"), [("2026Q1", True), ("2026Q2", False)])
def test_depreciation_counts_up_to_the_last_spending_known(
    company: WaveInput, quarter: str, counts: bool
) -> None:
    """Spending is known to 2026Q1; a wrong figure of that quarter moves the fit, a later none."""
    history = company.history.copy()
    history.loc[pd.Period("2026Q2", "Q"), "capex_m"] = np.nan
    short = replace(company, history=history)
    wrong = history.copy()
    wrong.loc[pd.Period(quarter, "Q"), "da_m"] *= 2.0
    right, moved = (fitted(one).coefficients for one in (short, replace(company, history=wrong)))
    assert right == pytest.approx(np.array([[300.0, 200.0]]))  # the truth
    assert np.allclose(right, moved, rtol=1e-9) is not counts


def test_errors_widen_with_the_years_ahead_and_never_narrow(company: WaveInput) -> None:
    one = fitted(company, 3, pd.Series({1: 0.2, 2: 0.1, 3: 0.3}))
    normal = np.random.default_rng(5).standard_normal(3)
    widths = pd.DataFrame(one.log_errors / normal[:, None], columns=HORIZON)
    assert (widths.loc[:, : pd.Period("2026Q2", "Q")] == 0.0).all(axis=None)
    ahead = {"2026Q3": 0.05, "2026Q4": 0.10, "2027Q2": 0.20, "2027Q3": 0.20, "2028Q2": 0.20}
    ahead |= {"2028Q4": 0.25, "2029Q2": 0.30, "2030Q4": 0.30}  # the last is kept
    for quarter, width in ahead.items():
        assert widths[pd.Period(quarter, "Q")].to_numpy() == pytest.approx(width)


PLAN = Plan(capex_2026_m=20_000.0, growth_2027=0.1, basis="by hand")


def test_bands_are_percentiles_of_the_draws(company: WaveInput) -> None:
    one = project(fitted(company, 21, pd.Series({1: 0.2})), PLAN, SCENARIOS["plans_then_flat"])
    ends = np.sort(one.paths_m[:, one.da_m.index.get_loc(2028)])
    # 21 draws are 0, 5, ... 100 % of the way: the second, the middle one, the last but one
    row = one.da_m.loc[2028]
    assert [row["low"], row["middle"], row["high"]] == pytest.approx([ends[1], ends[10], ends[19]])


def test_a_true_model_misses_nothing_and_is_scaled_by_its_error(company: WaveInput) -> None:
    sure = project(fitted(company), PLAN, SCENARIOS["plans_then_flat"]).da_m["middle"]
    fit = fitted(company, 1, pd.Series({1: 0.2}))
    unsure = project(fit, PLAN, SCENARIOS["plans_then_flat"]).da_m["middle"]
    factor = np.exp(0.2 * np.random.default_rng(5).standard_normal())
    assert unsure[2029] / sure[2029] == pytest.approx(factor)
    assert sure[2024] == pytest.approx(company.da_by_year_m[2024])


def test_a_life_changes_from_the_fourth_quarter_of_2026_on(company: WaveInput) -> None:
    fit = fitted(company)

    def of(life: float | None) -> pd.Series:
        return project(fit, PLAN, SCENARIOS["plans_then_flat"], life_years=life).da_m["middle"]

    announced, same, shorter = of(None), of(6.0), of(3.0)  # six years since 2023
    assert same.tolist() == pytest.approx(announced.tolist())
    assert shorter[2025] == announced[2025]
    assert shorter[2026] > announced[2026]  # by its last quarter alone


def test_draws_fill_their_ranges_evenly() -> None:
    """210 draws, one in each 210th of a range: as many of each count, the ends nearly reached."""
    draws = pd.DataFrame(
        [draw.model_dump() for draw in draw_assumptions(210, np.random.default_rng(3))]
    )
    assert draws["short_lag_quarters"].value_counts().to_dict() == {0: 70, 1: 70, 2: 70}
    assert draws["long_lag_quarters"].value_counts().to_dict() == dict.fromkeys(range(7), 30)
    for name, low, high in [("short_lived_share", 0.4, 0.7), ("growth_before", 0.0, 0.25)]:
        width = (high - low) / 210 + 1e-4  # rounded to four digits
        assert low <= draws[name].min() <= low + width
        assert high - width <= draws[name].max() <= high
        assert draws[name].tolist() == draws[name].round(4).tolist()
    assert (draws["long_life_years"].min(), draws["long_life_years"].max()) == (15, 25)


def test_figures_are_in_the_currency_of_the_company(inputs: dict[str, WaveInput]) -> None:
    currencies = {name: one.currency for name, one in inputs.items()}
    assert currencies.pop("Tencent") == "CNY"
    assert set(currencies.values()) == {"USD"}
