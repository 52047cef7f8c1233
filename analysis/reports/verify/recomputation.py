"""Recomputation: results of reports worked out again, each with all that it needs from others."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis.data import processed_in
from analysis.reports.build.manifest import Report
from analysis.reports.notebook import results as saved_results
from analysis.reports.verify.program_slice import Slice, slice_of, slice_that_saves_tables


class Recomputation:
    """Results of reports, from raw rows alone: nothing that a build left is read.

    A table that another report writes is made anew, apart from ``data/processed``, and a result
    of another report is worked out as well; both once.

    Parameters
    ----------
    reports : sequence of Report
        Those of the manifest.
    folder : Path
        An empty folder, where tables are kept meanwhile.
    """

    def __init__(self, reports: Iterable[Report], folder: Path) -> None:
        self._reports = {report.name: report for report in reports}
        self._writers = {table: each for each in self._reports.values() for table in each.writes}
        self._tables = folder
        self._made: set[str] = set()
        self._whole: dict[str, dict[str, Any]] = {}

    def value(self, report: str, result: str) -> Any:
        """Return one result as the results file would hold it."""
        if report not in self._whole:
            return self._run(self._reports[report], result)[result]
        return self._whole[report][result]

    def values(self, report: str) -> dict[str, Any]:
        """Return all results of a report as its results file would hold them."""
        if report not in self._whole:
            self._whole[report] = self._run(self._reports[report], None)
        return self._whole[report]

    def files_of(self, report: Report) -> list[Path]:
        """Return the scripts that the results of a report come from, its own first."""
        above = [self._writers[table].script for table in report.reads if table in self._writers]
        above += [self._reports[name].script for name in report.reads_results]
        return list(dict.fromkeys([report.script, *above]))

    def _run(self, report: Report, result: str | None) -> dict[str, Any]:
        for table in report.reads:
            if table in self._writers and table not in self._made:
                self._made.add(table)
                writer = self._writers[table]
                self._execute(slice_that_saves_tables(_text(writer)), writer.parameters)
        cut = slice_of(_text(report), result)
        namespace = self._execute(cut, report.parameters)
        assert cut.value is not None
        value = ast.fix_missing_locations(ast.Expression(cut.value))
        with self._apart():
            results = eval(compile(value, "result", "eval"), namespace)
        return _rounded(results if result is None else {result: results[result]})

    def _execute(self, cut: Slice, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Run the statements of a slice in a namespace of their own."""
        namespace: dict[str, Any] = {"__name__": "recomputation"}
        with self._apart():
            _run_statements(cut.parameters, namespace)
            namespace |= dict(parameters)
            for statement in cut.statements:
                _run_statements([statement], namespace)
                for name, value in list(namespace.items()):
                    if value is saved_results.load_results:
                        namespace[name] = lambda report: _Results(self, report)
        return namespace

    @contextlib.contextmanager
    def _apart(self) -> Iterator[None]:
        """Keep tables apart, and what statements would show in a notebook off the terminal."""
        with processed_in(self._tables), contextlib.redirect_stdout(io.StringIO()):
            yield


@contextlib.contextmanager
def recomputation(reports: Iterable[Report]) -> Iterator[Recomputation]:
    """Make a `Recomputation` whose tables are gone when the ``with`` block ends."""
    with tempfile.TemporaryDirectory(prefix="rental-") as folder:
        yield Recomputation(reports, Path(folder))


class _Results(Mapping[str, Any]):
    """What `load_results` returns, each number worked out when it is asked for."""

    def __init__(self, recomputation: Recomputation, report: str) -> None:
        self._recomputation = recomputation
        self._report = report

    def __getitem__(self, result: str) -> Any:
        return self._recomputation.value(self._report, result)

    def __iter__(self) -> Iterator[str]:
        return iter(self._recomputation.values(self._report))

    def __len__(self) -> int:
        return len(self._recomputation.values(self._report))


def _text(report: Report) -> str:
    return report.script.read_text(encoding="utf-8")


def _run_statements(statements: Iterable[ast.stmt], namespace: dict[str, Any]) -> None:
    module = ast.Module([*statements], type_ignores=[])
    exec(compile(module, "notebook", "exec"), namespace)


def _rounded(results: Mapping[str, Any]) -> dict[str, Any]:
    text = saved_results.results_text(results, headline="-")
    values: dict[str, Any] = json.loads(text)["results"]
    return values
