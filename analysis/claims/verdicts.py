"""Verdicts of the audit, from printed and recomputed intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

from analysis.claims.check_language import Function
from analysis.claims.declared_checks import Check
from analysis.claims.evidence import OWN_ORIGINS
from analysis.printed.interval import Interval
from analysis.printed.precision import Printed

Verdict: TypeAlias = Literal[
    "contradicts itself",
    "in tension with another source",
    "in tension of scope",
    "settled by outcome: wrong",
    "settled by outcome: right",
    "reproduces",
    "reproduces with an assumption",
    "cannot be checked",
]

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

FAILING = ("contradicts itself", "in tension with another source", "in tension of scope")
SETTLED = ("settled by outcome: right", "settled by outcome: wrong")
HOLDING = ("reproduces", "reproduces with an assumption")

Support: TypeAlias = Literal["recomputed", "bounded", "repeated", "counted"]
"""How a figure is held against others: an equation gives it closely; an inequality, or an equation
that leaves it open or within wide bounds; its source prints it twice; its source lists what it
counts."""

CUT = "the digits were cut off, not rounded"

WIDEST_SHARE = 1.0
"""A figure that was only an input of a check is checked by it if the others leave it an interval no
wider than this share of itself."""

RECOMPUTED_SHARE = 0.5
"""A figure is recomputed, not only bounded, by an interval no wider than this share of itself."""

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
        One of `VERDICTS`.
    assumption : str
        What was assumed, empty where nothing.
    gap : float
        Printed less recomputed, between the nearest ends; zero where they overlap.
    support : str
        How the claim is held against other figures.
    """

    claim_id: str
    check: Check
    printed: Interval
    recomputed: Interval
    verdict: Verdict
    assumption: str
    gap: float
    support: Support

    @property
    def is_reading(self) -> bool:
        """Whether the check was declared of this claim, rather than solved for it."""
        return self.check.formula.left == self.claim_id

    @property
    def reproduces(self) -> bool:
        """Whether a reading of the claim gives it: by recomputation, or one declared as such."""
        if not self.is_reading or self.verdict not in HOLDING:
            return False
        return self.support == "recomputed" or bool(self.check.reading)

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
    # a forecast is no sum whose digits the author could have cut off
    if not agrees and not check.outcome and printed.cut.overlaps(recomputed):
        agrees, assumption = True, "; ".join(filter(None, [assumption, CUT]))
    return Finding(
        claim_id=claim,
        check=check,
        printed=printed.rounded,
        recomputed=recomputed,
        verdict=_verdict(check, agrees, bool(assumption)),
        assumption=assumption,
        gap=0.0 if agrees else printed.rounded.gap(recomputed),
        support=_support(check, printed.rounded, recomputed),
    )


def _verdict(check: Check, agrees: bool, assumes: bool) -> Verdict:
    if check.outcome:
        return "settled by outcome: right" if agrees else "settled by outcome: wrong"
    if agrees:
        return "reproduces with an assumption" if assumes else "reproduces"
    if check.scope:
        return "in tension of scope"
    documents = {document(name) for name in check.formula.claims}
    if len(documents) > 1 or not set(check.origins) <= OWN_ORIGINS:
        return "in tension with another source"
    # what a machine made of the author's words is not the author's contradiction
    return "cannot be checked" if check.translated else "contradicts itself"


def _support(check: Check, printed: Interval, recomputed: Interval) -> Support:
    sources = {name.rpartition("-p")[0] for name in check.formula.claims}
    if check.formula.relation != "=":
        return "bounded"
    if check.formula.is_bare and len(sources) == 1:
        return "repeated"
    if check.origins == ("list",) and len(check.formula.claims) == 1:
        return "counted"
    is_close = recomputed.width <= RECOMPUTED_SHARE * abs(printed.middle)
    return "recomputed" if is_close else "bounded"


@dataclass(frozen=True)
class Decision:
    """What the checks of one claim come to.

    Parameters
    ----------
    finding : Finding
        The one that decides.
    remarks : tuple of Finding
        Readings of the claim that fail where another one holds.
    label : str
        The printed label under which the figure fails; empty where it does not.
    """

    finding: Finding
    remarks: tuple[Finding, ...]
    label: str


def decide(found: Iterable[Finding]) -> Decision:
    """Weigh the findings of one claim.

    What happened outranks what was said beforehand. Then come slips of scope, since the figures
    may each hold. A reading that reproduces the claim outranks those that fail, which are remarks;
    among the rest failures outrank agreement. Of equals, the closest support decides.

    Parameters
    ----------
    found : iterable of Finding
        All of one claim; at least one.
    """
    every = list(found)
    first = min(every, key=_rank)
    if first.verdict not in HOLDING:
        return Decision(first, (), "")
    closest = min((one for one in every if one.verdict in HOLDING), key=_closeness)
    failing = tuple(one for one in every if one.verdict in FAILING)
    labels = (one.check.label for one in failing if one.check.label)
    return Decision(closest, failing, next(labels, ""))


def _rank(one: Finding) -> tuple[int, int, int, int, float]:
    """Order findings by what outranks what, of equals the closest first."""
    if one.verdict in SETTLED:
        rank, order = 0, -SETTLED.index(one.verdict)  # one forecast that failed settles it
    elif one.verdict == "in tension of scope":
        rank, order = 1, 0
    elif one.reproduces:
        rank, order = 2, 0
    elif one.verdict in FAILING:
        rank, order = 3, FAILING.index(one.verdict)
    else:
        rank, order = 4, 0
    return rank, order, *_closeness(one)


def _closeness(one: Finding) -> tuple[int, int, float]:
    return get_args(Support).index(one.support), bool(one.assumption), one.recomputed.width
