"""What no schema can say: bands of series, neighbors, order, printed figures, keys of tables.

A price that is seven times too high (yuan read as dollars), eight times (a server read as a GPU) or
ten thousand times (万 dropped) is a sound number to every schema. It is caught here: against the
band of its series, against the median of its neighbors, or against the figure as printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.data.package import (
    FILE_NAME,
    AsPrinted,
    Band,
    Bands,
    ForeignKey,
    InOrder,
    NearMedian,
    Resource,
)
from analysis.data.printed import figures
from analysis.data.text import Cells
from analysis.errors import Fault

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]

PRINTED_TOLERANCE = 1e-9  # relative: room for binary fractions only


def check_faults(
    file: str,
    resource: Resource,
    frame: pd.DataFrame,
    cells: Cells,
    others: Mapping[str, pd.DataFrame],
) -> list[Fault]:
    """Run every check that the description of a table declares.

    Parameters
    ----------
    file : str
        Name of the file in faults.
    resource : Resource
        Description of the table.
    frame : DataFrame
        Typed columns, indexed by line number; cells that could not be read are missing.
    cells : dict of int to dict
        The same cells as text, for what a fault prints.
    others : mapping of str to DataFrame
        The tables that foreign keys lead to, by name.
    """
    table = _Table(file, frame, cells)
    checks = resource.checks
    faults: list[Fault] = []
    for key in resource.table_schema.foreign_keys:
        faults += table.foreign_key(key, others[key.reference.resource])
    for order in checks.in_order:
        faults += table.in_order(order)
    for printed in checks.as_printed:
        faults += table.as_printed(printed)
    for bands in checks.bands:
        faults += table.in_bands(bands)
    for near in checks.near_median:
        faults += table.near_median(near)
    return faults


class _Table:
    """A table under check: its typed columns, its text and its name in faults."""

    def __init__(self, file: str, frame: pd.DataFrame, cells: Cells) -> None:
        self.file, self.frame, self.cells = file, frame, cells
        self.rows = np.array(list(cells), dtype=np.int64)

    def numbers(self, column: str) -> Numbers:
        return self.frame[column].to_numpy(np.float64, na_value=np.nan)

    def key(self, row: int, columns: Iterable[str]) -> str:
        return ", ".join(self.cells[row][column] for column in columns)

    def faults(self, is_wrong: Flags, column: str, expected: str) -> list[Fault]:
        return [self.fault(row, column, expected) for row in self.rows[is_wrong].tolist()]

    def fault(self, row: int, column: str, expected: str) -> Fault:
        return Fault(self.file, row, column, self.cells[row][column], expected)

    def foreign_key(self, key: ForeignKey, other: pd.DataFrame) -> list[Fault]:
        values = self.frame[key.fields]
        is_unknown = values.notna() & ~values.isin(other[key.reference.fields])
        expected = f"a {key.reference.fields} of table {key.reference.resource}"
        return self.faults(is_unknown.to_numpy(bool), key.fields, expected)

    def in_order(self, order: InOrder) -> list[Fault]:
        is_wrong = self.numbers(order.low) > self.numbers(order.high)
        return self.faults(is_wrong, order.high, f"at least the value of {order.low}")

    def as_printed(self, check: AsPrinted) -> list[Fault]:
        faults = []
        for position, row in enumerate(self.rows.tolist()):
            printed = self.cells[row][check.printed]
            stated = figures(printed)
            for column in check.columns if stated else ():
                value = self.numbers(column)[position]
                if not np.isnan(value) and not _is_any_close(value, stated):
                    expected = f"a figure of {printed!r}: {', '.join(f'{x:.15g}' for x in stated)}"
                    faults.append(self.fault(row, column, expected))
        return faults

    def in_bands(self, check: Bands) -> list[Fault]:
        faults = []
        is_exempt = self.is_exempt(check.exempt)
        is_covered = is_exempt.copy()
        for band in check.series:
            is_series = self.is_in(band) & ~is_exempt
            is_covered |= is_series
            expected = (
                f"{band.minimum:.15g} to {band.maximum:.15g} for {_spoken(band)}, "
                "or a row flagged as disputed"
            )
            for column in check.columns:
                values = self.numbers(column)
                is_outside = (values < band.minimum) | (values > band.maximum)
                faults += self.faults(is_series & is_outside, column, expected)
        keys = dict.fromkeys(column for band in check.series for column in band.match)
        for row in self.rows[~is_covered].tolist():
            expected = f"a series that has a band in {FILE_NAME}, not {self.key(row, keys)}"
            faults.append(self.fault(row, check.columns[0], expected))
        return faults

    def near_median(self, check: NearMedian) -> list[Fault]:
        faults = []
        groups = np.array([self.key(row, check.by) for row in self.rows.tolist()], dtype=object)
        is_kept = ~self.is_exempt(check.exempt)
        for group in dict.fromkeys(groups[is_kept].tolist()):
            members = np.flatnonzero((groups == group) & is_kept)
            is_near = self.are_near(members, check)
            for column in check.columns:
                values = self.numbers(column)[members]
                values = np.where(values > 0, values, np.nan)
                medians = _medians_of_neighbors(values, is_near, check.minimum_neighbors)
                is_far = np.abs(np.log(values) - np.log(medians)) > np.log(check.factor)
                for member, median in zip(members[is_far], medians[is_far], strict=True):
                    expected = (
                        f"within a factor {check.factor:g} of {median:.6g}, the median of its "
                        f"neighbors ({group}), or a row flagged as disputed"
                    )
                    faults.append(self.fault(int(self.rows[member]), column, expected))
        return faults

    def are_near(self, members: Places, check: NearMedian) -> Flags:
        """Which rows are neighbors in time, (n_members, n_members), a row not its own."""
        is_other = ~np.eye(len(members), dtype=bool)
        if check.date_column is None:
            return is_other
        dates = self.frame[check.date_column].to_numpy("datetime64[D]")[members]
        apart = np.abs(dates[:, None] - dates[None, :])
        return is_other & (apart <= np.timedelta64(check.within_days or 0, "D"))

    def is_exempt(self, exempt: Mapping[str, tuple[str, ...]]) -> Flags:
        is_exempt = np.zeros(len(self.rows), dtype=bool)
        for column, texts in exempt.items():
            is_exempt |= self.holds(column, texts)
        return is_exempt

    def is_in(self, band: Band) -> Flags:
        is_match = np.ones(len(self.rows), dtype=bool)
        for column, wanted in band.match.items():
            is_match &= self.holds(column, (wanted,) if isinstance(wanted, str) else wanted)
        return is_match

    def holds(self, column: str, texts: tuple[str, ...]) -> Flags:
        return np.array([row[column] in texts for row in self.cells.values()], dtype=bool)


def _medians_of_neighbors(values: Numbers, is_near: Flags, minimum: int) -> Numbers:
    """Median of each value's neighbors; missing where there are too few of them."""
    medians = np.full(len(values), np.nan)
    is_known = ~np.isnan(values)
    for place, row in enumerate(is_near & is_known):
        if row.sum() >= minimum:
            medians[place] = np.median(values[row])
    return medians


def _is_any_close(value: float, stated: list[float]) -> bool:
    return bool(np.isclose(value, stated, rtol=PRINTED_TOLERANCE, atol=0.0).any())


def _spoken(band: Band) -> str:
    return ", ".join(
        wanted if isinstance(wanted, str) else "/".join(wanted) for wanted in band.match.values()
    )
