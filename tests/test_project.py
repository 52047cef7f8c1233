"""The files that set the project up agree with each other and with what is installed."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import jupytext
import pytest
import yaml
from jupytext.config import load_jupytext_config
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from analysis.paths import NOTEBOOKS, ROOT

PYTHONS = ["3.11", "3.12", "3.13"]
PINNED_PYTHON = "3.11"
# Stubs and data: nothing to import.
WITHOUT_MODULES = {"pandas-stubs", "types-pyyaml"}
SECOND_STEP = "pip install --no-deps --no-build-isolation --editable ."

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DIRECT = [
    Requirement(line)
    for line in PYPROJECT["project"]["dependencies"]
    + PYPROJECT["project"]["optional-dependencies"]["install"]
    + PYPROJECT["project"]["optional-dependencies"]["dev"]
]
LOCKS = ("requirements-run.lock", "requirements.lock")
LOCK_TEXT = (ROOT / "requirements.lock").read_text()


def locked_in(text: str) -> list[Requirement]:
    """What a lock names."""
    return [Requirement(line) for line in re.findall(r"^(\w\S*==[^\\]+?) *\\$", text, re.M)]


LOCKED = locked_in(LOCK_TEXT)


def locked_for(environment: dict[str, str]) -> dict[str, Version]:
    """Versions that the lock gives to an environment, by canonical name."""
    versions: dict[str, Version] = {}
    for requirement in LOCKED:
        if requirement.marker is None or requirement.marker.evaluate(environment):
            name = canonicalize_name(requirement.name)
            assert name not in versions, f"{name} is locked twice for {environment}"
            (pin,) = requirement.specifier
            versions[name] = Version(pin.version)
    return versions


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_every_direct_dependency_is_locked_within_its_bounds(python: str, platform: str) -> None:
    locked = locked_for(
        {
            "python_version": python,
            "python_full_version": f"{python}.9",
            "sys_platform": platform,
            "os_name": "posix",
        }
    )
    for requirement in DIRECT:
        name = canonicalize_name(requirement.name)
        assert name in locked, f"{name} is not in requirements.lock: run make lock"
        assert locked[name] in requirement.specifier, f"{requirement} is locked at {locked[name]}"


def test_lock_has_hashes_for_every_package_and_no_address() -> None:
    blocks = re.split(r"\n(?=\w)", LOCK_TEXT.strip())
    assert len(blocks) == len(LOCKED) > len(DIRECT)
    for block in blocks:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block.splitlines()[0]
    assert not re.search(r"://|@ |index|find-links", LOCK_TEXT)


def test_build_backend_is_locked_within_what_the_build_asks_for() -> None:
    # The second install step runs without build isolation, on the locked backend.
    locked = locked_for({})
    for line in PYPROJECT["build-system"]["requires"]:
        requirement = Requirement(line)
        assert locked[canonicalize_name(requirement.name)] in requirement.specifier


def test_lock_names_every_extra_that_a_package_asks_for() -> None:
    # pip before 24 does not take the hash of NAME for a package that is asked for as NAME[extra].
    extras = {canonicalize_name(requirement.name): requirement.extras for requirement in LOCKED}
    for name in locked_for({}):
        for line in importlib.metadata.requires(name) or []:
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                assert needed.extras <= extras[canonicalize_name(needed.name)], f"{name}: {needed}"


def test_everything_locked_for_this_platform_is_installed_at_its_version() -> None:
    differing = {}
    for name, version in locked_for({}).items():
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            installed = "missing"
        if installed != str(version):
            differing[name] = f"locked {version}, installed {installed}"
    assert not differing


@pytest.mark.slow
def test_every_direct_dependency_imports() -> None:
    modules_of: dict[str, list[str]] = {}
    for module, distributions in importlib.metadata.packages_distributions().items():
        for distribution in distributions:
            modules_of.setdefault(canonicalize_name(distribution), []).append(module)
    modules = []
    for name in {canonicalize_name(requirement.name) for requirement in DIRECT} - WITHOUT_MODULES:
        importable = [m for m in modules_of.get(name, []) if m.isidentifier() and m[0] != "_"]
        assert importable, f"{name} installs no module"
        modules += importable
    # A process of its own: these imports must not change the one that runs the other tests.
    code = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    run = subprocess.run(
        [sys.executable, "-c", code, *sorted(modules)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_python_versions_agree_everywhere() -> None:
    low, high = PYTHONS[0], f"3.{int(PYTHONS[-1].split('.')[1]) + 1}"
    assert PYPROJECT["project"]["requires-python"] == f">={low},<{high}"
    assert PYPROJECT["tool"]["mypy"]["python_version"] == low
    assert PYPROJECT["tool"]["ruff"]["target-version"] == f"py{low.replace('.', '')}"

    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    assert workflow["jobs"]["run"]["strategy"]["matrix"]["python-version"] == PYTHONS

    script = (ROOT / "tools/environment").read_text()
    assert " | ".join(f"{python}.*" for python in PYTHONS) in script
    assert "for name in " + " ".join(f"python{python}" for python in PYTHONS) in script

    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert f"python={PINNED_PYTHON}" in environment["dependencies"]
    assert f"--python-version {low} " in (ROOT / "Makefile").read_text()


def test_what_runs_is_locked_as_what_develops_without_its_tools() -> None:
    runs = locked_in((ROOT / "requirements-run.lock").read_text())
    assert {*map(str, runs)} < {*map(str, LOCKED)}, "make lock solves both"
    names = {canonicalize_name(each.name) for each in runs}
    wanted = {
        canonicalize_name(Requirement(line).name) for line in PYPROJECT["project"]["dependencies"]
    }
    assert wanted < names
    assert not names & {"pytest", "mypy", "ruff", "playwright", "nrel-pysam"}


def pip_section() -> list[str]:
    """The lines that environment.yml hands to pip."""
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    (section,) = [entry["pip"] for entry in dependencies if isinstance(entry, dict)]
    return section


def test_environment_yml_installs_the_lock_by_hash_and_then_the_project() -> None:
    assert pip_section() == ["--require-hashes", "-r requirements.lock"]
    # Binder's second step, and the one that the README and environment.yml print, are one command.
    for file in ("postBuild", "environment.yml", "README.md"):
        assert SECOND_STEP in (ROOT / file).read_text(), file
    assert os.access(ROOT / "postBuild", os.X_OK), "Binder runs postBuild only if it is executable"


def make_targets() -> dict[str, str]:
    """Targets of the Makefile and the help beside each."""
    lines = re.findall(r"^([a-z]+):.*?## (.+)$", (ROOT / "Makefile").read_text(), re.M)
    return dict(lines)


def test_help_is_the_default_target_and_lists_every_target() -> None:
    text = (ROOT / "Makefile").read_text()
    (phony,) = re.findall(r"^\.PHONY: (.+)$", text, re.M)
    assert set(make_targets()) == set(phony.split())
    run = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target, described in make_targets().items():
        assert re.search(rf"make {target} +{re.escape(described)}", run.stdout), target


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", ".ci/run"])
def test_documented_make_commands_are_targets(file: str) -> None:
    text = (ROOT / file).read_text()
    named = set()
    for words in re.findall(r"(?:^|`)make((?: [a-z]+\b)+)", text, re.M):
        named |= set(words.split())
    assert named <= set(make_targets()), named - set(make_targets())
    assert named or file == ".ci/run"


def test_documented_commands_exist() -> None:
    named = set(re.findall(r"python -m analysis ([a-z]+)", (ROOT / "README.md").read_text()))
    named |= set(re.findall(r"-m analysis ([a-z]+)", (ROOT / "Makefile").read_text()))
    run = subprocess.run(
        [sys.executable, "-m", "analysis", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert {"build", "sync", "evaluate"} <= named
    for command in named:
        assert re.search(rf"^\W*{command}\b", run.stdout, re.M), f"{command} is not a command"


def test_notebooks_hold_no_outputs() -> None:
    for path in NOTEBOOKS.glob("**/*.ipynb"):
        for number, cell in enumerate(json.loads(path.read_text())["cells"], start=1):
            assert not cell.get("outputs"), f"{path.name}, cell {number} holds outputs"
            assert cell.get("execution_count") is None, f"{path.name}, cell {number} was run"


@pytest.mark.parametrize("script", sorted(NOTEBOOKS.glob("*.py")), ids=lambda path: path.stem)
def test_saving_a_notebook_in_jupyterlab_leaves_its_script_as_it_is(script: Path) -> None:
    settings = load_jupytext_config(str(script))
    notebook = jupytext.read(script.with_suffix(".ipynb"), config=settings)
    saved = jupytext.writes(notebook, fmt="py:percent", config=settings)
    assert saved == script.read_text(encoding="utf-8")


def empty_project(folder: Path) -> Path:
    """A copy of what tools/environment reads, without an environment."""
    for name in ("tools/environment", *LOCKS, "pyproject.toml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


def fake_python(folder: Path, name: str, version: str) -> Path:
    """An interpreter that answers every question with its version."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)
    return path


def set_up(project: Path, *what: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [project / "tools/environment", *what],
        env={"PATH": os.defpath} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("version", ["2.7.18", "3.10.14", "3.14.0", "3.1.1"])
def test_named_python_of_another_version_is_refused_in_a_sentence(
    tmp_path: Path, version: str
) -> None:
    python = fake_python(tmp_path / "bin", "python-named", version)
    run = set_up(empty_project(tmp_path), PYTHON=str(python))
    assert run.returncode == 1
    assert run.stderr == (
        f"This project needs Python 3.11, 3.12 or 3.13, found {version} ({python}): "
        "install one or name it, as in make PYTHON=/path/to/python3.11\n"
    )
    assert not (tmp_path / ".venv").exists()


def test_pythons_on_path_are_refused_together_and_a_shim_that_fails_is_passed_over(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "bin"
    old, older = (
        fake_python(folder, name, version)
        for name, version in [("python3", "3.9.18"), ("python", "2.7.18")]
    )
    shim = fake_python(folder, "python3.12", "")
    shim.write_text("#!/bin/sh\nexit 127\n")
    for tool in ("bash", "cat", "cksum", "cut", "dirname", "env", "rm", "sh"):
        (folder / tool).symlink_to(shutil.which(tool) or tool)
    run = set_up(empty_project(tmp_path), PATH=str(folder))
    assert run.returncode == 1
    assert f"found 3.9.18 ({old}), 2.7.18 ({older}):" in run.stderr
    assert run.stderr.count("\n") == 1


def test_python_that_does_not_run_is_named(tmp_path: Path) -> None:
    run = set_up(empty_project(tmp_path), PYTHON="/nowhere/python3.11")
    assert run.returncode == 1
    assert "found /nowhere/python3.11, which does not run:" in run.stderr


class Recorded:
    """A project set up by a stand-in for uv that makes .venv/bin/python and notes its calls."""

    def __init__(self, folder: Path) -> None:
        self.tools = folder / "bin"
        self.calls_file = folder / "calls"
        self.project = empty_project(folder / "project")
        self.tools.mkdir()
        uv = self.tools / "uv"
        uv.write_text(
            f"""#!/bin/sh
            echo "$1 $2" >>"{self.calls_file}"
            case "$1 $2" in
            venv*) mkdir -p .venv/bin && ln -s "{sys.executable}" .venv/bin/python ;;
            "pip sync") exit ${{SYNC_STATUS:-0}} ;;
            esac
            """
        )
        uv.chmod(0o755)

    def set_up(self, *what: str, **environment: str) -> tuple[int, list[str]]:
        """Exit status and what was done: venv, sync (the lock), install (the project)."""
        self.calls_file.write_text("")
        path = f"{self.tools}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.defpath}"
        run = set_up(self.project, *what, PATH=path, **environment)
        calls = self.calls_file.read_text().split()
        return run.returncode, [word for word in calls if word in {"venv", "sync", "install"}]


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def test_environment_is_made_once_and_follows_what_changed(tmp_path: Path) -> None:
    recorded = Recorded(tmp_path)
    named = {"PYTHON": sys.executable}
    assert recorded.set_up(**named) == (0, ["venv", "sync", "install"])
    assert recorded.set_up() == (0, [])

    for name in (*LOCKS, "pyproject.toml"):
        os.utime(recorded.project / name)
    assert recorded.set_up() == (0, []), "only content counts, a fresh checkout has new times"

    append(recorded.project / "requirements-run.lock", "# changed\n")
    assert recorded.set_up() == (0, ["sync", "install"]), "with the Python that it has"
    append(recorded.project / "pyproject.toml", "# changed\n")
    assert recorded.set_up() == (0, ["install"])

    assert recorded.set_up("develop") == (0, ["sync", "install"]), "what tests need is added"
    assert recorded.set_up() == (0, []), "and stays"
    append(recorded.project / "requirements-run.lock", "# changed\n")
    assert recorded.set_up() == (0, []), "of the two locks the one that is held counts"
    append(recorded.project / "requirements.lock", "# changed\n")
    assert recorded.set_up() == (0, ["sync", "install"])

    recorded.project = recorded.project.rename(tmp_path / "moved")
    assert recorded.set_up(**named) == (0, ["venv", "sync", "install"]), (
        "commands name their folder"
    )
    (recorded.project / ".venv/bin/python").unlink()
    assert recorded.set_up(**named) == (0, ["venv", "sync", "install"]), "its interpreter went away"


def test_failed_install_leaves_no_stamp_and_is_tried_again(tmp_path: Path) -> None:
    recorded = Recorded(tmp_path)
    status, _ = recorded.set_up(PYTHON=sys.executable, SYNC_STATUS="1")
    assert status != 0
    assert not list((recorded.project / ".venv").glob(".l*ed"))
    assert recorded.set_up() == (0, ["sync", "install"])

    append(recorded.project / "requirements-run.lock", "# changed\n")
    status, _ = recorded.set_up(SYNC_STATUS="1")
    assert status != 0
    assert recorded.set_up() == (0, ["sync", "install"])


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("CI"), reason="downloads the environment; CI=1 asks for it")
def test_pip_section_of_environment_yml_installs_into_an_empty_environment(tmp_path: Path) -> None:
    # conda hands the section to pip as a file beside environment.yml; 3.11's own pip is the oldest.
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    (tmp_path / "section.txt").write_text("\n".join(pip_section()) + "\n")
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "empty"], check=True)

    def in_environment(*arguments: str | Path, folder: Path = tmp_path) -> None:
        run = subprocess.run(
            [tmp_path / "empty/bin/python", *arguments],
            cwd=folder,
            env=os.environ | {"PIP_NO_COMPILE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr

    in_environment("-m", "pip", "install", "-U", "-r", "section.txt")
    in_environment("-m", "pip", "check")
    in_environment("-m", *SECOND_STEP.split(), folder=ROOT)
    in_environment("-c", "import analysis")


def test_clean_removes_what_notebooks_wrote_and_nothing_of_the_user(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    folder = tmp_path / "data" / "processed"
    folder.mkdir(parents=True)
    passport = {"made_by": "notebooks/rent_trends.py"}
    (folder / "rents.json").write_text(json.dumps(passport, indent=2))
    (folder / "rents.csv").write_text("rent_cny\n7\n")
    mine = {"mine.csv": "rent_cny\n8\n", "mine.json": "{}", "README.md": "note"}
    for name, text in mine.items():
        (folder / name).write_text(text)
    subprocess.run(["make", "clean"], cwd=tmp_path, check=True, capture_output=True)
    assert {path.name: path.read_text() for path in folder.iterdir()} == mine


def test_no_benchmark_hides_a_package():
    """A script's own folder comes first: numba once found `coverage.py` of the benchmarks."""
    names = [path.stem for path in (ROOT / "benchmarks").glob("*.py") if path.stem != "__main__"]
    assert len(names) >= 6
    taken = importlib.metadata.packages_distributions().keys() | sys.stdlib_module_names
    assert taken.isdisjoint(names)


def test_the_script_of_sizes_of_explosive_tests_runs():
    """Few draws say nothing of a size; they keep the script of `docs/coverage.md` running."""
    script = ROOT / "benchmarks" / "explosive_sizes.py"
    few = [sys.executable, str(script), "--draws", "1", "--histories", "50"]
    run = subprocess.run(few, cwd=ROOT, check=True, capture_output=True, text=True)
    rows = [line.split(" | ") for line in run.stdout.splitlines() if line.startswith("| ")]
    shares = [row for row in rows if row[2:3] == ["5.0%"]]
    countries = {row[0].removeprefix("| ") for row in rows[-6:]}
    assert len(shares) == 45 and countries == {"United States", "China"}
    assert "families of 13 tested: 1" in run.stderr
