"""One run: every source of a group fetched, parsed, compared and landed, each on its own."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal, TypeAlias

from analysis.data.landing import land, propose
from analysis.data.new_rows import CARRIED, Landing, Row
from analysis.errors import AnalysisError, DataError
from analysis.refresh.client import Client, OfflineError, SourceError
from analysis.refresh.connectors.connector import Connector, Parsed
from analysis.refresh.snapshots import SNAPSHOTS, fetch, newest_complete
from analysis.refresh.terms import Terms, TermsError, allowed_terms

State: TypeAlias = Literal["read", "refused", "offline", "broken"]
Told: TypeAlias = Callable[[str, int, int], None]

CARRIED_DAYS: Final = 3
"""Longest that last values stand in for a source that does not answer."""
EXTRA: Final = "refresh"


class ExtraError(AnalysisError):
    """Packages that only refresh needs are not installed."""


@dataclass(frozen=True)
class Outcome:
    """What became of one source.

    Parameters
    ----------
    source : str
        Its name.
    state : {"read", "refused", "offline", "broken"}
        Read, refused by its terms, not reachable, or not as expected.
    message : str
        Why it was not read; empty if it was.
    landing : Landing or None
        What its rows do to their table.
    left_out : tuple of str
        What of its answer was not taken, and why.
    carried_from : date or None
        Day of the last values that stand in for it.
    """

    source: str
    state: State
    message: str = ""
    landing: Landing | None = None
    left_out: tuple[str, ...] = ()
    carried_from: date | None = None


def refresh(
    connectors: Iterable[Connector],
    *,
    client: Client,
    since: date,
    day: date,
    is_dry: bool = False,
    confirmed: Collection[str] = (),
    terms: Callable[[str], Terms] = allowed_terms,
    raw: Path | None = None,
    snapshots: Path | None = None,
    told: Told = lambda source, done, known: None,
) -> list[Outcome]:
    """Refresh tables from their sources; a source that fails leaves the others unharmed.

    Parameters
    ----------
    connectors : iterable of Connector
        Sources, in the order in which their rows are landed.
    client : Client
        Fetches.
    since, day : date
        First day wanted, and today.
    is_dry : bool
        Fetch and compare, but write no table.
    confirmed : collection of str
        Names of held rows that a person has confirmed.
    terms : callable
        Terms of a source, or refuses it.
    raw, snapshots : Path, optional
        Folders; the project's own where not given.
    told : callable
        Is told source, answers there, and answers known to be.

    Returns
    -------
    list of Outcome
        One a source.

    Raises
    ------
    DataError
        The raw tables are damaged: nothing is landed on them.
    """
    outcomes = []
    for connector in connectors:
        try:
            outcome = _refresh_one(
                connector,
                client,
                since,
                day,
                terms(connector.source),
                confirmed,
                raw,
                snapshots,
                told,
            )
        except TermsError as error:
            outcome = Outcome(connector.source, "refused", _last_line(error))
        except DataError:
            raise
        except OfflineError as error:
            outcome = _carried(connector, "offline", str(error), day, confirmed, raw, snapshots)
        except SourceError as error:
            outcome = _carried(connector, "broken", str(error), day, confirmed, raw, snapshots)
        except (ValueError, LookupError, OSError, ArithmeticError) as error:
            message = f"{connector.source}: {type(error).__name__}: {error}"
            outcome = _carried(connector, "broken", message, day, confirmed, raw, snapshots)
        if outcome.landing and not is_dry:
            land([outcome.landing], day=day, folder=raw)
        outcomes.append(outcome)
    return outcomes


def check_sources(
    connectors: Iterable[Connector],
    *,
    client: Client,
    since: date,
    day: date,
    terms: Callable[[str], Terms] = allowed_terms,
    told: Told = lambda source, done, known: None,
) -> list[tuple[str, State, str]]:
    """Ask every source once and say which still answer in the shape that is expected.

    Returns
    -------
    list of (str, State, str)
        Source, state, and rows understood or what was found instead. Nothing is kept.
    """
    found: list[tuple[str, State, str]] = []
    for connector in connectors:
        with tempfile.TemporaryDirectory() as folder:
            try:
                parsed = _fetched(
                    connector, client, since, day, terms(connector.source), Path(folder), told
                )
                message = f"{len(parsed.rows):,} rows, {len(parsed.left_out):,} left out"
                found.append((connector.source, "read", message))
            except TermsError as error:
                found.append((connector.source, "refused", _last_line(error)))
            except OfflineError as error:
                found.append((connector.source, "offline", str(error)))
            except (SourceError, ValueError, LookupError) as error:
                found.append((connector.source, "broken", str(error)))
    return found


def require_extra() -> None:
    """Refuse to go on where the packages of the extra are not installed.

    Raises
    ------
    ExtraError
        With how to install them.
    """
    missing = [name for name in ("httpx", "tenacity") if find_spec(name) is None]
    if missing:
        raise ExtraError(
            f"refresh needs {', '.join(missing)}: pip install 'compute-rental-economics[{EXTRA}]'"
        )


def _refresh_one(
    connector: Connector,
    client: Client,
    since: date,
    day: date,
    terms: Terms,
    confirmed: Collection[str],
    raw: Path | None,
    snapshots: Path | None,
    told: Told,
) -> Outcome:
    parsed = _fetched(connector, client, since, day, terms, snapshots, told)
    landing = propose(
        parsed.table, parsed.rows, parsed.sources, day=day, confirmed=confirmed, folder=raw
    )
    return Outcome(connector.source, "read", "", landing, parsed.left_out)


def _fetched(
    connector: Connector,
    client: Client,
    since: date,
    day: date,
    terms: Terms,
    snapshots: Path | None,
    told: Told,
) -> Parsed:
    snapshot = fetch(
        client,
        connector.source,
        terms,
        connector.addresses(connector.base, since, day),
        kinds=connector.kinds,
        next_address=connector.next_address,
        day=day,
        folder=snapshots,
        told=lambda done, known: told(connector.source, done, known),
    )
    return connector.parse(tuple(snapshot.contents()), day)


def _carried(
    connector: Connector,
    state: State,
    message: str,
    day: date,
    confirmed: Collection[str],
    raw: Path | None,
    snapshots: Path | None,
) -> Outcome:
    """Let the last prices of a source stand for today, marked, for three days at most.

    Statements and exchange rates are of periods, so that nothing of theirs is carried.
    """
    missing = Outcome(connector.source, state, message)
    before = newest_complete(connector.source, day, SNAPSHOTS if snapshots is None else snapshots)
    is_price = connector.group == "rents"
    if before is None or not is_price or day - before.day > timedelta(days=CARRIED_DAYS):
        return missing
    try:
        parsed = connector.parse(tuple(before.contents()), before.day)
    except (SourceError, ValueError, LookupError, OSError):
        return missing
    rows = [
        Row(
            {
                **row.cells,
                "quote_date": day.isoformat(),
                "kind": "estimated",
                "flag": "low quality",
                "note": f"{CARRIED} {row.cells['quote_date']}: the source did not answer",
            }
        )
        for row in parsed.rows
    ]
    landing = propose(parsed.table, rows, parsed.sources, day=day, confirmed=confirmed, folder=raw)
    landing.vanished.clear()
    return replace(missing, landing=landing, carried_from=before.day)


def _last_line(error: TermsError) -> str:
    return str(error.faults[0])
