"""The audit: every claim of the ledger with its verdict and the numbers behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.claims.declared_checks import CheckError, Declared, load_checks
from analysis.claims.evidence import Evidence
from analysis.claims.verdicts import EmptyCheck, Finding, findings, gravest
from analysis.data import load
from analysis.errors import Fault
from analysis.printed.precision import Printed, read_row

COMMITTED = Path(__file__).with_name("verdicts.csv")
COLUMNS = ("claim_id", "verdict", "recomputed_low", "recomputed_high", "check", "because")
SIGNIFICANT_DIGITS = 6


@dataclass(frozen=True)
class Audit:
    """The audited ledger.

    Parameters
    ----------
    claims : DataFrame
        The ledger, indexed by claim, with the columns: verdict; printed_low, printed_high,
        recomputed_low, recomputed_high (units of the claim; infinite where open, missing where
        nothing was recomputed); gap (printed less recomputed, zero where they overlap) and
        relative_gap; check (the deciding formula); because (its assumption, what happened since, or
        why there is no check); n_checks; has_other_figure (some check recomputes the claim from
        figures other than itself, the same figure printed twice and counted lists not counting);
        is_pinned_down (one of these is an equation that leaves the claim an interval no wider than
        the claim itself).
    findings : tuple of Finding
        Every check of every claim.
    """

    claims: pd.DataFrame
    findings: tuple[Finding, ...]

    def counts(self) -> pd.DataFrame:
        """Claims by verdict and source."""
        from analysis.claims.verdicts import GRAVITY

        table = pd.crosstab(self.claims["verdict"], self.claims["source_id"])
        table = table.reindex(GRAVITY, fill_value=0).rename_axis(columns=None)
        return table.assign(all=table.sum(axis=1))

    def coverage(self) -> pd.DataFrame:
        """By source: claims, those checked at all, by another figure, and pinned down by one."""
        by_source = self.claims.groupby("source_id")
        table = pd.DataFrame(
            {
                "claims": by_source.size(),
                "checked": by_source["n_checks"].agg(lambda n: int((n > 0).sum())),
                "checked_by_other_figure": by_source["has_other_figure"].sum(),
                "pinned_down": by_source["is_pinned_down"].sum(),
            }
        )
        table.loc["all"] = table.sum()
        return table.assign(
            share=table["checked_by_other_figure"] / table["claims"],
            share_pinned_down=table["pinned_down"] / table["claims"],
        )

    def striking(self) -> pd.DataFrame:
        """Claims that contradict themselves or another source, or came out wrong, largest first."""
        wrong = self.claims[self.claims["gap"] != 0.0].dropna(subset="gap")
        order = wrong["relative_gap"].abs().sort_values(ascending=False, kind="stable").index
        return wrong.loc[order]

    def committed_form(self) -> pd.DataFrame:
        """Return what is committed of it: rounded, in the order of claims."""
        table = self.claims.reset_index()[list(COLUMNS)]
        for column in ("recomputed_low", "recomputed_high"):
            table[column] = [
                "" if np.isnan(value) else f"{value:.{SIGNIFICANT_DIGITS}g}"
                for value in table[column]
            ]
        return table

    def changes(self, committed: pd.DataFrame) -> pd.DataFrame:
        """Return verdicts that differ from committed ones: columns before and now."""
        before = committed.set_index("claim_id")["verdict"]
        now = self.claims["verdict"]
        both = pd.DataFrame({"before": before, "now": now}).fillna("no such claim")
        return both[both["before"] != both["now"]].rename_axis("claim_id")

    def __str__(self) -> str:
        """Tabulate verdicts by source."""
        return self.counts().to_string()


def audit(claims: pd.DataFrame | None = None, declared: Declared | None = None) -> Audit:
    """Check every claim of the ledger.

    Parameters
    ----------
    claims : DataFrame, optional
        The ledger, ``analysis.data.load("claims")``.
    declared : Declared, optional
        The checks; those of the package.

    Returns
    -------
    Audit

    Raises
    ------
    CheckError
        The declared checks are faulty, or say nothing of a claim, or give a reason why a claim that
        has a check could not have one.
    """
    ledger = load("claims") if claims is None else claims
    printed = {str(row["claim_id"]): read_row(row) for row in ledger.to_dict("records")}
    ledger = ledger.set_index("claim_id")
    declared = load_checks(ledger.index) if declared is None else declared
    functions = Evidence().functions
    by_claim: dict[str, list[Finding]] = defaultdict(list)
    faults: list[Fault] = []
    for check in declared.checks:
        try:
            for finding in findings(check, printed, functions):
                by_claim[finding.claim_id].append(finding)
        except EmptyCheck:
            text = f"{check.formula.left} {check.formula.text}"
            faults.append(Fault("checks", None, None, text, "a check that can fail"))
    faults += _silences(by_claim, declared, [str(name) for name in ledger.index])
    if faults:
        raise CheckError(faults)
    rows = [
        _row(printed[name], by_claim[name], declared.reasons.get(name, "")) for name in ledger.index
    ]
    verdicts = pd.DataFrame(rows, index=ledger.index)
    every = tuple(one for name in ledger.index for one in by_claim[name])
    return Audit(ledger.join(verdicts), every)


def read_committed(path: Path = COMMITTED) -> pd.DataFrame:
    """Read the committed verdicts; none where there are none yet."""
    if not path.exists():
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _silences(
    by_claim: dict[str, list[Finding]], declared: Declared, claim_ids: list[str]
) -> Iterator[Fault]:
    for name in claim_ids:
        if not by_claim[name] and name not in declared.reasons:
            yield Fault("checks", None, None, name, "a check that tells something, or a reason")
        if by_claim[name] and name in declared.reasons:
            yield Fault("checks", None, None, name, "a check or a reason, not both")


def _row(printed: Printed, found: list[Finding], reason: str) -> dict[str, object]:
    row: dict[str, object] = {
        "printed_low": printed.rounded.low,
        "printed_high": printed.rounded.high,
        "n_checks": len(found),
        "has_other_figure": any(one.kind in ("computation", "bound") for one in found),
        "is_pinned_down": any(one.pins_down for one in found),
    }
    if not found:
        nothing = dict.fromkeys(
            ("recomputed_low", "recomputed_high", "gap", "relative_gap"), np.nan
        )
        return row | nothing | {"verdict": "cannot be checked", "check": "", "because": reason}
    one = gravest(found)
    return row | {
        "verdict": one.verdict,
        "recomputed_low": one.recomputed.low,
        "recomputed_high": one.recomputed.high,
        "gap": one.gap,
        "relative_gap": one.relative_gap,
        "check": one.check.formula.text,
        "because": one.check.outcome or one.assumption,
    }
