"""The catalog of formulas, gathered from where each is declared."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import sympy as sp
from sympy.printing.str import StrPrinter

from analysis.capex.indicators import indicators
from analysis.exuberance import formulas as exuberance
from analysis.formula import Formula
from analysis.formulas import stated
from analysis.paths import ROOT
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.quantities import unit_of
from analysis.rental.inputs.variants import CHOICES
from analysis.rental.model.declaration import declare
from analysis.rental.model.lines import Declaration, Line
from analysis.rental.model.measures.declared_measures import MEASURES
from analysis.rental.model.measures.measure_kinds import ByYear, Measure, Rate, ShareByYear
from analysis.rental.model.measures.needs import needs_of
from analysis.rental.model.rounding import ROUNDING
from analysis.rental.model.structure import Schedule, Structure
from analysis.rents.index import formulas as rents

_INDICATOR_TERMS = {
    "capex_to_revenue": ("capex intensity", "资本开支强度"),
    "da_to_net_income": ("depreciation burden",),
    "fcf_margin": ("FCF", "自由现金流"),
}


@dataclass(frozen=True)
class Entry:
    """One formula.

    Parameters
    ----------
    name : str
        As the code calls it.
    kind : str
        ``assumption``, ``constant``, ``line``, ``running total``, ``measure``, ``indicator``,
        ``index``, ``statistic``, ``operator`` or ``audit``.
    label, unit : str
        What a reader sees, and the unit of the value.
    equations : tuple of (str, str)
        Choices under which an equation holds, empty for the usual ones, and the equation as text.
    reads, read_by : tuple of str
        What it is computed from, and what is computed from it.
    file : str
        File of the declaration, from the project's folder.
    row : int
        Line of the declaration in that file.
    terms : tuple of str
        Other words that it is looked for by.
    summary : str
        First line of the documentation of the function that computes it.
    """

    name: str
    kind: str
    label: str
    unit: str
    equations: tuple[tuple[str, str], ...]
    reads: tuple[str, ...]
    read_by: tuple[str, ...]
    file: str
    row: int
    terms: tuple[str, ...] = ()
    summary: str = ""


class _Printer(StrPrinter):
    """Prints a formula over names; ``[t-1]`` is the period before."""

    def _print_Symbol(self, expression: sp.Symbol) -> str:  # noqa: N802
        name = str(expression.name)
        if name.startswith("previous_"):
            return f"{name.removeprefix('previous_')}[t-1]"
        return name

    def _print_Piecewise(self, expression: sp.Piecewise) -> str:  # noqa: N802
        *branches, (last, _) = expression.args
        cases = [f"{self._print(value)} if {self._print(when)}" for value, when in branches]
        return f"({' else '.join([*cases, self._print(last)])})"

    def _print_Float(self, expression: sp.Float) -> str:  # noqa: N802
        named = {ROUNDING: "1e-9", 1e300: "unreachable"}
        return named.get(float(expression), f"{float(expression):g}")


@cache
def equation_text(formula: sp.Basic) -> str:
    """Return a formula as text.

    Examples
    --------
    >>> from analysis.rental.model.lines import previous_symbol, symbol
    >>> equation_text(previous_symbol("debt_cny") - symbol("principal_cny"))
    'debt_cny[t-1] - principal_cny'
    """
    return str(_Printer().doprint(formula))


@cache
def catalog() -> Mapping[str, Entry]:
    """Return every formula by name, the rental model's first."""
    entries = {**_of_model(), **_of_families(), **_assumptions()}
    read_by: dict[str, list[str]] = {}
    for entry in entries.values():
        for name in entry.reads:
            read_by.setdefault(name, []).append(entry.name)
    return {
        name: replace(entry, read_by=tuple(read_by.get(name, ())))
        for name, entry in entries.items()
    }


def _structures() -> Iterator[tuple[str, Structure]]:
    """Yield the usual structure, then others by what differs from it.

    A choice that does nothing alone, as the price basis of a tax that is off, is tried with each of
    the choices that bring lines of their own.
    """
    usual = Structure.of(Assumptions())
    yield "", usual
    without = _formulas(usual)
    bringing: list[tuple[str, Structure]] = []
    idle: list[str] = []
    for words, structure in _changes(usual):
        formulas = _formulas(structure)
        if formulas == without:
            idle.append(words)
            continue
        yield words, structure
        if formulas.keys() - without.keys():
            bringing.append((words, structure))
    for words, structure in bringing:
        for further, both in _changes(structure):
            if further in idle:
                yield f"{words}, {further}", both


def _formulas(structure: Structure) -> dict[str, tuple[sp.Basic, sp.Basic | None]]:
    return {line.name: (line.formula, line.start) for line in _lines(declare(structure))}


def _changes(structure: Structure) -> Iterator[tuple[str, Structure]]:
    """Yield a structure with one choice changed at a time."""
    choices = {choice.field: choice for choice in CHOICES}
    for field in fields(structure):
        now = getattr(structure, field.name)
        if isinstance(now, Schedule):
            prefix = "tax_" if field.name.startswith("tax") else ""
            others = [Schedule(method, now.ending) for method in choices["depreciation_method"]]
            others += [
                Schedule("declining_balance", ending)
                for ending in choices["declining_balance_ending"]
            ]
            for other in others:
                words = f"{prefix}depreciation_method {other.method}"
                if other.method == "declining_balance":
                    words += f" ending {other.ending}"
                yield words, _with(structure, **{field.name: other})
        elif isinstance(now, bool):
            yield (
                f"{field.name} {str(not now).lower()}",
                _with(structure, **{field.name: not now}),
            )
        elif field.name in choices:
            for name in choices[field.name]:
                if name != now:
                    yield f"{field.name} {name}", _with(structure, **{field.name: name})
        elif field.name == "loss_carry_forward_years" and now is None:
            yield "loss_carry_forward_years 5", _with(structure, loss_carry_forward_years=5)


def _with(structure: Structure, **changes: Any) -> Structure:
    return replace(structure, **changes)


def _lines(declaration: Declaration) -> tuple[Line, ...]:
    return (*declaration.constants, *declaration.lines)


def _of_model() -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for words, structure in _structures():
        declaration = declare(structure)
        for line in _lines(declaration):
            _add(
                found,
                line,
                "constant" if line.start is None and _is_constant(declaration, line) else "line",
                words,
            )
    usual = declare(Structure.of(Assumptions()))
    for measure in MEASURES.values():
        _add_measure(found, usual, measure)
    return found


def _is_constant(declaration: Declaration, line: Line) -> bool:
    return any(line is constant for constant in declaration.constants)


def _add(found: dict[str, Entry], line: Line, kind: str, words: str) -> None:
    """Add a line, or another equation of one that is there."""
    text = equation_text(line.formula)
    if line.start is not None:
        text += f"; on the day of purchase {equation_text(line.start)}"
    names = (*line.names_used, *line.names_used_at_start)
    reads = dict.fromkeys(name.removeprefix("previous_") for name in names)
    reads.pop(line.name, None)
    known = found.get(line.name)
    if known is None:
        file, row = _place(line.place)
        found[line.name] = Entry(
            line.name, kind, line.label, line.unit, ((words, text),), tuple(reads), (), file, row
        )
    elif text not in [equation for _, equation in known.equations]:
        found[line.name] = replace(
            known,
            equations=(*known.equations, (words, text)),
            reads=tuple(dict.fromkeys((*known.reads, *reads))),
        )


def _add_measure(found: dict[str, Entry], usual: Declaration, measure: Measure) -> None:
    if isinstance(measure, ByYear):
        text, reads = f"sum of {measure.line} over the year", [measure.line]
    elif isinstance(measure, ShareByYear):
        text, reads = f"{measure.over} / {measure.under}", [measure.over, measure.under]
    else:
        needs = needs_of(usual, measure)
        for constant in needs.constants:
            _add(found, constant, "constant", "")
        for line in needs.lines:
            _add(found, line, "running total", "")
        final = needs.final
        said = "".join(
            f"; {reason.words.format(life='its life')} where {equation_text(reason.holds)}"
            for reason in final.missing
        )
        reads = sorted(
            {free.name for part in (final.value, final.exists) for free in part.free_symbols}
        )
        if isinstance(measure, Rate):
            reads = [measure.flow, *reads]
            text = f"rate at which the present value of {measure.flow} is zero{said}"
        else:
            text = f"{equation_text(final.value)}, after the last period{said}"
    file, row = _place(measure.place)
    name = measure.name if measure.name not in found else f"{measure.name} (measure)"
    found[name] = Entry(
        name,
        "measure",
        measure.label,
        measure.unit,
        (("", text),),
        tuple(dict.fromkeys(reads)),
        (),
        file,
        row,
        measure.terms,
    )


def _place(place: tuple[str, int]) -> tuple[str, int]:
    return Path(place[0]).resolve().relative_to(ROOT).as_posix(), place[1]


def _of_families() -> dict[str, Entry]:
    entries = [
        *(_stated(formula, "index") for formula in rents.FORMULAS),
        *(_stated(formula, "index") for formula in stated.RENTS),
        *(_stated(formula, "statistic") for formula in exuberance.FORMULAS),
        *(_stated(formula, "operator") for formula in stated.OPERATORS),
        *(_stated(formula, "audit") for formula in stated.AUDIT),
        *_indicators(),
    ]
    return {entry.name: entry for entry in entries}


def _assumptions() -> dict[str, Entry]:
    """Return the assumptions by name, each where its class declares it."""
    found = {}
    for base in Assumptions.__mro__:
        for name in vars(base).get("__annotations__", {}):
            if name not in Assumptions.model_fields or name in found:
                continue
            source, first = inspect.getsourcelines(base)
            row = first + next(n for n, text in enumerate(source) if f"    {name}: " in text)
            field = Assumptions.model_fields[name]
            file = inspect.getsourcefile(base)
            assert file is not None, f"no source of {base}"
            text = "given" if field.default is None else f"given; {field.default} by default"
            label = str(field.description)
            unit = unit_of(field)
            found[name] = Entry(
                name, "assumption", label, unit, (("", text),), (), (), *_place((file, row))
            )
    return {name: found[name] for name in Assumptions.model_fields}


def _stated(formula: Formula, kind: str) -> Entry:
    module, _, name = formula.function.partition(":")
    function = inspect.unwrap(getattr(importlib.import_module(module), name))
    file = inspect.getsourcefile(function)
    assert file is not None, f"no source of {formula.function}"
    row = inspect.getsourcelines(function)[1]
    return Entry(
        formula.name,
        kind,
        formula.label,
        formula.unit,
        (("", formula.text),),
        formula.reads,
        (),
        *_place((file, row)),
        formula.terms,
        (inspect.getdoc(function) or "").partition("\n")[0],
    )


def _indicators() -> Iterator[Entry]:
    file = inspect.getsourcefile(indicators)
    assert file is not None, "no source of the indicators"
    rows = Path(file).read_text(encoding="utf-8").splitlines()
    for name, indicator in indicators.INDICATORS.items():
        row = next(at for at, text in enumerate(rows, start=1) if f'"{name}"' in text)
        yield Entry(
            name,
            "indicator",
            indicator.label,
            "ratio",
            (("", indicator.formula),),
            indicator.reads,
            (),
            *_place((file, row)),
            _INDICATOR_TERMS.get(name, ()),
        )
