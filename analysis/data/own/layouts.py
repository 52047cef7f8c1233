"""Layouts of own tables turned into one figure a row: GPUs, months, terms, sheets, offers."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from analysis.data.own.columns import Columns, fields_meant, fields_perhaps, terms_of, without_terms
from analysis.data.own.days import read_day
from analysis.data.own.found import Found, stacked
from analysis.data.own.gpu_names import is_known_gpu, without_gpu
from analysis.data.own.kinds import Kind
from analysis.data.own.metrics import is_metric, one_metric_a_row
from analysis.data.own.offers import is_offer, is_priced, split_offer
from analysis.data.own.written import Basis, read_basis

MOSTLY: Final = 0.8
"""Share of a column's cells that are of one form for the column to be of it."""


@dataclass(frozen=True)
class Layout:
    """A table on its way to one figure a row.

    Parameters
    ----------
    kind : Kind
        What the rows are.
    found : Found
        The table as it stands.
    given : mapping of str to str
        Column by field, as the user or a layout says.
    fixed : collection of str
        Fields that are said of the whole table.
    """

    kind: Kind
    found: Found
    given: dict[str, str]
    fixed: Collection[str]

    @property
    def header(self) -> list[str]:
        """Its columns."""
        return [str(column) for column in self.found.frame.columns]

    def has(self, name: str) -> bool:
        """Whether some column may be meant for a field, or it is given."""
        others = [column for column in self.header if column not in self.given.values()]
        return name in {*self.given, *self.fixed, *fields_perhaps(self.kind, others)}

    def told(self, found: Found, given: dict[str, str], remark: str) -> Layout:
        """Return the table after a step, with a remark on what was done."""
        known = replace(found, remarks=(*found.remarks, remark) if remark else found.remarks)
        return replace(self, found=known, given={**self.given, **given})


def one_figure_a_row(
    kind: Kind, found: Found, given: dict[str, str], fixed: Collection[str]
) -> tuple[Found, dict[str, str]]:
    """Turn what a table says by its layout into columns.

    Returns
    -------
    found : Found
        The table, a figure a row but for columns of terms, which `one_price_a_row` takes.
    given : dict of str to str
        Column by field, for the columns that are new.
    """
    layout = Layout(kind, found, given, fixed)
    for step in (_metrics_as_rows, _sheets_as_column, _headers_as_rows, _offers, _providers):
        layout = step(layout)
    return layout.found, layout.given


def one_price_a_row(found: Found, columns: Columns) -> tuple[Found, Columns]:
    """Set columns of prices of different terms below each other; a row keeps its line."""
    price, terms, unit = columns.of["price"], "terms of the price", "unit of the price"
    value, of = f"{price}, all terms", {**columns.of}
    told = {column: {terms: contract} for column, contract in columns.prices.items()}
    bare = {column: without_terms(column) for column in columns.prices}
    if any(read_basis(each) != Basis() for each in bare.values()) and "unit" not in of:
        of["unit"] = unit
        told = {column: {**said, unit: bare[column]} for column, said in told.items()}
    remark = f"one row for each of the terms {', '.join(columns.prices.values())}"
    whole = replace(stacked(found, told, value), remarks=(*found.remarks, remark))
    return whole, replace(columns, of={**of, "price": value, "contract": terms}, prices={})


def _metrics_as_rows(layout: Layout) -> Layout:
    """Set columns of metrics below each other, where a table has no column that says the metric."""
    if "metric" not in layout.kind.by_name or {"metric"} & {*layout.given, *layout.fixed}:
        return layout
    metrics = [column for column in layout.header if is_metric(column)]
    if not metrics or "metric" in fields_meant(layout.kind, layout.header):
        return layout
    found, columns = one_metric_a_row(layout.found, metrics)
    return layout.told(found, {**columns.of}, "")


def _sheets_as_column(layout: Layout) -> Layout:
    """Take the names of sheets that are read together for GPUs or days, where they are such."""
    found = layout.found
    if not found.sheets:
        return layout
    for name, is_one in _values(layout.kind):
        if layout.has(name) or not all(map(is_one, found.sheets)):
            continue
        column = f"{name.replace('_', ' ')} of the sheet"
        frame = found.frame.assign(**{column: list(found.sheets)})
        return layout.told(replace(found, frame=frame), {name: column}, "")
    return layout


def _headers_as_rows(layout: Layout) -> Layout:
    """Set columns that are called by a GPU, or by a month or day, below each other as prices."""
    kind, header, found = layout.kind, layout.header, layout.found
    if kind.name != "quotes":
        return layout
    others = [each for each in header if not is_known_gpu(each) and not _is_day(each)]
    meant = {*fields_meant(kind, others), *layout.given, *layout.fixed}
    for name, is_one in _values(kind):
        columns = [column for column in header if is_one(column)]
        if name in meant or not columns or "price" in meant:
            continue
        said, unit = f"{name.replace('_', ' ')} of the column", "unit of the column"
        given = {name: said, "price": "price"}
        told = {column: {said: column} for column in columns}
        bare = {column: without_gpu(column) if name == "gpu" else "" for column in columns}
        if "unit" not in meant and any(read_basis(each) != Basis() for each in bare.values()):
            given["unit"] = unit
            told = {column: {**told[column], unit: bare[column]} for column in columns}
        remark = f"a row for each of the columns {', '.join(columns)}"
        return layout.told(stacked(found, told, "price"), given, remark)
    return layout


def _offers(layout: Layout) -> Layout:
    """Tell GPU and price apart where one cell has both: H100 SXM $2.49/hr."""
    wanted = [name for name in ("gpu", "price") if not layout.has(name)]
    if not {"gpu", "price"} <= {*layout.kind.by_name} or not wanted or layout.has("price_low"):
        return layout
    frame = layout.found.frame
    taken = {layout.given.get(name) for name in ("gpu", "price")} ^ {*layout.given.values()}
    for column in layout.header:
        if column in taken or not _mostly(is_offer, frame[column]):
            continue
        unit = " ".join(re.findall(r"[(\[(【].*?[)\])】]", column))
        named, priced = "GPU of both", f"price of both {unit}".strip()
        pairs = [split_offer(cell) or (cell, cell) for cell in frame[column]]
        split = frame.assign(**{named: [gpu for gpu, _ in pairs], priced: [p for _, p in pairs]})
        split = split.drop(columns=column)
        remark = f"GPU and price are both read from column {column!r}"
        given = {"gpu": named, "price": priced}
        return layout.told(replace(layout.found, frame=split), given, remark)
    return layout


def _providers(layout: Layout) -> Layout:
    """Set columns of prices that nothing else says below each other: a column a provider."""
    if "provider" not in layout.kind.by_name or layout.has("provider"):
        return layout
    if layout.has("price") or layout.has("price_low") or any(map(terms_of, layout.header)):
        return layout
    frame, taken = layout.found.frame, set(layout.given.values())
    named = {each for each in layout.header if fields_perhaps(layout.kind, [each])}
    free = [each for each in layout.header if each not in {*taken, *named}]
    columns = [column for column in free if _mostly(is_priced, frame[column])]
    if len(columns) < 2:
        return layout
    said = {column: {"provider of the column": column} for column in columns}
    remark = f"a row for each of the providers {', '.join(columns)}"
    given = {"provider": "provider of the column", "price": "price"}
    return layout.told(stacked(layout.found, said, "price"), given, remark)


def _mostly(is_one: Callable[[str], bool], cells: Iterable[Any]) -> bool:
    """Whether most cells that say something are of a form."""
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip(" -–—")]
    return bool(texts) and sum(map(is_one, texts)) >= MOSTLY * len(texts)


def _values(kind: Kind) -> tuple[tuple[str, Callable[[str], bool]], ...]:
    """Fields whose values stand as headings or names of sheets, and how they are known."""
    day = "fact_date" if kind.name == "server-prices" else "quote_date"
    pairs: tuple[tuple[str, Callable[[str], bool]], ...] = (("gpu", is_known_gpu), (day, _is_day))
    return tuple(pair for pair in pairs if pair[0] in kind.by_name)


def is_value(cell: str) -> bool:
    """Whether a cell is a GPU or a day, as headings of wide tables are."""
    return is_known_gpu(cell) or _is_day(cell)


def _is_day(column: str) -> bool:
    """Whether a column is called by a month or day, its year included."""
    try:
        return bool(re.search(r"20\d\d", column)) and read_day(column, "day first") is not None
    except (ValueError, OverflowError):
        return False
