"""The metrics of a workbook: the model's own formulas over the last period, and rates of return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import sympy as sp

from analysis.rental.engines.compiled.names import sum_name
from analysis.rental.engines.compiled.streaming import Stream
from analysis.rental.faces.workbook.formula_printer import FormulaPrinter
from analysis.rental.faces.workbook.layout import METRICS, Layout
from analysis.rental.faces.workbook.rates import rate_name
from analysis.rental.model.measures.declared_measures import MEASURES, singles
from analysis.rental.model.measures.measure_kinds import (
    NO_RATE,
    NOTHING_RECEIVED,
    PAID_RATE,
    UNPAID_INTEREST_AT,
    Rate,
    several_rates,
    unpaid_interest,
)


class Metric(NamedTuple):
    """One named cell of the metrics sheet, and what is said beside it."""

    name: str
    label: str
    unit: str
    formula: str
    missing: str
    notes: list[tuple[str, str]]
    always: list[tuple[str, str]]

    def remark(self, row: int) -> str:
        """Return the formula of the remark on the value in a row."""
        value = f"D{row + 1}"
        notes = [(holds.format(value=value), words) for holds, words in self.notes]
        if not self.always:
            return f"=IF(ISNUMBER({value}),{_joined(notes)},{self.missing})"
        missing = [(f"NOT(ISNUMBER({value}))", self.missing)] if self.missing != _NOTHING else []
        is_number = [(f"AND(ISNUMBER({value}),{holds})", words) for holds, words in notes]
        return f"={_joined([*missing, *is_number, *self.always])}"


def metrics_of(stream: Stream, layout: Layout, rates: Mapping[str, str]) -> list[Metric]:
    """Return the metrics as formulas over the last period and whole rows.

    Parameters
    ----------
    stream : Stream
        Single measures of the model.
    layout : Layout
        Where lines stand.
    rates : mapping of str to str
        Formulas of rates of return, by measure.

    Returns
    -------
    list of Metric
        Measures, then rates of return.
    """
    printer = FormulaPrinter(layout.reference(layout.n_periods, METRICS))
    metrics = []
    for name in singles():
        measure = MEASURES[name]
        final = stream.finals[sum_name(name) if isinstance(measure, Rate) else name]
        formula = rates[name] if isinstance(measure, Rate) else printer.doprint(final.value)
        if final.exists != sp.true:
            formula = f'IF({printer.doprint(final.exists)},{formula},"n/a")'
        said = [(printer.doprint(reason.holds), reason.words) for reason in final.missing]
        notes = [(printer.doprint(note.holds), _text(note.words)) for note in final.notes]
        otherwise = _NOTHING
        if isinstance(measure, Rate):
            said.append((f"MAX({layout.span(measure.flow)})<=0", NOTHING_RECEIVED))
            otherwise = _text(NO_RATE)
            is_paid = f"{{value}}*{printer.doprint(final.value)}<0"
            found = rate_name(name)
            several = f"AND({found}>1,NOT({is_paid}))"
            notes = [
                (is_paid, _text(PAID_RATE)),
                (several, _quoted(several_rates(_AMOUNT), found)),
                *notes,
            ]
        missing = otherwise
        for condition, words in reversed(said):
            missing = f"IF({condition},{_text(words)},{missing})"
        always = [_unpaid_interest(layout)] if name == UNPAID_INTEREST_AT else []
        metrics.append(
            Metric(name, measure.label, measure.unit, f"={formula}", missing, notes, always)
        )
    return metrics


_NOTHING = '""'
_AMOUNT = "{}"
_SEPARATOR = "; "


def _joined(said: list[tuple[str, str]]) -> str:
    """Return the formula of all texts whose conditions hold, one behind the other."""
    if not said:
        return _NOTHING
    parts = "&".join(f'IF({holds},"{_SEPARATOR}"&{words},"")' for holds, words in said)
    return f'REPLACE({parts},1,LEN("{_SEPARATOR}"),"")'


def _unpaid_interest(layout: Layout) -> tuple[str, str]:
    """Return when interest is added to the debt, and the words that say it."""
    principal = layout.span("principal_cny", 1)
    added = f"(SUMPRODUCT(ABS({principal}))-SUM({principal}))/2"  # of what is below zero
    amounts = (added, f"MAX({layout.span('debt_cny', 0)})")
    texts = (f'TEXT({amount},"#,##0")' for amount in amounts)
    return f"{added}>rounding*price_paid_cny", _quoted(unpaid_interest(_AMOUNT, _AMOUNT), *texts)


def _quoted(words: str, *formulas: str) -> str:
    """Return words as a text of a formula, with formulas where amounts stand."""
    first, *rest = (f'"{part}"' for part in words.split(_AMOUNT))
    return "&".join(
        [first, *(f"{formula}&{part}" for formula, part in zip(formulas, rest, strict=True))]
    )


def _text(words: str) -> str:
    """Return words as a text of a formula, the useful life put in where it is asked for."""
    before, life, after = words.partition("{life}")
    return f'"{before}"&ROUND(useful_life_years,2)&" years{after}"' if life else f'"{words}"'
