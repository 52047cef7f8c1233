"""Time: spans in periods, and what kind of period this is."""

from __future__ import annotations

from analysis.rental.model.lines import ONE, Builder, when


def declare(model: Builder) -> None:
    """Declare the number of periods of every span and the flags of a period."""
    per_year = model["periods_per_year"]
    for name, label, span, tex in (
        ("life_periods", "Useful life", "useful_life_years", "n"),
        ("debt_tenor_periods", "Debt tenor", "debt_tenor_years", "n_d"),
    ):
        model.constant(name, label, "periods", model[span] * per_year, tex)
    model.line(
        "is_operating", "Server rented out", "0 or 1", "time",
        when(model["period"] <= model["life_periods"] + 0.5, ONE), "b",
    )  # fmt: skip
    model.line(
        "is_final", "Last period of the useful life", "0 or 1", "time",
        model["is_operating"] * when(model["period"] > model["life_periods"] - 0.5, ONE), "e",
    )  # fmt: skip
    model.line(
        "is_debt_term", "Debt outstanding at the start", "0 or 1", "time",
        when(model["period"] <= model["debt_tenor_periods"] + 0.5, ONE), "b_d",
    )  # fmt: skip
    model.line(
        "is_debt_final", "Last period of the debt", "0 or 1", "time",
        model["is_debt_term"]
        * when(model["period"] > model["debt_tenor_periods"] - 0.5, ONE),
        "e_d",
    )  # fmt: skip
