"""Pages that have a twin in another language, and the catalogs that these are translated with."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from analysis.figures.language import TWIN_LANGUAGE, TWIN_SUFFIX
from analysis.reports.build.manifest import INDEX_NAME, Manifest, Report
from analysis.reports.page.words import in_other_language, of_language
from analysis.reports.translation.twin import twin_of


def twins_of(manifest: Manifest) -> frozenset[str]:
    """Return the pages of the site that have a twin in Chinese, by their English names."""
    if not manifest.pages:
        return frozenset()
    catalog = {
        report.name: notebook_catalog(report)
        for report in manifest.reports
        if report.language in ("en", TWIN_LANGUAGE)
    }
    names = [INDEX_NAME, *manifest.pages, *catalog]
    return frozenset(
        name
        for name in of_language(names)
        if in_other_language(name, names) or is_translated(catalog.get(name, name), manifest)
    )


def is_translated(catalog: str, manifest: Manifest) -> bool:
    """Say whether the pages of a catalog are to be had in Chinese, by it."""
    return (
        TWIN_LANGUAGE in manifest.languages
        and catalog in catalog_names(manifest)
        and catalog not in manifest.not_translated
    )


def catalog_names(manifest: Manifest) -> tuple[str, ...]:
    """Return the catalogs that all pages in Chinese want, sheets written by hand left out."""
    names = [*manifest.pages, *(report.name for report in manifest.reports)]
    sheets = [name for name in of_language(manifest.pages) if not in_other_language(name, names)]
    notebooks = map(notebook_catalog, manifest.reports)
    return tuple(dict.fromkeys([INDEX_NAME, *sheets, *notebooks]))


def has_made_twin(report: Report, siblings: Sequence[Report], twins: Collection[str]) -> bool:
    """Say whether a report's twin is made from its page, rather than by a notebook of its own."""
    is_by_notebook = in_other_language(report.name, [sibling.name for sibling in siblings])
    return report.name in twins and not is_by_notebook


def notebook_catalog(report: Report) -> str:
    """Return the name of the catalog that a report's page is translated with."""
    return report.notebook.replace("_", "-")


def other_page(name: str, language: str, twins: Collection[str]) -> str:
    """Return a page's name in the other language; empty where there is none."""
    if language == "en":
        return twin_of(name) if name in twins else ""
    return name.removesuffix(TWIN_SUFFIX) if name.removesuffix(TWIN_SUFFIX) in twins else ""
