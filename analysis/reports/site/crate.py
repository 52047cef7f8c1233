"""The published site described as a research object, for programs that archive or find it.

RO-Crate 1.1 (https://w3id.org/ro/crate/1.1): one JSON-LD file at the root of the site that names
every file with its kind, size and SHA-256 digest, license and authors, and the commit they are of.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from analysis.files import is_unfinished
from analysis.reports.page.html import Imprint
from analysis.reports.site.downloads import AUTHORS

CRATE_NAME: Final = "ro-crate-metadata.json"
_PROFILE: Final = "https://w3id.org/ro/crate/1.1"
_MEDIA_TYPES: Final = {
    ".bib": "application/x-bibtex",
    ".csv": "text/csv",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".lock": "text/plain",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".svg": "image/svg+xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
}
"""Written out: the registry of a machine may know others."""


def described_crate(
    site: Path, title: str, lead: str, titles: Mapping[str, str], imprint: Imprint
) -> bytes:
    """Describe every file of a site.

    Parameters
    ----------
    site : Path
        Its folder, as published.
    title, lead : str
        What it is about.
    titles : mapping of str to str
        Of pages that have one, by file name.
    imprint : Imprint
        Revision that the pages are of, and the license.

    Returns
    -------
    bytes
        The crate's metadata file.
    """
    revision, files = imprint.revision, [_file(site, path, titles) for path in _files(site)]
    license_ = f"https://spdx.org/licenses/{imprint.license}"
    graph: list[dict[str, Any]] = [
        {
            "@id": CRATE_NAME,
            "@type": "CreativeWork",
            "conformsTo": {"@id": _PROFILE},
            "about": {"@id": "./"},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": title,
            "description": lead,
            "datePublished": revision.date,
            "license": {"@id": license_},
            "author": {"@id": "#authors"},
            "publisher": {"@id": "#authors"},
            "version": f"{revision.commit}{', changed since' if revision.is_changed else ''}",
            "hasPart": [{"@id": file["@id"]} for file in files],
        },
        {
            "@id": license_,
            "@type": "CreativeWork",
            "name": imprint.license,
            "description": "Of pages and code; facts and figures stay under their sources' terms.",
        },
        {"@id": "#authors", "@type": "Organization", "name": AUTHORS},
        *files,
    ]
    context = [f"{_PROFILE}/context", {"sha256": "https://schema.org/sha256"}]
    whole = {"@context": context, "@graph": graph}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def _files(site: Path) -> list[Path]:
    return sorted(
        path
        for path in site.rglob("*")
        if path.is_file() and path.name != CRATE_NAME and not is_unfinished(path)
    )


def _file(site: Path, path: Path, titles: Mapping[str, str]) -> dict[str, Any]:
    name, content = path.relative_to(site).as_posix(), path.read_bytes()
    guessed = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return {
        "@id": quote(name),
        "@type": "File",
        "name": titles.get(name, name),
        "encodingFormat": _MEDIA_TYPES.get(path.suffix, guessed),
        "contentSize": str(len(content)),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
