"""US filings: company facts in XBRL of the Securities and Exchange Commission.

``/api/xbrl/companyfacts/CIK##########.json`` holds, by taxonomy, concept and unit, every value that
a company ever filed: ``start``, ``end``, ``val``, ``accn``, ``fy``, ``fp``, ``form``, ``filed``.
``fy`` and ``fp`` are of the filing, not of the figure, so they are never read.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from pydantic import BaseModel, Field

from analysis.capex.filings.companies import COMPANIES
from analysis.data.new_rows import Row
from analysis.refresh.client import SourceError
from analysis.refresh.connectors.connector import (
    JSON_KINDS,
    Answers,
    Connector,
    Parsed,
    plain,
    read_json,
    source_row,
)
from analysis.refresh.quarters import Filed, Quarter, discrete_quarters

SOURCE: Final = "sec-companyfacts"
CIKS: Final = {
    "Alphabet": ("googl", 1652044),
    "Amazon": ("amzn", 1018724),
    "Meta": ("meta", 1326801),
    "Microsoft": ("msft", 789019),
    "Oracle": ("orcl", 1341439),
}
CONCEPTS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("revenue", "revenue"): ("RevenueFromContractWithCustomerExcludingAssessedTax", "Revenues"),
    ("net_income", "attributable"): ("NetIncomeLoss",),
    ("operating_cash_flow", "operating"): ("NetCashProvidedByUsedInOperatingActivities",),
    ("capex", "purchases"): (
        "PaymentsToAcquirePropertyPlantAndEquipment",
        "PaymentsToAcquireProductiveAssets",
    ),
    ("finance_lease_principal", "paid"): ("FinanceLeasePrincipalPayments",),
}
"""Concepts by metric and definition, the first that a company files. What is acquired under finance
leases is in none of them: purchases are cash paid, leases are repaid apart."""
QUARTERS_BACK: Final = 9


class _Fact(BaseModel):
    start: date | None = None
    end: date
    val: float
    accn: str
    form: str
    filed: date


class _Concept(BaseModel):
    units: dict[str, list[_Fact]]


class _Facts(BaseModel):
    us_gaap: dict[str, _Concept] = Field(alias="us-gaap")


class _Company(BaseModel):
    cik: int
    facts: _Facts


def _addresses(base: str, since: date, today: date) -> list[str]:
    return [f"{base}/api/xbrl/companyfacts/CIK{cik:010d}.json" for _, cik in CIKS.values()]


def _parse(answers: Answers, day: date) -> Parsed:
    """Take the newest quarters of every company, metric by metric."""
    names = {cik: name for name, (_, cik) in CIKS.items()}
    rows: list[Row] = []
    sources, left_out = [], []
    for address, content in answers:
        company = read_json(SOURCE, content, _Company)
        if f"{company.cik:010d}" not in address or company.cik not in names:
            raise SourceError(f"{SOURCE}: {address} holds the facts of {company.cik}")
        name = names[company.cik]
        for (metric, definition), concepts in CONCEPTS.items():
            figures = _figures(company, concepts)
            month = COMPANIES[name].fiscal_year_end_month
            quarters, odd = discrete_quarters(figures, month)
            left_out += [f"{name} {metric}: {each}" for each in odd if _is_recent(each, day)]
            rows += [_row(name, metric, definition, each) for each in quarters[-QUARTERS_BACK:]]
        symbol = CIKS[name][0]
        sources.append(
            source_row(
                f"xbrl-{symbol}",
                day,
                title=f"Company facts of {name} in XBRL",
                publisher="US Securities and Exchange Commission",
                url=f"https://data.sec.gov/api/xbrl/companyfacts/CIK{company.cik:010d}.json",
                terms_of_use="US government data; facts of filings",
                quality="primary",
            )
        )
    return Parsed("company_financials_quarterly", tuple(rows), tuple(sources), tuple(left_out))


def _figures(company: _Company, concepts: tuple[str, ...]) -> list[Filed]:
    """Figures of the first concept whose newest period no other one passes, in US dollars alone."""
    best: list[Filed] = []
    for concept in concepts:
        facts = company.facts.us_gaap.get(concept, _Concept(units={})).units.get("USD", [])
        figures = [
            Filed(fact.start, fact.end, fact.val / 1e6, fact.filed, f"{concept}, {fact.accn}")
            for fact in facts
            if fact.start is not None and fact.form.removesuffix("/A") in ("10-Q", "10-K")
        ]
        if figures and (not best or max(f.end for f in figures) > max(f.end for f in best)):
            best = figures
    return best


def _is_recent(left_out: str, day: date) -> bool:
    return left_out[:4].isdigit() and int(left_out[:4]) >= day.year - 1


def _row(company: str, metric: str, definition: str, quarter: Quarter) -> Row:
    return Row(
        {
            "company": company,
            "period_start_date": quarter.start.isoformat(),
            "period_end_date": quarter.end.isoformat(),
            "span": "quarter",
            "fiscal_quarter": str(quarter.fiscal_quarter),
            "currency": "USD",
            "metric": metric,
            "definition": definition,
            "value_m": plain(quarter.value_m),
            "source_id": f"xbrl-{CIKS[company][0]}",
            "place": f"{quarter.place}, filed {quarter.filed}",
            "kind": "derived" if quarter.is_difference else "reported",
            "neighbors": "adjacent",
            "note": "difference of two years to date" if quarter.is_difference else "",
        },
        tuple((known, plain(value)) for known, value in quarter.vintages),
    )


SEC: Final = Connector(SOURCE, "filings", "https://data.sec.gov", JSON_KINDS, _addresses, _parse)
