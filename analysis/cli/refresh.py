"""The command line of refresh: the only command that uses the network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from analysis.cli.command import checked
from analysis.errors import Fault, ParameterError

if TYPE_CHECKING:
    from analysis.refresh.refreshing import Outcome, Told


def refresh(
    group: Annotated[str, typer.Argument(help="rents, filings, fx, china or all.")],
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day wanted.", show_default="two years ago"),
    ] = None,
    is_dry: Annotated[
        bool, typer.Option("--dry-run", help="Show the difference, write no table.")
    ] = False,
    is_check: Annotated[
        bool, typer.Option("--check", help="Ask which sources still answer as expected.")
    ] = False,
    confirm: Annotated[
        list[str] | None, typer.Option(help="Held row that is right, by its name.")
    ] = None,
    contact: Annotated[
        str,
        typer.Option(
            help="Whom a source may write to; the SEC asks for it.", envvar="COMPUTE_RENTAL_CONTACT"
        ),
    ] = "",
    report: Annotated[
        Path | None, typer.Option(help="File for the whole difference, in Markdown.")
    ] = None,
) -> None:
    """Fetch newer figures from the sources that allow it, and land them as a diff.

    What arrives is kept whole in data/snapshots, checked as if entered by hand, and compared row by
    row: added, changed, vanished; what moved too far is held until --confirm. Review the change of
    data/raw with git before you commit it.

    Examples
    --------
        python -m analysis refresh fx --dry-run

        python -m analysis refresh all --contact me@example.org --report difference.md

        python -m analysis refresh all --check
    """
    from analysis.data.asked_day import refuse_past
    from analysis.files import write_whole
    from analysis.refresh.client import Client
    from analysis.refresh.connectors.every import GROUPS, connectors_of
    from analysis.refresh.refresh_report import SHOWN, difference_lines
    from analysis.refresh.refreshing import check_sources, require_extra
    from analysis.refresh.refreshing import refresh as run

    require_extra()
    refuse_past("refresh")
    checked(group, _one_of((*GROUPS, "all")), "group")
    today = date.today()
    first = _first_day(since, today)
    connectors = connectors_of(group)
    with Client(contact=contact) as client, _progress() as told:
        if is_check:
            found = check_sources(connectors, client=client, since=first, day=today, told=told)
        else:
            outcomes = run(
                connectors,
                client=client,
                since=first,
                day=today,
                is_dry=is_dry,
                confirmed=confirm or (),
                told=told,
            )
    if is_check:
        _tell_checked(found)
    if _is_offline(outcomes):
        typer.echo("refresh: no source can be reached: offline? No table was changed.", err=True)
        raise typer.Exit(1)
    typer.echo("\n".join(difference_lines(outcomes)))
    if report:
        write_whole(report, "\n".join(difference_lines(outcomes, shown=100 * SHOWN)) + "\n")
    typer.echo("Nothing was written: --dry-run." if is_dry else _written(outcomes))
    raise typer.Exit(int(any(each.state in ("broken", "offline") for each in outcomes)))


def _one_of(names: tuple[str, ...]) -> object:
    from typing import Literal

    return Literal[names]


def _first_day(since: datetime | None, today: date) -> date:
    """Return the first day wanted: two years ago where none is named."""
    import pandas as pd

    if since is None:
        return (pd.Timestamp(today) - pd.DateOffset(years=2)).date()
    if since.date() > today:
        found, expected = str(since.date()), f"a day until today, {today}"
        raise ParameterError([Fault("command line", None, "--since", found, expected)])
    return since.date()


@contextmanager
def _progress() -> Iterator[Told]:
    """Show on the error stream how many of each source's answers have come."""
    from rich.console import Console
    from rich.progress import Progress, TaskID

    with Progress(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def told(source: str, done: int, known: int) -> None:
            if source not in tasks:
                tasks[source] = bars.add_task(source)
            bars.update(tasks[source], completed=done, total=known)

        yield told


def _tell_checked(found: Iterable[tuple[str, str, str]]) -> NoReturn:
    """Tell which sources answer as expected, and end with 1 where one does not."""
    is_bad = False
    for source, state, message in found:
        words = {"read": "answers as expected"}.get(state, state)
        typer.echo(f"{source}: {words}: {message}")
        is_bad |= state in ("broken", "offline")
    raise typer.Exit(int(is_bad))


def _is_offline(outcomes: list[Outcome]) -> bool:
    """Whether no source that may be asked could be reached."""
    asked = [each for each in outcomes if each.state != "refused"]
    return bool(asked) and all(each.state == "offline" and not each.landing for each in asked)


def _written(outcomes: list[Outcome]) -> str:
    tables = {
        each.landing.table
        for each in outcomes
        if each.landing and (each.landing.added or each.landing.changed)
    }
    if not tables:
        return "No table changed."
    return f"Written: {', '.join(sorted(tables))}. See them with: git diff data/raw"
