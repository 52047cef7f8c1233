"""The companies compared, and the bases on which their capital expenditure can be put.

No two of them mean the same by capital expenditure. A basis says, company by company, which printed
definition stands for it; a company without that figure is missing on that basis, never filled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from analysis.brief import Brief
from analysis.errors import Fault, ParameterError
from analysis.near_names import one_of

Country: TypeAlias = Literal["US", "CN", "own"]


@dataclass(frozen=True)
class Company:
    """One company as the analysis knows it.

    Parameters
    ----------
    name : str
        As in the tables.
    country : str
        US or CN; own for a company of own figures.
    currency : str
        Currency of its accounts.
    fiscal_year_end_month : int
        Last month of its fiscal year.
    """

    name: str
    country: Country
    currency: str
    fiscal_year_end_month: int = 12


COMPANIES: Mapping[str, Company] = MappingProxyType(
    {
        company.name: company
        for company in (
            Company("Amazon", "US", "USD"),
            Company("Microsoft", "US", "USD", 6),
            Company("Alphabet", "US", "USD"),
            Company("Meta", "US", "USD"),
            Company("Oracle", "US", "USD", 5),
            Company("ByteDance", "CN", "CNY"),
            Company("Alibaba", "CN", "CNY", 3),
            Company("Tencent", "CN", "CNY"),
            Company("Baidu", "CN", "CNY"),
            Company("China Mobile", "CN", "CNY"),
            Company("China Telecom", "CN", "CNY"),
            Company("China Unicom", "CN", "CNY"),
        )
    }
)


def in_order(names: Iterable[str]) -> list[str]:
    """Put names in the order of the companies compared, own ones behind.

    Examples
    --------
    >>> in_order(["Mine", "Meta", "Amazon"])
    ['Amazon', 'Meta', 'Mine']
    """
    given = list(dict.fromkeys(names))
    known = [name for name in COMPANIES if name in given]
    return [*known, *(name for name in given if name not in COMPANIES)]


def country_of(name: str) -> Country:
    """Return the country of a company; own for one of own figures."""
    return COMPANIES[name].country if name in COMPANIES else "own"


US_COMPANIES = tuple(name for name, company in COMPANIES.items() if company.country == "US")
CN_COMPANIES = tuple(name for name, company in COMPANIES.items() if company.country == "CN")
NETWORK_OPERATORS = ("China Mobile", "China Telecom", "China Unicom")


@dataclass(frozen=True)
class CapexBasis(Brief):
    """Which printed definition of capital expenditure stands for each company.

    Parameters
    ----------
    name : str
        Name to choose it by.
    description : str
        What the basis is, in a phrase.
    definitions : mapping of str to tuple of str
        By company, the definitions of the table that may be chained, the preferred first. A
        company that is absent has no figure on this basis.
    departures : mapping of str to str
        By company, how its figure departs from the basis; printed wherever the basis is used.
    """

    name: str
    description: str
    definitions: Mapping[str, tuple[str, ...]]
    departures: Mapping[str, str]


_PURCHASES = dict.fromkeys(("Microsoft", "Alphabet", "Oracle", "Baidu"), ("purchases",))
_NET_META = {"Meta": ("purchases", "net_of_proceeds")}
_OPERATORS_PAID = dict.fromkeys(NETWORK_OPERATORS, ("long_term_assets",))
_META = "net of proceeds from 2022 on, less than 1 % below gross purchases"
_TENCENT = "accrued additions; cash paid is printed for two quarters only"
_ALIBABA = "with land use rights and office campuses"

CAPEX_BASES: Mapping[str, CapexBasis] = MappingProxyType(
    {
        basis.name: basis
        for basis in (
            CapexBasis(
                "purchases",
                "cash paid for property and equipment, before proceeds and without leases",
                {
                    "Amazon": ("purchases",),
                    **_PURCHASES,
                    **_NET_META,
                    "Alibaba": ("purchases",),
                    "Tencent": ("additions",),
                    **_OPERATORS_PAID,
                },
                {
                    "Meta": _META,
                    "Alibaba": _ALIBABA,
                    "Tencent": _TENCENT,
                    **dict.fromkeys(
                        NETWORK_OPERATORS, "with intangible and other long-term assets"
                    ),
                },
            ),
            CapexBasis(
                "headline",
                "what each company itself calls its capital expenditure",
                {
                    "Amazon": ("net_of_proceeds",),
                    **_PURCHASES,
                    "Microsoft": ("including_finance_leases",),
                    "Meta": ("including_lease_principal",),
                    "Alibaba": ("purchases",),
                    "Tencent": ("additions",),
                    **dict.fromkeys(NETWORK_OPERATORS, ("announced",)),
                },
                {
                    "Amazon": "net of proceeds and incentives",
                    "Microsoft": "with assets acquired under finance leases",
                    "Meta": "with principal paid on finance leases",
                    "Alibaba": _ALIBABA,
                    "Tencent": _TENCENT,
                    **dict.fromkeys(
                        NETWORK_OPERATORS, "announced on the management's basis, years only"
                    ),
                },
            ),
            CapexBasis(
                "finance_leases",
                "with what was acquired, or paid, under finance leases",
                {
                    "Microsoft": ("including_finance_leases",),
                    "Meta": ("including_lease_principal",),
                    "Alphabet": ("including_lease_principal",),
                },
                {
                    "Meta": "principal paid, not assets acquired",
                    "Alphabet": "principal paid, not assets acquired; from 2024 on",
                },
            ),
            CapexBasis(
                "depreciable",
                "what comes nearest to the cost of the assets that are depreciated",
                {
                    "Amazon": ("net_of_proceeds",),
                    **_PURCHASES,
                    "Microsoft": ("including_finance_leases",),
                    **_NET_META,
                    "Alibaba": ("purchases",),
                    "Tencent": ("additions",),
                },
                {
                    "Amazon": "net of proceeds and incentives",
                    "Microsoft": "with assets acquired under finance leases",
                    "Meta": _META,
                    "Alibaba": _ALIBABA,
                    "Tencent": _TENCENT,
                },
            ),
            CapexBasis(
                "article",
                "as caijing-2025 mixes them",
                {
                    "Amazon": ("net_of_proceeds",),
                    **_PURCHASES,
                    "Microsoft": ("including_finance_leases",),
                    **_NET_META,
                    "ByteDance": ("estimate",),
                    "Alibaba": ("purchases",),
                    "Tencent": ("additions",),
                    **dict.fromkeys(NETWORK_OPERATORS, ("computing",)),
                },
                {
                    "Amazon": "net of proceeds and incentives",
                    "Microsoft": "with assets acquired under finance leases",
                    "Meta": _META,
                    "ByteDance": "press estimate",
                    "Alibaba": _ALIBABA,
                    "Tencent": _TENCENT,
                    **dict.fromkeys(NETWORK_OPERATORS, "computing power only"),
                },
            ),
        )
    }
)


def capex_basis(name: str) -> CapexBasis:
    """Find a basis by name.

    Raises
    ------
    ParameterError
        No basis has that name.

    Examples
    --------
    >>> capex_basis("article").definitions["Amazon"]
    ('net_of_proceeds',)
    """
    if name not in CAPEX_BASES:
        expected = one_of(name, CAPEX_BASES)
        raise ParameterError([Fault("parameters", None, "capex_basis", name, expected)])
    return CAPEX_BASES[name]
