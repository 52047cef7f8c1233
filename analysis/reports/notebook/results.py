"""Headline numbers of a run, as a small file whose difference shows in review."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from analysis.figures.dates import dates_in_words
from analysis.files import write_whole
from analysis.paths import RESULTS

RESULTS_VARIABLE: Final = "COMPUTE_RENTAL_RESULTS"
"""Environment variable in which a build names the file to write."""

SIGNIFICANT_DIGITS: Final = 6

_KEY = re.compile(r"[a-z][a-z0-9_]*\Z")


def save_results(
    values: Mapping[str, Any], *, headline: str, significant_digits: int = SIGNIFICANT_DIGITS
) -> None:
    """Save the numbers that answer the notebook's question.

    Within a build they are written to the file that the build named and shown nowhere; outside of
    one nothing is written, and a line says so.

    Parameters
    ----------
    values : mapping
        Snake-case name with its unit, such as ``equity_irr`` or ``npv_cny``, to a number, a text,
        a boolean, None, or lists and mappings of these.
    headline : str
        The answer in one or two computed sentences of markdown, shown on the index page, its dates
        in words.
    significant_digits : int
        Digits kept of every number that is not whole; the file states them.

    Raises
    ------
    ValueError
        A name that is not snake case, a number that is not finite, a type that JSON has not.
    """
    text = results_text(values, headline=headline, significant_digits=significant_digits)
    target = os.environ.get(RESULTS_VARIABLE)
    if target:
        write_whole(Path(target), text)
    else:
        from IPython.display import display

        note = f"{len(values)} results not saved: a build does that."
        display({"text/plain": note}, raw=True)


def load_results(name: str) -> dict[str, Any]:
    """Load the results of another report, as its last build saved them.

    The manifest must list the report under ``reads_results``, so that it is built first.

    Parameters
    ----------
    name : str
        Name of the report.

    Returns
    -------
    dict
        What it saved; numbers have the digits that its file states.

    Raises
    ------
    FileNotFoundError
        The report was never built.
    """
    content = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    results: dict[str, Any] = content["results"]
    return results


def results_text(
    values: Mapping[str, Any], *, headline: str, significant_digits: int = SIGNIFICANT_DIGITS
) -> str:
    """Return what ``save_results`` writes.

    Examples
    --------
    >>> print(results_text({"npv_cny": 1234567.89, "pays": True}, headline="It pays."), end="")
    {
      "headline": "It pays.",
      "results": {
        "npv_cny": 1234570.0,
        "pays": true
      },
      "significant_digits": 6
    }
    """
    if not headline.strip():
        raise ValueError("results need a headline that is not empty")
    content = {
        "headline": dates_in_words(" ".join(headline.split())),
        "results": _plain(values, "results", significant_digits),
        "significant_digits": significant_digits,
    }
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _plain(value: Any, name: str, significant_digits: int) -> Any:
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str) or not _KEY.match(key):
                raise ValueError(f"{name}: found the name {key!r}, expected snake case")
        return {
            key: _plain(item, f"{name}.{key}", significant_digits) for key, item in value.items()
        }
    if hasattr(value, "tolist"):
        value = value.tolist()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{name}: found {value}, expected a finite number, None or a text")
        return float(f"{value:.{significant_digits}g}") + 0.0
    if isinstance(value, Sequence):
        return [_plain(item, f"{name}[{at}]", significant_digits) for at, item in enumerate(value)]
    raise ValueError(
        f"{name}: found {type(value).__name__}, expected a number, text, list or mapping"
    )
