"""Tables that the report of the audit shows."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from analysis.claims.ledger import Audit
from analysis.claims.verdicts import GRAVITY
from analysis.data.printed_figures import figures
from analysis.printed.wording import amount, relative, span

SETTLED = ("settled by outcome: right", "settled by outcome: wrong")


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
        ``off by`` (printed over recomputed less one, between nearest ends), ``verdict``, ``check``
        and ``because``.
    """
    rows = claims.to_dict("records")
    table = pd.DataFrame(
        {
            "what": what(claims),
            "printed": [_printed(row) for row in rows],
            "recomputed": [
                span(row["recomputed_low"], row["recomputed_high"], row["unit"]) for row in rows
            ],
            "off by": claims["relative_gap"].map(relative),
            "verdict": claims["verdict"],
            "check": claims["check"],
            "because": claims["because"],
        }
    )
    return table.set_index(place(claims).rename("stands in"))


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
        As `described`, with ``against`` (itself, or another source) for the verdict.
    """
    wrong = audit.striking()
    wrong = wrong[~wrong["verdict"].isin(SETTLED)].head(n_rows)
    table = described(wrong)
    against = table["verdict"].map(
        {"contradicts itself": "itself", "in tension with another source": "another source"}
    )
    columns = ["what", "printed", "recomputed", "off by", "against", "check"]
    return table.assign(against=against)[columns]


def settled(audit: Audit) -> pd.DataFrame:
    """Return the claims that have been settled by what happened, the worst first.

    Returns
    -------
    DataFrame
        As `described`, without verdict and check; ``off by`` is "right" where it was.
    """
    claims = audit.claims[audit.claims["verdict"].isin(SETTLED)]
    order = claims["relative_gap"].abs().sort_values(ascending=False, kind="stable").index
    table = described(claims.loc[order])
    off_by = table["off by"].where(table["off by"] != "", "right")
    return table.assign(**{"off by": off_by})[
        ["what", "printed", "recomputed", "off by", "because"]
    ]


def grouped(audit: Audit, verdict: str) -> pd.DataFrame:
    """Count claims of one verdict by what they rest on, or by why there is no check.

    Returns
    -------
    DataFrame
        Index ``because``; columns ``claims`` (how many) and ``stand in`` (paragraphs by source).
    """
    claims = audit.claims[audit.claims["verdict"] == verdict]
    table = pd.DataFrame({"because": claims["because"], "place": place(claims)})
    rows = [
        {"because": why, "claims": len(group), "stand in": ", ".join(dict.fromkeys(group["place"]))}
        for why, group in table.groupby("because", sort=False)
    ]
    found = pd.DataFrame(rows).set_index("because")
    return found.sort_values("claims", ascending=False, kind="stable")


def ledger(audit: Audit) -> pd.DataFrame:
    """Return every claim in words, indexed by its name."""
    table = described(audit.claims)
    table.insert(0, "source", audit.claims["source_id"].to_numpy())
    return table.set_index(audit.claims.index).rename_axis("claim")


def share_by_verdict(audit: Audit) -> pd.DataFrame:
    """Return shares of each source's claims by verdict, sources as rows."""
    counts = audit.counts().drop(columns="all")
    return (counts / counts.sum()).T[list(GRAVITY)]
