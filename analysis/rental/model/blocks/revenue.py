"""Revenue: a first rent, a path it follows, and the share of hours that is billed."""

from __future__ import annotations

from typing import NamedTuple

import sympy as sp

from analysis.rental.inputs.variants import RENT_PATHS, RENT_STEPS
from analysis.rental.model.lines import ONE, Builder, when
from analysis.rental.model.structure import Structure


def declare(model: Builder, structure: Structure) -> None:
    """Declare the rent index, revenue and billed GPU-hours."""
    RENT_PATHS.functions[structure.rent_path](model, structure)
    per_year = model["periods_per_year"]
    model.constant(
        "full_rent_per_period_cny", "First rent at full utilization", "CNY per period",
        model["rent_cny_per_server_month"] * 12 / per_year, r"\bar R",
    )  # fmt: skip
    model.line(
        "revenue_quoted_cny", "Rent billed, as quoted", "CNY", "revenue",
        model["full_rent_per_period_cny"]
        * model["utilization"]
        * model["rent_index"]
        * model["is_operating"],
        r"\hat R",
    )  # fmt: skip
    model.line(
        "gpu_hours_billed", "GPU-hours billed", "GPU-hours", "revenue",
        model["n_gpus"] * 8760 / per_year * model["utilization"] * model["is_operating"], "H",
    )  # fmt: skip


class _Step(NamedTuple):
    """What the rent is multiplied by, and in which periods."""

    factor: sp.Symbol
    comes: sp.Basic


@RENT_PATHS.declares
def series(model: Builder, structure: Structure) -> None:
    """Declare a rent that is given for every period."""
    _declare_index(model, model["rent_index_given"])


@RENT_PATHS.declares
def constant_decline(model: Builder, structure: Structure) -> None:
    """Declare a rent that falls by the same share every year."""
    _declare_index(model, _falling(model, structure, "rent_index"), start=1)


@RENT_PATHS.declares
def contract_then_spot(model: Builder, structure: Structure) -> None:
    """Declare a rent that is held by a contract and then is the market's of that day."""
    name = "market_rent_index"
    model.line(
        name, "Spot rent over contract rent", "ratio", "revenue",
        _falling(model, structure, name), r"q^{\mathrm{spot}}", start=model["spot_rent_ratio"],
    )  # fmt: skip
    contract = model.constant(
        "contract_periods", "Contract length", "periods",
        model["contract_years"] * model["periods_per_year"], "n_c",
    )  # fmt: skip
    _declare_index(model, when(model["period"] <= contract + 0.5, ONE, model[name]))


def _declare_index(model: Builder, formula: sp.Expr, start: sp.Expr | None = None) -> None:
    model.line("rent_index", "Rent over first rent", "ratio", "revenue", formula, "q", start=start)


def _falling(model: Builder, structure: Structure, name: str) -> sp.Expr:
    """Return an index that falls from its value in the period before."""
    step = RENT_STEPS.functions[structure.rent_step](model)
    before = model.previous(name)
    return when(step.comes, before * step.factor, before)


@RENT_STEPS.declares
def year(model: Builder) -> _Step:
    """Declare a fall once a year."""
    factor = model.constant(
        "rent_step_factor", "Rent kept from one year to the next", "ratio",
        1 - model["rent_decline_per_year"], "f_R",
    )  # fmt: skip
    return _Step(factor, sp.And(model["is_year_start"] > 0.5, model["period"] > 1.5))


@RENT_STEPS.declares
def period(model: Builder) -> _Step:
    """Declare a fall every period."""
    factor = model.constant(
        "rent_step_factor", "Rent kept from one period to the next", "ratio",
        (1 - model["rent_decline_per_year"]) ** (1 / model["periods_per_year"]), "f_R",
    )  # fmt: skip
    return _Step(factor, model["period"] > 1.5)
