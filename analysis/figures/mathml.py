"""Equations as MathML: browsers draw it themselves, with no script and no foreign host."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from analysis.figures.markup import attribute

_NOT_UNDERSTOOD = re.compile(r"<m[a-z]+[^>]*>(\\[A-Za-z]+|&|&amp;)</m[a-z]+>")


@lru_cache(maxsize=1024)
def to_mathml(latex: str, display: Literal["inline", "block"] = "inline") -> str:
    r"""Translate one LaTeX formula.

    Parameters
    ----------
    latex : str
        Formula without its dollar signs.
    display : {"inline", "block"}
        Within a line, or on a line of its own.

    Returns
    -------
    str
        A ``math`` element, whose ``alttext`` is the formula.

    Raises
    ------
    ValueError
        The formula holds a command that has no translation.

    Examples
    --------
    >>> to_mathml("x_t")  # doctest: +ELLIPSIS
    '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline" alttext="x_t"><mrow>...
    >>> to_mathml(r"\nonsense{x}")
    Traceback (most recent call last):
    ...
    ValueError: \nonsense has no translation to MathML, in: \nonsense{x}
    """
    from latex2mathml.converter import convert

    mathml: str = convert(latex, display=display)
    unknown = _NOT_UNDERSTOOD.search(mathml)
    if unknown:
        raise ValueError(f"{unknown[1]} has no translation to MathML, in: {latex}")
    return mathml.replace(
        f'display="{display}"', f'display="{display}" alttext="{attribute(latex)}"', 1
    )
