"""Vectorized arithmetic in lanes: many scenarios side by side in one vector register.

Compiled functions keep every quantity of a block of `LANES` scenarios in one row of a flat array;
row ``r`` of lane ``j`` is element ``r * LANES + j``. The offsets are constants, which lets the
compiler see that rows do not overlap and handle eight scenarios with one instruction.
"""

from __future__ import annotations

from typing import Any

import numba
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import types
from numba.extending import intrinsic

LANES = 64

# Products may be fused with sums and -0 taken for 0, nothing more: a lane's result must depend
# neither on its neighbors nor on its place in the block, and NaN and infinity keep their meaning.
_OPTIONS: dict[str, Any] = {"error_model": "numpy", "fastmath": {"contract", "nsz"}}
compiled = numba.njit(nogil=True, **_OPTIONS)
kept = numba.njit(nogil=True, cache=True, **_OPTIONS)
inlined = numba.njit(forceinline=True, **_OPTIONS)

_INDICES = 0x7FFFFFFF
_SHIFT = 6755399441055744.0  # 1.5 * 2**52: adding it leaves a whole number in the lowest bits
_ONE_BITS = 0x3FF0000000000000
_HALF_ROOT_BITS = 0x3FE6A09E667F3BCD  # sqrt(1/2)
_EXPONENT_MASK = ~0xFFFFFFFFFFFFF
_LN_2, _LN_2_REST, _LOG2_E = 0.6931471805599453, 2.3190468138462996e-17, 1.4426950408889634


@inlined
def offset(row: int) -> int:
    """Return where a row starts; the mask tells the compiler that this is not negative.

    Otherwise every element is tested for a negative index, and lanes are handled one by one.
    """
    return (row * LANES) & _INDICES


def _recast(result: types.Type, argument: types.Type, bits: ir.Type) -> Any:
    """Return a function that reads the same 64 bits as another type."""

    def recast(_: Any, value: Any) -> Any:
        def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], bits)

        return result(argument), generate

    return intrinsic(recast)


_bits = _recast(types.int64, types.float64, ir.IntType(64))
_float = _recast(types.float64, types.int64, ir.DoubleType())


@inlined
def _logarithm(x: float) -> float:
    above = _bits(x) - _HALF_ROOT_BITS
    exponent_bits = above & _EXPONENT_MASK
    mantissa = _float(_bits(x) - exponent_bits)  # in [sqrt(1/2), sqrt(2))
    exponent = _float((exponent_bits >> 52) + _bits(_SHIFT)) - _SHIFT
    ratio = (mantissa - 1.0) / (mantissa + 1.0)
    square = ratio * ratio
    tail = 1 / 21
    tail = tail * square + 1 / 19
    tail = tail * square + 1 / 17
    tail = tail * square + 1 / 15
    tail = tail * square + 1 / 13
    tail = tail * square + 1 / 11
    tail = tail * square + 1 / 9
    tail = tail * square + 1 / 7
    tail = tail * square + 1 / 5
    tail = tail * square + 1 / 3
    return exponent * _LN_2 + (2 * ratio + 2 * ratio * square * tail)


@inlined
def _exponential(x: float) -> float:
    x = x if x < 700.0 else 700.0
    x = x if x > -700.0 else -700.0
    shifted = x * _LOG2_E + _SHIFT
    whole = shifted - _SHIFT
    rest = (x - whole * _LN_2) - whole * _LN_2_REST  # within half of ln 2
    power = 1 / 6227020800
    power = power * rest + 1 / 479001600
    power = power * rest + 1 / 39916800
    power = power * rest + 1 / 3628800
    power = power * rest + 1 / 362880
    power = power * rest + 1 / 40320
    power = power * rest + 1 / 5040
    power = power * rest + 1 / 720
    power = power * rest + 1 / 120
    power = power * rest + 1 / 24
    power = power * rest + 1 / 6
    power = power * rest + 1 / 2
    power = power * rest + 1.0
    power = power * rest + 1.0
    return power * _float((_bits(shifted) << 52) + _ONE_BITS)


@inlined
def power(base: float, exponent: float) -> float:
    """Return ``base ** exponent`` for a positive, normal base, without a branch or a call.

    Logarithm by the series of ``artanh``, exponential by Taylor's, each on a reduced argument; the
    relative error is some ``|exponent * log(base)|`` units in the last place, at most 1e-13.
    """
    return _exponential(exponent * _logarithm(base))


@inlined
def larger(first: float, second: float) -> float:
    """Return the larger of two values, as one instruction."""
    return first if first > second else second


@inlined
def smaller(first: float, second: float) -> float:
    """Return the smaller of two values, as one instruction."""
    return first if first < second else second
