"""What the report shows: tables worked by hand, and that every picture draws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from analysis.data import load
from analysis.rents.breaks.regimes import find_breaks
from analysis.rents.faces import rent_plots as plots
from analysis.rents.faces import rent_tables as tables
from analysis.rents.faces import source_tables as sources
from analysis.rents.forecasting.rent_backtest import backtest
from analysis.rents.forecasting.rent_forecast import forecast
from analysis.rents.index import rent_market as market
from analysis.rents.index import swings
from analysis.rents.quotes import china
from analysis.rents.quotes.comparable import comparable_quotes


@pytest.fixture(scope="module")
def quotes() -> pd.DataFrame:
    raw = pd.concat([load("rent_quotes_usd"), load("rent_quotes_cny")], ignore_index=True)
    return comparable_quotes(raw, load("fx"), load("gpu_specs"))


@pytest.fixture(scope="module")
def here(quotes) -> market.Market:
    return market.rent_market(
        quotes,
        gpu="H100",
        segment="neocloud",
        generator=np.random.default_rng(1),
        first_month="2023-09",
        n_draws=99,
    )


@pytest.fixture(scope="module")
def scores(here):
    return backtest(
        {here.label: here.real_time}, generator=np.random.default_rng(1), errors="student"
    )


def test_printed_decline_by_hand():
    start = pd.Series({"value_low": 120e3, "value_high": 180e3, "period": "2024-01"})
    end = pd.Series({"value_low": 75e3, "value_high": 75e3, "period": "2024-12"})
    said = china.printed_decline(start, end)
    # 1 - 75/120 and 1 - 75/180; eleven months between.
    assert said["least"] == pytest.approx(0.375)
    assert said["most"] == pytest.approx(0.58333, abs=1e-5)
    assert (1 - said["least_per_month"]) ** 11 == pytest.approx(0.625)
    # Two more months at 10 %: 75,000 * 0.81.
    assert china.continued(end, 0.1, pd.Period("2025-02", "M")) == pytest.approx(60_750)


def test_chinese_quotes_stand_beside_the_index(quotes):
    months = pd.period_range("2023-09", "2026-09", freq="M")
    abroad = pd.Series(np.log(20.0), index=months)
    table = china.chinese_quotes(quotes, abroad, "H100")
    row = table.loc[(table.index == pd.Period("2024-10", "M"))].iloc[0]
    # 70,000 a server-month beside 20 * 5,840 = 116,800.
    assert row["quoted_cny_per_server_month"] == pytest.approx(70_000)
    assert row["abroad_cny_per_server_month"] == pytest.approx(116_800)
    assert row["ratio"] == pytest.approx(70_000 / 116_800)
    assert "not a rent" not in set(table["role"])
    assert "64,000" in china.last_quotes(table)


def test_choices_and_leave_one_out(here):
    table = tables.choices(here.captured, peak="2024-02", trough="2025-08")
    assert table.loc[("time-product dummy", "carried"), "fall"] == pytest.approx(
        here.index.index_change("2024-02", "2025-08").value
    )
    # What a gap hides is lost to the chain of monthly changes.
    left, carried = (table.loc[("Jevons, chained", gaps), "fall"] for gaps in ("left", "carried"))
    assert left > carried + 0.05
    alone = tables.leave_one_out(here.captured, peak="2024-02", trough="2025-08")
    assert len(alone) == 11
    assert (alone["fall"] < 0).all()
    assert (alone["rebound"] > 0).all()


def test_hindsight_sees_no_future(here):
    missed, made = tables.hindsight(here.real_time, ["2024-12"], ["no_change", "log_linear"])
    seen = float(np.exp(here.real_time.loc["2024-12"]))
    row = missed.loc[("2024-12", "no change")]
    assert row["forecast"] == pytest.approx(seen)
    assert row["miss"] == pytest.approx(seen / np.exp(here.real_time.iloc[-1]) - 1)
    assert row["low"] < row["forecast"] < row["high"]
    assert len(made["2024-12", "log_linear"].months) == 21


def test_words(here, scores):
    swung = tables.all_swings(here, {}, "H100", peak_from="2024-01", peak_by="2024-12")
    assert [str(swung[0].peak), str(swung[0].fall.last)] == ["2024-02", "2025-08"]
    assert "90% interval" in swung[0].in_words()
    published = swings.series_swing(here.log_rents, peak_by="2024-12", first="2024-01")
    assert published.fall.value == pytest.approx(swung[0].fall.value)
    assert "interval" not in published.in_words()
    assert tables.swings_in_words([*swung, published]).shape == (3, 4)
    verdict = tables.beats_no_change(scores, here.label)
    mean = scores.table([here.label])["crps"].groupby(level="model").mean()
    assert ("No forecast tested" in verdict) == (mean.idxmin() == "no_change")


def test_the_start_counted_from_moves_the_fall(here):
    starts = tables.start_influence(
        here.log_rents, peak_from="2024-01", peak_by="2024-12", trough="2025-08"
    )
    assert len(starts) == 12
    # The trough over the start: from January 1 - 0.722, from February 1 - 0.629.
    assert starts["to_trough"].round(2).iloc[:2].tolist() == [-0.28, -0.37]
    trough_on = np.expm1(here.log_rents.iloc[-1] - here.log_rents["2025-08"])
    on = (1 + starts["to_trough"]) * (1 + trough_on)
    assert on.to_numpy() == pytest.approx((1 + starts["to_last"]).to_numpy())


def test_a_collection_without_a_license_is_named_and_taken_out(here, quotes):
    assert here.source_ids == ("henryzhangpku-index",)
    found = sources.unlicensed((*here.source_ids, "gpu-rental-prices", "own:a"), load("sources"))
    assert list(found.index) == ["henryzhangpku-index"]
    told = sources.in_words(found, here.source_ids)
    assert told.startswith("All of these quotes come from one public collection (")
    twice = sources.in_words(pd.concat([found, found]), here.source_ids)
    assert "Some of these quotes come from 2 public collections" in twice
    assert sources.in_words(found.iloc[:0], here.source_ids) == ""
    beside = sources.with_and_without(
        here, quotes, found.index, gpu="H100", since="2026-02", until="2026-09"
    )
    assert beside["change"].iloc[0] == pytest.approx(
        here.index.index_change("2026-02", "2026-09").value
    )
    # Silicon Data's index: 2.20 in January, carried to February, and 2.73 in September.
    transactions = beside.filter(like="H100 index, published", axis=0)
    assert transactions["change"].item() == pytest.approx(2.73 / 2.20 - 1, abs=0.03)


def test_every_picture_draws(quotes, here, scores):
    regimes = find_breaks(here.log_rents, regressors="trend", generator=np.random.default_rng(1))
    _, made = tables.hindsight(here.real_time, ["2024-12"], ["log_linear", "no_change"])
    ahead = forecast(here.log_rents, model="no_change", n_ahead=24, n_supported_months=7)
    table = china.chinese_quotes(quotes, here.log_rents, "H100")
    listed = quotes[quotes["role"] == "quote"]
    first = quotes.groupby("gpu")["month"].min()
    index = pd.MultiIndex.from_product(
        [
            pd.period_range("2024-03", periods=3, freq="M"),
            ["then", "now"],
            ["stays", "falls"],
            [0.0, 1.0],
        ],
        names=["purchase", "seen", "scenario", "contract_share"],
    )
    names = ["p_equity_irr_negative", "p_dscr_below_one", "p_never_pays_back"]
    risk = pd.DataFrame(0.5, index=index, columns=names)
    drawn = [
        plots.plot_history(here, regimes, {"other": here.log_rents}),
        plots.plot_composition(here.index, "2024-02"),
        plots.plot_hindsight(here.real_time, made, "USD"),
        plots.plot_skill(scores, here.label, 7),
        plots.plot_coverage(scores, here.label, "no_change"),
        plots.plot_forecast(ahead, "USD", pd.Series({"stays": 0.0, "falls": 0.2})),
        plots.plot_china(table, here.log_rents, 5840.0),
        plots.plot_ages(listed, ["V100", "A100"], first),
        plots.plot_risk(risk),
    ]
    for figure in drawn:
        figure.draw_without_rendering()
        assert figure.axes
        plt.close(figure)
