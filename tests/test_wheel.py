"""The wheel holds what it runs on: package, raw tables, notebooks, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from analysis.paths import ROOT

RUN = """
import json, site, sys
packages, checkout = sys.argv[1:]
sys.path = [place for place in sys.path if place != checkout]
site.addsitedir(packages)
import analysis
from analysis import data
from analysis.reports.build.manifest import read_manifest
print(json.dumps([analysis.__file__, len(data.load("fx")), len(read_manifest().reports)]))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an installation of the wheel puts among the packages, in a folder of its own."""
    place = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = place.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place / "packages")
    return place / "packages"


@pytest.mark.slow
def test_the_wheel_holds_what_it_runs_on_and_nothing_built(installed: Path) -> None:
    project = installed / "compute_rental_economics"
    for name in ("analysis/__main__.py", "CHANGELOG.md", "reports/manifest.yml", "pyproject.toml"):
        assert (project / name).is_file()
    for folder, ending in (("data/raw", "csv"), ("notebooks", "ipynb")):
        here = {file.name for file in (ROOT / folder).glob(f"*.{ending}")}
        assert {file.name for file in (project / folder).glob(f"*.{ending}")} == here
    assert not (project / "reports" / "site").exists()
    assert not (project / "data" / "own").exists()


@pytest.mark.slow
def test_an_installed_wheel_loads_its_own_tables_and_reports(
    installed: Path, tmp_path: Path
) -> None:
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(installed), str(ROOT)],
        cwd=tmp_path,
        env=kept,
        check=True,
        capture_output=True,
        text=True,
    )
    file, n_rates, n_reports = json.loads(done.stdout)
    assert Path(file).is_relative_to(installed)
    assert n_rates > 0
    assert n_reports > 0
