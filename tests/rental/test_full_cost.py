"""What a cluster costs beyond its servers: by hand, each addition alone and all together."""

from __future__ import annotations

from inspect import signature

import pandas as pd
import pytest

from analysis.data import load
from analysis.paths import NOTEBOOKS
from analysis.rental import Assumptions, evaluate
from analysis.rental.questions.full_cost import (
    ALL,
    NONE,
    Addition,
    SourcedCosts,
    break_even_rent,
    cluster_additions,
    cluster_over_server,
    full_cost,
    sourced_costs,
    together,
)
from analysis.reports.notebook.parameter_values import read_parameters

SOURCED = SourcedCosts(1.1, 900.0, 0.1, 0.06)


def additions() -> tuple[Addition, ...]:
    return cluster_additions(Assumptions(), SOURCED)


def test_what_is_assumed_is_the_same_on_every_page() -> None:
    """The page on one server lets a reader move what the page on purchases takes as it stands."""
    assumed = signature(cluster_additions).parameters
    on_page = read_parameters(NOTEBOOKS / "rental_model.py").defaults
    moved = {name: value for name, value in on_page.items() if name.startswith("cluster_")}
    assert len(moved) == 5
    for name, value in moved.items():
        assert assumed[name.removeprefix("cluster_")].default == value, name


def test_a_cluster_over_its_servers_is_a_mean_of_ratios() -> None:
    facts = pd.DataFrame(
        [
            ("capital cost", "A", "2024-08-01", 50.0),
            ("server price", "A", "2024-03-01", 32.0),
            ("server price", "A", "2024-09-01", 50.0),  # geometric mean 40: ratio 1.25
            ("server price", "A", "2020-09-01", 10.0),  # four years apart: not used
            ("capital cost", "B", "2025-07-01", 36.0),
            ("server price", "B", "2025-01-01", 45.0),  # ratio 0.8
            ("capital cost", "C", "2025-01-01", 80.0),
            ("server price", "C", "2024-01-01", 10.0),  # a leap year apart is a year: ratio 8
            ("server price", "C", "2023-12-31", 99.0),
        ],
        columns=["quantity", "gpu", "fact_date", "value_low"],
    ).assign(unit="USD per GPU", fact_date=lambda rows: pd.to_datetime(rows["fact_date"]))
    assert cluster_over_server(facts) == pytest.approx(2.0)  # cube root of 1.25 * 0.8 * 8
    with pytest.raises(ValueError, match="no GPU has both"):
        cluster_over_server(facts[facts["quantity"] == "server price"])


def test_costs_are_read_from_the_raw_tables() -> None:
    costs = sourced_costs(load("server_facts"), load("fx"), load("outcomes"))
    # 130 USD at the rate of the third quarter of 2025; 419 x 0.587 faults of 16,384 GPUs in 54 days
    assert costs.colocation_cny_per_kw_month == pytest.approx(130 * 7.157017)
    assert costs.gpu_faults_per_year == pytest.approx(419 * 0.587 / 16384 / 54 * 365)
    assert costs.debt_rate_per_year == pytest.approx(0.06425)
    assert 1.0 < costs.cluster_over_server < 1.5


def test_each_addition_alone_is_the_model_with_it() -> None:
    base = Assumptions(periods_per_year=12)
    table = full_cost(base, additions())
    dearer = evaluate(base.replace(server_price_cny=2.2e6)).metrics
    network = table.loc["network and storage, 10% of the price"]
    assert network["project_npv_cny"] == pytest.approx(dearer.project_npv_cny[0])
    # staff of 1,000 a month on a rent of 70,000: an operating cost share of 0.1 + 1 / 70
    staff = evaluate(base.replace(operating_cost_share_of_revenue=0.1 + 1 / 70)).metrics
    assert table.loc["staff, 1,000 CNY per server-month", "project_npv_cny"] == pytest.approx(
        staff.project_npv_cny[0]
    )


def test_waiting_for_the_first_rent_is_the_model_with_it() -> None:
    """Three months without rent of sixty, and of the running cost that is a share of it."""
    base = Assumptions(periods_per_year=12)
    table = full_cost(base, additions())
    late = evaluate(base.replace(months_to_first_rent=3)).metrics.project_npv_cny[0]
    assert table.loc["3 months until the first rent", "project_npv_cny"] == pytest.approx(late)
    waiting = base.replace(months_to_first_rent=3)
    assert (
        "3 months until the first rent"
        not in full_cost(
            waiting,
            cluster_additions(
                waiting,
                SOURCED,
                staff_cny_per_server_month=1000.0,
                faults_replaced_share=0.3,
                utilization=0.9,
                months_to_first_rent=3,
                tax_rate=0.25,
            ),
        ).index
    )


def test_together_they_cost_more_than_any_alone() -> None:
    base = Assumptions(periods_per_year=12)
    table = full_cost(base, additions())
    assert table["change_cny"].iloc[0] == 0.0
    assert table.loc[ALL, "project_npv_cny"] < table.drop(index=ALL)["project_npv_cny"].min()
    assert table.index[0] == NONE


def test_what_a_case_bears_already_is_not_added() -> None:
    empty = Assumptions(utilization=0.5, tax_rate=0.3, debt_rate_per_year=0.07)
    added = cluster_additions(
        empty,
        SOURCED,
        staff_cny_per_server_month=1000.0,
        faults_replaced_share=0.3,
        utilization=0.9,
        months_to_first_rent=3,
        tax_rate=0.25,
    )
    names = {name for addition in added for name in addition.changes}
    assert not names & {"utilization", "tax_rate", "debt_rate_per_year"}
    table = full_cost(empty, added)
    assert table.loc[ALL, "project_npv_cny"] < table.loc[NONE, "project_npv_cny"]


def test_the_break_even_rent_breaks_even() -> None:
    case = together(Assumptions(periods_per_year=12), additions())
    rent = break_even_rent(case)
    npv = evaluate(case.replace(rent_cny_per_server_month=rent)).metrics.project_npv_cny[0]
    assert npv == pytest.approx(0.0, abs=1.0)
