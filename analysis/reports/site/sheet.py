"""A page of the site that no notebook makes, and what such pages know of the reports."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple


class Sheet(NamedTuple):
    """What stands on such a page.

    Parameters
    ----------
    title, lead : str
        Heading and the sentence under it, in markdown.
    body : str
        HTML.
    files : mapping of str to bytes
        Files that its links lead to, by path from the site's folder.
    """

    title: str
    lead: str
    body: str
    files: Mapping[str, bytes] = {}


class Published(NamedTuple):
    """A report as other pages speak of it.

    Parameters
    ----------
    name, notebook, title, language : str
        As the manifest lists it.
    question : str
        Heading of its notebook.
    values : mapping
        Every parameter, the report's own values in place of defaults.
    results : mapping
        ``headline`` and ``results`` as the report saved them; empty when it was not built.
    page : str
        Its page; empty when it was not built.
    twin : str
        Its page in Chinese, where that is made from it.
    """

    name: str
    notebook: str
    title: str
    language: str
    question: str
    values: Mapping[str, Any]
    results: Mapping[str, Any]
    page: str = ""
    twin: str = ""

    @property
    def headline(self) -> str:
        """The answer in a sentence; empty when the report was not built."""
        return str(self.results.get("headline", ""))


class Row(NamedTuple):
    """One row of a table: its cells as HTML, and its id where links lead to it."""

    cells: Sequence[str]
    identity: str = ""


def table(
    name: str,
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Row],
    *,
    filters: str = "",
    numbers: Collection[int] = (),
) -> str:
    """Return a table whose rows can be linked to.

    Parameters
    ----------
    name : str
        Lower-case words joined by hyphens.
    caption : str
        Plain text.
    heads : sequence of str
        Headings, plain text.
    rows : sequence of Row
        The first cell of each heads its row.
    filters : str
        Places of columns with few values, for drop-downs above the table.
    numbers : collection of int
        Places of columns of numbers.
    """
    marked = f' data-filter="{filters}"' if filters else ""
    classes = [' class="number"' if at in numbers else "" for at in range(len(heads))]
    head = "".join(
        f'<th scope="col"{class_}>{escape(text)}</th>'
        for text, class_ in zip(heads, classes, strict=True)
    )
    body = "\n".join(
        f"<tr{f' id={quoted(row.identity)}' if row.identity else ''}>"
        f'<th scope="row">{row.cells[0]}</th>'
        + "".join(
            f"<td{class_}>{cell}</td>"
            for cell, class_ in zip(row.cells[1:], classes[1:], strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<figure class="table" id="tab-{name}"{marked}>\n'
        f'<div class="scroll" role="region" tabindex="0" aria-labelledby="cap-{name}">\n'
        f'<table>\n<caption id="cap-{name}"><span>{escape(caption)}</span></caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>\n</figure>"
    )


def quoted(text: str) -> str:
    """Return a text as the value of an attribute.

    Examples
    --------
    >>> quoted('a "b"')
    '"a &quot;b&quot;"'
    """
    return f'"{escape(text)}"'


def linked(address: str, text: str) -> str:
    """Return a link."""
    return f"<a href={quoted(address)}>{escape(text)}</a>"


def dated(text: str) -> str:
    """Return a date that never breaks."""
    return f'<span class="date">{escape(text)}</span>'
