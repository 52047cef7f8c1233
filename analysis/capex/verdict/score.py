"""The score of the evidence, how far it hangs on the weights, and the verdict in one sentence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.arrays import Floats
from analysis.brief import Brief
from analysis.capex.verdict.declared import (
    FAIRLY_SURE,
    MOST_UNKNOWN,
    NO_SIGNS,
    SIGNS,
    SURE,
)

N_WEIGHTINGS = 1_000
WORDS = ("no signs of a bubble", "mixed signs", "signs of a bubble")


def verdict_word(score: float) -> str:
    """Name a score.

    Examples
    --------
    >>> verdict_word(0.75), verdict_word(0.4), verdict_word(0.2)
    ('signs of a bubble', 'mixed signs', 'no signs of a bubble')
    """
    return WORDS[2] if score >= SIGNS else WORDS[0] if score <= NO_SIGNS else WORDS[1]


@dataclass(frozen=True)
class Verdict(Brief):
    """A country's verdict.

    Parameters
    ----------
    country : str
        Whose.
    evidence : DataFrame
        Of :func:`~analysis.capex.verdict.verdict_evidence.evidence`.
    score : float
        Share of the known indicators that speak for a bubble.
    weighted : ndarray, shape (n,)
        The score under random weightings.
    """

    country: str
    evidence: pd.DataFrame
    score: float
    weighted: Floats

    @property
    def word(self) -> str:
        """The verdict."""
        return verdict_word(self.score)

    @property
    def n_for(self) -> int:
        """Indicators that speak for a bubble."""
        return int(self.evidence["speaks"].eq(True).sum())

    @property
    def n_known(self) -> int:
        """Indicators that are known."""
        return int(self.evidence["speaks"].notna().sum())

    @property
    def band(self) -> tuple[float, float]:
        """5th and 95th percentile of the score under random weightings."""
        low, high = np.quantile(self.weighted, [0.05, 0.95])
        return float(low), float(high)

    @property
    def agreement(self) -> float:
        """Share of random weightings with the same verdict."""
        return float(np.mean([verdict_word(one) == self.word for one in self.weighted]))

    @property
    def confidence(self) -> str:
        """How sure the verdict is, by the declared rule."""
        unknown = 1.0 - self.n_known / len(self.evidence)
        if self.agreement >= SURE and unknown <= MOST_UNKNOWN:
            return "sure"
        return "fairly sure" if self.agreement >= FAIRLY_SURE else "not sure"

    @property
    def quarter(self) -> str:
        """The newest quarter of the ratio to operating cash flow, as in 2026Q2."""
        return str(self.evidence["as_of"]["cash"]).split(" ")[-1]

    @property
    def cash_flow_over(self) -> str:
        """What that ratio is taken over: four quarters, or one where no more are known."""
        is_one = str(self.evidence["as_of"]["cash"]) == self.quarter
        return "in that quarter" if is_one else "over four quarters"

    def sentence(self) -> str:
        """Return the verdict in one sentence: what, by what, as of when, how sure."""
        return (
            f"{self.country}, {self.quarter}: {self.word}, {self.confidence}; {self.n_for} of "
            f"{self.n_known} known indicators speak for a bubble, and spending takes "
            f"{self.evidence['value']['cash']:.0%} of operating cash flow {self.cash_flow_over}."
        )


def judge_evidence(country: str, evidence: pd.DataFrame, seed: int) -> Verdict:
    """Score the evidence with equal weights and with random ones.

    Parameters
    ----------
    country : str
        Whose.
    evidence : DataFrame
        With the column speaks.
    seed : int
        Of the weightings: 1,000 draws, even over all weights that are not negative and sum to one
        (Dirichlet with ones).
    """
    known = evidence["speaks"].dropna().astype(float).to_numpy()
    weights = np.random.default_rng(seed).dirichlet(np.ones(len(known)), N_WEIGHTINGS)
    return Verdict(country, evidence, float(known.mean()), weights @ known)
