"""Rents by commitment and by kind: ladders by hand, indices of one day, one purchase at each."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from analysis.data import load
from analysis.rental import Assumptions, evaluate
from analysis.rents.faces import term_plots, term_words
from analysis.rents.purchase.by_index import by_index
from analysis.rents.quotes import term_structure
from analysis.rents.quotes.gathered import gathered_quotes


@pytest.fixture(scope="module")
def quotes() -> pd.DataFrame:
    return gathered_quotes()


@pytest.mark.parametrize("gpu", term_structure.GPUS)
def test_a_discount_is_against_the_same_offer_on_demand(gpu):
    ladder = term_structure.ladder(load("rent_terms"), gpu)
    on_demand = ladder[ladder.index.get_level_values("term") == "on demand"]
    assert (on_demand["discount"] == 0.0).all()
    figure = term_plots.plot_ladder(ladder)
    figure.draw_without_rendering()
    plt.close(figure)


def test_discounts_of_h100_by_hand():
    """Azure prints 12.29 on demand, 7.866 for one year and 4.916 for five: 36 % and 60 % less."""
    ladder = term_structure.ladder(load("rent_terms"), "H100")
    azure = ladder.xs("Azure SXM")["discount"]
    assert azure["12 months"] == pytest.approx(1 - 7.866 / 12.29)
    assert azure["60 months"] == pytest.approx(1 - 4.916 / 12.29)
    found = term_structure.discounts(ladder)
    assert found.loc["12 months", "n_providers"] == 3
    # Azure 36.0 %, Google 1 - 7.673 / 11.061 = 30.6 %, DigitalOcean 1 - 3.26 / 4.41 = 26.1 %
    assert found.loc["12 months", "median"] == pytest.approx(1 - 7.673 / 11.061)
    words = term_words.saved(found)
    assert "31% for 12 months (3 providers)" in words
    assert "56% for 36 months" in words


def test_a_provider_without_a_price_on_demand_has_no_discount():
    ladder = term_structure.ladder(load("rent_terms"), "B200")
    google = ladder.xs("Google Cloud")
    assert google["discount"].isna().all()
    assert "No provider prints" in term_words.saved(term_structure.discounts(ladder))


def test_kinds_of_h100_are_three_series(quotes):
    """Contracts 1.70 to 2.65, the vendor's index 2.00 to 2.73: +56 and +37 %, as rows say."""
    kinds = term_structure.by_kind(quotes, "H100", since="2025-07", until="2026-09")
    changes = kinds["change"].groupby(level="kind").agg(list)
    assert changes["contracts of one year"] == [pytest.approx(2.65 / 1.70 - 1)]
    vendor = changes["index of a data vendor, transactions among its inputs"]
    assert vendor == [pytest.approx(2.73 / 2.00 - 1)]
    assert len(changes["list prices, published index"]) == 2  # made in two ways
    words = term_words.moved_apart(kinds, "H100")
    assert "rose by 56% (contracts of one year, to 2026-06), the one that rose least" in words
    assert f"least by {kinds['change'].min():.0%} (list prices, to 2026-07)" in words
    assert term_words.results(kinds)["contracts_of_one_year_semianalysis_contract_2026"] > 0.5
    nothing = term_structure.by_kind(quotes, "H100", since="2020-01", until="2020-02")
    assert "No two months" in term_words.moved_apart(nothing, "H100")


def test_a_kind_that_was_seen_in_two_months_has_moved(quotes):
    """Contracts of one year, the first two months that are printed; one month is none."""
    agreed = quotes[quotes["gpu"].eq("H100") & quotes["contract"].eq("contract-1y")]
    months = np.sort(agreed["month"].unique())
    assert len(months) > 2
    for n_months, n_rows in ((1, 0), (2, 1)):
        part = agreed[agreed["month"].isin(months[:n_months])]
        kinds = term_structure.by_kind(part, "H100", since="2020-01", until="2026-09")
        assert kinds["n_months"].tolist() == [n_months] * n_rows


def test_leases_in_china_name_what_was_agreed():
    leases = term_structure.leases(load("rent_terms"), "H200")
    agreed = leases[leases["price_kind"].eq("transaction")]
    assert agreed.loc["36 months", "price_low"] == 135_000
    assert leases.index[0] == "12 months"
    assert term_structure.leases(load("rent_terms"), "B200").empty


def test_one_purchase_at_each_index_of_a_day(quotes):
    indices = term_structure.indices_of_day(quotes, "H100", "2026-10-05")
    assert indices["rent_usd_per_gpu_hour"].iloc[[0, -1]].tolist() == [2.99, 4.32]
    assert term_words.apart(indices) == pytest.approx(4.32 / 2.99 - 1)
    case = Assumptions(server_price_cny=2.7e6, periods_per_year=12)
    answers = by_index(case, indices, 0.2)
    assert (np.diff(answers["npv_flat_cny"]) > 0).all()
    assert (answers["npv_falling_cny"] < answers["npv_flat_cny"]).all()
    low = answers.iloc[0]
    rent = float(low["rent_cny_per_server_month"])
    paid = case.replace(rent_cny_per_server_month=rent * float(low["share_needed"]))
    assert evaluate(paid).metrics.project_npv_cny[0] == pytest.approx(0.0, abs=5.0)
    words = term_words.purchase(answers, 2.7e6)
    assert f"{low['share_needed']:.0%} of the lowest index" in words
    assert "only one index" in term_words.indices(indices.iloc[:1], "2026-10-05")
    assert "no index" in term_words.indices(indices.iloc[:0], "2026-10-05")
    assert "44% above the lowest" in term_words.indices(indices, "2026-10-05")
