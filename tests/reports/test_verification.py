"""Verification names what moved: a file, a package, a page, a number."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.errors import AnalysisError
from analysis.reports.verify import verification
from analysis.reports.verify.verification import Step, VerificationError, steps

Patch = pytest.MonkeyPatch


def faults(name: str) -> list[str]:
    (step,) = (step for step in steps() if step.name == name)
    return list(step.faults())


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: Patch) -> Path:
    """A repository that stands for the project: a raw row, a lock, a result, a built page."""
    root = tmp_path / "project"
    for name, text in {
        "data/raw/fx.csv": "period,rate\n2024,7.1\n",
        "requirements.lock": "pytest==1.0\nno-such-package==1 ; sys_platform == 'plan9'\n",
        "reports/results/rent.json": '{"results": {"fall": 0.5}}\n',
        ".gitignore": "reports/site/\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for command in (["init", "-q"], ["add", "-A"], [*who, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *command], cwd=root, check=True)
    (root / "reports" / "site").mkdir()
    (root / "reports" / "site" / "rent.html").write_text("<h1>fall 0.5</h1>\n")
    monkeypatch.setattr(verification, "ROOT", root)
    monkeypatch.setattr(verification, "RESULTS", root / "reports" / "results")
    monkeypatch.setattr(verification, "SITE", root / "reports" / "site")
    return root


@pytest.mark.parametrize("name", ["data/raw/fx.csv", "requirements.lock"])
def test_a_changed_character_is_named(repository: Path, name: str) -> None:
    assert faults("tree") == []
    text = (repository / name).read_text()
    (repository / name).write_text(text.replace("1", "2", 1))
    assert faults("tree") == [f"{name}: differs from the commit"]


def test_a_package_of_another_version_is_named(repository: Path) -> None:
    (fault,) = faults("environment")
    assert fault.startswith("pytest: found ") and "expected 1.0" in fault


def test_the_environment_is_that_of_the_lock() -> None:
    assert faults("environment") == []


def page(text: str, second: str = "") -> object:
    def build(clone: Path) -> None:
        site = clone / "reports" / "site"
        site.mkdir()
        (site / "rent.html").write_text(second if second and clone.name == "second" else text)

    return build


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("<h1>fall 0.5</h1>\n", "", []),
        ("<h1>fall 0.6</h1>\n", "", ["differs when rebuilt from the commit, line 1"]),
        ("<h1>fall 0.5</h1>\n", "<h1>fall 0.5</h1>\n\n", ["differs when built again, line 2"]),
    ],
)
def test_pages_are_compared_byte_for_byte(
    repository: Path, monkeypatch: Patch, first: str, second: str, said: list[str]
) -> None:
    monkeypatch.setattr(verification, "_build", page(first, second))
    found = faults("build")
    assert len(found) == len(said)
    for fault, words in zip(found, said, strict=True):
        assert fault.startswith(f"reports/site/rent.html: {words}")


def test_a_result_that_moved_or_is_not_there_is_named(repository: Path, monkeypatch: Patch) -> None:
    def build(clone: Path) -> None:
        results = clone / "reports" / "results"
        (results / "rent.json").write_text('{"results": {"fall": 0.6}}\n')
        (results / "new.json").write_text("{}\n")
        page("<h1>fall 0.5</h1>\n")(clone)  # type: ignore[operator]

    monkeypatch.setattr(verification, "_build", build)
    moved, new = faults("build")
    assert moved.startswith("reports/results/rent.json: differs when rebuilt, line 1: ")
    assert "0.5" in moved and "0.6" in moved
    assert new == "reports/results/new.json: not there before"


def test_without_a_repository_nothing_is_said_to_be_verified(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    monkeypatch.setattr(verification, "ROOT", tmp_path)
    with pytest.raises(VerificationError, match="no commit to compare with"):
        faults("tree")


def moves() -> Iterator[str]:
    yield "data/raw/fx.csv: differs"


def cannot() -> Iterator[str]:
    raise AnalysisError("no git")
    yield


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [
        ([lambda: iter(())], 0, "everything is as committed"),
        ([lambda: iter(()), moves], 1, "part: data/raw/fx.csv: differs"),
        ([cannot, moves], 2, "not everything could be checked"),
        ([moves, cannot], 2, "part: no git"),
    ],
)
def test_the_command_exits_with_what_it_found(
    monkeypatch: Patch, found: list[object], code: int, said: str
) -> None:
    parts = tuple(Step("part", "what", one) for one in found)  # type: ignore[arg-type]
    monkeypatch.setattr(verification, "steps", lambda: parts)
    done = CliRunner().invoke(app, ["verify"])
    assert done.exit_code == code
    assert said in done.stdout


def test_quick_leaves_the_builds_out_and_says_so(monkeypatch: Patch) -> None:
    parts = (Step("build", "slow", cannot, is_quick=False),)
    monkeypatch.setattr(verification, "steps", lambda: parts)
    done = CliRunner().invoke(app, ["verify", "--quick"])
    assert done.exit_code == 0
    assert "left out" in done.stdout
