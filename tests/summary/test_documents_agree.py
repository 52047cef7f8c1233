"""Figures that a document says of a page: the ones that the page saved, row by row."""

import copy
import re
from collections.abc import Mapping
from typing import Any

from analysis.paths import ROOT

from .test_consistency import FIGURE, NO_FIGURE, SAVED, figures_not_saved

ANSWERS = ROOT / "docs" / "answers.md"
RESULTS_OF = {name: one["results"] for name, one in SAVED.items()}
IDENTITY = re.compile(r"`([a-z0-9-]+(?:/[a-z0-9_]+)+)`")
"""A figure's page and its name there, an item of a list by its place: ``rent-trends/fall``."""
EXACT = 5
"""So many digits are a figure of a page, and no rough one."""


def rows(document: str) -> list[tuple[str, list[str]]]:
    """What each row of a table says now, and the figures of pages that it names."""
    found = []
    for line in document.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) == 4:
            names = [name for name in IDENTITY.findall(cells[3]) if name.split("/")[0] in SAVED]
            found.append((cells[2], names))
    return found


def value_at(name: str, results: Mapping[str, Any]) -> float:
    """A number that a page saved."""
    value: Any = results
    for part in name.split("/"):
        value = value[int(part)] if isinstance(value, list) else value[part]
    assert isinstance(value, int | float), f"{name} is no number"
    return float(value)


def figures(text: str) -> list[str]:
    return [found[0] for found in FIGURE.finditer(NO_FIGURE.sub(" ", text))]


def not_told(document: str, results: Mapping[str, Any]) -> list[str]:
    """Figures that a row names and does not print as their page saved them."""
    return [
        f"{name} = {value_at(name, results)}: {says}"
        for says, names in rows(document)
        for name in names
        if len(figures_not_saved(says, {"": value_at(name, results)})) == len(figures(says))
    ]


def not_named(document: str, results: Mapping[str, Any]) -> list[str]:
    """Exact figures of a row that are none of those which it names."""
    return [
        printed
        for says, names in rows(document)
        for printed in figures_not_saved(says, {name: value_at(name, results) for name in names})
        if len(re.sub(r"\D", "", printed).strip("0")) >= EXACT
    ]


def test_a_row_says_what_the_page_that_it_names_saved() -> None:
    document = ANSWERS.read_text("utf-8")
    assert sum(len(names) for _, names in rows(document)) > len(SAVED)
    assert not_told(document, RESULTS_OF) == []


def test_an_exact_figure_has_its_page() -> None:
    assert not_named(ANSWERS.read_text("utf-8"), RESULTS_OF) == []


def test_whatever_named_figure_moves_its_row_is_found() -> None:
    document = ANSWERS.read_text("utf-8")
    for name in {name for _, names in rows(document) for name in names}:
        page, *path = name.split("/")
        moved: Any = {page: copy.deepcopy(RESULTS_OF[page])}
        inner = moved[page]
        for part in path[:-1]:
            inner = inner[int(part)] if isinstance(inner, list) else inner[part]
        last = int(path[-1]) if isinstance(inner, list) else path[-1]
        inner[last] = 1.37 * inner[last] + 0.013
        told = not_told(document, {**RESULTS_OF, **moved})
        assert any(found.startswith(f"{name} = ") for found in told), name


def test_an_exact_figure_of_no_page_is_found() -> None:
    row = "| price | 2.0 m | 2,712,930 CNY, 9 of 61, 4,000 draws | `{}` |"
    named = row.format("rental-market/server_price_last_vintage_cny")
    assert not_named(named, RESULTS_OF) == []
    assert not_named(named.replace("2,712,930", "2,712,940"), RESULTS_OF) == ["2,712,940"]
    assert not_named(row.format("rental_market"), RESULTS_OF) == ["2,712,930"]
