"""The metrics of a workbook: the model's own formulas over the last period, and rates of return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import sympy as sp

from analysis.rental.engines.compiled.names import sum_name
from analysis.rental.engines.compiled.streaming import Stream
from analysis.rental.faces.workbook.formula_printer import FormulaPrinter
from analysis.rental.faces.workbook.layout import METRICS, Layout
from analysis.rental.model.measures.declared import MEASURES, singles
from analysis.rental.model.measures.kinds import NO_RATE, NOTHING_RECEIVED, PAID_RATE, Rate


class Metric(NamedTuple):
    """One named cell of the metrics sheet, and what is said beside it."""

    name: str
    label: str
    unit: str
    formula: str
    missing: str
    notes: str

    def remark(self, row: int) -> str:
        """Return the formula of the remark on the value in a row."""
        value = f"D{row + 1}"
        return f"=IF(ISNUMBER({value}),{self.notes.format(value=value)},{self.missing})"


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
        notes = [
            f'IF({printer.doprint(note.holds)},{_text(note.words)},"")' for note in final.notes
        ]
        otherwise = '""'
        if isinstance(measure, Rate):
            said.append((f"MAX({layout.span(measure.flow)})<=0", NOTHING_RECEIVED))
            otherwise = _text(NO_RATE)
            is_paid = f"{{value}}*{printer.doprint(final.value)}<0"
            notes.insert(0, f'IF({is_paid},{_text(PAID_RATE)},"")')
        missing = otherwise
        for condition, words in reversed(said):
            missing = f"IF({condition},{_text(words)},{missing})"
        joined = "TRIM(" + '&" "&'.join(notes) + ")" if notes else '""'
        metrics.append(Metric(name, measure.label, measure.unit, f"={formula}", missing, joined))
    return metrics


def _text(words: str) -> str:
    """Return words as a text of a formula, the useful life put in where it is asked for."""
    before, life, after = words.partition("{life}")
    return f'"{before}"&useful_life_years&" years{after}"' if life else f'"{words}"'
