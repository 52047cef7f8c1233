"""Labelled equations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.figures.markdown import to_inline_html
from analysis.figures.markup import attribute, display_html, slug
from analysis.figures.mathml import to_mathml


@dataclass(frozen=True)
class Equation:
    """One equation with the label it is cited by.

    Parameters
    ----------
    label : str
        What the text calls it, such as ``1`` or ``debt service``.
    latex : str
        The equation, without dollar signs.
    meaning : str, optional
        A few words of markdown under the equation.
    """

    label: str
    latex: str
    meaning: str = ""


def show_equations(equations: Iterable[Equation | tuple[str, str]], *, name: str) -> None:
    """Show labelled equations, one under the other.

    Parameters
    ----------
    equations : iterable of Equation or (label, latex)
        In the order of display.
    name : str
        Lower-case words joined by hyphens; the block's id is ``eq-`` and the name.
    """
    rows = [item if isinstance(item, Equation) else Equation(*item) for item in equations]
    html = "\n".join(map(_row, rows))
    plain = "\n".join(f"({row.label})  {row.latex}" for row in rows)
    display_html(f'<div class="equations" id="eq-{slug(name)}">\n{html}\n</div>', plain=plain)


def _row(equation: Equation) -> str:
    meaning = f"<p>{to_inline_html(equation.meaning)}</p>" if equation.meaning else ""
    return (
        f'<div class="equation" role="group" aria-label="Equation {attribute(equation.label)}">'
        f'<div class="formula" tabindex="0">{to_mathml(equation.latex, "block")}</div>'
        f'<span class="label">({to_inline_html(equation.label)})</span>{meaning}</div>'
    )
