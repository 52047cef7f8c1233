"""Terms of the server: what it costs, what it can do, how long it is rented out."""

from __future__ import annotations

from analysis.rental.inputs.billing import Precision
from analysis.rental.inputs.quantities import (
    CNY,
    CurrencyCode,
    Number,
    PeriodsPerYear,
    Terms,
    WholeNumber,
    quantity,
)


class ServerTerms(Terms):
    """The server and its time."""

    server_price_cny: Number = quantity(
        2_000_000.0,
        "CNY",
        "price paid for the server, as quoted",
        "P",
        plausible=(100_000, 1e8),
        gt=0,
        le=1e11,
    )
    n_gpus: WholeNumber = quantity(
        8, "GPUs", "GPUs in the server", "n_g", plausible=(1, 1024), ge=1, le=100_000
    )
    pflops_per_gpu: Number = quantity(
        0.9895,
        "PFLOPS",
        "dense FP16 peak of one GPU; used by the P-year billing mode",
        plausible=(0.05, 20),
        gt=0,
        le=1000,
    )
    p_precision: Precision = quantity(
        "fp16_dense", "", "operations that a quoted P counts; sparse counts twice the dense"
    )
    useful_life_years: Number = quantity(
        5.0,
        "years",
        "how long the server is rented out before it is sold",
        "N",
        plausible=(1, 10),
        gt=0,
        le=30,
    )
    currency: CurrencyCode = quantity(
        CNY, "", "code of the currency of all amounts, a label: nothing is converted"
    )
    periods_per_year: PeriodsPerYear = quantity(
        1, "periods per year", "1 for yearly, 12 for monthly end-of-period flows", "m"
    )
