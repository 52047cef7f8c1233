"""What a refresh did, as lines for a terminal and as a page for a review."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from analysis.data.new_rows import RULES, Change, Landing
from analysis.refresh.refreshing import Outcome

SHOWN: Final = 20


def difference_lines(outcomes: Iterable[Outcome], *, shown: int = SHOWN) -> list[str]:
    """Say of each source what was added, changed, held, left out and has vanished.

    Parameters
    ----------
    outcomes : iterable of Outcome
        As `refresh` returns them.
    shown : int
        Most rows listed of each kind; the rest is counted.
    """
    lines = []
    for outcome in outcomes:
        lines.append(f"## {outcome.source}: {_head(outcome)}")
        if outcome.carried_from:
            lines.append(f"Last values of {outcome.carried_from} stand for today, each row marked.")
        if outcome.landing:
            lines += _landing_lines(outcome.landing, shown)
        lines += _listed("Left out", outcome.left_out, shown)
        lines.append("")
    return lines


def _head(outcome: Outcome) -> str:
    landing = outcome.landing
    if landing is None:
        return f"{outcome.state}: {outcome.message}"
    counts = (
        f"{len(landing.added):,} added, {len(landing.changed):,} changed, "
        f"{len(landing.vanished):,} vanished, {len(landing.held):,} held, "
        f"{landing.n_unchanged:,} unchanged in {landing.table}"
    )
    return counts if outcome.state == "read" else f"{outcome.state}: {outcome.message}; {counts}"


def _landing_lines(landing: Landing, shown: int) -> list[str]:
    rules = RULES[landing.table]

    def named(cells: dict[str, str]) -> str:
        parts = dict.fromkeys([*rules.series, rules.date])
        return ", ".join(cells[part] for part in parts if cells[part])

    def change(each: Change) -> str:
        before, after = (cells[rules.figures[0]] for cells in (each.before, each.after))
        return f"{named(each.after)}: {before} → {after} ({each.moved:+.2%})"

    held = [
        f"`{each.name}` {named(each.cells)}: {each.cells[rules.figures[0]]}: {each.reason}"
        + (f": refresh --confirm {each.name}" if each.can_be_confirmed else "")
        for each in landing.held
    ]
    others = [
        f"{change(each)}; kept, from {each.before['source_id']}"
        for each in landing.elsewhere
        if each.moved
    ]
    return [
        *_listed("Changed", [change(each) for each in landing.changed], shown),
        *_listed("Held for confirmation", held, shown),
        *_listed("Another source's row stays", others, shown),
        *_listed("Vanished", landing.vanished, shown),
        *_listed(
            "Added", [f"{named(each)}: {each[rules.figures[0]]}" for each in landing.added], shown
        ),
    ]


def _listed(title: str, rows: Sequence[str], shown: int) -> list[str]:
    if not rows:
        return []
    more = [f"- and {len(rows) - shown:,} more"] if len(rows) > shown else []
    return ["", f"{title} ({len(rows):,}):", "", *(f"- {row}" for row in rows[:shown]), *more]
