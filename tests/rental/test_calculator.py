"""The calculator's script against the engine, over every structure of the model."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, seed, settings

from analysis.rental import Assumptions, evaluate
from analysis.rental.faces.calculator.choices import structural_choices
from analysis.rental.faces.calculator.script_printer import HANDWRITTEN, printed_model
from analysis.rental.faces.calculator.variants import all_variants, formulas_of
from tests.browsers import browser  # noqa: F401
from tests.rental.strategies import cases

N_CASES = 2_000


def random_cases(n: int) -> list[Assumptions]:
    """Cases of every structure, the same in every run."""
    found: list[Assumptions] = []

    @seed(20_261_128)
    @settings(max_examples=n, deadline=None, database=None, phases=[Phase.generate])
    @given(cases())
    def draw(case: Assumptions) -> None:
        found.append(case)

    draw()
    return found[:n]
