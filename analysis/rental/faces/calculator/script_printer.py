"""The model's formulas as the text of one script."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

import sympy as sp
from sympy.printing.jscode import JavascriptCodePrinter

from analysis.files import write_whole
from analysis.rental.engines.compiled.cache import folder
from analysis.rental.faces.calculator.choices import structural_choices
from analysis.rental.faces.calculator.fields import inputs_of_model
from analysis.rental.faces.calculator.formula_variants import (
    CONSTANT,
    FINAL,
    LINE,
    Variants,
    all_variants,
)
from analysis.rental.inputs.parameters import PARAMETERS, SERIES

HERE = Path(__file__).resolve().parent
HANDWRITTEN = tuple(HERE / name for name in ("words.js", "engine.js", "controls.js"))


class ScriptPrinter(JavascriptCodePrinter):
    """Prints a formula over the places of one array.

    Parameters
    ----------
    places : mapping of str to int
        Where the value of every name stands.
    """

    def __init__(self, places: Mapping[str, int]) -> None:
        super().__init__({"allow_unknown_functions": False})
        self.places = places

    def _print_Symbol(self, expression: sp.Symbol) -> str:  # noqa: N802
        return f"x[{self.places[expression.name]}]"

    def _print_Rational(self, expression: sp.Rational) -> str:  # noqa: N802
        return f"({expression.p}/{expression.q})"

    def _print_ITE(self, expression: sp.ITE) -> str:  # noqa: N802
        condition, then, otherwise = map(self._print, expression.args)
        return f"(/*if*/{condition} ? {then} : {otherwise})"

    def _print_Piecewise(self, expression: sp.Piecewise) -> str:  # noqa: N802
        *branches, (otherwise, _) = expression.args
        text = self._print(otherwise)
        for value, condition in reversed(branches):
            text = f"(/*if*/{self._print(condition)} ? {self._print(value)} : {text})"
        return text

    def _print_NaN(self, _: sp.Basic) -> str:  # noqa: N802
        return "NaN"

    def _print_BooleanTrue(self, _: sp.Basic) -> str:  # noqa: N802
        return "true"


def places_of(variants: tuple[Variants, ...]) -> dict[str, int]:
    """Return where values stand: names first, then the same of the period before."""
    names = [*PARAMETERS, *SERIES, *(own.name for own in variants if own.kind != FINAL)]
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    before = {f"previous_{name}": place + len(places) for name, place in places.items()}
    return {**places, **before}


def _function(printer: ScriptPrinter, expression: sp.Basic | None) -> str:
    return "null" if expression is None else f"x=>{printer.doprint(expression)}"


def model_script() -> str:
    """Print the whole model, every variant of every formula once.

    Returns
    -------
    str
        A script that sets ``MODEL``: ``choices``, keys in order by assumption; ``names``, places
        of values; ``formulas``, each label, unit, statement, function, start and, of a measure, why
        it may be missing; ``lines`` in order of computation, each kind, name, choices and, for
        every combination of these, the number of its formula or -1.
    """
    variants = all_variants()
    places = places_of(variants)
    printer = ScriptPrinter(places)
    formulas: dict[str, int] = {}
    lines = []
    for own in variants:
        numbers = []
        for keys in product(*(structural_choices()[name] for name in own.by)):
            formula = own.formulas.get(keys)
            if formula is None:
                numbers.append(-1)
                continue
            words = json.dumps(formula[:3], ensure_ascii=False)[1:-1]
            functions = (_function(printer, formula.value), _function(printer, formula.start))
            reasons = ",".join(
                f"[{_function(printer, reason.holds)},{_json(reason.words)}]"
                for reason in formula.missing
            )
            text = f"[{words}, {', '.join(functions)}, [{reasons}]]"
            numbers.append(formulas.setdefault(text, len(formulas)))
        lines.append([(CONSTANT, LINE, FINAL).index(own.kind), own.name, own.by, numbers])
    names = list(places)[: len(places) // 2]
    parts = {
        **{name: _json(value) for name, value in inputs_of_model().items()},
        "choices": _json({name: list(options) for name, options in structural_choices().items()}),
        "names": _json(names),
        "lines": _json(lines),
        "formulas": "[\n" + ",\n".join(formulas) + "\n]",
    }
    body = ",\n".join(f"{name}: {text}" for name, text in parts.items())
    return f"const MODEL = {{\n{body}\n}};\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=1)
def printed_model() -> str:
    """Return `model_script`, printed once for each state of the declaration and kept on disk."""
    digest = hashlib.sha256(version("sympy").encode())
    for path in sorted(_printing_files()):
        digest.update(path.read_bytes())
    kept = folder() / f"calculator_{digest.hexdigest()[:24]}.js"
    if not kept.is_file():
        write_whole(kept, model_script())
    return kept.read_text(encoding="utf-8")


def _printing_files() -> list[Path]:
    """Return every file that the printed script follows from."""
    rental = HERE.parents[1]
    return [
        *HERE.glob("*.py"),
        *(rental / "inputs").rglob("*.py"),
        *(rental / "model").rglob("*.py"),
        *(rental / "engines" / "compiled").glob("*.py"),
    ]


def scripts() -> tuple[str, ...]:
    """Return the scripts of the calculator, in the order in which they run."""
    return (printed_model(), *(path.read_text(encoding="utf-8") for path in HANDWRITTEN))
