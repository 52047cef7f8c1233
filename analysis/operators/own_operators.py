"""Own figures of operators, beside those that print theirs."""

from __future__ import annotations

from typing import Final

import pandas as pd

from analysis.data import load_own
from analysis.data.own.store import OWN_SOURCE
from analysis.errors import DataError, Fault

OWN: Final = "own"
NET: Final = "net_income"


def own_operators(*, with_own: bool) -> pd.DataFrame:
    """Load own figures of operators where they are asked for; an empty table where they are not.

    Raises
    ------
    DataError
        They are asked for and there are none, or none has the revenue and the net income of one
        period, as of each operator must be there.
    """
    table = load_own("operators")
    if not with_own:
        return table.iloc[:0]
    if table.empty:
        expected = "own figures: python -m analysis data add operators FILE"
        raise DataError([Fault("data/own", None, None, "no own operator", expected)])
    whole = set(_by_period(table).dropna(subset=["revenue", NET]).index.get_level_values("company"))
    faults = [
        Fault("data/own", None, "metric", name, "revenue and net_income of one period")
        for name in sorted(set(table["company"]) - whole)
    ]
    if faults:
        raise DataError(faults)
    return table


def own_left(table: pd.DataFrame) -> pd.DataFrame:
    """Tabulate what own operators keep of their revenue, each in its newest period.

    Parameters
    ----------
    table : DataFrame
        As `own_operators` returns it.

    Returns
    -------
    DataFrame
        Index ``operator``; columns ``period``, ``after_depreciation`` and ``after_all``, as
        `analysis.operators.operator_comparison.what_is_left` has them. After depreciation is
        operating income, or EBITDA less depreciation and amortization; NaN where neither is there.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> own_left(pd.DataFrame({
    ...     "company": "Mine", "period_start_date": day("2026-07-01"),
    ...     "period_end_date": day("2026-09-30"), "metric": ["revenue", "net_income", "ebitda",
    ...     "depreciation_amortization"], "value_m": [200.0, 10.0, 90.0, 60.0],
    ... })).values.tolist()
    [['2026-07-01 to 2026-09-30', 0.15, 0.05]]
    """
    columns = ["period", "after_depreciation", "after_all"]
    if table.empty:
        return pd.DataFrame(columns=columns).rename_axis("operator")
    wide = _by_period(table).dropna(subset=["revenue", NET])
    newest = wide.groupby("company").tail(1).reset_index()
    after = newest["operating_income"].fillna(
        newest["ebitda"] - newest["depreciation_amortization"]
    )
    spans = [
        f"{start:%Y-%m-%d} to {end:%Y-%m-%d}"
        for start, end in zip(newest["period_start_date"], newest["period_end_date"], strict=True)
    ]
    left = pd.DataFrame(
        {
            "period": spans,
            "after_depreciation": after / newest["revenue"],
            "after_all": newest[NET] / newest["revenue"],
        }
    )
    return left.set_axis(newest["company"] + f", {OWN}").rename_axis("operator")


def own_in_words(table: pd.DataFrame) -> str:
    """Say which operators are own ones and from which files; nothing where there are none."""
    if table.empty:
        return ""
    files = ", ".join(sorted(table["source_id"].str.removeprefix(OWN_SOURCE).unique()))
    return (
        f"{', '.join(sorted(table['company'].unique()))}: own figures, from {files}. They are not "
        "published, and the answer above leaves them out."
    )


def saved_of_own(left: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return what own operators keep after everything, to be saved; nothing without one."""
    kept = {f"own_{at}": float(value) for at, value in enumerate(left["after_all"], start=1)}
    return {"net_margin_of_own": kept} if kept else {}


def _by_period(table: pd.DataFrame) -> pd.DataFrame:
    """Figures by company and period, one column a metric, the newest and longest last."""
    wide = table.pivot_table(
        index=["company", "period_end_date", "period_start_date"],
        columns="metric",
        values="value_m",
        aggfunc="last",
    )
    names = ["revenue", NET, "operating_income", "ebitda", "depreciation_amortization"]
    wide = wide.reindex(columns=names)
    return wide.sort_index(level=[0, 1, 2], ascending=[True, True, False])
