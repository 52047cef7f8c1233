"""A slice keeps what a result needs and nothing else."""

import ast

import pytest

from analysis.reports.verify.program_slice import SliceError, slice_of

HEAD = '# %% tags=["parameters"]\nn = 3\n# %%\nimport math\nimport json\n'
END = 'save_results({"a": a, "b": b}, headline=f"{a}")\n'


def formulas(body: str, result: str = "a", end: str = END) -> list[str]:
    return slice_of(HEAD + body + end, result).formulas.splitlines()


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("a = math.pi\nb = 2\n", ["a = math.pi"]),
        ("x = n\na = x + 1\nprint(a)\nb = json\n", ["x = n", "a = x + 1"]),
        ("a = 1\na = 2\nb = 0\n", ["a = 2"]),
        ("a = 1\na += 2\nb = 0\n", ["a = 1", "a += 2"]),
        ("a = {}\na['k'] = n\nb = 0\n", ["a = {}", "a['k'] = n"]),
        ("x = 1\na, b = (x, 2)\n", ["x = 1", "a, b = (x, 2)"]),
        ("x = 5\na = [x for x in range(n)]\nb = 0\n", ["x = 5", "a = [x for x in range(n)]"]),
        ("k = 9\nshow(k for k in 'ab')\na = k\nb = 0\n", ["k = 9", "a = k"]),
    ],
)
def test_what_is_kept(body: str, kept: list[str]) -> None:
    assert formulas(body) == kept


def test_an_import_is_kept_only_where_its_name_is_read() -> None:
    cut = slice_of(HEAD + "a = math.pi\nb = 2\n" + END, "a")
    assert [ast.unparse(one) for one in cut.statements] == ["import math", "a = math.pi"]


def test_earlier_uses_of_a_generator_are_kept_for_they_change_later_draws() -> None:
    body = "g = random.default_rng(n)\nb = g.normal()\nshow(g)\na = g.normal()\nc = g.normal()\n"
    assert formulas(body) == [
        "g = random.default_rng(n)",
        "b = g.normal()",
        "show(g)",
        "a = g.normal()",
    ]


def test_results_that_are_unpacked_are_kept_whole() -> None:
    end = 'save_results({**more, "b": b}, headline="")\n'
    assert formulas("more = {'a': n}\nb = 1\n", "a", end) == ["more = {'a': n}"]
    assert formulas("more = {'a': n}\nb = 1\n", "b", end) == ["b = 1"]


@pytest.mark.parametrize("script", ["a = 1\n", 'save_results({"b": 1}, headline="")\n'])
def test_a_result_that_is_not_saved_is_refused(script: str) -> None:
    with pytest.raises(SliceError, match="no result"):
        slice_of(script, "a")
