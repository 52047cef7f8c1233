"""A planned site with cheap power: what its tariff is worth, and what its racks carry."""

from __future__ import annotations

import pandas as pd

from analysis.printed.book import Book
from analysis.rental import Assumptions, evaluate
from analysis.units import HOURS_PER_MONTH, MONTHS_PER_YEAR

KW_PER_MW = 1000.0
CABINETS, GPUS, TARIFF = "notes-2025-p05-20", "notes-2025-p05-21", "notes-2025-p05-22"


def tariff_worth(book: Book, server: Assumptions) -> pd.DataFrame:
    r"""Evaluate a server at the tariff of its assumptions and at that of the planned site.

    Electricity of a year at full hours is
    :math:`k \cdot \mathrm{PUE} \cdot \lambda \cdot 8760 \cdot \epsilon`: power of the server in kW,
    power usage effectiveness, mean load, hours and tariff. All else is equal.

    Parameters
    ----------
    book : Book
        Claims: the tariff, CNY per kWh.
    server : Assumptions
        The server; its running cost is counted by parts, whatever it was.

    Returns
    -------
    DataFrame
        By tariff, the usual one first: ``tariff_cny_per_kwh``, ``electricity_cny`` (a year at
        first-year prices), ``share_of_first_rent`` and ``project_npv_cny`` (without debt).
    """
    tariffs = {
        "usual": server.electricity_cny_per_kwh,
        "planned site": book.named(TARIFF).value,
    }
    by_parts = server.replace(operating_cost_basis="parts")
    kwh = (
        server.power_kw_per_server * server.pue * server.load_factor * HOURS_PER_MONTH
    ) * MONTHS_PER_YEAR
    rent = float(server.rent_cny_per_server_month or 0.0) * MONTHS_PER_YEAR
    rows = {}
    for name, tariff in tariffs.items():
        metrics = evaluate(by_parts.replace(electricity_cny_per_kwh=tariff)).metrics
        rows[name] = {
            "tariff_cny_per_kwh": tariff,
            "electricity_cny": kwh * tariff,
            "share_of_first_rent": kwh * tariff / rent,
            "project_npv_cny": float(metrics.project_npv_cny[0]),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("tariff")


def racks(book: Book, server: Assumptions) -> pd.Series:
    """Work out what the planned cabinets carry if the largest cluster fills them all.

    Parameters
    ----------
    book : Book
        Claims: planned cabinets, and GPUs of the largest single cluster.
    server : Assumptions
        The server that the GPUs are taken to stand in: GPUs, power (kW) and PUE.

    Returns
    -------
    Series
        ``gpus_per_cabinet``, ``servers``, ``kw_per_cabinet`` (servers at full load) and ``site_mw``
        (with the site's own use).
    """
    cabinets, gpus = book.named(CABINETS).value, book.named(GPUS).value
    servers = gpus / server.n_gpus
    load_kw = servers * server.power_kw_per_server
    return pd.Series(
        {
            "gpus_per_cabinet": gpus / cabinets,
            "servers": servers,
            "kw_per_cabinet": load_kw / cabinets,
            "site_mw": load_kw * server.pue / KW_PER_MW,
        }
    )
