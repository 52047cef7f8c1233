"""Where a page has a calculator: a place that its scripts fill, with the data that they need."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

import pandas as pd

from analysis import data
from analysis.figures.markup import attribute, display_html
from analysis.rental.faces.calculator.choices import LEFT_OUT
from analysis.rental.faces.case_tables import server_month_quotes
from analysis.rental.inputs.assumptions import Assumptions

MARK: Final = " data-calculator="
"""What in a page's HTML asks for the calculator's scripts."""

QUOTED_GPU: Final = "H100"
_QUOTES_SHOWN: Final = 8


class Preset(NamedTuple):
    """A published scenario that a reader can start from."""

    title: str
    case: Assumptions


def changes_of(case: Assumptions) -> dict[str, Any]:
    """Return the assumptions of a case that are not at their defaults and can be moved.

    Examples
    --------
    >>> changes_of(Assumptions(utilization=0.5))
    {'utilization': 0.5}
    """
    default = Assumptions().model_dump(mode="json")
    return {
        name: value
        for name, value in case.model_dump(mode="json").items()
        if value != default[name] and name not in LEFT_OUT
    }


def newest_quotes(quotes: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the newest quotes of a server-month, newest first.

    Parameters
    ----------
    quotes : DataFrame
        ``analysis.data.load("rent_quotes_cny")``.
    """
    own = server_month_quotes(quotes, QUOTED_GPU)
    own = own[own["flag"].fillna("") != "contradicted"].iloc[::-1].head(_QUOTES_SHOWN)
    records = own.drop(columns="flag").reset_index().to_dict("records")
    return [{str(name): value for name, value in record.items()} for record in records]


def newest_rate() -> dict[str, Any]:
    """Return the exchange rate of the newest quarter, and whose it is."""
    rates = data.load("fx")
    row = rates[rates["period_type"] == "quarter"].sort_values("period_end_date").iloc[-1]
    return {
        "cny_per_usd": round(float(row["cny_per_usd"]), 4),
        "period": str(row["period"]),
        "source_id": str(row["source_id"]),
    }


def calculator_html(
    start: Assumptions, presets: Sequence[Preset], *, size: Literal["full", "small"]
) -> str:
    """Return the place of a calculator.

    Parameters
    ----------
    start : Assumptions
        The case it opens with.
    presets : sequence of Preset
        Cases that a reader can go back to.
    size : {"full", "small"}
        Everything, or what a reader moves first and four measures.
    """
    given: Mapping[str, Any] = {
        "start": changes_of(start),
        "presets": [
            {"title": preset.title, "assumptions": changes_of(preset.case)} for preset in presets
        ],
        "quotes": newest_quotes(data.load("rent_quotes_cny")) if size == "full" else [],
        "quoted_gpu": QUOTED_GPU,
        "fx": newest_rate(),
    }
    text = attribute(json.dumps(given, ensure_ascii=False))
    return (
        f'<section class="calculator" data-size="{size}"{MARK}"{text}" aria-label="Calculator">\n'
        "<p>On the published page, a calculator stands here. It needs JavaScript, which does not "
        "run here; <code>python -m analysis evaluate</code> gives the same answers.</p>\n"
        "</section>"
    )


def _is_build() -> bool:
    """Return whether a page is being made, with time pinned, and nobody to move a widget."""
    return "SOURCE_DATE_EPOCH" in os.environ


def show_calculator(case: Assumptions) -> None:
    """Show a small calculator that opens with a case: on a page its scripts, in JupyterLab widgets.

    Parameters
    ----------
    case : Assumptions
        What the page is about.
    """
    if not _is_build():
        from IPython.display import display

        from analysis.rental.faces.calculator.widgets import CaseWidgets

        display(CaseWidgets(case).box)
        return
    start = [Preset("The case of this page", case)]
    display_html(
        calculator_html(case, start, size="small"),
        plain="[calculator] python -m analysis evaluate CASE.yaml",
    )
