"""A choice of method moves only with a new version and a row in the changelog."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from analysis.capex.verdict import declared
from analysis.cli.app import app
from analysis.data import far_days
from analysis.rents.breaks import break_critical_values
from analysis.rents.forecasting import state_space
from analysis.rents.index import estimators
from analysis.reports.verify import method_lock
from analysis.reports.verify.method_lock import (
    LOCK,
    Method,
    MethodError,
    check_methods,
    declared_methods,
    method_faults,
    write_lock,
)

Patch = pytest.MonkeyPatch


def test_every_method_is_as_locked() -> None:
    assert method_faults() == []


def other(panel: object, weights: object = None) -> object:
    return panel


def test_a_number_that_another_processor_gives_another_last_digit_has_not_moved(
    monkeypatch: Patch,
) -> None:
    up = np.nextafter(state_space.VARIANCE_GRID, 1.0) * (state_space.VARIANCE_GRID > 0)
    monkeypatch.setattr(state_space, "VARIANCE_GRID", up)
    assert method_faults() == []
    monkeypatch.setattr(state_space, "VARIANCE_GRID", up * (1 + 1e-10))
    (fault,) = method_faults()
    assert fault.startswith("rent_forecast: ")


@pytest.mark.parametrize(
    ("module", "name", "value", "method"),
    [
        (far_days, "FACTOR", 1.6, "quote_classes"),
        (far_days, "ITEM", far_days.ITEM[:-1], "quote_classes"),
        (estimators, "time_product_dummy", other, "rent_index"),
        (break_critical_values, "TRIMMING", 0.1, "rent_breaks"),
        (declared, "SIGNS", 0.7, "bubble_verdict"),
        (declared, "RULES", {}, "bubble_verdict"),
    ],
)
def test_a_choice_that_moves_is_named_and_not_locked_silently(
    module: Any, name: str, value: object, method: str, monkeypatch: Patch
) -> None:
    monkeypatch.setattr(module, name, value)
    (fault,) = method_faults()
    assert fault.startswith(f"{method}: {module.__name__}.{name}: found ")
    with pytest.raises(MethodError, match=r"raise `version`"):
        check_methods()
    before = LOCK.read_bytes()
    with pytest.raises(MethodError, match=rf"{name}.*but version is still \d"):
        write_lock()
    assert LOCK.read_bytes() == before


@pytest.fixture
def house(tmp_path: Path, monkeypatch: Patch) -> Path:
    """One method of one choice, its lock and its changelog in a folder of their own."""
    monkeypatch.setattr(method_lock, "LOCK", tmp_path / "method.lock")
    monkeypatch.setattr(method_lock, "CHANGELOG", tmp_path / "CHANGELOG.md")
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\nText.\n")
    declare(monkeypatch, 1)
    write_lock()
    assert method_faults() == []
    return tmp_path


def declare(monkeypatch: Patch, version: int) -> None:
    method = Method(version=version, title="t", choices={"analysis.data.far_days": ["FACTOR"]})
    monkeypatch.setattr(method_lock, "declared_methods", lambda: {"classes": method})


def test_a_new_version_needs_a_row_that_says_why(house: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(far_days, "FACTOR", 2.0)
    declare(monkeypatch, 2)
    with pytest.raises(MethodError, match=r"version 2 has no row in CHANGELOG\.md"):
        write_lock()
    table = "\n| report | number | old | new | cause |\n|---|---|---|---|---|\n"
    log = house / "CHANGELOG.md"
    log.write_text(log.read_text() + table + "| method classes | version | 1 | 2 | |\n")
    with pytest.raises(MethodError, match="no row"):
        write_lock()
    log.write_text(log.read_text() + "| method classes | version | 1 | 2 | prices jump less |\n")
    write_lock()
    assert method_faults() == []
    assert set(json.loads((house / "method.lock").read_text())["classes"]["digests"]) == {"1", "2"}
    declare(monkeypatch, 1)  # back to a number that is taken
    assert method_faults()
    with pytest.raises(MethodError, match=r"but version is still \d"):
        write_lock()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("1.5", "1.6", "FACTOR: found 1.5, locked 1.6"),
        ('"version": 1', '"version": 3', "version: found 1, locked 3"),
        ('"1": "', '"1": "0', "digest of version 1"),
        ('"classes"', '"klasses"', "classes: not in"),
        ("{", "[", "found no JSON"),
    ],
)
def test_an_edited_lock_is_told(house: Path, old: str, new: str, said: str) -> None:
    lock = house / "method.lock"
    assert old in lock.read_text()
    lock.write_text(lock.read_text().replace(old, new, 1))
    with pytest.raises(MethodError, match=said.replace("(", r"\(")):
        check_methods()


def test_comments_and_docstrings_are_no_method(tmp_path: Path, monkeypatch: Patch) -> None:
    import importlib.util

    digests = []
    for at, text in enumerate(
        ["return x + 1", '"""Say."""\n    # why\n    return (x + 1)', "return x + 2"]
    ):
        path = tmp_path / f"module{at}.py"
        path.write_text(f"def rule(x):\n    {text}\n")
        spec = importlib.util.spec_from_file_location(f"module{at}", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        digests.append(method_lock._statements(module.rule))
    assert digests[0] == digests[1] != digests[2]


def test_the_command_says_which_choice_moved(monkeypatch: Patch) -> None:
    assert CliRunner().invoke(app, ["method"]).exit_code == 0
    monkeypatch.setattr(far_days, "WITHIN_DAYS", 46)
    done = CliRunner().invoke(app, ["method"])
    assert done.exit_code == 1
    assert "WITHIN_DAYS: found 46, locked 45" in done.stdout


def test_every_notebook_but_those_of_printed_figures_has_a_method() -> None:
    named = {name for method in declared_methods().values() for name in method.parameters}
    assert named >= {"rent_trends", "bubble_verdict", "bubble_indicators", "capex_intensity"}
