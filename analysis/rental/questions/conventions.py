"""The conventions a printed table does not state, found by trying every combination of named ones.

No weight is fitted: the grid holds only schedules, bases and treatments that have a name. A
combination reproduces a table when every figure comes out within half of its last printed digit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.arrays import Floats
from analysis.rental.engines.evaluation import evaluate
from analysis.rental.engines.measures import Metrics
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.variants import (
    DEBT_FORMS,
    DECLINING_BALANCE_ENDINGS,
    DEPRECIATION_SCHEDULES,
    INTEREST_BASES,
    LOSS_TREATMENTS,
)
from analysis.rental.questions.printed_returns import PrintedReturns

RESIDUAL_VALUE_SHARES = (0.0, 0.03, 0.05, 0.10)
DEBT_TENOR_YEARS = (3.0, 4.0, 5.0)
VAT_RATES_ON_RENT = (0.0, 0.06, 0.13)
SCHEDULE_LIVES_YEARS = (3.0, 4.0, 5.0, 6.0)


_TERMS = (DEBT_FORMS, INTEREST_BASES, LOSS_TREATMENTS)


class _Terms(NamedTuple):
    """One point of the grid that both columns of the table share."""

    debt_form: str
    interest_base: str
    loss_treatment: str


def search(
    printed: PrintedReturns,
    base: Assumptions,
    progress: Callable[[float], None] = lambda share: None,
) -> pd.DataFrame:
    """Try every combination of conventions against the printed figures.

    Parameters
    ----------
    printed : PrintedReturns
        Figures to reproduce.
    base : Assumptions
        The printed inputs; everything searched over is replaced.
    progress : callable
        Called with the share done, 0 to 1.

    Returns
    -------
    DataFrame
        One row a combination, best first: the conventions, ``misfit`` (largest distance from a
        printed figure in halves of its last digit, so that 1 or less reproduces all),
        ``n_reproduced`` of the figures and the computed figures themselves.
    """
    terms = [_Terms(*point) for point in product(*(choice.searched() for choice in _TERMS))]
    parts = []
    for done, term in enumerate(terms, start=1):
        parts += list(_combinations(printed, base, term))
        progress(done / len(terms))
    frame = pd.DataFrame(
        {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    )
    # stable: among equals, such as a bullet on its opening or original balance, grid order holds
    return frame.sort_values(["misfit"], kind="stable", ignore_index=True)


def _combinations(
    printed: PrintedReturns, base: Assumptions, term: _Terms
) -> Iterator[dict[str, NDArray[Any]]]:
    shared = base.replace(
        **term._asdict(), vat_enabled=True, vat_surcharge_share=0.0, debt_tenor_years=None
    )
    columns = _columns(RESIDUAL_VALUE_SHARES, DEBT_TENOR_YEARS, VAT_RATES_ON_RENT)
    straight = _measures(shared, columns, depreciation_method="straight_line")
    n_columns = len(columns["residual_value_share"])
    lives = np.repeat(SCHEDULE_LIVES_YEARS, n_columns)
    repeated = {
        name: np.tile(values, len(SCHEDULE_LIVES_YEARS)) for name, values in columns.items()
    }
    for schedule, changes, has_life in _schedules():
        if has_life:
            scenarios = {**repeated, "depreciation_life_years": lives}
            names = [f"{schedule}, {life:g} years" for life in lives]
            accelerated = _measures(shared, scenarios, **changes)
            yield _rows(printed, term, repeated, names, straight, accelerated)
        else:
            accelerated = _measures(shared, columns, **changes)
            yield _rows(printed, term, columns, [schedule] * n_columns, straight, accelerated)


def _schedules() -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Yield the schedules to try: label, assumptions, and whether they have a life to choose."""
    for method in DEPRECIATION_SCHEDULES.searched():
        variant = DEPRECIATION_SCHEDULES[method]
        changes = {"depreciation_method": method}
        if method != "declining_balance":
            yield variant.label, changes, variant.life != "any"
            continue
        for ending in DECLINING_BALANCE_ENDINGS.searched():
            label = f"{variant.label}, {DECLINING_BALANCE_ENDINGS[ending].label}"
            yield label, {**changes, "declining_balance_ending": ending}, True


def _columns(*axes: tuple[float, ...]) -> dict[str, Floats]:
    points = np.array(list(product(*axes)))
    names = ("residual_value_share", "debt_tenor_years", "vat_rate_on_rent")
    return dict(zip(names, points.T, strict=True))


def _measures(shared: Assumptions, columns: dict[str, Floats], **changes: Any) -> Metrics:
    scenarios = dict(columns)
    rate = scenarios.pop("vat_rate_on_rent")
    scenarios |= {
        "vat_output_rate": rate,
        "vat_input_rate": np.where(rate > 0, 0.13, 0.0),
        "vat_input_rate_operating": np.where(rate > 0, 0.06, 0.0),
    }
    return evaluate(shared.replace(**changes), scenarios).metrics


def _rows(
    printed: PrintedReturns,
    term: _Terms,
    columns: dict[str, Floats],
    schedules: list[str],
    straight: Metrics,
    accelerated: Metrics,
) -> dict[str, NDArray[Any]]:
    times = len(schedules) // len(straight.payback_source_years)
    computed = np.column_stack(
        [
            np.tile(straight.net_margin_by_year, (times, 1)),
            accelerated.net_profit_by_year_cny[:, 0],
            accelerated.net_margin_by_year[:, 1:],
            np.tile(straight.payback_source_years, times),
        ]
    )
    wanted = np.array(
        [
            *printed.straight_line_margins,
            printed.accelerated_profit_cny,
            *printed.accelerated_margins,
            printed.payback_years,
        ]
    )
    half_units = np.array(
        [printed.margin_half_unit] * 5
        + [printed.profit_half_unit_cny]
        + [printed.margin_half_unit] * 4
        + [printed.payback_half_unit_years]
    )
    distance = np.where(np.isnan(computed), np.inf, np.abs(computed - wanted) / half_units)
    figures = [
        *(f"straight_line_margin_{year}" for year in range(1, 6)),
        "accelerated_profit_cny",
        *(f"accelerated_margin_{year}" for year in range(2, 6)),
        "payback_source_years",
    ]
    words = {"schedule": schedules}
    words |= {name: [word] * len(schedules) for name, word in term._asdict().items()}
    return {
        **{name: np.array(column, dtype=object) for name, column in words.items()},
        **columns,
        "misfit": distance.max(axis=1),
        "n_reproduced": (distance <= 1.0 + 1e-9).sum(axis=1),
        **dict(zip(figures, computed.T, strict=True)),
    }
