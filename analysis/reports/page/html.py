"""Executed notebooks as pages that need no other file and no other host."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.figures.markdown import to_html, to_inline_html
from analysis.reports.notebook.parameter_cell import Declaration
from analysis.reports.page.content import Heading
from analysis.reports.page.scenario import Base, prepared
from analysis.reports.page.scripts import Providers, Script, scripts_for
from analysis.reports.page.words import WORDS, in_language, of_language
from analysis.revision import Revision

if TYPE_CHECKING:
    import jinja2
    from nbformat import NotebookNode

TEMPLATE: Final = Path(__file__).with_name("template")
_CHANGES_SHOWN: Final = 3


@dataclass(frozen=True)
class Scenario:
    """One report of a notebook, as others of it link there.

    Parameters
    ----------
    name : str
        Names its page.
    title : str
        What sets it apart.
    """

    name: str
    title: str


@dataclass(frozen=True)
class Imprint:
    """What a page's foot says of where it comes from.

    Parameters
    ----------
    revision : Revision
        Commit of the project.
    license : str
        SPDX name.
    pages : tuple of str
        Pages of the site that are no reports, which every page links to.
    """

    revision: Revision
    license: str
    pages: tuple[str, ...] = ()

    def lines(self, words: Mapping[str, str], command: str) -> tuple[str, ...]:
        """Return the parts of the foot, as HTML."""
        revision = words["revision"].format(
            revision=f"<code>{escape(self.revision.commit)}</code>",
            date=self.revision.date,
            changed=words["uncommitted"] if self.revision.is_changed else "",
        )
        return (
            revision if self.revision.commit else words["no_commit"],
            words["license"].format(license=escape(self.license)),
            words["rebuild"].format(command=f"<code>{escape(command)}</code>"),
        )


@dataclass(frozen=True)
class ParameterRow:
    """One row of a page's table of parameters, as text."""

    name: str
    meaning: str
    unit: str
    value: str
    default: str
    is_changed: bool

    @property
    def value_with_unit(self) -> str:
        """The value with its unit, but for a unit that lists the choices."""
        is_number = self.value[:1].isdigit() or self.value.startswith("-")
        is_choice = self.unit[:1].isdigit()
        return f"{self.value} {self.unit}".strip() if is_number and not is_choice else self.value


@dataclass(frozen=True)
class Page:
    """What a page says around its notebook's cells."""

    name: str
    title: str
    question: str
    language: str
    scenarios: tuple[Scenario, ...]
    contents: tuple[Heading, ...]
    parameters: tuple[ParameterRow, ...]
    changed_summary: str
    footer: tuple[str, ...]
    scripts: tuple[Script, ...]
    pages: tuple[str, ...] = ()
    description: str = ""
    after: str = ""
    other: str = ""
    preview: str = ""


@dataclass(frozen=True)
class Card:
    """One report on the index page."""

    name: str
    title: str
    headline: str


@dataclass(frozen=True)
class Group:
    """The reports of one notebook on the index page: a picture and a table, or cards."""

    question: str
    cards: tuple[Card, ...]
    picture: str = ""
    matrix: str = ""


def report_page(
    executed: NotebookNode,
    *,
    name: str,
    title: str,
    language: str,
    scenarios: Sequence[Scenario],
    declaration: Declaration,
    parameters: Mapping[str, Any],
    imprint: Imprint,
    command: str = "",
    providers: Providers | None = None,
    description: str = "",
    after: str = "",
    other: str = "",
    preview: str = "",
    base: Base | None = None,
) -> str:
    """Render one executed notebook.

    Parameters
    ----------
    executed : nbformat.NotebookNode
        The notebook with its outputs; it is not changed.
    name, title, language : str
        Of the report.
    scenarios : sequence of Scenario
        All reports of the same notebook, this one included.
    declaration : Declaration
        Parameters that the notebook declares.
    parameters : mapping
        Those that the report replaces.
    imprint : Imprint
        For the page's foot.
    command : str
        What makes the page anew; a build of the report when empty.
    providers : mapping, optional
        Scripts from elsewhere in the project that its content may ask for.
    description : str
        The answer in a sentence, for previews.
    after : str
        HTML below the last cell.
    other : str
        Page that has the same in the other language.
    preview : str
        Address of the picture that stands for a shared link.
    base : Base, optional
        The report that this one is a scenario of; only what differs from it is shown.

    Returns
    -------
    str
        A whole HTML document.
    """
    words = WORDS[language]
    notebook = copy.deepcopy(executed)
    question, contents = prepared(notebook, name, base, words)
    rows = tuple(_parameter_rows(declaration, parameters))
    page = Page(
        name=name,
        title=title,
        question=question,
        language=language,
        scenarios=tuple(scenarios),
        contents=contents,
        parameters=rows,
        changed_summary=_changed_summary(rows, words),
        footer=imprint.lines(words, command or f"python -m analysis build {name}"),
        scripts=scripts_for(_shown_html(notebook), providers),
        pages=imprint.pages,
        description=description,
        after=after,
        other=other,
        preview=preview,
    )
    html, _ = _exporter().from_notebook_node(notebook, {"page": page, "words": words})
    return f"{html.strip()}\n"


def index_page(
    groups: Iterable[Group],
    *,
    title: str,
    lead: str,
    language: str,
    imprint: Imprint,
    body: str = "",
    after: str = "",
    description: str = "",
    other: str = "",
    preview: str = "",
) -> str:
    """Render the page that lists the reports with their answers.

    Parameters
    ----------
    groups : iterable of Group
        By notebook, in order.
    title, lead, language : str
        Of the page.
    imprint : Imprint
        For the page's foot.
    body, after : str
        HTML above and below the reports.
    description : str
        The answer in a sentence, for previews; the lead when empty.
    other : str
        Page that has the same in the other language.
    preview : str
        Address of the picture that stands for a shared link.

    Returns
    -------
    str
        A whole HTML document.
    """
    words = WORDS[language]
    overview = {
        "title": title,
        "lead": lead,
        "language": language,
        "groups": tuple(groups),
        "body": body,
        "after": after,
        "description": description,
        "other": other,
        "preview": preview,
        "pages": imprint.pages,
        "scripts": scripts_for(""),
        "footer": imprint.lines(words, "python -m analysis build"),
    }
    environment: jinja2.Environment = _exporter().environment
    html = environment.get_template("overview.html.j2").render(overview=overview, words=words)
    return f"{html.strip()}\n"


def comparison_page(
    body: str,
    *,
    title: str,
    lead: str,
    language: str,
    imprint: Imprint,
    command: str,
    name: str = "",
    providers: Providers | None = None,
    other: str = "",
    preview: str = "",
) -> str:
    """Render a page of figures and tables that are there already.

    Parameters
    ----------
    body : str
        HTML of figures and tables.
    title, lead, language : str
        Of the page.
    imprint : Imprint
        For the page's foot.
    command : str
        What makes the page.
    name : str
        Of the page, where the site's pages link to it.
    providers : mapping, optional
        Scripts from elsewhere in the project that the body may ask for.
    other : str
        Page that has the same in the other language.
    preview : str
        Address of the picture that stands for a shared link.

    Returns
    -------
    str
        A whole HTML document.
    """
    words = WORDS[language]
    comparison = {
        "title": title,
        "lead": lead,
        "language": language,
        "body": body,
        "name": name,
        "other": other,
        "preview": preview,
        "pages": imprint.pages,
        "footer": imprint.lines(words, command),
        "scripts": scripts_for(body, providers),
    }
    environment: jinja2.Environment = _exporter().environment
    html = environment.get_template("comparison.html.j2").render(comparison=comparison, words=words)
    return f"{html.strip()}\n"


def _shown_html(notebook: NotebookNode) -> str:
    return "".join(
        output.get("data", {}).get("text/html", "")
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    )


@lru_cache(maxsize=1)
def _exporter() -> Any:
    """Give the one exporter, whose templates are read once."""
    from nbconvert.exporters import TemplateExporter

    class PageExporter(TemplateExporter):
        """Our template on nbconvert's base, which lays out cells and nothing else."""

        file_extension = ".html"
        template_extension = ".html.j2"
        template_name = TEMPLATE.name
        extra_template_basedirs = [str(TEMPLATE.parent)]  # noqa: RUF012
        display_data_priority = ["text/html", "text/markdown", "text/plain"]  # noqa: RUF012
        output_mimetype = "text/html"
        default_preprocessors = []  # noqa: RUF012

    exporter = PageExporter()
    exporter.register_filter("inline_markdown", to_inline_html)
    exporter.register_filter("in_language", in_language)
    exporter.register_filter("of_language", of_language)
    exporter.register_filter("markdown_html", to_html)
    return exporter


def _parameter_rows(
    declaration: Declaration, parameters: Mapping[str, Any]
) -> Iterable[ParameterRow]:
    for declared in declaration.parameters:
        value = parameters.get(declared.name, declared.default)
        yield ParameterRow(
            declared.name,
            declared.meaning or declared.name,
            declared.unit,
            value_text(value),
            value_text(declared.default),
            value != declared.default,
        )


def _changed_summary(rows: Sequence[ParameterRow], words: Mapping[str, str]) -> str:
    changed = [row for row in rows if row.is_changed]
    if not changed:
        return words["all_default"].format(count=len(rows))
    shown = [
        f'<span class="item">{escape(row.meaning)}</span>: '
        f'<span class="item">{escape(row.value_with_unit)}</span>'
        for row in changed[:_CHANGES_SHOWN]
    ]
    more = [] if len(changed) <= _CHANGES_SHOWN else ["…"]
    return words["some_differ"].format(
        changed=len(changed), count=len(rows), which="; ".join([*shown, *more])
    )


def value_text(value: Any) -> str:
    """Write a parameter's value as a reader reads it, a fraction to six digits.

    Examples
    --------
    >>> value_text(60000.0), value_text(0.226), value_text([1, 2]), value_text("base")
    ('60,000', '0.226', '[1, 2]', 'base')
    >>> value_text(11 / 12), value_text(20260930)
    ('0.916667', '20,260,930')
    """
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    if isinstance(value, int | float):
        digits = 6 if abs(value) < 1_000 else 12
        return f"{value:,.{digits}g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
