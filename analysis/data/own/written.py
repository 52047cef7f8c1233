"""Parsing cells of price lists: numbers, currencies, units, and what bounds a price."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from analysis.currencies import CURRENCIES, WRITTEN_CURRENCIES
from analysis.units import WAN, YI

Decimal = Literal[",", "."]

_ITEMS: Final = (
    (
        "server",
        r"servers?|serveurs?|nodes?|instances?|machines?|hosts?|vms?|offers?|knoten|サーバー?|台|整机|节点",
    ),
    ("GPU", r"gpus?|cards?|chips?|accelerators?|karten?|cartes?|卡(?!数|型)|张|块"),
    ("P", r"p(?:flops)?|pf|petaflops|算力"),
)
_PERIODS: Final = (
    (
        "hour",
        r"h|hr|hrs|hours?|hourly|std|stunden?(?:preis|satz)?|stündlich|heures?|horaire|hora|小时|時間|时租|时",
    ),
    ("day", r"days?|daily|tag|tage|jours?|天|日"),
    (
        "month",
        r"months?|monthly|mo|monate?|monatlich|monats(?:preis|miete)|mois|mensuel(?:le)?|mensual|mes|月租金?|月",
    ),
    (
        "year",
        r"years?|yearly|annual|annually|yr|p\.a|jahre?|jährlich|jahrespreis|ans?|annuel(?:le)?|年租金?|年",
    ),
    ("week", r"weeks?|weekly|wk|wochen?|wöchentlich|semaines?|周|星期"),
    ("minute", r"(?<=/)min|minutes?|minuten?|分钟"),
    ("second", r"(?<=/)s|secs?|seconds?|sekunden?|秒"),
)
_SPLIT: Final = r"(?<![a-z]){}(?![a-z])(?!(?<=[a-z])\d)"
"""A word of its own; the h of H100 is none."""


@dataclass(frozen=True)
class Basis:
    """What a price is in and for; a part that is not said is empty."""

    currency: str = ""
    item: str = ""
    period: str = ""

    def filled(self, other: Basis) -> Basis:
        """Fill what is not said from another basis."""
        return Basis(
            self.currency or other.currency,
            self.item or other.item,
            self.period or other.period,
        )


def normal(text: object) -> str:
    """Return a text without what nobody sees: width, edges, double spaces."""
    return " ".join(unicodedata.normalize("NFKC", str(text)).replace("\ufeff", "").split())


def read_basis(text: str) -> Basis:
    """Read currency, item and period of a unit, a header or what stands beside a number.

    Examples
    --------
    >>> read_basis("Price ($/GPU/hr)")
    Basis(currency='USD', item='GPU', period='hour')
    >>> read_basis("元/台/月")
    Basis(currency='CNY', item='server', period='month')
    >>> read_basis("Preis pro GPU-Stunde")
    Basis(currency='', item='GPU', period='hour')
    """
    plain = re.sub(r"(?<![a-z])dph(?![a-z])", "USD per hour", normal(text), flags=re.IGNORECASE)
    lower = plain.lower()
    codes = [
        code
        for code in re.findall(r"(?<![A-Za-z])[A-Za-z]{3}(?![A-Za-z])", plain)
        if code.upper() in CURRENCIES
        and (code.isupper() or code.islower())
        and code.lower() not in ("top", "all", "try")
    ]
    written = [code for sign, code in WRITTEN_CURRENCIES if sign.lower() in lower]
    return Basis(
        currency=codes[0].upper() if codes else written[0] if written else "",
        item=_first(_ITEMS, re.sub(r"\bper\b|\bpro\b|\bpar\b", " ", lower)),
        period=_first(_PERIODS, lower),
    )


def _first(words: Iterable[tuple[str, str]], text: str) -> str:
    """Which of the words a text holds; the first of the list where it holds several."""
    for name, pattern in words:
        if re.search(_SPLIT.format(f"(?:{pattern})"), text):
            return name
    return ""


_NUMBERS_OF_GPUS: Final = (
    r"(?<![a-z.,\d])\d+\s*(?:[x×*](?=\s*[a-z\u4e00-\u9fff])|gpus?\b|cards?\b|卡)"
    r"|[x×*]\s*\d+(?![\d.,])"
)
_NAMES: Final = re.compile(r"(?<![a-z])([a-z]+)\d[\w.]*")
_FIGURE: Final = re.compile(r"\d[\d.,' \u00a0\u202f’]*\d|\d")
_TIMES: Final = (
    (r"[万萬]", WAN),
    (r"亿", YI),
    (r"(?:k|thousand|tsd)(?![a-z])", 1e3),
    (r"(?:m|mn|mio|million|millionen|millions)(?![a-z])", 1e6),
    (r"(?:bn|billion|billions|mrd)(?![a-z])", 1e9),
)
LARGEST: Final = 1e15
_BARE: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_NOTHING_SAID: Final = Basis()
DASHES: Final = str.maketrans(dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014", "-"))
_NO_PRICE: Final = re.compile(r"[%‰*#=<>?\[\]\"|@\\]|(?<!\w)0x")
"""Signs beside a figure that make it another one: a share, a bound, a formula, a note's mark."""
_WITH_EXPONENT: Final = re.compile(r"[-+]?\d+(?:\.\d+)?e[-+]?\d+")
_OPEN: Final = r"\d\s*(?:[万萬k]\s*)?(?:\+(?=\s*(?:$|/|per\b))|and up\b|起|以上)|起价"
_BOUNDS: Final = (
    (
        "at least",
        rf"\b(?:from|starting|min\.?|at least|ab|mind\.|dès|desde)\s*(?:at)?\W*\d|{_OPEN}|[≥≧]",
    ),
    (
        "at most",
        r"\b(?:up to|max\.?|at most|under|below|bis zu|jusqu'à|hasta)\W*\d|以下|以内|不超过|[≤≦]",
    ),
    (
        "about",
        r"\b(?:about|around|approx\.?|circa|ca\.?|etwa|environ)\s*\W?\s*\d|^\s*[~≈]|约|左右|大约",
    ),
)
_BETWEEN: Final = re.compile(r"[-~至到]|\b(?:to|bis|and|und)\b")
_PLAIN: Final = re.compile(r"'?(\()?\s*([-+]?)\s*(\d[\d.,' ’]*\d|\d)\s*(-?)\s*(\))?")


def decimal_sign(texts: Iterable[str], *, is_comma_likely: bool = False) -> Decimal | None:
    """Say which sign the numbers of a column have before their decimals; None if it is left open.

    Examples
    --------
    >>> decimal_sign(["1.234,50", "2,345"]), decimal_sign(["2.49", "1,200"])
    (',', '.')
    >>> decimal_sign(["2,345"]) is None
    True
    """
    is_open = False
    for text in texts:
        for figure in _FIGURE.findall(normal(text)):
            signs = [sign for sign in figure if sign in ",."]
            if len(set(signs)) == 2:
                return "," if signs[-1] == "," else "."
            if not signs:
                continue
            decimals = len(figure) - figure.rindex(signs[0]) - 1
            is_apart = decimals == 3 and not figure.startswith("0")
            if len(signs) > 1 and signs[0] == ",":
                return "."
            if len(signs) > 1:
                return ","
            if not is_apart:
                return "," if signs[0] == "," else "."
            is_open |= signs[0] == ","
    if is_open:
        return None
    return "," if is_comma_likely else "."


def read_price(text: object, decimal: Decimal) -> tuple[float, float, Basis]:
    """Read a price with what stands beside it: a range, 万, a currency, a unit.

    Parameters
    ----------
    text : object
        A cell.
    decimal : {",", "."}
        Sign before the decimals.

    Returns
    -------
    low, high : float
        The same where it is no range.
    basis : Basis
        What the cell says of it.

    Raises
    ------
    ValueError
        No number, or more than a range.

    Examples
    --------
    >>> read_price("4.2-4.5万元/台/月", ".")
    (42000.0, 45000.0, Basis(currency='CNY', item='server', period='month'))
    >>> read_price("€ 1.234,50", ",")[:2]
    (1234.5, 1234.5)
    """
    if isinstance(text, int | float) and not isinstance(text, bool):
        return _finite(float(text), text), float(text), _NOTHING_SAID
    if decimal == "." and _BARE.fullmatch(str(text)):  # most cells of a long table
        value = _finite(float(str(text)), text)
        return value, value, _NOTHING_SAID
    plain = normal(text).translate(DASHES).lower()
    if _WITH_EXPONENT.fullmatch(plain):
        value = _finite(float(plain), text)
        return value, value, Basis()
    beside = _NAMES.sub(_currency_alone, re.sub(_NUMBERS_OF_GPUS, " ", plain))
    matches = list(_FIGURE.finditer(beside))
    if not 1 <= len(matches) <= 2 or _NO_PRICE.search(beside) or "0x" in plain:
        raise ValueError(text)
    if len(matches) == 2 and not _BETWEEN.search(beside[matches[0].end() : matches[1].start()]):
        raise ValueError(text)
    if any(_is_glued(beside[match.end() :]) for match in matches):
        raise ValueError(text)
    values, times = [], 1.0
    for match in reversed(matches):
        after = beside[match.end() :].lstrip()
        times = next((n for word, n in _TIMES if re.match(word, after)), times)
        values.append(_finite(times * plain_number(match[0], decimal), text))
    before, end = beside[: matches[0].start()].rstrip(), beside[matches[-1].end() :].strip()
    is_minus = before.endswith("-") or end.startswith("-") or (before.endswith("(") and end == ")")
    if is_minus and len(values) == 1:
        values = [-values[0]]
    rest = _FIGURE.sub(" ", beside)
    rest = re.sub(r"[万萬亿]", " ", rest)
    return min(values), max(values), read_basis(rest)


def bound_of(text: object) -> str:
    """Say what bounds a price: a list's "from $1.99" is no quote of what is paid.

    Returns
    -------
    str
        ``at least``, ``at most``, ``about``, or nothing, as the public tables say it.

    Examples
    --------
    >>> bound_of("from $1.99/hr"), bound_of("2.0元起"), bound_of("up to 3"), bound_of("~2.5")
    ('at least', 'at least', 'at most', 'about')
    >>> bound_of("2.1~2.5"), bound_of("$2.49/hr")
    ('', '')
    """
    if isinstance(text, int | float) or _BARE.fullmatch(str(text)):
        return ""  # spares most cells of a long table the search
    plain = normal(text).lower()
    plain = re.sub("|".join(re.escape(sign.lower()) for sign, _ in WRITTEN_CURRENCIES), " ", plain)
    plain = re.sub(r"(?<![a-z])(?:usd|eur|gbp|cny|jpy)(?![a-z])", " ", plain)
    return next((name for name, pattern in _BOUNDS if re.search(pattern, plain)), "")


def _finite(value: float, text: object) -> float:
    """Refuse a number beyond all that a table of prices or figures holds."""
    if not abs(value) < LARGEST:
        raise ValueError(text)
    return value


def _is_glued(after: str) -> bool:
    """Whether letters stand at a figure that are neither its size nor what it is of: 2.4O."""
    word = re.match(r"[a-z]+", after)
    if word is None or any(re.fullmatch(size.split("(?!")[0], word[0]) for size, _ in _TIMES):
        return False
    return read_basis(word[0]) == Basis()


def read_plain(text: object, decimal: Decimal) -> float:
    """Read a number with nothing beside it: no unit, no share, no 万.

    Examples
    --------
    >>> read_plain("1,234.5", "."), read_plain("(7)", "."), read_plain("\N{MINUS SIGN}7", ".")
    (1234.5, -7.0, -7.0)

    Raises
    ------
    ValueError
        Anything else.
    """
    if isinstance(text, int | float) and not isinstance(text, bool):
        return _finite(float(text), text)
    plain = normal(text).translate(DASHES).lower()
    if _WITH_EXPONENT.fullmatch(plain):
        return _finite(float(plain), text)
    match = _PLAIN.fullmatch(plain)
    if match is None or (match[1] is None) != (match[5] is None):
        raise ValueError(text)
    if sum((match[1] is not None, match[2] == "-", match[4] == "-")) > 1:
        raise ValueError(text)
    value = _finite(plain_number(match[3], decimal), text)
    return -value if match[1] or match[2] == "-" or match[4] == "-" else value


def _currency_alone(name: re.Match[str]) -> str:
    """Keep the figure of EUR2.49, not that of H100."""
    return name[0] if name[1].upper() in {*CURRENCIES, "RMB"} else " "


def plain_number(figure: str, decimal: Decimal) -> float:
    """Read digits with signs for thousands and decimals.

    Examples
    --------
    >>> plain_number("1.234,5", ","), plain_number("1 234.5", ".")
    (1234.5, 1234.5)
    """
    thousands = "." if decimal == "," else ","
    digits = re.sub(r"[' \u00a0\u202f’]", "", figure).replace(thousands, "").replace(decimal, ".")
    return float(digits)


def as_number(value: Any) -> float | None:
    """Return a number of a spreadsheet as it is; None for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return None
