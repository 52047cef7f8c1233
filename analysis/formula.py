"""A formula as it is declared outside of the rental model, with the function that has it."""

from __future__ import annotations

from typing import NamedTuple


class Formula(NamedTuple):
    """A formula that a function computes.

    Parameters
    ----------
    name : str
        As the code calls it.
    label : str
        What a reader sees.
    unit : str
        Unit of the value.
    text : str
        The equation as text.
    reads : tuple of str
        What it is computed from.
    function : str
        ``package.module:function`` that computes it.
    terms : tuple of str
        Other terms that it is looked for by.
    """

    name: str
    label: str
    unit: str
    text: str
    reads: tuple[str, ...]
    function: str
    terms: tuple[str, ...] = ()
