"""A sweep of whole notebooks: every scenario is run by papermill and becomes a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from analysis.errors import AssumptionError, Fault, ParameterError
from analysis.files import workspace
from analysis.paths import NOTEBOOKS, TEMPORARY, TEMPORARY_NAME
from analysis.rental.faces.case_tables import assumptions_in
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.model.reads import is_read
from analysis.rental.questions.unread import unread_faults
from analysis.reports.build.graph import run_files
from analysis.reports.build.manifest import Report
from analysis.reports.build.publish import imprint
from analysis.reports.notebook.imports import ImportGraph
from analysis.reports.notebook.parameter_cell import Declaration
from analysis.reports.notebook.parameter_values import read_parameters, validated
from analysis.reports.page.html import report_page, value_text
from analysis.revision import Revision, current_revision
from analysis.sweeps.grid import Grid, SweepError
from analysis.sweeps.work import MOST_PARTS, Kind, PartError, part_names

_TIMEOUT_SECONDS: Final = 1_800


_OF_A_CASE: Final = "assumptions_in(globals())"
"""What a notebook says whose parameters are the assumptions of one case of the rental model."""


def _unread(script: Path, declaration: Declaration, grid: Grid) -> list[Fault]:
    """List axes that no case of the notebook reads in any scenario: its pages would be the same."""
    names = [name for name in grid.grid if name in Assumptions.model_fields]
    if _OF_A_CASE not in script.read_text(encoding="utf-8"):
        return []
    cases: list[Assumptions] = []
    for number in range(grid.n_scenarios):
        given = {**declaration.defaults, **grid.parameters, **grid.scenario(number)}
        try:
            case = assumptions_in(given)
            # the page sets the whole cost beside the case, which has every part of the running cost
            cases += [case, case.replace(operating_cost_basis="parts")]
        except AssumptionError as error:  # a scenario that is impossible fails by itself
            if number == 0:
                return [Fault("grid", None, f.column, f.value, f.expected) for f in error.faults]
            continue
        names = [name for name in names if not any(is_read(each, name) for each in cases[-2:])]
        if not names:
            return []
    found = unread_faults(cases[0], names, "grid")
    return [replace(fault, column=f"grid.{fault.value}") for fault in found]


@dataclass(frozen=True)
class NotebookSweep:
    """Scenarios of a grid, each a run of a notebook with its page.

    Parameters
    ----------
    notebook : str
        Stem of the percent script in ``notebooks/``.
    grid : Grid
        The scenarios; parameters are those of the notebook, of the types that it declares.
    revision : Revision
        For the pages' feet, and the time that a run takes for now.
    """

    notebook: str
    grid: Grid
    revision: Revision

    @classmethod
    def of(cls, notebook: str, grid: Grid) -> NotebookSweep:
        """Check a grid against a notebook's parameters.

        Raises
        ------
        SweepError
            Naming what is unknown, ill-typed or too much.
        """
        declaration = read_parameters(NOTEBOOKS / f"{notebook}.py")
        faults: list[Fault] = []
        for name in ("case", "measures"):
            if getattr(grid, name):
                expected = "nothing: a notebook has parameters and results of its own"
                given = getattr(grid, name)
                found = given if isinstance(given, str) else ", ".join(given)
                faults.append(Fault("grid", None, name, found, expected))
        if grid.n_scenarios > MOST_PARTS:
            expected = f"at most {MOST_PARTS:,} runs of a notebook"
            faults.append(Fault("grid", None, "grid", f"{grid.n_scenarios:,} scenarios", expected))
        read = grid
        start = {**grid.parameters, **{name: values[0] for name, values in grid.grid.items()}}
        for name, values in grid.grid.items():
            axis = []
            for value in values:
                try:
                    given = validated(declaration, {**start, name: value}, where="grid")
                    axis.append(given[name])
                    shared = {each: given[each] for each in grid.parameters}
                except ParameterError as error:
                    faults += [fault for fault in error.faults if fault not in faults]
            if len(axis) == len(values):
                read = read.replace(name, axis, shared)
        if not faults:
            faults = _unread(NOTEBOOKS / f"{notebook}.py", declaration, read)
        if faults:
            raise SweepError(faults)
        return cls(notebook, read, current_revision())

    @property
    def script(self) -> Path:
        """The percent script."""
        return NOTEBOOKS / f"{self.notebook}.py"

    @property
    def kind(self) -> Kind:
        """Whole notebooks."""
        return "notebooks"

    @property
    def n_parts(self) -> int:
        """Number of scenarios."""
        return self.grid.n_scenarios

    @property
    def unit(self) -> str:
        """What progress counts."""
        return "notebooks"

    def n_units(self, part: int) -> int:
        """Return one: every part is a scenario."""
        return 1

    def meaning(self, parameter: str) -> str:
        """Return what a parameter is, with its unit, as the notebook states it."""
        declared = read_parameters(self.script).parameters
        found = next(each for each in declared if each.name == parameter)
        return ", ".join(filter(None, (found.meaning, found.unit))) or parameter

    def name(self, part: int) -> str:
        """Return what a scenario's files are called."""
        return Path(self.file_names(part)[0]).stem

    def title(self, part: int) -> str:
        """Return what sets a scenario apart."""
        values = self.grid.scenario(part)
        return ", ".join(f"{name} {value_text(value)}" for name, value in values.items())

    def file_names(self, part: int) -> tuple[str, ...]:
        """Return a scenario's page and its results."""
        return part_names(self.kind, self.n_parts, part)

    def plan(self) -> Mapping[str, Any]:
        """Return what the results depend on."""
        return {
            "notebook": self.notebook,
            **self.grid.model_dump(mode="json", include={"parameters", "grid"}),
            "commit": self.revision.commit,
        }

    def files_needed(self) -> frozenset[Path]:
        """Return the files that a run depends on."""
        return frozenset(run_files(self._report(0), ImportGraph()))

    def _report(self, part: int) -> Report:
        return Report(
            name=self.name(part),
            notebook=self.notebook,
            title=self.title(part),
            parameters={**self.grid.parameters, **self.grid.scenario(part)},
            timeout_seconds=_TIMEOUT_SECONDS,
        )

    def compute(self, part: int) -> dict[str, bytes]:
        """Run a scenario's notebook; return its page and its results."""
        from analysis.reports.run.run import Run, RunError, execute

        report = self._report(part)
        declaration = read_parameters(report.script)
        parameters = validated(declaration, report.parameters, where="grid")
        with workspace(TEMPORARY, TEMPORARY_NAME) as folder:
            results = folder / "results.json"
            run = Run(
                report.name,
                report.script,
                parameters,
                self.revision.epoch,
                report.timeout_seconds,
                saves_to=folder,
            )
            try:
                executed = execute(run, results=results, kept=folder / "failed.ipynb")
            except RunError as error:
                place = f", code cell {error.cell}" if error.cell else ""
                raise PartError(f"{report.title}{place}\n{error.reason}") from None
            answer = json.loads(results.read_text(encoding="utf-8"))
        page = report_page(
            executed,
            name=report.name,
            title=report.title,
            language=report.language,
            scenarios=[],
            declaration=declaration,
            parameters=parameters,
            imprint=imprint(self.revision),
            command=f"python -m analysis sweep {self.notebook} GRID --notebooks",
        )
        answer["parameters"] = self.grid.scenario(part)
        text = json.dumps(answer, indent=2, sort_keys=True, ensure_ascii=False)
        page_name, results_name = self.file_names(part)
        return {page_name: page.encode(), results_name: f"{text}\n".encode()}
