"""Figures and intervals in words, in the unit of a claim."""

from __future__ import annotations

import math

_SCALES = ((1e12, " tn"), (1e9, " bn"), (1e6, " m"), (1e3, " k"))
_MONEY = ("CNY", "USD", "HKD")


def amount(value: float, unit: str, digits: int = 3) -> str:
    """Write one figure with its unit, to so many significant digits.

    Examples
    --------
    >>> amount(0.3138, "share"), amount(24.78e8, "CNY"), amount(29, "count"), amount(3.5, "times")
    ('31.4 %', '2.48 bn CNY', '29', '3.5 times')
    """
    return f"{_number(value, unit, digits)}{_suffix(value, unit)}"


def span(low: float, high: float, unit: str, digits: int = 3) -> str:
    """Write an interval: one figure where its ends read the same, open ends in words.

    Examples
    --------
    >>> span(0.052, 0.0569, "share"), span(2e9, math.inf, "CNY"), span(-math.inf, 8, "count")
    ('5.2 to 5.69 %', 'at least 2 bn CNY', 'at most 8')
    >>> span(2.476e9, 2.4764e9, "CNY")
    '2.48 bn CNY'
    """
    if math.isnan(low):
        return ""
    if math.isinf(low):
        return f"at most {amount(high, unit, digits)}"
    if math.isinf(high):
        return f"at least {amount(low, unit, digits)}"
    first, last = amount(low, unit, digits), amount(high, unit, digits)
    if first == last:
        return first
    if _suffix(low, unit) == _suffix(high, unit):
        first = _number(low, unit, digits)
    return f"{first} to {last}"


def relative(gap: float) -> str:
    """Write a relative gap as a signed percentage; nothing for none.

    Examples
    --------
    >>> relative(-0.195), relative(4.0), relative(0.0), relative(math.inf)
    ('-20 %', '+400 %', '', 'all of it')
    """
    if math.isnan(gap) or gap == 0.0:
        return ""
    if math.isinf(gap):
        return "all of it"
    digits = 0 if abs(gap) >= 0.095 else 1
    return f"{100 * gap:+,.{digits}f} %"


def _number(value: float, unit: str, digits: int) -> str:
    if unit == "share":
        return _significant(100 * value, digits)
    return _significant(value / _scale(value, unit)[0], digits)


def _suffix(value: float, unit: str) -> str:
    if unit == "share":
        return " %"
    scale = _scale(value, unit)[1]
    return scale if unit == "count" else f"{scale} {unit}"


def _scale(value: float, unit: str) -> tuple[float, str]:
    if unit not in (*_MONEY, "core-hours", "GPU-hours"):
        return 1.0, ""
    return next((scale for scale in _SCALES if abs(value) >= scale[0]), (1.0, ""))


def _significant(value: float, digits: int) -> str:
    if value == 0:
        return "0"
    places = max(digits - 1 - math.floor(math.log10(abs(value))), 0)
    text = f"{round(value, places):,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
