"""Tables as of a day: past ones come back from today's."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.data import load, load_own
from analysis.data.landing import land, propose
from analysis.data.new_rows import Row
from analysis.data.own.store import add
from analysis.errors import ParameterError
from analysis.paths import AS_OF_VARIABLE, OWN_VARIABLE, WHOLE_VARIABLE
from analysis.rents.index.known_markets import months_by_gpu
from analysis.rents.index.rent_market import rent_market
from analysis.rents.quotes.comparable import comparable_quotes


@pytest.fixture
def asked(monkeypatch):
    def ask(day: str) -> None:
        monkeypatch.setenv(AS_OF_VARIABLE, day)

    return ask


WRITING = (
    ["data", "add", "quotes", "prices.csv"],
    ["data", "seal", "fx"],
    ["build"],
    ["refresh", "fx", "--dry-run"],
)


@pytest.mark.parametrize("words", WRITING, ids=" ".join)
def test_what_writes_today_is_refused_as_of_a_day(asked, words):
    asked("2026-06-30")
    with pytest.raises(ParameterError, match=r"found '2026-06-30', expected unset"):
        CliRunner().invoke(app, words, catch_exceptions=False, standalone_mode=False)


def h100_index(quotes: pd.DataFrame, fx: pd.DataFrame) -> pd.Series:
    basis = comparable_quotes(quotes, fx, load("gpu_specs"))
    generator = np.random.default_rng(1)
    market = rent_market(basis, gpu="H100", segment="neocloud", generator=generator, n_draws=0)
    return market.log_rents


def dear(provider: str) -> Row:
    """A dear offer of December, of a day that the page of November did not know."""
    return Row(
        {
            "quote_date": "2026-12-10",
            "date_precision": "day",
            "gpu": "H100",
            "memory_gb": "80",
            "form_factor": "SXM",
            "provider": provider,
            "segment": "neocloud",
            "contract": "on-demand-restated",
            "price_low": "5.5",
            "price_high": "5.5",
            "unit": "USD per GPU-hour",
            "source_id": "henryzhangpku-index",
            "place": "here",
            "kind": "reported",
        }
    )


def test_a_past_page_is_reproduced_from_the_tables_of_a_later_day(raw, asked, monkeypatch):
    """Tables of 2026-11-28, then three more quotes and a quarter filed earlier but read later."""
    monkeypatch.setattr("analysis.data.tables._today", lambda: date(2027, 1, 1))
    names = (
        "rent_quotes_usd",
        "company_financials_quarterly",
        "fx",
        "capex_guidance",
        "company_financials_annual",
        "rent_quotes_cny",
        "server_facts",
    )
    past = {name: load(name, raw.folder) for name in names}
    page = h100_index(past["rent_quotes_usd"], past["fx"])
    day = date(2026, 12, 20)
    filed = date(2026, 10, 29)
    statement = restated(str(newest_revenue(raw.folder)), (filed, str(newest_revenue(raw.folder))))
    for table, rows in (
        ("rent_quotes_usd", [dear("Lambda"), dear("Nebius"), dear("Crusoe")]),
        ("company_financials_quarterly", [statement]),
    ):
        landing = propose(table, rows, [], day=day, folder=raw.folder)
        assert not landing.held
        land([landing], day=day, folder=raw.folder)
    now = load("rent_quotes_usd", raw.folder)
    assert len(now) == len(past["rent_quotes_usd"]) + 3
    assert not h100_index(now, past["fx"]).equals(page)
    asked("2026-11-28")
    for name in names:
        pd.testing.assert_frame_equal(load(name, raw.folder), past[name], check_exact=True)
    again = h100_index(load("rent_quotes_usd", raw.folder), load("fx", raw.folder))
    pd.testing.assert_series_equal(again, page, check_exact=True)


def test_no_row_is_of_a_later_day(asked):
    asked("2026-06-30")
    assert load("rent_quotes_usd")["quote_date"].max() <= pd.Timestamp("2026-06-30")
    statements = load("company_financials_quarterly")
    ends = statements.groupby("company")["period_end_date"].max()
    # the quarter to March had been filed by the end of June, that to June had not
    assert ends["Amazon"] == pd.Timestamp("2026-03-31")
    assert ends["Oracle"] <= pd.Timestamp("2026-05-31")
    assert load("fx")["period_end_date"].max() <= pd.Timestamp("2026-06-30")


def test_what_is_no_day_is_refused(asked):
    asked("30.6.2026")
    with pytest.raises(ParameterError, match="a day such as 2026-06-30"):
        load("fx")


def restated(value: str, *vintages: tuple[date, str]) -> Row:
    return Row(
        {
            "company": "Microsoft",
            "period_start_date": "2026-07-01",
            "period_end_date": "2026-09-30",
            "span": "quarter",
            "fiscal_quarter": "1",
            "currency": "USD",
            "metric": "revenue",
            "definition": "revenue",
            "value_m": value,
            "source_id": "xbrl-msft",
            "place": "a filing",
            "kind": "reported",
            "neighbors": "adjacent",
        },
        vintages,
    )


def newest_revenue(folder) -> int:
    newest = load("company_financials_quarterly", folder)
    newest = newest[(newest["company"] == "Microsoft") & (newest["metric"] == "revenue")]
    return round(float(newest.sort_values("period_end_date")["value_m"].iloc[-1]))


def value(folder) -> list[float]:
    table = load("company_financials_quarterly", folder)
    is_it = (table["company"] == "Microsoft") & (table["period_end_date"] == "2026-09-30")
    return table[is_it & (table["metric"] == "revenue")]["value_m"].tolist()


def test_a_restated_figure_keeps_its_earlier_vintage(raw, asked, monkeypatch):
    monkeypatch.setattr("analysis.data.tables._today", lambda: date(2027, 12, 1))
    first = newest_revenue(raw.folder)
    later = round(first * 1.02)
    filed, refiled = date(2026, 10, 29), date(2027, 10, 28)
    for row, day in (
        (restated(str(first), (filed, str(first))), date(2026, 11, 1)),
        (restated(str(later), (filed, str(first)), (refiled, str(later))), date(2027, 11, 1)),
    ):
        landing = propose("company_financials_quarterly", [row], [], day=day, folder=raw.folder)
        assert not landing.held
        land([landing], day=day, folder=raw.folder)
    assert value(raw.folder) == [later]
    expected = {
        "2026-10-31": [],
        "2026-11-01": [first],
        "2027-10-31": [first],
        "2027-11-01": [later],
    }
    for day, values in expected.items():
        asked(day)
        assert value(raw.folder) == values, day


@pytest.mark.parametrize("day", ["2025-12-31", "2026-03-31", "2026-06-30", "2026-09-30"])
@pytest.mark.parametrize("name", ["outcomes", "claims", "useful_life", "capex_mix"])
def test_what_has_no_day_is_known_with_its_source(asked, name, day):
    """No row of a source published later; those that stay are as they are today."""
    sources, whole = load("sources").set_index("source_id"), load(name)
    asked(day)
    known = load(name)
    published = known["source_id"].map(sources["published_date"])
    assert not (published > pd.Timestamp(day)).any()
    later = whole["source_id"].map(sources["published_date"]) > pd.Timestamp(day)
    assert later.sum() <= len(whole) - len(known)
    assert len(known.merge(whole)) == len(known)


def test_a_life_announced_in_july_was_not_known_in_june(asked):
    """Microsoft said on 2026-07-29 from when on its servers live shorter or longer."""
    announced = load("useful_life").query("source_id == 'msft-call-2026-07'")
    assert len(announced) == 1
    for day, n_known in (("2026-06-30", 0), ("2026-07-28", 0), ("2026-07-29", 1)):
        asked(day)
        assert len(load("useful_life").query("source_id == 'msft-call-2026-07'")) == n_known, day


def test_own_rows_count_from_their_day_on(asked, monkeypatch, tmp_path):
    """Three quotes of one GPU; by the end of June two of them, by May none."""
    monkeypatch.setenv(OWN_VARIABLE, str(tmp_path / "own"))
    prices = tmp_path / "prices.csv"
    days = ["2026-06-01", "2026-06-30", "2026-10-01"]
    rows = [f"{day},MI250X,Acme,2.50" for day in days]
    prices.write_text("\n".join(["date,gpu,provider,USD per GPU-hour", *rows]) + "\n", "utf-8")
    assert len(add("quotes", prices).rows) == 3
    assert months_by_gpu()["MI250X"] == ("2026-06", "2026-10")
    for day, n_known in (("2026-05-31", 0), ("2026-06-29", 1), ("2026-06-30", 2)):
        asked(day)
        assert len(load_own("quotes")) == n_known, day
    assert months_by_gpu()["MI250X"] == ("2026-06", "2026-06")
    other = prices.rename(tmp_path / "other.csv")
    add("quotes", other)  # what is added as of a day leaves the later rows where they are
    assert len(load_own("quotes")) == 4
    monkeypatch.delenv(AS_OF_VARIABLE)
    assert len(load_own("quotes")) == 6


def test_months_known_are_kept_apart_by_the_tables_that_are_whole(asked, monkeypatch):
    asked("2025-12-31")
    short = months_by_gpu()["H100"]
    monkeypatch.setenv(WHOLE_VARIABLE, "rent_quotes_usd,rent_quotes_cny,fx")
    assert months_by_gpu()["H100"][1] > short[1]
    monkeypatch.delenv(WHOLE_VARIABLE)
    assert months_by_gpu()["H100"] == short
