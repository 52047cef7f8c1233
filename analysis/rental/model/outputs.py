"""Formatting of a measure: as text, in a table, in a sentence."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from analysis.rental.model.measures.declared_measures import MEASURES
from analysis.rental.model.measures.measure_kinds import Measure

if TYPE_CHECKING:
    import pandas as pd


class _Shown(Mapping[str, Measure]):
    """The measures that stand in the table of a case, as `MEASURES` has them at the moment."""

    def __getitem__(self, name: str) -> Measure:
        measure = MEASURES[name]
        if not measure.is_shown:
            raise KeyError(name)
        return measure

    def __iter__(self) -> Iterator[str]:
        return (name for name, measure in MEASURES.items() if measure.is_shown)

    def __len__(self) -> int:
        return sum(measure.is_shown for measure in MEASURES.values())


OUTPUTS: Mapping[str, Measure] = _Shown()


def render(value: Any, output: Measure) -> str:
    """Return a value as text; ``n/a`` where it does not exist.

    Examples
    --------
    >>> render(0.1234, OUTPUTS["equity_irr"])
    '12.34%'
    """
    if value is None:
        return "n/a"
    if isinstance(value, list):
        return ", ".join(render(item, output) for item in value)
    return output.format.format(value)


def shown(record: Mapping[str, Any], name: str) -> str:
    """Return an output of a record as text."""
    return render(record[name], OUTPUTS[name])


def said(record: Mapping[str, Any], remarks: Mapping[str, str], name: str) -> str:
    """Return an output of a record with what is to be known of it, or why it does not exist.

    Examples
    --------
    >>> said({"equity_irr": 2.66}, {"equity_irr": "a rate that means little"}, "equity_irr")
    '266.00% (a rate that means little)'
    >>> said({"equity_irr": None}, {"equity_irr": "n/a: nothing is put in"}, "equity_irr")
    'n/a: nothing is put in'
    """
    remark = remarks.get(name, "")
    if record[name] is None:
        return remark or "n/a"
    return f"{shown(record, name)} ({remark})" if remark else shown(record, name)


def percent(value: float, decimals: int = 1) -> str:
    """Return a share as percent, or words where it does not exist.

    Examples
    --------
    >>> percent(0.2758), percent(float("nan"))
    ('27.6%', 'no rate tried')
    """
    return "no rate tried" if math.isnan(value) else f"{value:.{decimals}%}"


def number(value: float) -> float | None:
    """Return a number that JSON can hold: None where it does not exist."""
    return None if math.isnan(value) else float(value)


def amount(value: float) -> str:
    """Return a number at the precision a reader needs, without exponents.

    Examples
    --------
    >>> amount(3251478.474), amount(0.615104), amount(5.0)
    ('3,251,478', '0.6151', '5')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def bearable(decline: float) -> str:
    """Say which constant decline of rent is still borne.

    Examples
    --------
    >>> bearable(0.2758), bearable(-0.05)
    ('rent may fall by 27.6% a year', 'rent would have to rise by 5.0% a year')
    """
    if math.isnan(decline):
        return "no constant decline tried makes the difference"
    verb = "may fall" if decline >= 0 else "would have to rise"
    return f"rent {verb} by {abs(decline):.1%} a year"


def table(record: Mapping[str, Any], remarks: Mapping[str, str]) -> pd.DataFrame:
    """Return all outputs of a record, in words where one does not exist.

    Returns
    -------
    DataFrame
        Index ``measure``, column ``value`` (text).
    """
    import pandas as pd

    rows = {output.label: said(record, remarks, name) for name, output in OUTPUTS.items()}
    return pd.DataFrame({"value": rows}).rename_axis("measure")
