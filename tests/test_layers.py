"""The layers of imports hold, and each rule that says so notices one import against it."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

from analysis.paths import ROOT

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
IDS = [contract["id"] for contract in CONTRACTS["contracts"]]

# A rule, a module, and what that module must not import.
BREACHES = [
    ("house", "data/tables.py", "analysis.rental.engines.irr"),
    ("house", "rental/questions/simulate/simulation.py", "analysis.reports.build.publish"),
    ("house", "figures/table.py", "analysis.data.tables"),
    ("rental", "rental/questions/sensitivity/tornado.py", "analysis.rental.faces.case_plots"),
    ("rental", "rental/inputs/cases.py", "analysis.rental.model.lines"),
    ("rents", "rents/index/rent_index.py", "analysis.rents.forecasting.models"),
    ("capex", "capex/filings/panel.py", "analysis.capex.indicators.chips"),
    ("refresh", "refresh/connectors/azure.py", "analysis.refresh.refreshing"),
    ("reports", "reports/notebook/sync.py", "analysis.reports.run.kernel"),
    ("circles", "rents/forecasting/models.py", "analysis.rents.forecasting.rent_backtest"),
    ("raw", "capex/filings/fundamentals.py", "analysis.data.raw_folder"),
    ("raw", "reports/build/publish.py", "analysis.data.raw_folder"),
]


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package's modules and of the rules."""
    shutil.copytree(
        ROOT / "analysis",
        tmp_path / "analysis",
        ignore=lambda folder, names: [
            name for name in names if "." in name and not name.endswith(".py")
        ],
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_rule_is_kept() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("rule", "module", "imported"), BREACHES)
def test_an_import_against_a_rule_breaks_it(
    copy: Path, rule: str, module: str, imported: str
) -> None:
    path = copy / "analysis" / module
    text = path.read_text("utf-8")
    anchor = "from __future__ import annotations\n"
    assert anchor in text
    path.write_text(text.replace(anchor, f"{anchor}\nimport {imported}\n", 1), "utf-8")
    done = lint(copy, "--contract", rule)
    assert done.returncode == 1, done.stdout
    assert "0 kept, 1 broken" in done.stdout


def test_every_rule_has_a_breach() -> None:
    assert {rule for rule, *_ in BREACHES} == set(IDS)


def test_a_family_without_a_floor_is_refused(copy: Path) -> None:
    (copy / "analysis" / "new_family").mkdir()
    (copy / "analysis" / "new_family" / "__init__.py").touch()
    assert lint(copy, "--contract", "house").returncode == 1


def imports_of_own_face(graph: grimp.ImportGraph, root: str) -> list[str]:
    """A face exports from every floor of its family, which the rules of the floors cannot see."""
    return [
        f"{module} imports {family}"
        for family in [root, *graph.find_children(root)]
        for module in graph.find_descendants(family)
        if family in graph.find_modules_directly_imported_by(module)
    ]


def test_no_module_imports_the_face_of_its_own_family() -> None:
    assert imports_of_own_face(grimp.build_graph("analysis", cache_dir=None), "analysis") == []
    seeded = grimp.ImportGraph()
    seeded.add_import(importer="house.family.floor.room", imported="house.family")
    for module in ("house", "house.family.floor"):
        seeded.add_module(module)
    assert imports_of_own_face(seeded, "house") == ["house.family.floor.room imports house.family"]


def paths_to_raw_tables(source: str) -> list[str]:
    """Texts of a module, but for those that document it, that lead into the raw tables."""
    tree = ast.parse(source)
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documents
        and re.fullmatch(r"(\S*/)?raw(/\S*)?", node.value)
    ]


def test_only_the_data_builds_a_path_to_the_raw_tables() -> None:
    assert paths_to_raw_tables('fx = ROOT / "data/raw/fx.csv"') == ["data/raw/fx.csv"]
    assert paths_to_raw_tables('"""Reads data/raw."""\nfolder = DATA / "raw"') == ["raw"]
    found = {
        path.relative_to(ROOT / "analysis").as_posix()
        for path in (ROOT / "analysis").rglob("*.py")
        if not path.is_relative_to(ROOT / "analysis" / "data")
        and paths_to_raw_tables(path.read_text("utf-8"))
    }
    # One tells git which folders count, one says in its help where the tables are.
    assert found == {"revision.py", "cli/data.py"}
