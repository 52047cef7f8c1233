"""Write docs/licenses.md: the license of every locked package, as its own metadata states it."""

from __future__ import annotations

import re
import sys
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LOCK, TARGET = ROOT / "requirements.lock", ROOT / "docs" / "licenses.md"

ALLOWED = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
        "BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "CNRI-Python",
        "ISC",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "MPL-2.0",
        "NCSA",
        "PSF-2.0",
        "Unlicense",
        "Zlib",
    }
)
"""Licenses under which a package may be installed with the project."""

NAMED = {
    "axe-playwright-python": "MIT",  # states none; its repository does
    "formulas": "EUPL-1.1",  # recalculates workbooks in tests, no part of what is published
    "schedula": "EUPL-1.1",  # what formulas stands on
}
"""Packages taken by name: their metadata state no license, or one for tests alone."""

_SAME = {
    "BSD License": "BSD",
    "BSD 3-Clause": "BSD-3-Clause",
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Python Software Foundation License": "PSF-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
"""Names of the same licenses in classifiers and old metadata."""


class Licensed(NamedTuple):
    """A locked package that is installed here."""

    name: str
    version: str
    license: str

    @property
    def terms(self) -> tuple[str, ...]:
        """Licenses that all hold; of a choice, the first."""
        first = self.license.split(" OR ")[0]
        return tuple(term.strip(" ()") for term in first.split(" AND "))

    @property
    def is_allowed(self) -> bool:
        """Whether every term is allowed, or the package is taken by name."""
        return self.name in NAMED or all(term in ALLOWED for term in self.terms)


def packages() -> list[Licensed]:
    """Return every locked package that is installed here, by name."""
    text = LOCK.read_text("utf-8")
    names = sorted(set(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", text, re.MULTILINE)))
    found = []
    for name in names:
        try:
            stated = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue  # of another platform or Python
        found.append(Licensed(name, stated["Version"], NAMED.get(name) or _license(stated)))
    return found


def _license(stated: metadata.PackageMetadata) -> str:
    if expression := stated.get("License-Expression"):
        return str(expression)
    classifiers = stated.get_all("Classifier") or []
    names = [one.rpartition("::")[2].strip() for one in classifiers if one.startswith("License ::")]
    names = names or [(stated.get("License") or "not stated").splitlines()[0].strip()]
    return " OR ".join(_SAME.get(name, name) for name in names)


def text() -> str:
    """Return the page."""
    rows = [f"| {one.name} | {one.version} | {one.license} |" for one in packages()]
    head = (
        "# Licenses\n\n"
        "Written by `python tools/licenses.py` from the metadata of locked packages, on Linux;\n"
        "do not edit. A test refuses a license that is not on the list of that script.\n\n"
        "| package | version | license |\n|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
    refused = [f"{one.name}: {one.license}" for one in packages() if not one.is_allowed]
    sys.exit("\n".join(["licenses that are not allowed:", *refused]) if refused else 0)
