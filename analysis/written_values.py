"""Parsing numbers, counts and yes-or-no as people write them: read if only one thing can be meant.

One reader for the command line, YAML files, grids, spans and notebook parameters. What could be
meant in two ways is refused with the form of each; what is no number at all is left to the
validator, whose message names the type.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

_MINUS: Final = str.maketrans({"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-"})
_SPACES: Final = re.compile(r"(?<=\d)[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}'’](?=\d{3}\b)")
_PLAIN: Final = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", re.IGNORECASE)
_THOUSANDS: Final = re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
_DECIMAL_COMMA: Final = re.compile(r"[-+]?\d+,\d+")
_MANY_SIGNS: Final = re.compile(r"[-+]?\d{1,3}(\.\d{3})+(,\d+)?")
_TEN_THOUSAND: Final = re.compile(r"([-+]?\d+\.?\d*)\s*[万萬]")
_WORDS: Final = {
    "yes": True,
    "y": True,
    "on": True,
    "true": True,
    "是": True,
    "no": False,
    "n": False,
    "off": False,
    "false": False,
    "否": False,
}


def is_share(unit: str) -> bool:
    """Say whether a unit is one in which a percentage can be meant."""
    return unit.partition(" ")[0] in ("", "share", "shares", "ratio")


def read_number(value: Any, unit: str = "") -> Any:
    """Read a number that is written as text; anything else is returned as it is.

    Parameters
    ----------
    value : object
        A text, or what YAML or JSON made of one.
    unit : str
        Unit of what is read: a percentage is only one of a share, a rate or a ratio, and in these
        a comma is no sign for thousands. Empty: not known, a percentage is read.

    Raises
    ------
    ValueError
        With the forms that could be meant, where there are several.

    Examples
    --------
    >>> read_number("70%", "share"), read_number("70,000", "CNY"), read_number("0,7", "share")
    (0.7, 70000.0, 0.7)
    >>> read_number("１．５"), read_number("2e6"), read_number("high")
    (1.5, 2000000.0, 'high')
    >>> read_number("1,300", "ratio")
    Traceback (most recent call last):
    ...
    ValueError: one number: 1300 or 1.3, which the comma leaves open
    """
    if isinstance(value, bool):
        raise ValueError("a number, not yes or no")
    if not isinstance(value, str):
        return value
    text = _SPACES.sub("", unicodedata.normalize("NFKC", value).translate(_MINUS).strip())
    if text.endswith("%"):
        return _percentage(text[:-1].strip(), unit)
    return _number(text, value, unit)


def read_whole(value: Any, unit: str = "") -> Any:
    """Read a whole number that is written as text or with an exponent.

    Examples
    --------
    >>> read_whole("1e6"), read_whole(1e6), read_whole("1,000", "GPUs"), read_whole(7.5)
    (1000000, 1000000, 1000, 7.5)
    """
    number = read_number(value, unit or "count")
    is_whole = isinstance(number, float) and number.is_integer()
    return int(number) if is_whole else number


def read_yes_no(value: Any) -> Any:
    """Read yes or no; anything else is returned as it is.

    Examples
    --------
    >>> read_yes_no("yes"), read_yes_no("Off"), read_yes_no("perhaps")
    (True, False, 'perhaps')
    """
    if isinstance(value, str):
        return _WORDS.get(unicodedata.normalize("NFKC", value).strip().casefold(), value)
    return value


def half_width(text: str) -> str:
    """Return a text with the signs of a command in their usual width.

    Examples
    --------
    >>> half_width("utilization＝０．５：1")
    'utilization=0.5:1'
    """
    return unicodedata.normalize("NFKC", text)


def half_width_equals(text: str) -> tuple[str, str, str]:
    """Split ``name=value`` at its first equals sign of either width.

    Examples
    --------
    >>> half_width_equals("utilization＝0.5")
    ('utilization', '=', '0.5')
    """
    return text.replace("＝", "=", 1).partition("=")


def meant(value: float, unit: str, plausible: tuple[float, float]) -> str:
    """Return which value is meant if the given one is in another unit than it should be.

    Parameters
    ----------
    value : float
        What was given.
    unit : str
        The unit that it should be in.
    plausible : (float, float)
        Values that would not surprise.

    Returns
    -------
    str
        Such as ``0.04 if 4 % is meant``; empty when no other unit makes it plausible.

    Examples
    --------
    >>> meant(4.0, "share per year", (0.0, 0.3)), meant(10200.0, "kW", (0.3, 200.0))
    ('0.04 if 4 % is meant', '10.2 if 10200 W is meant')
    >>> meant(200.0, "CNY", (1e5, 1e8)), meant(7.0, "share", (0.5, 1.0))
    ('2000000 if 200 ten thousands of CNY is meant', '')
    """
    for prefix, factor, other in _OTHER_UNITS:
        inside = plausible[0] <= value * factor <= plausible[1]
        if unit.startswith(prefix) and inside and (other != "%" or abs(value) >= 1.5):
            return f"{value * factor:.10g} if {value:.10g} {other} is meant"
    return ""


_OTHER_UNITS: Final = (
    ("share", 0.01, "%"),
    ("ratio", 0.01, "%"),
    ("kW", 0.001, "W"),
    ("PFLOPS", 0.001, "TFLOPS"),
    ("years", 1 / 12, "months"),
    ("CNY per kWh", 0.01, "fen"),
    ("CNY", 1e4, "ten thousands of CNY"),
)


def _percentage(text: str, unit: str) -> Any:
    number = _number(text, f"{text}%", "")
    if isinstance(number, str):
        return number
    if not is_share(unit):
        raise ValueError(f"a number in {unit}, not a percentage")
    # 7 % is the decimal 0.07, which 7 / 100 gives and 7 * 0.01 does not
    return number / 100


def _number(text: str, value: str, unit: str) -> Any:
    if _PLAIN.fullmatch(text):
        return float(text)
    if _THOUSANDS.fullmatch(text):
        joined = text.replace(",", "")
        if unit and is_share(unit) and "." not in text and text.count(",") == 1:
            decimal = float(text.replace(",", "."))
            raise ValueError(f"one number: {joined} or {decimal:g}, which the comma leaves open")
        return float(joined)
    if _DECIMAL_COMMA.fullmatch(text):
        return float(text.replace(",", "."))
    if _MANY_SIGNS.fullmatch(text):
        joined = text.replace(".", "").replace(",", ".")
        raise ValueError(f"a number with a decimal point: {float(joined):.12g}")
    times = _TEN_THOUSAND.fullmatch(text)
    if times:
        raise ValueError(f"a plain number: {float(times[1]) * 1e4:.12g}")
    return value
