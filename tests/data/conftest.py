"""A copy of the raw tables that a test may damage."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.data.package import pretty
from analysis.data.raw_folder import RAW


class RawCopy:
    """Raw tables in a folder of their own, with the ways to damage them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def content(self, name: str) -> bytes:
        return (self.folder / f"{name}.csv").read_bytes()

    def write(self, name: str, content: bytes, *, sealed: bool = True) -> None:
        """Write a table; sealed as it is, so that a fault is found on its own merits."""
        (self.folder / f"{name}.csv").write_bytes(content)
        if sealed:
            self.describe(
                name,
                hash=f"sha256:{hashlib.sha256(content).hexdigest()}",
                rows=max(len(content.splitlines()) - 1, 0),
            )

    def describe(self, name: str, **properties: object) -> None:
        """Change properties of a table in the package."""
        self.package(
            lambda package: next(
                resource for resource in package["resources"] if resource["name"] == name
            ).update(properties)
        )

    def package(self, change: Callable[[dict], object]) -> None:
        path = self.folder / "datapackage.json"
        package = json.loads(path.read_text("utf-8"))
        change(package)
        path.write_text(pretty(package), "utf-8")

    def rows(self, name: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO(self.content(name).decode("utf-8"))))

    def write_rows(self, name: str, rows: list[list[str]]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        self.write(name, text.getvalue().encode("utf-8"))

    def line(self, name: str, **where: str) -> int:
        """Line number of the first row whose columns hold these texts."""
        header, *rows = self.rows(name)
        for number, row in enumerate(rows, start=2):
            cells = dict(zip(header, row, strict=True))
            if all(cells[column] == text for column, text in where.items()):
                return number
        raise LookupError(where)

    def put(self, name: str, line: int, column: str, text: str) -> str:
        """Put a text into a cell and return the text that was there."""
        rows = self.rows(name)
        place = rows[0].index(column)
        before, rows[line - 1][place] = rows[line - 1][place], text
        self.write_rows(name, rows)
        return before


@pytest.fixture
def raw(tmp_path: Path) -> RawCopy:
    folder = tmp_path / "raw"
    shutil.copytree(RAW, folder)
    return RawCopy(folder)
