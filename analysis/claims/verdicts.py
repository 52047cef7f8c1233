"""From printed and recomputed intervals to verdicts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from analysis.claims.declared_checks import Check
from analysis.claims.evidence import OWN_ORIGINS
from analysis.claims.formula import Function
from analysis.printed.interval import Interval
from analysis.printed.precision import Printed

Verdict: TypeAlias = Literal[
    "contradicts itself",
    "in tension with another source",
    "settled by outcome: wrong",
    "settled by outcome: right",
    "reproduces",
    "reproduces with an assumption",
    "cannot be checked",
]

GRAVITY: tuple[Verdict, ...] = (
    "contradicts itself",
    "settled by outcome: wrong",
    "settled by outcome: right",
    "in tension with another source",
    "reproduces",
    "reproduces with an assumption",
    "cannot be checked",
)
"""The verdict on a claim is that of its checks which comes first here.

What happened outranks what another source said beforehand; a check that needs no assumption
outranks one that does.
"""

CUT = "the digits were cut off, not rounded"

WIDEST_SHARE = 1.0
"""A figure that was only an input of a check is checked by it if the others pin it down to an
interval no wider than this share of itself."""

DIGESTS: Mapping[str, tuple[int, ...]] = {"notes-2025": (5, 8, 11, 14, 17, 20, 23)}
"""Last paragraphs of the separate texts that a collected source is made of."""


class EmptyCheck(ValueError):  # noqa: N818
    """A check that would hold whatever its figures were."""


@dataclass(frozen=True)
class Finding:
    """What one check says of one claim.

    Parameters
    ----------
    claim_id : str
        The claim.
    check : Check
        The check.
    printed, recomputed : Interval
        What is printed, and what the other figures give.
    verdict : str
        One of `GRAVITY`.
    assumption : str
        What was assumed, empty where nothing.
    gap : float
        Printed less recomputed, between the nearest ends; zero where they overlap.
    kind : str
        computation; bound, an inequality; restatement, a figure that the same source prints twice;
        or list, a count of what the source names.
    """

    claim_id: str
    check: Check
    printed: Interval
    recomputed: Interval
    verdict: Verdict
    assumption: str
    gap: float
    kind: Literal["computation", "bound", "restatement", "list"]

    @property
    def pins_down(self) -> bool:
        """Whether a computation leaves the claim an interval no wider than `WIDEST_SHARE` of it."""
        widest = WIDEST_SHARE * abs(self.printed.middle)
        return self.kind == "computation" and self.recomputed.width <= widest

    @property
    def relative_gap(self) -> float:
        """Gap over the recomputed figure, decimal; infinite where that is zero."""
        if self.gap == 0.0:
            return 0.0
        nearest = self.recomputed.high if self.gap > 0 else self.recomputed.low
        return self.gap / abs(nearest) if nearest else math.copysign(math.inf, self.gap)


def document(claim_id: str) -> str:
    """Return the text that a claim stands in: a source, or one digest of a collection.

    Examples
    --------
    >>> document("notes-2025-p14-01"), document("notes-2025-p12-01"), document("sihan-2025-p24-01")
    ('notes-2025/14', 'notes-2025/14', 'sihan-2025')
    """
    source_id, _, place = claim_id.rpartition("-p")
    ends = DIGESTS.get(source_id)
    if ends is None:
        return source_id
    paragraph = int(place.split("-")[0])
    return f"{source_id}/{next(end for end in ends if paragraph <= end)}"


def findings(
    check: Check,
    printed: Mapping[str, Printed],
    functions: Mapping[str, Function],
) -> Iterable[Finding]:
    """Yield what a check says of each claim that it can be solved for.

    The left side always gets a verdict. If it agrees, so do the figures it was made of, as far as
    the others pin them down; if it does not, the left side is charged with it, since it is the
    figure that was derived.

    Parameters
    ----------
    check : Check
        The check.
    printed : mapping of str to Printed
        What each claim can stand for.
    functions : mapping of str to callable
        Functions of the evidence.

    Raises
    ------
    EmptyCheck
        The left side and what it is recomputed as are open to the same side, so that they
        always overlap.
    """
    figures = {name: printed[name].rounded for name in check.formula.claims}
    left = check.formula.left
    recomputed = check.formula.evaluate(figures, functions)
    if _cannot_fail(figures[left], recomputed):
        raise EmptyCheck(check.formula.text)
    first = _finding(check, left, printed[left], recomputed)
    yield first
    if check.only_left or first.gap or check.outcome:
        return
    if CUT in first.assumption:
        figures[left] = printed[left].cut
        check = replace(check, assumption=first.assumption)
    for claim in check.formula.claims[1:]:
        solved = check.formula.solve(claim, figures, functions)
        if solved is not None and _is_telling(check, solved, figures[claim]):
            yield _finding(check, claim, printed[claim], solved)


def _cannot_fail(printed: Interval, recomputed: Interval) -> bool:
    """Whether the two are open to the same side, so that they always overlap."""
    is_open_above = math.isinf(printed.high) and math.isinf(recomputed.high)
    is_open_below = math.isinf(printed.low) and math.isinf(recomputed.low)
    return recomputed.is_everything or is_open_above or is_open_below


def _is_telling(check: Check, solved: Interval, printed: Interval) -> bool:
    if _cannot_fail(printed, solved):
        return False
    if check.formula.relation != "=":
        return True
    return solved.width <= WIDEST_SHARE * abs(printed.middle)


def _finding(check: Check, claim: str, printed: Printed, recomputed: Interval) -> Finding:
    agrees = printed.rounded.overlaps(recomputed)
    assumption = check.assumption
    if not agrees and printed.cut.overlaps(recomputed):
        agrees, assumption = True, "; ".join(filter(None, [assumption, CUT]))
    return Finding(
        claim_id=claim,
        check=check,
        printed=printed.rounded,
        recomputed=recomputed,
        verdict=_verdict(check, agrees, bool(assumption)),
        assumption=assumption,
        gap=0.0 if agrees else printed.rounded.gap(recomputed),
        kind=_kind(check),
    )


def _verdict(check: Check, agrees: bool, assumes: bool) -> Verdict:
    if check.outcome:
        return "settled by outcome: right" if agrees else "settled by outcome: wrong"
    if agrees:
        return "reproduces with an assumption" if assumes else "reproduces"
    documents = {document(name) for name in check.formula.claims}
    is_own = len(documents) == 1 and set(check.origins) <= OWN_ORIGINS
    return "contradicts itself" if is_own else "in tension with another source"


def _kind(
    check: Check,
) -> Literal["computation", "bound", "restatement", "list"]:
    sources = {name.rpartition("-p")[0] for name in check.formula.claims}
    if check.formula.is_bare and len(sources) == 1 and check.formula.relation == "=":
        return "restatement"
    if check.origins == ("list",) and len(check.formula.claims) == 1:
        return "list"
    return "computation" if check.formula.relation == "=" else "bound"


def gravest(found: Iterable[Finding]) -> Finding:
    """Return the finding that decides on a claim; of equals, the sharpest computation."""

    def order(one: Finding) -> tuple[int, bool, float]:
        return GRAVITY.index(one.verdict), one.kind == "restatement", one.recomputed.width

    return min(found, key=order)
