"""Test result: statistic, critical values and p-value of a right-tailed unit root test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final, Literal

import pandas as pd

from analysis.exuberance.critical_values import LEVELS, CriticalValues, NullDistribution
from analysis.exuberance.null_draws import DEFAULT_DRAWS
from analysis.exuberance.specification import Specification
from analysis.exuberance.stored import default_critical_values

TestName = Literal["ADF", "SADF", "BSADF", "GSADF"]

NULL: Final = "a unit root throughout: a random walk, its drift negligible"

ALTERNATIVE: Final[Mapping[TestName, str]] = MappingProxyType(
    {
        "ADF": "an explosive root over the whole sample",
        "SADF": "an explosive root from the first observation to some date",
        "BSADF": "an explosive root over a stretch that lasts to the last observation",
        "GSADF": "an explosive root over some stretch",
    }
)

PRECISE_LEVEL: Final = 0.95
"""Level of the critical value of which is said how well few draws know it."""

TITLE: Final[Mapping[TestName, str]] = MappingProxyType(
    {
        "ADF": "ADF, right-tailed (Dickey and Fuller 1979)",
        "SADF": "SADF, supremum over ends (Phillips, Wu and Yu 2011)",
        "BSADF": "BSADF at the last observation (Phillips, Shi and Yu 2015)",
        "GSADF": "GSADF, supremum over starts and ends (Phillips, Shi and Yu 2015)",
    }
)


@dataclass(frozen=True, eq=False)
class ExuberanceTest:
    """A right-tailed unit root test and what it was held against.

    Parameters
    ----------
    name : {"ADF", "SADF", "BSADF", "GSADF"}
        The test.
    statistic : float
        Large values speak for the alternative.
    observations : Series, shape (n,)
        What was tested.
    sequence : Series, shape (n,)
        BADF for ADF and SADF, BSADF for BSADF and GSADF, by the window's last observation; NaN
        before the first end and where no window has a defined statistic.
    tested : Specification
        Regression and windows.
    given : CriticalValues, optional
        Null distributions; when None they are those stored, or are drawn when they are asked for.
    lag_choice : str
        "fixed" or the criterion that chose the lags.
    """

    name: TestName
    statistic: float
    observations: pd.Series
    sequence: pd.Series
    tested: Specification
    given: CriticalValues | None
    lag_choice: str

    @cached_property
    def critical_values(self) -> CriticalValues:
        """Null distributions; thousands of points take minutes to draw, the statistic does not."""
        return self.given or default_critical_values(self.tested)

    @property
    def specification(self) -> Specification:
        """Regression and windows, as the critical values hold for."""
        return self.given.specification if self.given else self.tested

    @property
    def null(self) -> str:
        """Null hypothesis."""
        return NULL

    @property
    def alternative(self) -> str:
        """Alternative hypothesis."""
        return ALTERNATIVE[self.name]

    @property
    def distribution(self) -> NullDistribution:
        """The statistic's distribution under the null."""
        return self.critical_values.distributions[self.name]

    @property
    def p_value(self) -> float:
        """Probability, under the null, of a statistic at least as large."""
        return self.distribution.p_value(self.statistic)

    @property
    def mean_change(self) -> float:
        """Mean change per period in standard deviations of the change; steady growth if large."""
        changes = self.observations.diff()
        return float(changes.mean() / changes.std())

    def critical_value(self, level: float = 0.95) -> float:
        """Return the critical value at a confidence level."""
        return self.distribution.critical_value(level)

    def rejects(self, level: float = 0.95) -> bool:
        """Whether the null is rejected at a confidence level."""
        return self.statistic > self.critical_value(level)

    @property
    def sequence_critical_values(self) -> pd.DataFrame:
        """Critical values of each end of the sequence by itself, one column a level."""
        backward = self.name in ("ADF", "SADF")
        values = self.critical_values.badf if backward else self.critical_values.bsadf
        return pd.DataFrame(values.T, index=self.sequence.index, columns=pd.Index(LEVELS))

    def __str__(self) -> str:
        """Render with hypotheses, critical values and every convention."""
        specification, source = self.specification, self.critical_values
        sequence = self.sequence.iloc[specification.first_end :]
        n_undefined = int(sequence.isna().sum())
        floor = self.distribution.least_p_value
        p_value = f"< {floor:.2g}" if self.p_value <= floor else f"{self.p_value:.4f}"
        values = (f"{level:.0%} {self.critical_value(level):.3f}" for level in LEVELS)
        counted = f"window of {specification.window} {specification.window_counts}"
        chosen = "" if self.lag_choice == "fixed" else f", chosen by {self.lag_choice.upper()}"
        lines = [
            TITLE[self.name],
            f"  null             {self.null}",
            f"  alternative      {self.alternative}",
            f"  statistic        {self.statistic:.4f}",
            f"  critical values  {'   '.join(values)}",
            f"  p-value          {p_value}",
            f"  observations     {specification.n_observations}",
            f"  mean change      {self.mean_change:.2f} standard deviations a period",
            f"  regression       {specification.regression_in_words}{chosen}",
            f"  shortest window  {specification.window_in_words} ({counted})",
            f"  distribution     {source.method}, {source.draws:,} draws, seed {source.seed}",
            f"                   {source.null}",
        ]
        if source.draws < DEFAULT_DRAWS:
            low, high = self.distribution.interval(PRECISE_LEVEL, source.draws)
            lines.append(
                f"  precision        {PRECISE_LEVEL:.0%} value within {low:.3f} to {high:.3f} "
                f"(95 % interval of {source.draws:,} draws)"
            )
        if n_undefined:
            lines.append(
                f"  undefined        {n_undefined} of {len(sequence)} ends: "
                "every window flat or fitted exactly"
            )
        return "\n".join(lines)
