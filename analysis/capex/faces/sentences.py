"""Sentences of the capex pages: every number and every word of judgment is computed here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

ORDINARY = {
    "swollen": "unusually high",
    "sunken": "unusually low",
    "not positive": "no profit",
    "": "",
}
"""Flags of net income in words that need no page to be understood."""


def listed(names: Iterable[str]) -> str:
    """Join names as in a sentence.

    Examples
    --------
    >>> listed(["Meta", "Oracle", "Tencent"]), listed([])
    ('Meta, Oracle and Tencent', 'none of them')
    """
    *first, last = [*names] or ["none of them"]
    return f"{', '.join(first)} and {last}" if first else last


def by_quarter(quarters: pd.Series) -> str:
    """Say which quarter each company's figures end with, the earliest first.

    Examples
    --------
    >>> by_quarter(pd.Series({"A": "2026Q2", "B": "2025Q2", "C": "2025Q2"}))
    'in 2025Q2 at B and C, in 2026Q2 at A'
    """
    return ", ".join(
        f"in {quarter} at {listed(names)}"
        for quarter, names in quarters.groupby(quarters).groups.items()
    )


def spending_answer(
    intensity: pd.DataFrame,
    members: Mapping[str, Sequence[str]],
    readings: pd.Series,
    usual: float,
) -> str:
    r"""Answer who spends how much, with the quarter and who is beyond what was called usual.

    Parameters
    ----------
    intensity : DataFrame
        Indexed by quarter, one column a country: summed capital expenditure over summed revenue.
    members : mapping of str to sequence of str
        By country, the companies summed.
    readings : Series
        By company, capital expenditure to revenue of its newest quarter.
    usual : float
        The rate called usual.

    Examples
    --------
    >>> table = pd.DataFrame({"the US": [0.25, 0.37], "China": [0.12, 0.25]}, ["2026Q1", "2026Q2"])
    >>> spent = spending_answer(table, {"the US": ["A", "B"], "China": ["C"]},
    ...                         pd.Series([0.4, 0.3, 0.1], ["A", "B", "C"]), 0.15)
    >>> print(spent.replace(". ", ".\n"))
    In 2026Q2 A and B spent 37% of revenue on property and equipment, C 25%.
    Of 3 companies 2 are beyond 15%.
    """
    newest = {name: column.dropna().iloc[-1:] for name, column in intensity.items()}
    shares = [
        f"in {column.index[0]} {listed(members[str(country)])} spent {column.iloc[0]:.0%} of "
        "revenue on property and equipment"
        for country, column in newest.items()
        if len(column)
    ]
    quarters = {str(column.index[0]) for column in newest.values() if len(column)}
    if len(shares) == 2 and len(quarters) == 1:  # the same quarter is not said twice
        last = [*newest][-1]
        shares[-1] = f"{listed(members[str(last)])} {newest[last].iloc[0]:.0%}"
    values = readings.dropna()
    beyond = f"Of {len(values)} companies {(values >= usual).sum()} are beyond {usual:.0%}."
    spent = ", ".join(shares)
    return f"{spent[0].upper()}{spent[1:]}. {beyond}" if shares else beyond


def spread_by_definition(rates: Mapping[str, float]) -> str:
    """Say how far one rate depends on the definition.

    Examples
    --------
    >>> spread_by_definition({"purchases": 0.37, "headline": 0.39, "article": 0.39})
    'between 37% and 39%, depending on what is counted'
    """
    known = pd.Series(rates, dtype=float).dropna()
    if known.empty:
        return "not known"
    low, high = f"{known.min():.0%}", f"{known.max():.0%}"
    if low == high:
        return f"{low} by any definition"
    return f"between {low} and {high}, depending on what is counted"


def overtaking(growth: pd.DataFrame, ours: str, theirs: str) -> str:
    """Say in which periods one group's spending grew faster than another's.

    Parameters
    ----------
    growth : DataFrame
        Of :func:`~analysis.capex.indicators.totals.growth_by_year`.
    ours, theirs : str
        Rows compared.

    Examples
    --------
    >>> table = pd.DataFrame({2024: [1.65, 0.55], 2025: [0.37, 0.72]}, ["China", "the US"])
    >>> overtaking(table, "China", "the US")
    'faster in 2024 (+165% against +55%), slower in 2025 (+37% against +72%)'
    """
    parts = []
    by_period = growth.T[[ours, theirs]].dropna().astype(float)
    for period, ahead, behind in by_period.itertuples():
        word = "faster" if ahead > behind else "slower"
        parts.append(f"{word} in {period} ({ahead:+.0%} against {behind:+.0%})")
    return ", ".join(parts)


LIKELY = 2.0 / 3.0
"""Share of draws from which an outcome is called likely."""


def odds(share: float) -> str:
    """Say in words how often draws pass a test.

    Examples
    --------
    >>> odds(0.9), odds(0.5), odds(0.1)
    ('likely', 'open', 'unlikely')
    """
    return "likely" if share >= LIKELY else "unlikely" if share <= 1.0 - LIKELY else "open"


def depreciation_answer(test: pd.DataFrame, condition: str) -> str:
    """Say at whom depreciation outgrows net income, at whom it does not, and where that is close.

    Parameters
    ----------
    test : DataFrame
        Indexed by company: is_covered and p_covered, as
        :func:`~analysis.capex.wave.projection.profit_test` has them for one profit path.
    condition : str
        What is assumed, in a clause.

    Examples
    --------
    >>> print(depreciation_answer(pd.DataFrame(
    ...     {"is_covered": [False, False, True], "p_covered": [0.0, 0.45, 0.95]}, ["A", "B", "C"]
    ... ), "So"))
    So, depreciation outgrows net income by 2029 at A and B (a close call at B), not at C.
    """
    is_close = test["p_covered"].map(odds) == "open"

    def near(names: pd.Index) -> str:
        # Beside the list it is about: a close pass is no close failure.
        close = names[is_close[names]]
        return f" (a close call at {listed(close)})" if len(close) else ""

    fails, passes = test.index[~test["is_covered"]], test.index[test["is_covered"]]
    if not len(fails):
        everywhere = f"everywhere{near(passes)}"
        return f"{condition}, depreciation stays below net income through 2029 {everywhere}."
    rest = f", not at {listed(passes)}{near(passes)}" if len(passes) else ""
    outgrown = f"{listed(fails)}{near(fails)}"
    return f"{condition}, depreciation outgrows net income by 2029 at {outgrown}{rest}."
