"""The columns of one found table, each cell understood or refused with its row and the reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.arrays import Integers
from analysis.currencies import CURRENCIES
from analysis.data.own.clean_cells import is_sum, unclean
from analysis.data.own.columns import Columns, contract_of, without_terms
from analysis.data.own.days import DayOrder, day_order, read_day
from analysis.data.own.found import Found
from analysis.data.own.gpu_names import read_gpu_name
from analysis.data.own.kinds import Kind, OwnDataError, words
from analysis.data.own.written import (
    Basis,
    Decimal,
    bound_of,
    decimal_sign,
    normal,
    read_basis,
    read_plain,
    read_price,
)
from analysis.errors import Fault

UNITS_BESIDE: Final = {
    "memory_gb": r"\s*g(?:i?b)?(?:/gpu)?$",
    "offer_gpus": r"^x\s*|\s*(?:x|gpus?|cards?|卡|张)$",
    "fp16_dense_tflops": r"\s*tflops$",
}
SHOWN_LETTERS: Final = 60
SHOWN_LINES: Final = 10
MOST_GPUS: Final = 1_000_000
DOLLARS: Final = frozenset(words("AUD, CAD, HKD, NZD, SGD, TWD, MXN, BRL, CLP, COP, ARS"))
_STATES_UNIT: Final = re.compile(r"/|\b(?:per|pro|par|je)\b|每|单位", re.IGNORECASE)
NOTHING: Final = {"", "-", "--", "–", "n/a", "na", "null", "none", "nan", "#n/a"}


class Reader:
    """Reads the columns of one found table, and gathers faults and remarks."""

    def __init__(
        self, kind: Kind, found: Found, columns: Columns, fixed: Mapping[str, str], today: date
    ) -> None:
        self.kind, self.found, self.columns, self.fixed = kind, found, columns, dict(fixed)
        self.today = today
        self.refused: dict[int, Fault] = {}
        self.remarks = [*found.remarks, *columns.remarks]
        self._columns: dict[str, tuple[Codes, list[Any]]] = {}

    @property
    def index(self) -> pd.Index:
        """Places of the rows."""
        return self.found.frame.index

    def has(self, name: str) -> bool:
        """Whether a field is in the table or given for all of it."""
        return name in self.columns.of or name in self.fixed

    def cells(self, name: str) -> pd.Series:
        """Cells of a field as found; what says nothing is the empty text."""
        if name in self.fixed:
            return pd.Series(self.fixed[name], self.index, dtype=object)
        if name not in self.columns.of:
            return pd.Series(self.kind.by_name[name].default, self.index, dtype=object)
        codes, different = self._coded(self.columns.of[name])
        default = self.kind.by_name[name].default
        return codes.series([default if is_nothing(cell) else cell for cell in different])

    def _coded(self, column: str) -> tuple[Codes, list[Any]]:
        """Place of each cell of a column among its different cells, and these."""
        if column not in self._columns:
            codes, different = pd.factorize(self.found.frame[column], use_na_sentinel=False)
            self._columns[column] = Codes(codes, self.index), list(different)
        return self._columns[column]

    def refuse(self, place: int, name: str, value: object, expected: str) -> None:
        """Refuse a row, if it is not refused already."""
        column, line = self.columns.of.get(name, name), int(self.found.lines[place])
        shown, file = str(value)[:SHOWN_LETTERS], self.found.file_of(place)
        self.refused.setdefault(place, Fault(file, line, column, shown, expected))

    def remark(self, text: str) -> None:
        """Say once what was taken for granted."""
        if text not in self.remarks:
            self.remarks.append(text)

    def read(
        self, name: str, read: Callable[[Any], Any], expected: str, missing: Any = None
    ) -> pd.Series:
        """Read every different cell of a field once; a row that cannot be read is refused."""
        codes, values = self._read(name, read, expected, missing)
        return codes.series(values)

    def _read(
        self, name: str, read: Callable[[Any], Any], expected: str, missing: Any = None
    ) -> tuple[Codes, list[Any]]:
        """Read the different cells of a field; the place of each row's among them."""
        codes, different = self._different(name)
        is_required = self.kind.by_name[name].is_required
        values, is_bad = [], []
        for cell in different:
            value, is_read = missing, not is_required
            if cell != "":
                try:
                    value, is_read = read(cell), True
                except (ValueError, OverflowError):
                    is_read = False
            values.append(value)
            is_bad.append(not is_read)
        for place in np.flatnonzero(np.array(is_bad, dtype=bool)[codes.codes]):
            cell = different[codes.codes[place]]
            self.refuse(int(place), name, cell or "nothing", expected)
        return codes, values

    def _different(self, name: str) -> tuple[Codes, list[Any]]:
        """Place of each cell of a field among the different ones; empty texts say nothing."""
        default = self.kind.by_name[name].default
        if name not in self.columns.of or name in self.fixed:
            codes = Codes(np.zeros(len(self.index), dtype=np.int64), self.index)
            return codes, [self.fixed.get(name, default)]
        codes, different = self._coded(self.columns.of[name])
        return codes, [default if is_nothing(cell) else cell for cell in different]

    def decimal(self, *names: str) -> Decimal:
        """Sign before the decimals, from all numbers of the fields together."""
        if "decimal" in self.fixed:
            return "," if self.fixed["decimal"].strip() in (",", "comma") else "."
        texts = [
            str(cell)
            for name in names
            if name in self.columns.of
            for cell in self._different(name)[1]
            if isinstance(cell, str)
        ]
        sign = decimal_sign(texts)
        if sign is None:
            sample = next(text for text in texts if "," in text)
            expected = "numbers whose comma is clear: say --set decimal=. or --set decimal=,"
            raise OwnDataError(
                [Fault(self.found.file, None, self.columns.of[names[0]], sample, expected)]
            )
        return sign

    def days(self, name: str) -> tuple[pd.Series, pd.Series]:
        """Days of a field and how exactly they are known."""
        texts = [str(cell) for cell in self._different(name)[1] if isinstance(cell, str)]
        orders: dict[str, DayOrder] = {"dmy": "day first", "mdy": "month first"}
        order = orders.get(self.fixed.get("dates", "").lower()) or day_order(texts)
        expected = "a day such as 2026-11-28"
        if order is None:
            expected = f"{expected}; of 3/4/2026 say --set dates=dmy or --set dates=mdy"
        codes, read = self._read(name, lambda cell: read_day(cell, order), expected)
        is_far = [
            value is not None and not date(2000, 1, 1) <= value[0] <= self.today for value in read
        ]
        for place in np.flatnonzero(np.array(is_far, dtype=bool)[codes.codes]):
            expected = f"a day from 2000 to today, {self.today}"
            self.refuse(int(place), name, read[codes.codes[place]][0], expected)
        days = pd.to_datetime(pd.Series([None if each is None else each[0] for each in read]))
        precision = codes.series(["day" if each is None else each[1] for each in read])
        each_day = days.astype("datetime64[s]").to_numpy()[codes.codes]
        return pd.Series(each_day, self.index), precision

    def terms(self) -> pd.Series:
        """Terms of each quote."""
        return self.read("contract", lambda cell: contract_of(str(cell)), "terms of the quote")

    def refuse_unclean(self) -> None:
        """Refuse rows whose cells hold hidden or mixed letters, or that are sums of others."""
        for name, column in self.columns.of.items():
            cells = self.found.frame[column]
            for cell in cells.unique():
                expected = unclean(cell)
                if expected is None and is_sum(cell):
                    expected = "a row of its own, not a sum or mean of others"
                if expected is not None:
                    for row in cells.index[cells == cell]:
                        self.refuse(_place(row), name, str(cell)[:SHOWN_LETTERS], expected)

    def text(self, name: str) -> pd.Series:
        """Text of a field."""
        return self.read(name, normal, self.kind.by_name[name].meaning, missing="")

    def number(self, name: str, decimal: Decimal) -> pd.Series:
        """Plain numbers of a field, with the unit of the field at most beside them."""

        def read(cell: Any) -> float:
            bare = (
                re.sub(UNITS_BESIDE[name], "", normal(cell).lower())
                if name in UNITS_BESIDE
                else cell
            )
            return read_plain(cell if isinstance(cell, int | float) else bare, decimal)

        return self.read(name, read, f"a number: {self.kind.by_name[name].meaning}").astype(float)

    def currency(self, *bases: pd.Series) -> pd.Series:
        """ISO code of each row: of its own field, else of what is said of the price."""
        own = self.read("currency", _currency, "an ISO code such as USD, EUR or CNY", missing="")
        for basis in bases:
            said = basis.map(lambda each: each.currency)
            for row in own.index[[not _is_same(*pair) for pair in zip(own, said, strict=True)]]:
                self.refuse(_place(row), "currency", own[row], f"{said[row]}, as the price says")
            own = own.where(own != "", said)
        for row in own.index[own == ""]:
            expected = "a currency: a column, a sign beside the price, or --set currency=USD"
            self.refuse(_place(row), "currency", "nothing", expected)
        return own

    def prices(self) -> tuple[pd.Series, pd.Series, pd.Series]:
        """Lower and upper price, and what the cells say of them."""
        names = [name for name in ("price", "price_low", "price_high") if self.has(name)]
        decimal = self.decimal(*names)
        said = {
            name: self._read(name, lambda cell: read_price(cell, decimal), "a price above zero")
            for name in names
        }
        first = said.get("price", said.get("price_low"))
        last = said.get("price", said.get("price_high", said.get("price_low")))
        assert first is not None and last is not None, "a table without prices is refused before"
        low = first[0].series([np.nan if each is None else each[0] for each in first[1]])
        high = last[0].series([np.nan if each is None else each[1] for each in last[1]])
        low, high = low.astype(float), high.astype(float)
        for row in self.index[~(low > 0) | ~(high >= low)]:
            found = f"{low[row]:g}" if low[row] == high[row] else f"{low[row]:g} to {high[row]:g}"
            self.refuse(_place(row), names[0], found, "a price above zero, the lower one first")
        basis = first[0].series([Basis() if each is None else each[2] for each in first[1]])
        return low, high, basis

    def bounds(self) -> pd.Series:
        """Say what bounds each price: ``at least``, ``at most``, ``about``, or nothing."""
        name = next(name for name in ("price", "price_low") if self.has(name))
        codes, different = self._different(name)
        bounds = [bound_of(cell) for cell in different]
        said = codes.series(bounds)
        told = {
            ("at least", "at most"): "bound a price (from, up to): kept, and in no index",
            ("about",): "say about what a price is",
        }
        for bounds_of, remark in told.items():
            lines = self.found.lines[said.isin(bounds_of).to_numpy()].tolist()
            shown = ", ".join(map(str, lines[:SHOWN_LINES])) + (" ..." * (len(lines) > SHOWN_LINES))
            if lines:
                self.remark(f"rows {shown} {remark}")
        return said

    def bases(self, in_cell: pd.Series) -> pd.Series:
        """Say what each price is in and for: by its unit, cell, header and the rows above."""
        names = [name for name in ("price", "price_low") if name in self.columns.of]
        header = read_basis(without_terms(" ".join(self.columns.of[name] for name in names)))
        header = header.filled(_said_above(self.found.above))
        stated = self.read("unit", _stated_basis, "a unit", missing=Basis())
        made: dict[tuple[int, int], Basis] = {}  # rows share the bases of equal cells
        filled = []
        for unit, cell in zip(stated, in_cell, strict=True):
            pair = id(unit), id(cell)
            if pair not in made:
                made[pair] = _with_yen(unit.filled(cell), header).filled(header)
            filled.append(made[pair])
        return pd.Series(filled, self.index, dtype=object)

    def gpus(self) -> pd.DataFrame:
        """Chip, memory, form and number of GPUs of each row."""
        expected = self.kind.by_name["gpu"].meaning
        codes, names = self._read("gpu", lambda cell: read_gpu_name(str(cell)), expected)
        counted = pd.Series(np.nan, self.index)
        if self.has("offer_gpus"):
            counted = self.number("offer_gpus", ".")
            is_no_count = (counted < 1) | (counted % 1 != 0) | (counted > MOST_GPUS)
            for row in self.index[is_no_count]:
                self.refuse(_place(row), "offer_gpus", counted[row], "a whole number of GPUs")
            counted = counted.mask(is_no_count)
        named = [float(name.n_gpus) if name and name.n_gpus else np.nan for name in names]
        by_name: dict[str, list[Any]] = {
            "gpu": [name.gpu if name else "" for name in names],
            "memory_gb": [name.memory_gb if name and name.memory_gb else np.nan for name in names],
            "form_factor": [name.form_factor if name else "" for name in names],
            "named_gpus": named,
        }
        table = pd.DataFrame({field: codes.series(values) for field, values in by_name.items()})
        table = table.astype({"memory_gb": float, "named_gpus": float})
        named_gpus = table["named_gpus"]
        is_other = named_gpus.notna() & counted.notna() & (named_gpus != counted)
        for row in self.index[is_other]:
            expected = f"{named_gpus[row]:g} GPUs, as the name {self.cells('gpu')[row]!r} says"
            self.refuse(_place(row), "offer_gpus", f"{counted[row]:g}", expected)
        return table.assign(offer_gpus=counted.fillna(table["named_gpus"]))


@dataclass(frozen=True)
class Codes:
    """Which of some different values each row has.

    Parameters
    ----------
    codes : ndarray of int
        Place among the different values, by row.
    index : Index
        Of the rows.
    """

    codes: Integers
    index: pd.Index

    def series(self, values: Sequence[Any]) -> pd.Series:
        """Return the value of each row."""
        taken = np.empty(len(values), dtype=object)
        for place, value in enumerate(values):
            taken[place] = value
        return pd.Series(taken[self.codes], self.index, dtype=object)


def _said_above(above: str) -> Basis:
    """Basis that a line above the header states whole; else the currency alone."""
    for line in above.splitlines():
        basis = read_basis(line)
        if _STATES_UNIT.search(line) and basis.currency and basis.item and basis.period:
            return basis
    return Basis(currency=read_basis(above).currency)


def _with_yen(said: Basis, header: Basis) -> Basis:
    """Take the sign ¥ for yen where the header says so; alone it is read as yuan."""
    is_yen = (said.currency, header.currency) == ("CNY", "JPY")
    return replace(said, currency="JPY") if is_yen else said


def _place(label: object) -> int:
    return int(str(label))


def is_nothing(cell: object) -> bool:
    """Whether a cell says nothing."""
    if cell is None or (isinstance(cell, float) and np.isnan(cell)) or cell is pd.NaT:
        return True
    return isinstance(cell, str) and normal(cell).lower() in NOTHING


def _stated_basis(cell: object) -> Basis:
    """Read a unit that says something."""
    basis = read_basis(str(cell))
    if basis == Basis():
        raise ValueError(cell)
    return basis


def _is_same(column: str, price: str) -> bool:
    """Whether a column's currency and that beside a price can both be right: $ is many dollars."""
    is_dollar = price == "USD" and column in DOLLARS
    is_yen = price == "CNY" and column == "JPY"
    return not column or not price or column == price or is_dollar or is_yen


def _currency(cell: object) -> str:
    text = normal(cell)
    if len(set(re.findall(r"[A-Z]{3}", text)) & CURRENCIES) > 1:
        raise ValueError(cell)
    code = text.upper() if text.upper() in CURRENCIES else read_basis(text).currency
    if not code:
        raise ValueError(cell)
    return code
