"""The table schema as a pandera validator, made from the data package and never written by hand."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from analysis.data.package import Column, Resource
from analysis.data.text import Cells
from analysis.errors import Fault

DTYPES = {"string": "object", "number": "float64", "integer": "Int64", "date": "datetime64[s]"}


def schema_of(resource: Resource) -> pa.DataFrameSchema:
    """Make the validator of a table from its description.

    Types, required cells, permitted values, patterns, least and greatest values and unique columns
    become checks whose text is the expectation that a fault prints.

    Examples
    --------
    >>> from analysis.data.package import read_package
    >>> list(schema_of(read_package().resource("fx")).columns)[:2]
    ['period', 'period_type']
    """
    return pa.DataFrameSchema(
        {
            column.name: pa.Column(
                DTYPES[column.type],
                _checks(column),
                nullable=not column.constraints.required,
                unique=column.constraints.unique,
            )
            for column in resource.table_schema.fields
        },
        name=resource.name,
        report_duplicates="exclude_first",
        unique=list(resource.table_schema.primary_key),
    )


def _checks(column: Column) -> list[pa.Check]:
    limits = column.constraints
    checks = []
    if limits.enum is not None:
        checks.append(pa.Check.isin(limits.enum, error=f"one of {', '.join(limits.enum)}"))
    if limits.pattern is not None:
        pattern = rf"(?:{limits.pattern})\Z"
        checks.append(pa.Check.str_matches(pattern, error=f"text like {limits.pattern}"))
    if limits.minimum is not None:
        checks.append(pa.Check.ge(limits.minimum, error=f"at least {limits.minimum:g}"))
    if limits.maximum is not None:
        checks.append(pa.Check.le(limits.maximum, error=f"at most {limits.maximum:g}"))
    return checks


def schema_faults(file: str, resource: Resource, frame: pd.DataFrame, cells: Cells) -> list[Fault]:
    """Validate a typed frame and say every failure as a fault.

    Parameters
    ----------
    file : str
        Name of the file in faults.
    resource : Resource
        Description of the table.
    frame : DataFrame
        Typed columns, indexed by line number.
    cells : dict of int to dict
        The same cells as text, for what a fault prints.
    """
    try:
        schema_of(resource).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        failures = errors.failure_cases
    else:
        return []
    keys = resource.table_schema.primary_key
    described = {column.name: column.description for column in resource.table_schema.fields}
    faults = set()
    for failure in failures.to_dict("records"):
        row, column, check = failure["index"], failure["column"], str(failure["check"])
        if check == "multiple_fields_uniqueness":
            value = ", ".join(cells[row][key] for key in keys)
            faults.add(Fault(file, row, ", ".join(keys), value, "a key that no other row has"))
            continue
        expected = {
            "field_uniqueness": "a value that no other row has",
            "not_nullable": f"a value: {described[column]}",
        }.get(check, check)
        faults.add(Fault(file, row, column, cells[row][column], expected))
    return sorted(faults)
