"""A published number worked out again: the same, different, or not to be verified."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.errors import ParameterError
from analysis.paths import RESULTS, ROOT
from analysis.reports.build.manifest import read_manifest
from analysis.reports.verify.reproduction import Outcome, headline_ids, reproduce

QUICK = ("operators", "return-table", "rental-model-half-empty")


def test_every_published_number_has_an_id() -> None:
    ids = headline_ids()
    reports = {report.name for report in read_manifest().reports}
    assert {identity.partition("/")[0] for identity in ids} == reports
    assert len(ids) == len(set(ids)) > 200


@pytest.mark.parametrize("report", QUICK)
def test_numbers_are_the_same_when_worked_out_again(report: str) -> None:
    for result in json.loads((RESULTS / f"{report}.json").read_text("utf-8"))["results"]:
        if result.startswith("project_npv_like") or result == "n_judged_months":
            continue  # needs the rent forecast, which another report makes
        done = reproduce(f"{report}/{result}")
        assert done.outcome is Outcome.SAME, done
        assert done.computed == done.published


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        ("rentall-model/equity_npv_cny", "perhaps rental-model"),
        ("rental-model/equity_npv", "perhaps equity_npv_cny"),
        ("rental_model", "a result of rental-model"),
        ("", "report/result"),
    ],
)
def test_an_unknown_id_is_refused_with_the_nearest(identity: str, expected: str) -> None:
    with pytest.raises(ParameterError, match=expected):
        reproduce(identity)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tracked files, as they stand, with a commit of its own."""
    folder = tmp_path_factory.mktemp("clone")
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    for name in filter(None, tracked):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for command in (["init", "-q"], ["add", "-A"], [*who, "commit", "-q", "-m", "as it stands"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text, name
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")

    return edit


def remove(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


RENT = "rent_break_even_full_cost_cny_per_server_month"
FULL_COST = "analysis/rental/questions/full_cost.py"
SAVED = "reports/results/rental-model.json"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "result", "code", "said"),
    [
        (lambda folder: None, RENT, 0, "the same"),
        (replace("data/raw/outcomes.csv", "0.0535", "0.0536"), RENT, 1, "data/raw/outcomes.csv"),
        (replace("data/raw/datapackage.json", "sha256:", "sha256:0"), RENT, 1, "datapackage.json"),
        (replace(FULL_COST, "16_384, 54", "16_384, 53"), RENT, 1, FULL_COST),
        (replace("notebooks/rental_model.py", "= 1000.0", "= 2000.0"), RENT, 1, "rental_model.py"),
        (replace(SAVED, f'"{RENT}": ', f'"{RENT}": 1'), RENT, 1, "it differs"),
        (remove("data/raw/fx.csv"), RENT, 2, "cannot be verified"),
        (lambda folder: None, "n_judged_months", 2, "missing"),
    ],
)
def test_a_change_of_an_input_is_seen(
    clone: Path, change: Callable[[Path], None], result: str, code: int, said: str
) -> None:
    try:
        change(clone)
        done = subprocess.run(
            [sys.executable, "-m", "analysis", "reproduce", f"rental-model/{result}"],
            cwd=clone, capture_output=True, text=True, check=False,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(clone)},
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        assert said in done.stdout + done.stderr
    finally:
        subprocess.run(["git", "checkout", "-q", "--", "."], cwd=clone, check=True)
