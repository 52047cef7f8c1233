"""The pages that a build makes: of reports and of the site, the front one, and their twins."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from analysis.figures.language import TWIN_LANGUAGE, TWIN_SUFFIX
from analysis.files import write_whole
from analysis.paths import PICTURES, README, SITE
from analysis.reports.build.manifest import INDEX_NAME, Manifest, PageName, Report
from analysis.reports.build.publish import (
    ADDRESS,
    PROVIDERS,
    SPOKEN,
    executed_path,
    imprint,
    page_text,
    published_report,
    sheet_path,
)
from analysis.reports.build.twins import (
    has_made_twin,
    is_translated,
    notebook_catalog,
    other_page,
    twins_of,
)
from analysis.reports.translation.message_catalogs import Translator
from analysis.reports.translation.twin import (
    translated_page,
    twin_of,
    with_links_to_twins,
    with_words_to_say,
)
from analysis.revision import Revision

if TYPE_CHECKING:
    from analysis.reports.notebook.parameter_types import Language
    from analysis.reports.page.scenario import Base
    from analysis.reports.site.sheet import Published, Sheet

Files = Mapping[str, bytes]


def render_report(
    report: Report,
    siblings: Sequence[Report],
    revision: Revision,
    pages: tuple[PageName, ...] = (),
    twins: Collection[str] = (),
) -> None:
    """Make the page of one executed report, and its twin in Chinese where there is to be one.

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
    twins : collection of str
        Pages that have a twin in Chinese, by their English names.

    Raises
    ------
    TranslationError
        The twin has a sentence without a translation; the page itself was made.
    """
    from analysis.reports.site.downloads import report_files

    files = {}
    if pages:
        text = executed_path(report).read_text(encoding="utf-8")
        published = published_report(report, with_pages=False)
        files = report_files(published, text, revision)
        if report.language == "en":
            question = (
                f"{published.question} {report.title}" if siblings[1:] else published.question
            )
            files |= _preview(report.name, question, published.headline, revision)
    page, drawn = _report_page(report, siblings, revision, pages, twins, report.language, files)
    _write_files({**files, **drawn})
    if report.language == TWIN_LANGUAGE:
        _write_translated(report.name, notebook_catalog(report), page, pages, twins)
        return
    _write_page(report.name, page, pages)
    if has_made_twin(report, siblings, twins):
        page, _ = _report_page(report, siblings, revision, pages, twins, TWIN_LANGUAGE, files)
        _write_translated(twin_of(report.name), notebook_catalog(report), page, pages, twins)


def _report_page(
    report: Report,
    siblings: Sequence[Report],
    revision: Revision,
    pages: tuple[PageName, ...],
    twins: Collection[str],
    language: Language,
    files: Files,
) -> tuple[str, Files]:
    """Return a report's page, its frame in a language, and the files of its figures."""
    import nbformat

    from analysis.reports.site import downloads

    executed = nbformat.read(executed_path(report), as_version=4)
    published = published_report(report, with_pages=False)._replace(language=language)
    page = page_text(
        executed,
        report.model_copy(update={"language": language}),
        siblings,
        revision,
        pages,
        description=published.headline,
        after=downloads.take_away(published, files) if pages else "",
        other=other_page(report.name, language, twins),
        preview=_preview_address(report.name, pages),
        base=_base(report, siblings, published) if pages else None,
    )
    if not pages:
        return page, {}
    tables = downloads.tables_of(executed)
    return downloads.with_figure_links(page, report.name, tables, language)


def base_of(report: Report, siblings: Sequence[Report]) -> Report | None:
    """Return the report that another one of its notebook is a scenario of: the first as listed.

    None for the first one, and for one in a language of its own.
    """
    first = next(each for each in siblings if each.language == report.language)
    return None if first.name == report.name else first


def _base(report: Report, siblings: Sequence[Report], published: Published) -> Base | None:
    """Return what a scenario's page is held against, with the table of what differs."""
    import nbformat

    from analysis.reports.notebook.parameter_values import read_parameters
    from analysis.reports.page.scenario import Base
    from analysis.reports.site.scenario_table import comparison

    first = base_of(report, siblings)
    if first is None:
        return None
    other = published_report(first, with_pages=False)
    table = comparison(published, other, read_parameters(report.script))
    executed = nbformat.read(executed_path(first), as_version=4)
    return Base(first.name, first.title, executed, table)


def _preview(name: str, question: str, answer: str, revision: Revision) -> Files:
    """Return the picture that stands for a page where its link is shared."""
    from analysis.reports.site.preview import preview_path, preview_png

    foot = f"Compute rental economics · {revision.date}"
    return {preview_path(name): preview_png(question, answer, foot)}


def _preview_address(name: str, pages: Collection[str]) -> str:
    from analysis.reports.site.preview import preview_address

    return preview_address(name, os.environ.get(ADDRESS, "")) if pages else ""


def render_sheet(
    name: str, manifest: Manifest, revision: Revision, twins: Collection[str] = ()
) -> None:
    """Make a page of the site that is no report, and its twin where there is to be one."""
    from analysis.reports.site.sheets import language_of, make_sheet

    sheet = make_sheet(name, [published_report(report) for report in manifest.reports])
    language = language_of(name)
    page = _sheet_page(name, sheet, manifest, revision, twins, language)
    _write_files(sheet.files)
    if language == "en":
        _write_files(_preview(name, sheet.title, sheet.lead, revision))
    _write_page(name, page, manifest.pages, twins if language == TWIN_LANGUAGE else ())
    if is_translated(name, manifest):
        page = _sheet_page(name, sheet, manifest, revision, twins, TWIN_LANGUAGE)
        _write_translated(twin_of(name), name, page, manifest.pages, twins)


def _sheet_page(
    name: str,
    sheet: Sheet,
    manifest: Manifest,
    revision: Revision,
    twins: Collection[str],
    language: str,
) -> str:
    from analysis.reports.page.html import comparison_page

    return comparison_page(
        sheet.body,
        title=sheet.title,
        lead=sheet.lead,
        language=language,
        imprint=imprint(revision, manifest.pages),
        command="python -m analysis build",
        name=name,
        providers=PROVIDERS,
        other=other_page(name, language, twins),
        preview=_preview_address(name, manifest.pages),
    )


def render_index(manifest: Manifest, revision: Revision, twins: Collection[str] = ()) -> None:
    """Make the page that lists all reports with their answers, and its twin."""
    grouped = _grouped(manifest)
    page = _index_page(grouped, manifest, revision, twins, manifest.language)
    _write_page(INDEX_NAME, page)
    if manifest.pages:
        _write_readme(grouped)
        _write_files(_preview(INDEX_NAME, manifest.title, _answer_of(grouped), revision))
    if is_translated(INDEX_NAME, manifest):
        page = _index_page(grouped, manifest, revision, twins, TWIN_LANGUAGE)
        _write_translated(twin_of(INDEX_NAME), INDEX_NAME, page, (), twins)


def _grouped(manifest: Manifest) -> list[list[Published]]:
    ordered = sorted(manifest.reports, key=_first_of_notebook(manifest.reports))
    return [
        [published_report(report) for report in reports]
        for _, reports in groupby(ordered, key=lambda report: report.script)
    ]


def _index_page(
    grouped: Sequence[Sequence[Published]],
    manifest: Manifest,
    revision: Revision,
    twins: Collection[str],
    language: str,
) -> str:
    from analysis.reports.page.html import Card, Group, index_page
    from analysis.reports.site import front

    everything = [report for group in grouped for report in group]
    has_pages = bool(manifest.pages)
    groups = [
        Group(
            group[0].question,
            tuple(Card(report.name, report.title, report.headline) for report in group),
            front.first_picture(group[0]) if has_pages else "",
            front.matrix(group) if has_pages else "",
        )
        for group in grouped
        if not (has_pages and group[0].notebook == front.SUMMARY)
    ]
    answers = [front.answer(everything, language), front.decisions(grouped)]
    return index_page(
        groups,
        title=manifest.title,
        lead=manifest.lead,
        other=other_page(INDEX_NAME, language, twins),
        language=language,
        imprint=imprint(revision, manifest.pages),
        body="".join(answers) if has_pages else "",
        after=front.changes(everything) if "changes" in manifest.pages else "",
        description=_answer_of(grouped),
        preview=_preview_address(INDEX_NAME, manifest.pages),
    )


def _answer_of(grouped: Sequence[Sequence[Published]]) -> str:
    """Return the summary's answer, with which the front page is shared, too."""
    from analysis.reports.site.front import SUMMARY

    return next((each.headline for group in grouped for each in group if each.name == SUMMARY), "")


def translated(catalog: str, manifest: Manifest, revision: Revision) -> Translator:
    """Translate every page of a catalog, as they were last built, and write none of them.

    Returns
    -------
    Translator
        What it used and what it missed.
    """
    translator = Translator(catalog)
    for page in _pages_of(catalog, manifest, revision):
        translated_page(with_words_to_say(page, SPOKEN), translator)
    return translator


def _pages_of(catalog: str, manifest: Manifest, revision: Revision) -> Iterator[str]:
    from analysis.reports.site.sheets import make_sheet

    twins = twins_of(manifest)
    if catalog == INDEX_NAME:
        yield _index_page(_grouped(manifest), manifest, revision, twins, TWIN_LANGUAGE)
    if catalog in manifest.pages:
        sheet = make_sheet(catalog, [published_report(report) for report in manifest.reports])
        yield _sheet_page(catalog, sheet, manifest, revision, twins, TWIN_LANGUAGE)
    family = [report for report in manifest.reports if notebook_catalog(report) == catalog]
    for report in family:
        answers_in_chinese = report.language == TWIN_LANGUAGE or has_made_twin(
            report, family, twins
        )
        if answers_in_chinese and executed_path(report).is_file():
            pages = manifest.pages
            yield _report_page(report, family, revision, pages, twins, TWIN_LANGUAGE, {})[0]


def _write_files(files: Files) -> None:
    for path, content in files.items():
        write_whole(SITE / path, content)


def _write_page(
    name: str,
    page: str,
    pages: Collection[str] = (),
    twins: Collection[str] = (),
) -> None:
    """Link a page's sources, keep its dates whole, lead its links to twins; check it, place it."""
    from analysis.data import sources
    from analysis.reports.page.page_checks import check_page
    from analysis.reports.site.links import link_sources
    from analysis.reports.site.whole_dates import with_whole_dates

    if "sources" in pages and name.removesuffix(TWIN_SUFFIX) != "sources":
        page = link_sources(page, sources().index)
    if twins:
        page = with_links_to_twins(page, twins)
    page = with_whole_dates(page)
    check_page(name, page, _provided(page))
    write_whole(sheet_path(name), page)


def _provided(page: str) -> list[str]:
    return [text for mark, texts in PROVIDERS.items() if mark in page for text in texts()]


def _write_translated(
    name: str, catalog: str, page: str, pages: Collection[str], twins: Collection[str]
) -> None:
    """Translate what is English on a page whose frame is in Chinese already, and put it in place.

    A notebook that has a language as its parameter answers in Chinese; its markdown is English.
    """
    translator = Translator(catalog)
    translated = translated_page(with_words_to_say(page, SPOKEN), translator)
    translator.refuse_missing(name)
    _write_page(name, translated, pages, twins)


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


def _first_of_notebook(reports: Sequence[Report]) -> Any:
    order = {report.notebook: at for at, report in reversed(list(enumerate(reports)))}
    return lambda report: order[report.notebook]
