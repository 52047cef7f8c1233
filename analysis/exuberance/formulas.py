"""The statistics of explosiveness, as `explain` and `docs/formulas.md` show them."""

from __future__ import annotations

from analysis.formula import Formula

_TESTS = "analysis.exuberance.unit_root"

FORMULAS = (
    Formula(
        "adf",
        "Augmented Dickey-Fuller statistic",
        "t-ratio",
        "change[t] = a + b y[t-1] + lagged changes + error; adf = b over its standard error",
        ("y",),
        f"{_TESTS}:adf",
        ("unit root", "单位根"),
    ),
    Formula(
        "bsadf",
        "Backward supremum of adf",
        "t-ratio",
        "bsadf[t] = highest adf of the windows that end in t",
        ("adf",),
        f"{_TESTS}:bsadf",
        ("BSADF", "dating"),
    ),
    Formula(
        "sadf",
        "Supremum of adf over windows from the first observation",
        "t-ratio",
        "sadf = highest adf of the windows that start at the first observation",
        ("adf",),
        f"{_TESTS}:sadf",
        ("SADF", "bubble", "泡沫"),
    ),
    Formula(
        "gsadf",
        "Supremum of adf over all windows",
        "t-ratio",
        "gsadf = highest bsadf[t] over all t",
        ("bsadf",),
        f"{_TESTS}:gsadf",
        ("GSADF", "bubble", "explosive", "泡沫"),
    ),
)
