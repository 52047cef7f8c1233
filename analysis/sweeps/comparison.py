"""The scenarios of a notebook's sweep side by side: a table, a picture, a page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from analysis.errors import Fault
from analysis.figures import PALETTE, use_house_style
from analysis.figures.picture import picture_html
from analysis.figures.table import MARKDOWN, table_html
from analysis.near_names import one_of
from analysis.rental.model.outputs import OUTPUTS
from analysis.reports.build.publish import imprint
from analysis.reports.notebook.percent import question
from analysis.reports.page.html import comparison_page, value_text
from analysis.reports.page.page_checks import check_page
from analysis.spreadsheet_text import csv_text
from analysis.sweeps.folder import SweepFolder
from analysis.sweeps.grid import SweepError
from analysis.sweeps.report_sweep import NotebookSweep
from analysis.sweeps.work import summary_names

TABLE, PAGE = summary_names("notebooks")
_DRAWN: Final = 4


def answers(work: NotebookSweep, folder: Path) -> pd.DataFrame:
    """Return the results of the scenarios that are there.

    Returns
    -------
    DataFrame
        Index ``scenario``; a column for each axis, every result that is a number, yes or no, or a
        text, and ``headline``.
    """
    rows = {}
    for part in range(work.n_parts):
        file = folder / work.file_names(part)[-1]
        if file.is_file():
            content = json.loads(file.read_text(encoding="utf-8"))
            single = {
                name: value
                for name, value in content["results"].items()
                if value is None or isinstance(value, bool | int | float | str)
            }
            rows[work.name(part)] = {
                **{name: _single(content["parameters"][name]) for name in work.grid.grid},
                **{f"result.{name}": value for name, value in single.items()},
                "headline": content["headline"],
            }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("scenario")


def _single(value: Any) -> Any:
    return value_text(value) if isinstance(value, list | dict) else value


def compared(work: NotebookSweep, table: pd.DataFrame) -> list[str]:
    """Return the results that are put side by side: those asked for, or some that differ.

    Raises
    ------
    SweepError
        A result that was asked for is not there.
    """
    results = [name for name in table.columns if name.startswith("result.")]
    wanted = [f"result.{name}" for name in work.grid.compare]
    unknown = [name for name in wanted if name not in results]
    if unknown:
        known = [name.removeprefix("result.") for name in results]
        raise SweepError(
            [
                Fault("grid", None, "compare", name, one_of(name, known))
                for name in (name.removeprefix("result.") for name in unknown)
            ]
        )
    differing = [
        name
        for name in results
        if pd.api.types.is_numeric_dtype(table[name]) and len(table[name].unique()) > 1
    ]
    return wanted or differing[:_DRAWN]


def write_comparison(
    work: NotebookSweep, folder: SweepFolder, failures: Mapping[int, str], command: str
) -> Path:
    """Write the table of all results and the page that puts the scenarios side by side.

    Parameters
    ----------
    work : NotebookSweep
        The sweep.
    folder : SweepFolder
        Where its scenarios lie.
    failures : mapping of int to str
        Why scenarios are missing.
    command : str
        What made the sweep.

    Returns
    -------
    Path
        The page.
    """
    table = answers(work, folder.path)
    results = compared(work, table)
    folder.save_summary(TABLE, csv_text(table))
    asked = question(work.script)
    body = [_failed(work, failures)] if failures else []
    numbers = [name for name in results if pd.api.types.is_numeric_dtype(table[name])]
    if numbers and len(table) > 1:
        body.append(_picture_html(work, table, numbers))
    body.append(_table_html(work, table, results))
    n_missing = work.n_parts - len(table)
    missing = f", {n_missing} of them missing" if n_missing else ""
    shared = ", ".join(f"{name} {value_text(v)}" for name, v in work.grid.parameters.items())
    lead = f"{work.n_parts} scenarios of one notebook{missing}: every combination of " + ", ".join(
        f"{name} ({len(axis)})" for name, axis in work.grid.grid.items()
    )
    page = comparison_page(
        "\n".join(body),
        title=asked,
        lead=f"{lead}. In all of them {shared}." if shared else f"{lead}.",
        language="en",
        imprint=imprint(work.revision),
        command=command,
    )
    check_page("comparison", page)
    folder.save_summary(PAGE, page)
    return folder.path / PAGE


def _table_html(work: NotebookSweep, table: pd.DataFrame, results: Sequence[str]) -> str:
    shown = table[[*work.grid.grid, *results, "headline"]]
    links = [f"[{name.rpartition('-')[2]}]({name}.html)" for name in table.index]
    shown = shown.set_axis(links).rename_axis("scenario")
    labels = {name: _words(name) for name in [*work.grid.grid, *results]}
    return table_html(
        shown,
        name="scenarios",
        caption="Every scenario and its answers; the number leads to its page.",
        source=f"runs of `notebooks/{work.notebook}.py`; all results in `{TABLE}`.",
        formats={
            "scenario": MARKDOWN,
            "headline": MARKDOWN,
            **dict.fromkeys(results, _number),
            **dict.fromkeys(work.grid.grid, value_text),
        },
        labels={"scenario": "Scenario", "headline": "Answer", **labels},
        filters=[name for name, axis in work.grid.grid.items() if len(axis) > 1],
    )


def _number(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:,.4g}"
    return str(value)


def _words(name: str) -> str:
    """Return what readers call an axis or a result."""
    bare = name.removeprefix("result.")
    output = OUTPUTS.get(bare) if bare != name else None
    return f"{output.label}, {output.unit}" if output else bare.replace("_", " ")


def _picture_html(work: NotebookSweep, table: pd.DataFrame, results: Sequence[str]) -> str:
    drawn = list(results)[:_DRAWN]
    with mpl.rc_context():
        use_house_style()
        figure, axis = draw(work, table, drawn)
        return picture_html(
            figure,
            name="comparison",
            caption=f"Answers of the scenarios, by {_words(axis)}."
            if axis
            else "Answers of the scenarios.",
            alt=f"One panel each for {', '.join(map(_words, drawn))} over {len(table)} scenarios.",
            source=f"runs of `notebooks/{work.notebook}.py`.",
        )


def draw(work: NotebookSweep, table: pd.DataFrame, results: Sequence[str]) -> tuple[Figure, str]:
    """Draw results over the longest axis of numbers, a line for each combination of the others.

    Returns
    -------
    figure : Figure
        A panel a result.
    axis : str
        The axis drawn from left to right; empty where none holds numbers, and scenarios are
        dots from top to bottom.
    """
    of_numbers = {
        name: axis
        for name, axis in work.grid.grid.items()
        if len(axis) > 1
        and all(isinstance(v, int | float) and not isinstance(v, bool) for v in axis)
    }
    width = plt.rcParams["figure.figsize"][0]
    if not of_numbers:
        height = 0.9 + 0.25 * len(table)
        figure, panels = plt.subplots(len(results), figsize=(width, height * len(results)))
        for panel, result in zip(_listed(panels), results, strict=True):
            panel.plot(table[result], _titles(work, table), "o")
            panel.invert_yaxis()
            panel.set(xlabel=_words(result))
        return figure, ""
    across = max(of_numbers, key=lambda name: len(of_numbers[name]))
    others = [name for name in work.grid.grid if name != across]
    figure, panels = plt.subplots(len(results), figsize=(width, 2.6 * len(results)), sharex=True)
    lines = list(table.groupby(others, sort=False, dropna=False)) if others else [((), table)]
    is_told_apart = len(lines) <= len(PALETTE)
    for panel, result in zip(_listed(panels), results, strict=True):
        for number, (key, group) in enumerate(lines):
            values = pd.Series(group[result].to_numpy(), group[across].to_numpy()).sort_index()
            color = PALETTE[number] if is_told_apart else PALETTE[0]
            label = ", ".join(
                f"{_words(name)} {value_text(value)}"
                for name, value in zip(others, key, strict=True)
            )
            panel.plot(
                values.index,
                values,
                marker="o",
                color=color,
                label=label,
                alpha=1 if is_told_apart else 0.4,
            )
        panel.set_title(_words(result))
        panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
    _listed(panels)[-1].set_xlabel(work.meaning(across))
    if others and is_told_apart:
        _listed(panels)[0].legend()
    return figure, across


def _listed(panels: Any) -> list[Any]:
    return list(panels) if hasattr(panels, "__len__") else [panels]


def _titles(work: NotebookSweep, table: pd.DataFrame) -> list[str]:
    names = list(work.grid.grid)
    return [
        ", ".join(f"{_words(name)} {value_text(row[name])}" for name in names)
        for _, row in table.iterrows()
    ]


def _failed(work: NotebookSweep, failures: Mapping[int, str]) -> str:
    rows = pd.DataFrame(
        {
            "scenario": [work.title(part) for part in failures],
            "reason": [text.splitlines()[-1] for text in failures.values()],
        }
    ).set_index("scenario")
    return table_html(
        rows,
        name="failed",
        caption="Scenarios that failed; the same command tries them again.",
        source=f"runs of `notebooks/{work.notebook}.py`.",
        labels={"scenario": "Scenario", "reason": "Reason"},
    )
