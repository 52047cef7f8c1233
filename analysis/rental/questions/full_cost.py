"""Full cost of ownership: what a server costs beyond its price, put back one by one and together.

A return table counts one price, one share of revenue and a cheap loan. A cluster also needs a
network, racks and power, people, spares, time until the first rent, and customers for its hours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.brief import Brief
from analysis.rental.engines.evaluation import evaluate
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.questions.inverse import solve
from analysis.units import HOURS_PER_DAY, HOURS_PER_YEAR

ALL = "all of these at once"
NONE = "nothing: as on this page"
_PARTS_AT_ZERO: Mapping[str, float] = {
    "electricity_cny_per_kwh": 0.0,
    "colocation_cny_per_kw_month": 0.0,
    "staff_cny_per_server_month": 0.0,
    "insurance_share_of_price_per_year": 0.0,
    "repair_share_of_price_per_year": 0.0,
}
"""Parts of the running cost; those that nobody names cost nothing."""


@dataclass(frozen=True)
class Addition(Brief):
    """One cost that a return table leaves out.

    Parameters
    ----------
    name : str
        What it is, in words.
    changes : mapping of str to object
        Assumptions that it changes; `server_price_cny` multiplies the price of the case.
    basis : str
        Where the figure comes from: a source, or that it is assumed.
    """

    name: str
    changes: Mapping[str, Any]
    basis: str


def cluster_over_server(server_facts: pd.DataFrame) -> float:
    """Return what a cluster costs over its bare servers, ratio, by the facts that state both.

    For each GPU with a capital cost "all in", its ratio to the geometric mean of the same GPU's
    server prices within a year; then the geometric mean of these ratios.

    Parameters
    ----------
    server_facts : DataFrame
        Raw table ``server_facts``.

    Raises
    ------
    ValueError
        No GPU has both.
    """
    facts = server_facts[server_facts["unit"] == "USD per GPU"]
    ratios = []
    for _, whole in facts[facts["quantity"] == "capital cost"].iterrows():
        bare = facts[(facts["quantity"] == "server price") & (facts["gpu"] == whole["gpu"])]
        bare = bare[(bare["fact_date"] - whole["fact_date"]).abs() <= pd.Timedelta(days=366)]
        if len(bare):
            ratios.append(np.log(whole["value_low"]) - np.log(bare["value_low"]).mean())
    if not ratios:
        raise ValueError("no GPU has both a capital cost and server prices within a year of it")
    return float(np.exp(np.mean(ratios)))


def gpu_faults_per_year(interruptions: float, share: float, n_gpus: float, days: float) -> float:
    """Return faults of a GPU and year from a count over a training run.

    Examples
    --------
    419 interruptions in 54 days of 16,384 GPUs, 58.7 % of them for the GPUs:

    >>> round(gpu_faults_per_year(419, 0.587, 16384, 54), 3)
    0.101
    """
    return interruptions * share / n_gpus / days * (HOURS_PER_YEAR / HOURS_PER_DAY)


class SourcedCosts(NamedTuple):
    """Costs of a cluster that a source states.

    Parameters
    ----------
    cluster_over_server : float
        Capital cost of a cluster over its bare servers, ratio.
    colocation_cny_per_kw_month : float
        Rack rent of a neocloud, CNY per kW-month.
    gpu_faults_per_year : float
        Faults of one GPU in a year of training.
    debt_rate_per_year : float
        Middle of the interest rates that an operator reports, decimal per year.
    """

    cluster_over_server: float
    colocation_cny_per_kw_month: float
    gpu_faults_per_year: float
    debt_rate_per_year: float


_TRAINING_GPUS, _TRAINING_DAYS = 16_384, 54
"""Size and length of the training run in which the faults of `llama3-2024` were counted."""


def sourced_costs(
    server_facts: pd.DataFrame, fx: pd.DataFrame, outcomes: pd.DataFrame
) -> SourcedCosts:
    """Read the costs of a cluster from the raw tables.

    Parameters
    ----------
    server_facts, fx, outcomes : DataFrame
        Raw tables of these names.
    """
    racks = server_facts[server_facts["quantity"] == "colocation rent"]
    rack = racks[racks["source_id"] == "semianalysis-token-2025"]
    quarter = str(rack["fact_date"].dt.to_period("Q").iloc[0])
    cny_per_usd = fx[(fx["period_type"] == "quarter") & (fx["period"] == quarter)]["cny_per_usd"]
    faults = server_facts[server_facts["quantity"] == "failures"]
    rates = outcomes[outcomes["outcome_id"] == "lotus-borrowing-rate"]
    return SourcedCosts(
        cluster_over_server(server_facts),
        float(rack["value_low"].iloc[0]) * float(cny_per_usd.iloc[0]),
        gpu_faults_per_year(
            float(faults[faults["unit"] == "count"]["value_low"].iloc[0]),
            float(faults[faults["unit"] == "share"]["value_low"].iloc[0]),
            _TRAINING_GPUS,
            _TRAINING_DAYS,
        ),
        float(rates[["value_low", "value_high"]].mean(axis=1).iloc[0]),
    )


def cluster_additions(
    base: Assumptions,
    sourced: SourcedCosts,
    *,
    staff_cny_per_server_month: float = 1_000.0,
    faults_replaced_share: float = 0.3,
    utilization: float = 0.9,
    months_to_first_rent: float = 3,
    tax_rate: float = 0.25,
) -> tuple[Addition, ...]:
    """List what a cluster costs beyond the return table, sourced where there is a source.

    What has no source stands as a default here, the same on every page.

    Parameters
    ----------
    base : Assumptions
        The case; its power, power usage effectiveness and tariff are used.
    sourced : SourcedCosts
        From `sourced_costs`.
    staff_cny_per_server_month : float
        People, CNY per server-month; assumed.
    faults_replaced_share : float
        Share of GPU faults that cost a new GPU; assumed.
    utilization : float
        Hours sold over clock hours; assumed.
    months_to_first_rent : float
        From purchase to the first rent; assumed.
    tax_rate : float
        Income tax without a preferential rate.

    Returns
    -------
    tuple of Addition
        Those that the case does not bear already.
    """
    spares = sourced.gpu_faults_per_year * faults_replaced_share
    listed = (
        Addition(
            f"network and storage, {sourced.cluster_over_server - 1:.0%} of the price",
            {"server_price_cny": sourced.cluster_over_server},
            "latent-space-2024 and semianalysis-token-2025 over list prices of servers",
        ),
        Addition(
            f"racks at {sourced.colocation_cny_per_kw_month:,.0f} CNY per kW-month, and power",
            {
                "colocation_cny_per_kw_month": sourced.colocation_cny_per_kw_month,
                "electricity_cny_per_kwh": base.electricity_cny_per_kwh,
            },
            "semianalysis-token-2025; tariff of this page",
        ),
        Addition(
            f"staff, {staff_cny_per_server_month:,.0f} CNY per server-month",
            {"staff_cny_per_server_month": staff_cny_per_server_month},
            "assumed",
        ),
        Addition(
            f"spares, {spares:.1%} of the price a year",
            {"repair_share_of_price_per_year": spares},
            f"llama3-2024: {sourced.gpu_faults_per_year:.0%} of GPUs a year have a fault; "
            f"{faults_replaced_share:.0%} of them replaced, assumed",
        ),
        Addition(f"{utilization:.0%} of the hours sold", {"utilization": utilization}, "assumed"),
        Addition(
            f"{months_to_first_rent:.0f} months until the first rent",
            {"months_to_first_rent": months_to_first_rent},
            "assumed",
        ),
        Addition(f"tax of {tax_rate:.0%}", {"tax_rate": tax_rate}, "rate without preference"),
        Addition(
            f"debt at {sourced.debt_rate_per_year:.1%}",
            {"debt_rate_per_year": sourced.debt_rate_per_year},
            "Lotus, 2024: middle of what it reports (outcomes)",
        ),
    )
    return tuple(addition for addition in listed if _is_dearer(base, addition))


def _is_dearer(base: Assumptions, addition: Addition) -> bool:
    """Whether a case does not have the addition already: it sells no fewer hours, pays no more."""
    (name, value), *_ = addition.changes.items()
    if name == "server_price_cny":
        return True
    own = getattr(base, name)
    if name in _PARTS_AT_ZERO and base.operating_cost_basis == "share_of_revenue":
        return True
    return bool(value < own if name == "utilization" else value > own)


def full_cost(base: Assumptions, additions: Sequence[Addition]) -> pd.DataFrame:
    """Evaluate a case with each addition alone, then with all of them.

    Running costs that are named one by one replace the share of revenue as soon as all are put
    together; alone, each is put on top of that share.

    Parameters
    ----------
    base : Assumptions
        The case.
    additions : sequence of Addition
        What is put back.

    Returns
    -------
    DataFrame
        Index ``put back``; columns ``project_npv_cny``, ``equity_npv_cny``, ``project_irr``,
        ``dscr_minimum``, ``change_cny`` (of the project NPV, CNY) and ``basis``.
    """
    cases = {NONE: base}
    for addition in additions:
        cases[addition.name] = _alone(base, addition)
    cases[ALL] = together(base, additions)
    rows = {}
    for name, case in cases.items():
        metrics = evaluate(case).metrics
        rows[name] = {
            measure: float(getattr(metrics, measure)[0])
            for measure in ("project_npv_cny", "equity_npv_cny", "project_irr", "dscr_minimum")
        }
    table = pd.DataFrame(rows).T.rename_axis("put back")
    table["change_cny"] = table["project_npv_cny"] - table["project_npv_cny"].iloc[0]
    table["basis"] = ["", *(addition.basis for addition in additions), ""]
    return table


def together(base: Assumptions, additions: Sequence[Addition]) -> Assumptions:
    """Return the case with all additions.

    Losses are carried forward: a server that is all its owner has gets no tax back.
    """
    changes: dict[str, Any] = {"loss_treatment": "carried_forward"}
    names = {name for addition in additions for name in addition.changes}
    if names & set(_PARTS_AT_ZERO) and base.operating_cost_basis == "share_of_revenue":
        changes |= {"operating_cost_basis": "parts", **_PARTS_AT_ZERO}
    for addition in additions:
        changes |= addition.changes
    return base.replace(**_priced(base, changes))


def break_even_rent(case: Assumptions) -> float:
    """Return the rent of a server-month at which the project NPV is zero, CNY; NaN if none."""
    rent = case.rent_cny_per_server_month
    assert rent is not None, "the case is billed by the server-month"
    found = solve(
        case,
        "rent_cny_per_server_month",
        target="project_npv_cny",
        wanted=0.0,
        low=rent / 20,
        high=rent * 10,
    )
    return np.nan if found.value is None else float(found.value)


def _alone(base: Assumptions, addition: Addition) -> Assumptions:
    """Return the case with one addition; a running cost comes on top of the share of revenue."""
    changes = _priced(base, addition.changes)
    if set(changes) & set(_PARTS_AT_ZERO) and base.operating_cost_basis == "share_of_revenue":
        changes = {"operating_cost_basis": "share_and_parts", **_PARTS_AT_ZERO, **changes}
    return base.replace(**changes)


def _priced(base: Assumptions, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Turn a factor of the price into a price."""
    priced = dict(changes)
    if "server_price_cny" in priced:
        priced["server_price_cny"] = base.server_price_cny * priced["server_price_cny"]
    return priced
