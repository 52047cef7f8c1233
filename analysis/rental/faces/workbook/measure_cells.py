"""The metrics of a workbook: the model's own formulas over the last period, and rates of return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import sympy as sp

from analysis.rental.engines.compiled.streaming import Stream
from analysis.rental.faces.workbook.formula_printer import FormulaPrinter
from analysis.rental.faces.workbook.layout import METRICS, Layout
from analysis.rental.model.measures.declared import MEASURES


class Metric(NamedTuple):
    """One named cell of the metrics sheet."""

    name: str
    label: str
    unit: str
    formula: str


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
    formulas = {}
    for name, final in stream.finals.items():
        formula = printer.doprint(final.value)
        if final.exists != sp.true:
            formula = f'IF({printer.doprint(final.exists)},{formula},"n/a")'
        formulas[name] = formula
    return [
        Metric(name, MEASURES[name].label, MEASURES[name].unit, f"={formula}")
        for name, formula in {**formulas, **rates}.items()
    ]
