"""Running one report of a build, and where what it makes lies."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import AnalysisError, Fault
from analysis.files import workspace, write_whole
from analysis.paths import (
    EXECUTED,
    RESULTS,
    ROOT,
    SITE,
    TEMPORARY,
    TEMPORARY_NAME,
)
from analysis.reports.build.manifest import INDEX_NAME, Manifest, ManifestError, Report
from analysis.reports.notebook.percent import question
from analysis.revision import Revision

if TYPE_CHECKING:
    from analysis.reports.page.html import Imprint
    from analysis.reports.page.scenario import Base
    from analysis.reports.site.moved_section import Moved
    from analysis.reports.site.sheet import Published


class ChangedError(AnalysisError):
    """A file that was edited while a report that depends on it was being made."""

    def __init__(self, report: str, files: Sequence[str]) -> None:
        names = ", ".join(Path(file).relative_to(ROOT).as_posix() for file in files)
        super().__init__(f"report {report}: edited while it was made, build once more: {names}")


def executed_path(report: Report) -> Path:
    """Return where a report's executed notebook lies."""
    return EXECUTED / f"{report.name}.ipynb"


def failed_path(name: str) -> Path:
    """Return where a report's notebook stays, as far as it came, when it fails."""
    return EXECUTED / f"{name}.failed.ipynb"


def results_path(report: Report) -> Path:
    """Return where a report's results lie."""
    return RESULTS / f"{report.name}.json"


def sheet_path(name: str) -> Path:
    """Return where a page of the site lies that is no report."""
    return SITE / f"{name}.html"


def page_path(report: Report) -> Path:
    """Return where a report's page lies."""
    return SITE / f"{report.name}.html"


ADDRESS = "SITE_ADDRESS"
"""Variable of the environment that says where the site will stand, as a workflow knows it."""

INDEX = SITE / f"{INDEX_NAME}.html"
CRATE = SITE / "ro-crate-metadata.json"


def run_report(report: Report, revision: Revision, *, is_forked: bool = False) -> None:
    """Run one report, then put its results and its executed notebook in place.

    Parameters
    ----------
    report : Report
        The report.
    revision : Revision
        Gives the notebook its time.
    is_forked : bool
        Whether its kernel is forked from the fork server.

    Raises
    ------
    RunError
        The notebook did not run to its end; nothing was put in place.
    ManifestError
        A declared file was not written.
    """
    from analysis.data.processed import publish_processed
    from analysis.reports.notebook.sync import to_text
    from analysis.reports.run.run import Run, execute

    with workspace(EXECUTED, report.name) as place:
        run = Run(
            report.name,
            report.script,
            report.parameters,
            revision.epoch,
            report.timeout_seconds,
            is_forked=is_forked,
            saves_to=place,
        )
        results = place / "results.json"
        kept = failed_path(report.name)
        executed = to_text(execute(run, results=results, kept=kept))
        _check_written(report, place)
        for name in report.writes:
            publish_processed(name, place)
        write_whole(results_path(report), results.read_text(encoding="utf-8"))
        write_whole(executed_path(report), executed)


def run_once(
    report: Report,
    parameters: Mapping[str, Any],
    revision: Revision,
    out: Path,
    *,
    saves_to: Path | None = None,
) -> str:
    """Run a report with parameters of the moment and write one page or notebook.

    Parameters
    ----------
    report : Report
        Where title and notebook come from.
    parameters : mapping
        Checked values, the report's own included.
    revision : Revision
        For the page's foot.
    out : Path
        Ends in ``.html`` or ``.ipynb``.
    saves_to : Path, optional
        Where tables for other notebooks go; nowhere that stays when None.

    Returns
    -------
    str
        The headline of the results.
    """
    from analysis.reports.notebook.sync import to_text
    from analysis.reports.run.run import Run, execute

    name = out.stem
    with workspace(TEMPORARY, TEMPORARY_NAME) as place:
        run = Run(
            name,
            report.script,
            parameters,
            revision.epoch,
            report.timeout_seconds,
            saves_to=saves_to or place,
        )
        results = place / "results.json"
        notebook = execute(run, results=results, kept=out.with_name(f"{name}.failed.ipynb"))
        changed = report.model_copy(update={"parameters": dict(parameters)})
        is_page = out.suffix == ".html"
        text = page_text(notebook, changed, [], revision) if is_page else to_text(notebook)
        write_whole(out, text)
        return str(json.loads(results.read_text(encoding="utf-8"))["headline"])


def _calculator_scripts() -> Sequence[str]:
    from analysis.rental.faces.calculator.script_printer import scripts

    return scripts()


PROVIDERS = {" data-calculator=": _calculator_scripts}
"""Scripts that pages may ask for besides those of the template."""


def _calculator_words(page: str) -> Sequence[str]:
    from analysis.rental.faces.calculator.spoken import spoken_words

    return spoken_words(page)


SPOKEN = {" data-calculator=": _calculator_words}
"""What in a page asks for scripts that say words of their own, and these words, in English."""


def page_text(
    executed: Any,
    report: Report,
    siblings: Sequence[Report],
    revision: Revision,
    pages: tuple[str, ...] = (),
    base: Base | None = None,
    **around: str,
) -> str:
    """Return an executed notebook as a report's page."""
    from analysis.reports.notebook.parameter_values import read_parameters
    from analysis.reports.page.html import Scenario, report_page

    return report_page(
        executed,
        name=report.name,
        title=report.title,
        language=report.language,
        scenarios=[Scenario(sibling.name, sibling.title) for sibling in siblings],
        declaration=read_parameters(report.script),
        parameters=report.parameters,
        imprint=imprint(revision, pages),
        providers=PROVIDERS,
        base=base,
        **around,
    )


def render_moved(moved: Moved, revision: Revision, out: Path) -> None:
    """Make a page that stands alone of what rows moved.

    Parameters
    ----------
    moved : Moved
        As `analysis.reports.verify.moved` finds it.
    revision : Revision
        For the page's foot.
    out : Path
        The page.
    """
    from analysis.reports.page.html import comparison_page
    from analysis.reports.page.page_checks import check_page
    from analysis.reports.site.moved_section import moved_sheet

    sheet = moved_sheet(moved)
    page = comparison_page(
        sheet.body,
        title=sheet.title,
        lead=sheet.lead,
        language="en",
        imprint=imprint(revision),
        command="python -m analysis data moved",
    )
    check_page(out.stem, page)
    write_whole(out, page)


def published_report(report: Report, *, with_pages: bool = True) -> Published:
    """Return a report as other pages speak of it.

    Parameters
    ----------
    report : Report
        The report.
    with_pages : bool
        Whether its page and the twin of that are wanted: not while they are made, when those that
        are there may be of before, or be such that nobody can read them.

    Raises
    ------
    OSError
        Something of it may not be read.
    """
    from analysis.reports.notebook.parameter_values import read_parameters
    from analysis.reports.site.sheet import Published
    from analysis.reports.translation.twin import twin_of

    declared = read_parameters(report.script).parameters
    path, page = results_path(report), page_path(report)
    twin = sheet_path(twin_of(report.name))
    has_twin = with_pages and report.language == "en" and twin.is_file()
    return Published(
        report.name,
        report.notebook,
        report.title,
        report.language,
        question(report.script),
        {parameter.name: parameter.default for parameter in declared} | report.parameters,
        json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {},
        page.read_text(encoding="utf-8") if with_pages and page.is_file() else "",
        twin.read_text(encoding="utf-8") if has_twin else "",
    )


def imprint(revision: Revision, pages: tuple[str, ...] = ()) -> Imprint:
    """Return what the foot of every page says."""
    from analysis.reports.page.html import Imprint

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return Imprint(revision, project["license"], pages)


def write_crate(manifest: Manifest, revision: Revision) -> None:
    """Describe the site as it is published now, for archives."""
    from analysis.reports.site.crate import described_crate

    titles = {page_path(report).name: report.title for report in manifest.reports}
    described = described_crate(SITE, manifest.title, manifest.lead, titles, imprint(revision))
    write_whole(CRATE, described)


def _check_written(report: Report, place: Path) -> None:
    missing = [path for path in report.files_written if not (place / path.name).is_file()]
    if missing:
        raise ManifestError(
            [
                Fault(
                    "reports/manifest.yml",
                    None,
                    f"{report.name}.writes",
                    path.name,
                    f"a file that {report.script.name} writes to {path.parent.relative_to(ROOT)}",
                )
                for path in missing
            ]
        )
