"""Revenue: a first rent, a path it follows, the share of hours billed, and when it is received.

A rent that is received in advance is declared one period ahead: what comes in at the end of a
period is the rent of the next one, and revenue is what came in before.
"""

from __future__ import annotations

from typing import NamedTuple

import sympy as sp

from analysis.rental.inputs.variants import RENT_PATHS, RENT_PAYMENT_TIMINGS, RENT_STEPS
from analysis.rental.model.blocks.timeline import rented_share, work_share
from analysis.rental.model.lines import ONE, Builder, when
from analysis.rental.model.structure import Structure
from analysis.units import HOURS_PER_YEAR, MONTHS_PER_YEAR


def declare(model: Builder, structure: Structure) -> None:
    """Declare the rent index, revenue and billed GPU-hours."""
    per_year = model["periods_per_year"]
    model.constant(
        "full_rent_per_period_cny",
        "First rent at full utilization",
        "CNY per period",
        model["rent_cny_per_server_month"] * MONTHS_PER_YEAR / per_year,
        r"\bar R",
    )
    revenue = RENT_PAYMENT_TIMINGS.functions[structure.rent_payment_timing](model, structure)
    model.line("revenue_quoted_cny", "Rent billed, as quoted", "CNY", "revenue", revenue, r"\hat R")
    model.line(
        "gpu_hours_billed",
        "GPU-hours billed",
        "GPU-hours",
        "revenue",
        model["n_gpus"]
        * HOURS_PER_YEAR
        / per_year
        * model["utilization"]
        * work_share(model, structure),
        "H",
    )


class _Clock(NamedTuple):
    """Which period a rent is declared for: the one at hand, or the one after it."""

    name: str
    label: str
    market_label: str
    symbol: str
    given: str
    period: sp.Expr
    is_later_year: sp.Basic
    is_later: sp.Basic


@RENT_PAYMENT_TIMINGS.declares
def arrears(model: Builder, structure: Structure) -> sp.Expr:
    """Return the rent of a period, which comes in at its end."""
    period = model["period"]
    clock = _Clock(
        "rent_index",
        "Rent over first rent",
        "Spot rent over contract rent",
        "q",
        "rent_index_given",
        period,
        sp.And(model["is_year_start"] > 0.5, period > 1.5),
        period > 1.5,
    )
    RENT_PATHS.functions[structure.rent_path](model, structure, clock)
    full = model["full_rent_per_period_cny"] * model["utilization"]
    return full * model["rent_index"] * work_share(model, structure)


@RENT_PAYMENT_TIMINGS.declares
def advance(model: Builder, structure: Structure) -> sp.Expr:
    """Declare the rent of the next period, which comes in now; return what came in before."""
    following = model["period"] + 1
    clock = _Clock(
        "rent_index_next",
        "Rent of the next period over first rent",
        "Spot rent of the next period over contract rent",
        r"q^{+}",
        "rent_index_given_next",
        following,
        model["is_year_end"] > 0.5,
        sp.true,
    )
    RENT_PATHS.functions[structure.rent_path](model, structure, clock)
    full = model["full_rent_per_period_cny"] * model["utilization"]
    operating = when(following <= model["life_periods"] + 0.5, ONE)
    first = model.start("rent_index_next")
    model.line(
        "rent_received_quoted_cny",
        "Rent received for the next period, as quoted",
        "CNY",
        "revenue",
        full * model["rent_index_next"] * operating * rented_share(model, structure, following),
        r"\hat R^{+}",
        start=full * first * rented_share(model, structure, ONE),
    )
    return model.previous("rent_received_quoted_cny")


@RENT_PATHS.declares
def series(model: Builder, structure: Structure, clock: _Clock) -> None:
    """Declare a rent that is given for every period."""
    # only a rent that comes in on the day of purchase needs a value on that day
    start = None if clock.name == "rent_index" else model["rent_index_first"]
    _declare_index(model, clock, model[clock.given], start)


@RENT_PATHS.declares
def constant_decline(model: Builder, structure: Structure, clock: _Clock) -> None:
    """Declare a rent that falls by the same share every year."""
    _declare_index(model, clock, _falling(model, structure, clock, clock.name), ONE)


@RENT_PATHS.declares
def contract_then_spot(model: Builder, structure: Structure, clock: _Clock) -> None:
    """Declare a rent that is held by a contract and then is the market's of that day."""
    name, spot = "market_rent_index", model["spot_rent_ratio"]
    model.line(
        name,
        clock.market_label,
        "ratio",
        "revenue",
        _falling(model, structure, clock, name),
        r"q^{\mathrm{spot}}",
        start=spot,
    )
    contract = model.constant(
        "contract_periods",
        "Contract length",
        "periods",
        model["contract_years"] * model["periods_per_year"],
        "n_c",
    )
    held = when(clock.period <= contract + 0.5, ONE, model[name])
    start = None if clock.name == "rent_index" else when(contract > 0.5, ONE, spot)
    _declare_index(model, clock, held, start)


def _declare_index(model: Builder, clock: _Clock, formula: sp.Expr, start: sp.Expr | None) -> None:
    model.line(clock.name, clock.label, "ratio", "revenue", formula, clock.symbol, start=start)


def _falling(model: Builder, structure: Structure, clock: _Clock, name: str) -> sp.Expr:
    """Return an index that falls from its value in the period before."""
    factor, falls = RENT_STEPS.functions[structure.rent_step](model, clock)
    before = model.previous(name)
    return before * factor if falls == sp.true else when(falls, before * factor, before)


@RENT_STEPS.declares
def year(model: Builder, clock: _Clock) -> tuple[sp.Symbol, sp.Basic]:
    """Return what is kept of the rent, and when: once a year."""
    factor = model.constant(
        "rent_step_factor",
        "Rent kept from one year to the next",
        "ratio",
        1 - model["rent_decline_per_year"],
        "f_R",
    )
    return factor, clock.is_later_year


@RENT_STEPS.declares
def period(model: Builder, clock: _Clock) -> tuple[sp.Symbol, sp.Basic]:
    """Return what is kept of the rent, and when: every period."""
    factor = model.constant(
        "rent_step_factor",
        "Rent kept from one period to the next",
        "ratio",
        (1 - model["rent_decline_per_year"]) ** (1 / model["periods_per_year"]),
        "f_R",
    )
    return factor, clock.is_later
