"""Parsing days of price lists: of the usual forms, of spreadsheets, months and quarters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final, Literal

from analysis.data.own.written import DASHES, normal

DayOrder = Literal["day first", "month first"]

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier",
            "feb february februar",
            "mar march märz mär mrz",
            "apr april",
            "may mai",
            "jun june juni",
            "jul july juli",
            "aug august",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december dez dezember",
        ),
        start=1,
    )
    for name in names.split()
}
_FIRST_EXCEL_DAY: Final = date(1899, 12, 30)


def day_order(texts: Iterable[str]) -> DayOrder | None:
    """Say whether days or months come first in dates such as 3/4/2026; None if it is left open.

    Examples
    --------
    >>> day_order(["03/04/2026", "25/04/2026"]), day_order(["3/4/2026"]), day_order(["3.4.2026"])
    ('day first', None, 'day first')
    """
    found: set[DayOrder | None] = set()
    for text in texts:
        match = re.match(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})\b", normal(text))
        if match is None:
            continue
        first, second = int(match[1]), int(match[3])
        found.add(
            "day first" if first > 12 or match[2] == "." else "month first" if second > 12 else None
        )
    said = found - {None}
    if len(said) == 1:
        return said.pop()
    return None if found else "day first"


def read_day(cell: object, order: DayOrder | None) -> tuple[date, str]:
    """Read a day, and how exactly it is known.

    Parameters
    ----------
    cell : object
        A cell: a date, an Excel day number, or text.
    order : {"day first", "month first"} or None
        Of 3/4/2026; None refuses it.

    Returns
    -------
    day : date
        The first of the month or quarter where only that is known.
    precision : {"day", "month", "quarter"}

    Raises
    ------
    ValueError
        No date.

    Examples
    --------
    >>> read_day("28.11.2026", None)[0].isoformat(), read_day("Nov 2026", None)[1]
    ('2026-11-28', 'month')
    >>> read_day("2026年11月28日", None)[0].isoformat(), read_day("2026Q3", None)
    ('2026-11-28', (datetime.date(2026, 7, 1), 'quarter'))
    """
    if isinstance(cell, datetime):
        return cell.date(), "day"
    if isinstance(cell, date):
        return cell, "day"
    text = normal(cell).translate(DASHES)
    if re.fullmatch(r"\d{5}(\.0)?", text):  # a day number of a spreadsheet
        return _FIRST_EXCEL_DAY + timedelta(days=int(float(text))), "day"
    if match := re.match(
        r"(\d{4})[-/.年 ]{1,2}(\d{1,2})(?:[-/.月 ]{1,2}(\d{1,2})日?)?月?(?:[t ]+\d{1,2}:\d\d.*)?$",
        text.lower(),
    ):
        return _day(match[1], match[2], match[3])
    if match := re.fullmatch(r"(20\d{2})(\d{2})(\d{2})", text):
        return _day(match[1], match[2], match[3])
    if match := re.fullmatch(r"(?:(20\d{2})[ -]?q([1-4])|q([1-4])[ -/]?(20\d{2}))", text.lower()):
        year, quarter = match[1] or match[4], int(match[2] or match[3])
        return date(int(year), 3 * quarter - 2, 1), "quarter"
    if match := re.match(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})\b", text):
        first, second = int(match[1]), int(match[3])
        if len(match[4]) == 2 and match[2] != ".":
            raise ValueError(text)  # of 26-10-15 nobody knows which is the year
        year = match[4] if len(match[4]) == 4 else f"20{match[4]}"
        if first > 12 or match[2] == "." or order == "day first":
            return _day(year, str(second), str(first))
        if second > 12 or order == "month first":
            return _day(year, str(first), str(second))
        raise ValueError(text)
    if match := re.fullmatch(r"(\d{1,2})[/.](20\d{2})", text):
        return _day(match[2], match[1], None)
    words = re.findall(r"[a-zä]+|\d+", text.lower())
    months = [_MONTHS[word] for word in words if word in _MONTHS]
    figures = [word for word in words if word.isdigit()]
    years = [figure for figure in figures if re.fullmatch(r"20\d{2}", figure)]
    if len(months) == 1 and years:
        days = [figure for figure in figures[:2] if len(figure) <= 2]
        return _day(years[0], str(months[0]), days[0] if days else None)
    raise ValueError(text)


def _day(year: str, month: str, day: str | None) -> tuple[date, str]:
    return date(int(year), int(month), int(day or 1)), "day" if day else "month"
