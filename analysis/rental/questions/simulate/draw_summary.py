"""Summary statistics: means and quantiles with their error, and probabilities of trouble."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.arrays import Codes, Floats
from analysis.brief import Brief
from analysis.errors import AssumptionError, Fault
from analysis.rental.engines.irr import MULTIPLE, NONE, PAID, UNIQUE
from analysis.rental.engines.measured import CODES
from analysis.rental.engines.runs import in_order
from analysis.rental.model.outputs import number
from analysis.rental.questions.simulate.simulation import METADATA

QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)
TAIL = 0.05


@dataclass(frozen=True)
class Summary(Brief):
    """Summary of a simulation.

    Parameters
    ----------
    measures : DataFrame
        Index ``measure``; columns ``mean``, ``mean_error``, ``standard_deviation``, one column a
        quantile (``q05`` ...), ``q05_error`` ..., and ``share_missing``, of scenarios where the
        measure does not exist. Of rates of return only those count that are the only one and are
        earned, not paid: of these, and only of these, it can be said that a rate is below another
        exactly where present value at that other is below zero. Errors are standard errors of the
        simulation; with Sobol' points they are those of independent points, which are larger.
    probabilities : DataFrame
        Index ``event``; below a hurdle is who has a negative present value at it. Columns
        ``probability`` and ``error``.
    risk : DataFrame
        Index ``measure`` of the tail of equity NPV, CNY: ``value_at_risk_95_cny`` (the loss not
        exceeded with 95 %) and ``expected_shortfall_95_cny`` (the mean loss beyond it); columns
        ``loss_cny`` and ``error_cny``.
    facts : dict
        What the simulation depends on, and whether it is complete.
    """

    measures: pd.DataFrame
    probabilities: pd.DataFrame
    risk: pd.DataFrame
    facts: dict[str, Any]

    def record(self) -> dict[str, Any]:
        """Return everything as plain values; None where there is none."""

        def plain(frame: pd.DataFrame) -> dict[str, Any]:
            return {
                str(name): {str(key): number(value) for key, value in row.items()}
                for name, row in frame.iterrows()
            }

        return {
            "measures": plain(self.measures),
            "probabilities": plain(self.probabilities),
            "risk": plain(self.risk),
            **self.facts,
        }


def read_facts(path: Path) -> dict[str, Any]:
    """Return what a simulation's file says about itself.

    Raises
    ------
    AssumptionError
        If it is no Parquet file of a simulation.
    """
    try:
        metadata = pq.read_metadata(path).metadata or {}
    except (OSError, pa.ArrowInvalid) as error:
        found = str(error).splitlines()[0]
        raise AssumptionError([Fault(str(path), None, None, found, "a Parquet file")]) from None
    return _facts(metadata, str(path))


def _facts(metadata: dict[bytes, bytes], shown: str) -> dict[str, Any]:
    if METADATA not in metadata:
        fault = Fault(shown, None, "metadata", "", "the facts that `simulate` writes")
        raise AssumptionError([fault])
    facts: dict[str, Any] = json.loads(metadata[METADATA])
    return facts


def summarize(simulated: Path | pa.Table, *, threads: int = 1) -> Summary:
    """Summarize a simulation, one column a thread in memory at a time.

    Parameters
    ----------
    simulated : Path or pyarrow.Table
        What `simulate_to` or `simulate` gave.
    threads : int
        How many threads share the work; the result does not depend on it.

    Returns
    -------
    Summary
        Means, quantiles, probabilities and the tail of equity NPV.
    """
    if isinstance(simulated, pa.Table):
        facts = _facts(simulated.schema.metadata or {}, "table")
        names = simulated.column_names

        def column(name: str) -> pa.ChunkedArray:
            return simulated.column(name)

    else:
        facts = read_facts(simulated)
        names = pq.read_schema(simulated).names

        def column(name: str) -> pa.ChunkedArray:
            return pq.read_table(simulated, columns=[name]).column(name)

    group = 2 if facts["sampling"] == "antithetic" else 1
    measured = [n for n in names if n not in facts["assumptions"] and not n.endswith("_status")]

    def row(name: str) -> dict[str, float]:
        values = column(name).to_numpy()
        if f"{name}_status" in names:
            values = np.where(_codes(column, name) == CODES[UNIQUE], values, np.nan)
        return _described(values, group)

    rows = dict(zip(measured, in_order(row, measured, threads), strict=True))
    measures = pd.DataFrame.from_dict(rows, orient="index").rename_axis("measure")
    return Summary(measures, _probabilities(names, column, group), _tail(names, column), facts)


def _mean_and_error(values: Floats, group: int) -> tuple[float, float]:
    """Return the mean of the values that exist and its standard error, by pairs if they are."""
    exists = ~np.isnan(values)
    count = int(exists.sum())
    if not count:
        return float("nan"), float("nan")
    mean = float(np.sum(values, where=exists) / count)
    off = values - mean
    if count < len(values):
        off[~exists] = 0.0
    if group > 1:
        off = off[: len(values) // group * group].reshape(-1, group).sum(axis=1)
    off *= off
    return mean, float(np.sqrt(np.sum(off)) / count)


def _described(values: Floats, group: int) -> dict[str, float]:
    is_there = ~np.isnan(values)
    there = values if is_there.all() else values[is_there]
    mean, error = _mean_and_error(values, group)
    row = {"mean": mean, "mean_error": error}
    row["standard_deviation"] = float(there.std(ddof=1)) if there.size > 1 else float("nan")
    for probability, (value, error) in _quantiles(there, QUANTILES).items():
        row[f"q{round(100 * probability):02d}"] = value
        row[f"q{round(100 * probability):02d}_error"] = error
    row["share_missing"] = 1.0 - there.size / values.size
    return row


def _quantiles(
    values: Floats, probabilities: tuple[float, ...]
) -> dict[float, tuple[float, float]]:
    """Return each quantile and half the distance between those one standard error aside.

    Only the values at those places are put in order, which takes a third of the time of a sort.
    """
    if not values.size:
        return dict.fromkeys(probabilities, (float("nan"), float("nan")))
    probability = np.array(probabilities)
    aside = np.sqrt(probability * (1 - probability) / values.size)
    at = np.clip([probability, probability - aside, probability + aside], 0.0, 1.0)
    places = np.round(at * (values.size - 1)).astype(int)
    value, low, high = np.partition(values, np.unique(places))[places]
    pairs = zip(value.tolist(), ((high - low) / 2).tolist(), strict=True)
    return dict(zip(probabilities, pairs, strict=True))


def _probabilities(
    names: list[str], column: Callable[[str], pa.ChunkedArray], group: int
) -> pd.DataFrame:
    events: dict[str, tuple[float, float]] = {}

    def below(event: str, name: str, limit: float) -> None:
        if name in names:
            values = column(name).to_numpy()
            happened = np.where(np.isnan(values), np.nan, values < limit)
            events[event] = _mean_and_error(happened, group)

    for who in ("equity", "project"):
        below(f"{who} NPV below zero", f"{who}_npv_cny", 0.0)
        below(f"{who} IRR below the hurdle", f"{who}_npv_at_hurdle_cny", 0.0)
        if f"{who}_irr_status" in names:
            codes = _codes(column, f"{who}_irr")
            words = {"no IRR": NONE, "several IRR": MULTIPLE, "an IRR that is paid": PAID}
            for word, status in words.items():
                happened = (codes == CODES[status]) * 1.0
                events[f"{who}: {word}"] = _mean_and_error(happened, group)
    below("lowest DSCR below one, of those with debt", "dscr_minimum", 1.0)
    if "payback_equity_years" in names:
        missing = np.isnan(column("payback_equity_years").to_numpy())
        events["equity never pays back"] = _mean_and_error(missing * 1.0, group)
    return pd.DataFrame.from_dict(
        events, orient="index", columns=["probability", "error"]
    ).rename_axis("event")


def _codes(column: Callable[[str], pa.ChunkedArray], rate: str) -> Codes:
    """Return the status of a rate of return as the place of its word in `STATUS`."""
    status = column(f"{rate}_status").combine_chunks()
    codes: Codes = status.indices.to_numpy(zero_copy_only=False)
    return codes


def _tail(names: list[str], column: Callable[[str], pa.ChunkedArray]) -> pd.DataFrame:
    rows = {}
    if "equity_npv_cny" in names:
        values = column("equity_npv_cny").to_numpy()
        at_risk, error = _quantiles(values, (TAIL,))[TAIL]
        beyond = np.sort(values)[: max(round(TAIL * values.size), 1)]
        rows["value_at_risk_95_cny"] = (-at_risk, error)
        # the variance of the mean beyond a quantile that is itself estimated
        spread = beyond.var() + (1 - TAIL) * (beyond.mean() - at_risk) ** 2
        rows["expected_shortfall_95_cny"] = (
            -float(beyond.mean()),
            float(np.sqrt(spread / beyond.size)),
        )
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["loss_cny", "error_cny"]
    ).rename_axis("measure")
