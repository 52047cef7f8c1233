"""Manifest of reports: which notebook, under which title, with which parameters.

What is not listed is not built.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from analysis.errors import Fault, FaultsError, ParameterError
from analysis.near_names import perhaps
from analysis.paths import MANIFEST, NOTEBOOKS, PROCESSED, RESULTS, ROOT
from analysis.reports.notebook.parameter_types import Language
from analysis.reports.notebook.parameter_values import read_parameters, validated
from analysis.yaml_files import parse_yaml, read_text

_LONGEST = 100
Slug = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=_LONGEST)
]
Stem = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=_LONGEST)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


INDEX_NAME: Final = "index"
PageName = Literal[
    "calculator",
    "sources",
    "data",
    "method",
    "glossary",
    "changes",
    "search",
    "glossary-zh",
    "search-zh",
]


class ManifestError(FaultsError):
    """A manifest that does not list reports that can be built."""

    consequence = "nothing was built"


class Report(BaseModel):
    """One report: a notebook run with given parameters and published under a title.

    Parameters
    ----------
    name : str
        Lower-case words joined by hyphens; names the page, the results and the command's argument.
    notebook : str
        Stem of the percent script in ``notebooks/``.
    title : str
        What sets this report apart from others of the same notebook, the scenario.
    language : str
        Language of the text, ``en`` or ``zh-CN``.
    parameters : dict
        Values that replace the notebook's defaults.
    reads, writes : tuple of str
        Processed tables that the notebook loads and saves, by name; a report that reads a table
        is built after the one that writes it.
    reads_results : tuple of str
        Other reports whose results the notebook loads, by name; it is built after them.
    timeout_seconds : int
        Longest time one cell may take.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Slug
    notebook: Stem
    title: Text
    language: Language = "en"
    parameters: dict[str, Any] = Field(default_factory=dict)
    reads: tuple[Stem, ...] = ()
    writes: tuple[Stem, ...] = ()
    reads_results: tuple[Slug, ...] = ()
    timeout_seconds: int = Field(default=600, gt=0)

    @property
    def script(self) -> Path:
        """The percent script."""
        return NOTEBOOKS / f"{self.notebook}.py"

    @property
    def files_read(self) -> tuple[Path, ...]:
        """Tables, passports and results that other reports write for this one."""
        tables = (file for name in self.reads for file in processed_files(name))
        return (*tables, *(RESULTS / f"{name}.json" for name in self.reads_results))

    @property
    def files_written(self) -> tuple[Path, ...]:
        """Tables and passports that this report writes for others."""
        return tuple(file for name in self.writes for file in processed_files(name))


def processed_files(name: str) -> tuple[Path, Path]:
    """Return where a processed table and its passport lie."""
    return PROCESSED / f"{name}.csv", PROCESSED / f"{name}.json"


class Manifest(BaseModel):
    """Every report, in the order of the index page.

    Parameters
    ----------
    title, lead : str
        Heading of the index page and the sentence under it.
    language : str
        Language of the index page.
    pages : tuple of str
        Pages of the site besides reports, by name.
    languages : tuple of str
        Languages that pages in English are translated into by catalogs.
    not_translated : tuple of str
        Catalogs that are not there yet, so that their pages are in English alone.
    reports : tuple of Report
        What there is to build.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Text
    lead: Text
    language: Language = "en"
    pages: tuple[PageName, ...] = ()
    languages: tuple[Literal["zh-CN"], ...] = ()
    not_translated: tuple[Slug, ...] = ()
    reports: tuple[Report, ...]


def read_manifest(path: Path = MANIFEST) -> Manifest:
    """Read and check the manifest, and every report's parameters against its notebook.

    Parameters
    ----------
    path : Path
        A YAML file.

    Returns
    -------
    Manifest
        Reports in the order of the file; parameters of the types that the notebooks declare.

    Raises
    ------
    ManifestError
        Everything that is wrong with the manifest, at once.
    """
    file = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    if not path.exists():
        raise ManifestError([Fault(file, None, None, "no file", "the list of reports")])
    text = read_text(path, file=file, error=ManifestError)
    tree, content = parse_yaml(text, file=file, error=ManifestError)
    try:
        manifest = Manifest.model_validate(content)
    except ValidationError as error:
        raise ManifestError([_fault(file, tree, details) for details in error.errors()]) from None
    faults = list(_conflicts(manifest.reports, file, tree))
    if faults:
        raise ManifestError(faults)
    reports = tuple(_with_checked_parameters(manifest.reports, file, tree))
    return manifest.model_copy(update={"reports": reports})


def check_with_tables(reports: Sequence[Report], file: str = MANIFEST.name) -> None:
    """Look up the names among the parameters of reports in the tables that hold them.

    `read_manifest` checks all else; tables are read for what is about to run alone.

    Raises
    ------
    ManifestError
        Every name that no table has, with those it has.
    """
    faults: list[Fault] = []
    for report in reports:
        try:
            validated(read_parameters(report.script), report.parameters, where=file)
        except ParameterError as error:
            faults += [
                Fault(
                    file,
                    None,
                    f"{report.name}.parameters.{fault.column}",
                    fault.value,
                    fault.expected,
                )
                for fault in error.faults
            ]
    if faults:
        raise ManifestError(faults)


def selected(reports: Sequence[Report], names: Sequence[str]) -> tuple[Report, ...]:
    """Return the reports of the given names, all of them when none is given.

    Raises
    ------
    ManifestError
        A name that is not in the manifest, with the nearest one.
    """
    known = {report.name: report for report in reports}
    faults = [
        Fault("command line", None, None, name, f"a report of the manifest, {perhaps(name, known)}")
        for name in names
        if name not in known
    ]
    if faults:
        raise ManifestError(faults)
    return tuple(known[name] for name in names) if names else tuple(reports)


def _conflicts(reports: Sequence[Report], file: str, tree: Any) -> Iterator[Fault]:
    names: set[str] = set()
    writers: dict[str, str] = {}
    for at, report in enumerate(reports):
        if report.name in names:
            yield Fault(
                file, _row(tree, at, "name"), f"reports[{at}].name", report.name, "each name once"
            )
        if report.name in (INDEX_NAME, *get_args(PageName)):
            what = "lists all reports" if report.name == INDEX_NAME else "is no report"
            expected = f"another name: the page that {what} is called so"
            key = f"reports[{at}].name"
            yield Fault(file, _row(tree, at, "name"), key, report.name, expected)
        names.add(report.name)
        if not report.script.is_file():
            yield Fault(
                file,
                _row(tree, at, "notebook"),
                f"{report.name}.notebook",
                report.notebook,
                _expected_notebook(report.notebook),
            )
        for name in report.writes:
            if name in writers:
                yield Fault(
                    file,
                    _row(tree, at, "writes"),
                    f"{report.name}.writes",
                    name,
                    f"a table that no other report writes, {writers[name]} does",
                )
            writers.setdefault(name, report.name)
    for at, report in enumerate(reports):
        for name in report.reads:
            if writers.get(name, report.name) == report.name:
                yield Fault(
                    file,
                    _row(tree, at, "reads"),
                    f"{report.name}.reads",
                    name,
                    "a table that another report writes",
                )
        for name in report.reads_results:
            if name not in names or name == report.name:
                yield Fault(
                    file,
                    _row(tree, at, "reads_results"),
                    f"{report.name}.reads_results",
                    name,
                    f"another report, {perhaps(name, names - {report.name})}",
                )

    yield from _circles(reports, file, tree)


def _circles(reports: Sequence[Report], file: str, tree: Any) -> Iterator[Fault]:
    """Name reports that wait for each other."""
    writers = {name: report.name for report in reports for name in report.writes}
    waits_for = {
        report.name: {
            *(writers[name] for name in report.reads if name in writers),
            *report.reads_results,
        }
        - {report.name}
        for report in reports
    }
    try:
        TopologicalSorter(waits_for).prepare()
    except CycleError as error:
        circle = list(reversed(error.args[1]))
        at = next(at for at, report in enumerate(reports) if report.name == circle[0])
        expected = "reports that can be built one after the other"
        yield Fault(file, _row(tree, at), f"reports[{at}]", " reads ".join(circle), expected)


def _with_checked_parameters(reports: Sequence[Report], file: str, tree: Any) -> Iterator[Report]:
    faults: list[Fault] = []
    declared = cache(read_parameters)  # a notebook is that of several reports
    for at, report in enumerate(reports):
        try:
            values = validated(
                declared(report.script), report.parameters, where=file, reads_tables=False
            )
        except FaultsError as error:
            faults += [
                fault
                if fault.row is not None
                else Fault(
                    file,
                    _row(tree, at, "parameters", str(fault.column)),
                    f"{report.name}.parameters.{fault.column}",
                    fault.value,
                    fault.expected,
                )
                for fault in error.faults
                if fault not in faults
            ]
        else:
            yield report.model_copy(update={"parameters": values})
    if faults:
        raise ManifestError(faults)


def _fault(file: str, tree: Any, details: Any) -> Fault:
    place = details["loc"]
    found = "nothing" if details["type"] == "missing" else str(details["input"])
    expected = details["msg"].removeprefix("Input should be ")
    if details["type"] == "extra_forbidden":
        fields = Report.model_fields if len(place) > 1 else Manifest.model_fields
        found, expected = str(place[-1]), f"a known key, {perhaps(str(place[-1]), fields)}"
    elif details["type"] == "missing":
        expected = f"the key {place[-1]}"
    elif details["type"] == "string_pattern_mismatch":
        expected = f"a name of the form {details['ctx']['pattern']}"
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return Fault(file, _row(tree, *place[1:]), key.lstrip("."), found, expected)


def _row(tree: Any, *place: str | int) -> int | None:
    """Line of a report's key: the deepest node of the place that the file has."""
    if tree is None:
        return None
    node = _child(tree, "reports") or tree
    for part in place:
        below = _child(node, part)
        if below is None:
            break
        node = below
    return int(node.start_mark.line) + 1


def _child(node: Any, part: str | int) -> Any:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
        return node.value[part] if part < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    return None


def _expected_notebook(stem: str) -> str:
    stems = sorted(path.stem for path in NOTEBOOKS.glob("*.py"))
    return f"a notebook of {NOTEBOOKS.name}/, {perhaps(stem, stems)}" if stems else "a notebook"
