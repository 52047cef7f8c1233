"""Column matching: which column means which field, by name, by near name, or as the user says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from analysis.data.own.kinds import Field, Kind, OwnDataError
from analysis.data.own.written import normal, read_basis
from analysis.errors import Fault
from analysis.near_names import near_names, perhaps

NEAR: Final = 0.8  # of all letters in common: a slip of the pen or a sister language
_YEARS: Final = (
    r"(?<!\d)(?:{0}|{1})[ -]?(?:yr?|years?|jahre?)\b|(?<!\d){2}[ -]?m|{3}年|(?<!\d){0}年"
)
CONTRACTS: Final = (
    ("spot", r"spot|preempt\w*|interruptible|竞价|抢占"),
    ("reserved-3y", _YEARS.format(3, "three", 36, "三")),
    ("reserved-2y", _YEARS.format(2, "two", 24, "[二两]")),
    ("reserved-1y", rf"{_YEARS.format(1, 'one', 12, '一')}|包年|年付|reserved"),
    (
        "on-demand",
        r"on[ -_]?demand|pay[ -]as[ -]you[ -]go|payg|consumption|hourly|stündlich|按需|按量|按小时",
    ),
    ("monthly", r"monthly|monatlich|包月|月付|(?<!\d)1[ -]?month|按月"),
)

_COMMITTED: Final = r"(?:reserved|reservation|commit(?:ment|ted)?|contract|term|prepaid|预留|合约)?"
_MONTHS_BOUND: Final = re.compile(
    rf"{_COMMITTED}[ -]*(\d{{1,2}})[ -]?(?:m|mo|mths?|months?|monate?|mois|个月)[ -]*{_COMMITTED}"
)
"""Terms of some months: 6 months, 6-month commitment, 3个月."""

_PERIOD_WORDS: Final = "hourly|stündlich|按小时|monthly|monatlich|按月|包月|月付"
"""Words of terms that say what a price is for, too."""


@dataclass(frozen=True)
class Columns:
    """Where each field of a table stands.

    Parameters
    ----------
    of : mapping of str to str
        Column by field.
    prices : mapping of str to str
        Several columns of prices, each of other terms: terms by column. Empty where there is one.
    remarks : tuple of str
        Columns that say again what another says, and were left out.
    """

    of: Mapping[str, str]
    prices: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def contract_of(text: str) -> str:
    """Return the terms of a quote in the words of the public tables, where they have one.

    Examples
    --------
    >>> contract_of("On Demand"), contract_of("1 year reserved"), contract_of("Flex 6 months")
    ('on-demand', 'reserved-1y', 'flex-6-months')
    """
    lower = normal(text).lower()
    return terms_of(text) or re.sub(r"\W+", "-", lower).strip("-")


def terms_of(text: str) -> str:
    """Return the terms that a text is known to say, or nothing.

    Examples
    --------
    >>> terms_of("1yr"), terms_of("6 months ($/GPU/hr)"), terms_of("region"), terms_of("2026年")
    ('reserved-1y', 'reserved-6m', '', '')
    """
    lower = normal(text).lower()
    match = _MONTHS_BOUND.fullmatch(_without_brackets(lower))
    if match and int(match[1]) > 1:
        years, months = divmod(int(match[1]), 12)
        return f"reserved-{int(match[1])}m" if months else f"reserved-{years}y"
    return next((contract for contract, words in CONTRACTS if re.search(words, lower)), "")


def _without_brackets(text: str) -> str:
    return " ".join(re.sub(r"[(\[（【].*?[)\]）】]", " ", text).split())


def n_named(kind: Kind, cells: Sequence[str]) -> int:
    """Count the fields that a row of cells names: the header names most."""
    return len({name for cell in cells if (name := _best_field(kind, cell)[0])})


def map_columns(
    kind: Kind, file: str, header: Sequence[str], mapping: Mapping[str, str], fixed: Sequence[str]
) -> Columns:
    """Find the column of every field.

    Parameters
    ----------
    kind : Kind
        Kind of the table.
    file : str
        Name of the file in faults.
    header : sequence of str
        Its columns.
    mapping : mapping of str to str
        Column by field, as the user says.
    fixed : sequence of str
        Fields that are given for the whole table and need no column.

    Raises
    ------
    OwnDataError
        A field or column that is not there, a field that two columns could mean, or a required
        one that none does.
    """
    faults = [
        Fault("--map", None, None, name, perhaps(name, kind.by_name))
        for name in mapping
        if name not in kind.by_name
    ]
    faults += [
        Fault(file, None, None, column, f"a column: {perhaps(column, header)}")
        for column in mapping.values()
        if column not in header
    ]
    if faults:
        raise OwnDataError(faults)
    candidates: dict[str, list[tuple[float, str]]] = {}
    for column in header:
        name, rank = _best_field(kind, column)
        if name and name not in mapping and column not in mapping.values() and name not in fixed:
            candidates.setdefault(name, []).append((rank, column))
    of, prices, remarks = dict(mapping), {}, []
    for name, found in candidates.items():
        least = min(rank for rank, _ in found)
        best = [column for rank, column in found if rank == least]
        if name == "price" and len(found) > 1:
            terms = {column: terms_of(column) for _, column in found}
            if all(terms.values()) and len(set(terms.values())) == len(found):
                of[name], prices = found[0][1], terms
                continue
        if name == "price" and len(found) > 1 and (of_gpu := _per_gpu([c for _, c in found])):
            others = ", ".join(column for _, column in found if column != of_gpu)
            remarks.append(f"{of_gpu} is read, not {others}")
            of[name] = of_gpu
            continue
        if len(best) > 1:
            expected = f"one column: say --map {name}=COLUMN with one of these"
            faults.append(Fault(file, None, name, ", ".join(best), expected))
        of[name] = best[0]
    has_range = {"price_low", "price_high"} <= set(of)
    is_priced = "price" in kind.by_name and not has_range
    if is_priced and not prices and not {"price", "contract"} & {*mapping, *fixed}:
        prices = _prices_by_terms(header, of)
        of |= {"price": next(iter(prices))} if prices else {}
    for each in kind.fields:
        is_there = each.name in of or each.name in fixed or (each.name == "price" and has_range)
        if each.is_required and not is_there:
            faults.append(_missing(each, file, header, of))
    if faults:
        raise OwnDataError(faults)
    return Columns(of, prices, tuple(remarks))


def _prices_by_terms(header: Sequence[str], of: Mapping[str, str]) -> dict[str, str]:
    """Columns that are prices by the name of their terms alone; none where one says the terms."""
    others = {column for name, column in of.items() if name != "price"}
    found = {each: terms_of(each) for each in header if terms_of(each) and each not in others}
    is_whole = "price" not in of or of["price"] in found
    if "contract" in of or not is_whole or len(set(found.values())) < len(found):
        return {}
    is_said = len(found) > 1 or any(
        each.startswith(("spot", "reserved")) for each in found.values()
    )
    return found if is_said or "price" not in of else {}


def fields_meant(kind: Kind, header: Sequence[str]) -> set[str]:
    """Return the fields that some column of a header is named for."""
    return {name for name, rank in (_best_field(kind, column) for column in header) if rank < 2}


def fields_perhaps(kind: Kind, header: Sequence[str]) -> set[str]:
    """Return the fields that some column of a header may be meant for, by a near name too."""
    return {name for column in header if (name := _best_field(kind, column)[0])}


def _per_gpu(columns: Sequence[str]) -> str:
    """Return the price per GPU among prices of whatever the offer has: it says more than they do.

    Prices in several currencies, or with and without tax, are left open.

    Examples
    --------
    >>> _per_gpu(["price_per_hour", "price_per_gpu_hour"])
    'price_per_gpu_hour'
    >>> _per_gpu(["price_usd", "price_cny"])
    ''
    """
    bases = {column: read_basis(column.replace("_", " ")) for column in columns}
    currencies = {basis.currency for basis in bases.values()} - {""}
    periods = {basis.period for basis in bases.values()}
    per_gpu = [column for column, basis in bases.items() if basis.item == "GPU"]
    return per_gpu[0] if len(per_gpu) == 1 and len(currencies) < 2 and len(periods) == 1 else ""


def _missing(each: Field, file: str, header: Sequence[str], of: Mapping[str, str]) -> Fault:
    free = [column for column in header if column not in of.values()]
    near = near_names(each.name, free)
    columns = ", ".join(near or free or ["none left"])
    expected = (
        f"a column of {each.meaning}: say --map {each.name}=COLUMN, or --set "
        f"{each.name}=VALUE for the whole table"
    )
    return Fault(file, None, each.name, f"columns {columns}", expected)


def without_terms(column: str) -> str:
    """Return the name of a column of prices without the words of its terms.

    Examples
    --------
    >>> without_terms("1-year reserved ($/GPU/hr)"), without_terms("Hourly price (JPY per GPU)")
    ('  ($/GPU/hr)', '  price (JPY per GPU) hourly')
    """
    bare = normal(column)
    periods = re.findall(_PERIOD_WORDS, bare.lower())
    for _, pattern in CONTRACTS:
        bare = re.sub(pattern, " ", bare, flags=re.IGNORECASE)
    if _MONTHS_BOUND.fullmatch(_without_brackets(bare.lower())):
        bare = " ".join(re.findall(r"[(\[（【].*?[)\]）】]", bare))
    return " ".join([bare, *periods])


def _is_price(kind: Kind, column: str, bare: str) -> bool:
    """Whether a column's name says what a price is in or for: its words, terms, or unit alone."""
    if "price" not in kind.by_name:
        return False
    basis = read_basis(without_terms(column))
    words = [name for name in kind.by_name["price"].also if name in bare]
    if words or terms_of(column):
        return bool(basis.currency or basis.period)
    return bool(basis.currency and basis.period)


def _best_field(kind: Kind, column: str) -> tuple[str, float]:
    """Field that a column means, and how well: by its name, a known one, holding one, or near one.

    Of known names the first of a field means it best.
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", normal(column))  # retailPrice
    plain = apart.lower().replace("_", " ").replace("-", " ")
    bare = _without_brackets(plain)
    for each in kind.fields:
        if bare == each.name.replace("_", " "):
            return each.name, 0
    for each in kind.fields:
        known = [name.replace("-", " ") for name in each.also]
        if bare in known:
            return each.name, 1 + known.index(bare) / len(known)
    longest = ("", 0)
    for each in kind.fields:
        for name in each.also:
            pattern = (
                rf"(?<![a-z]){re.escape(name)}(?![a-z])" if name.isascii() else re.escape(name)
            )
            if len(name) > longest[1] and re.search(pattern, bare):
                longest = (each.name, len(name))
    if longest[0] not in ("price_low", "price_high") and _is_price(kind, column, bare):
        return "price", 2
    if longest[0]:
        return longest[0], 2
    known_names = {name: each.name for each in kind.fields for name in (each.name, *each.also)}
    near = near_names(bare, known_names, n=1, alike=NEAR)
    return (known_names[near[0]], 3) if near else ("", 4)
