"""The three billing modes of compute rental, and conversion between them.

A server is billed by the month as a whole (``server_month``), by the PFLOPS it can reach per year
(``p_year``), or by the GPU-hour (``gpu_hour``). A vendor's "P" counts dense or sparse operations,
a factor of two on NVIDIA's parts since Ampere: the precision is always stated.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from analysis.arguments import as_choice, as_number, as_numbers, refused
from analysis.units import HOURS_PER_MONTH, MONTHS_PER_YEAR, Quantity

BillingMode = Literal["server_month", "p_year", "gpu_hour"]
Precision = Literal["fp16_dense", "fp16_sparse"]

RENT_FIELD: dict[str, str] = {
    "server_month": "rent_cny_per_server_month",
    "p_year": "rent_cny_per_p_year",
    "gpu_hour": "rent_cny_per_gpu_hour",
}
SPARSE_OVER_DENSE = 2.0


def server_months_per_unit(
    billing_mode: BillingMode,
    *,
    n_gpus: ArrayLike = 8,
    pflops_per_gpu: ArrayLike = 0.9895,
    p_precision: Precision = "fp16_dense",
) -> np.ndarray:
    """Return what one unit of rent becomes per server-month at full utilization.

    ``server_month``: 1; ``p_year``: PFLOPS of the server / 12; ``gpu_hour``: GPUs x 730 hours.

    Parameters
    ----------
    billing_mode : {"server_month", "p_year", "gpu_hour"}
        What the rent is quoted for.
    n_gpus : float or array
        GPUs in the server.
    pflops_per_gpu : float or array
        Dense FP16 peak of one GPU, PFLOPS.
    p_precision : {"fp16_dense", "fp16_sparse"}
        Which operations the quoted P counts.

    Returns
    -------
    ndarray
        CNY per server-month for each CNY of the quoted unit.

    Examples
    --------
    >>> float(server_months_per_unit("gpu_hour"))
    5840.0
    """
    gpus = np.asarray(n_gpus, dtype=float)
    if billing_mode == "server_month":
        return np.ones_like(gpus)
    if billing_mode == "gpu_hour":
        return gpus * HOURS_PER_MONTH
    pflops = np.asarray(pflops_per_gpu, dtype=float)
    if p_precision == "fp16_sparse":
        pflops = pflops * SPARSE_OVER_DENSE
    return gpus * pflops / MONTHS_PER_YEAR


def convert_rent(
    rent: Quantity,
    quoted: BillingMode,
    wanted: BillingMode,
    *,
    n_gpus: int = 8,
    pflops_per_gpu: float = 0.9895,
    p_precision: Precision = "fp16_dense",
) -> Quantity:
    """Convert a rent from one billing mode to another, at full utilization.

    Parameters
    ----------
    rent : float or ndarray
        Rent in the unit of `quoted` (any currency).
    quoted, wanted : {"server_month", "p_year", "gpu_hour"}
        Billing modes from and to.
    n_gpus, pflops_per_gpu, p_precision
        As in `server_months_per_unit`.

    Returns
    -------
    float or ndarray
        Rent in the unit of `wanted`, same currency.

    Raises
    ------
    AssumptionError
        If a billing mode is none, the rent negative or no number, or there is no server.

    Examples
    --------
    70,000 a month for eight GPUs is 12 an hour for each, or 106,114 a year for each dense PFLOPS:

    >>> round(convert_rent(70_000.0, "server_month", "gpu_hour"), 2)
    11.99
    >>> round(convert_rent(70_000.0, "server_month", "p_year"))
    106114
    >>> round(convert_rent(70_000.0, "server_month", "p_year", p_precision="fp16_sparse"))
    53057
    """
    as_choice("quoted", quoted, RENT_FIELD)
    as_choice("wanted", wanted, RENT_FIELD)
    as_choice("p_precision", p_precision, get_args(Precision))
    for name, size in (("n_gpus", n_gpus), ("pflops_per_gpu", pflops_per_gpu)):
        if as_number(name, size, above := "a number above 0") <= 0:
            raise refused(name, size, above)
    amounts = as_numbers("rent", rent)
    is_possible = np.isfinite(amounts) if amounts.ndim == 0 else isinstance(rent, np.ndarray)
    if not is_possible or (amounts < 0).any():
        raise refused("rent", rent, "a rent, 0 or more, or a NumPy array of them")
    server = {"n_gpus": n_gpus, "pflops_per_gpu": pflops_per_gpu, "p_precision": p_precision}
    per_month = amounts * server_months_per_unit(quoted, **server)  # type: ignore[arg-type]
    converted = per_month / server_months_per_unit(wanted, **server)  # type: ignore[arg-type]
    return converted if isinstance(rent, np.ndarray) else float(converted)
