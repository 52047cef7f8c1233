"""Accessibility and self-containment checks of a page before it is published."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Final

from analysis.errors import AnalysisError
from analysis.reports.page.scripts import is_known

_HEADING = re.compile(r"h[1-6]\Z")
_LOADED: Final = {
    "src",
    "srcset",
    "poster",
    "data",
    "action",
    "formaction",
    "xlink:href",
    "background",
    "ping",
    "srcdoc",
}
_EMBEDDING: Final = {"iframe", "object", "embed", "base", "audio", "video"}
_DRAWN: Final = {"use", "image", "feimage"}
"""Parts of a drawing that load what their ``href`` names."""
_IGNORED: Final = re.compile(r"[\x00-\x20\x7f]")
"""Characters that browsers pass over within the scheme of an address."""
_LATEX: Final = re.compile(r"\$[^$]*\\[a-z]+[^$]*\$")
_AS_TYPED: Final = {"script", "style", "pre", "code", "annotation"}
_NO_PLACE: Final = re.compile(r"(?:javascript|vbscript):|data:text/html", re.I)
_VOID: Final = {"img", "meta", "link", "br", "hr", "input", "wbr", "col", "source"}
_NAMED_CELLS: Final = {
    "th",
    "caption",
    "title",
    "summary",
    "figcaption",
    "a",
    "h1",
    "h2",
    "h3",
    "h4",
}


class PageError(AnalysisError):
    """A page that must not be published."""


def check_page(name: str, html: str, scripts: Sequence[str] = ()) -> None:
    """Refuse a page with a fault that a reader, a screen reader or an archive would meet.

    Parameters
    ----------
    name : str
        The report, for the message.
    html : str
        The whole document.
    scripts : sequence of str
        Texts of scripts that it may run besides those of the template.

    Raises
    ------
    PageError
        Every fault at once.
    """
    faults = page_faults(html, scripts)
    if faults:
        raise PageError("\n".join([f"report {name}: its page was not published:", *faults]))


def page_faults(html: str, scripts: Sequence[str] = ()) -> list[str]:
    """List the faults of a page.

    Examples
    --------
    >>> page_faults('<html lang="en"><title>t</title><h1>q</h1><img src="x.png"></html>')
    ["<img> loads 'x.png', expected a page that needs no other file", '<img> without alt text']
    """
    reader = _Reader(frozenset(scripts))
    reader.feed(html)
    reader.close()
    return reader.all_faults()


class _Reader(HTMLParser):
    """Walks a document once and notes its faults."""

    def __init__(self, scripts: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._faults: list[str] = []
        self._ids: Counter[str] = Counter()
        self._links: list[str] = []
        self._levels: list[int] = []
        self._seen: Counter[str] = Counter()
        self._open: list[tuple[str, bool]] = []
        self._captioned: list[bool] = []
        self._is_known_script = False
        self._scripts = scripts

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._seen[tag] += 1
        self._is_known_script = False
        if "id" in given:
            self._ids[given["id"]] += 1
        self._check_alone(tag, given)
        if tag == "html" and not given.get("lang"):
            self._faults.append("<html> without lang")
        if tag == "img" and not given.get("alt"):
            self._faults.append("<img> without alt text")
        if tag == "svg" and given.get("role") == "img" and not given.get("aria-label"):
            self._faults.append("<svg> without a label")
        if tag == "table":
            self._captioned.append(False)
        if tag == "caption" and self._captioned:
            self._captioned[-1] = True
        if tag == "a" and given.get("href", "").startswith("#"):
            self._links.append(given["href"][1:])
        if _HEADING.match(tag):
            self._levels.append(int(tag[1]))
        if tag not in _VOID:
            has_name = bool(given.get("aria-label")) or tag not in _NAMED_CELLS
            self._open.append((tag, has_name))

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] == "script":
            self._is_known_script = is_known(data) or data in self._scripts
        if self._open and self._open[-1][0] == "style":
            self._check_addresses("style", _styled(data))
        if _LATEX.search(data) and not any(tag in _AS_TYPED for tag, _ in self._open):
            formula = " ".join(_LATEX.findall(data)[0].split())
            self._faults.append(f"{formula!r} as text, expected a formula that stands in one line")
        if data.strip():
            self._open = [(tag, True) for tag, _ in self._open]

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            closed, has_name = self._open.pop()
            if not has_name:
                self._faults.append(f"<{closed}> without text")
            if closed == tag:
                break
        if tag == "table" and self._captioned and not self._captioned.pop():
            self._faults.append("<table> without a caption")
        if tag == "script" and not self._is_known_script:
            self._faults.append("<script>, expected a page without any but the project's own")

    def _check_alone(self, tag: str, given: dict[str, str]) -> None:
        if tag in _EMBEDDING or (tag == "script" and given):
            self._faults.append(f"<{tag}>, expected a page without")
        for name, text in given.items():
            if name.startswith("on"):
                self._faults.append(f"<{tag}> with {name}, expected a page without handlers")
            if _NO_PLACE.match(_IGNORED.sub("", text)):
                self._faults.append(f"<{tag}> with {name}={text!r}, expected a link to a place")
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self._faults.append("<meta> that moves on by itself, expected a page that stays")
        addresses = [given[name] for name in _LOADED & set(given)]
        if tag == "link" or (tag in _DRAWN and "href" in given):
            addresses.append(given.get("href", ""))
        addresses += _styled(given.get("style", ""))
        self._check_addresses(tag, addresses)

    def _check_addresses(self, tag: str, addresses: Sequence[str]) -> None:
        for address in addresses:
            if not address.strip("'\"").startswith(("data:", "#")):
                self._faults.append(
                    f"<{tag}> loads {address!r}, expected a page that needs no other file"
                )

    def all_faults(self) -> list[str]:
        faults = list(self._faults)
        if self._levels.count(1) != 1:
            faults.append(f"{self._levels.count(1)} headings <h1>, expected one")
        if not self._seen["title"]:
            faults.append("no <title>")
        for above, below in zip(self._levels, self._levels[1:], strict=False):
            if below > above + 1:
                faults.append(f"<h{below}> after <h{above}>, a level is skipped")
        faults += [
            f"id {name!r} occurs {count} times" for name, count in self._ids.items() if count > 1
        ]
        faults += [
            f"link to #{name}, which is not there" for name in self._links if not self._ids[name]
        ]
        return faults


def _styled(text: str) -> list[str]:
    """Return the addresses that a style loads."""
    return re.findall(r"url\(([^)]*)\)", text) + re.findall(r"@import\s+[\"']([^\"']*)", text)
