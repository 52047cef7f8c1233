"""Find a formula by its name, words of its label, an abbreviation or a Chinese term."""

from __future__ import annotations

from analysis.errors import AnalysisError
from analysis.formulas.catalog import Entry, catalog
from analysis.near_names import near_names


class UnknownFormulaError(AnalysisError):
    """Nothing is called so."""


def find(asked: str) -> list[Entry]:
    """Return the formulas that are meant, the nearest first.

    A name alone finds that formula. Otherwise every word of the question must stand in a name, a
    label or a term; measures come before lines.

    Parameters
    ----------
    asked : str
        Name, words, abbreviation or Chinese term.

    Raises
    ------
    UnknownFormulaError
        With the names that come near.

    Examples
    --------
    >>> [entry.name for entry in find("dscr")]
    ['dscr_minimum', 'dscr_average']
    >>> [entry.name for entry in find("偿债")][:2]
    ['dscr_minimum', 'dscr_average']
    >>> find("ebitda_cny")[0].file
    'analysis/rental/model/blocks/statements.py'
    """
    entries = catalog()
    form = asked.strip().casefold()
    if form in entries:
        return [entries[form]]
    words = form.replace("_", " ").replace("-", " ").split()
    kinds = ["measure", "index", "statistic", "indicator", "line", "constant", "running total"]
    exact = [e for e in entries.values() if form in [term.casefold() for term in e.terms]]
    holding = [entry for entry in entries.values() if words and _holds(entry, words)]
    found = exact or sorted(holding, key=lambda entry: kinds.index(entry.kind))
    if found:
        return found
    known = [*entries, *(term for entry in entries.values() for term in entry.terms)]
    near = near_names(asked, known, n=5)
    hint = f"; near are {', '.join(near)}" if near else "; docs/formulas.md lists all"
    raise UnknownFormulaError(f"no formula is called {asked!r}{hint}")


def _holds(entry: Entry, words: list[str]) -> bool:
    text = " ".join((entry.name.replace("_", " "), entry.label, *entry.terms)).casefold()
    return all(word in text for word in words)
