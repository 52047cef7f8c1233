"""Date-stamping: when explosive stretches began and ended."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from analysis.exuberance.critical_values import LEVELS
from analysis.exuberance.exuberance_result import ExuberanceTest
from analysis.exuberance.specification import one_of

Control = Literal["date", "horizon"]


@dataclass(frozen=True)
class Episode:
    """One explosive stretch.

    Parameters
    ----------
    origin : object
        Label of the first observation whose statistic exceeds its threshold.
    peak : object
        Label of the largest observation from the origin up to the collapse.
    collapse : object or None
        Label of the first observation after it whose statistic does not; None while it lasts.
    duration : int
        Observations from the origin up to, not including, the collapse.
    """

    origin: Any
    peak: Any
    collapse: Any | None
    duration: int

    @property
    def is_ongoing(self) -> bool:
        """Whether it lasts to the end of the sample."""
        return self.collapse is None


@dataclass(frozen=True, eq=False)
class DateStamps:
    """Explosive stretches of a series, and by which rule.

    Parameters
    ----------
    test : ExuberanceTest
        The test whose sequence was dated.
    level : float
        Confidence level of the thresholds.
    control : {"date", "horizon"}
        What the level holds for: each date by itself, or any of the horizon's dates.
    threshold : Series, shape (n,)
        What the sequence must exceed; NaN where nothing is dated.
    shortest : int
        Observations that a stretch must last to be an episode.
    has_rejected : bool
        Whether the test itself rejects; if not, nothing is dated.
    episodes : tuple of Episode
        In the order of time.
    n_too_short : int
        Stretches above the threshold that did not last.
    """

    test: ExuberanceTest
    level: float
    control: Control
    threshold: pd.Series
    shortest: int
    has_rejected: bool
    episodes: tuple[Episode, ...]
    n_too_short: int

    @property
    def table(self) -> pd.DataFrame:
        """One row an episode: origin, peak, collapse (missing while it lasts), duration."""
        columns = ["origin", "peak", "collapse", "duration", "is_ongoing"]
        rows = [[getattr(episode, column) for column in columns] for episode in self.episodes]
        return pd.DataFrame(rows, columns=columns).rename_axis("episode")

    def __str__(self) -> str:
        """Render as a table under the rule that made it."""
        holds = (
            "at each date by itself: expect false alarms"
            if self.control == "date"
            else f"for the last {self.test.critical_values.horizon} ends together"
        )
        title = f"Explosive stretches by {self.test.sequence.name}, {self.level:.0%} {holds}"
        if not self.has_rejected:
            return (
                f"{title}\n  {self.test.name} does not reject at {self.level:.0%}: nothing is dated"
            )
        shorter = f"{self.n_too_short} shorter above the threshold"
        lines = [title, f"  shortest episode  {self.shortest} observations; {shorter}"]
        if not self.episodes:
            lines.append("  none")
        for episode in self.episodes:
            until = "ongoing" if episode.is_ongoing else f"to before {_label(episode.collapse)}"
            lines.append(
                f"  from {_label(episode.origin)} {until}, {episode.duration} observations, "
                f"peak {_label(episode.peak)}"
            )
        return "\n".join(lines)


def date_stamps(
    test: ExuberanceTest,
    *,
    level: float = 0.95,
    control: Control = "date",
    delta: float = 1.0,
    require_rejection: bool = True,
) -> DateStamps:
    r"""Date the explosive stretches that a SADF or GSADF test found.

    A stretch begins at the first end whose statistic exceeds its critical value and collapses at
    the first later one whose statistic does not; an undefined statistic does not. One that has not
    lasted :math:`\delta \ln n` observations, or not yet, is counted but no episode.

    .. math:: \hat r_e = \inf \{ r_2 : \mathrm{BSADF}_{r_2} > cv_{r_2} \}, \quad
              \hat r_f = \inf \{ r_2 > \hat r_e : \mathrm{BSADF}_{r_2} < cv_{r_2} \}

    Parameters
    ----------
    test : ExuberanceTest
        Of `sadf` or `gsadf`.
    level : {0.90, 0.95, 0.99}
        Confidence level.
    control : {"date", "horizon"}
        "date" takes each end's own critical value, as Phillips, Shi and Yu (2015); some date then
        exceeds its value far more often than ``1 - level``. "horizon" takes one value for the last
        ends of the critical values' horizon and dates only these, so that the probability of any
        false alarm is ``1 - level`` (Phillips and Shi 2020); only for GSADF.
    delta : float
        Observations per unit of log n: chosen by how long an episode must last at the data's
        frequency. With 34 quarters, 1 asks for four.
    require_rejection : bool
        Date nothing unless the test rejects at the level (for control "date").

    Returns
    -------
    DateStamps
        Episodes with origin, peak and collapse.

    Raises
    ------
    ValueError
        A level without critical values, a test of one date, or a horizon for SADF.

    References
    ----------
    Phillips, P. C. B., Shi, S., and Yu, J. (2015). Testing for multiple bubbles: limit theory of
    real-time detectors. International Economic Review 56, 1079-1134.
    """
    one_of("control", control, get_args(Control))
    if test.name not in ("SADF", "GSADF"):
        raise ValueError(f"{test.name} tests one date: date a SADF or GSADF test")
    if level not in LEVELS:
        raise ValueError(f"level is {level}, one of {LEVELS} is meant")
    source = test.critical_values
    threshold = test.sequence_critical_values[level].rename("critical value")
    has_rejected = test.rejects(level) or not require_rejection
    if control == "horizon":
        if test.name == "SADF":
            raise ValueError("the horizon is one of BSADF: date a GSADF test")
        threshold = pd.Series(np.nan, index=threshold.index, name=threshold.name)
        threshold.iloc[-source.horizon :] = source.distributions["horizon"].critical_value(level)
        has_rejected = True  # the joint threshold is itself the test
    shortest = math.ceil(delta * math.log(len(test.sequence)))
    stretches = _stretches((test.sequence > threshold).to_numpy()) if has_rejected else []
    lasting = [(first, after) for first, after in stretches if after - first >= shortest]
    return DateStamps(
        test=test,
        level=level,
        control=control,
        threshold=threshold,
        shortest=shortest,
        has_rejected=has_rejected,
        episodes=tuple(_episode(test.observations, *stretch) for stretch in lasting),
        n_too_short=len(stretches) - len(lasting),
    )


def _stretches(is_above: np.ndarray) -> list[tuple[int, int]]:
    """Return the first position of every run of True and the one after its last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_above, [False]]).astype(np.int8)))
    return [(int(first), int(after)) for first, after in edges.reshape(-1, 2)]


def _episode(observations: pd.Series, first: int, after: int) -> Episode:
    index = observations.index
    return Episode(
        origin=index[first],
        peak=observations.iloc[first:after].idxmax(),
        collapse=index[after] if after < len(index) else None,
        duration=after - first,
    )


def _label(label: Any) -> str:
    return f"{label:%Y-%m-%d}" if isinstance(label, pd.Timestamp) else str(label)
