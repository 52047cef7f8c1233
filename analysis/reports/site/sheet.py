"""A page of the site that no notebook makes, and what such pages know of the reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Sheet(NamedTuple):
    """What stands on such a page.

    Parameters
    ----------
    title, lead : str
        Heading and the sentence under it, in markdown.
    body : str
        HTML.
    """

    title: str
    lead: str
    body: str


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
    """

    name: str
    notebook: str
    title: str
    language: str
    question: str
    values: Mapping[str, Any]
    results: Mapping[str, Any]

    @property
    def headline(self) -> str:
        """The answer in a sentence; empty when the report was not built."""
        return str(self.results.get("headline", ""))
