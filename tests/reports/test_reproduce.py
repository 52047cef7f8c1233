"""A published number worked out again: the same, different, or not to be verified."""

import ast
import builtins
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.errors import ParameterError
from analysis.paths import ROOT
from analysis.reports.build.manifest import read_manifest
from analysis.reports.verify.program_slice import slice_of
from analysis.reports.verify.reproduction import (
    Outcome,
    headline_ids,
    reproduce,
    reproduce_all,
)

Capture = pytest.CaptureFixture[str]


def test_every_published_number_has_an_id() -> None:
    ids = headline_ids()
    reports = {report.name for report in read_manifest().reports}
    assert {identity.partition("/")[0] for identity in ids} == reports
    assert len(ids) == len(set(ids)) > 200


@pytest.mark.slow
def test_every_published_number_is_the_same_when_worked_out_again() -> None:
    done = list(reproduce_all())
    assert {each.name for each in done} == set(headline_ids())
    assert not [each for each in done if each.outcome is not Outcome.SAME]
    assert all(each.computed == each.published for each in done)


@pytest.mark.parametrize("identity", headline_ids())
def test_a_slice_has_every_name_that_it_reads(identity: str) -> None:
    """So a number of a whole run is the same when it alone is worked out."""
    name, _, result = identity.partition("/")
    report = next(each for each in read_manifest().reports if each.name == name)
    cut = slice_of(report.script.read_text("utf-8"), result)
    assert cut.value is not None
    nodes = ast.Module([*cut.parameters, *cut.statements, ast.Expr(cut.value)], [])
    stored, read = set(dir(builtins)), set()
    for node in ast.walk(nodes):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else stored).add(node.id)
        elif isinstance(node, ast.alias):
            stored.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.arg):
            stored.add(node.arg)
    assert read <= stored


@pytest.mark.parametrize(
    "identity",
    [
        "operators/kingsoft_adjusted_ebitda_margin",
        "rental_model/equity_npv_cny",
        "rental-model-half-empty/project_npv_like_precedents_cny",  # by a table of rent_trends
        "summary/project_npv_lowest_cny",  # by results of six reports
    ],
)
def test_one_number_is_the_same_with_nothing_built(identity: str, capsys: Capture) -> None:
    done = reproduce(identity)
    assert done.outcome is Outcome.SAME, done
    assert done.formulas and "data/raw" not in done.files
    assert capsys.readouterr().out == ""


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
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
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


def cut_to(name: str, n_bytes: int) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:n_bytes])


RENT = "rental-model/rent_break_even_full_cost_cny_per_server_month"
JUDGED = "rental-model/n_judged_months"
EMPTY = "rental-model-half-empty/equity_npv_cny"
FULL_COST = "analysis/rental/questions/full_cost.py"
SAVED = "reports/results/rental-model.json"
MANIFEST = "reports/manifest.yml"
LINES, HIGHEST = "analysis/summary/lines.yaml", "summary/project_npv_highest_cny"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "identity", "code", "said"),
    [
        (lambda folder: None, RENT, 0, "the same"),
        (lambda folder: None, JUDGED, 0, "the same"),
        (replace("data/raw/outcomes.csv", "0.0535", "0.0536"), RENT, 1, "data/raw/outcomes.csv"),
        (replace("data/raw/rent_quotes_usd.csv", "2.", "3."), JUDGED, 1, "rent_quotes_usd.csv"),
        (replace("data/raw/datapackage.json", "sha256:", "sha256:0"), RENT, 1, "datapackage.json"),
        (replace(FULL_COST, "16_384, 54", "16_384, 53"), RENT, 1, FULL_COST),
        (replace(FULL_COST, "def ", "de f "), RENT, 1, FULL_COST),
        (replace("notebooks/rental_model.py", "= 1000.0", "= 2000.0"), RENT, 1, "rental_model.py"),
        (replace(MANIFEST, "utilization: 0.5", "utilization: 0.6"), EMPTY, 1, MANIFEST),
        (replace(MANIFEST, "reports:", "reports"), EMPTY, 1, MANIFEST),
        (replace(LINES, "rental-model-cheap-power, en", "rental-model, en"), HIGHEST, 1, LINES),
        (replace(SAVED, f'"{RENT[13:]}": ', f'"{RENT[13:]}": 1'), RENT, 1, "it differs"),
        (cut_to(SAVED, 300), RENT, 1, SAVED),
        (remove("data/raw/fx.csv"), RENT, 2, "cannot be verified"),
        (remove("data/raw/datapackage.json"), RENT, 2, "cannot be verified"),
        (remove("notebooks/rental_model.py"), RENT, 2, "rental_model"),
        (remove("notebooks/rent_trends.py"), JUDGED, 2, "rent_trends"),
        (remove(FULL_COST), RENT, 2, "full_cost"),
        (remove("analysis/units.py"), RENT, 2, "analysis.units"),
        (remove(MANIFEST), RENT, 2, MANIFEST),
        (remove(SAVED), RENT, 2, SAVED),
    ],
)
def test_a_change_of_an_input_is_seen(
    clone: Path, change: Callable[[Path], None], identity: str, code: int, said: str
) -> None:
    try:
        change(clone)
        done = subprocess.run(
            [sys.executable, "-m", "analysis", "reproduce", identity],
            cwd=clone,
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(clone)},
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert said in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    finally:
        subprocess.run(["git", "checkout", "-q", "--", "."], cwd=clone, check=True)
