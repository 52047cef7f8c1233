"""The columns of one found table, each cell understood or refused with its row and the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.data.own.columns import Columns, contract_of, without_terms
from analysis.data.own.found import Found
from analysis.data.own.gpu_names import read_gpu_name
from analysis.data.own.kinds import Kind, OwnDataError
from analysis.data.own.written import (
    CURRENCIES,
    Basis,
    DayOrder,
    Decimal,
    day_order,
    decimal_sign,
    normal,
    read_basis,
    read_day,
    read_price,
)
from analysis.errors import Fault

NOTHING: Final = {"", "-", "--", "–", "n/a", "na", "null", "none", "nan", "#n/a"}


class Reader:
    """Reads the columns of one found table, and gathers faults and remarks."""

    def __init__(
        self, kind: Kind, found: Found, columns: Columns, fixed: Mapping[str, str], today: date
    ) -> None:
        self.kind, self.found, self.columns, self.fixed = kind, found, columns, dict(fixed)
        self.today = today
        self.refused: dict[int, Fault] = {}
        self.remarks = list(found.remarks)

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
        cells = self.found.frame[self.columns.of[name]]
        texts = cells.map(lambda cell: "" if is_nothing(cell) else cell)
        return texts.where(texts != "", self.kind.by_name[name].default)

    def refuse(self, place: int, name: str, value: object, expected: str) -> None:
        """Refuse a row, if it is not refused already."""
        column, line = self.columns.of.get(name, name), int(self.found.lines[place])
        self.refused.setdefault(place, Fault(self.found.file, line, column, str(value), expected))

    def remark(self, text: str) -> None:
        """Say once what was taken for granted."""
        if text not in self.remarks:
            self.remarks.append(text)

    def read(
        self, name: str, read: Callable[[Any], Any], expected: str, missing: Any = None
    ) -> pd.Series:
        """Read every different cell of a field once; a row that cannot be read is refused."""
        cells = self.cells(name)
        by_cell: dict[Any, Any] = {}
        bad = set()
        for cell in cells.unique():
            if cell == "":
                by_cell[cell] = missing
                continue
            try:
                by_cell[cell] = read(cell)
            except (ValueError, OverflowError):
                by_cell[cell] = missing
                bad.add(cell)
        is_required = self.kind.by_name[name].is_required
        for row, cell in cells.items():
            if cell in bad or (is_required and cell == ""):
                self.refuse(_place(row), name, cell or "nothing", expected)
        return pd.Series([by_cell[cell] for cell in cells], self.index, dtype=object)

    def decimal(self, *names: str) -> Decimal:
        """Sign before the decimals, from all numbers of the fields together."""
        if "decimal" in self.fixed:
            return "," if self.fixed["decimal"].strip() in (",", "comma") else "."
        texts = [
            str(cell)
            for name in names
            if name in self.columns.of
            for cell in self.cells(name).unique()
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
        texts = [str(cell) for cell in self.cells(name).unique() if isinstance(cell, str)]
        orders: dict[str, DayOrder] = {"dmy": "day first", "mdy": "month first"}
        order = orders.get(self.fixed.get("dates", "").lower()) or day_order(texts)
        expected = "a day such as 2026-11-28"
        if order is None:
            expected = f"{expected}; of 3/4/2026 say --set dates=dmy or --set dates=mdy"
        read = self.read(name, lambda cell: read_day(cell, order), expected)
        for row, value in read.items():
            if value is not None and not date(2000, 1, 1) <= value[0] <= self.today:
                expected = f"a day from 2000 to today, {self.today}"
                self.refuse(_place(row), name, value[0], expected)
        days = read.map(lambda value: None if value is None else value[0])
        precision = read.map(lambda value: "day" if value is None else value[1])
        return pd.to_datetime(days).astype("datetime64[s]"), precision

    def terms(self) -> pd.Series:
        """Terms of each quote."""
        return self.read("contract", lambda cell: contract_of(str(cell)), "terms of the quote")

    def text(self, name: str) -> pd.Series:
        """Text of a field."""
        return self.read(name, normal, self.kind.by_name[name].meaning, missing="")

    def number(self, name: str, decimal: Decimal) -> pd.Series:
        """Plain numbers of a field."""

        def read(cell: Any) -> float:
            low, high, _ = read_price(cell, decimal)
            if low != high:
                raise ValueError(cell)
            return low

        return self.read(name, read, f"a number: {self.kind.by_name[name].meaning}").astype(float)

    def currency(self, *bases: pd.Series) -> pd.Series:
        """ISO code of each row: of its own field, else of what is said of the price."""
        own = self.read("currency", _currency, "an ISO code such as USD, EUR or CNY", missing="")
        for basis in bases:
            own = own.where(own != "", basis.map(lambda each: each.currency))
        for row in own.index[own == ""]:
            expected = "a currency: a column, a sign beside the price, or --set currency=USD"
            self.refuse(_place(row), "currency", "nothing", expected)
        return own

    def prices(self) -> tuple[pd.Series, pd.Series, pd.Series]:
        """Lower and upper price, and what the cells say of them."""
        names = [name for name in ("price", "price_low", "price_high") if self.has(name)]
        decimal = self.decimal(*names)
        said = {
            name: self.read(name, lambda cell: read_price(cell, decimal), "a price above zero")
            for name in names
        }
        first = said.get("price", said.get("price_low"))
        last = said.get("price", said.get("price_high", said.get("price_low")))
        assert first is not None and last is not None, "a table without prices is refused before"
        low = first.map(lambda value: np.nan if value is None else value[0]).astype(float)
        high = last.map(lambda value: np.nan if value is None else value[1]).astype(float)
        for row in self.index[~(low > 0) | ~(high >= low)]:
            found = f"{low[row]:g}" if low[row] == high[row] else f"{low[row]:g} to {high[row]:g}"
            self.refuse(_place(row), names[0], found, "a price above zero, the lower one first")
        basis = first.map(lambda value: Basis() if value is None else value[2])
        return low, high, basis

    def bases(self, in_cell: pd.Series) -> pd.Series:
        """Say what each price is in and for: by its unit, cell, header and the rows above."""
        names = [name for name in ("price", "price_low") if name in self.columns.of]
        header = read_basis(without_terms(" ".join(self.columns.of[name] for name in names)))
        header = header.filled(Basis(currency=read_basis(self.found.above).currency))
        stated = self.read("unit", lambda cell: read_basis(str(cell)), "a unit", missing=Basis())
        return pd.Series(
            [unit.filled(cell).filled(header) for unit, cell in zip(stated, in_cell, strict=True)],
            self.index,
            dtype=object,
        )

    def gpus(self) -> pd.DataFrame:
        """Chip, memory, form and number of GPUs of each row."""
        expected = self.kind.by_name["gpu"].meaning
        names = self.read("gpu", lambda cell: read_gpu_name(str(cell)), expected)
        counted = pd.Series(np.nan, self.index)
        if self.has("offer_gpus"):
            counted = self.number("offer_gpus", ".")
            for row in self.index[(counted < 1) | (counted % 1 != 0)]:
                self.refuse(_place(row), "offer_gpus", counted[row], "a whole number of GPUs")
        named = names.map(lambda name: name.n_gpus if name and name.n_gpus else np.nan)
        return pd.DataFrame(
            {
                "gpu": names.map(lambda name: name.gpu if name else ""),
                "memory_gb": names.map(lambda n: n.memory_gb if n and n.memory_gb else np.nan),
                "form_factor": names.map(lambda name: name.form_factor if name else ""),
                "offer_gpus": counted.fillna(named.astype(float)),
                "named_gpus": named.astype(float),
            }
        )


def _place(label: object) -> int:
    return int(str(label))


def is_nothing(cell: object) -> bool:
    """Whether a cell says nothing."""
    if cell is None or (isinstance(cell, float) and np.isnan(cell)) or cell is pd.NaT:
        return True
    return isinstance(cell, str) and normal(cell).lower() in NOTHING


def _currency(cell: object) -> str:
    text = normal(cell)
    code = text.upper() if text.upper() in CURRENCIES else read_basis(text).currency
    if not code:
        raise ValueError(cell)
    return code
