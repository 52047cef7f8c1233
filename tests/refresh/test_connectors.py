"""Every connector against a local server that speaks its interface: no row lost, none doubled."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import date, timedelta

import pandas as pd
import pytest

from analysis.data import load
from analysis.refresh.client import SourceError

SOURCES = (
    "ecb-exr",
    "sec-companyfacts",
    "azure-retail",
    "gpuhunt-catalog",
    "gpurentalprices",
    "getdeploying",
    "ewyluda",
    "eastmoney-hk",
)
TODAY = date(2026, 11, 28)
DAYS = {"ecb-exr": date(2027, 1, 8), "sec-companyfacts": date(2026, 12, 20)}
"""The day on which there is something new to land."""
ADDED = {
    "ecb-exr": 1,  # 2026Q4; 2026Q3 is another source's
    "sec-companyfacts": 15,  # revenue, operating cash flow and purchases of five companies
    "azure-retail": 4,  # four machines on demand; Windows, low priority, days and euros left out
    "gpuhunt-catalog": 3,  # Lambda's cheapest location; Nebius on demand and spot
    "gpurentalprices": 5,
    "getdeploying": 9,  # three chips: spot of two weeks, one reserved; a week repeated is no news
    "ewyluda": 3,  # the cheaper region of AWS, Azure, Lambda
    "eastmoney-hk": 2,
}


def day_of(source):
    return DAYS.get(source, TODAY)


@pytest.mark.parametrize("source", SOURCES)
def test_rows_are_landed_once_and_the_tables_stay_whole(bench, source):
    before = bench.contents()
    (outcome,) = bench.refresh(source, day=day_of(source))
    assert (outcome.state, outcome.message) == ("read", "")
    assert len(outcome.landing.added) == ADDED[source], outcome
    assert not outcome.landing.held
    table = load(outcome.landing.table, bench.raw)  # every check of hand-entered rows
    assert len(table) == before[f"{outcome.landing.table}.csv"].count(b"\n") - 1 + ADDED[source]
    n_requests = len(bench.servers[source].requests)
    again = bench.refresh(source, day=day_of(source))[0].landing
    assert (again.added, again.changed) == ([], [])
    assert again.n_unchanged == ADDED[source]
    assert len(bench.servers[source].requests) == n_requests  # a day's snapshot is asked for once


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    "faults", [["429"], ["500", "503"], ["truncated"], ["slow"], ["429", "500", "truncated"]]
)
def test_what_passes_is_waited_for(bench, source, faults):
    clean = bench.parsed(source, day=day_of(source))
    forget(bench)
    bench.servers[source].faults[:] = faults
    assert bench.parsed(source, day=day_of(source)).rows == clean.rows
    assert clean.rows
    if "429" in faults:
        assert 7.0 in bench.waits  # as Retry-After says
    if faults[:1] == ["500"]:
        assert [wait for wait in bench.waits if wait >= 1][:2] == [1.0, 2.0]  # ever longer


BROKEN = [
    ("changed", "shape has changed"),
    ("wrong type", "found text/html"),
    ("404", "answered 404"),
    ("500", "answered 500"),
    ("truncated", "broke off"),
    ("slow", "silent for 0.5 s"),
]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(("fault", "says"), BROKEN)
def test_what_stays_broken_is_named(bench, source, fault, says):
    bench.servers[source].forever = fault
    with pytest.raises(SourceError, match=says):
        bench.parsed(source, day=day_of(source))


@pytest.mark.parametrize(("fault", "says"), BROKEN)
def test_one_broken_source_leaves_the_others_unharmed(bench, fault, says):
    bench.servers["ecb-exr"].forever = fault
    before = bench.contents()
    broken, other = bench.refresh("ecb-exr", "gpurentalprices")
    assert (broken.state, broken.landing) == ("broken", None)
    assert says in broken.message
    assert len(other.landing.added) == ADDED["gpurentalprices"]
    assert bench.contents()["fx.csv"] == before["fx.csv"]


@pytest.mark.parametrize("source", [each for each in SOURCES if each != "ecb-exr"])
def test_unchanged_answers_are_not_sent_again(bench, source):
    """Of the central bank the address holds the last day wanted, so that every day is another."""
    first = bench.parsed(source, day=day_of(source))
    server = bench.servers[source]
    n_first = len(server.requests)
    again = bench.parsed(source, day=day_of(source) + timedelta(days=1))
    assert len(again.rows) == len(first.rows)
    sent = server.requests[n_first:]
    assert len(sent) == n_first
    assert all("if-none-match" in map(str.lower, headers) for _, headers in sent)
    newest = max((bench.folder / "snapshots" / source).iterdir())
    parts = json.loads((newest / "passport.json").read_text())["parts"]
    assert all(part["is_unchanged"] for part in parts)


@pytest.mark.parametrize(
    "source",
    ["azure-retail", "sec-companyfacts", "eastmoney-hk", "gpuhunt-catalog", "getdeploying"],
)
@pytest.mark.parametrize("n_answers", [1, 3])
def test_a_run_that_was_cut_goes_on_where_it_stopped(bench, source, n_answers):
    whole = bench.parsed(source, day=day_of(source))
    server = bench.servers[source]
    n_pages = len(server.requests)
    n_answers = min(n_answers, n_pages - 1)
    forget(bench)
    server.forever, server.healthy_answers = "500", n_answers
    with pytest.raises(SourceError):
        bench.parsed(source, day=day_of(source))
    server.forever, server.healthy_answers = "", None
    server.requests.clear()
    assert bench.parsed(source, day=day_of(source)).rows == whole.rows
    assert len(server.requests) == n_pages - n_answers


def forget(bench):
    """Begin without snapshots."""
    shutil.rmtree(bench.folder / "snapshots")
    bench.waits.clear()


def test_azure_is_divided_by_its_gpus(bench):
    bench.refresh("azure-retail")
    rows = load("rent_quotes_usd", bench.raw)
    rows = rows[rows["source_id"] == "azure-retail"].set_index(["gpu", "form_factor", "memory_gb"])
    # 98.32 USD a machine of 8 GPUs: 12.29 a GPU; the NVL machine has one GPU
    assert float(rows.loc[("H100", "SXM", 80.0), "price_low"]) == 12.29
    assert float(rows.loc[("H100", "NVL", 94.0), "price_low"]) == 6.98


def test_what_providers_forbid_is_left_out_of_open_catalogs(bench):
    outcomes = bench.refresh("gpuhunt-catalog", "gpurentalprices", "ewyluda")
    words = " ".join(line for each in outcomes for line in each.left_out)
    assert "Brand New Cloud, x: provider Brand New Cloud is not in table" in words
    assert "runpod forbids automated collection" in words
    assert "vast.ai forbids automated collection" in words
    assert "provider brandnewcloud is not in table" in words
    landed = load("rent_quotes_usd", bench.raw).iloc[len(load("rent_quotes_usd")) :]
    assert not landed["provider"].str.contains("RunPod|Vast", case=False).any()


def test_a_price_that_its_collector_carried_keeps_its_day(bench):
    bench.refresh("gpurentalprices")
    rows = load("rent_quotes_usd", bench.raw).iloc[len(load("rent_quotes_usd")) :]
    days = rows.set_index("provider")["quote_date"].dt.strftime("%Y-%m-%d")
    assert (days["Crusoe"], days["Lambda"]) == ("2026-11-27", "2026-11-28")


def test_a_mean_of_a_quarter_is_of_the_whole_quarter(bench):
    (early,) = bench.refresh("ecb-exr", day=TODAY)
    assert early.landing.added == []
    assert "2026Q4" in " ".join(early.left_out)
    bench.refresh("ecb-exr", day=DAYS["ecb-exr"])
    rates = load("fx", bench.raw).set_index("period")
    assert float(rates.loc["2026Q4", "cny_per_usd"]) == 6.75  # 7.83 / 1.16
    assert float(rates.loc["2026Q3", "cny_per_usd"]) == float(
        load("fx").set_index("period").loc["2026Q3", "cny_per_usd"]
    )  # the row that was there stays


def test_last_prices_stand_in_for_three_days_and_say_so(bench):
    bench.refresh("azure-retail", day=TODAY)
    server = bench.servers["azure-retail"]
    server.forever = "500"
    carried = bench.refresh("azure-retail", day=TODAY + timedelta(days=3))[0]
    assert (carried.state, carried.carried_from) == ("broken", TODAY)
    rows = load("rent_quotes_usd", bench.raw)
    rows = rows[rows["quote_date"] == pd.Timestamp(TODAY + timedelta(days=3))]
    assert len(rows) == 4
    assert set(rows["note"]) == {"carried from 2026-11-28: the source did not answer"}
    assert set(rows["flag"]) == {"low quality"}
    late = bench.refresh("azure-retail", day=TODAY + timedelta(days=4))[0]
    assert late.landing is None  # three days at most
    server.forever = ""
    back = bench.refresh("azure-retail", day=TODAY + timedelta(days=3))[0]
    assert (len(back.landing.changed), len(back.landing.added)) == (4, 0)  # marks taken off again
    rows = load("rent_quotes_usd", bench.raw)
    assert not rows["note"].str.startswith("carried from").any()


def test_a_dry_run_writes_no_table(bench):
    before = bench.contents()
    bench.refresh(*SOURCES, day=date(2027, 1, 8), is_dry=True)
    assert bench.contents() == before


def test_passports_name_address_time_hash_and_terms(bench):
    bench.refresh("gpurentalprices")
    folder = bench.folder / "snapshots" / "gpurentalprices" / "2026-11-28"
    passport = json.loads((folder / "passport.json").read_text())
    (part,) = passport["parts"]
    content = (folder / part["file"]).read_bytes()
    assert part["sha256"] == hashlib.sha256(content).hexdigest()
    assert part["address"].endswith("/data/latest.json")
    assert part["fetched_at"][:4].isdigit()
    assert passport["license"] == "l"
    (folder / part["file"]).write_bytes(content + b" ")
    assert "is not what was fetched" in bench.refresh("gpurentalprices")[0].message
