"""Evaluation order: lines that need their own past apart from all others.

A line over lines of its own and of the period before needs no loop over periods, unless it leads
back to itself: debt to the debt of the period before, a present value to date to the one before.
Lines that lead to each other form a part, which is stepped through period by period; every other
line is a part of its own and computed for all periods at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import sympy as sp

from analysis.rental.model.lines import Line


@dataclass(frozen=True)
class Part:
    """Lines that are computed together.

    Parameters
    ----------
    lines : tuple of Line
        In order of computation.
    is_stepped : bool
        Whether a period needs these lines of the period before.
    """

    lines: tuple[Line, ...]
    is_stepped: bool

    @cached_property
    def states(self) -> tuple[str, ...]:
        """Lines that the part needs of the period before."""
        used = self._names_used()
        return tuple(line.name for line in self.lines if f"previous_{line.name}" in used)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """Names from outside that the formulas use, alphabetically."""
        own = {line.name for line in self.lines}
        own |= {f"previous_{name}" for name in own}
        return tuple(sorted(self._names_used() - own))

    @cached_property
    def arguments(self) -> tuple[str, ...]:
        """Names of all that the part is computed from."""
        return (*self.inputs, *(f"previous_{name}" for name in self.states))

    @cached_property
    def formulas(self) -> tuple[tuple[str, sp.Expr], ...]:
        """Names and formulas of the lines."""
        return tuple((line.name, line.formula) for line in self.lines)

    def _names_used(self) -> set[str]:
        return set[str]().union(*(line.names_used for line in self.lines))


def parts_of(lines: Sequence[Line]) -> tuple[Part, ...]:
    """Part lines by whether they lead back to themselves.

    Parameters
    ----------
    lines : sequence of Line
        In order of computation.

    Returns
    -------
    tuple of Part
        Every line in one of them.

    Examples
    --------
    >>> from analysis.rental.model.lines import previous_symbol, symbol
    >>> def line(name, formula):
    ...     return Line(name, name, "", "", formula, None, name)
    >>> interest = line("interest", previous_symbol("debt") * symbol("rate"))
    >>> debt = line("debt", previous_symbol("debt") - symbol("repaid"))
    >>> [(part.lines[0].name, part.is_stepped) for part in parts_of([interest, debt])]
    [('interest', False), ('debt', True)]
    """
    if not lines:
        return ()
    place = {line.name: i for i, line in enumerate(lines)}
    leads_to = np.zeros((len(lines), len(lines)), dtype=bool)
    for line in lines:
        for name in line.names_used:
            source = name.removeprefix("previous_")
            if source in place:
                leads_to[place[source], place[line.name]] = True
    # strongly connected components: what each can reach, by squaring, and what can reach it;
    # scipy's routine for it takes 0.2 s to import, this a millisecond in all
    reaches = leads_to | np.eye(len(lines), dtype=bool)
    for _ in range(len(lines).bit_length()):
        reaches = reaches @ reaches
    labels = (reaches & reaches.T).argmax(axis=1)  # the first line of each part
    together: dict[int, list[Line]] = {}
    for label, line in zip(labels.tolist(), lines, strict=True):
        together.setdefault(label, []).append(line)
    is_stepped = leads_to.diagonal()
    return tuple(
        Part(tuple(own), len(own) > 1 or bool(is_stepped[label])) for label, own in together.items()
    )
