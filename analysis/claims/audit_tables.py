"""Tables that the report of the audit shows."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, get_args

import numpy as np
import pandas as pd

from analysis.claims.ledger import Audit
from analysis.claims.verdicts import FAILING, HOLDING, SETTLED, VERDICTS, Support
from analysis.data.printed_figures import figures
from analysis.printed.wording import amount, relative, span

AGAINST = {
    "contradicts itself": "itself",
    "in tension with another source": "another source",
    "in tension of scope": "another scope",
}


def place(claims: pd.DataFrame) -> pd.Series:
    """Return where each claim stands: source and paragraph."""
    return claims["source_id"] + " ¶" + claims["paragraph"].astype(str)


def what(claims: pd.DataFrame) -> pd.Series:
    """Return subject, quantity and period of each claim in one phrase."""
    period = claims["period"].map(lambda text: f", {text}" if text else "")
    return claims["subject"] + ": " + claims["quantity"] + period


def described(claims: pd.DataFrame) -> pd.DataFrame:
    """Return claims in words, indexed by where they stand.

    Parameters
    ----------
    claims : DataFrame
        Rows of an audit.

    Returns
    -------
    DataFrame
        Columns ``what``, ``printed`` (as printed), ``recomputed`` (in the claim's unit),
        ``off_by`` (printed over recomputed less one, between nearest ends), ``verdict``,
        ``support``, ``check`` and ``because``.
    """
    rows = claims.to_dict("records")
    table = pd.DataFrame(
        {
            "what": what(claims),
            "printed": [_printed(row) for row in rows],
            "recomputed": [
                span(row["recomputed_low"], row["recomputed_high"], row["unit"]) for row in rows
            ],
            "off_by": claims["relative_gap"].map(relative),
            "verdict": claims["verdict"],
            "support": claims["support"],
            "check": claims["check"],
            "because": claims["because"],
        }
    )
    return table.set_index(place(claims).rename("stands_in"))


def _printed(row: dict[Hashable, Any]) -> str:
    """Return a figure as printed; one out of a list, with the list it stands in."""
    printed = str(row["printed"])
    if row["value_low"] != row["value_high"] or len(figures(printed)) < 2:
        return printed
    return f"{amount(row['value_low'], row['unit'])}, in {printed}"


def striking(audit: Audit, n_rows: int) -> pd.DataFrame:
    """Return the widest contradictions and tensions, without what time has settled.

    Returns
    -------
    DataFrame
        As `described`, with ``against`` (itself, another source, another scope) for the verdict.
    """
    wrong = audit.striking()
    wrong = wrong[wrong["verdict"].isin(FAILING)].head(n_rows)
    table = described(wrong)
    columns = ["what", "printed", "recomputed", "off_by", "against", "check", "because"]
    return table.assign(against=table["verdict"].map(AGAINST))[columns]


def readings(audit: Audit) -> pd.DataFrame:
    """Return claims that hold in one reading and fail in another, or under their printed label.

    Returns
    -------
    DataFrame
        As `described`, with ``mislabeled`` (the label under which the figure fails) and ``remark``
        (what the failing reading gives).
    """
    claims = audit.claims[audit.claims["remark"] != ""]
    table = described(claims)[["what", "printed", "because"]]
    return table.assign(
        mislabeled=claims["mislabeled"].to_numpy(), remark=claims["remark"].to_numpy()
    )


def settled(audit: Audit) -> pd.DataFrame:
    """Return the claims that have been settled by what happened, the worst first.

    Returns
    -------
    DataFrame
        As `described`, without verdict and check; ``off_by`` is "right" where it was.
    """
    claims = audit.claims[audit.claims["verdict"].isin(SETTLED)]
    order = claims["relative_gap"].abs().sort_values(ascending=False, kind="stable").index
    table = described(claims.loc[order])
    off_by = table["off_by"].where(table["off_by"] != "", "right")
    return table.assign(off_by=off_by)[["what", "printed", "recomputed", "off_by", "because"]]


def grouped(audit: Audit, verdict: str) -> pd.DataFrame:
    """Count claims of one verdict by what they rest on, or by why there is no check.

    Returns
    -------
    DataFrame
        Index ``because``; columns ``claims`` (how many) and ``stand_in`` (paragraphs by source).
    """
    claims = audit.claims[audit.claims["verdict"] == verdict]
    table = pd.DataFrame({"because": claims["because"], "place": place(claims)})
    rows = [
        {"because": why, "claims": len(group), "stand_in": ", ".join(dict.fromkeys(group["place"]))}
        for why, group in table.groupby("because", sort=False)
    ]
    found = pd.DataFrame(rows).set_index("because")
    return found.sort_values("claims", ascending=False, kind="stable")


def ledger(audit: Audit) -> pd.DataFrame:
    """Return every claim in words, indexed by its name."""
    table = described(audit.claims)
    table.insert(0, "source", audit.claims["source_id"].to_numpy())
    return table.set_index(audit.claims.index).rename_axis("claim")


def standing(audit: Audit) -> pd.Series:
    """Return how each claim stands: how it is held where it holds, its verdict elsewhere."""
    verdict = audit.claims["verdict"]
    return audit.claims["support"].where(verdict.isin(HOLDING), verdict)


def share_by_standing(audit: Audit) -> pd.DataFrame:
    """Return shares of each document's claims by how they stand, documents as rows."""
    order = [*get_args(Support), *(name for name in VERDICTS if name not in HOLDING)]
    shares = pd.crosstab(audit.claims["source_id"], standing(audit), normalize="index")
    return shares.reindex(columns=order, fill_value=0.0)


def half_life_months(before: float, after: float, months: float) -> float:
    r"""Return the months in which something halves that fell so far in some months at one rate.

    .. math:: h = t / \log_2(c_0 / c_1)

    Examples
    --------
    >>> half_life_months(8.0, 1.0, 9.0)
    3.0
    """
    return float(months / np.log2(before / after))


def months_between(first: str, last: str) -> int:
    """Return the months from one to another, as the ledger writes them.

    Examples
    --------
    >>> months_between("2024-01", "2024-12")
    11
    """
    return int((pd.Period(last, "M") - pd.Period(first, "M")).n)
