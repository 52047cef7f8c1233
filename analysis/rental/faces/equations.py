"""The printed face: equations and symbol table, generated from the declaration."""

from __future__ import annotations

import re

import pandas as pd
import sympy as sp
from sympy.printing.latex import LatexPrinter

from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.parameters import (
    PARAMETERS,
    SERIES,
    SERVICE_AHEAD,
    SERVICE_AHEAD_FIRST,
)
from analysis.rental.model.lines import Declaration, Line, names_in, previous_symbol, symbol
from analysis.rental.model.measures.declared_measures import MEASURES
from analysis.rental.model.measures.measure_kinds import (
    NOTHING_PUT_IN,
    ByYear,
    Final,
    Measure,
    Payback,
    Rate,
    ShareByYear,
    Single,
)
from analysis.rental.model.measures.needs import needs_of
from analysis.rental.model.measures.returns import HURDLE
from analysis.rental.model.measures.running_totals import UNREACHABLE
from analysis.rental.model.rounding import ROUNDING

# Parameters that the engines derive from assumptions, and series, which are no assumptions.
_DERIVED = {
    "debt_drawn_share": ("g", "share of price", "debt drawn over price paid"),
    "period": ("t", "periods", "period, 1 being the first after purchase"),
    "year": ("y", "years", "year of the period"),
    "is_year_start": ("a", "0 or 1", "first period of a year"),
    "is_year_end": ("a^{+}", "0 or 1", "last period of a year"),
    "rent_index_first": (r"\bar q_1", "ratio", "given rent of the first period"),
    "rent_index_given_next": (r"\bar q^{+}", "ratio", "given rent of the next period"),
    "repayment_share_given": (r"\xi", "share", "given shares of the principal"),
    "rent_index_given": (r"\bar q", "ratio", "given rent over first rent"),
    "macrs_5_share": (r"\mu", "share", "MACRS five-year shares"),
    "depreciation_share_given": (r"\omega", "share", "given shares of the depreciable amount"),
    "tax_depreciation_share_given": (r"\omega^{x}", "share", "given shares, tax return"),
    "sculpted_service_given_cny": (r"\bar Y", "CNY", "debt service that keeps the cover constant"),
    SERVICE_AHEAD: (r"\vec Y", "CNY", "debt service by schedule of the next months"),
    SERVICE_AHEAD_FIRST: (r"\vec Y_0", "CNY", "debt service by schedule of the first months"),
}
_ASKED = {HURDLE: ("h", "share per year", "rate that is to be beaten")}
_OVER_TIME = frozenset(_DERIVED) - {
    "debt_drawn_share",
    "rent_index_first",
    SERVICE_AHEAD_FIRST,
    "period",
}


class _Printer(LatexPrinter):
    """Prints for readers: gains before losses, and whole numbers compared as whole numbers."""

    def _as_ordered_terms(self, expression: sp.Expr, order: str | None = None) -> list[sp.Expr]:
        terms = super()._as_ordered_terms(expression, order=order)
        return sorted(terms, key=lambda term: bool(term.could_extract_minus_sign()))

    def _print_Piecewise(self, expression: sp.Piecewise) -> str:  # noqa: N802
        rows = []
        for value, condition in expression.args:
            words = r"\text{otherwise}" if condition == sp.true else self._print(condition)
            rows.append(rf"{self._print(value)} & {words}")
        body = r" \\ ".join(rows)
        return rf"\begin{{cases}} {body} \end{{cases}}"

    def _print_And(self, expression: sp.And) -> str:  # noqa: N802
        return r"\text{ and }".join(self._print(condition) for condition in expression.args)

    def _print_Or(self, expression: sp.Or) -> str:  # noqa: N802
        return r"\text{ or }".join(self._print(condition) for condition in expression.args)

    def _print_Float(self, expression: sp.Float) -> str:  # noqa: N802
        """Call what is rounding, and what cannot be reached, by a symbol."""
        named = {sp.Float(ROUNDING): r"\varepsilon", UNREACHABLE: r"\infty"}
        return named.get(expression) or str(super()._print_Float(expression))

    def _print_Relational(self, expression: sp.Rel) -> str:  # noqa: N802
        """Drop the half by which whole numbers are held apart in floating point."""
        left, right = expression.args
        half = sp.Float(0.5)
        if not any(float(number) % 1 == half for number in right.atoms(sp.Float)):
            return str(super()._print_Relational(expression))
        if expression.rel_op == ">" and right == half:
            return rf"{self._print(left)} = 1"
        if expression.rel_op in ("<", "<="):
            return rf"{self._print(left)} \leq {self._print(sp.nsimplify(right - half))}"
        if expression.rel_op == ">" and right != 0:
            return rf"{self._print(left)} \geq {self._print(sp.nsimplify(right + half))}"
        return str(super()._print_Relational(expression))


_PARTS = re.compile(r"(?P<base>[^_^]+)(?:_(?P<sub>\{[^}]*\}|[^{^]))?(?P<sup>\^.*)?")


def _mark(tex: str, time: str) -> str:
    """Add a time index to a LaTeX symbol that may have a subscript and a superscript already."""
    parts = _PARTS.fullmatch(tex)
    assert parts, f"{tex} is not base_subscript^superscript"
    subscript = f"{parts['sub'].strip('{}')}," if parts["sub"] else ""
    return f"{parts['base']}_{{{subscript}{time}}}{parts['sup'] or ''}"


def _names(declaration: Declaration, now: str = "t") -> dict[sp.Symbol, str]:
    names: dict[sp.Symbol, str] = {}
    for name in (*declaration.parameters, *declaration.series):
        tex = _parameter(name)[0]
        names[symbol(name)] = _mark(tex, "t") if name in _OVER_TIME else tex
    for constant in declaration.constants:
        names[symbol(constant.name)] = constant.symbol
    for line in declaration.lines:
        names[symbol(line.name)] = _mark(line.symbol, now)
        names[previous_symbol(line.name)] = _mark(line.symbol, "t-1")
    return names


def _parameter(name: str) -> tuple[str, str, str]:
    if name in _DERIVED:
        return _DERIVED[name]
    if name in _ASKED:
        return _ASKED[name]
    field = Assumptions.model_fields[name]
    extra = field.json_schema_extra
    assert isinstance(extra, dict) and extra["symbol"], f"{name} needs a LaTeX symbol"
    return str(extra["symbol"]), str(extra["unit"]), str(field.description)


def equation(declaration: Declaration, name: str) -> str:
    """Return one constant or line as a LaTeX equation.

    Examples
    --------
    >>> from analysis.rental import Assumptions
    >>> from analysis.rental.model.declaration import declare
    >>> from analysis.rental.model.structure import Structure
    >>> print(equation(declare(Structure.of(Assumptions())), "interest_cny"))
    I_{t} = j G_{t-1}
    """
    line = declaration.line(name)
    names = _names(declaration)
    left = names[symbol(name)]
    return f"{left} = {_Printer({'symbol_names': names}).doprint(line.formula)}"


def equations(declaration: Declaration, *names: str) -> list[tuple[str, str, str]]:
    """Return equations with their labels and meanings.

    Parameters
    ----------
    declaration : Declaration
        The model.
    *names : str
        Constants and lines; all of them when none is named.

    Returns
    -------
    list of (label, latex, meaning)
        In order of computation; `meaning` gives the unit and the value on the day of purchase.
    """
    every = (*declaration.constants, *declaration.lines)
    printer = _Printer({"symbol_names": _names(declaration)})

    def meaning(line: Line) -> str:
        if line.start is None:
            return line.unit
        return f"{line.unit}; on the day of purchase ${printer.doprint(line.start)}$"

    return [
        (line.label, equation(declaration, line.name), meaning(line))
        for line in every
        if not names or line.name in names
    ]


def measure_equations(declaration: Declaration, *names: str) -> list[tuple[str, str, str]]:
    """Return measures as equations: the running totals that they need, then the measure itself.

    Parameters
    ----------
    declaration : Declaration
        The model.
    *names : str
        Measures; all of them when none is named.

    Returns
    -------
    list of (label, latex, meaning)
        A running total stands once however many measures need it. In the equation of a measure,
        *n* marks the last period; `meaning` gives the unit, and says when there is no measure.

    Examples
    --------
    >>> from analysis.rental import Assumptions
    >>> from analysis.rental.model.declaration import declare
    >>> from analysis.rental.model.structure import Structure
    >>> measure_equations(declare(Structure.of(Assumptions())), "llcr")[-1][2]
    'ratio; n/a: no debt'
    """
    found: dict[str, tuple[str, str, str]] = {}
    for name in names or MEASURES:
        for key, row in _rows_of_measure(declaration, MEASURES[name]):
            found.setdefault(key, row)
    return list(found.values())


def _rows_of_measure(
    declaration: Declaration, measure: Measure
) -> list[tuple[str, tuple[str, str, str]]]:
    if isinstance(measure, Single | Payback | Rate):
        needs = needs_of(declaration, measure)
        whole = _with_needs(declaration, needs.constants, needs.lines, needs.final)
        added = (*needs.constants, *needs.lines)
        labels = [line.name for line in added]
        rows = list(zip(labels, equations(whole, *labels), strict=True)) if labels else []
        if isinstance(measure, Rate):
            return [*rows, (measure.name, _row_of_rate(whole, measure))]
        printer = _Printer({"symbol_names": _names(whole, now="n")})
        latex = f"{measure.symbol} = {printer.doprint(needs.final.value)}"
        said = "; ".join(dict.fromkeys(reason.words for reason in needs.final.missing))
        meaning = f"{measure.unit}; {said}" if said else measure.unit
        return [*rows, (measure.name, (measure.label, latex, meaning.format(life="its life")))]
    if isinstance(measure, ByYear):
        flow = _mark(declaration.line(measure.line).symbol, "t")
        latex = rf"{measure.symbol} = \sum_{{t \text{{ in }} y}} {flow}"
    else:
        assert isinstance(measure, ShareByYear), f"no equation of {measure}"
        over, under = (MEASURES[part].symbol for part in (measure.over, measure.under))
        latex = rf"{measure.symbol} = \frac{{{over}}}{{{under}}}"
    return [(measure.name, (measure.label, latex, measure.unit))]


def _row_of_rate(whole: Declaration, measure: Rate) -> tuple[str, str, str]:
    flow = _mark(whole.line(measure.flow).symbol, "t")
    latex = rf"\sum_{{t=0}}^{{n}} \frac{{{flow}}}{{(1 + {measure.symbol})^{{t/m}}}} = 0"
    return measure.label, latex, f"{measure.unit}; {NOTHING_PUT_IN}"


def _with_needs(
    declaration: Declaration, constants: tuple[Line, ...], lines: tuple[Line, ...], final: Final
) -> Declaration:
    """Return a declaration with what a measure needs beyond it."""
    formulas = [line.formula for line in (*constants, *lines)] + [final.value, final.exists]
    used = {name for formula in formulas for name in names_in(formula)}
    further = [name for name in (*PARAMETERS, HURDLE) if name in used]
    return Declaration(
        tuple(dict.fromkeys((*declaration.parameters, *further))),
        tuple(dict.fromkeys((*declaration.series, *(name for name in SERIES if name in used)))),
        (*declaration.constants, *constants),
        (*declaration.lines, *lines),
    )


def symbols(declaration: Declaration) -> pd.DataFrame:
    """Return every symbol of a declaration with the formula behind it.

    Returns
    -------
    DataFrame
        Index ``symbol`` (LaTeX between dollar signs); columns ``meaning``, ``formula`` (LaTeX
        between dollar signs; empty for what comes from outside), ``unit`` and ``name``.
    """
    printer = _Printer({"symbol_names": _names(declaration)})
    rows = []
    for name in (*declaration.parameters, *declaration.series):
        tex, unit, meaning = _parameter(name)
        rows.append((_mark(tex, "t") if name in _OVER_TIME else tex, meaning, "", unit, name))
    for place, line in enumerate((*declaration.constants, *declaration.lines)):
        is_line = place >= len(declaration.constants)
        tex = _mark(line.symbol, "t") if is_line else line.symbol
        formula = f"${printer.doprint(line.formula)}$"
        rows.append((tex, line.label, formula, line.unit, line.name))
    frame = pd.DataFrame(rows, columns=["symbol", "meaning", "formula", "unit", "name"])
    frame["symbol"] = "$" + frame["symbol"] + "$"
    repeated = frame["symbol"].duplicated(keep=False)
    assert not repeated.any(), f"symbols stand twice: {frame[repeated].to_string()}"
    return frame.set_index("symbol")
