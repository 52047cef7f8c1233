"""Projection of all companies under one scenario, computed once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.brief import Brief
from analysis.capex.wave.assumed import AssumedWave
from analysis.capex.wave.projection import (
    FittedDraws,
    Projection,
    draw_assumptions,
    fit_draws,
    profit_test,
    project,
    required_growth,
)
from analysis.capex.wave.scenarios import HORIZON, CapexScenario, Plan, ProfitPath
from analysis.capex.wave.wave_model import WaveInput


@dataclass(frozen=True)
class Futures(Brief):
    """Everything a projection needs but its scenario.

    Parameters
    ----------
    inputs : mapping of str to WaveInput
        Histories by company.
    expected : mapping of str to Plan
        Plans by company.
    income_2025_m : mapping of str to float
        Net income of 2025 at its usual margin, by company.
    error_by_year_ahead : Series
        Root mean square log error of the back-test, by years ahead.
    n_draws, seed : int
        Draws of what filings do not say; every scenario gets the same.
    revenue_growth : float
        Growth per year of what goes with revenue.
    """

    inputs: Mapping[str, WaveInput]
    expected: Mapping[str, Plan]
    income_2025_m: Mapping[str, float]
    error_by_year_ahead: pd.Series
    n_draws: int
    seed: int
    revenue_growth: float
    _known: dict[tuple[CapexScenario, float | None], dict[str, Projection]] = field(
        default_factory=dict, repr=False
    )

    @cached_property
    def fitted(self) -> dict[str, FittedDraws]:
        """Draws fitted to every company's history, the same for all scenarios."""
        rng = np.random.default_rng(self.seed)
        wave = AssumedWave(draw_assumptions(self.n_draws, rng), len(HORIZON))
        growth = self.revenue_growth
        return {
            name: fit_draws(company, wave, self.error_by_year_ahead, rng, revenue_growth=growth)
            for name, company in self.inputs.items()
        }

    def projections(
        self, scenario: CapexScenario, life_years: float | None = None
    ) -> dict[str, Projection]:
        """Project D&A of every company; the same question is answered from memory.

        Parameters
        ----------
        scenario : CapexScenario
            Path of capital expenditure.
        life_years : float, optional
            Life of short-lived assets from the fourth quarter of 2026 on; as announced by default.
        """
        key = (scenario, life_years)
        if key not in self._known:
            self._known[key] = {
                name: project(fitted, self.expected[name], scenario, life_years=life_years)
                for name, fitted in self.fitted.items()
            }
        return self._known[key]

    def test(
        self,
        scenario: CapexScenario,
        paths: Mapping[str, ProfitPath],
        life_years: float | None = None,
    ) -> pd.DataFrame:
        """Put D&A over net income (:func:`~analysis.capex.wave.projection.profit_test`)."""
        return profit_test(self.projections(scenario, life_years), self.income_2025_m, paths)

    def needed(
        self, scenario: CapexScenario, life_years: float | None = None, tax_rate: float = 0.17
    ) -> pd.DataFrame:
        """Profit growth needed (:func:`~analysis.capex.wave.projection.required_growth`)."""
        projections = self.projections(scenario, life_years)
        return required_growth(projections, self.income_2025_m, tax_rate)
