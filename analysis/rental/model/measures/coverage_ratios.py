"""Coverage ratios of debt: debt service cover (DSCR) and loan life cover (LLCR)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.rental.model.measures.measure_kinds import Final, Reason

if TYPE_CHECKING:
    import sympy as sp

    from analysis.rental.model.measures.running_totals import Running


def _declare_cover(run: Running) -> tuple[sp.Basic, tuple[Reason, ...]]:
    """Declare the cover of a period; return when debt is due, and why there may be no cover."""
    service, available = run["debt_service_cny"], run["cfads_cny"]
    is_due = service > run.dust()
    run.line(
        "cover", "Debt service cover", "ratio", run.when(is_due, available / service), r"\kappa"
    )
    before = run.previous("n_due")
    n_due = run.line(
        "n_due",
        "Periods with debt service",
        "periods",
        before + run.when(is_due, 1),
        r"\nu",
        start=0,
    )
    return is_due, (Reason(n_due < 0.5, "n/a: no debt service"),)


def lowest_cover(run: Running) -> Final:
    """Return the lowest debt service cover ratio of the periods in which debt is due."""
    is_due, missing = _declare_cover(run)
    before = run.previous("cover_lowest")
    lowest = run.line(
        "cover_lowest",
        "Lowest cover to date",
        "ratio",
        run.when(is_due, run.smaller(before, run["cover"]), before),
        r"\underline{\kappa}",
        start=run.unreachable,
    )
    return Final(lowest, missing)


def average_cover(run: Running) -> Final:
    """Return the mean debt service cover ratio of the periods in which debt is due."""
    _, missing = _declare_cover(run)
    total = run.line(
        "cover_total",
        "Sum of covers to date",
        "ratio",
        run.previous("cover_total") + run["cover"],
        r"\Sigma_{\kappa}",
        start=0,
    )
    return Final(total / run["n_due"], missing)


def llcr(run: Running) -> Final:
    """Return the loan life coverage ratio: discounted cash available over debt."""
    borrowed = run.start("debt_cny")
    is_none = borrowed <= run.dust()
    value = run["loan_life_present_value_cny"] / borrowed
    return Final(value, (Reason(is_none, "n/a: no debt"),))
