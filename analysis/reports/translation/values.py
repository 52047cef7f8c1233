"""Numbers, amounts and dates of a sentence: taken out before it is looked up, put back after."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

_MONTHS: Final = tuple(calendar.month_name)[1:]
_MONTH_NUMBERS: Final = {
    name: number
    for number, full in enumerate(_MONTHS, start=1)
    for name in {full, full[:3], *(("Sept",) if number == 9 else ())}
}
_MONTH: Final = "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True))
_POWERS: Final = {
    "thousand": 3,
    "million": 6,
    "m": 6,
    "billion": 9,
    "bn": 9,
    "trillion": 12,
    "tn": 12,
}
_QUARTERS: Final = "一二三四"
_WAN, _YI, _WAN_YI = 4, 8, 12
_VALUE: Final = re.compile(
    r"(?<![\w.])(?:"
    rf"(?:(?P<day>\d{{1,2}}) )?(?P<month>{_MONTH}) (?P<year>[12]\d{{3}})"
    r"|(?P<iso>[12]\d{3}-(?:0[1-9]|1[0-2])(?:-[0-3]\d)?)(?!-?\d)"
    r"|(?P<of_year>[12]\d{3})Q(?P<quarter>[1-4])"
    r"|(?P<number>[−+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
    r"(?:(?P<percent>[ \u00a0\u202f]?%)"
    r"|[ \u00a0](?P<scale>thousand|[mb]illion|trillion|(?:m|bn|tn)(?=[ \u00a0](?:CNY|USD|EUR)\b))"
    r"|(?= (?:to|and) [−+-]?[\d,.]+ (?P<shared>thousand|[mb]illion|trillion)\b))?"
    r")(?![A-Za-z\d_])"
)
_YEAR_AFTER_MONTH: Final = re.compile(r"(?:(?<=\d[月日])|(?<=季度)) ?年(?![均化初末底])")
"""The word that a place for a year has after it, where a month, a day or a quarter came."""
_BEFORE_UNIT: Final = re.compile("(?<=[年月日度万亿]) (?=[\u3400-\u9fff])")
_PLACE: Final = re.compile(r"\{(?P<at>\d+)(?:\|(?P<filter>[a-z]+))?\}")


class Value(NamedTuple):
    """One number, amount or date as it stands in a sentence."""

    text: str
    parts: Mapping[str, str | None]


def taken_out(text: str, values: list[Value]) -> str:
    """Put a numbered place where each value stands, and append the values to a list.

    Examples
    --------
    >>> found = []
    >>> taken_out("Rent fell by 38% to 5.2 million CNY in July 2026 for an H100.", found)
    'Rent fell by {0} to {1} CNY in {2} for an H100.'
    >>> [value.text for value in found]
    ['38%', '5.2 million', 'July 2026']
    """

    def place(found: re.Match[str]) -> str:
        values.append(Value(found[0], found.groupdict()))
        return f"{{{len(values) - 1}}}"

    return _VALUE.sub(place, text)


def places(text: str) -> set[int]:
    """Return which places a message or its translation names."""
    return {int(found["at"]) for found in _PLACE.finditer(text)}


def filters(text: str) -> set[str]:
    """Return the names of the filters that a translation asks for."""
    return {found["filter"] for found in _PLACE.finditer(text) if found["filter"]}


def put_back(text: str, values: list[Value]) -> str:
    """Put values, as Chinese writes them, where a translation has their places.

    Examples
    --------
    >>> found = []
    >>> _ = taken_out("fell by −37% to 5.2 million CNY in July 2026", found)
    >>> put_back("{2}下跌{0|abs}，至{1}元", found)
    '2026年7月下跌37%，至520万元'
    >>> put_back("{2} 年的公司", found)  # written for a year, given a month
    '2026年7月的公司'
    """
    is_alone = not _PLACE.sub("", text).strip()
    filled = _PLACE.sub(
        lambda found: FILTERS[found["filter"] or ""](values[int(found["at"])], is_alone), text
    )
    return _YEAR_AFTER_MONTH.sub("", _BEFORE_UNIT.sub("", filled))


def _written(value: Value, is_alone: bool) -> str:
    parts = value.parts
    if parts["month"]:
        day = f"{int(parts['day'])}日" if parts["day"] else ""
        return f"{parts['year']}年{_MONTH_NUMBERS[parts['month']]}月{day}"
    if parts["iso"] and not is_alone:
        year, month, *days = parts["iso"].split("-")
        return f"{year}年{int(month)}月" + "".join(f"{int(day)}日" for day in days)
    if parts["quarter"]:
        return f"{parts['of_year']}年{_QUARTERS[int(parts['quarter']) - 1]}季度"
    if parts["number"] and (scale := parts["scale"] or parts["shared"]):
        return amount(parts["number"], _POWERS[scale])
    return value.text


def amount(number: str, power: int) -> str:
    """Write so many thousands, millions or billions in 万 and 亿, to the digits that are given.

    Examples
    --------
    >>> amount("5.20", 6), amount("−1,234", 9), amount("0.3", 6), amount("1.5", 12)
    ('520万', '−1.234万亿', '30万', '1.5万亿')
    >>> amount("2", 3)
    '2,000'
    """
    value = _decimal(number).scaleb(power)
    size = abs(value)
    for unit, name in ((_WAN_YI, "万亿"), (_YI, "亿"), (_WAN, "万")):
        if size >= Decimal(10) ** unit:
            return f"{_plain(value.scaleb(-unit))}{name}"
    return _plain(value)


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace("−", "-").replace(",", ""))


def _plain(value: Decimal) -> str:
    exact = value.quantize(Decimal(1)) if value.as_tuple().exponent > 0 else value  # type: ignore[operator]
    return f"{exact:,f}".replace("-", "−")


def _rounded_to(power: int, name: str) -> Callable[[Value, bool], str]:
    def write(value: Value, _: bool) -> str:
        number = _decimal(value.parts["number"] or "0")
        number = number.scaleb(_POWERS.get(value.parts["scale"] or value.parts["shared"] or "", 0))
        shifted = number.scaleb(-power)
        if not value.parts["number"] or abs(shifted) < 1:
            return _written(value, False)
        return f"{shifted:,.2f}".rstrip("0").rstrip(".").replace("-", "−") + name

    return write


_UNITS: Final = {"1,000": "千", "10,000": "万", "1,000,000": "百万", "100,000,000": "亿"}


def _unit(value: Value, _: bool) -> str:
    """Name the unit that an axis counts in."""
    return _UNITS.get(value.text, value.text)


FILTERS: Final[Mapping[str, Callable[[Value, bool], str]]] = {
    "": _written,
    "abs": lambda value, alone: _written(value, alone).lstrip("−-+"),
    "text": lambda value, _: value.text,
    "unit": _unit,
    "wan": _rounded_to(_WAN, "万"),
    "yi": _rounded_to(_YI, "亿"),
}
"""How a translation may ask for a value: without its sign, as it stands, as a unit, or in one."""
