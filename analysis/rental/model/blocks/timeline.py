"""Time: spans in periods, and what kind of period this is."""

from __future__ import annotations

import sympy as sp

from analysis.rental.model.lines import ONE, Builder, positive, smaller, when
from analysis.rental.model.structure import Structure
from analysis.units import MONTHS_PER_YEAR


def months_in_periods(model: Builder, months: str) -> sp.Expr:
    """Return an assumption of so many months as a number of periods."""
    return model[months] * model["periods_per_year"] / MONTHS_PER_YEAR


def work_share(model: Builder, structure: Structure) -> sp.Expr:
    """Return the part of a period in which the server works: all of its life, but a late start."""
    if not structure.has("months_to_first_rent"):
        return model["is_operating"]
    return model["is_operating"] * model["rented_share"]


def rented_share(model: Builder, structure: Structure, period: sp.Expr) -> sp.Expr:
    """Return the part of some period that lies behind the first rent."""
    if not structure.has("months_to_first_rent"):
        return ONE
    return positive(smaller(period - model["wait_periods"], ONE))


def declare(model: Builder, structure: Structure) -> None:
    """Declare the number of periods of every span and the flags of a period."""
    per_year = model["periods_per_year"]
    for name, label, span, tex in (
        ("life_periods", "Useful life", "useful_life_years", "n"),
        ("debt_tenor_periods", "Debt tenor", "debt_tenor_years", "n_d"),
    ):
        model.constant(name, label, "periods", model[span] * per_year, tex)
    model.line(
        "is_operating",
        "Server rented out",
        "0 or 1",
        "time",
        when(model["period"] <= model["life_periods"] + 0.5, ONE),
        "b",
    )
    if structure.has("months_to_first_rent"):
        model.constant(
            "wait_periods",
            "From purchase to first rent",
            "periods",
            months_in_periods(model, "months_to_first_rent"),
            "m_0",
        )
        model.line(
            "rented_share",
            "Part of the period after the first rent",
            "share",
            "time",
            rented_share(model, structure, model["period"]),
            "b_0",
        )
    model.line(
        "is_final",
        "Last period of the useful life",
        "0 or 1",
        "time",
        model["is_operating"] * when(model["period"] > model["life_periods"] - 0.5, ONE),
        "e",
    )
    model.line(
        "is_debt_term",
        "Debt outstanding at the start",
        "0 or 1",
        "time",
        when(model["period"] <= model["debt_tenor_periods"] + 0.5, ONE),
        "b_d",
    )
    model.line(
        "is_debt_final",
        "Last period of the debt",
        "0 or 1",
        "time",
        model["is_debt_term"] * when(model["period"] > model["debt_tenor_periods"] - 0.5, ONE),
        "e_d",
    )
