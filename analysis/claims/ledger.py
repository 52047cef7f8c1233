"""The audit: every claim of the ledger with its verdict and the numbers behind it."""

from __future__ import annotations

import ast
import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd

from analysis.claims.declared_checks import Check, CheckError, Declared, load_checks
from analysis.claims.evidence import Evidence
from analysis.claims.verdicts import (
    FAILING,
    HOLDING,
    SETTLED,
    VERDICTS,
    Decision,
    EmptyCheck,
    Finding,
    Support,
    decide,
    document,
    findings,
)
from analysis.data import load
from analysis.data.asked_day import as_of_day
from analysis.data.package import read_package
from analysis.errors import Fault
from analysis.printed.precision import Printed, read_row
from analysis.printed.wording import span

COMMITTED = Path(__file__).with_name("verdicts.csv")
COLUMNS = (
    *("claim_id", "verdict", "support", "recomputed_low", "recomputed_high"),
    *("check", "because", "mislabeled", "remark"),
)
SIGNIFICANT_DIGITS = 6
UNCHECKED = "cannot be checked"
TRANSLATED = "translated by machine: what differs may not be the author's"


@dataclass(frozen=True)
class Audit:
    """The audited ledger.

    Parameters
    ----------
    claims : DataFrame
        The ledger, indexed by claim, with the columns: verdict; support (how a claim that holds
        is held against other figures: recomputed, bounded, repeated or counted; empty elsewhere);
        printed_low, printed_high, recomputed_low, recomputed_high (units of the claim; infinite
        where open, missing where nothing was recomputed); gap (printed less recomputed, zero where
        they overlap) and relative_gap; check (the deciding formula); because (its assumption, what
        happened since, how the scopes differ, or why there is no check); mislabeled (what a figure
        that reproduces is printed as and is not); remark (readings that fail where another one
        reproduces); n_checks.
    findings : tuple of Finding
        Every check of every claim.
    deciding : mapping of str to Finding
        The finding behind the verdict of each claim that has a check.
    """

    claims: pd.DataFrame
    findings: tuple[Finding, ...]
    deciding: Mapping[str, Finding]

    @property
    def as_of(self) -> date:
        """Day up to which outcomes were looked for."""
        retrieved = read_package().resource("outcomes").retrieved
        return min(as_of_day() or retrieved, retrieved)

    def counts(self) -> pd.DataFrame:
        """Claims by verdict and source."""
        table = pd.crosstab(self.claims["verdict"], self.claims["source_id"])
        table = table.reindex(VERDICTS, fill_value=0).rename_axis(columns=None)
        return table.assign(all=table.sum(axis=1))

    def coverage(self) -> pd.DataFrame:
        """By source: claims by how they hold, those that fail, and those that have no check."""
        verdict = self.claims["verdict"]
        how = self.claims["support"].mask(verdict.isin(FAILING), "fails")
        how = how.mask(verdict.isin(SETTLED), "settled").mask(verdict.eq(UNCHECKED), "unchecked")
        order = [*get_args(Support), "settled", "fails", "unchecked"]
        table = pd.crosstab(self.claims["source_id"], how).reindex(columns=order, fill_value=0)
        table.insert(0, "claims", table.sum(axis=1))
        table.loc["all"] = table.sum()
        table = table.rename_axis(index="document", columns=None)
        return table.assign(share_recomputed=table["recomputed"] / table["claims"])

    def disputes(self) -> list[frozenset[str]]:
        """Claims that fail, those of one disagreement together.

        Two figures that cannot both hold, and figures that fail against the same others, are one
        disagreement.
        """
        failing = self.claims[self.claims["verdict"].isin(FAILING)]
        ties = []
        for name in failing.index:
            formula = self.deciding[str(name)].check.formula
            other = formula.claims[1] if formula.is_bare else ast.unparse(formula.right)
            ties.append(frozenset({str(name), other if formula.is_bare else f"= {other}"}))
        claims = frozenset(map(str, failing.index))
        return [group & claims for group in _joined(ties)]

    def events(self) -> pd.Series:
        """Whether a text was right on an event, by text and event.

        Figures that one text prints of one event are one forecast, right where all are.
        """
        settled = self.claims[self.claims["verdict"].isin(SETTLED)]
        is_right = settled["verdict"] == SETTLED[0]
        texts = pd.Index([document(str(name)) for name in settled.index], name="document")
        return is_right.groupby([texts, settled["because"].rename("event")]).all()

    def striking(self) -> pd.DataFrame:
        """Claims that contradict themselves or another source, or came out wrong, largest first."""
        is_wrong = self.claims["verdict"].isin([*FAILING, "settled by outcome: wrong"])
        wrong = self.claims[is_wrong]
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


def audit(
    claims: pd.DataFrame | None = None,
    declared: Declared | None = None,
    *,
    source_id: str | None = None,
) -> Audit:
    """Check every claim of the ledger.

    Parameters
    ----------
    claims : DataFrame, optional
        The ledger, ``analysis.data.load("claims")``.
    declared : Declared, optional
        The checks; those of the package.
    source_id : str, optional
        Audit the claims of one source only, with every check that names one of them.

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
    evidence = Evidence()
    faults = list(coarse_operands(declared.checks, ledger, evidence.outcomes))
    by_claim: dict[str, list[Finding]] = defaultdict(list)
    if source_id is not None:
        ledger = ledger[ledger["source_id"] == source_id]
    for check in declared.checks:
        if source_id is not None and not any(name in ledger.index for name in check.formula.claims):
            continue
        try:
            for finding in findings(check, printed, evidence.functions):
                by_claim[finding.claim_id].append(finding)
        except EmptyCheck:
            text = f"{check.formula.left} {check.formula.text}"
            faults.append(Fault("checks", None, None, text, "a check that can fail"))
    names = [str(name) for name in ledger.index]
    faults += _silences(by_claim, declared, names)
    if faults:
        raise CheckError(faults)
    decisions = {name: decide(by_claim[name]) for name in names if by_claim[name]}
    rows = [
        _row(
            printed[name],
            decisions.get(name),
            declared.reasons.get(name, ""),
            str(ledger.loc[name, "unit"]),
        )
        | {"n_checks": len(by_claim[name])}
        for name in names
    ]
    verdicts = pd.DataFrame(rows, index=ledger.index)
    every = tuple(one for name in names for one in by_claim[name])
    deciding = {name: decision.finding for name, decision in decisions.items()}
    return Audit(ledger.join(verdicts), every, deciding)


def coarse_operands(
    checks: Iterable[Check], ledger: pd.DataFrame, outcomes: Mapping[str, Mapping[Hashable, Any]]
) -> Iterator[Fault]:
    """Yield rounded figures that settle a claim where the same figure is printed more finely.

    A total of rounded quarters has the rounding of each, and would pass what the quarters as
    reported refuse.
    """
    key = ("subject", "quantity", "period", "unit")
    finer = {
        tuple(row[name] for name in key): (outcome, read_row(row).rounded.width)
        for outcome, row in outcomes.items()
        if row["kind"] == "reported"
    }
    for check in checks:
        for name in check.formula.claims[1:] if check.outcome else ():
            row = ledger.loc[name]
            outcome, width = finer.get(tuple(row[part] for part in key), ("", math.inf))
            if width < read_row(row.to_dict()).rounded.width:
                expected = f"outcome('{outcome}'), which is printed more finely"
                yield Fault("checks", None, check.formula.text, name, expected)


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


def _row(printed: Printed, decision: Decision | None, reason: str, unit: str) -> dict[str, object]:
    row: dict[str, object] = {
        "printed_low": printed.rounded.low,
        "printed_high": printed.rounded.high,
    }
    if decision is None:
        nothing = dict.fromkeys(
            ("recomputed_low", "recomputed_high", "gap", "relative_gap"), np.nan
        )
        words = dict.fromkeys(("support", "check", "mislabeled", "remark"), "")
        return row | nothing | words | {"verdict": UNCHECKED, "because": reason}
    one = decision.finding
    because = one.check.outcome or one.assumption
    if one.verdict == "in tension of scope":
        because = one.check.scope
    if one.verdict == UNCHECKED:
        because = TRANSLATED
    return row | {
        "verdict": one.verdict,
        "support": one.support if one.verdict in HOLDING else "",
        "recomputed_low": one.recomputed.low,
        "recomputed_high": one.recomputed.high,
        "gap": one.gap,
        "relative_gap": one.relative_gap,
        "check": one.check.formula.text,
        "because": because,
        "mislabeled": decision.label,
        "remark": "; ".join(_remark(remark, unit) for remark in decision.remarks),
    }


def _remark(finding: Finding, unit: str) -> str:
    """Say how a reading fails."""
    given = span(finding.recomputed.low, finding.recomputed.high, unit)
    return f"{given} by {finding.check.formula.text}"


def _joined(ties: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Join sets that share a member, in the order of their first members."""
    groups: list[frozenset[str]] = []
    for tie in ties:
        shared = [group for group in groups if group & tie]
        groups = [group for group in groups if not group & tie]
        groups.append(tie.union(*shared))
    return groups
