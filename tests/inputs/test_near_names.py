"""The name that was probably meant."""

from __future__ import annotations

import ast

import pytest

from analysis.near_names import near_names, one_of, perhaps
from analysis.paths import ROOT
from analysis.rental import Assumptions

GPUS = ("H100", "H200", "H20", "A100", "B200")


@pytest.mark.parametrize(
    ("given", "known", "meant"),
    [
        ("rental-model", ("rent_trends", "rental_model", "rental_market"), "rental_model"),
        ("Rental Model", ("rent_trends", "rental_model", "rental_market"), "rental_model"),
        ("h100", GPUS, "H100"),
        ("H1000", GPUS, "H100"),
        ("Ｈ１００", GPUS, "H100"),
        ("neocloudd", ("neocloud", "hyperscaler", "marketplace"), "neocloud"),
        ("utilisation", tuple(Assumptions.model_fields), "utilization"),
        ("discount_rate", ("equity_discount_rate", "tax_rate"), "equity_discount_rate"),
    ],
)
def test_the_name_meant_is_first(given: str, known: tuple[str, ...], meant: str) -> None:
    assert near_names(given, known)[0] == meant
    assert perhaps(given, known) == f"perhaps {meant}"
    assert one_of(given, known) == f"one of {', '.join(known)}; perhaps {meant}"


@pytest.mark.parametrize("given", ["", "zzzz", "!", "x"])
def test_where_no_name_is_near_all_are_listed(given: str) -> None:
    assert near_names(given, GPUS) == []
    assert perhaps(given, GPUS) == one_of(given, GPUS) == "one of H100, H200, H20, A100, B200"


def test_nothing_else_looks_names_up() -> None:
    modules = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "analysis").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Import) and any(alias.name == "difflib" for alias in node.names)
    ]
    assert modules == ["analysis/near_names.py"]
