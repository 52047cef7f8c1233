"""Debt sculpted to cash flow: the one part of the model that looks ahead.

Debt service of every period is cash flow available for debt service over a target cover ratio, so
that the ratio is the same in every period. Interest lowers tax, which raises that cash flow: the
schedule is the fixed point of the model with itself.
"""

from __future__ import annotations

import numpy as np

from analysis.arrays import Flags, Floats
from analysis.errors import AssumptionError, Fault
from analysis.rental.engines.plain import run
from analysis.rental.inputs.parameters import SCULPTED_SERVICE
from analysis.rental.inputs.resolve import Resolved
from analysis.rental.model.lines import Declaration
from analysis.rental.model.rounding import SCULPTED_SWEEPS, SCULPTED_TOLERANCE


def sculpt(declaration: Declaration, resolved: Resolved) -> Resolved:
    """Size debt and shape its service so that the cover ratio is constant.

    ``debt = min(cap, PV(CFADS) / DSCR)``, ``service[t] = CFADS[t] * debt / PV(CFADS)``, present
    values at the rate of the debt over its tenor; periods with negative cash flow have no service.

    Parameters
    ----------
    declaration : Declaration
        The model, with sculpted debt.
    resolved : Resolved
        Parameters and series; debt not yet sized, its share of the price being the cap, infinite
        where the ratio alone decides.

    Returns
    -------
    Resolved
        The same with debt sized and its service given.

    Raises
    ------
    AssumptionError
        If, without a cap, the ratio allows more than 100 % of the price; if interest and tax are
        so high that service and the cash flow it raises find no end of each other.
    """
    target_cover = resolved.parameters["sculpted_dscr"]
    cap_share = resolved.parameters["debt_drawn_share"]
    shape = (resolved.n_scenarios, resolved.n_periods)
    service, drawn_share = np.zeros(shape), np.zeros(resolved.n_scenarios)
    moving = np.ones(resolved.n_scenarios, dtype=bool)
    for _ in range(SCULPTED_SWEEPS):
        trial = _with(resolved, service, drawn_share)
        constants, lines = run(declaration, trial.parameters, trial.series, shape[1])
        price = constants["price_paid_cny"]
        available = np.maximum(lines["cfads_cny"], 0.0) * lines["is_debt_term"]
        present = np.zeros(shape[0])
        for index in range(1, shape[1] + 1):
            present = present + available[:, index] * lines["debt_discount_factor"][:, index]
        debt = np.minimum(present / target_cover, cap_share * price)
        scale = np.where(present > 0, debt / np.where(present > 0, present, 1.0), 0.0)
        following = available[:, 1:] * scale[:, None]
        change = np.max(np.abs(following - service), axis=1)
        service = np.where(moving[:, None], following, service)
        drawn_share = np.where(moving, debt / price, drawn_share)
        moving &= change > SCULPTED_TOLERANCE * price
        if not moving.any():
            break
    if moving.any():
        raise AssumptionError([_unsettled(resolved, moving)])
    if (drawn_share > 1).any():
        raise AssumptionError(
            [
                Fault(
                    "assumptions",
                    None,
                    "sculpted_dscr",
                    f"{np.max(target_cover[drawn_share > 1]):g}",
                    f"a cover ratio that allows no more debt than the price; this one allows "
                    f"{np.max(drawn_share):.0%} of it (debt_share caps it)",
                )
            ]
        )
    return _with(resolved, service, drawn_share)


def sized(declaration: Declaration, resolved: Resolved) -> Resolved:
    """Return scenarios with their debt sized, where the model sculpts it; else as they are."""
    return sculpt(declaration, resolved) if SCULPTED_SERVICE in declaration.series else resolved


def _unsettled(resolved: Resolved, moving: Flags) -> Fault:
    worst = np.flatnonzero(moving)[0]
    rate, tax = (
        float(np.broadcast_to(resolved.parameters[name], moving.shape)[worst])
        for name in ("debt_rate_per_year", "tax_rate")
    )
    expected = (
        f"interest and tax ({tax:g}) low enough for sculpted debt to settle within "
        f"{SCULPTED_SWEEPS} rounds; here the tax that interest saves raises debt again and again"
    )
    return Fault("assumptions", None, "debt_rate_per_year", f"{rate:g}", expected)


def _with(resolved: Resolved, service: Floats, drawn_share: Floats) -> Resolved:
    return resolved._replace(
        parameters={**resolved.parameters, "debt_drawn_share": drawn_share},
        series={**resolved.series, SCULPTED_SERVICE: service},
    )
