"""What figures of statements are called: the metrics that pages read, and the names people use."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from analysis.data.own.columns import Columns
from analysis.data.own.found import Found, stacked
from analysis.data.own.kinds import OwnDataError, words
from analysis.data.own.written import normal
from analysis.errors import Fault

METRICS: Final = {
    "revenue": words(
        "revenue, revenues, total revenue, sales, net sales, turnover, umsatz, umsatzerlöse, "
        "chiffre d'affaires, ingresos, 营业收入, 收入, 营收, 总收入"
    ),
    "net_income": words(
        "net income, net profit, profit after tax, earnings, net earnings, net loss, gewinn, "
        "jahresüberschuss, nettoergebnis, résultat net, 净利润, 归母净利润"
    ),
    "capex": words(
        "capex, capital expenditure, capital expenditures, purchases of property and equipment, "
        "purchase of property and equipment, investitionen, sachinvestitionen, 资本开支, 资本支出"
    ),
    "operating_cash_flow": words(
        "operating cash flow, cash flow from operations, cash from operations, ocf, cfo, "
        "net cash provided by operating activities, operativer cashflow, 经营现金流, "
        "经营活动现金流量净额"
    ),
    "depreciation_amortization": words(
        "depreciation amortization, depreciation and amortization, depreciation & amortization, "
        "depreciation, d&a, da, abschreibungen, 折旧摊销, 折旧"
    ),
    "operating_income": words(
        "operating income, operating profit, ebit, income from operations, betriebsergebnis, "
        "营业利润, 经营利润"
    ),
    "ebitda": words("ebitda, adjusted ebitda, 经调整ebitda"),
}
"""By metric that a page reads, the names that mean it, in lower case."""

_BY_NAME: Final = {
    name: metric for metric, names in METRICS.items() for name in (metric.replace("_", " "), *names)
}
_NOT_MILLIONS: Final = re.compile(
    r"\b(bn|billions?|mrd\.?|milliarden|thousands?|tsd\.?|k)\b|十亿|亿|千元|万元", re.IGNORECASE
)


def metric_named(text: str) -> str:
    """Return the metric that a name means; a name of none as one word.

    Examples
    --------
    >>> metric_named("Net sales"), metric_named("资本开支(百万元)"), metric_named("Rack count")
    ('revenue', 'capex', 'rack_count')
    """
    plain = normal(text).lower().replace("_", " ")
    bare = " ".join(re.sub(r"[(\[（【].*?[)\]）】]", " ", plain).split())
    return _BY_NAME.get(bare) or re.sub(r"\W+", "_", bare).strip("_")


def is_metric(column: str) -> bool:
    """Whether a column's name means a metric.

    Examples
    --------
    >>> is_metric("Umsatz (Mio. EUR)"), is_metric("Company")
    (True, False)
    """
    return metric_named(column) in METRICS


def one_metric_a_row(found: Found, columns: list[str]) -> tuple[Found, Columns]:
    """Set columns of metrics below each other; a row keeps its line.

    Parameters
    ----------
    found : Found
        A table with a column a metric.
    columns : list of str
        Those columns.

    Raises
    ------
    OwnDataError
        A column says that it is in something else than millions.
    """
    faults = [
        Fault(found.file, None, column, said.group(0), "figures in millions")
        for column in columns
        if (said := _NOT_MILLIONS.search(column))
    ]
    if faults:
        raise OwnDataError(faults)
    metric, value = "metric of the column", "figure"
    whole = stacked(found, {each: {metric: metric_named(each)} for each in columns}, value)
    remark = f"one row for each of {', '.join(map(metric_named, columns))}"
    above = " ".join([found.above, *columns])
    told = replace(whole, above=above, remarks=(*found.remarks, remark))
    return told, Columns({"metric": metric, "value_m": value}, {})
