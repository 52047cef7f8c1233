"""The data package: the one machine-readable description of the raw tables.

The layout is Frictionless Data Package v1 (a package of tabular resources with table schemas), with
a few properties of our own: ``unit`` of a field, ``rows`` and ``retrieved`` of a resource, and its
``checks``, which say what no schema can: which values a series may take, how a row must stand
against its neighbors, and that a value agrees with the figure as printed.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from analysis.data.raw_folder import RAW
from analysis.errors import DataError, Fault
from analysis.near_names import one_of
from analysis.paths import ROOT

FILE_NAME = "datapackage.json"
_MOST_BYTES = 16 * 2**20


class Described(BaseModel):
    """A part of the description; an unknown property is a fault, not a comment."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        allow_inf_nan=False,
    )


class Constraints(Described):
    """What one cell may hold, in the words of the table schema."""

    required: bool = False
    unique: bool = False
    enum: tuple[str, ...] | None = None
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None


class Column(Described):
    """One column: its name, type, meaning and, for numbers, unit."""

    name: str
    type: Literal["string", "number", "integer", "date"]
    description: str = Field(min_length=1)
    unit: str | None = None
    constraints: Constraints = Constraints()

    @model_validator(mode="after")
    def _numbers_have_units(self) -> Self:
        if self.type in ("number", "integer") and not self.unit:
            raise ValueError(f"column {self.name} holds numbers, so it needs a unit")
        return self


class Reference(Described):
    """The column of another table that a column's values must be found in."""

    resource: str
    fields: str


class ForeignKey(Described):
    """A column whose values are keys of another table."""

    fields: str
    reference: Reference


class TableSchema(Described):
    """Columns in their order, the key of a row, and keys into other tables."""

    fields: tuple[Column, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    missing_values: tuple[Literal[""]] = ("",)

    @model_validator(mode="after")
    def _keys_are_columns_once(self) -> Self:
        _refuse_twice("column", (column.name for column in self.fields))
        _refuse_twice("column of the key", self.primary_key)
        if unknown := [key for key in self.primary_key if key not in self.names]:
            raise ValueError(f"the key has {unknown[0]}, which is no column")
        return self

    @cached_property
    def names(self) -> list[str]:
        """Names of the columns, in order."""
        return [column.name for column in self.fields]


class Band(Described):
    """The values that one series may take; a series is picked by the values of its columns."""

    match: Mapping[str, str | tuple[str, ...]]
    minimum: float
    maximum: float
    reason: str | None = None

    @model_validator(mode="after")
    def _is_a_band(self) -> Self:
        if self.minimum > self.maximum:
            raise ValueError(f"a band from {self.minimum} to {self.maximum} holds nothing")
        return self


class Bands(Described):
    """Every number of the table lies in the band of its series; a row of no series is a fault.

    Rows in which an ``exempt`` column holds one of the values named for it are left out. With
    ``of_size`` the band is of the number without its sign.
    """

    columns: tuple[str, ...]
    series: tuple[Band, ...]
    of_size: bool = False
    exempt: Mapping[str, tuple[str, ...]] = {}


class NearMedian(Described):
    """Every number lies within a factor of the median of its neighbors, signs aside.

    Neighbors share the values of ``by`` and, where ``date_column`` is given, lie within so many
    days; with fewer than ``minimum_neighbors`` the row is left to its band. Exempt rows are no
    neighbors either.

    A row that stands apart says so in ``step_column``, and ``steps`` says how far in steps of
    ``factor`` squared: a row one step up lies between ``factor`` and its cube times the median. A
    step is as wide as the room of an ordinary row, so no row can slip by more than a step and still
    stand where it says. Rows whose text has no step are not judged, but are neighbors.
    """

    columns: tuple[str, ...]
    by: tuple[str, ...]
    factor: float = Field(gt=1)
    minimum_neighbors: int = Field(default=3, ge=1)
    date_column: str | None = None
    within_days: int | None = None
    step_column: str | None = None
    steps: Mapping[str, int] = {}
    exempt: Mapping[str, tuple[str, ...]] = {}


class InOrder(Described):
    """In no row does the lower column exceed the upper one."""

    low: str
    high: str


class AsPrinted(Described):
    """Values agree with the figure as printed, read with 万, 亿, million, billion and %."""

    printed: str
    columns: tuple[str, ...]


class Checks(Described):
    """What a table schema cannot say."""

    in_order: tuple[InOrder, ...] = ()
    as_printed: tuple[AsPrinted, ...] = ()
    bands: tuple[Bands, ...] = ()
    near_median: tuple[NearMedian, ...] = ()


class Resource(Described):
    """One table: where it lies, what it weighs, what it holds and what must be true of it."""

    profile: Literal["tabular-data-resource"]
    name: str
    path: str = Field(pattern=r"^[a-z0-9_]+\.csv$")
    title: str
    description: str
    format: Literal["csv"] = "csv"
    mediatype: Literal["text/csv"] = "text/csv"
    encoding: Literal["utf-8"] = "utf-8"
    hash: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")
    rows: int = Field(ge=0)
    retrieved: date
    table_schema: TableSchema = Field(alias="schema")
    checks: Checks = Checks()


class Source(Described):
    """Where the package says its sources are listed."""

    title: str
    path: str


class License(Described):
    """Terms of the package."""

    title: str
    path: str


class Package(Described):
    """The whole description."""

    profile: Literal["tabular-data-package"]
    name: str
    title: str
    description: str
    licenses: tuple[License, ...]
    sources: tuple[Source, ...]
    resources: tuple[Resource, ...]

    @model_validator(mode="after")
    def _tables_are_described_once(self) -> Self:
        _refuse_twice("table", (resource.name for resource in self.resources))
        _refuse_twice("file", (resource.path for resource in self.resources))
        return self

    @cached_property
    def names(self) -> list[str]:
        """Names of the tables, in order."""
        return [resource.name for resource in self.resources]

    def resource(self, name: str) -> Resource:
        """Find the description of one table, or refuse with the list of those there are."""
        for resource in self.resources:
            if resource.name == name:
                return resource
        raise DataError([Fault(FILE_NAME, None, "name", name, one_of(name, self.names))])


def read_package(folder: Path | None = None) -> Package:
    """Read and validate the description of a folder of raw tables.

    Raises
    ------
    DataError
        The description is missing, is not JSON, or holds an unknown or ill-typed property.
    """
    path = (folder or RAW) / FILE_NAME
    file = shown(path)
    if not path.is_file():
        raise DataError([Fault(file, None, None, "no such file", "the description of the tables")])
    if (size := path.stat().st_size) > _MOST_BYTES:
        expected = f"a description of at most {_MOST_BYTES // 2**20} MB"
        raise DataError([Fault(file, None, None, f"{size / 2**20:,.0f} MB", expected)])
    return _parsed(file, path.read_bytes())


@lru_cache(maxsize=8)
def _parsed(file: str, content: bytes) -> Package:
    try:
        text = content.decode("utf-8")
        described = json.loads(
            text, object_pairs_hook=_each_key_once, parse_constant=_refuse_constant
        )
        return Package.model_validate(described)
    except ValueError as error:
        raise DataError(_package_faults(file, error)) from error


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON, of which the last of equal keys would count silently."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return found


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name}, which is no number of JSON")


def _refuse_twice(what: str, names: Iterable[str]) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            raise ValueError(f"{what} {name} stands {count} times")


def _package_faults(file: str, error: ValueError) -> list[Fault]:
    if not isinstance(error, ValidationError):
        return [Fault(file, None, None, str(error), "JSON in UTF-8")]
    return [
        Fault(file, None, ".".join(map(str, found["loc"])), str(found["input"])[:80], found["msg"])
        for found in error.errors()
    ]


def pretty(value: Any, indent: int = 0, width: int = 160) -> str:
    """Write JSON so that what fits on a line stays on a line: a column or a band is one line.

    Examples
    --------
    >>> print(pretty({"rows": 2, "names": ["a", "b"]}, width=20))
    {
      "rows": 2,
      "names": ["a", "b"]
    }
    """
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + indent <= width or not isinstance(value, dict | list):
        return flat
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        parts = [f"{json.dumps(k)}: {pretty(v, indent + 2, width)}" for k, v in value.items()]
    else:
        parts = [pretty(item, indent + 2, width) for item in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    body = f",\n{inner}".join(parts)
    return f"{opening}\n{inner}{body}\n{' ' * indent}{closing}"


def shown_table(name: str, folder: Path | None = None) -> str:
    """Path of a raw table as a reader knows it."""
    return shown((folder or RAW) / f"{name}.csv")


def shown(path: Path) -> str:
    """Path as a reader knows it: from the project's root where it lies inside it."""
    resolved = Path(os.path.realpath(path))  # a loop of links is no fault of a name
    return str(resolved.relative_to(ROOT) if resolved.is_relative_to(ROOT) else path)
