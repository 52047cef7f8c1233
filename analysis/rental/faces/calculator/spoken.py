"""What the calculator's scripts say: their own sentences, and the words of the model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from typing import Any, Final

from analysis.rental.faces.calculator.calculator_markup import MARK
from analysis.rental.faces.calculator.fields import inputs_of_model
from analysis.rental.faces.calculator.formula_variants import all_variants
from analysis.rental.faces.calculator.script_printer import HANDWRITTEN
from analysis.rental.inputs.parameters import PARAMETERS, SERIES

_SAID: Final = re.compile(r'\bsay\(("(?:[^"\\]|\\.)*")')
_GIVEN: Final = re.compile(rf'{re.escape(MARK)}"(?P<given>[^"]*)"')


def spoken_words(page: str) -> tuple[str, ...]:
    """Return every text that the scripts of a page's calculator may say, in English.

    Parameters
    ----------
    page : str
        HTML with the place of a calculator; the titles of its cases are said, too.

    Returns
    -------
    tuple of str
        Each once. A sentence of the scripts has its values as ``{0}``.
    """
    titles = [
        preset["title"]
        for given in _GIVEN.finditer(page)
        for preset in json.loads(unescape(given["given"]))["presets"]
    ]
    return tuple(dict.fromkeys([*_said_anywhere(), *titles]))


@lru_cache(maxsize=1)
def _said_anywhere() -> tuple[str, ...]:
    of_model = [*_of_inputs(inputs_of_model()), *_of_formulas()]
    in_dollars = [text.replace("CNY", "USD") for text in of_model if text.startswith("CNY")]
    return tuple(dict.fromkeys(text for text in [*_sentences(), *of_model, *in_dollars] if text))


def _sentences() -> Iterator[str]:
    """Yield the literals that the scripts say themselves."""
    for path in HANDWRITTEN:
        for found in _SAID.finditer(path.read_text(encoding="utf-8")):
            yield json.loads(found[1])


def _of_inputs(known: dict[str, Any]) -> Iterator[str]:
    for field in known["fields"]:
        yield from (field["meaning"], field["unit"], field["unit"].replace("share", "%"))
        labelled = known["variants"].get(field["name"].removeprefix("tax_"), {})
        for option in field.get("options", ()):
            if isinstance(option, str) and option not in labelled:
                yield option.replace("_", " ")
    fields = {field["name"] for field in known["fields"]}
    yield from (name.replace("_", " ") for name in (*PARAMETERS, *SERIES) if name not in fields)
    for variants in known["variants"].values():
        for variant in variants.values():
            yield variant["label"]
            yield from variant["needs"].values()
            yield from map(str, variant["only_with"].values())
    for measure in known["measures"].values():
        yield from (measure["label"], measure["unit"], measure.get("words", ""))
    yield from (*known["groups"], *known["no_rate"], known["paid_rate"])


def _of_formulas() -> Iterator[str]:
    for own in all_variants():
        for formula in own.formulas.values():
            yield from (formula.label, formula.unit)
            yield from (reason.words for reason in formula.missing)
