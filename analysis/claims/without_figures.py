"""What the documents say without a figure, and what figures say since.

A statement without a figure cannot be recomputed. Where a figure measures it, that figure is
computed here and decides the outcome; where none does, that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np
import pandas as pd

from analysis.capex.filings.companies import US_COMPANIES
from analysis.capex.filings.fundamentals import Fundamentals
from analysis.capex.filings.panel import build_panel
from analysis.capex.indicators.totals import growth_by_year
from analysis.data import load
from analysis.printed.book import Book
from analysis.printed.wording import span
from analysis.rental import Assumptions
from analysis.rental_market import billing_modes, history
from analysis.rents import comparable_quotes, rent_market
from analysis.rents.purchase.by_date import last_priced_month, server_price_by_month

HOLDS, FAILS, PARTLY, UNKNOWN = "borne out", "not borne out", "in part", "not known"
US = "the US, together"
SAID_IN = "2025-04"
"""Month in which the two articles of 2025 were printed."""


@dataclass(frozen=True)
class Statement:
    """One statement and its outcome.

    Parameters
    ----------
    place : str
        Document and paragraph.
    said : str
        What it says, in our words.
    since : str
        The figures that measure it, or why there are none.
    as_of : str
        Period of the newest figure; empty where there is none.
    outcome : str
        borne out, not borne out, in part, or not known.
    """

    place: str
    said: str
    since: str
    as_of: str
    outcome: str


def statements(book: Book, fundamentals: Fundamentals) -> pd.DataFrame:
    """Give every statement without a figure its outcome.

    Parameters
    ----------
    book : Book
        Claims and outcomes.
    fundamentals : Fundamentals
        Checked figures of company filings.

    Returns
    -------
    DataFrame
        Indexed by ``place``: ``said``, ``since``, ``as_of``, ``outcome``.
    """
    growth = growth_by_year(build_panel(fundamentals, "purchases", "quarter", "reported"))
    rents = history.server_rents(load("rent_quotes_cny"), "H100")
    quotes = comparable_quotes(load("rent_quotes_usd"), load("fx"), load("gpu_specs"))
    market = rent_market(
        quotes, gpu="H100", segment="neocloud", generator=np.random.default_rng(0), n_draws=0
    )
    bought = newest_purchase(rents)
    in_use = load("server_facts").query("item == 'new AI computing capacity, China'").iloc[0]
    found = [
        scarce_chips(book, bought),
        idle_computing(in_use),
        falling_prices(rents),
        renting_or_owning(bought),
        *tariffs(growth, market.log_rents),
        others_brake(growth),
        Statement(
            "caijing-2025 ¶40",
            "ByteDance and Alibaba put their computing into Southeast Asia, where chips can be had",
            "no document read prints spending or servers by region",
            "",
            UNKNOWN,
        ),
        *own_capacity(book),
    ]
    names = [field.name for field in fields(Statement)]
    return pd.DataFrame([astuple(one) for one in found], columns=names).set_index("place")


@dataclass(frozen=True)
class Purchase:
    """A server of eight H100, bought in the newest month that has a price and a rent.

    Parameters
    ----------
    month : str
        Month of purchase.
    price_cny, rent_cny_per_month : float
        Price, and rent of a month, CNY.
    break_even_rent_cny_per_month : float
        Rent at which the net present value without debt is zero, CNY a month.
    break_even_hours : float
        Share of hours billed at which it is zero at that rent.
    """

    month: str
    price_cny: float
    rent_cny_per_month: float
    break_even_rent_cny_per_month: float
    break_even_hours: float


def newest_purchase(rents: pd.Series) -> Purchase:
    """Return the newest purchase, rent flat after the last quote.

    Parameters
    ----------
    rents : Series
        Of :func:`~analysis.rental_market.history.server_rents`.
    """
    facts = load("server_facts")
    prices = server_price_by_month(facts, load("fx"), "H100", pd.PeriodIndex(rents.index))
    month = history.newest_month(rents, last_priced_month(facts, "H100"))
    server = history.bought_in(month, rents, prices, Assumptions(loss_treatment="carried_forward"))
    by_month = billing_modes.side_by_side(server, []).iloc[0]
    return Purchase(
        str(month),
        server.server_price_cny,
        float(rents.loc[month:].iloc[0]),
        float(by_month["break_even_rent_cny"]),
        float(by_month["break_even_hours"]),
    )


def scarce_chips(book: Book, bought: Purchase) -> Statement:
    """Call chips scarce if a server of one kind, and its rent, have become dearer since."""
    price, rent = (book.named(f"sihan-2025-{name}").value for name in ("p35-01", "p36-04"))
    is_dearer = [bought.price_cny > price, bought.rent_cny_per_month > rent]
    return Statement(
        "caijing-2025 ¶11, sihan-2025 ¶32",
        "the supply of chips to China is being cut off, and those for AI are scarce",
        f"eight H100 cost {_money(price)} and brought {rent:,.0f} CNY a month as printed in "
        f"{SAID_IN}, {_money(bought.price_cny)} and {bought.rent_cny_per_month:,.0f} CNY in "
        f"{bought.month}; "
        "how many chips came nobody prints",
        bought.month,
        _outcome(is_dearer),
    )


def idle_computing(in_use: pd.Series) -> Statement:
    """Call computing idle if less than half of it is in use.

    Parameters
    ----------
    in_use : Series
        Row of ``server_facts``: ``qualifier``, ``value_high`` (share in use), ``fact_date``,
        ``source_id``.
    """
    return Statement(
        "yiou-2024 ¶39",
        "much computing in China lies idle: spread unevenly, while customers' needs come and go",
        f"{in_use['qualifier']} {in_use['value_high']:.0%} of new AI computing was in use, "
        f"one estimate ({in_use['source_id']}); no newer figure was found",
        f"{in_use['fact_date']:%Y-%m}",
        _outcome([float(in_use["value_high"]) < 0.5]),
    )


def falling_prices(rents: pd.Series) -> Statement:
    """Follow the price of computing down to its lowest month, and since."""
    lowest, last = rents.idxmin(), rents.index[-1]
    fall, rise = rents.min() / rents.iloc[0] - 1.0, rents.iloc[-1] / rents.min() - 1.0
    return Statement(
        "yiou-2024 ¶33",
        "the price of computing has been pressed down so far that only size can earn",
        f"rents of eight H100 in China: {fall:+.0%} from {rents.index[0]} to {lowest}, "
        f"{rise:+.0%} from then to {last}",
        str(last),
        _outcome([bool(fall < 0.0), bool(rise <= 0.0)]),
    )


def renting_or_owning(bought: Purchase) -> Statement:
    """Renting beats owning where few hours are used: the break-even says how few."""
    hours, needed = bought.break_even_hours, bought.break_even_rent_cny_per_month
    owning = (
        f"those who use more than {hours:.0%} of all hours"
        if np.isfinite(hours) and hours < 1.0
        else "nobody"
    )
    return Statement(
        "yiou-2024 ¶41, sihan-2025 ¶31",
        "to rent computing is cheaper than to build it",
        f"a server bought in {bought.month} pays from {needed:,.0f} CNY a month on, beside a rent "
        f"of {bought.rent_cny_per_month:,.0f}: owning is cheaper for {owning}; network, racks and "
        "people are left out",
        bought.month,
        PARTLY if owning != "nobody" else HOLDS,
    )


def tariffs(growth: pd.DataFrame, log_rents: pd.Series) -> tuple[Statement, Statement]:
    """Tariffs keep demand away if spending or rents have fallen since, which both measure.

    Parameters
    ----------
    growth : DataFrame
        Of :func:`~analysis.capex.indicators.totals.growth_by_year`.
    log_rents : Series
        Logs of the index of list rents of H100, by month.
    """
    of_us = _since_2024(growth, US)
    months = pd.PeriodIndex(log_rents.index)
    first = months[months >= pd.Period(SAID_IN, "M")][0]
    rise = float(np.expm1(log_rents.iloc[-1] - log_rents.loc[first:].iloc[0]))
    exempt = Statement(
        "caijing-2025 ¶53",
        "tariffs do not make chips and servers dearer for US companies, which are exempt",
        "whether the exemption lasted, no document read says",
        "",
        UNKNOWN,
    )
    demand = Statement(
        "caijing-2025 ¶54",
        "tariffs make customers cautious, and the demand hoped for may not come",
        f"five US companies' spending on the year: {_listed(of_us)}; list rents of H100 at "
        f"specialized clouds: {rise:+.0%} from {first} to {months[-1]}",
        str(months[-1]),
        _outcome([*(of_us < 0.0), rise < 0.0]),
    )
    return exempt, demand


def others_brake(growth: pd.DataFrame) -> Statement:
    """Nobody follows Microsoft in braking as long as the others' spending grows.

    Parameters
    ----------
    growth : DataFrame
        Of :func:`~analysis.capex.indicators.totals.growth_by_year`.
    """
    others = [name for name in US_COMPANIES if name != "Microsoft"]
    slowest = pd.DataFrame([_since_2024(growth, name) for name in others]).min()
    microsoft = _since_2024(growth, "Microsoft")
    return Statement(
        "caijing-2025 ¶56",
        "no other US company follows Microsoft, which brakes",
        f"the slowest of the four others: {_listed(slowest)}; Microsoft: {_listed(microsoft)}",
        str(slowest.index[-1]),
        # Nobody followed; but who does not brake cannot be followed.
        _outcome([bool((slowest > 0.0).all()), bool((microsoft < 0.0).any())]),
    )


def own_capacity(book: Book) -> list[Statement]:
    """Parallel Technology's capacity: its own, built with others, and bought in."""
    margin = {
        "2021": book.named("paratera-2021-gross-margin").value,
        "2022": book.named("paratera-2022-gross-margin").value,
        "2023": book.named("notes-2025-p05-13").value,
        "2025H1": book.named("notes-2025-p05-14").value,
    }
    bought = book.named("notes-2025-p05-33")
    first, last = bought.period.split("/")
    return [
        Statement(
            "kaiyuan-2024 ¶12",
            "Parallel Technology's own capacity was little used in 2022, which lowered its margin",
            f"gross margin {margin['2021']:.1%} in 2021, {margin['2022']:.1%} in 2022; how far its "
            "capacity was used is not printed",
            "2022",
            PARTLY if margin["2022"] < margin["2021"] else FAILS,
        ),
        Statement(
            "notes-2025 ¶5",
            "capacity that Parallel Technology builds with others earns more than what it buys in",
            "no margin is printed by kind of capacity",
            "",
            UNKNOWN,
        ),
        Statement(
            "notes-2025 ¶5",
            "in the long run capacity of its own is the cheapest for Parallel Technology",
            f"after {_money(bought.value)} of purchases from {first} to {last} the gross margin "
            f"went from {margin['2023']:.1%} in 2023 to {margin['2025H1']:.1%} in 2025H1, of all "
            "capacity together",
            "2025H1",
            PARTLY if margin["2025H1"] > margin["2023"] else FAILS,
        ),
    ]


def _since_2024(growth: pd.DataFrame, name: str) -> pd.Series:
    """Growth of spending on the year in every period after 2024, by period."""
    rates = {str(period): float(rate) for period, rate in growth.T[name].dropna().items()}
    return pd.Series({period: rate for period, rate in rates.items() if period > "2024"})


def _listed(growth: pd.Series) -> str:
    return ", ".join(f"{rate:+.0%} in {period}" for period, rate in growth.items())


def _money(amount_cny: float) -> str:
    return span(amount_cny, amount_cny, "CNY")


def _outcome(held: Sequence[bool]) -> str:
    """Outcome by whether each measure agrees."""
    return HOLDS if all(held) else PARTLY if any(held) else FAILS
