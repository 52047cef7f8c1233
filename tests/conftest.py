"""A project small enough to be built in a test, apart from the real one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from analysis.paths import ROOT

FIXTURES = Path(__file__).parent / "reports" / "fixtures"

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

MANIFEST = """\
title: Tiny servers
lead: Do they pay?
reports:
  - name: tiny
    notebook: tiny_question
    title: Base case
  - name: tiny-low-rent
    notebook: tiny_question
    title: Low rent
    parameters:
      rent_cny_per_month: 60000
      label: low-rent
"""


@dataclass
class Project:
    """A copy of the package with notebooks and a manifest of its own."""

    root: Path
    before: tuple[str, ...] = ()
    """A command that runs its commands."""

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command line in the project."""
        return subprocess.run(
            [*self.before, sys.executable, "-m", "analysis", *arguments],
            cwd=self.root,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def environment(self) -> dict[str, str]:
        """Environment in which the project is not installed and progress is plain."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith("COV")}
        return {**kept, "TERM": "dumb", "COLUMNS": "200", "PYTHONPATH": ""}

    def write(self, path: str, text: str) -> Path:
        """Write a file of the project."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return target

    def read(self, path: str) -> str:
        """Read a file of the project."""
        return (self.root / path).read_text(encoding="utf-8")

    def made(self) -> dict[str, bytes]:
        """Everything that a build makes, by path."""
        files = (file for file in (self.root / "reports").rglob("*") if file.is_file())
        return {
            file.relative_to(self.root).as_posix(): file.read_bytes()
            for file in sorted(files)
            if file.name != "manifest.yml"
        }


def _new_project(root: Path) -> Project:
    """Copy the package and what its pages need to a new folder, without notebooks."""
    shutil.copytree(
        ROOT / "analysis", root / "analysis", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("pyproject.toml", "requirements-run.lock"):
        shutil.copy(ROOT / name, root / name)
    for folder in ("notebooks", "reports", "data/raw"):
        (root / folder).mkdir(parents=True)
    return Project(root)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that hold slow tests: with several processes none is left for the end.

    A file stays whole and in its order (`--dist loadfile`).
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def new_project() -> Callable[[Path], Project]:
    """Make an empty project in a folder."""
    return _new_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project of this test's own."""
    return _new_project(tmp_path / "project")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The tiny notebook built for two scenarios; tests leave it as it is."""
    made = _new_project(tmp_path_factory.mktemp("built") / "project")
    made.write("notebooks/tiny_question.py", (FIXTURES / "tiny_question.py").read_text())
    made.write("reports/manifest.yml", MANIFEST)
    done = made.command("build")
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The tiny notebook, every page of the site and the real tables; tests leave it as it is."""
    made = _new_project(tmp_path_factory.mktemp("site") / "project")
    shutil.copytree(ROOT / "data" / "raw", made.root / "data" / "raw", dirs_exist_ok=True)
    shutil.copy(ROOT / "CHANGELOG.md", made.root)
    shutil.copytree(ROOT / "docs", made.root / "docs")
    made.write("notebooks/tiny_question.py", (FIXTURES / "tiny_question.py").read_text())
    named = "calculator, sources, data, method, glossary, changes, search, glossary-zh, search-zh"
    pages = f"pages: [{named}]\nreports:"
    made.write("reports/manifest.yml", MANIFEST.replace("reports:", pages, 1))
    done = made.command("build")
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="session")
def quick() -> str:
    """A script that ends as its parameter says."""
    return (FIXTURES / "quick.py").read_text()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield running
        running.close()
