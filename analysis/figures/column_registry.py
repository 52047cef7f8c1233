"""The registry of columns: heading, unit and number format of every column that a table shows.

It stands in ``columns.yaml``, one line a column: one quantity has one heading and one format
on every page and in every download.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml
from pydantic import BaseModel, ConfigDict

REGISTRY = Path(__file__).with_name("columns.yaml")


class Column(BaseModel):
    """A column of tables.

    Parameters
    ----------
    headings : mapping of str to str
        Heading by language.
    unit : str
        Unit of its numbers; empty for words.
    format : str
        Format of ``str.format`` for its numbers, or ``markdown``; empty where a table decides.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    headings: Mapping[str, str]
    unit: str = ""
    format: str = ""

    def heading(self, language: str) -> str:
        """Return the heading in a language."""
        return self.headings[language]


@cache
def columns() -> Mapping[str, Column]:
    """Return every column by its name.

    Examples
    --------
    >>> columns()["equity_irr"].heading("en"), columns()["equity_irr"].format
    ('Equity IRR', '{:.1%}')
    """
    entries = yaml.safe_load(REGISTRY.read_text(encoding="utf-8"))
    return MappingProxyType({name: _column(entry) for name, entry in entries.items()})


def _column(entry: Mapping[str, str]) -> Column:
    """Tell what is said of a column from its headings, which stand under their languages."""
    said = {key: text for key, text in entry.items() if key in ("unit", "format")}
    return Column(headings={key: entry[key] for key in entry if key not in said}, **said)
