"""The little language of checks."""

import pytest

from analysis.claims.check_language import FormulaError, parse
from analysis.printed.interval import Interval


def exactly(**values: float) -> dict[str, Interval]:
    return {f"s-2025-{key.replace('_', '-')}": Interval(x, x) for key, x in values.items()}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("p01-01 = p01-02 + p01-03 - 2", {"p01_01": 5.0, "p01_02": 3.0, "p01_03": 4.0}),
        ("p01-01 = p01-02 / (1 + p01-03)", {"p01_01": 4.0, "p01_02": 6.0, "p01_03": 0.5}),
        ("p01-01 = 1 - p01-02 * p01-03", {"p01_01": 0.4, "p01_02": 2.0, "p01_03": 0.3}),
        # (111.9 / 20.7)^(1/4) - 1 = 52.48 %
        (
            "p01-01 = (p01-02 / p01-03) ** 0.25 - 1",
            {"p01_01": 0.5248072044589047, "p01_02": 111.9, "p01_03": 20.7},
        ),
        ("p01-01 = -p01-02 / (2 - p01-03)", {"p01_01": -3.0, "p01_02": 3.0, "p01_03": 1.0}),
    ],
)
def test_an_equation_is_read_in_every_direction(text: str, values: dict[str, float]) -> None:
    formula, figures = parse(text, "s-2025"), exactly(**values)
    assert len(formula.claims) == len(values)
    for claim in formula.claims:
        solved = formula.solve(claim, figures, {})
        assert solved is not None
        assert solved.middle == pytest.approx(figures[claim].middle, rel=1e-6)


def test_inequalities_open_one_side() -> None:
    figures = exactly(p01_01=2.0, p01_02=3.0)
    formula = parse("p01-01 <= p01-02", "s-2025")
    assert formula.solve("s-2025-p01-01", figures, {}) == Interval(-float("inf"), 3.0)
    assert formula.solve("s-2025-p01-02", figures, {}) == Interval(2.0, float("inf"))
    assert parse("p01-01 <= 2 * p01-02", "s-2025").solve("s-2025-p01-02", figures, {}) is None


def test_what_stands_twice_or_in_a_function_is_not_solved_for() -> None:
    figures = exactly(p01_01=2.0, p01_02=1.0)
    twice = parse("p01-01 = p01-02 + p01-02", "s-2025")
    assert twice.solve("s-2025-p01-02", figures, {}) is None
    inside = parse("p01-01 = double(p01-02)", "s-2025")
    functions = {"double": lambda x: x * 2}
    assert inside.evaluate(figures, functions) == Interval(2.0, 2.0)
    assert inside.solve("s-2025-p01-02", figures, functions) is None


def test_words_and_numbers_reach_functions_as_written() -> None:
    seen = []
    formula = parse("p01-01 = f('p01-02 is no claim here', 3)", "s-2025")
    formula.evaluate({}, {"f": lambda *given: seen.append(given) or 1.0})
    assert seen == [("p01-02 is no claim here", 3)]
    assert formula.claims == ("s-2025-p01-01",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p01-01 + 1 = p01-02", "one claim on the left"),
        ("p01-01 == p01-02", "one relation"),
        ("p01-01 = p01-02 = p01-03", "one relation"),
        ("p01-01 = p01-02 +", "arithmetic"),
        ("p01-01 = p01-02 ** p01-03", "exponent"),
        ("p01-01 = p01-02 ** (2 - 2)", "not zero"),
        ("p01-01 = something", "not something"),
        ("p01-01 = p01-02 % 2", "claims, numbers"),
        ("p01-01 = f(x=1)", "claims, numbers"),
        ("p01-01 = [p01-02]", "claims, numbers"),
    ],
)
def test_what_cannot_be_read_says_what_was_expected(text: str, expected: str) -> None:
    with pytest.raises(FormulaError, match=expected):
        parse(text, "s-2025")
