"""Sources on this machine, raw tables in a folder of their own, and a clock that does not wait."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest

from analysis.data.raw_folder import RAW
from analysis.refresh.client import Client
from analysis.refresh.connectors.every import CONNECTORS
from analysis.refresh.refreshing import Outcome, refresh
from analysis.refresh.snapshots import fetch
from analysis.refresh.terms import Terms

_HERE = Path(__file__).parent


def _load(name: str):
    spec = importlib.util.spec_from_file_location(f"refresh_{name}", _HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


interfaces = _load("interfaces")
SINCE = date(2026, 6, 30)


def open_terms(source: str) -> Terms:
    """Terms that let a test ask as often as it likes."""
    return Terms(
        title="t",
        publisher="p",
        hosts=("127.0.0.1",),
        license="l",
        collection="allowed",
        read_by="test",
        read_on=date(2026, 1, 1),
        read_in="here",
        requests_per_second=10,
    )


class Servers(dict):
    """Interfaces by source, each started when it is first asked for."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        super().__init__()
        self._stack = stack

    def __missing__(self, source: str):
        self[source] = self._stack.enter_context(interfaces.serving(interfaces.ANSWERS[source]))
        return self[source]


@dataclass
class Bench:
    """Everything one refresh needs."""

    folder: Path
    servers: Servers
    waits: list[float] = field(default_factory=list)

    @property
    def raw(self) -> Path:
        return self.folder / "raw"

    def client(self) -> Client:
        return Client(
            contact="tests@example.org",
            read_seconds=0.5,
            sleep=self.waits.append,
            check=lambda source, address: None,
        )

    def connectors(self, *sources: str):
        return [
            replace(each, base=self.servers[each.source].base)
            for each in CONNECTORS
            if each.source in sources
        ]

    def refresh(self, *sources: str, day: date = interfaces.TODAY, **said) -> list[Outcome]:
        said = {"terms": open_terms, "since": SINCE} | said
        with self.client() as client:
            return refresh(
                self.connectors(*sources),
                client=client,
                day=day,
                raw=self.raw,
                snapshots=self.folder / "snapshots",
                **said,
            )

    def parsed(self, source: str, *, day: date = interfaces.TODAY):
        """Fetch and parse one source; no table is looked at."""
        (connector,) = self.connectors(source)
        with self.client() as client:
            snapshot = fetch(
                client,
                source,
                open_terms(source),
                connector.addresses(connector.base, SINCE, day),
                kinds=connector.kinds,
                next_address=connector.next_address,
                day=day,
                folder=self.folder / "snapshots",
            )
            return connector.parse(tuple(snapshot.contents()), day)

    def contents(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.raw.iterdir() if path.is_file()}


@pytest.fixture(autouse=True)
def a_later_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tables hold rows of the days on which the sources answer here."""
    monkeypatch.setattr("analysis.data.tables._today", lambda: date(2027, 3, 1))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    shutil.copytree(RAW, tmp_path / "raw")
    with contextlib.ExitStack() as stack:
        yield Bench(tmp_path, Servers(stack))


@pytest.fixture(scope="session")
def shapes():
    return interfaces


@pytest.fixture(name="open_terms")
def terms_that_allow():
    return open_terms
