"""Reports that fail: told in full, kept aside, and no hindrance to the others."""

import pytest

pytestmark = pytest.mark.notebook

FAILING = """\
title: Endings
lead: Good and bad.
reports:
  - {name: well, notebook: quick, title: Well}
  - {name: raises, notebook: quick, title: Raises, parameters: {how: raise}}
  - {name: warns, notebook: quick, title: Warns, parameters: {how: warn}}
  - {name: dies, notebook: quick, title: Dies, parameters: {how: die}}
  - {name: silent, notebook: quick, title: Silent, parameters: {how: silent}}
  - {name: hangs, notebook: quick, title: Hangs, parameters: {how: hang}, timeout_seconds: 1}
"""


@pytest.fixture(scope="module")
def failing(tmp_path_factory, quick, new_project):
    project = new_project(tmp_path_factory.mktemp("failing") / "project")
    project.write("notebooks/quick.py", quick)
    project.write("reports/manifest.yml", FAILING)
    return project


@pytest.fixture(scope="module")
def done(failing):
    return failing.command("build")


def test_the_others_are_built_and_the_exit_code_tells(failing, done):
    assert done.returncode == 1
    assert "5 failed, 1 built, 0 up to date" in done.stderr
    published = {path for path in failing.made() if "executed" not in path}
    assert published == {
        "reports/results/well.json",
        "reports/site/index.html",
        "reports/site/well.html",
    }
    assert failing.read("reports/site/index.html").count("Not built yet.") == 5


@pytest.mark.parametrize(
    ("name", "cell", "reason"),
    [
        ("raises", 4, "KeyError: 'missing key'"),
        ("warns", 4, "UserWarning: careful"),
        ("dies", 4, "the kernel ended"),
        ("hangs", 4, "took longer than 1 seconds"),
    ],
)
def test_a_failure_tells_report_cell_reason_and_source(done, name, cell, reason):
    told = done.stderr[done.stderr.index(f"report {name} failed") :].split("\n\nreport")[0]
    assert told.startswith(f"report {name} failed: quick.py, code cell {cell}\n")
    assert reason in told
    assert 'if how == "raise":' in told
    assert f"kept as far as it came: reports/executed/{name}.failed.ipynb" in told


def test_a_notebook_without_results_fails(done):
    assert "report silent failed: quick.py\n    saved no results" in done.stderr


def test_what_failed_is_kept_aside_and_goes_when_it_is_mended(failing, done):
    kept = {path for path in failing.made() if path.endswith(".failed.ipynb")}
    assert len(kept) == 5
    failing.write("reports/manifest.yml", FAILING.replace("{how: raise}", "{how: print}"))
    mended = failing.command("build", "raises")
    assert mended.returncode == 0, mended.stderr
    assert "reports/executed/raises.failed.ipynb" not in failing.made()
    assert "a line &lt;class &#39;object&#39;&gt;" in failing.read("reports/site/raises.html")
