"""Revenue: a first rent, a path it follows, and the share of hours that is billed."""

from __future__ import annotations

import sympy as sp

from analysis.rental.model.lines import ONE, Builder, when
from analysis.rental.model.structure import Structure


def declare(model: Builder, structure: Structure) -> None:
    """Declare the rent index, revenue and billed GPU-hours."""
    _declare_rent_index(model, structure)
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


def _declare_rent_index(model: Builder, structure: Structure) -> None:
    label, unit, statement = "Rent over first rent", "ratio", "revenue"
    if structure.rent_path == "series":
        model.line("rent_index", label, unit, statement, model["rent_index_given"], "q")
        return
    decline = model["rent_decline_per_year"]
    if structure.rent_step == "year":
        factor = model.constant(
            "rent_step_factor", "Rent kept from one year to the next", "ratio", 1 - decline, "f_R"
        )
        steps = sp.And(model["is_year_start"] > 0.5, model["period"] > 1.5)
    else:
        factor = model.constant(
            "rent_step_factor", "Rent kept from one period to the next", "ratio",
            (1 - decline) ** (1 / model["periods_per_year"]), "f_R",
        )  # fmt: skip
        steps = model["period"] > 1.5
    name = "rent_index" if structure.rent_path == "constant_decline" else "market_rent_index"
    first = 1 if structure.rent_path == "constant_decline" else model["spot_rent_ratio"]
    before = model.previous(name)
    market = when(steps, before * factor, before)
    if structure.rent_path == "constant_decline":
        model.line(name, label, unit, statement, market, "q", start=1)
        return
    model.line(
        name, "Spot rent over contract rent", unit, statement, market, r"q^{\mathrm{spot}}",
        start=first,
    )  # fmt: skip
    contract = model.constant(
        "contract_periods", "Contract length", "periods",
        model["contract_years"] * model["periods_per_year"], "n_c",
    )  # fmt: skip
    model.line(
        "rent_index", label, unit, statement,
        when(model["period"] <= contract + 0.5, ONE, model[name]), "q",
    )  # fmt: skip
