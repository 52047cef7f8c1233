"""Every formula of the model in every variant, and which choices decide between them.

A declaration belongs to one structure, and there are hundreds of thousands of structures. But a
line has few variants, since few choices touch it: each is declared once, under those choices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from graphlib import TopologicalSorter
from itertools import combinations, product
from typing import NamedTuple

import sympy as sp

from analysis.brief import Brief
from analysis.rental.engines.compiled.streaming import stream
from analysis.rental.faces.calculator.choices import structural_choices, structure_of
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.model.declaration import declare
from analysis.rental.model.lines import names_in
from analysis.rental.model.measures.declared_measures import of_kind
from analysis.rental.model.measures.measure_kinds import Payback, Rate, Reason, Single
from analysis.rental.model.measures.needs import needs_of

CONSTANT, LINE, FINAL = "constant", "line", "final"


class Formula(NamedTuple):
    """One variant of a constant, a line or a measure.

    Parameters
    ----------
    label, unit, statement : str
        As declared.
    value : sympy.Expr
        What it is in a period, or at the end.
    start : sympy.Expr or None
        Value on the day of purchase.
    missing : tuple of Reason
        A measure: where it does not exist, and why.
    """

    label: str
    unit: str
    statement: str
    value: sp.Expr
    start: sp.Expr | None
    missing: tuple[Reason, ...] = ()


Place = tuple[str, str]
"""Kind and name: a line and a measure may share a name."""


@dataclass(frozen=True)
class Variants(Brief):
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


@cache
def _formulas(chosen: frozenset[tuple[str, str]]) -> dict[Place, Formula]:
    declaration = declare(structure_of(dict(chosen)))
    constants = {line.name: line for line in declaration.constants}
    lines = {line.name: line for line in declaration.lines}
    finals = {}
    for name, measure in of_kind(Single, Payback, Rate).items():
        needs = needs_of(declaration, measure)
        constants.update((line.name, line) for line in needs.constants)
        lines.update((line.name, line) for line in needs.lines)
        words = measure.label, measure.unit, "measure"
        finals[FINAL, name] = Formula(*words, needs.final.value, None, needs.final.missing)
    shaped = stream(declaration, ())  # of sculpted debt: the cash flow that service is shaped to
    lines.update((line.name, line) for line in shaped.declaration.lines if line.name not in lines)
    found = {
        (kind, line.name): Formula(line.label, line.unit, line.statement, line.formula, line.start)
        for kind, own in ((CONSTANT, constants), (LINE, lines))
        for line in own.values()
    }
    return {**found, **finals}


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

    Which choices touch a line is found by making every two choices otherwise than by default, and
    where some go together, one more besides; its variants then are the declarations under every
    combination of these.
    """
    touched: dict[Place, set[str]] = {}
    places = dict.fromkeys(formulas_of({}))
    for keys in _one_or_two_choices():
        _note_what_changes(keys, keys, places, touched)
    known: set[frozenset[str]] = set()
    while new := {frozenset(names) for names in touched.values() if len(names) > 1} - known:
        known |= new
        for names in sorted(map(sorted, new)):
            for keys in _third_choices(names):
                _note_what_changes(keys, set(keys) - set(names), places, touched)
    return _ordered([_variants(place, touched.get(place, set())) for place in places])


def _note_what_changes(
    keys: Mapping[str, str],
    dropping: Iterable[str],
    places: dict[Place, None],
    touched: dict[Place, set[str]],
) -> None:
    """Note which places differ when one of some choices is made by default instead."""
    found = formulas_of(keys)
    places.update(dict.fromkeys(found))
    for dropped in dropping:
        rest = formulas_of({name: key for name, key in keys.items() if name != dropped})
        for place in {**found, **rest}:
            if found.get(place) != rest.get(place):
                touched.setdefault(place, set()).add(dropped)


def _third_choices(names: Sequence[str]) -> Iterator[dict[str, str]]:
    """Make choices that go together otherwise than by default, and one more besides."""
    others = _other_keys()
    for at in range(2):
        base = {name: others[name][at % len(others[name])] for name in names}
        for third, keys in others.items():
            if third not in base:
                yield from ({**base, third: key} for key in keys[:2])


def _other_keys() -> dict[str, list[str]]:
    fields = Assumptions.model_fields
    return {
        name: [key for key, value in options.items() if value != fields[name].default]
        for name, options in structural_choices().items()
    }


def _one_or_two_choices() -> Iterator[dict[str, str]]:
    """Make every choice and every two choices otherwise than by default."""
    others = _other_keys()
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
