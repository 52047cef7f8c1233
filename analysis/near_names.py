"""Nearest name, by similarity of text: the one probably meant, in messages of unknown ones."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable


def near_names(name: object, known: Iterable[str], n: int = 3, *, alike: float = 0.55) -> list[str]:
    """Return known names that look like one that is not known, the nearest first.

    Case, width, hyphens and spaces do not count; a name that holds the other, or is held by it,
    is near however long the rest of it is.

    Parameters
    ----------
    name : object
        What was given.
    known : iterable of str
        What could have been.
    n : int
        Names at most.
    alike : float
        Share of letters in common, 0 to 1, from which a name is near.

    Examples
    --------
    >>> near_names("rental-model", ["rent_trends", "rental_model", "summary"], n=1)
    ['rental_model']
    >>> near_names("net_cash", ["capex_cny", "equity_cash_flow_cny", "net_cash_flow_cny"])
    ['net_cash_flow_cny']
    >>> near_names("straight_line_half", ["straight_line", "straight_line_half_year"], n=1)
    ['straight_line_half_year']
    >>> near_names("straight_line_hlf_year", ["straight_line", "straight_line_half_year"], n=1)
    ['straight_line_half_year']
    >>> near_names("zzz", ["rental_model"])
    []
    """
    by_form: dict[str, str] = {}
    for each in known:
        by_form.setdefault(_form(each), each)
    form = _form(name)
    if not form:
        return []
    if form in by_form:
        return [by_form[form]]
    # a part of a name may be short beside it; more than a name may be a slip in a longer one
    holding = [each for each in by_form if _holds(each, form)]
    close = difflib.get_close_matches(form, by_form, n=n, cutoff=alike)
    close += [each for each in by_form if _holds(form, each) and each not in close]
    for some in (holding, close):
        some.sort(key=lambda each: -difflib.SequenceMatcher(None, each, form).ratio())
    found = dict.fromkeys([*holding, *close]) or dict.fromkeys(_of_shared_words(form, by_form))
    return [by_form[each] for each in found][:n]


def perhaps(name: object, known: Iterable[str]) -> str:
    """Return ``perhaps X``, or all the names there are where none is near.

    Examples
    --------
    >>> perhaps("rental-mdl", ["rental_model", "summary"])
    'perhaps rental_model'
    >>> perhaps("zzz", ["rental_model", "summary"])
    'one of rental_model, summary'
    """
    names = list(known)
    near = near_names(name, names, n=1)
    return f"perhaps {near[0]}" if near else f"one of {', '.join(names) or 'none'}"


def one_of(name: object, known: Iterable[str]) -> str:
    """Return all the names there are, and the one that was probably meant.

    Examples
    --------
    >>> one_of("h1000", ["H100", "B200"])
    'one of H100, B200; perhaps H100'
    """
    names = list(known)
    near = near_names(name, names, n=1)
    return f"one of {', '.join(names) or 'none'}{f'; perhaps {near[0]}' if near else ''}"


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """Return ``; did you mean 'X'?``, or nothing where no name is near.

    Examples
    --------
    >>> did_you_mean("utilisation", ["utilization"])
    "; did you mean 'utilization'?"
    """
    near = near_names(name, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _form(name: object) -> str:
    text = unicodedata.normalize("NFKC", str(name)).strip().casefold()
    return "_".join(text.replace("-", " ").replace("_", " ").split())


def _of_shared_words(form: str, forms: Iterable[str]) -> list[str]:
    """Return names that share half of several words, those that share most first."""
    words = set(form.split("_"))
    shared = {each: len(words & set(each.split("_"))) for each in forms}
    near = [each for each, count in shared.items() if count and 2 * count >= len(words) > 1]
    return sorted(near, key=lambda each: (-shared[each], len(each)))


def _holds(longer: str, shorter: str) -> bool:
    return len(shorter) >= 4 and f"_{shorter}_" in f"_{longer}_"
