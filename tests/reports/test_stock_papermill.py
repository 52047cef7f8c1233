"""Papermill alone: it only warns of an unknown name, the notebook's second cell refuses."""

import subprocess
import sys

import pytest

from analysis.paths import ROOT
from analysis.reports.notebook.sync import notebook_text

pytestmark = pytest.mark.notebook


@pytest.fixture(scope="module")
def runs(tmp_path_factory, request):
    """Two runs at a time: one with a misspelt name and a wrong type, one as it should be."""
    notebook = tmp_path_factory.mktemp("stock") / "quick.ipynb"
    notebook.write_text(notebook_text(request.path.with_name("fixtures") / "quick.py"))
    command = [sys.executable, "-m", "papermill", str(notebook), "-", "--no-progress-bar"]
    started = [
        subprocess.Popen(
            [*command, *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for arguments in (["-p", "hwo", "well", "-p", "how", "3"], ["-p", "how", "otherwise"])
    ]
    return [(process, *process.communicate(timeout=120)) for process in started]


def test_unknown_names_and_wrong_types_are_refused(runs):
    process, _, errors = runs[0]
    assert process.returncode != 0
    assert "papermill, column hwo: found 'well'" in errors
    assert "perhaps how" in errors
    assert "papermill, column how: found '3', expected str" in errors


def test_known_names_run_and_nothing_is_saved_outside_of_a_build(runs):
    process, output, errors = runs[1]
    assert process.returncode == 0, errors
    assert "1 results not saved: a build does that." in output
