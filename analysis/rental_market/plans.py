"""Announcements that print too little for a rent: what servers they would take, at what cost."""

from __future__ import annotations

import pandas as pd

from analysis.printed.book import Book
from analysis.printed.wording import amount, span
from analysis.rental.inputs.billing import SPARSE_OVER_DENSE

CONTRACTS = {
    "sihan-2025-p43-05": "contracts signed in all by March 2025; neither servers nor terms stated",
    "sihan-2025-p44-01": "contract of a computing project; neither servers nor term stated",
    "sihan-2025-p44-02": "contract of integration; neither servers nor term stated",
}
CAPACITY = {
    "sihan-2025-p48-04": "capacity planned by the end of 2026; no cost stated",
    "sihan-2025-p52-01": "capacity of a park; neither date nor cost stated",
}
PURCHASES = {
    "sihan-2025-p45-01": "first announcement of purchases in 2025; no servers stated",
    "sharetronic-2025-purchases": "all five announcements of 2025; no servers stated",
}
DELIVERED, ORDERED = "sihan-2025-p46-02", "sihan-2025-p46-01"


def plans(book: Book, server_price_cny: float, pflops_per_server: float) -> pd.DataFrame:
    """Tabulate orders, capacity and purchases of which too little is printed.

    Parameters
    ----------
    book : Book
        Claims and outcomes.
    server_price_cny : float
        Price taken for a server.
    pflops_per_server : float
        Dense FP16 peak of a server; a P that counts sparse operations is half as many servers.

    Returns
    -------
    DataFrame
        Indexed by company; columns ``plan``, ``stated``, ``servers`` and ``cost``, in words; None
        where it cannot be told.
    """
    rows = []

    def add(name: str, plan: str, servers: str | None = None, cost: str | None = None) -> None:
        figure = book.named(name)
        company = figure.subject.split(",")[0]
        rows.append((company, plan, amount(figure.value, figure.unit), servers, cost))

    for name, plan in CONTRACTS.items():
        add(name, plan)
    for name, plan in CAPACITY.items():
        many = book.named(name).value / pflops_per_server
        few = many / SPARSE_OVER_DENSE
        cost = span(few * server_price_cny, many * server_price_cny, "CNY", 2)
        add(name, plan, span(few, many, "servers", 2), cost)
    for name, plan in PURCHASES.items():
        most = book.named(name).value / server_price_cny
        add(name, plan, f"at most {amount(most, 'servers', 2)}")
    delivered, ordered = book.named(DELIVERED).value, book.named(ORDERED).value
    add(
        ORDERED, f"ordered for one customer, {delivered / ordered:.0%} delivered by the end of 2023"
    )
    columns = ["company", "plan", "stated", "servers", "cost"]
    return pd.DataFrame(rows, columns=columns).set_index("company")
