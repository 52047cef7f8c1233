"""Changes of useful lives: what they did to depreciation, modeled beside stated."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.capex.filings.companies import COMPANIES
from analysis.capex.wave.assumed import WaveAssumptions
from analysis.capex.wave.lives import QUARTERS_PER_YEAR
from analysis.capex.wave.wave_model import WaveInput, model_da

SOME = "some servers and networking"
KEPT = ("company", "effective_date", "old_life_years", "new_life_years", "effect_period")


def life_change_effects(
    inputs: Mapping[str, WaveInput], assumptions: WaveAssumptions | None = None
) -> pd.DataFrame:
    """Compare D&A with each announced change of servers' lives and without it.

    Without it, the life before the effect's period stays in force; coefficients are those fitted
    with the announced lives. A change that concerns only some assets is modeled as if it concerned
    all of them, so the stated effect over the modeled one is their share.

    Parameters
    ----------
    inputs : mapping of str to WaveInput
        Histories by company.
    assumptions : WaveAssumptions, optional
        What the filings do not say.

    Returns
    -------
    DataFrame
        One row per change whose effect on a whole year was stated: company, effective_date,
        old_life_years, new_life_years, effect_period, modeled_m (change of D&A in that period),
        stated_m (change of depreciation, or the change of operating income with its sign turned),
        basis (expected or actual), net_income_effect_m (stated), concerns, implied_share (of
        short-lived assets in capital expenditure: the assumed share times stated over modeled;
        missing where only some of them are concerned).
    """
    assumptions = assumptions or WaveAssumptions()
    rows = []
    for company in inputs.values():
        announced = company.announced_lives
        stated = announced[
            (announced["company"] == company.company)
            & announced["asset_class"].isin(["servers", "servers and networking", SOME])
            & announced["effect_period"].str.fullmatch("(FY)?20[0-9]{2}")
            & announced["effective_date"].notna()
        ]
        depreciation = stated["depreciation_effect_m"]
        rows.append(
            pd.DataFrame(
                {
                    **{name: stated[name] for name in KEPT},
                    "modeled_m": [
                        _modeled_effect(company, period, life, assumptions)
                        for period, life in zip(
                            stated["effect_period"],
                            stated["new_life_years"].where(stated["asset_class"] == SOME),
                            strict=True,
                        )
                    ],
                    "stated_m": depreciation.fillna(-stated["operating_income_effect_m"]),
                    "basis": stated["effect_basis"],
                    "net_income_effect_m": stated["net_income_effect_m"],
                    "concerns": stated["asset_class"],
                }
            )
        )
    table = pd.concat(rows, ignore_index=True)
    implied = assumptions.short_lived_share * table["stated_m"] / table["modeled_m"]
    return table.assign(implied_share=implied.where(table["concerns"] != SOME))


def _modeled_effect(
    company: WaveInput, effect_period: str, life_years: float, assumptions: WaveAssumptions
) -> float:
    """D&A of a period with its changes of life, or with a given life, less without either."""
    quarters = company.quarters[company.quarters <= company.last_capex]
    announced = company.lives(quarters)
    span = pd.period_range(end=_last_quarter(company.company, effect_period), periods=4, freq="Q")
    is_after = quarters >= span[0]
    changed, kept = announced.copy(), announced.copy()
    kept[is_after] = announced[~is_after][-1]
    if not pd.isna(life_years):
        changed[is_after] = life_years * QUARTERS_PER_YEAR
    with_it, without = (
        model_da(company, assumptions, life_quarters=lives, fit_life_quarters=announced)
        for lives in (changed, kept)
    )
    return float((with_it.parts["total_m"] - without.parts["total_m"]).reindex(span).sum())


def _last_quarter(company: str, period: str) -> pd.Period:
    """Last calendar quarter of a year, or of a fiscal year (FY)."""
    month = COMPANIES[company].fiscal_year_end_month if period.startswith("FY") else 12
    return pd.Period(year=int(period[-4:]), month=month, freq="M").asfreq("Q")
