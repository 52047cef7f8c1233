"""A cubic spline over evenly spaced knots, evaluated without a search for the interval.

SciPy looks up the interval of each point by bisection, which took most of the time of a draw; where
knots are evenly spaced a division tells it. Values are those of SciPy's evaluation, bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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

    @classmethod
    def through(cls, knots: Floats, values: Floats, slopes: Floats) -> EvenSpline:
        """Return the cubic Hermite spline, which has these values and slopes at its knots.

        Importing `scipy.interpolate` for it takes a tenth of the time of a simulation.

        Parameters
        ----------
        knots : array, shape (n + 1,)
            Ascending, evenly spaced.
        values, slopes : array, shape (n + 1,)
            The function and its derivative at the knots.

        Examples
        --------
        >>> import numpy as np
        >>> from scipy.interpolate import CubicHermiteSpline
        >>> knots = np.linspace(-1.0, 1.0, 5)
        >>> ours = EvenSpline.through(knots, np.exp(knots), np.exp(knots))
        >>> theirs = CubicHermiteSpline(knots, np.exp(knots), np.exp(knots))
        >>> bool(np.all(ours.coefficients == theirs.c))
        True
        """
        width = np.diff(knots)
        chord = np.diff(values) / width
        bend = (slopes[:-1] + slopes[1:] - 2 * chord) / width
        coefficients = (
            bend / width,
            (chord - slopes[:-1]) / width - bend,
            slopes[:-1],
            values[:-1],
        )
        return cls(knots, np.array(coefficients))

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
        at = np.asarray(at, dtype=np.float64)
        knots, last = self.knots, len(self.knots) - 2
        guess = np.clip((at - knots[0]) * ((last + 1) / (knots[-1] - knots[0])), 0.0, float(last))
        place = np.nan_to_num(guess).astype(np.intp)
        # the division may round to the interval beside
        place -= (place > 0) & (at < knots[place])
        place += (place < last) & (at >= knots[np.minimum(place + 1, last)])
        distance = at - knots[place]
        constant, linear, square, cube = (row[place] for row in self.coefficients[::-1])
        with np.errstate(invalid="ignore", over="ignore"):  # of points infinitely far out
            value = constant + linear * distance
            value += square * (distance * distance)
            value += cube * (distance * distance * distance)
        return np.asarray(value)
