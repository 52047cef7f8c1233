"""What a build does: run one report, make its page, make the index."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import AnalysisError, Fault
from analysis.files import workspace, write_whole
from analysis.paths import (
    EXECUTED,
    PICTURES,
    README,
    RESULTS,
    ROOT,
    SITE,
    TEMPORARY,
    TEMPORARY_NAME,
)
from analysis.reports.build.manifest import INDEX_NAME, Manifest, ManifestError, PageName, Report
from analysis.reports.notebook.percent import question
from analysis.revision import Revision

if TYPE_CHECKING:
    from analysis.reports.page.html import Imprint
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


def page_path(report: Report) -> Path:
    """Return where a report's page lies."""
    return SITE / f"{report.name}.html"


INDEX = SITE / f"{INDEX_NAME}.html"


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
        text = _page_text(notebook, changed, [], revision) if is_page else to_text(notebook)
        write_whole(out, text)
        return str(json.loads(results.read_text(encoding="utf-8"))["headline"])


def render_report(
    report: Report,
    siblings: Sequence[Report],
    revision: Revision,
    pages: tuple[PageName, ...] = (),
) -> None:
    """Make the page of one executed report.

    Parameters
    ----------
    report : Report
        The report.
    siblings : sequence of Report
        All reports of the same notebook, this one included.
    revision : Revision
        For the page's foot.
    pages : tuple of str
        Pages of the site that are no reports; without any the page stands alone.
    """
    import nbformat

    from analysis.data import sources
    from analysis.reports.page.page_checks import check_page
    from analysis.reports.site import downloads
    from analysis.reports.site.links import link_sources

    executed = nbformat.read(executed_path(report), as_version=4)
    published, files, after = published_report(report), {}, ""
    if pages:
        text = executed_path(report).read_text(encoding="utf-8")
        files = downloads.report_files(published, text, revision)
        after = downloads.take_away(published, files)
    page = _page_text(
        executed, report, siblings, revision, pages, description=published.headline, after=after
    )
    if pages:
        page, drawn = downloads.with_figure_links(
            page, report.name, downloads.tables_of(executed), report.language
        )
        files.update(drawn)
    if "sources" in pages:
        page = link_sources(page, sources().index)
    check_page(report.name, page, _provided(page))
    _write_files(files)
    write_whole(page_path(report), page)


def _write_files(files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        write_whole(SITE / path, content)


def _page_text(
    executed: Any,
    report: Report,
    siblings: Sequence[Report],
    revision: Revision,
    pages: tuple[str, ...] = (),
    **around: str,
) -> str:
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
        **around,
    )


def _calculator_scripts() -> Sequence[str]:
    from analysis.rental.faces.calculator.script_printer import scripts

    return scripts()


PROVIDERS = {" data-calculator=": _calculator_scripts}
"""Scripts that pages may ask for besides those of the template."""


def _provided(page: str) -> list[str]:
    return [text for mark, texts in PROVIDERS.items() if mark in page for text in texts()]


def sheet_path(name: str) -> Path:
    """Return where a page of the site lies that is no report."""
    return SITE / f"{name}.html"


def render_sheet(name: str, manifest: Manifest, revision: Revision) -> None:
    """Make a page of the site that is no report."""
    from analysis.data import sources
    from analysis.reports.page.html import comparison_page
    from analysis.reports.page.page_checks import check_page
    from analysis.reports.site.links import link_sources
    from analysis.reports.site.sheets import language_of, make_sheet

    sheet = make_sheet(name, [published_report(report) for report in manifest.reports])
    page = comparison_page(
        sheet.body,
        title=sheet.title,
        lead=sheet.lead,
        language=language_of(name),
        imprint=imprint(revision, manifest.pages),
        command="python -m analysis build",
        name=name,
        providers=PROVIDERS,
    )
    if "sources" in manifest.pages and name != "sources":
        page = link_sources(page, sources().index)
    check_page(name, page, _provided(page))
    _write_files(sheet.files)
    write_whole(sheet_path(name), page)


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


def published_report(report: Report) -> Published:
    """Return a report as other pages speak of it."""
    from analysis.reports.notebook.parameter_values import read_parameters
    from analysis.reports.site.sheet import Published

    declared = read_parameters(report.script).parameters
    path, page = results_path(report), page_path(report)
    return Published(
        report.name,
        report.notebook,
        report.title,
        report.language,
        question(report.script),
        {parameter.name: parameter.default for parameter in declared} | report.parameters,
        json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {},
        page.read_text(encoding="utf-8") if page.is_file() else "",
    )


def render_index(manifest: Manifest, revision: Revision) -> None:
    """Make the page that lists all reports with their answers."""
    from analysis.reports.page.html import Card, Group, index_page
    from analysis.reports.page.page_checks import check_page
    from analysis.reports.page.words import in_other_language
    from analysis.reports.site import front

    ordered = sorted(manifest.reports, key=_first_of_notebook(manifest.reports))
    grouped = [
        [published_report(report) for report in reports]
        for _, reports in groupby(ordered, key=lambda report: report.script)
    ]
    everything = [report for group in grouped for report in group]
    has_pages = bool(manifest.pages)
    page = index_page(
        [
            Group(
                group[0].question,
                tuple(Card(report.name, report.title, report.headline) for report in group),
                front.first_picture(group[0]) if has_pages else "",
                front.matrix(group) if has_pages else "",
            )
            for group in grouped
            if not (has_pages and group[0].notebook == front.SUMMARY)
        ],
        title=manifest.title,
        lead=manifest.lead,
        other=in_other_language(front.SUMMARY, [report.name for report in everything]),
        language=manifest.language,
        imprint=imprint(revision, manifest.pages),
        body=front.answer(everything, revision.date) + front.decisions(grouped)
        if has_pages
        else "",
        after=front.changes(everything) if "changes" in manifest.pages else "",
    )
    check_page(INDEX.stem, page)
    write_whole(INDEX, page)
    if has_pages:
        _write_readme(grouped)


def _write_readme(grouped: Sequence[Sequence[Published]]) -> None:
    """Bring the README's answers and pictures to what the reports say."""
    from analysis.reports.site import front, readme

    text = README.read_text(encoding="utf-8") if README.is_file() else ""
    answered = readme.with_answers(text, grouped)
    if answered != text:
        write_whole(README, answered)
    for report in (first for first, *_ in grouped if first.name in readme.PICTURED):
        picture = readme.on_paper(front.first_picture(report))
        path = PICTURES / f"{report.name}.svg"
        if picture and (not path.is_file() or path.read_text(encoding="utf-8") != picture):
            write_whole(path, picture)


def imprint(revision: Revision, pages: tuple[str, ...] = ()) -> Imprint:
    """Return what the foot of every page says."""
    from analysis.reports.page.html import Imprint

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return Imprint(revision, project["license"], pages)


def _first_of_notebook(reports: Sequence[Report]) -> Any:
    order = {report.notebook: at for at, report in reversed(list(enumerate(reports)))}
    return lambda report: order[report.notebook]


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
