"""Parameter grid: some values of some parameters, every combination of which is one scenario."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from analysis.arrays import Integers
from analysis.errors import Fault, FaultsError
from analysis.near_names import one_of


class SweepError(FaultsError):
    """A sweep that cannot be made as it is described."""

    consequence = "nothing was swept"


class Span(BaseModel):
    """Values evenly apart, both ends included.

    Parameters
    ----------
    start, stop : float
        First and last value.
    n : int
        How many values.
    spacing : {"linear", "geometric"}
        Whether neighbors differ by the same amount or by the same factor.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    start: float
    stop: float
    n: Annotated[int, Field(ge=2)]
    spacing: Literal["linear", "geometric"] = "linear"

    def values(self) -> list[float]:
        """Return the values."""
        space = np.geomspace if self.spacing == "geometric" else np.linspace
        return [float(value) for value in space(self.start, self.stop, self.n)]


def _values(given: Any) -> Any:
    """Return the values of an axis, those of a span spelled out."""
    return Span.model_validate(given).values() if isinstance(given, dict) else given


Axis = Annotated[list[Any], BeforeValidator(_values), Field(min_length=1)]


class Grid(BaseModel):
    """Scenarios: every combination of values, the last axis moving fastest.

    Parameters
    ----------
    case : str or None
        Named case or file that the model starts from; the default case when left out.
    parameters : dict
        Values that all scenarios share.
    grid : dict of str to list
        Values of each axis, or a mapping of `Span`'s fields.
    measures : tuple of str
        What is kept of the model; everything when empty.
    compare : tuple of str
        Results of a notebook that the comparison draws; some that differ when empty.

    Raises
    ------
    SweepError
        Naming everything that is wrong, at once.

    Examples
    --------
    >>> grid = Grid(grid={"tax_rate": [0.15, 0.25], "debt_share": {"start": 0, "stop": 1, "n": 3}})
    >>> grid.n_scenarios, grid.scenario(4)
    (6, {'tax_rate': 0.25, 'debt_share': 0.5})
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    case: str | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    grid: Annotated[dict[str, Axis], Field(min_length=1)]
    measures: tuple[str, ...] = ()
    compare: tuple[str, ...] = ()

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise SweepError([_fault(item) for item in error.errors()]) from None
        faults = [
            Fault("grid", None, f"grid.{name}", name, "a name that is not among parameters too")
            for name in self.grid
            if name in self.parameters
        ]
        for name, axis in self.grid.items():
            if len({repr(value) for value in axis}) < len(axis):
                faults.append(Fault("grid", None, f"grid.{name}", str(axis), "each value once"))
        if faults:
            raise SweepError(faults)

    def replace(self, name: str, axis: list[Any], parameters: dict[str, Any]) -> Grid:
        """Return a grid with the values of one axis and those that all share as they were read."""
        return type(self)(
            **{**self.model_dump(), "parameters": parameters, "grid": {**self.grid, name: axis}}
        )

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of values along every axis."""
        return tuple(len(axis) for axis in self.grid.values())

    @property
    def n_scenarios(self) -> int:
        """Number of combinations."""
        return math.prod(self.shape)

    def scenario(self, number: int) -> dict[str, Any]:
        """Return one combination, without what all share; the first has number 0."""
        places = np.unravel_index(number, self.shape)
        return {
            name: axis[int(at)] for (name, axis), at in zip(self.grid.items(), places, strict=True)
        }

    def places(self, numbers: Integers) -> dict[str, NDArray[np.intp]]:
        """Return where scenarios stand along every axis."""
        found: Sequence[NDArray[np.intp]] = np.unravel_index(numbers, self.shape)
        return dict(zip(self.grid, found, strict=True))


def load_grid(path: Path) -> Grid:
    """Read a grid from a YAML or JSON file.

    Parameters
    ----------
    path : Path
        A mapping of the fields of `Grid`.

    Raises
    ------
    SweepError
        Naming file, line, key, value and what was expected for everything wrong in it.
    """
    from analysis.errors import AssumptionError
    from analysis.rental.inputs.cases import parse_mapping
    from analysis.yaml_files import read_text

    file = path.name
    text = read_text(path, file=file, error=SweepError)
    try:
        values, rows = parse_mapping(text, file, "a mapping with the key grid")
    except AssumptionError as error:
        raise SweepError(error.faults) from None
    try:
        return Grid(**values)
    except SweepError as error:
        raise SweepError(
            [
                Fault(
                    file,
                    rows.get(str(fault.column).split(".")[0]),
                    fault.column,
                    fault.value,
                    fault.expected,
                )
                for fault in error.faults
            ]
        ) from None


def _fault(item: Any) -> Fault:
    column = ".".join(str(part) for part in item["loc"])
    found = "nothing" if item["type"] == "missing" else str(item["input"])
    expected = item["msg"].removeprefix("Input should be ")
    if item["type"] == "extra_forbidden":
        expected = one_of(column, Grid.model_fields)
    elif item["type"] == "missing":
        expected = f"the key {column}"
    return Fault("grid", None, column, found, expected)
