"""The formulas of the rent indices, as `explain` and `docs/formulas.md` show them."""

from __future__ import annotations

from analysis.formula import Formula

_ESTIMATORS = "analysis.rents.index.estimators"

FORMULAS = (
    Formula(
        "time_product_dummy",
        "Rent index, provider and month effects",
        "log",
        "log rent[provider, t] = level[provider] + effect[t] + error; index[t] = exp(effect[t])",
        ("log_rents",),
        f"{_ESTIMATORS}:time_product_dummy",
        ("TPD", "租金指数"),
    ),
    Formula(
        "bilateral_jevons",
        "Rent index, mean change of providers in both months",
        "log",
        "change[s, t] = mean over providers quoted in s and t of log rent[t] - log rent[s]",
        ("log_rents",),
        f"{_ESTIMATORS}:bilateral_jevons",
        ("Jevons", "matched"),
    ),
    Formula(
        "jevons_chained",
        "Rent index, months linked by matched providers",
        "log",
        "index[t] = index[t-1] + change[t-1, t]",
        ("bilateral_jevons",),
        f"{_ESTIMATORS}:jevons_chained",
        ("chained",),
    ),
    Formula(
        "jevons_fixed_base",
        "Rent index, every month matched with the first",
        "log",
        "index[t] = change[0, t]",
        ("bilateral_jevons",),
        f"{_ESTIMATORS}:jevons_fixed_base",
        ("fixed base",),
    ),
    Formula(
        "geks_jevons",
        "Rent index, mean over all months in between",
        "log",
        "index[t] = mean over months s of change[0, s] + change[s, t]",
        ("bilateral_jevons",),
        f"{_ESTIMATORS}:geks_jevons",
        ("GEKS", "multilateral"),
    ),
)
