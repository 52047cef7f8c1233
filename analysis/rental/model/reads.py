"""Dependency analysis: which assumptions a case reads, and what would make the others count.

Both follow from the declaration. A choice is read where another variant of it would give other
lines, a number where it can reach a statement or a present value: what is zero for certain, debt
that is not drawn or electricity that costs nothing, is left out of every formula first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any

import sympy as sp

from analysis.errors import AssumptionError
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.billing import RENT_FIELD
from analysis.rental.inputs.parameters import (
    FOLLOWS,
    SCULPTED_SERVICE,
    SERVICE_AHEAD,
    SERVICE_AHEAD_FIRST,
)
from analysis.rental.inputs.resolve import varying_fields
from analysis.rental.inputs.variants import CHOICES, DEPRECIATION_SCHEDULES
from analysis.rental.model.declaration import declare
from analysis.rental.model.lines import Declaration, Line, names_in, previous_symbol, symbol
from analysis.rental.model.measures.declared_measures import MEASURES
from analysis.rental.model.measures.measure_kinds import Payback, Rate, Single
from analysis.rental.model.measures.needs import needs_of
from analysis.rental.model.structure import Structure

# Assumptions behind what the lines call otherwise.
_BEHIND: dict[str, tuple[str, ...]] = {
    "debt_drawn_share": ("debt_share",),
    "rent_index_given": ("rent_index_by_period",),
    "rent_index_given_next": ("rent_index_by_period",),
    "rent_index_first": ("rent_index_by_period",),
    "repayment_share_given": ("repayment_shares_by_period",),
    "depreciation_share_given": ("depreciation_shares_by_year",),
    "tax_depreciation_share_given": (
        "tax_depreciation_shares_by_year",
        "depreciation_shares_by_year",
    ),
    SCULPTED_SERVICE: ("sculpted_dscr",),
    SERVICE_AHEAD: ("debt_service_reserve_months",),
    SERVICE_AHEAD_FIRST: ("debt_service_reserve_months",),
}
# Read by every case, whatever its lines: what a period is, what rent is quoted for, a label.
_ALWAYS = ("periods_per_year", "billing_mode", "currency")
_LOOKING_AHEAD = frozenset({"debt_drawn_share", SCULPTED_SERVICE})
_Folded = tuple[tuple[str, tuple[sp.Basic, ...]], ...]
_Change = tuple[str, str, Assumptions]
"""What is changed, to what (empty: to anything but zero), and the changed case."""
_Pair = frozenset[tuple[str, str]]  # two changes, whichever comes first
_MEASURE = "the measure"
_AVAILABLE = "cfads_cny"
_SHOWN = frozenset({"income", "cash", "balance"})
_PRESENT_VALUES = (
    "equity_present_value_cny",
    "project_present_value_cny",
    "cost_present_value_cny",
    "gpu_hours_present_value",
)


def assumptions_read(case: Assumptions, varying: Collection[str] = ()) -> frozenset[str]:
    """Return the assumptions that make a difference to a case, or would at another value.

    Parameters
    ----------
    case : Assumptions
        The case.
    varying : collection of str
        Assumptions that differ between scenarios, so that a value of zero is none for certain.

    Returns
    -------
    frozenset of str
        Names of assumptions.

    Examples
    --------
    >>> read = assumptions_read(Assumptions())
    >>> "tax_rate" in read, "electricity_cny_per_kwh" in read, "rent_step" in read
    (True, False, False)
    >>> "rent_step" in assumptions_read(Assumptions(rent_decline_per_year=0.2, periods_per_year=12))
    True
    """
    return frozenset(name for name in Assumptions.model_fields if is_read(case, name, varying))


def is_read(
    case: Assumptions, name: str, varying: Collection[str] = (), measure: str | None = None
) -> bool:
    """Return whether an assumption makes a difference to a case, or would at another value.

    Parameters
    ----------
    case : Assumptions
        The case.
    name : str
        An assumption.
    varying : collection of str
        Assumptions that differ between scenarios.
    measure : str, optional
        A measure that is one number: whether it is this that the assumption makes a difference to.

    Examples
    --------
    >>> is_read(Assumptions(), "debt_rate_per_year")
    True
    >>> is_read(Assumptions(), "debt_rate_per_year", measure="project_npv_cny")
    False
    """
    if name in _ALWAYS:
        return True
    varying = frozenset({*varying, name}) & frozenset(varying_fields())
    structure = Structure.of(case, varying)
    others = _other_values(case, name)
    if not others and name not in _behind(case, _names_declared(structure)):
        return False  # without folding a thing
    known = _zeros(case, varying), case.periods_per_year, measure
    lines = _folded(structure, *known)
    used = _names(*(parts for _, parts in lines))
    if measure is not None and case.debt_form == "sculpted" and used & _LOOKING_AHEAD:
        return is_read(case, name, varying)  # sculpted debt follows from all cash flow to come
    if not others:
        return name in _behind(case, used)
    changed = (case.model_copy(update={name: other}) for other in others)
    return any(_folded(Structure.of(other, varying), *known) != lines for other in changed)


def what_would_count(case: Assumptions, name: str) -> str:
    """Say what would make an assumption count that a case does not read.

    Returns
    -------
    str
        A condition, ``"where vat_enabled is true"``, of one change or of two together; empty where
        no two changes do it.

    Examples
    --------
    >>> what_would_count(Assumptions(), "electricity_cny_per_kwh")
    "where operating_cost_basis is 'parts' or 'share_and_parts'"
    >>> what_would_count(Assumptions(debt_share=0.0), "debt_rate_per_year")
    'where debt_share is not 0'
    >>> what_would_count(Assumptions(), "staff_inflation_per_year")
    "where operating_cost_basis is 'parts' and staff_cny_per_server_month is not 0"
    """
    conditions = _conditions(case, name)
    if not conditions and case.periods_per_year == 1:  # some things only move within a year
        monthly = case.model_copy(update={"periods_per_year": 12})
        conditions = [f"periods_per_year is 12 and {each}" for each in _conditions(monthly, name)]
    if not conditions:
        conditions = _double_conditions(case, name)
    return f"where {' or '.join(conditions)}" if conditions else ""


def _conditions(
    case: Assumptions, name: str, before: tuple[str, str] = ("", ""), vain: set[_Pair] | None = None
) -> list[str]:
    """Return what counts; what was in vain the other way round is not asked again."""
    found: dict[str, list[str]] = {}
    for field, value, changed in _single_changes(case):
        pair = frozenset({before, (field, value)})
        if field == name or (vain and pair in vain):
            continue
        if is_read(changed, name):
            found.setdefault(field, []).append(value)
        elif vain is not None and field != before[0]:  # of one choice the later value holds
            vain.add(pair)
    return [
        f"{field} is {' or '.join(filter(None, values)) or 'not 0'}"
        for field, values in found.items()
    ]


def _double_conditions(case: Assumptions, name: str) -> list[str]:
    """Return what counts after the first change that lets a second one make an assumption count."""
    is_choice = bool(_other_values(case, name))
    # what is zero first: debt, tax and parts of cost are what most assumptions wait for
    changes = sorted(_single_changes(case), key=lambda change: change[1] != "")
    vain: set[_Pair] = set()
    for field, value, changed in changes:
        declared = _names_declared(Structure.of(changed, {name} & frozenset(varying_fields())))
        if field == name or not (is_choice or name in _behind(changed, declared)):
            continue
        then = _conditions(changed, name, (field, value), vain)
        conditions = [each for each in then if not each.startswith(field)]
        if conditions:
            return [f"{field} is {value or 'not 0'} and {each}" for each in conditions]
    return []


def _other_values(case: Assumptions, name: str) -> tuple[Any, ...]:
    """Return what a choice may be instead; nothing for a number."""
    tables = {choice.field: choice for choice in CHOICES}
    tables["tax_depreciation_method"] = DEPRECIATION_SCHEDULES
    if name in tables:
        return tuple(value for value in tables[name] if value != getattr(case, name))
    if name == "vat_enabled":
        return (not case.vat_enabled,)
    if name == "loss_carry_forward_years":
        return (None,) if case.loss_carry_forward_years == 1 else (1,)
    return ()


@lru_cache(maxsize=64)  # asked for again for each assumption that is not read
def _single_changes(case: Assumptions) -> tuple[_Change, ...]:
    """Return every other variant of a case, and every zero of it set to something else."""
    return tuple(_each_change(case))


def _each_change(case: Assumptions) -> Iterator[_Change]:
    # unvalidated: that a variant needs more to be possible does not change what it reads
    for field in ("vat_enabled", *(choice.field for choice in CHOICES), "tax_depreciation_method"):
        for value in _other_values(case, field):
            yield field, _text(value), case.model_copy(update={field: value})
    for mode in RENT_FIELD:
        yield "billing_mode", _text(mode), case.model_copy(update={"billing_mode": mode})
    yield "periods_per_year", "12", case.model_copy(update={"periods_per_year": 12})
    for field in varying_fields():
        if getattr(case, field) == 0 and is_read(case, field):
            for trial in (0.5, 12.0):  # a share; months, where whole years are wanted
                with suppress(AssumptionError):  # zero may be all that is possible here
                    yield field, "", case.replace(**{field: trial})
                    break


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, str) else f"{value:g}"


def _zeros(case: Assumptions, varying: Collection[str]) -> frozenset[str]:
    """Return the parameters of the declaration that are zero in every scenario."""
    zeros = {
        name
        for name in varying_fields()
        if name not in varying and name != "rent_index_by_period" and getattr(case, name) == 0
    }
    for name, other in FOLLOWS.items():
        if getattr(case, name) is None and name not in varying and other in zeros:
            zeros.add(name)
    if "debt_share" in zeros:
        zeros |= {"debt_drawn_share", SCULPTED_SERVICE}
    if {"debt_share", "debt_service_reserve_months"} & zeros:
        zeros |= {SERVICE_AHEAD, SERVICE_AHEAD_FIRST}
    return frozenset(zeros)


def _behind(case: Assumptions, used: Collection[str]) -> frozenset[str]:
    """Return the assumptions behind the names that lines use."""
    read: set[str] = set()
    for name in used:
        read.update(_BEHIND.get(name, (name,)))
    if "rent_cny_per_server_month" in read:
        read -= {"rent_cny_per_server_month"}
        read |= {RENT_FIELD[case.billing_mode], *_BILLED[case.billing_mode]}
    for name, other in reversed(FOLLOWS.items()):  # a chain: the tax return follows the books
        if name in read and getattr(case, name) is None:
            read.add(other)
    return frozenset(read)


_BILLED = {
    "server_month": (),
    "gpu_hour": ("n_gpus",),
    "p_year": ("n_gpus", "pflops_per_gpu", "p_precision"),
}


@lru_cache(maxsize=1 << 12)
def _names_declared(structure: Structure) -> frozenset[str]:
    """Return every name that some formula of a declaration uses."""
    declaration = declare(structure)
    every = (*declaration.constants, *declaration.lines)
    return frozenset(
        name for line in every for name in (*line.names_used, *line.names_used_at_start)
    )


@lru_cache(maxsize=1 << 12)
def _folded(
    structure: Structure, zeros: frozenset[str], periods_per_year: int, measure: str | None
) -> _Folded:
    """Return the formulas that a reader's results lead back to, without what is zero in them.

    Of a measure only those that it leads back to.
    """
    declaration = declare(structure)
    needs = None if measure is None else needs_of(declaration, _single(measure))
    constants = (*declaration.constants, *(needs.constants if needs else ()))
    lines = (*declaration.lines, *(needs.lines if needs else ()))
    known: dict[sp.Basic, sp.Basic] = {symbol(name): sp.S.Zero for name in zeros}
    known[symbol("periods_per_year")] = sp.Integer(periods_per_year)
    if periods_per_year == 1:
        known |= {symbol("is_year_start"): sp.S.One, symbol("is_year_end"): sp.S.One}
    if needs:
        known[symbol("rounding_cny")] = sp.S.Zero  # what is rounding does not move a measure
    for constant in constants:
        value = _fold(constant.formula, known)
        if value.is_number:
            known[symbol(constant.name)] = value
    flat = _zero_lines(declaration, known)
    if "debt_cny" in flat:  # what is available for no debt service is only a step to other lines
        available = declaration.line(_AVAILABLE)
        known[symbol(_AVAILABLE)] = _fold(available.formula, known)
    every = {
        line.name: tuple(
            _fold(part, known) for part in (line.formula, line.start) if part is not None
        )
        for line in (*constants, *lines)
        if symbol(line.name) not in known
    }
    if needs:
        every[_MEASURE] = (_fold(needs.final.value, known),)
        return _reached(every, [_MEASURE])
    shown = [line.name for line in declaration.lines if line.statement in _SHOWN]
    to_follow = [*shown, *_PRESENT_VALUES]
    to_follow += [] if "debt_cny" in flat else ["loan_life_present_value_cny"]
    return _reached(every, to_follow)


def _single(measure: str) -> Single | Payback | Rate:
    found = MEASURES[measure]
    assert isinstance(found, Single | Payback | Rate), f"{measure} is no single number"
    return found


def _reached(every: Mapping[str, tuple[sp.Basic, ...]], to_follow: list[str]) -> _Folded:
    """Return the formulas that some lead back to."""
    reached: dict[str, tuple[sp.Basic, ...]] = {}
    while to_follow:
        name = to_follow.pop()
        if name in every and name not in reached:
            reached[name] = every[name]
            to_follow += _names(every[name])
    return tuple(sorted(reached.items()))


def _zero_lines(declaration: Declaration, known: dict[sp.Basic, sp.Basic]) -> frozenset[str]:
    """Add every line that is zero in all periods to what is known; return their names."""
    candidates = {
        line.name: line
        for line in declaration.lines
        if line.start is None or _fold(line.start, known).is_zero
    }
    # all of them are taken for zero, and those that then are not are dropped; a line is asked again
    # only when one that it needs was dropped
    asked = list(candidates)
    while asked:
        assumed = {**known, **_as_zero(candidates)}
        moved = [n for n in asked if not _fold(candidates[n].formula, assumed).is_zero]
        dropped = _as_zero({name: candidates.pop(name) for name in moved}).keys()
        asked = [n for n, line in candidates.items() if _symbols(line.formula) & dropped]
    known.update(_as_zero(candidates))
    return frozenset(candidates)


def _as_zero(lines: Mapping[str, Line]) -> dict[sp.Basic, sp.Basic]:
    now: dict[sp.Basic, sp.Basic] = {symbol(name): sp.S.Zero for name in lines}
    return now | {previous_symbol(name): sp.S.Zero for name in lines}


@lru_cache(maxsize=1 << 15)
def _symbols(expression: sp.Basic) -> frozenset[sp.Basic]:
    return frozenset(expression.free_symbols)


def _fold(expression: sp.Basic, known: Mapping[sp.Basic, sp.Basic]) -> sp.Basic:
    """Put in what is known, and drop choices whose branches are then the same."""
    concerned = _symbols(expression) & known.keys()
    if not concerned:
        return expression
    return _put_in(expression, frozenset((each, known[each]) for each in concerned))


@lru_cache(maxsize=1 << 15)  # most formulas are the same in most declarations
def _put_in(expression: sp.Basic, values: frozenset[tuple[sp.Basic, sp.Basic]]) -> sp.Basic:
    known = dict(values)
    if expression in known:
        return known[expression]
    if isinstance(expression, sp.Piecewise):
        branches = [
            (_fold(value, known), _fold(condition, known)) for value, condition in expression.args
        ]
        branches = [branch for branch in branches if branch[1] != sp.false]
        if branches[0][1] == sp.true:
            return branches[0][0]
        if all(value == branches[0][0] for value, _ in branches):
            return branches[0][0]
        return sp.Piecewise(*branches, evaluate=False)
    arguments = [_fold(argument, known) for argument in expression.args]
    if isinstance(expression, (sp.Max, sp.Min)) and not all(a.is_number for a in arguments):
        return expression.func(*arguments, evaluate=False)
    return expression.func(*arguments)


def _names(*formulas: Iterable[sp.Basic]) -> set[str]:
    """Return the names that formulas use, lines of the period before by their own names."""
    return {
        name.removeprefix("previous_")
        for expressions in formulas
        for expression in expressions
        for name in names_in(expression)
    }
