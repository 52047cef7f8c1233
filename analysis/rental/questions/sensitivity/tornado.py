"""Tornado: every assumption moved alone from its low to its high end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.brief import Brief
from analysis.errors import AssumptionError, Fault
from analysis.rental.inputs.cases import Case, as_case
from analysis.rental.model.outputs import number
from analysis.rental.questions.sensitivity.spans import Span, check_names, names_of
from analysis.rental.questions.sensitivity.swept_measures import check_measure, measured
from analysis.rental.questions.unread import refuse_unread


@dataclass(frozen=True)
class Tornado(Brief):
    """What a measure becomes when each assumption moves alone.

    Parameters
    ----------
    measure : str
        The measure.
    base : float
        Its value in the case; NaN where it does not exist.
    line : float or None
        What divides good from bad; see `measured.Measured`.
    frame : DataFrame
        Index ``assumption``, widest swing first, swings that do not exist last; columns ``base``,
        ``low``, ``high`` (of the assumption, in its unit; ``base`` is NaN where the case leaves the
        assumption open), ``at_low``, ``at_high`` (of the measure, NaN where it does not exist),
        ``swing`` (their distance) and ``crosses`` (whether the two ends and the base are not all
        on one side of the line; None where there is no line or an end cannot be judged).
    """

    measure: str
    base: float
    line: float | None
    frame: pd.DataFrame

    @property
    def n_missing(self) -> int:
        """Ends at which the measure does not exist."""
        return int(self.frame[["at_low", "at_high"]].isna().to_numpy().sum())

    def record(self) -> dict[str, Any]:
        """Return everything as plain values; None where there is none."""
        numbers = ("base", "low", "high", "at_low", "at_high", "swing")
        rows = [
            {
                "assumption": name,
                **{key: number(row[key]) for key in numbers},
                "crosses": row["crosses"],
            }
            for name, row in self.frame.iterrows()
        ]
        return {
            "measure": self.measure,
            "base": number(self.base),
            "line": self.line,
            "assumptions": rows,
        }


def tornado(case: Case, spans: Sequence[Span], measure: str = "equity_npv_cny") -> Tornado:
    """Move every assumption alone from its low to its high end, the others as in the case.

    Parameters
    ----------
    case : Assumptions
        The case; for others at their medians, ``case.replace(**marginals(...).medians)``.
    spans : sequence of Span
        Assumptions and their ends, each assumption once.
    measure : str
        A measure that is one number.

    Returns
    -------
    Tornado
        Both ends of every assumption, widest swing first.

    Raises
    ------
    AssumptionError
        If the measure is unknown, there is no span, an assumption stands twice, or an end is
        impossible in this case.

    Examples
    --------
    >>> from analysis.rental import Assumptions
    >>> found = tornado(Assumptions(), [
    ...     Span("debt_rate_per_year", 0.03, 0.05),
    ...     Span("rent_cny_per_server_month", 60_000.0, 80_000.0),
    ... ])
    >>> found.frame["swing"].round().astype(int).to_dict()
    {'rent_cny_per_server_month': 695988, 'debt_rate_per_year': 57559}
    """
    case = as_case(case)
    check_measure(measure)
    check_names(names_of(spans))
    if not spans:
        raise AssumptionError([Fault("tornado", None, None, "", "an assumption that moves")])
    for span in spans:  # each moves alone
        refuse_unread(case, [span.name], "tornado", [measure])
    base = measured(case, {}, measure)
    rows = {}
    for span in spans:
        ends = measured(case, {span.name: np.array([span.low, span.high])}, measure)
        sides = np.sign([*ends.gaps, base.gaps[0]])
        value = getattr(case, span.name)
        rows[span.name] = {
            "base": np.nan if value is None else float(value),
            "low": span.low,
            "high": span.high,
            "at_low": ends.measure[0],
            "at_high": ends.measure[1],
            "swing": abs(ends.measure[1] - ends.measure[0]),
            "crosses": None if np.isnan(sides).any() else bool(np.ptp(sides) > 0),
        }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("assumption")
    frame["crosses"] = frame["crosses"].astype(object)
    ordered = frame.sort_values("swing", ascending=False, kind="stable", na_position="last")
    return Tornado(measure, float(base.measure[0]), base.line, ordered)
