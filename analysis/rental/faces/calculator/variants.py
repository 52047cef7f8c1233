"""Every formula of the model in every variant, and which choices decide between them.

A declaration belongs to one structure, and there are hundreds of thousands of structures. But a
line has few variants, since few choices touch it: each is declared once, under those choices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from graphlib import TopologicalSorter
from itertools import combinations, product
from typing import Final, NamedTuple

import sympy as sp

from analysis.rental.engines.compiled.engine import SINGLE
from analysis.rental.engines.compiled.names import FLOWS, YEARLY
from analysis.rental.engines.compiled.streaming import stream
from analysis.rental.faces.calculator.choices import key_of, structural_choices, structure_of
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.model.declaration import declare
from analysis.rental.model.lines import names_in

CONSTANT, LINE, FINAL = "constant", "line", "final"
MEASURED: Final = (*SINGLE, *FLOWS, *YEARLY)


class Formula(NamedTuple):
    """One variant of a constant, a line or a measure.

    Parameters
    ----------
    label, unit, statement : str
        As declared.
    value : sympy.Expr
        What it is in a period, or at the end.
    start : sympy.Basic or None
        A line: value on the day of purchase. A measure: the condition under which it exists.
    """

    label: str
    unit: str
    statement: str
    value: sp.Expr
    start: sp.Basic | None


Place = tuple[str, str]
"""Kind and name: a line and a measure may share a name."""


@dataclass(frozen=True)
class Variants:
    """A constant, line or measure in all its variants.

    Parameters
    ----------
    kind : {"constant", "line", "final"}
        What it is.
    name : str
        Its name.
    by : tuple of str
        Assumptions that choose the variant.
    formulas : dict of tuple of str to Formula
        By the keys of these choices; a case without one does not have the line.
    """

    kind: str
    name: str
    by: tuple[str, ...]
    formulas: Mapping[tuple[str, ...], Formula]


@lru_cache(maxsize=None)
def _formulas(chosen: frozenset[tuple[str, str]]) -> dict[Place, Formula]:
    declaration = declare(structure_of(dict(chosen)))
    measured = stream(declaration, MEASURED)
    known = {line.name for line in (*declaration.constants, *declaration.lines)}
    totals = tuple(line for line in measured.declaration.lines if line.name not in known)
    lines = {CONSTANT: declaration.constants, LINE: (*declaration.lines, *totals)}
    found = {
        (kind, line.name): Formula(line.label, line.unit, line.statement, line.formula, line.start)
        for kind, own in lines.items()
        for line in own
    }
    for name, final in measured.finals.items():
        found[FINAL, name] = Formula("", "", "", final.value, final.exists)
    return found


def formulas_of(keys: Mapping[str, str]) -> dict[Place, Formula]:
    """Return everything that a set of choices declares, in order of computation.

    Parameters
    ----------
    keys : mapping of str to str
        Choices by assumption, as `structural_choices` has them; the others at their defaults.
    """
    return _formulas(frozenset(keys.items()))


@lru_cache(maxsize=1)
def all_variants() -> tuple[Variants, ...]:
    """Return the whole model, in an order of computation that holds for every structure.

    Which choices touch a line is found by making every two choices otherwise than by default; its
    variants then are the declarations under every combination of these.
    """
    touched: dict[Place, set[str]] = {}
    places = dict.fromkeys(formulas_of({}))
    for keys in _one_or_two_choices():
        found = formulas_of(keys)
        places.update(dict.fromkeys(found))
        for dropped in keys:
            rest = formulas_of({name: key for name, key in keys.items() if name != dropped})
            for place in {**found, **rest}:
                if found.get(place) != rest.get(place):
                    touched.setdefault(place, set()).add(dropped)
    return _ordered([_variants(place, touched.get(place, set())) for place in places])


def _one_or_two_choices() -> Iterator[dict[str, str]]:
    """Make every choice and every two choices otherwise than by default."""
    others = {
        name: [key for key in options if key != key_of(Assumptions.model_fields[name].default)]
        for name, options in structural_choices().items()
    }
    for name, keys in others.items():
        yield from ({name: key} for key in keys)
    for first, second in combinations(others, 2):
        for one, other in product(others[first], others[second]):
            yield {first: one, second: other}


def _ordered(every: Iterable[Variants]) -> tuple[Variants, ...]:
    """Return an order in which everything comes after what it is computed from."""
    known = {own.name: own for own in every if own.kind != FINAL}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name, own in known.items():
        used = {used for formula in own.formulas.values() for used in names_in(formula.value)}
        sorter.add(name, *sorted(used & set(known)))
    computed = tuple(known[name] for name in sorter.static_order())
    return (*computed, *(own for own in every if own.kind == FINAL))


def _variants(place: Place, touching: set[str]) -> Variants:
    by = tuple(name for name in structural_choices() if name in touching)
    found = {}
    for keys in product(*(structural_choices()[name] for name in by)):
        formula = formulas_of(dict(zip(by, keys, strict=True))).get(place)
        if formula is not None:
            found[keys] = formula
    return Variants(*place, by, found)
