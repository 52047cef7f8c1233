"""Types of notebook parameters: what a parameter can be, declared where the notebook names it.

A parameters cell says ``currency: Currency = "USD"`` and imports the type from here. A build checks
it before a kernel starts, the notebook's second cell in every other front end. Papermill's own
reader knows no literal types, but any name.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Final

from pydantic import Field, GetCoreSchemaHandler, ValidationInfo
from pydantic_core import PydanticCustomError, core_schema

from analysis.figures.language import LANGUAGES
from analysis.near_names import one_of

WITHOUT_TABLES: Final = "without_tables"
"""Context of a validation that reads no table, for what is checked again before it is used."""

NAMED_FROM: Final = "analysis.reports.notebook.parameter_types"
OWN_ERRORS: Final = ("one_of", "month", "day")
"""Kinds of errors that these types raise; their messages say what is expected."""

_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH_PARTS: Final = re.compile(r"(\d{4})\D?(\d{1,2})(\D\d{1,2})?")
_MOST_SHOWN: Final = 40


@dataclass(frozen=True)
class OneOf:
    """A word out of a few, or a name out of a table.

    Parameters
    ----------
    words : tuple of str
        The words there are.
    table : str
        Where else they stand: ``module:attribute``, a mapping, a sequence, or a function without
        arguments that returns one. Looked up when a value is checked, not before.
    """

    words: tuple[str, ...] = ()
    table: str = ""

    def choices(self) -> tuple[str, ...]:
        """Return what a value can be."""
        return (*self.words, *_names_of(self.table)) if self.table else self.words

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Check a text against the choices."""
        return core_schema.with_info_after_validator_function(self._check, handler(source))

    def _check(self, value: str, info: ValidationInfo) -> str:
        if value in self.words or (self.table and _reads_no_table(info)):
            return value
        if value not in self.choices():
            expected = one_of(value, self.choices()[:_MOST_SHOWN])
            raise PydanticCustomError("one_of", "{expected}", {"expected": expected})
        return value


@dataclass(frozen=True)
class MonthOf:
    """A month, such as 2024-12, within those that a table has.

    Parameters
    ----------
    table : str
        ``module:attribute``, a function that returns the first and the last month; empty: any.
    """

    table: str = ""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Check form and range."""
        return core_schema.with_info_after_validator_function(self._check, handler(source))

    def _check(self, value: str, info: ValidationInfo) -> str:
        if not _MONTH.fullmatch(value):
            expected = f"a month, year-month such as 2024-12{_month_meant(value)}"
            raise PydanticCustomError("month", "{expected}", {"expected": expected})
        if self.table and not _reads_no_table(info):
            first, last = _names_of(self.table)
            if not first <= value <= last:
                expected = f"a month from {first} to {last}"
                raise PydanticCustomError("month", "{expected}", {"expected": expected})
        return value


@dataclass(frozen=True)
class DayOf:
    """A day of the calendar, such as 2026-10-05."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Check that there is such a day."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, value: str) -> str:
        if not _DAY.fullmatch(value) or not _is_day(value):
            meant = "-".join(part.zfill(2) for part in re.split(r"\D", value.strip()))
            perhaps = f"; perhaps {meant}" if _DAY.fullmatch(meant) and _is_day(meant) else ""
            expected = f"a day, year-month-day such as 2026-10-05{perhaps}"
            raise PydanticCustomError("day", "{expected}", {"expected": expected})
        return value


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _reads_no_table(info: ValidationInfo) -> bool:
    return bool((info.context or {}).get(WITHOUT_TABLES))


def _month_meant(value: str) -> str:
    parts = _MONTH_PARTS.fullmatch(value.strip())
    if parts is None or not int(parts[2]) >= 1:
        return ""
    return f"; perhaps {parts[1]}-{min(int(parts[2]), 12):02d}"


@lru_cache(maxsize=32)
def _names_of(table: str) -> tuple[str, ...]:
    module, _, attribute = table.partition(":")
    found = getattr(importlib.import_module(module), attribute)
    names: Iterable[Any] = found() if callable(found) else found
    return tuple(str(name) for name in names)


Share = Annotated[float, Field(ge=0, le=1)]
Confidence = Annotated[float, Field(gt=0, lt=1)]
YearlyRate = Annotated[float, Field(gt=-1, lt=10)]
Decline = Annotated[float, Field(gt=-1, lt=1)]
Amount = Annotated[float, Field(gt=0, le=1e12)]
AmountOrNone = Annotated[float, Field(ge=0, le=1e12)]
CalendarMonth = Annotated[str, MonthOf()]
Day = Annotated[str, DayOf()]
Words = Annotated[str, Field(min_length=1, max_length=200)]
Ratio = Annotated[float, Field(gt=0, le=100)]
Years = Annotated[float, Field(gt=0, le=100)]
YearsOrNone = Annotated[float, Field(ge=0, le=100)]
MonthsOfYear = Annotated[float, Field(ge=0, le=12)]
Months = Annotated[int, Field(ge=1, le=600)]
CalendarYear = Annotated[int, Field(ge=1990, le=2100)]
Count = Annotated[int, Field(ge=1, le=10_000_000)]
Seed = Annotated[int, Field(ge=0, lt=2**63)]

Language = Annotated[str, OneOf(LANGUAGES)]
Currency = Annotated[str, OneOf(("USD", "CNY"))]
ReportedCurrency = Annotated[str, OneOf(("reported", "USD", "CNY"))]
Frequency = Annotated[str, OneOf(("quarter", "ttm", "year"))]
QuarterRule = Annotated[str, OneOf(("majority", "first month"))]
FirstQuarter = Annotated[str, OneOf(table="analysis.capex.wave.vintages:FIRST_PERIOD")]
CapexDefinition = Annotated[str, OneOf(table="analysis.capex.filings.companies:CAPEX_BASES")]
Company = Annotated[str, OneOf(table="analysis.capex.filings.companies:COMPANIES")]
WaveCompany = Annotated[str, OneOf(table="analysis.capex:WAVE_COMPANIES")]
Scenario = Annotated[str, OneOf(table="analysis.capex:SCENARIOS")]
RentalCase = Annotated[str, OneOf(table="analysis.rental.inputs.cases:case_names")]
Segment = Annotated[str, OneOf(table="analysis.rents.index.known_markets:SEGMENTS")]
RentedGpu = Annotated[str, OneOf(table="analysis.rents.index.known_markets:gpus")]
TermGpu = Annotated[str, OneOf(table="analysis.rents.quotes.term_structure:GPUS")]
Month = Annotated[str, MonthOf("analysis.rents.index.known_markets:first_and_last_month")]
ForecastModel = Annotated[str, OneOf(table="analysis.rents.forecasting.models:MODEL_LABELS")]
ServerGpu = Annotated[str, OneOf(table="analysis.rental_market.history:gpus")]

NAMED: Final[dict[str, Any]] = {
    name: each for name, each in globals().items() if hasattr(each, "__metadata__")
}
"""Every type above, by its name."""
