"""Critical values kept with the package: 99,999 draws for the lengths that the notebooks meet.

`write_stored` simulates them anew, in a minute or two.
"""

from __future__ import annotations

import hashlib
import io
import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import Floats
from analysis.errors import DataError, Fault
from analysis.exuberance.critical_values import (
    LEVELS,
    CriticalValues,
    NullDistribution,
    monte_carlo_critical_values,
    random_walk_in_words,
)
from analysis.exuberance.null_draws import DEFAULT_DRAWS, TESTS
from analysis.exuberance.specification import (
    Specification,
    WindowCounts,
    feasible_lags,
    shortest_window,
)
from analysis.files import write_whole

FOLDER: Final = Path(__file__).resolve().parent
TABLE: Final = FOLDER / "critical_values.npz"
PASSPORT: Final = FOLDER / "critical_values.json"

LENGTHS: Final = range(24, 49)
"""Quarters and months: six years of quarters to four of months."""

LAGS: Final = (0, 1)
CONVENTIONS: Final[tuple[WindowCounts, ...]] = ("levels", "rows")
DRAWS: Final = 99_999
FULL_LENGTH: Final = 500
"""Observations up to which as many series are drawn as for short ones."""
FEWEST_DRAWS: Final = 499
SEED: Final = 1015

PROBABILITIES: Final = np.concatenate(
    [[0.01], np.arange(5, 90, 5) / 100, np.arange(900, 1000, 5) / 1000, [0.999]]
)


@lru_cache(maxsize=128)
def default_critical_values(specification: Specification) -> CriticalValues:
    """Return the stored Monte Carlo values of a specification, or simulate them.

    Parameters
    ----------
    specification : Specification
        Regression and windows.

    Returns
    -------
    CriticalValues
        Of 99,999 draws where stored, of 9,999 elsewhere, of fewer for more than five hundred
        observations (`affordable_draws`).
    """
    return stored_critical_values(specification) or monte_carlo_critical_values(
        specification.n_observations,
        lags=specification.lags,
        trend=specification.trend,
        window=specification.window,
        window_counts=specification.window_counts,
        draws=affordable_draws(specification.n_observations),
    )


def affordable_draws(n_observations: int) -> int:
    """Return how many series of a length are drawn, so that the work stays the same.

    A statistic looks at every start of every end, so its work grows with the square of the length.
    A critical value says how well it is known by its draws.

    Examples
    --------
    >>> affordable_draws(200), affordable_draws(2_000), affordable_draws(6_358)
    (9999, 624, 499)
    """
    affordable = DEFAULT_DRAWS * (FULL_LENGTH / n_observations) ** 2
    return min(DEFAULT_DRAWS, max(FEWEST_DRAWS, int(affordable)))


def stored_critical_values(specification: Specification) -> CriticalValues | None:
    """Return the stored Monte Carlo critical values of a specification.

    Parameters
    ----------
    specification : Specification
        Regression and windows.

    Returns
    -------
    CriticalValues or None
        None where none are stored: other lengths than 24 to 48, more than one lag, other
        deterministic terms than a constant, or another window than the published one.

    Raises
    ------
    DataError
        The table is not the one that its passport describes.
    """
    n = specification.n_observations
    if (
        n not in LENGTHS
        or specification.lags not in LAGS
        or specification.trend != "c"
        or specification.window != shortest_window(n)
    ):
        return None
    table, passport = _load(TABLE, PASSPORT)
    key = _key(specification)
    if f"{key}/quantiles" not in table:
        return None
    sequences = table[f"{key}/sequences"].astype(np.float64)
    quantiles = table[f"{key}/quantiles"].astype(np.float64)
    distributions = {
        name: NullDistribution(PROBABILITIES, values)
        for name, values in zip(TESTS, quantiles, strict=True)
    }
    return CriticalValues(
        specification=specification,
        method="Monte Carlo",
        null=random_walk_in_words(passport["drift"], passport["drift_exponent"]),
        draws=passport["draws"],
        seed=passport["seed"],
        horizon=specification.n_ends,
        distributions={**distributions, "horizon": distributions["GSADF"]},
        badf=_padded(sequences[0], specification),
        bsadf=_padded(sequences[1], specification),
    )


def simulate_stored(draws: int = DRAWS, seed: int = SEED) -> dict[str, NDArray[np.float32]]:
    """Simulate every stored specification.

    Parameters
    ----------
    draws, seed : int
        Of each simulation.

    Returns
    -------
    dict
        By key of the specification: quantiles, shape (4 tests, probabilities), and sequences,
        shape (BADF and BSADF, 3 levels, ends).
    """
    table = {}
    for counts in CONVENTIONS:
        for n in LENGTHS:
            for lags in set(LAGS) & set(feasible_lags(n, window_counts=counts)):
                values = monte_carlo_critical_values(
                    n, lags=lags, window_counts=counts, draws=draws, seed=seed
                )
                key, first = _key(values.specification), values.specification.first_end
                quantiles = [
                    [values.distributions[test].critical_value(p) for p in PROBABILITIES]
                    for test in TESTS
                ]
                table[f"{key}/quantiles"] = np.array(quantiles, dtype=np.float32)
                table[f"{key}/sequences"] = np.array(
                    [values.badf[:, first:], values.bsadf[:, first:]], dtype=np.float32
                )
    return dict(sorted(table.items()))


def write_stored() -> None:
    """Simulate and write the table and its passport."""
    content = io.BytesIO()
    np.savez_compressed(content, **simulate_stored())  # type: ignore[arg-type]
    write_whole(TABLE, content.getvalue())
    passport = {
        "draws": DRAWS,
        "seed": SEED,
        "drift": 1.0,
        "drift_exponent": 1.0,
        "lengths": [LENGTHS.start, LENGTHS.stop - 1],
        "lags": list(LAGS),
        "window_counts": list(CONVENTIONS),
        "tests": list(TESTS),
        "probabilities": PROBABILITIES.tolist(),
        "levels": list(LEVELS),
        "sha256": hashlib.sha256(content.getvalue()).hexdigest(),
    }
    write_whole(PASSPORT, f"{json.dumps(passport, indent=2)}\n")


@lru_cache(maxsize=1)
def _load(table: Path, passport: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    described = json.loads(passport.read_text(encoding="utf-8"))
    content = table.read_bytes()
    expected = {
        "sha256": (hashlib.sha256(content).hexdigest(), described["sha256"]),
        "probabilities": (PROBABILITIES.tolist(), described["probabilities"]),
        "tests": (list(TESTS), described["tests"]),
        "levels": (list(LEVELS), described["levels"]),
    }
    faults = [
        Fault(table.name, None, field, str(found), f"{meant} as {passport.name} says")
        for field, (found, meant) in expected.items()
        if found != meant
    ]
    if faults:
        raise DataError(faults)
    with np.load(io.BytesIO(content)) as arrays:
        return {name: arrays[name] for name in arrays.files}, described


def _key(specification: Specification) -> str:
    counts, n, lags = (
        specification.window_counts,
        specification.n_observations,
        specification.lags,
    )
    return f"{counts}/{n}/{lags}"


def _padded(values: Floats, specification: Specification) -> Floats:
    padded = np.full((len(LEVELS), specification.n_observations), np.nan)
    padded[:, specification.first_end :] = values
    return padded
