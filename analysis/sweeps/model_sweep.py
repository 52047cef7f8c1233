"""A sweep of the rental model alone: scenarios by the million through the compiled kernel."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.arrays import Floats, Integers
from analysis.errors import AssumptionError, Fault
from analysis.near_names import one_of
from analysis.rental.engines.measured import STATUS, Measured
from analysis.rental.engines.runs import ROWS, Runner
from analysis.rental.inputs.assumptions import Assumptions, read_assumption
from analysis.rental.inputs.cases import load_case
from analysis.rental.inputs.resolve import resolve, varying_fields
from analysis.rental.model.measures.declared_measures import of_kind, singles
from analysis.rental.model.measures.measure_kinds import Rate
from analysis.rental.model.reads import is_read, what_would_count
from analysis.rental.questions.unread import moves_any, unread_faults
from analysis.reports.notebook.imports import ImportGraph
from analysis.reports.page.html import value_text
from analysis.sweeps.grid import Grid, SweepError
from analysis.sweeps.work import MOST_PARTS, Kind, part_names

ROWS_OF_PART: Final = 16 * ROWS
_MOST_STRUCTURES: Final = 1_000
COMPARED: Final = (
    "useful_life_years",
    "debt_tenor_years",
    "contract_years",
    "debt_share",
    "lease_purchase_option_share",
)
"""Numbers whose possible values depend on each other."""


@dataclass(frozen=True)
class ModelSweep:
    """Scenarios of a grid measured by the model.

    Parameters
    ----------
    grid : Grid
        The scenarios.
    start : Assumptions
        The case that the grid names.
    """

    grid: Grid
    start: Assumptions

    @classmethod
    def of(cls, grid: Grid) -> ModelSweep:
        """Check that every choice of the grid is a case of the model.

        Raises
        ------
        SweepError
            Naming what is unknown or impossible.
        """
        faults = []
        for name in grid.compare[:1]:
            expected = "a sweep of notebooks; one of the model keeps measures"
            faults.append(Fault("grid", None, "compare", name, expected))
        for name in grid.measures:
            if name not in singles():
                fault = Fault("grid", None, "measures", name, one_of(name, singles()))
                faults.append(fault)
        try:
            read = {name: _as_read(name, axis) for name, axis in grid.grid.items()}
            grid = Grid(**{**grid.model_dump(), "grid": read})
            sweep = cls(grid, load_case(grid.case) if grid.case else Assumptions())
        except AssumptionError as error:
            raise SweepError([*faults, *error.faults]) from None
        if grid.n_scenarios > MOST_PARTS * ROWS_OF_PART:
            expected = f"at most {MOST_PARTS * ROWS_OF_PART:,}"
            faults.append(Fault("grid", None, "grid", f"{grid.n_scenarios:,} scenarios", expected))
        n_structures = int(np.prod([len(grid.grid[name]) for name in sweep.choices]))
        if n_structures > _MOST_STRUCTURES:
            found = f"{n_structures:,} combinations of {', '.join(sweep.choices)}"
            expected = f"at most {_MOST_STRUCTURES:,}: each has a kernel of its own"
            faults.append(Fault("grid", None, "grid", found, expected))
        if not faults:
            try:
                for code in range(n_structures):
                    sweep._check(code)
            except AssumptionError as error:
                faults += error.faults
        if not faults:
            faults += sweep._unread(n_structures)
        if faults:
            raise SweepError(faults)
        return sweep

    @cached_property
    def numbers(self) -> dict[str, Floats]:
        """Axes of numbers, which lanes of one kernel can hold."""
        return {
            name: np.array(axis, dtype=float)
            for name, axis in self.grid.grid.items()
            if name in varying_fields()
            and all(isinstance(value, int | float) and value is not True for value in axis)
        }

    @property
    def choices(self) -> tuple[str, ...]:
        """Other axes, whose values change the lines of the model."""
        return tuple(name for name in self.grid.grid if name not in self.numbers)

    def remarks(self) -> dict[str, str]:
        """Say which parameter of all scenarios no structure reads, and what would make it count."""
        cases = [self.case(code) for code in range(int(np.prod(self._choice_shape)))]
        said = {}
        for name, value in self.grid.parameters.items():
            is_set = value != getattr(self.start, name)
            if is_set and not any(is_read(case, name, self.grid.grid) for case in cases):
                where = what_would_count(cases[0], name)
                said[name] = f"not read{f': it counts {where}' if where else ''}"
        return said

    def case(self, code: int) -> Assumptions:
        """Return the case of one combination of choices, numbers at their first values."""
        places = np.unravel_index(code, self._choice_shape)
        chosen = {
            name: self.grid.grid[name][int(at)]
            for name, at in zip(self.choices, places, strict=True)
        }
        first = {name: float(values[0]) for name, values in self.numbers.items()}
        return self.start.replace(**{**self.grid.parameters, **chosen, **_whole(first)})

    def _check(self, code: int) -> None:
        """Refuse what is impossible alone, or together with what it is compared with."""
        case = self.case(code)
        for name, axis in self.numbers.items():
            resolve(case, {name: axis})
        compared = [name for name in self.numbers if name in COMPARED]
        mesh = np.meshgrid(*(self.numbers[name] for name in compared))
        resolve(case, {name: v.ravel() for name, v in zip(compared, mesh, strict=True)})

    def _unread(self, n_structures: int) -> list[Fault]:
        """List axes that no structure of the grid reads."""
        unread = tuple(self.grid.grid)
        for code in range(n_structures):
            case = self.case(code)
            unread = tuple(name for name in unread if not self._moves(case, name))
            if not unread:
                return []
        found = unread_faults(self.case(0), unread, "grid", self.grid.measures)
        return [replace(fault, column=f"grid.{fault.value}") for fault in found]

    def _moves(self, case: Assumptions, name: str) -> bool:
        varying = tuple(self.numbers)
        if not self.grid.measures:
            return is_read(case, name, varying)
        return moves_any(case, name, varying, self.grid.measures)

    @property
    def _choice_shape(self) -> tuple[int, ...]:
        return tuple(len(self.grid.grid[name]) for name in self.choices)

    @property
    def measures(self) -> tuple[str, ...]:
        """What is kept of every scenario."""
        return self.grid.measures or singles()

    @property
    def kind(self) -> Kind:
        """The model alone."""
        return "model"

    @property
    def n_parts(self) -> int:
        """Number of parts."""
        return -(-self.grid.n_scenarios // ROWS_OF_PART)

    @property
    def unit(self) -> str:
        """What progress counts."""
        return "scenarios"

    def n_units(self, part: int) -> int:
        """Return how many scenarios a part holds."""
        return min(ROWS_OF_PART, self.grid.n_scenarios - part * ROWS_OF_PART)

    def file_names(self, part: int) -> tuple[str, ...]:
        """Return the Parquet file of a part."""
        return part_names(self.kind, self.n_parts, part)

    def plan(self) -> Mapping[str, Any]:
        """Return what the results depend on."""
        grid = self.grid.model_dump(mode="json")
        return {**grid, "case": self.start.model_dump(mode="json")}

    def files_needed(self) -> frozenset[Path]:
        """Return the modules that the results depend on."""
        return ImportGraph().files_imported(Path(__file__).resolve())

    def compute(self, part: int) -> dict[str, bytes]:
        """Measure a part's scenarios; return its Parquet file."""
        start = part * ROWS_OF_PART
        stop = start + self.n_units(part)
        tables = [
            self._table(np.arange(first, min(first + ROWS, stop), dtype=np.int64))
            for first in range(start, stop, ROWS)
        ]
        sink = io.BytesIO()
        table = pa.concat_tables(tables, promote_options="default").unify_dictionaries()
        pq.write_table(table.combine_chunks(), sink, row_group_size=table.num_rows)
        return {self.file_names(part)[0]: sink.getvalue()}

    def sample(self) -> tuple[int, bytes]:
        """Measure a block of scenarios; return how many, and the file that they fill."""
        count = min(ROWS, self.grid.n_scenarios)
        spread = np.linspace(0, self.grid.n_scenarios - 1, count).astype(np.int64)
        sink = io.BytesIO()
        pq.write_table(self._table(spread), sink)
        return count, sink.getvalue()

    def _table(self, scenarios: Integers) -> pa.Table:
        """Measure consecutive scenarios, those that share their choices together."""
        places = self.grid.places(scenarios)
        codes = np.zeros(scenarios.size, dtype=np.int64)
        if self.choices:
            shape = self._choice_shape
            codes = np.ravel_multi_index([places[name] for name in self.choices], shape)
        values = {name: np.empty(scenarios.size) for name in self.measures}
        rates = [name for name in self.measures if name in of_kind(Rate)]
        status = {name: np.empty(scenarios.size, dtype=np.int8) for name in rates}
        for code in np.unique(codes):
            rows = np.flatnonzero(codes == code)
            lanes = {name: axis[places[name][rows]] for name, axis in self.numbers.items()}
            measured = self._measure(int(code), lanes, scenarios[rows])
            for name, column in values.items():
                column[rows] = measured.values[name]
            for name, coded in status.items():
                coded[rows] = measured.status[name]
        columns: dict[str, pa.Array] = {"scenario": pa.array(scenarios)}
        for name, axis in self.grid.grid.items():
            columns[name] = (
                pa.array(self.numbers[name][places[name]])
                if name in self.numbers
                else pa.DictionaryArray.from_arrays(
                    places[name].astype(np.int16), [value_text(value) for value in axis]
                )
            )
        for name, column in values.items():
            columns[name] = pa.array(column, from_pandas=True)
            if name in status:
                columns[f"{name}_status"] = pa.DictionaryArray.from_arrays(
                    status[name], STATUS.tolist()
                )
        return pa.table(columns)

    def _measure(self, code: int, lanes: dict[str, Floats], scenarios: Integers) -> Measured:
        try:
            return self._runner(code).measure(lanes)
        except AssumptionError as error:
            raise SweepError([self._numbered(fault, scenarios) for fault in error.faults]) from None

    def _numbered(self, fault: Fault, scenarios: Integers) -> Fault:
        """Name the scenario of a fault by its values."""
        if fault.row is None:
            return Fault("grid", None, fault.column, fault.value, fault.expected)
        number = int(scenarios[fault.row])
        found = ", ".join(f"{name} {value}" for name, value in self.grid.scenario(number).items())
        return Fault("grid", None, fault.column, f"{fault.value} ({found})", fault.expected)

    def _runner(self, code: int) -> Runner:
        runners: dict[int, Runner] = self._runners
        if code not in runners:
            case = self.case(code)
            life = self.numbers.get("useful_life_years", np.array(case.useful_life_years))
            runners[code] = Runner.prepare(
                case,
                {name: axis[[0, -1]] for name, axis in self.numbers.items()},
                self.measures,
                n_periods=round(float(np.max(life)) * case.periods_per_year),
                n_scenarios=self.grid.n_scenarios // math.prod(self._choice_shape),
            )
        return runners[code]

    @cached_property
    def _runners(self) -> dict[int, Runner]:
        return {}

    def __getstate__(self) -> dict[str, Any]:
        """Kernels stay where they were compiled."""
        return {"grid": self.grid, "start": self.start}


def _as_read(name: str, axis: list[Any]) -> list[Any]:
    """Return the values of an axis as a case reads them; an unknown name is the case's fault."""
    is_known = name in Assumptions.model_fields
    return [read_assumption(name, value) for value in axis] if is_known else axis


def _whole(values: dict[str, float]) -> dict[str, Any]:
    """Return numbers as a case takes them."""
    return {name: int(value) if name == "n_gpus" else value for name, value in values.items()}
