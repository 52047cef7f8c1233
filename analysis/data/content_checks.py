"""Content checks that no schema can state: bands, neighbors, order, printed figures, keys.

A price that is seven times too high (yuan read as dollars), eight times (a server read as a GPU) or
ten thousand times (万 dropped) is a sound number to every schema. It is caught here: against the
band of its series, against the median of its neighbors, or against the figure as printed. A figure
that truly stands apart from its neighbors, as an income near zero does, says by how much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from analysis.arrays import Flags, Floats, Integers
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
from analysis.data.printed_figures import figures
from analysis.data.text import Cells
from analysis.errors import Fault

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

    def numbers(self, column: str) -> Floats:
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
        numbers = {column: self.numbers(column) for column in check.columns}
        for position, row in enumerate(self.rows.tolist()):
            printed = self.cells[row][check.printed]
            stated = figures(printed)
            for column in check.columns if stated else ():
                value = numbers[column][position]
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
            of_size = " in size" if check.of_size else ""
            expected = (
                f"{band.minimum:.15g} to {band.maximum:.15g}{of_size} for {_spoken(band)}"
                f"{_otherwise(check.exempt)}"
            )
            for column in check.columns:
                values = self.numbers(column)
                values = np.abs(values) if check.of_size else values
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
        steps = self.steps(check)
        is_kept = ~self.is_exempt(check.exempt)
        for group in dict.fromkeys(groups[is_kept].tolist()):
            members = np.flatnonzero((groups == group) & is_kept)
            is_near = self.are_near(members, check)
            for column in check.columns:
                sizes = np.abs(self.numbers(column)[members])
                sizes = np.where(sizes > 0, sizes, np.nan)
                medians = _medians_of_neighbors(sizes, is_near, check.minimum_neighbors)
                medians *= check.factor ** (2 * steps[members])
                is_far = np.abs(np.log(sizes) - np.log(medians)) > np.log(check.factor)
                for member, median in zip(members[is_far], medians[is_far], strict=True):
                    row, step = int(self.rows[member]), steps[member]
                    expected = (
                        f"a size within a factor {check.factor:g} of {median:.6g}, "
                        f"{_placed(step, check)} of its neighbors ({group})"
                        f"{_otherwise(check.exempt, check.step_column)}"
                    )
                    faults.append(self.fault(row, column, expected))
        return faults

    def steps(self, check: NearMedian) -> Floats:
        """Read how many steps each row says it stands apart; missing: not judged here."""
        if check.step_column is None:
            return np.zeros(len(self.rows))
        stated = (row[check.step_column] for row in self.cells.values())
        return np.array([check.steps.get(text, np.nan) for text in stated], dtype=np.float64)

    def are_near(self, members: Integers, check: NearMedian) -> Flags:
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


def _medians_of_neighbors(values: Floats, is_near: Flags, minimum: int) -> Floats:
    """Median of each value's neighbors; missing where there are too few of them."""
    neighbors = np.sort(np.where(is_near, values, np.nan), axis=1)  # missing ones last
    count = (~np.isnan(neighbors)).sum(axis=1)
    every = np.arange(len(values))
    medians = (neighbors[every, (count - 1) // 2] + neighbors[every, count // 2]) / 2
    return np.where(count >= minimum, medians, np.nan)


def _is_any_close(value: float, stated: list[float]) -> bool:
    return bool(np.isclose(value, stated, rtol=PRINTED_TOLERANCE, atol=0.0).any())


def _placed(step: float, check: NearMedian) -> str:
    return f"{check.factor ** (2 * step):.4g} times the median" if step else "the median"


def _otherwise(exempt: Mapping[str, tuple[str, ...]], step_column: str | None = None) -> str:
    """Say what a true figure that stands apart needs."""
    if step_column is not None:
        return f", or a row whose {step_column} says how far it stands from them"
    return ", or a row flagged as disputed" if "kind" in exempt else ""


def _spoken(band: Band) -> str:
    return ", ".join(
        wanted if isinstance(wanted, str) else "/".join(wanted) for wanted in band.match.values()
    )
