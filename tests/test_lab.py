"""JupyterLab as `make lab` starts it: double click, Run All, Save, and nothing is left to mend."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.paths import ROOT
from tests.conftest import FIXTURES, Project

pytestmark = pytest.mark.browser

NAME = "tiny_question"
ENDED_SECONDS = 20
MANIFEST = f"""\
title: Questions
lead: One.
reports:
  - {{name: tiny, notebook: {NAME}, title: Tiny}}
"""


def git(project: Project, *arguments: str) -> str:
    who = ["-c", "user.name=Lab", "-c", "user.email=lab@example.org"]
    done = subprocess.run(
        ["git", *who, *arguments], cwd=project.root, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture
def committed(project: Project) -> Project:
    """A project under version control whose one notebook and its pair are in step."""
    for name in ("jupytext.toml", ".gitignore", ".gitattributes"):
        shutil.copy(ROOT / name, project.root)
    shutil.copytree(ROOT / "tools" / "jupyter", project.root / "tools" / "jupyter")
    project.write(f"notebooks/{NAME}.py", (FIXTURES / f"{NAME}.py").read_text())
    project.write("reports/manifest.yml", MANIFEST)
    assert project.command("sync").returncode == 0
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "as it is")
    with (project.root / ".git" / "info" / "exclude").open("a", encoding="utf-8") as ignored:
        ignored.write("reports/results/\n")  # made from this commit, so in none
    assert project.command("build").returncode == 0
    return project


@pytest.fixture
def lab(committed: Project, tmp_path: Path) -> Iterator[str]:
    """The address of JupyterLab as `make lab` starts it, for a user who never had it open."""
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token="]
    environment = committed.environment() | {
        "HOME": str(tmp_path / "home"),
        "JUPYTER_CONFIG_PATH": str(committed.root / "tools" / "jupyter"),
        "PYTHONPATH": str(committed.root),
    }
    (tmp_path / "home").mkdir()
    log = tmp_path / "lab.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            cwd=committed.root,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    yield f"http://127.0.0.1:{port}/lab/tree/notebooks"
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(ENDED_SECONDS)
    finally:
        server.kill()


def opened(page: Any, address: str) -> None:
    """Go to JupyterLab, as soon as it answers."""
    from playwright.sync_api import Error

    for _ in range(60):
        try:
            page.goto(address)
        except Error:
            page.wait_for_timeout(500)
        else:
            return
    raise TimeoutError(address)


def test_a_notebook_run_and_saved_leaves_nothing_to_mend(
    committed: Project, lab: str, browser: Any
) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    opened(page, lab)
    page.locator(f".jp-DirListing-item >> text={NAME}.py").dblclick(timeout=60_000)
    cells = page.locator(".jp-NotebookPanel .jp-CodeCell")  # a notebook, no text editor
    cells.first.wait_for(timeout=60_000)
    page.locator("text=/Python 3.*Idle/").first.wait_for(timeout=60_000)
    n_cells = (FIXTURES / f"{NAME}.py").read_text().count("# %%\n") + 1
    assert cells.count() == n_cells
    folded = page.locator(".jp-NotebookPanel .jp-Placeholder").all_inner_texts()
    pair = committed.read(f"notebooks/{NAME}.ipynb")
    assert len(folded) == pair.count('"source_hidden": true') > 0
    assert folded[0].startswith("rent_cny_per_month: float")  # the parameters
    page.locator(".lm-MenuBar-itemLabel >> text=Run").click()
    page.locator(".lm-Menu-itemLabel >> text='Run All Cells'").click()
    prompts = page.locator(".jp-NotebookPanel .jp-InputPrompt")
    page.locator(f".jp-InputPrompt >> text=/^\\[{n_cells}\\]:$/").wait_for(timeout=120_000)
    assert not [text for text in prompts.all_inner_texts() if "*" in text]
    page.keyboard.press("Control+s")
    page.locator(".jp-NotebookPanel .jp-mod-dirty").wait_for(state="detached")
    page.wait_for_timeout(1_000)
    assert page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts() == []  # no news either
    page.close()
    pair = committed.read(f"notebooks/{NAME}.ipynb")
    assert re.search(r'"execution_count": \d', pair), "it was not saved"
    assert committed.command("sync").returncode == 0
    assert git(committed, "status", "--porcelain") == ""
    assert committed.command("build").stdout == "nothing to do: 1 report up to date\n"
