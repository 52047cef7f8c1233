"""The table that a scenario's page begins with: what differs from its base, and by how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from analysis.figures.markdown import with_minus_signs
from analysis.reports.notebook.parameter_cell import Declaration
from analysis.reports.page.html import value_text
from analysis.reports.page.words import WORDS
from analysis.reports.site.sheet import Published, Row, linked, table

DECLARED: Final = Path(__file__).with_name("scenario_numbers.yaml")
_POINTS: Final = 100
_FILES: Final = frozenset({"saved_as"})
"""Parameters that say where a run writes, which is no assumption."""


class HeadlineNumber(NamedTuple):
    """A result of a notebook that its scenarios are compared by.

    Parameters
    ----------
    result : str
        Its place among the results, parts joined by periods.
    label : str
        What it is, with its unit.
    divisor : float
        What it is divided by before it is written.
    decimals : int
        Written after the point.
    is_share : bool
        Whether it is written in per cent, its difference in percentage points.
    """

    result: str
    label: str
    divisor: float = 1.0
    decimals: int = 1
    is_share: bool = False

    def rounded(self, results: Mapping[str, Any]) -> Decimal | None:
        """Return the value as it is written, None where a run has none."""
        value: Any = results
        for part in self.result.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if not isinstance(value, int | float):
            return None
        scaled = value * _POINTS if self.is_share else value / self.divisor
        return Decimal(f"{scaled:.{self.decimals}f}")

    def written(self, value: Decimal | None, none: str) -> str:
        """Return a value as text."""
        if value is None:
            return none
        return with_minus_signs(f"{value:,.{self.decimals}f}{'%' if self.is_share else ''}")


@lru_cache(maxsize=1)
def headline_numbers() -> Mapping[str, tuple[HeadlineNumber, ...]]:
    """Return what scenarios are compared by, by notebook."""
    declared = yaml.safe_load(DECLARED.read_text(encoding="utf-8"))
    return {
        notebook: tuple(HeadlineNumber(**number) for number in numbers)
        for notebook, numbers in declared.items()
    }


def comparison(scenario: Published, base: Published, declaration: Declaration) -> str:
    """Return what a scenario assumes otherwise than its base, and what comes of it.

    Parameters
    ----------
    scenario, base : Published
        Reports of one notebook.
    declaration : Declaration
        Its parameters.

    Returns
    -------
    str
        HTML: a sentence with a link to the base, and a table. Differences are those of the numbers
        as they are written.
    """
    words = WORDS[scenario.language]
    heads = [words[name] for name in ("as_base_what", "as_base_base", "as_base_here")]
    heads.append(words["as_base_difference"])
    rows = [
        *_parameter_rows(scenario, base, declaration),
        *_number_rows(scenario, base, words),
    ]
    link = linked(f"{base.name}.html", base.title)
    text = (
        f'<p class="as-base">{words["as_base_held"]}{words["colon"]}'
        f'<span class="item">{link}</span></p>'
    )
    caption = words["as_base_caption"]
    return f"{text}\n{table('against-the-base', caption, heads, rows, numbers=(1, 2, 3))}"


def _parameter_rows(
    scenario: Published, base: Published, declaration: Declaration
) -> Iterator[Row]:
    for declared in declaration.parameters:
        mine, other = scenario.values[declared.name], base.values[declared.name]
        if mine == other or declared.name in _FILES:
            continue
        label = escape(declared.meaning or declared.name)
        # a unit such as "1 or 12" or "0 for none" lists choices, which have no difference
        is_amount = bool(declared.unit) and not declared.unit[:1].isdigit()
        if is_amount and _is_number(mine):
            label += f"<br>{escape(declared.unit)}"  # a text of its own, as other tables have it
        yield Row(
            [
                label,
                _value(other),
                f"<strong>{_value(mine)}</strong>",
                _between(mine, other) if is_amount else "",
            ]
        )


def _value(value: Any) -> str:
    """Return a parameter's value as HTML; words, unlike numbers, may break."""
    text = escape(value_text(value))
    return text if _is_number(value) else f'<span class="words">{text}</span>'


def _between(mine: Any, other: Any) -> str:
    if not (_is_number(mine) and _is_number(other)):
        return ""
    difference = Decimal(value_text(mine).replace(",", "")) - Decimal(
        value_text(other).replace(",", "")
    )
    return with_minus_signs(f"{difference.normalize():+,f}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number_rows(scenario: Published, base: Published, words: Mapping[str, str]) -> Iterator[Row]:
    none = words["none"]
    for number in headline_numbers().get(scenario.notebook, ()):
        here, there = (
            number.rounded(report.results.get("results", {})) for report in (scenario, base)
        )
        if here == there:
            continue
        difference = ""
        if here is not None and there is not None:
            unit = words["points"] if number.is_share else ""
            difference = f"{here - there:+,.{number.decimals}f}{unit}"
        yield Row(
            [
                escape(number.label),
                number.written(there, none),
                f"<strong>{number.written(here, none)}</strong>",
                with_minus_signs(difference),
            ]
        )
