"""Faults seeded at random into formulas: does a test of the module fail for each?

Run on demand, ``python benchmarks/seeded_mutations.py --each 12 --seed 1 [MODULE ...]``: operators,
constants, indices and conditions of a module are turned wrong one at a time in a copy of the
project, the tests of that module are run there until one fails, and a line says which did. The
tests of every module pass before anything is turned wrong, or the module is not counted.
`benchmarks/mutations.py` holds the ones that were chosen by hand.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SECONDS_A_FAULT = 240
"""A loop that a fault made endless is ended, and caught."""
SURVIVED = ": SURVIVED"
HEAVY = ("numpy", "pandas", "scipy.stats", "numba", "statsmodels.api")

TESTS: dict[str, tuple[str, ...]] = {
    "capex/wave/projection.py": ("capex/test_projection.py", "capex/test_wave.py"),
    "capex/wave/wave_model.py": ("capex/test_projection.py", "capex/test_wave.py"),
    "capex/indicators/indicators.py": (
        "capex/test_averages.py",
        "capex/test_indicators.py",
        "capex/test_fundamentals.py",
    ),
    "capex/article/averages.py": ("capex/test_averages.py", "capex/test_article.py"),
    "rents/forecasting/models.py": ("rents/test_forecast.py", "rents/test_backtest.py"),
    "rents/forecasting/predictive.py": ("rents/test_forecast.py", "rents/test_backtest.py"),
    "rents/forecasting/rent_backtest.py": ("rents/test_backtest.py",),
    "rents/forecasting/rent_forecast.py": ("rents/test_forecast.py", "rents/test_bridge.py"),
    "rents/forecasting/scores.py": ("rents/test_forecast.py", "rents/test_backtest.py"),
    "rents/forecasting/state_space.py": ("rents/test_forecast.py",),
    "rents/index/estimators.py": ("rents/test_index.py",),
    "rents/index/quote_panel.py": ("rents/test_index.py", "rents/test_market.py"),
    "rents/index/rent_index.py": ("rents/test_index.py", "rents/test_market.py"),
    "rents/index/resampling.py": ("rents/test_index.py",),
    "rents/index/swings.py": ("rents/test_index.py", "rents/test_market.py"),
    "rents/purchase/bridge.py": ("rents/test_bridge.py",),
    "rents/trend/hac.py": ("rents/test_trend.py",),
    "rents/trend/panel_trend.py": ("rents/test_trend.py",),
    "rents/trend/rent_unit_root.py": ("rents/test_trend.py",),
    "rents/trend/slopes.py": ("rents/test_trend.py",),
    "exuberance/dating.py": ("exuberance/test_dating.py",),
    "exuberance/kernels.py": ("exuberance/test_window_statistics.py",),
    "exuberance/unit_root.py": ("exuberance/test_results.py", "exuberance/test_dating.py"),
    "claims/declared_checks.py": ("claims/test_declared.py",),
    "claims/verdicts.py": ("claims/test_verdicts.py",),
    "rental/engines/irr.py": ("rental/test_irr.py",),
    "rental/model/blocks/debt.py": ("rental/test_debt.py", "rental/test_identities.py"),
    "rental/model/blocks/depreciation.py": (
        "rental/test_depreciation.py",
        "rental/test_identities.py",
    ),
    "rental/model/blocks/revenue.py": (
        "rental/test_revenue_and_cost.py",
        "rental/test_identities.py",
    ),
}
"""Tests of each module, the quickest first."""

ARITHMETIC: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
}
COMPARISONS: dict[type, tuple[type, ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
NOT_FORMULAS = ("__str__", "in_words", "how_sure", "__repr__")


class Seeded(NamedTuple):
    """One place turned wrong.

    Parameters
    ----------
    module : str
        Below ``analysis``.
    line : int
        Its first line.
    right, wrong : str
        The expression, and what it is turned into.
    text : str
        The whole module with it.
    """

    module: str
    line: int
    right: str
    wrong: str
    text: str

    def __str__(self) -> str:
        """Say where it is and what it turns."""
        return f"{self.module}:{self.line}: {self.right} -> {self.wrong}"


def wrong_forms(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what an expression may be turned into, each wrong in one place."""
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        yield ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        for other in COMPARISONS[type(node.ops[0])]:
            yield ast.Compare(node.left, [other(), *node.ops[1:]], node.comparators)
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield ast.Constant(node.value + 1)
        if node.value:
            yield ast.Constant(-node.value if isinstance(node.value, int) else node.value * 1.1)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not | ast.Invert):
        yield node.operand


def expressions(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions of formulas: no annotation, no formatted text, no words of a result."""
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "decorator_list") or isinstance(tree, ast.JoinedStr):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or getattr(child, "name", "") in NOT_FORMULAS:
                continue
            if isinstance(child, ast.expr):
                yield child
            yield from expressions(child)


def seeded(module: str, text: str) -> list[Seeded]:
    """List every fault that can be seeded into a module."""
    content, starts = text.encode("utf-8"), [0]
    for line in content.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    faults = []
    for node in expressions(ast.parse(text)):
        end_line, end_column = node.end_lineno or 0, node.end_col_offset or 0
        begin, end = starts[node.lineno - 1] + node.col_offset, starts[end_line - 1] + end_column
        for other in wrong_forms(node):
            wrong = ast.unparse(ast.fix_missing_locations(copy.deepcopy(other)))
            mutant = (content[:begin] + f"({wrong})".encode() + content[end:]).decode("utf-8")
            faults.append(Seeded(module, node.lineno, ast.unparse(node), wrong, mutant))
    return faults


def left_out(folder: str, names: list[str]) -> set[str]:
    """Name what a copy of the project needs not: environments, history, what is built."""
    is_top = Path(folder) == ROOT
    return {name for name in names if name == "__pycache__" or (is_top and name.startswith("."))}


def first_failure(project: Path, tests: tuple[str, ...]) -> str:
    """Run tests in a forked process; say which failed first, or nothing when all passed."""
    log = project / "seeded.log"
    child = os.fork()
    if child == 0:
        status = 70  # whatever happens, what follows is the other process's
        try:
            status = _run_tests(project, tests, log)
        finally:
            os._exit(status)
    until = time.monotonic() + SECONDS_A_FAULT
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        time.sleep(0.05)
    else:
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return "a test that does not end"
    if status == 0:
        return ""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    failed = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    return failed[0].split(" ", 1)[1].split(" - ")[0] if failed else f"status {status}"


def _run_tests(project: Path, tests: tuple[str, ...], log: Path) -> int:
    """Run tests in this process, which does nothing else."""
    import pytest

    os.setpgrp()
    os.chdir(project)
    sys.path.insert(0, str(project))
    sys.dont_write_bytecode = True
    with log.open("w", encoding="utf-8") as written:
        os.dup2(written.fileno(), 1)
        os.dup2(written.fileno(), 2)
    quiet = ["-q", "-x", "-p", "no:cacheprovider", "-m", "not slow"]
    return int(pytest.main([*quiet, *(f"tests/{test}" for test in tests)]))


def survivors_of(log: Path) -> set[str]:
    """Read which faults an earlier run printed as survivors."""
    lines = log.read_text(encoding="utf-8").splitlines()
    return {line.removesuffix(SURVIVED) for line in lines if line.endswith(SURVIVED)}


def main() -> None:
    """Seed faults and print what caught each, then the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", help="words of modules; all when none is named")
    parser.add_argument("--each", type=int, default=10, help="faults a module")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--again", type=Path, help="what an earlier run printed: its survivors only"
    )
    options = parser.parse_args()
    words = options.modules
    chosen = [name for name in TESTS if not words or any(word in name for word in words)]
    wanted = survivors_of(options.again) if options.again else None
    if wanted is not None:
        chosen = [name for name in chosen if any(one.startswith(f"{name}:") for one in wanted)]
    sys.path.pop(0)  # coverage.py beside this file is not the package of that name
    for name in HEAVY:
        importlib.import_module(name)
    n_caught, survivors = 0, []
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        shutil.copytree(ROOT, project, ignore=left_out, symlinks=True)
        for module in chosen:
            if failed := first_failure(project, TESTS[module]):
                print(f"{module}: not counted, its tests fail as it is: {failed}", flush=True)
                continue
            path = project / "analysis" / module
            text = path.read_text(encoding="utf-8")
            faults = seeded(module, text)
            drawn = random.Random(f"{options.seed} {module}")
            sample = drawn.sample(faults, min(options.each, len(faults)))
            if wanted is not None:
                sample = list({str(one): one for one in faults if str(one) in wanted}.values())
            for fault in sample:
                path.write_text(fault.text, encoding="utf-8")
                found = first_failure(project, TESTS[module])
                n_caught += bool(found)
                survivors += [] if found else [fault]
                print(f"{fault}{f': caught by {found}' if found else SURVIVED}", flush=True)
            path.write_text(text, encoding="utf-8")
    print(f"{n_caught} of {n_caught + len(survivors)} caught; survived:")
    print("\n".join(f"- {fault}" for fault in survivors))
    raise SystemExit(bool(survivors))


if __name__ == "__main__":
    main()
