"""The build command: one run with other parameters, refusals, interruption."""

import os
import signal
import subprocess
import sys
import time

import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.notebook

MANIFEST = """\
title: Endings
lead: Good and bad.
reports:
  - {name: well, notebook: quick, title: Well}
  - {name: hangs, notebook: quick, title: Hangs, parameters: {how: hang}}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, quick, new_project):
    project = new_project(tmp_path_factory.mktemp("command") / "project")
    project.write("notebooks/quick.py", quick)
    project.write("reports/manifest.yml", MANIFEST)
    return project


def test_parameters_of_the_moment_give_one_page_elsewhere(project):
    done = project.command("build", "well", "-p", "how=fine", "--out", "out/fine.html")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("It ends fine.\nwrote out")
    page = BeautifulSoup(project.read("out/fine.html"), "html.parser").get_text()
    assert "1 of 1 differ from the defaults: how it ends: fine" in page
    assert project.made() == {}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["well", "-p", "hwo=fine", "--out", "x.html"], "perhaps how"),
        (["well", "-p", "how=fine"], "--out"),
        (["well", "-p", "how=fine", "--out", "x.pdf"], "ending in .html, .ipynb"),
        (["-p", "how=fine", "--out", "x.html"], "name one report"),
        (["wel"], "perhaps well"),
    ],
)
def test_a_mistake_is_refused_before_any_kernel_starts(project, arguments, message):
    start = time.monotonic()
    done = project.command("build", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert time.monotonic() - start < 10
    assert project.made() == {}


def test_a_table_too_large_to_be_one_is_refused_before_any_kernel_starts(project):
    grown = project.root / "data" / "raw" / "grown.csv"
    with grown.open("wb") as file:
        file.truncate(2 * 2**30)
    try:
        done = project.command("build")
    finally:
        grown.unlink()
    assert done.returncode == 2
    assert "data/raw/grown.csv: found '2,048 MB', expected a table of at most" in done.stderr
    assert project.made() == {}


def heed_interrupts():
    """Let a program be interrupted also where the one that starts it may not be."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interrupted_build_leaves_nothing_half_made(project):
    process = subprocess.Popen(
        [sys.executable, "-m", "analysis", "build", "hangs"],
        cwd=project.root,
        env=project.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,
    )
    executed = project.root / "reports" / "executed"
    try:
        last = time.monotonic() + 120
        while not (project.root / "begun").exists():
            assert time.monotonic() < last, "no cell was come to"
            time.sleep(0.1)
        os.kill(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 130
    assert "interrupted: what was finished is kept" in errors
    assert project.made() == {}
    assert list(executed.iterdir()) == []


def test_the_list_tells_what_is_up_to_date(project):
    done = project.command("build", "--list")
    assert done.stdout.splitlines()[0] == "well   to build    quick: Well"


EDITING = """\
title: Edited meanwhile
lead: One report edits what another imports.
reports:
  - {name: edits, notebook: edits, title: It edits}
  - {name: imports, notebook: imports, title: It imports}
"""


@pytest.mark.parametrize("arguments", [(), ("--no-fork",)])
def test_a_module_edited_before_its_report_runs_is_noticed(new_project, tmp_path, quick, arguments):
    project = new_project(tmp_path / "project")
    edit = "import pathlib; pathlib.Path('analysis/extra.py').write_text('VALUE = 22')"
    project.write("analysis/extra.py", "VALUE = 1")
    project.write("notebooks/edits.py", quick.replace("import os\n", f"import os\n{edit}\n"))
    project.write(
        "notebooks/imports.py",
        quick.replace("import os\n", "import os\nfrom analysis.extra import VALUE\n").replace(
            "It ends {how}", "It imports {VALUE}"
        ),
    )
    project.write("reports/manifest.yml", EDITING)
    done = project.command("build", "--jobs", "1", *arguments)
    assert done.returncode == 1
    assert "imports: edited while it was made, build once more: analysis/extra.py" in done.stderr
    assert "1 failed, 1 built" in done.stderr
    assert project.command("build", *arguments).returncode == 0
    assert "It imports 22." in project.read("reports/results/imports.json")
