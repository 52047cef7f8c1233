"""A cubic spline over evenly spaced knots, evaluated without a search for the interval.

SciPy looks up the interval of each point by bisection, which took most of the time of a draw; where
knots are evenly spaced a division tells it. Values are those of SciPy's evaluation, bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from analysis.arrays import Floats


@dataclass(frozen=True, eq=False)
class EvenSpline:
    """A piecewise cubic polynomial over evenly spaced knots.

    Parameters
    ----------
    knots : array, shape (n + 1,)
        Ascending, evenly spaced.
    coefficients : array, shape (4, n)
        Of each interval, the highest power first, in the distance from its left knot, as
        `scipy.interpolate.PPoly` has them.
    """

    knots: Floats
    coefficients: Floats

    def __call__(self, at: Floats) -> Floats:
        """Return values; beyond the knots the outermost polynomial goes on.

        Examples
        --------
        >>> import numpy as np
        >>> from scipy.interpolate import CubicHermiteSpline
        >>> knots = np.linspace(-1.0, 1.0, 5)
        >>> theirs = CubicHermiteSpline(knots, knots**3, 3 * knots**2)
        >>> EvenSpline(theirs.x, theirs.c)(np.array([0.3, 2.0])) == theirs([0.3, 2.0])
        array([ True,  True])
        """
        points = np.ascontiguousarray(at, dtype=np.float64)
        values = np.empty_like(points)
        _fill(self.knots, self.coefficients, points.ravel(), values.ravel())
        return values


@njit(cache=True, nogil=True, error_model="numpy")
def _fill(knots, coefficients, points, values):  # type: ignore[no-untyped-def]
    last = len(knots) - 2
    per_step = (last + 1) / (knots[-1] - knots[0])
    for i in range(len(points)):
        x = points[i]
        if np.isnan(x):
            values[i] = x
            continue
        guess = min(max((x - knots[0]) * per_step, 0.0), float(last))
        place = int(guess)
        # the division may round to the interval beside
        if place > 0 and x < knots[place]:
            place -= 1
        elif place < last and x >= knots[place + 1]:
            place += 1
        distance, power, value = x - knots[place], 1.0, 0.0
        for degree in range(4):
            value += coefficients[3 - degree, place] * power
            power *= distance
        values[i] = value
