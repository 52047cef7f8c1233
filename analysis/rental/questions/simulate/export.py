"""A simulation's rows in other formats than the Parquet file they are streamed to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from analysis.files import replacing
from analysis.rental.questions.simulate.draw_summary import read_facts

MOST_ROWS_OF_SHEET: Final = 1_048_575
"""Rows of a worksheet, its heading aside."""


def export(rows: Path, path: Path) -> None:
    """Write a simulation's Parquet file anew, in the format of another file's ending.

    Parameters
    ----------
    rows : Path
        What `simulate_to` wrote.
    path : Path
        Ends in a key of `FORMATS`; whole or not at all. Missing measures are empty cells. A
        workbook states the plan on a second sheet; a CSV file cannot, so a Parquet file is the
        better one to keep.
    """
    with replacing(path) as partial:
        FORMATS[path.suffix.lower()](rows, partial)


def _to_csv(rows: Path, path: Path) -> None:
    file = pq.ParquetFile(rows)
    plain = pa.schema(
        pa.field(each.name, each.type.value_type if _is_coded(each) else each.type)
        for each in file.schema_arrow
    )
    with pyarrow.csv.CSVWriter(path, plain) as writer:
        for batch in _batches(file):
            writer.write_table(pa.Table.from_batches([batch]).cast(plain))


def _to_workbook(rows: Path, path: Path) -> None:
    import xlsxwriter  # type: ignore[import-untyped]

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    file = pq.ParquetFile(rows)
    with path.open("wb") as stream, xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet("scenarios")
        sheet.write_row(0, 0, file.schema_arrow.names)
        row = 0
        for batch in _batches(file):
            for scenario in zip(*(column.to_pylist() for column in batch), strict=True):
                row += 1
                sheet.write_row(row, 0, scenario)
        plan = book.add_worksheet("plan")
        for at, (name, value) in enumerate(_flat(read_facts(rows))):
            plan.write_row(at, 0, [name, value])


FORMATS: Final[Mapping[str, Callable[[Path, Path], None]]] = {
    ".csv": _to_csv,
    ".xlsx": _to_workbook,
}


def _batches(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    yield from file.iter_batches(batch_size=16_384)


def _is_coded(field: pa.Field) -> bool:
    return bool(pa.types.is_dictionary(field.type))


def _flat(facts: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value if isinstance(value, bool | int | float) else str(value)
