"""How many internal rates of return a series of whole amounts has: exact, by Sturm's theorem."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import gcd

Polynomial = list[int]  # coefficients, highest power first


def _primitive(polynomial: Polynomial) -> Polynomial:
    divisor = gcd(*polynomial)
    return [coefficient // divisor for coefficient in polynomial]


def _without_leading_zeros(polynomial: Polynomial) -> Polynomial:
    first = next((index for index, c in enumerate(polynomial) if c), len(polynomial))
    return polynomial[first:]


def _remainder(dividend: Polynomial, divisor: Polynomial) -> Polynomial:
    """A positive multiple of the remainder, so that no fraction and no sign is lost."""
    left, lead = list(dividend), abs(divisor[0])
    sign = 1 if divisor[0] > 0 else -1
    while len(left) >= len(divisor):
        quotient = left[0] * sign
        left = [coefficient * lead for coefficient in left]
        for index, coefficient in enumerate(divisor):
            left[index] -= quotient * coefficient
        left = left[1:]
    return _without_leading_zeros(left)


def _changes(values: Sequence[int]) -> int:
    signs = [value > 0 for value in values if value]
    return sum(one != other for one, other in pairwise(signs))


def count_irr(flows: Sequence[int]) -> int:
    """Distinct rates above -100 % at which whole flows have a present value of zero."""
    polynomial = _without_leading_zeros(list(flows)[::-1])
    while polynomial and polynomial[-1] == 0:  # a root at infinity, not a rate
        polynomial.pop()
    if len(polynomial) < 2:
        return 0
    degree = len(polynomial) - 1
    slope = [c * (degree - index) for index, c in enumerate(polynomial[:-1])]
    chain = [_primitive(polynomial), _primitive(slope)]
    while len(chain[-1]) > 1:
        remainder = _remainder(chain[-2], chain[-1])
        if not remainder:
            break
        chain.append([-coefficient for coefficient in _primitive(remainder)])
    at_zero, at_infinity = [p[-1] for p in chain], [p[0] for p in chain]
    return _changes(at_zero) - _changes(at_infinity)
