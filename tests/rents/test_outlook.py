"""Purchases under named courses of rent: the model again, and contracts by hand."""

import numpy as np
import pandas as pd
import pytest

from analysis.rental import Assumptions, evaluate
from analysis.rents.purchase.contracts import TakeOrPay
from analysis.rents.purchase.outlook import OWN, by_contract, by_scenario, continue_paths


def test_a_flat_course_is_the_model_and_a_fall_from_the_first_month_its_own() -> None:
    case = Assumptions(rent_decline_per_year=0.2, rent_step="period", periods_per_year=12)
    declines = pd.Series({"stays": 0.0, "falls": 0.2})
    table = by_scenario(case, declines, n_judged=1)
    flat = evaluate(case.replace(rent_decline_per_year=0.0)).metrics.project_npv_cny[0]
    own = evaluate(case).metrics.project_npv_cny[0]
    assert table.loc["stays", "project_npv_cny"] == pytest.approx(flat)
    assert table.loc[OWN, "project_npv_cny"] == pytest.approx(own)
    # a first month that is not yet lower, then a fall every month: the model's own timing
    assert table.loc["falls", "project_npv_cny"] == pytest.approx(own)


def test_more_judged_months_stay_longer() -> None:
    declines = pd.Series({"falls": 0.3})
    values = [by_scenario(Assumptions(), declines, n)["equity_npv_cny"].iloc[0] for n in (0, 7, 60)]
    assert values == sorted(values)


def test_paths_go_on_from_where_they_are() -> None:
    paths = np.array([[1.2, 0.9, 5.0], [0.8, 1.0, 5.0]])
    gone_on = continue_paths(paths, 2, 0.19)
    step = 0.81 ** (1 / 12)
    assert gone_on.tolist() == [
        [1.2, 0.9, pytest.approx(0.9 * step)],
        [0.8, 1.0, pytest.approx(1.0 * step)],
    ]


def test_debt_that_ends_with_its_contract_is_served_by_it() -> None:
    paths = np.ones((40, 60))
    table = by_contract(
        Assumptions(),
        paths,
        0,
        pd.Series({"collapse": 0.9}),
        TakeOrPay(1.0, 36),
        [0.0, 1.0],
        seed=1,
    )
    assert table.loc[("collapse", 1.0), "p_dscr_below_one"] == 1.0  # debt outlives the contract
    assert table.loc[("collapse", 1.0), "p_dscr_below_one_tenor"] == 0.0
    assert table.loc[("collapse", 0.0), "p_equity_lost"] == 1.0
