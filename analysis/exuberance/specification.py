"""Test specification: regressors, lags and windows, which fix the null distribution.

Two ways of counting the shortest window are published, and the statistics differ:

``"levels"``
    The window is a number of observations of the series, so that its regression has ``window - 1 -
    lags`` rows: Phillips, Shi and Yu (2015); the R packages psymonitor and MultipleBubbles, whose
    first statistic stands at observation ``window``.
``"rows"``
    The window is a number of rows of the regression, so that it spans ``window + 1 + lags``
    observations: the R package exuber, whose first statistic stands at observation ``window + 1``
    without lags, and Stata's radf, which takes exuber's critical values.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from analysis.exuberance.unsuitable import InfeasibleTestError

Trend = Literal["n", "c", "ct"]
WindowCounts = Literal["levels", "rows"]

FEWEST_DEGREES_OF_FREEDOM: Final = 3
"""A t ratio on one or two has no variance, and its supremum shows the tails of the worst window."""

DETERMINISTIC: Final[dict[str, str]] = {
    "n": "no constant",
    "c": "constant",
    "ct": "constant and trend",
}


def shortest_window(n_observations: int) -> int:
    r"""Return the shortest window that Phillips, Shi and Yu (2015) advise.

    Parameters
    ----------
    n_observations : int
        Length of the series.

    Returns
    -------
    int
        :math:`\lfloor n (0.01 + 1.8 / \sqrt{n}) \rfloor`; what it counts is the convention's.

    Examples
    --------
    >>> [shortest_window(n) for n in (30, 34, 100, 400)]
    [10, 10, 19, 40]
    """
    # The guard keeps n = 400, where the product is 40 but for rounding, at 40.
    return math.floor(n_observations * 0.01 + 1.8 * math.sqrt(n_observations) + 1e-9)


@dataclass(frozen=True)
class Specification:
    r"""An augmented Dickey-Fuller regression and the windows it is run over.

    .. math:: \Delta y_t = \alpha + \delta t + \gamma y_{t-1}
              + \sum_{i=1}^{k} \phi_i \Delta y_{t-i} + \varepsilon_t

    Parameters
    ----------
    n_observations : int
        Length of the series.
    lags : int
        Lagged differences k.
    trend : {"n", "c", "ct"}
        No deterministic term, a constant (the literature's choice), a constant and a trend. Without
        a constant the statistics depend on where the series has its zero.
    window : int
        Shortest window, counted as ``window_counts`` says.
    window_counts : {"levels", "rows"}
        The convention, see the module.

    Raises
    ------
    InfeasibleTestError
        The shortest regression has fewer than three degrees of freedom, or the window is longer
        than the series.

    See Also
    --------
    specify : fills in the window and checks the words.
    """

    n_observations: int
    lags: int
    trend: Trend
    window: int
    window_counts: WindowCounts

    def __post_init__(self) -> None:
        if self.n_observations <= self.first_end:
            raise InfeasibleTestError(
                f"the shortest window ({self.window_in_words}) is longer than the series, "
                f"{self.n_observations} observations"
            )
        freedom = self.shortest_rows - self.n_regressors
        if self.lags < 0 or freedom < FEWEST_DEGREES_OF_FREEDOM:
            allowed = feasible_lags(
                self.n_observations,
                trend=self.trend,
                window=self.window,
                window_counts=self.window_counts,
            )
            those = ", ".join(map(str, allowed)) or "none: widen the window"
            raise InfeasibleTestError(
                f"{self.lags} lags with {DETERMINISTIC[self.trend]} leave the shortest regression "
                f"{self.shortest_rows} rows for {self.n_regressors} coefficients; at least "
                f"{FEWEST_DEGREES_OF_FREEDOM} degrees of freedom are needed. Feasible with "
                f"{self.n_observations} observations and a window of {self.window} "
                f"{self.window_counts}: {those}"
            )

    @property
    def n_deterministic(self) -> int:
        """Deterministic regressors."""
        return len(self.trend) if self.trend != "n" else 0

    @property
    def n_regressors(self) -> int:
        """Coefficients of the regression."""
        return self.n_deterministic + self.lags + 1

    @property
    def shortest_rows(self) -> int:
        """Rows of the shortest window's regression."""
        return self.window - 1 - self.lags if self.window_counts == "levels" else self.window

    @property
    def first_end(self) -> int:
        """Position, from 0, of the first observation that ends a window."""
        return self.shortest_rows + self.lags

    @property
    def n_ends(self) -> int:
        """Observations that end a window."""
        return self.n_observations - self.first_end

    @property
    def window_in_words(self) -> str:
        """The shortest window under either way of counting."""
        return f"{self.first_end + 1} observations, {self.shortest_rows} rows of the regression"

    @property
    def regression_in_words(self) -> str:
        """Deterministic terms and lags."""
        lags = "1 lagged difference" if self.lags == 1 else f"{self.lags} lagged differences"
        return f"{DETERMINISTIC[self.trend]}, {lags}"

    def __str__(self) -> str:
        """Render on one line: length, regression, windows."""
        return (
            f"{self.n_observations} observations; {self.regression_in_words}; "
            f"shortest window {self.window_in_words}"
        )


def specify(
    n_observations: int,
    *,
    lags: int = 0,
    trend: Trend = "c",
    window: int | None = None,
    window_counts: WindowCounts = "levels",
) -> Specification:
    """Return a checked specification, with the published shortest window unless one is given.

    Parameters
    ----------
    n_observations, lags, trend, window, window_counts
        As in `Specification`; ``window`` None is `shortest_window`.

    Returns
    -------
    Specification
        One that every window can be estimated under.

    Raises
    ------
    InfeasibleTestError
        It is not feasible.
    ValueError
        A word is not one of those above.

    Examples
    --------
    >>> specify(34).window_in_words
    '10 observations, 9 rows of the regression'
    >>> specify(34, lags=1, window_counts="rows").window_in_words
    '12 observations, 10 rows of the regression'
    """
    one_of("trend", trend, get_args(Trend))
    one_of("window_counts", window_counts, get_args(WindowCounts))
    shortest = shortest_window(n_observations) if window is None else window
    return Specification(n_observations, lags, trend, shortest, window_counts)


def feasible_lags(
    n_observations: int,
    *,
    trend: Trend = "c",
    window: int | None = None,
    window_counts: WindowCounts = "levels",
) -> tuple[int, ...]:
    """Return the lag lengths that leave every window at least three degrees of freedom.

    Parameters
    ----------
    n_observations, trend, window, window_counts
        As in `specify`.

    Returns
    -------
    tuple of int
        Ascending; empty when not even zero lags are feasible.

    Examples
    --------
    Of 30 quarters the published window keeps 10; two lags are the most that it carries.

    >>> feasible_lags(30), feasible_lags(30, window_counts="rows"), feasible_lags(8)
    ((0, 1, 2), (0, 1, 2, 3, 4, 5), ())
    """
    shortest = shortest_window(n_observations) if window is None else window
    in_levels = window_counts == "levels"
    spent = (len(trend) if trend != "n" else 0) + 1 + FEWEST_DEGREES_OF_FREEDOM
    most = (shortest - 1 - spent) // 2 if in_levels else shortest - spent
    if not in_levels:
        most = min(most, n_observations - 1 - shortest)
    return tuple(range(most + 1)) if shortest <= n_observations else ()


def one_of(name: str, value: str, words: Sequence[str]) -> None:
    """Refuse a word that is not among those allowed."""
    if value not in words:
        raise ValueError(f"{name} is {value!r}, one of {', '.join(map(repr, words))} is meant")
