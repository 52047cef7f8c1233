"""Orders and purchases on one basis: rent per server-month or per P-year, price per server or P."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from analysis.data import load
from analysis.printed.book import Book
from analysis.printed.interval import Interval
from analysis.rental.inputs.billing import Precision, convert_rent
from analysis.units import MONTHS_PER_YEAR

VAT_ON_SERVICES = 0.06
MONTHS_OF_HALF_YEAR = 6


class Terms(NamedTuple):
    """What one order comes to.

    Parameters
    ----------
    who : str
        Company.
    what : str
        The order in words, with what had to be assumed.
    kind : str
        rents out, rents in, or buys.
    rent_cny_per_server_month : Interval or None
        Rent of a server, None where it cannot be told.
    rent_cny_per_p_year : Interval or None
        Rent of a P, as the company counts it.
    server_price_cny : Interval or None
        Price of a server.
    yearly_revenue_over_price : Interval or None
        Revenue of a year over capital expenditure.
    """

    who: str
    what: str
    kind: str
    rent_cny_per_server_month: Interval | None = None
    rent_cny_per_p_year: Interval | None = None
    server_price_cny: Interval | None = None
    yearly_revenue_over_price: Interval | None = None


def orders(book: Book, server_price_cny: float) -> tuple[Terms, ...]:
    """Work out every order and purchase that prints enough.

    Parameters
    ----------
    book : Book
        Claims and outcomes.
    server_price_cny : float
        Price taken for a server where an order states capital expenditure but no servers.

    Returns
    -------
    tuple of Terms
        Value-added tax inside printed contract values is taken out of revenue.
    """

    def figure(name: str) -> Interval:
        return book.named(name).interval

    contract, years = figure("sihan-2025-p43-03"), figure("sihan-2025-p43-02")
    capex = book.named("sihan-2025-p43-01").value
    revenue_per_year = contract / (1 + VAT_ON_SERVICES) / years
    leased = figure("sihan-2025-p48-03")
    months = figure("sihan-2025-p48-01") * figure("sihan-2025-p48-02")
    assets, servers = figure("notes-2025-p05-33"), figure("kaiyuan-2024-p04-01")
    return (
        Terms(
            "Hainan Huatie (海南华铁)",
            f"contract of five years; servers at {server_price_cny:,.0f} CNY for at least the "
            "capital expenditure stated; terminated",
            "rents out",
            rent_cny_per_server_month=revenue_per_year
            / MONTHS_PER_YEAR
            / (capex / server_price_cny),
            yearly_revenue_over_price=revenue_per_year / capex,
        ),
        Terms(
            "Lotus Holdings (莲花控股)",
            "200 servers leased in for 38 months, to sublet",
            "rents in",
            rent_cny_per_server_month=leased / months,
        ),
        Terms(
            "Litong (利通电子)",
            "leasing revenue of half a year over capacity at its end and at its start",
            "rents out",
            rent_cny_per_p_year=_litong_rent(book),
        ),
        *_lotus_prices(book),
        Terms(
            "Parallel Technology (并行科技)",
            "317 AI servers, at most all assets bought by July 2024",
            "buys",
            server_price_cny=Interval(0.0, (assets / servers).high),
        ),
        *_projects(),
    )


def _lotus_prices(book: Book) -> Iterator[Terms]:
    """Yield what Lotus paid, or was to pay, for a server."""
    for kind, what in (
        ("purchase-terminated", "330 servers ordered in 2024, contract terminated"),
        ("purchase-undelivered", "64 servers ordered in 2024, not delivered"),
    ):
        paid, servers = (book.named(f"lotus-2024-{kind}{part}") for part in ("", "-servers"))
        price = paid.interval / servers.interval
        yield Terms("Lotus Holdings (莲花控股)", what, "buys", server_price_cny=price)
    paid, servers = (book.named(f"lotus-2025-servers-sold{part}") for part in ("-price", ""))
    price = paid.interval / servers.interval
    yield Terms(
        "Lotus Holdings (莲花控股)", "4 servers sold in June 2025", "buys", server_price_cny=price
    )


def _litong_rent(book: Book) -> Interval:
    """Return leasing revenue of the first half of 2025 per P-year, CNY.

    Capacity more than doubled and nobody says when: the revenue is held against what there was at
    the start, and against what there was at the end.
    """
    before = book.named("litong-2024-capacity").interval
    after = (
        book.named("litong-2025h1-capacity-owned").interval
        + book.named("litong-2025h1-capacity-sublet").interval
    )
    revenue = book.named("litong-2025h1-leasing").interval * (12 / MONTHS_OF_HALF_YEAR)
    return Interval((revenue / after).low, (revenue / before).high)


def _projects() -> tuple[Terms, ...]:
    """Return computing centers of which investment and servers are stated."""
    facts = load("server_facts")
    centers = facts[facts["item"] == "AI computing center of 500 servers, China"]
    low, high = float(centers["value_low"].iloc[0]), float(centers["value_high"].iloc[0])
    return (
        Terms(
            "a computing center",
            "project of 500 servers, buildings and network inside",
            "buys",
            server_price_cny=Interval(low / 500, high / 500),
        ),
    )


def per_server_month(
    rent_cny_per_p_year: Interval,
    precision: Precision,
    pflops_per_gpu: float,
) -> Interval:
    """Convert a rent per P-year to eight-GPU servers, by what a P counts.

    Parameters
    ----------
    rent_cny_per_p_year : Interval
        Rent of a P for a year.
    precision : {"fp16_dense", "fp16_sparse"}
        What a P counts; sources do not say.
    pflops_per_gpu : float
        Dense FP16 peak of the GPU.

    Examples
    --------
    >>> per_server_month(Interval(40e3, 40e3), "fp16_sparse", 0.9895).middle.__round__()
    52773
    """
    low, high = (
        convert_rent(
            end, "p_year", "server_month", pflops_per_gpu=pflops_per_gpu, p_precision=precision
        )
        for end in (rent_cny_per_p_year.low, rent_cny_per_p_year.high)
    )
    return Interval(low, high)


def orders_table(terms: tuple[Terms, ...]) -> pd.DataFrame:
    """Put orders into words.

    Returns
    -------
    DataFrame
        Indexed by company; columns ``order``, ``kind``, ``rent`` (CNY), ``price`` (CNY a server)
        and ``revenue over price`` (a year), in words; None where it cannot be told.
    """
    rows = []
    for term in terms:
        rent = _shown(term.rent_cny_per_server_month, " a server-month")
        rent = rent or _shown(term.rent_cny_per_p_year, " a P-year")
        ratio = term.yearly_revenue_over_price
        rows.append(
            {
                "company": term.who,
                "order": term.what,
                "kind": term.kind,
                "rent": rent,
                "price": _shown(term.server_price_cny, ""),
                "revenue_over_price": None if ratio is None else f"{ratio.middle:.2f}",
            }
        )
    return pd.DataFrame(rows).set_index("company")


def _shown(value: Interval | None, unit: str) -> str | None:
    if value is None:
        return None
    if value.low == 0.0:
        return f"at most {value.high:,.0f}{unit}"
    if value.width > 0.05 * value.middle:
        return f"{value.low:,.0f} to {value.high:,.0f}{unit}"
    return f"{value.middle:,.0f}{unit}"
