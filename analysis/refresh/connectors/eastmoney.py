"""Statements of companies listed in Hong Kong, by the interface that akshare documents.

``/securities/api/data/v1/get?reportName=...`` answers ``success`` and ``result`` with ``pages`` and
``data``: an item of a statement a row. Figures are cumulative, ``START_DATE`` to ``REPORT_DATE``,
in units of the currency that the report names. What the site calls capital expenditure is one line
for all companies and no definition of ours, so it is not taken.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

import pandas as pd
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
from analysis.refresh.quarters import Filed, discrete_quarters

SOURCE: Final = "eastmoney-hk"
CODES: Final = {
    "Tencent": "00700",
    "Alibaba": "09988",
    "Baidu": "09888",
    "China Mobile": "00941",
    "China Telecom": "00728",
    "China Unicom": "00762",
}
ITEMS: Final = {
    "营业额": ("revenue", "revenue"),
    "营运收入": ("revenue", "revenue"),
    "股东应占溢利": ("net_income", "attributable"),
    "经营业务现金净额": ("operating_cash_flow", "operating"),
}
REPORTS: Final = ("RPT_HKF10_FN_INCOME_PC", "RPT_HKF10_FN_CASHFLOW_PC")
COLUMNS: Final = (
    "SECUCODE,SECURITY_CODE,SECURITY_NAME_ABBR,ORG_CODE,REPORT_DATE,DATE_TYPE_CODE,"
    "FISCAL_YEAR,START_DATE,STD_ITEM_CODE,STD_ITEM_NAME,AMOUNT,CURRENCY"
)
YUAN: Final = ("人民币", "CNY", "RMB")
QUARTERS_BACK: Final = 9


class _Item(BaseModel):
    code: str = Field(alias="SECURITY_CODE")
    start: datetime = Field(alias="START_DATE")
    end: datetime = Field(alias="REPORT_DATE")
    name: str = Field(alias="STD_ITEM_NAME")
    amount: float | None = Field(alias="AMOUNT")
    currency: str = Field(alias="CURRENCY")


class _Result(BaseModel):
    pages: int
    data: list[_Item]


class _Page(BaseModel):
    success: bool
    message: str = ""
    result: _Result | None


def _addresses(base: str, since: date, today: date) -> list[str]:
    first = pd.Timestamp(since) - pd.DateOffset(years=1)
    ends = pd.date_range(first, today, freq="QE").strftime("%Y-%m-%d")
    days = ",".join(f"'{end}'" for end in ends)
    wanted = {
        code: quote(f'(SECUCODE="{code}.HK")(REPORT_DATE in ({days}))') for code in CODES.values()
    }
    return [
        f"{base}/securities/api/data/v1/get?reportName={report}&columns={COLUMNS}"
        f"&filter={wanted[code]}"
        "&pageNumber=1&pageSize=500&sortTypes=-1,1&sortColumns=REPORT_DATE,STD_ITEM_CODE"
        for code in CODES.values()
        for report in REPORTS
    ]


def _next_address(address: str, content: bytes) -> str | None:
    result = _result(content)
    number = int(parse_qs(urlsplit(address).query)["pageNumber"][0])
    if number >= result.pages:
        return None
    return address.replace(f"&pageNumber={number}&", f"&pageNumber={number + 1}&")


def _result(content: bytes) -> _Result:
    page = read_json(SOURCE, content, _Page)
    if not page.success or page.result is None:
        raise SourceError(f"{SOURCE}: answered {page.message!r}")
    return page.result


def _parse(answers: Answers, day: date) -> Parsed:
    """Derive quarters from the cumulative figures, in yuan alone."""
    names = {code: name for name, code in CODES.items()}
    figures: dict[tuple[str, str, str], list[Filed]] = defaultdict(list)
    left_out = []
    for address, content in answers:
        report = parse_qs(urlsplit(address).query)["reportName"][0]
        for item in _result(content).data:
            if item.name not in ITEMS or item.amount is None or item.code not in names:
                continue
            if item.currency not in YUAN:
                left_out.append(
                    f"{names[item.code]} {item.name}, {item.end:%Y-%m-%d}: in "
                    f"{item.currency}, not in yuan"
                )
                continue
            key = (names[item.code], *ITEMS[item.name])
            figures[key].append(
                Filed(
                    item.start.date(),
                    item.end.date(),
                    item.amount / 1e6,
                    day,
                    f"{report}, {item.name}",
                )
            )
    rows = []
    for (company, metric, definition), filed in figures.items():
        month = COMPANIES[company].fiscal_year_end_month
        quarters, odd = discrete_quarters(filed, month)
        left_out += [f"{company} {metric}: {each}" for each in odd]
        for quarter in quarters[-QUARTERS_BACK:]:
            cells = {
                "company": company,
                "period_start_date": quarter.start.isoformat(),
                "period_end_date": quarter.end.isoformat(),
                "span": "quarter",
                "fiscal_quarter": str(quarter.fiscal_quarter),
                "currency": "CNY",
                "metric": metric,
                "definition": definition,
                "value_m": plain(quarter.value_m),
                "source_id": SOURCE,
                "place": quarter.place,
                "kind": "derived" if quarter.is_difference else "reported",
                "neighbors": "adjacent",
                "note": "difference of two years to date" if quarter.is_difference else "",
            }
            rows.append(Row(cells, ((day, plain(quarter.value_m)),)))
    source = source_row(
        SOURCE,
        day,
        title="Statements of companies listed in Hong Kong",
        publisher="东方财富",
        url="https://emweb.securities.eastmoney.com",
        quality="secondary",
        terms_of_use="single facts only",
        note="interface as documented by akshare",
    )
    return Parsed("company_financials_quarterly", tuple(rows), (source,), tuple(left_out))


EASTMONEY: Final = Connector(
    SOURCE,
    "china",
    "https://datacenter.eastmoney.com",
    JSON_KINDS,
    _addresses,
    _parse,
    _next_address,
)
