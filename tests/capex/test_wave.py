from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from analysis import data
from analysis.capex import (
    HORIZON,
    SCENARIOS,
    WAVE_COMPANIES,
    AssumedWave,
    CapexScenario,
    ProfitPath,
    Projection,
    WaveAssumptions,
    WaveInput,
    anchored,
    backtest,
    build_panel,
    capex_path,
    draw_assumptions,
    fit_draws,
    horizon_errors,
    life_change_effects,
    model_da,
    plans,
    profit_paths,
    profit_test,
    project,
    required_growth,
)
from analysis.capex.faces import sentences
from analysis.capex.wave.band_simulation import YEARS_AHEAD, simulated_band_coverage
from analysis.capex.wave.lives import life_steps, lives_in_force
from analysis.capex.wave.needed_revenue import needed_revenue
from analysis.capex.wave.vintages import schedules
from analysis.capex.wave.wave_backtest import band_coverage, forecast_errors

QUARTERS = pd.period_range("2018Q1", "2026Q2", freq="Q")
LIVES = pd.DataFrame(
    {
        "company": ["Maker"],
        "asset_class": ["servers"],
        "effective_date": [pd.Timestamp("2023-01-01")],
        "old_life_years": [4.0],
        "new_life_years": [6.0],
    }
)


def short_lives(company, quarters, announced):
    """Life of servers in force at the start of each quarter, in quarters, as announced."""
    return lives_in_force(life_steps(company, announced), quarters)


def maker(assumptions: WaveAssumptions, stock_m=300.0, other_m=200.0) -> WaveInput:
    """A company whose depreciation is exactly what the model says."""
    capex = pd.Series(1000.0 * 1.05 ** np.arange(len(QUARTERS)), QUARTERS)
    revenue = pd.Series(5000.0 * 1.03 ** np.arange(len(QUARTERS)), QUARTERS)
    history = pd.DataFrame({"capex_m": capex, "da_m": np.nan, "revenue_m": revenue})
    bare = WaveInput("Maker", "USD", history, pd.Series(dtype=float), LIVES)
    lives = short_lives("Maker", QUARTERS, LIVES)
    growth = (1 + assumptions.growth_before) ** 0.25 - 1
    share = assumptions.short_lived_share
    vintages, stock = np.zeros(len(QUARTERS)), np.zeros(len(QUARTERS))
    for weight, life, lag in (
        (share, lives, assumptions.short_lag_quarters),
        (1 - share, np.full(len(QUARTERS), 4 * assumptions.long_life_years), 4),
    ):
        shares, opening = schedules(life, growth, lag)
        vintages += weight * (capex.to_numpy() @ shares)
        stock += weight * opening
    other = other_m * (revenue / revenue.iloc[:4].mean()).to_numpy()
    da = pd.Series(vintages + stock_m * stock / stock[:4].mean() + other, QUARTERS)
    by_year = da.groupby(QUARTERS.year).sum().loc[:2025]
    return replace(bare, history=history.assign(da_m=da), da_by_year_m=by_year)


@pytest.mark.parametrize("until", ["2020Q4", "2026Q2"])
def test_synthetic_truth_is_recovered(until):
    assumptions = WaveAssumptions(short_lived_share=0.55, growth_before=0.2)
    company = maker(assumptions)
    fit = model_da(company, assumptions, fit_until=pd.Period(until, "Q"))
    assert fit.stock_coefficient_m == pytest.approx(300.0, rel=1e-6)
    assert fit.other_coefficient_m == pytest.approx(200.0, rel=1e-6)
    pd.testing.assert_series_equal(
        fit.parts["total_m"], company.history["da_m"], check_names=False, rtol=1e-9
    )


def test_the_backtest_of_a_true_model_has_no_error():
    assumptions = WaveAssumptions()
    errors = backtest({"Maker": maker(assumptions)}, assumptions).errors
    assert list(errors.index.get_level_values("year")) == [2021, 2022, 2023, 2024, 2025]
    assert errors["error"].abs().max() < 1e-9
    assert errors["flat_error"].max() < -0.05


def test_the_backtest_knows_nothing_after_its_origin(inputs):
    amazon = inputs["Amazon"]
    blind = amazon.history.copy()
    blind.loc["2021Q1":, "da_m"] *= 3.0
    one = backtest({"Amazon": amazon}).errors["modeled_m"]
    other = backtest({"Amazon": replace(amazon, history=blind)}).errors["modeled_m"]
    pd.testing.assert_series_equal(one, other)


def test_the_backtest_by_company(inputs):
    by_company = backtest(inputs).by_company
    assert list(by_company.index) == list(WAVE_COMPANIES)
    assert by_company.loc["Amazon", "mean_absolute"] < 0.07
    assert by_company["mean_absolute"].max() < 0.20
    assert (by_company["mean_absolute"] < by_company["trend"]).all()
    assert by_company.loc["Microsoft", "n_years"] == 4  # 2025 is not printed


def test_the_model_beats_both_naive_forecasts_at_every_horizon(inputs):
    errors = horizon_errors(inputs)
    assert (errors["anchored"] < errors["flat"]).all()
    assert (errors["anchored"] < errors["trend"]).all()
    frozen = horizon_errors(inputs, lives="frozen")
    assert frozen.loc[2, "anchored"] > errors.loc[2, "anchored"]


def test_bands_hold_as_often_as_they_say(inputs):
    """Synthetic truth: normal errors that widen with the years; and the filings' own back-test."""
    rng = np.random.default_rng(2)
    ahead = np.tile([1, 2, 3], 4_000)
    drawn = pd.DataFrame(
        {
            "company": np.repeat(np.array(list("ABCD")), 3_000),
            "origin": 2020,
            "anchored": 0.1 * np.sqrt(ahead) * rng.standard_normal(len(ahead)),
        },
        index=pd.Index(ahead, name="years_ahead"),
    )
    assert band_coverage(drawn)["held"].between(0.87, 0.93).all()
    fat = band_coverage(drawn.assign(anchored=drawn["anchored"].where(ahead != 3, 0.0)))
    assert fat["held"][3] == 1.0  # the width never narrows
    own = band_coverage(forecast_errors(inputs, lives="frozen"))
    assert (own["held"] * own["n"]).sum() / own["n"].sum() == pytest.approx(0.90, abs=0.03)


def test_anchoring_removes_the_last_years_miss(inputs):
    company = inputs["Meta"]
    fit = model_da(company, WaveAssumptions())
    shifted = anchored(fit, company)
    last = pd.period_range(end=company.last_da, periods=4, freq="Q")
    assert (shifted - company.history["da_m"]).loc[last].mean() == pytest.approx(0.0, abs=1e-9)


def test_many_draws_are_each_draw_alone(inputs):
    """Bit for bit: fit and parts of a draw do not depend on those beside it."""
    company, draws = inputs["Meta"], draw_assumptions(20, np.random.default_rng(3))
    history = company.history.loc[: company.last_da]
    reported, spent = history["da_m"].to_numpy(), history["capex_m"].to_numpy()
    other = company.other_index(history["revenue_m"])
    lives = short_lives("Meta", history.index, company.announced_lives)
    together = AssumedWave(draws, len(history))
    coefficients = together.fit(reported, spent, other, lives)
    parts = np.stack(together.parts(spent, other, lives[::-1], coefficients), axis=-1)
    for draw, coefficient, part in zip(draws, coefficients, parts, strict=True):
        alone = AssumedWave([draw], len(history))
        np.testing.assert_array_equal(alone.fit(reported, spent, other, lives), [coefficient])
        of_one = np.stack(alone.parts(spent, other, lives[::-1], coefficient[None]), axis=-1)
        np.testing.assert_array_equal(of_one, [part])
        fit = model_da(company, draw, fit_until=company.last_da)
        assert (fit.stock_coefficient_m, fit.other_coefficient_m) == tuple(coefficient)


def test_impossible_assumptions_are_refused():
    with pytest.raises(ValidationError):
        WaveAssumptions(short_lived_share=1.2)
    with pytest.raises(ValidationError):
        WaveAssumptions.model_validate({"short_life": 5})


def test_announced_lives_follow_the_table():
    table = data.load("useful_life")
    quarters = pd.period_range("2021Q4", "2025Q1", freq="Q")
    amazon = dict(zip(map(str, quarters), short_lives("Amazon", quarters, table) / 4, strict=True))
    assert (amazon["2021Q4"], amazon["2022Q1"], amazon["2024Q1"]) == (4.0, 5.0, 6.0)
    assert amazon["2025Q1"] == 6.0  # the shortening of 2025 concerns some servers only
    meta = dict(zip(map(str, quarters), short_lives("Meta", quarters, table) / 4, strict=True))
    assert (meta["2022Q1"], meta["2022Q2"], meta["2022Q4"], meta["2025Q1"]) == (4.0, 4.5, 5.0, 5.5)


def test_effects_of_changed_lives_have_the_stated_sign(inputs):
    effects = life_change_effects(inputs).dropna(subset="stated_m")
    assert (np.sign(effects["modeled_m"]) == np.sign(effects["stated_m"])).all()
    implied = effects["implied_share"].dropna()
    assert implied.between(0.2, 0.9).all()


@pytest.fixture(scope="module")
def expected(inputs):
    return plans(inputs, data.load("capex_guidance"))


def test_plans_are_the_newest_guidance(expected):
    assert expected["Amazon"].capex_2026_m == 220_000
    assert expected["Meta"].capex_2026_m == 137_500  # 130 to 145
    assert expected["Alphabet"].growth_2027 == pytest.approx(304.0 / 201.5 - 1)
    # 18,635 + 16,493 + 28,499 spent; (92,500 - 28,499) / 3 in the last quarter of the year
    assert expected["Oracle"].capex_2026_m == pytest.approx(63_627 + (92_500 - 28_499) / 3)
    assert "no figure guided" in expected["Tencent"].basis


def test_a_path_spends_what_is_planned(inputs, expected):
    path = capex_path(inputs["Amazon"], expected["Amazon"], SCENARIOS["plans_then_growth"])
    years = path.groupby(path.index.year).sum()
    assert path.notna().all() and path.index[-1] == pd.Period("2030Q4", "Q")
    assert years[2026] == pytest.approx(220_000)
    assert years[2027] == pytest.approx(220_000 * 272.9 / 218.0)
    assert years[2029] == pytest.approx(years[2028] * 1.15)
    kept = capex_path(inputs["Amazon"], expected["Amazon"], SCENARIOS["stays_at_last_year"])
    known = inputs["Amazon"].history["capex_m"].dropna()
    assert kept.iloc[-1] == pytest.approx(known.iloc[-4:].mean())
    pd.testing.assert_series_equal(kept.loc[: known.index[-1]], known, check_freq=False)


def test_profit_paths_by_hand():
    da = pd.Series({2027: 60.0, 2029: 100.0})
    growing = ProfitPath(label="", growth=0.1).net_income(100.0, 50.0, da, 2025)
    assert growing[2027] == pytest.approx(121.0)
    before = ProfitPath(label="", is_before_depreciation=True, tax_rate=0.2)
    # 100 + 0.8 x 50 = 140 before depreciation, less 0.8 x 100
    assert before.net_income(100.0, 50.0, da, 2025)[2029] == pytest.approx(60.0)


@pytest.fixture(scope="module")
def projected(inputs, expected):
    error = horizon_errors(inputs)["anchored"]

    def run(name, scenario="plans_then_flat", life_years=None, n_draws=12):
        rng = np.random.default_rng(7)
        wave = AssumedWave(draw_assumptions(n_draws, rng), len(HORIZON))
        fitted = fit_draws(inputs[name], wave, error, rng)
        return project(fitted, expected[name], SCENARIOS[scenario], life_years=life_years)

    return run


def test_a_projection_starts_from_what_was_reported(projected, inputs):
    table = projected("Alphabet").da_m
    assert table.loc[2025, "middle"] == inputs["Alphabet"].da_by_year_m[2025] == 21_136
    assert (table["low"] <= table["middle"]).all() and (table["middle"] <= table["high"]).all()
    width = (table["high"] - table["low"]) / table["middle"]
    assert (width.loc[:2025] == 0).all() and width[2028] > width[2026] > 0


def test_one_draw_without_error_is_the_anchored_model(inputs, expected):
    company, scenario = inputs["Meta"], SCENARIOS["plans_then_flat"]
    capex = capex_path(company, expected["Meta"], scenario)
    no_error = pd.Series(0.0, [1, 2, 3])
    wave = AssumedWave([WaveAssumptions()], len(HORIZON))
    fitted = fit_draws(company, wave, no_error, np.random.default_rng(0), revenue_growth=0.0)
    one = project(fitted, expected["Meta"], scenario)
    revenue = company.history["revenue_m"].reindex(capex.index)
    for quarter in capex.index[revenue.isna()]:
        revenue[quarter] = revenue[quarter - 4]
    shifted = anchored(
        model_da(company, WaveAssumptions(), capex_m=capex, revenue_m=revenue), company
    )
    of_2029 = shifted[shifted.index.year == 2029].sum()
    assert one.da_m.loc[2029, "middle"] == pytest.approx(of_2029)
    assert one.da_m.loc[2029, "low"] == one.da_m.loc[2029, "high"]


def test_the_same_seed_gives_the_same_bands(projected):
    pd.testing.assert_frame_equal(projected("Meta").da_m, projected("Meta").da_m)


def test_a_shorter_life_brings_depreciation_forward(projected):
    by_life = [projected("Microsoft", life_years=life).da_m["middle"] for life in (3, 4, 5, 6)]
    for shorter, longer in pairwise(by_life):
        assert shorter[2027] > longer[2027]
        assert shorter[2025] == longer[2025]


def test_less_spending_is_less_depreciation(projected):
    of_2029 = [
        projected("Meta", scenario).da_m.loc[2029, "middle"]
        for scenario in ("plans_then_growth", "plans_then_flat", "cut_after_2026")
    ]
    assert of_2029 == sorted(of_2029, reverse=True)


def test_the_required_growth_keeps_the_ratio(projected):
    projections = {"Meta": projected("Meta")}
    income = {"Meta": 76_000.0}
    needed = required_growth(projections, income).loc["Meta"]
    path = {"needed": ProfitPath(label="", growth=needed["keep_ratio"])}
    row = profit_test(projections, income, path).loc[("Meta", "needed")]
    assert row["ratio_2029"] == pytest.approx(row["ratio_2025"])
    cover = {"cover": ProfitPath(label="", growth=needed["cover"])}
    assert profit_test(projections, income, cover)["ratio_2029"].iloc[0] == pytest.approx(1.0)


def known(da_m: float, draws_m: tuple[float, ...] = (0.9, 1.0, 1.1)) -> Projection:
    """A projection known by hand: D&A of 50 in 2025 and of ``da_m`` in each year from 2027 on."""
    years = pd.Index(range(2025, 2031), name="year")
    middle = [50.0, 50.0, *[da_m] * 4]
    da = pd.DataFrame(
        {"low": middle, "middle": middle, "high": middle, "reported": np.nan, "capex": 0.0}, years
    )
    return Projection("Maker", "USD", da, np.outer(draws_m, middle))


@pytest.mark.parametrize(
    ("da_m", "is_covered", "p_covered"),
    [
        (60.0, True, 1.0),  # net income 100 against 60
        (95.0, True, 2 / 3),  # of 85.5, 95 and 104.5 the last exceeds 100
        (105.0, False, 1 / 3),
        (150.0, False, 0.0),
    ],
)
def test_net_income_above_depreciation_is_covered_and_below_is_not(da_m, is_covered, p_covered):
    flat = {"flat": ProfitPath(label="")}
    row = profit_test({"Maker": known(da_m)}, {"Maker": 100.0}, flat).loc[("Maker", "flat")]
    assert (row["is_covered"], row["is_covered_high"]) == (is_covered, is_covered)
    assert row["ratio_2029"] == pytest.approx(da_m / 100.0)
    assert row["p_covered"] == pytest.approx(p_covered)
    words = sentences.depreciation_answer(row.to_frame().T.set_axis(["Maker"]), "If so")
    assert ("outgrows" in words) is not is_covered and ("stays below" in words) is is_covered


@pytest.mark.parametrize(
    ("is_covered", "p_covered", "words"),
    [
        (
            [False, True],
            [0.4, 0.9],
            "outgrows net income by 2029 at A (a close call at A), not at B.",
        ),
        (
            [False, True],
            [0.1, 0.6],
            "outgrows net income by 2029 at A, not at B (a close call at B).",
        ),
        (
            [False, True],
            [0.4, 0.6],
            "outgrows net income by 2029 at A (a close call at A), not at B (a close call at B).",
        ),
        (
            [True, True],
            [0.9, 0.5],
            "stays below net income through 2029 everywhere (a close call at B).",
        ),
        ([False, False], [0.1, 0.2], "outgrows net income by 2029 at A and B."),
    ],
)
def test_a_close_call_stands_beside_the_list_it_is_about(is_covered, p_covered, words):
    test = pd.DataFrame({"is_covered": is_covered, "p_covered": p_covered}, ["A", "B"])
    assert sentences.depreciation_answer(test, "If so") == f"If so, depreciation {words}"


def test_profit_before_depreciation_pays_for_its_rise():
    """By hand, tax 20 %: before depreciation 100 + 0.8 x 50 = 140 in 2025."""
    path = {"before": ProfitPath(label="", growth=0.1, is_before_depreciation=True, tax_rate=0.2)}
    row = profit_test({"Maker": known(110.0)}, {"Maker": 100.0}, path).iloc[0]
    # 140 x 1.1^2 = 169.4, less 0.8 x 110 = 81.4; 2029: 140 x 1.1^4 - 88 = 116.974
    assert row["ratio_2027"] == pytest.approx(110.0 / 81.4)
    assert row["ratio_2029"] == pytest.approx(110.0 / 116.974)
    assert not row["is_covered"]  # 2029 passes, 2027 does not
    needed = required_growth({"Maker": known(110.0)}, {"Maker": 100.0}, 0.2)
    # 1.8 x 110 = 198 by 2027: (198 / 140)^(1/2) - 1
    assert needed["cover_before"].iloc[0] == pytest.approx((198 / 140) ** 0.5 - 1)


def test_growing_net_income_hides_the_rise_of_depreciation(projected):
    """The path that is not a test: net income grows whatever depreciation does."""
    table = profit_test({"Meta": projected("Meta")}, {"Meta": 76_590.0}, profit_paths())
    growing, before = table["ratio_2029"]["Meta"][["growing", "growing_before"]]
    assert growing < 1.0 < before


def test_an_untouched_path_needs_no_growth_before_depreciation():
    # income 100, D&A 50 throughout, no tax: 150 before, 2 x 50 = 100 suffices
    needed = required_growth({"Maker": known(50.0)}, {"Maker": 100.0}, 0.0)
    assert needed["cover_before"].iloc[0] < 0.0


def test_revenue_needed_by_hand(fundamentals):
    trailing = build_panel(fundamentals, "purchases", "ttm", "USD")
    projections = {"Amazon": known(90_000.0), "Microsoft": known(60_000.0)}
    projections = {name: replace(one, company=name) for name, one in projections.items()}
    one = needed_revenue(projections, trailing, data.load("disclosures"))
    assert one.da_base_bn == pytest.approx(0.1)  # twice 50 million
    assert one.extra_bn == pytest.approx(150.0 - 0.1)
    frame = trailing.frame.loc[[(name, pd.Period("2026Q2", "Q")) for name in projections]]
    margin = frame["operating_cash_flow"].sum() / frame["revenue"].sum()
    assert one.revenue_bn == pytest.approx((150.0 - 0.1) / margin)
    assert one.ai_revenue_bn == 15 + 37 and one.ai_revenue_upper_bn == 15 + 37
    assert one.extra_low_bn < one.extra_bn < one.extra_high_bn


def test_without_a_company_in_dollars_no_revenue_is_needed(fundamentals):
    trailing = build_panel(fundamentals, "purchases", "ttm", "USD")
    one = needed_revenue(
        {"Tencent": replace(known(1.0), currency="CNY")}, trailing, data.load("disclosures")
    )
    assert not one.is_known and one.saved() == {} and "No company" in one.sentence()
    silent = needed_revenue({"Meta": known(90_000.0)}, trailing, data.load("disclosures"))
    assert np.isnan(silent.times_ai_revenue) and "AI revenue" not in silent.sentence()


def test_depreciation_of_the_five_more_than_triples(inputs, expected):
    error = horizon_errors(inputs, lives="frozen")["anchored"]
    assert error.loc[[1, 2, 3]].between(0.15, 0.23).all()  # as a forecaster has them
    rng = np.random.default_rng(20261015)
    wave = AssumedWave(draw_assumptions(40, rng), len(HORIZON))
    total = 0.0
    for name in ("Amazon", "Microsoft", "Alphabet", "Meta", "Oracle"):
        fitted = fit_draws(inputs[name], wave, error, rng)
        one = project(fitted, expected[name], SCENARIOS["plans_then_flat"])
        total += one.da_m.loc[2029, "middle"]
    assert 500e3 < total < 600e3  # 154 bn in 2025


def test_no_profit_is_not_covered(projected):
    projections = {"Oracle": projected("Oracle")}
    table = profit_test(projections, {"Oracle": 12_000.0}, profit_paths())
    row = table.loc[("Oracle", "flat_before")]
    assert np.isnan(row["ratio_2029"]) and not row["is_covered"] and not row["is_kept"]


def test_draws_stay_in_their_ranges():
    draws = draw_assumptions(50, np.random.default_rng(1))
    assert {draw.short_lag_quarters for draw in draws} == {0, 1, 2}
    assert all(0.40 <= draw.short_lived_share <= 0.70 for draw in draws)
    assert draws == draw_assumptions(50, np.random.default_rng(1))


def test_an_unknown_part_of_a_scenario_is_refused():
    with pytest.raises(ValidationError):
        CapexScenario.model_validate({"label": "x", "growth": 0.1})


def test_bands_of_one_past_error_hold_as_a_ratio_of_normals_does():
    """Two independent normals: P(|X| <= 1.645 |Y|) = 2 / pi x arctan(1.645) = 0.652."""
    once = pd.DataFrame({"company": ["A"], "origin": [2020]}, pd.Index([1], name="years_ahead"))
    held = simulated_band_coverage(once, np.random.default_rng(1), n_histories=40_000)
    assert held.loc["misses walk", 1] == pytest.approx(2 / np.pi * np.arctan(1.645), abs=0.01)
    # h years ahead the error is sqrt(h) as large, the band is not: arctan(1.645 / 2) at four
    assert held.loc["misses walk", 4] == pytest.approx(2 / np.pi * np.arctan(1.645 / 2), abs=0.01)


def test_bands_of_depreciation_hold_ninety_percent_give_or_take_three():
    grid = pd.DataFrame(
        [
            {"company": name, "origin": origin, "years_ahead": ahead}
            for name in "ABCDEF"
            for origin in range(2020, 2025)
            for ahead in range(1, 2026 - origin)
        ]
    ).set_index("years_ahead")
    held = simulated_band_coverage(grid, np.random.default_rng(2), n_histories=3000)
    assert held["all"].between(0.865, 0.935).all(), held  # 90 +- 3, and the simulation's error
    assert list(held.columns) == [*range(1, YEARS_AHEAD + 1), "all"]
