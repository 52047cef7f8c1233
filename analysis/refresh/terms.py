"""Terms of sources: what may be collected by a program, who read that and when.

A source that nobody has read the terms of is refused, and one that forbids automated collection is
refused by name and by host, so that a connector added later cannot reach it under another name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from analysis.errors import Fault, FaultsError
from analysis.near_names import one_of
from analysis.paths import DATA
from analysis.yaml_files import parse_yaml, read_text

TERMS_FILE: Final = DATA / "terms.yaml"


class TermsError(FaultsError):
    """A source that may not be collected by a program, or whose terms are not known."""

    consequence = "nothing was fetched"


class Terms(BaseModel):
    """Terms of one source.

    Parameters
    ----------
    title, publisher : str
        What it is, and whose.
    hosts : tuple of str
        Hosts that it is fetched from; their subdomains belong to it.
    also : tuple of str
        Other names it goes by.
    license : str
        As the source states it.
    collection : {"allowed", "unread", "forbidden"}
        Of automated collection.
    read_by : str
        Role of who read the terms.
    read_on : date
        When.
    read_in : str
        Where they stand.
    requests_per_second : float
        Most requests a second that this project makes.
    needs_contact : bool
        The user agent must say whom to write to.
    note : str
        What else the terms ask.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1)
    publisher: str = Field(min_length=1)
    hosts: tuple[str, ...]
    also: tuple[str, ...] = ()
    license: str = Field(min_length=1)
    collection: Literal["allowed", "unread", "forbidden"]
    read_by: str = ""
    read_on: date | None = None
    read_in: str = ""
    requests_per_second: float = Field(default=1.0, gt=0, le=10)
    needs_contact: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _says_who_read(self) -> Self:
        if self.collection == "allowed" and not (self.read_by and self.read_on and self.read_in):
            raise ValueError("allowed collection needs read_by, read_on and read_in")
        return self


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: dict[str, Terms]


def read_terms(path: Path | None = None) -> Mapping[str, Terms]:
    """Read the terms of all sources.

    Raises
    ------
    TermsError
        The file is missing, or a source of it is incomplete.

    Examples
    --------
    >>> read_terms()["runpod"].collection
    'forbidden'
    """
    path = path or TERMS_FILE
    return _read(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Mapping[str, Terms]:
    text = read_text(path, file=path.name, error=TermsError)
    try:
        content = parse_yaml(text, file=path.name, error=TermsError)[1]
        return _File.model_validate(content).sources
    except ValidationError as error:
        faults = [
            Fault(
                path.name,
                None,
                ".".join(map(str, each["loc"])),
                str(each["input"])[:80],
                each["msg"],
            )
            for each in error.errors()
        ]
        raise TermsError(faults) from None


def allowed_terms(source: str, path: Path | None = None) -> Terms:
    """Return the terms of a source that may be collected, or refuse it by name.

    Raises
    ------
    TermsError
        It is not in the file, its terms are unread, or they forbid it.
    """
    every = read_terms(path)
    forbidden = forbidden_name(source, path)
    terms = every.get(forbidden or source)
    if terms is None:
        fault = Fault("data/terms.yaml", None, "sources", source, one_of(source, every))
        raise TermsError([fault])
    if terms.collection != "allowed":
        why = {
            "unread": "terms that somebody has read: read them, then say so in data/terms.yaml",
            "forbidden": f"a source that allows automated collection: {terms.note}",
        }[terms.collection]
        raise TermsError([Fault("data/terms.yaml", None, "collection", source, why)])
    return terms


def forbidden_name(name: str, path: Path | None = None) -> str:
    """Return the forbidden source that a name means, or nothing.

    Examples
    --------
    >>> forbidden_name("Vast.ai"), forbidden_name("vastai"), forbidden_name("RunPod Community")
    ('vast.ai', 'vast.ai', 'runpod')
    >>> forbidden_name("Lambda")
    ''
    """
    plain = _plain(name)
    for source, terms in read_terms(path).items():
        names = (source, terms.publisher, *terms.also)
        if terms.collection == "forbidden" and plain in {_plain(each) for each in names}:
            return source
    return ""


def check_address(source: str, address: str, path: Path | None = None) -> None:
    """Refuse an address that belongs to a forbidden source, or not to this one.

    Raises
    ------
    TermsError
        With the source that the host belongs to, or the hosts that would do.
    """
    host = (urlsplit(address).hostname or "").lower()
    every = read_terms(path)
    for name, terms in every.items():
        if terms.collection == "forbidden" and _is_of(host, terms.hosts):
            expected = f"no address of {name}: {terms.note}"
            raise TermsError([Fault("data/terms.yaml", None, source, address, expected)])
    if not _is_of(host, every[source].hosts):
        expected = f"a host of {source}: {', '.join(every[source].hosts)}"
        raise TermsError([Fault("data/terms.yaml", None, source, address, expected)])


def _is_of(host: str, hosts: tuple[str, ...]) -> bool:
    return any(host == each or host.endswith(f".{each}") for each in hosts)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
