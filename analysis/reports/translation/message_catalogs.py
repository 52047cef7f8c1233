"""Catalogs of translated messages, gettext's ``.po`` files: one a notebook or page, one common."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from analysis.errors import Fault, FaultsError
from analysis.near_names import near_names
from analysis.paths import ROOT
from analysis.reports.translation.messages import NAME_IN_BOTH, is_english, marks_of
from analysis.reports.translation.values import FILTERS, filters, places

LOCALE: Final = Path(__file__).with_name("locale") / "zh"
COMMON: Final = "common"
_SHOWN: Final = 12
_AROUND: Final = (
    (re.compile(r"\(([^()]+)\)"), "（{}）"),
    (re.compile(r"Equation (.+)"), "公式：{}"),
)
"""What pages write around a label, and how Chinese does."""


class TranslationError(FaultsError):
    """A page with a sentence that no catalog translates, or a catalog that is wrong."""

    consequence = "the page in Chinese was not made"


def catalog_path(name: str) -> Path:
    """Return where the catalog of a notebook or page lies."""
    return LOCALE / f"{name}.po"


def catalog_files(name: str) -> tuple[Path, ...]:
    """Return the catalogs that a page in Chinese is made with."""
    return tuple(path for path in map(catalog_path, (name, COMMON)) if path.is_file())


def catalogs() -> frozenset[str]:
    """Return the names of all catalogs but the common one."""
    return frozenset(path.stem for path in LOCALE.glob("*.po")) - {COMMON}


@dataclass
class Translator:
    """Looks messages up, first in a page's own catalog, and notes what it finds and misses.

    Parameters
    ----------
    name : str
        Of the catalog.
    """

    name: str
    missing: dict[str, None] = field(default_factory=dict)
    used: set[tuple[str, str]] = field(default_factory=set)

    def __call__(self, message: str) -> str | None:
        """Return a message's translation; None where it needs none or has none, which is noted."""
        if named := NAME_IN_BOTH.fullmatch(message):
            return named["chinese"]
        for around, chinese in _AROUND:
            if found := around.fullmatch(message):
                inner = self(found[1])
                return (
                    None
                    if inner is None and is_english(found[1])
                    else chinese.replace("{}", inner or found[1])
                )
        for name in (self.name, COMMON):
            if translation := entries(name).get(message):
                self.used.add((name, message))
                return translation
        if is_english(message):
            self.missing.setdefault(message)
        return None

    def refuse_missing(self, page: str) -> None:
        """Raise an error that names every message of a page that is not translated."""
        if not self.missing:
            return
        file = _shown(catalog_path(self.name))
        known = entries(self.name).keys()
        place = f"msgid of page {page}"
        faults = [
            Fault(file, None, place, message, f"a translation{_beside(message, known)}")
            for message in list(self.missing)[:_SHOWN]
        ]
        if (further := len(self.missing) - _SHOWN) > 0:
            command = f"python -m analysis translate --missing {self.name}"
            expected = f"a translation each; `{command}` lists them"
            faults.append(Fault(file, None, place, f"{further} further messages", expected))
        raise TranslationError(faults)


def _beside(message: str, known: Iterable[str]) -> str:
    near = near_names(message, known, n=1)
    return f"; the nearest message that has one: {near[0]!r}" if near else ""


def entries(name: str) -> dict[str, str]:
    """Return the messages of a catalog that are translated, fuzzy ones left out.

    Raises
    ------
    TranslationError
        A translation whose places or marks are not those of its message.
    """
    path = catalog_path(name)
    return _entries(path, path.stat().st_mtime_ns) if path.is_file() else {}


@lru_cache(maxsize=64)
def _entries(path: Path, _changed: int) -> dict[str, str]:
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        read = read_po(file, locale="zh_CN", abort_invalid=True)
    translated = [each for each in read if each.id and each.string and not each.fuzzy]
    faults = [
        Fault(_shown(path), each.lineno, "msgstr", str(each.string), expected)
        for each in translated
        for expected in _faults(str(each.id), str(each.string))
    ]
    if faults:
        raise TranslationError(faults)
    return {str(each.id): str(each.string) for each in translated}


def _faults(message: str, translation: str) -> Iterator[str]:
    if unknown := filters(translation) - FILTERS.keys():
        yield f"filters among {', '.join(filter(None, FILTERS))}, not {', '.join(sorted(unknown))}"
    if places(translation) != places(message):
        names = ", ".join(f"{{{at}}}" for at in sorted(places(message))) or "none"
        yield f"the places of its message: {names}"
    if marks_of(translation) != marks_of(message):
        yield f"the marks of its message: {' '.join(marks_of(message)) or 'none'}"


def skeleton(messages: Iterable[str]) -> str:
    """Return messages as the text of a catalog whose translations are empty."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    empty = Catalog(locale="zh_CN")
    for message in messages:
        empty.add(message).flags.clear()
    out = io.BytesIO()
    write_po(out, empty, width=0, omit_header=True)
    return out.getvalue().decode()


def _shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
