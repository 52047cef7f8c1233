"""How a language writes amounts, months, quarters and verdicts in the summary's sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import pandas as pd

from analysis.rental.faces.case_words import millions, verdict
from analysis.units import WAN, YI

LIST_SEPARATORS: Final = {"en": ", ", "zh-CN": "、"}

_PRICE_OF_A_SERVER_CNY: Final = 2_000_000.0
"""Scale against which a present value is about zero."""

_ORDINALS: Final = ("first", "second", "third", "fourth")
_VERDICTS: Final = {"pays": "划算", "about breaks even": "大致保本", "does not pay": "亏本"}


def _pays(value_cny: float) -> str:
    return verdict(value_cny, _PRICE_OF_A_SERVER_CNY)


def _month(text: str) -> str:
    return pd.Period(text, "M").strftime("%B %Y")


def _month_in_chinese(text: str) -> str:
    month = pd.Period(text, "M")
    return f"{month.year} 年 {month.month} 月"


def _quarter(text: str) -> str:
    quarter = pd.Period(text, "Q")
    return f"the {_ORDINALS[quarter.quarter - 1]} quarter of {quarter.year}"


def _quarter_in_chinese(text: str) -> str:
    quarter = pd.Period(text, "Q")
    return f"{quarter.year} 年第{'一二三四'[quarter.quarter - 1]}季度"


def _money_in_chinese(value_cny: float) -> str:
    unit, name = (YI, "亿元") if abs(value_cny) >= YI else (WAN, "万元")
    scaled = value_cny / unit
    return f"{scaled:,.0f} {name}" if abs(scaled) >= 10 else f"{scaled:,.1f} {name}"


FORMS: Final[Mapping[str, Mapping[str, Callable[[Any], str]]]] = {
    "en": {
        "money": millions,
        "month": _month,
        "quarter": _quarter,
        "moved": lambda change: f"{'rose' if change > 0 else 'fell'} by {abs(change):.0%}",
        "kept": lambda share: f"{'is left with' if share >= 0 else 'loses'} {abs(share):.1%}",
        "missed": lambda error: f"{abs(error):.1%} too {'high' if error > 0 else 'low'}",
        "pays": _pays,
    },
    "zh-CN": {
        "money": _money_in_chinese,
        "month": _month_in_chinese,
        "quarter": _quarter_in_chinese,
        "moved": lambda change: f"{'上涨' if change > 0 else '下跌'} {abs(change):.0%}",
        "kept": lambda share: f"{'剩下' if share >= 0 else '亏掉'} {abs(share):.1%}",
        "missed": lambda error: f"偏{'高' if error > 0 else '低'} {abs(error):.1%}",
        "pays": lambda value_cny: _VERDICTS[_pays(value_cny)],
    },
}
"""By language: what a sentence may ask for by name; all else is a format of Python."""


def formatted(value: Any, form: str, language: str) -> str:
    """Write a value as a language does.

    Parameters
    ----------
    value : object
        A number, a month as ``2026-08``, or a quarter as ``2026Q2``.
    form : str
        ``money`` (CNY), ``month``, ``quarter``, ``pays`` (a present value in words), ``moved`` (a
        change in words), ``kept`` (what is left, or lost), ``missed`` (a forecast's error), or a
        format of Python.
    language : str
        One of `analysis.figures.language.LANGUAGES`.

    Examples
    --------
    >>> formatted(714_127.0, "money", "en"), formatted(714_127.0, "money", "zh-CN")
    ('0.71 m CNY', '71 万元')
    >>> formatted("2026-08", "month", "en"), formatted("2026-08", "month", "zh-CN")
    ('August 2026', '2026 年 8 月')
    >>> formatted("2026Q2", "quarter", "en"), formatted("2026Q2", "quarter", "zh-CN")
    ('the second quarter of 2026', '2026 年第二季度')
    >>> formatted(5_000.0, "pays", "en"), formatted(-900_000.0, "pays", "zh-CN")
    ('about breaks even', '亏本')
    >>> formatted(-0.37, "moved", "en"), formatted(0.2, "moved", "zh-CN")
    ('fell by 37%', '上涨 20%')
    >>> formatted(-0.006, "kept", "en"), formatted(0.006, "kept", "zh-CN")
    ('loses 0.6%', '剩下 0.6%')
    >>> formatted(0.032, "missed", "en"), formatted(-0.005, "missed", "zh-CN")
    ('3.2% too high', '偏低 0.5%')
    """
    write = FORMS[language].get(form)
    return format(value, form) if write is None else write(value)
