"""Illustrative distributions to start from: no figure of them has a source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from analysis.rental.inputs.billing import RENT_FIELD
from analysis.rental.inputs.cases import Case, as_case
from analysis.rental.model.reads import is_read
from analysis.rental.questions.simulate.distributions import Limits
from analysis.rental.questions.simulate.uncertainty import Uncertainty
from analysis.rental.questions.unread import moves_any

HEADING = """\
# Illustrative: how wide each assumption might be around its value in the case. Replace by your own.
# kinds: normal, lognormal, uniform, triangular, pert, empirical (see --schema).
"""


def illustrative(case: Case, measures: Sequence[str] = ()) -> Uncertainty:
    """Return PERT distributions around price, rent, utilization, decline and interest of a case.

    Parameters
    ----------
    case : Assumptions
        Its values are the modes.
    measures : sequence of str
        Measures that are asked for; empty: all.

    Returns
    -------
    Uncertainty
        Of what the case reads and some measure depends on: rent from 25 % below to 15 % above,
        price from 10 % below to 15 % above, utilization down by up to 30 points, a decline of up
        to 30 points a year more, interest 1 point either way.
    """
    case = as_case(case)
    rent = RENT_FIELD[case.billing_mode]
    around: dict[str, tuple[float, float]] = {
        "server_price_cny": (0.90 * case.server_price_cny, 1.15 * case.server_price_cny),
        rent: (0.75 * getattr(case, rent), 1.15 * getattr(case, rent)),
        "utilization": (case.utilization - 0.30, 1.0),
        "debt_rate_per_year": (case.debt_rate_per_year - 0.01, case.debt_rate_per_year + 0.01),
    }
    if case.rent_path != "series":
        decline = case.rent_decline_per_year
        around["rent_decline_per_year"] = (decline, decline + 0.30)
    distributions: dict[str, Any] = {}
    for name, (low, high) in around.items():
        is_moving = not measures or moves_any(case, name, tuple(around), measures)
        if not (is_moving and is_read(case, name, tuple(around))):
            continue
        limits, mode = Limits.of(name), getattr(case, name)
        low, high = max(low, limits.low), min(high, limits.high)
        distributions[name] = {
            "kind": "pert",
            "low": round(low, 6),
            "mode": mode,
            "high": round(high, 6),
        }
    return Uncertainty(distributions=distributions)


def dump(uncertainty: Uncertainty) -> str:
    """Return what is uncertain as YAML to start from."""
    values = uncertainty.model_dump(mode="json", exclude_defaults=True)
    return HEADING + yaml.safe_dump(values, sort_keys=False, default_flow_style=None)
