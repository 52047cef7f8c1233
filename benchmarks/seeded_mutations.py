"""Faults seeded at random into formulas: does a test notice each?

Run on demand, ``python benchmarks/seeded_mutations.py --faults 80 --seed 17 rents``: operators,
constants, indices and conditions of a family of modules are turned wrong one at a time in a copy
of the project. The tests of the family run once as it is, and which function each test calls is
kept; for a fault quick ones that call its function run first, then other quick ones, then the slow,
until one fails. `benchmarks/seeded_mutations.txt` has each fault that was tried, with what caught
it; `benchmarks/mutations.py` holds the ones that were chosen by hand.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import importlib
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_BEGIN = 60
SECONDS_AS_IT_IS = 1200
SECONDS_OF_QUICK = 0.5
SURVIVED = ": SURVIVED"
NOT_RUN = 70
"""Status of a process whose tests could not even begin: neither caught nor survived."""


class Family(NamedTuple):
    """Modules that are turned wrong together.

    Parameters
    ----------
    modules : tuple of str
        Patterns below ``analysis``.
    tests : tuple of str
        Files or folders below ``tests``; examples in docstrings of the modules come with them.
    """

    modules: tuple[str, ...]
    tests: tuple[str, ...]

    def paths(self) -> list[Path]:
        """List its modules."""
        found = {path for one in self.modules for path in (ROOT / "analysis").glob(one)}
        return sorted(found)


FAMILIES = {
    "rents": Family(
        (
            "rents/breaks/*.py",
            "rents/forecasting/*.py",
            "rents/index/*.py",
            "rents/purchase/*.py",
            "rents/quotes/*.py",
            "rents/trend/*.py",
        ),
        ("rents",),
    ),
    "claims": Family(("claims/[c-el]*.py", "claims/verdicts.py"), ("claims",)),
    "rental": Family(
        ("rental/engines/*.py", "rental/model/**/*.py", "rental/questions/**/*.py"),
        (
            "rental/test_debt.py",
            "rental/test_depreciation.py",
            "rental/test_full_cost.py",
            "rental/test_income_tax.py",
            "rental/test_inverse.py",
            "rental/test_irr.py",
            "rental/test_leverage.py",
            "rental/test_dated_irr.py",
            "rental/test_measures.py",
            "rental/test_ordinary_cases.py",
            "rental/test_own_or_rent.py",
            "rental/test_parts.py",
            "rental/test_published.py",
            "rental/test_reads.py",
            "rental/test_revenue_and_cost.py",
            "rental/test_value_added_tax.py",
            "rental_scale/test_corners.py",
            "rental_scale/test_distributions.py",
            "rental_scale/test_kernel_agreement.py",
            "rental_scale/test_rates.py",
            "rental_scale/test_sensitivity.py",
            "rental_scale/test_sensitivity_sobol.py",
            "rental_scale/test_simulation.py",
            "inputs/test_typed_values.py",
            "inputs/test_unread.py",
        ),
    ),
    "capex": Family(("capex/wave/*.py", "capex/indicators/*.py", "capex/article/*.py"), ("capex",)),
    "exuberance": Family(("exuberance/*.py",), ("exuberance",)),
    "data": Family(("data/*.py", "data/own/*.py"), ("data",)),
}

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


class Observer:
    """What a run of tests calls: a plugin of pytest.

    Parameters
    ----------
    project : pathlib.Path
        Only calls of functions below its ``analysis`` are kept.
    """

    def __init__(self, project: Path) -> None:
        self.prefix = str(project / "analysis") + os.sep
        self.failed: list[str] = []
        self.seconds: dict[str, float] = {}
        self.calls: dict[str, list[tuple[str, int]]] = {}

    def observe(self, test: str) -> Generator[None, Any, Any]:
        """Run one test under observation, its fixtures included."""
        called: set[tuple[str, int]] = set()

        def keep(frame: Any, _event: str, _argument: object) -> None:
            code = frame.f_code
            if code.co_filename.startswith(self.prefix):
                called.add((code.co_filename.removeprefix(self.prefix), code.co_firstlineno))

        begin = time.monotonic()
        sys.settrace(keep)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            self.seconds[test] = round(time.monotonic() - begin, 3)
            self.calls[test] = sorted(called)


class Observed(NamedTuple):
    """Tests of a family, run as it is.

    Parameters
    ----------
    seconds : dict of str to float
        What each test takes, s.
    callers : dict of (str, int) to set of str
        Tests that call a function, by its module and first line.
    """

    seconds: dict[str, float]
    callers: dict[tuple[str, int], set[str]]

    def tests_for(self, fault: Seeded, seconds: float) -> list[list[str]]:
        """List tests in the order that finds a fault soonest, those that call its module ahead.

        Quick ones that call its function, other quick ones, then the slow: what was called before
        and kept, and what is compiled or worked out at import, is not seen to be called.
        """
        of_module: set[str] = set()
        for (module, _line), tests in self.callers.items():
            of_module |= tests if module == fault.module else set()
        path = ROOT / "analysis" / fault.module
        called: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
                if first <= fault.line <= (node.end_lineno or first):
                    called = self.callers.get((fault.module, first), set()) or called
        quick = {test for test, of in self.seconds.items() if of <= SECONDS_OF_QUICK}
        groups = called & quick, quick - called, set(self.seconds) - quick
        taken, chosen = 0.0, []
        for group in groups:
            tests = []
            for test in sorted(group, key=lambda one: (one not in of_module, self.seconds[one])):
                if taken + self.seconds[test] <= seconds:
                    taken += self.seconds[test]
                    tests.append(test)
            chosen.append(tests)
        return chosen


def as_it_is(project: Path, family: Family, record: Path) -> Observed:
    """Run the tests of a family where nothing is wrong, and import what they import of others."""
    examples = [path for path in family.paths() if ">>>" in path.read_text(encoding="utf-8")]
    paths = [f"tests/{test}" for test in family.tests]
    paths += [str(path.relative_to(ROOT)) for path in examples]
    if not record.exists():
        first_failure(project, paths, SECONDS_AS_IT_IS, record)
    found = json.loads(record.read_text(encoding="utf-8"))
    for test in set(found["failed"]):
        print(f"left out, fails as it is: {test}", flush=True)
        del found["seconds"][test], found["calls"][test]
    callers: dict[tuple[str, int], set[str]] = {}
    for test, calls in found["calls"].items():
        for module, line in calls:
            callers.setdefault((module, line), set()).add(test)
    for name in found["imported"]:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    return Observed(found["seconds"], callers)


def first_failure(
    project: Path, tests: list[str], seconds: float, record: Path | None = None
) -> str:
    """Run tests in a forked process; say which failed first, or nothing when all passed.

    Its seconds are those of the processor, so that a busy machine catches no fault.
    """
    log = project / "seeded.log"
    child = os.fork()
    if child == 0:
        status = NOT_RUN  # whatever happens, what follows is the other process's
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 10))
            status = _run_tests(project, tests, log, record)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if status == 0:
        return ""
    if os.waitstatus_to_exitcode(status) in (-signal.SIGXCPU, -signal.SIGKILL):
        return "a test that does not end"
    if os.waitstatus_to_exitcode(status) == NOT_RUN:
        raise SystemExit(f"the tests could not be run: {log.read_text(encoding='utf-8')}")
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    failed = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    return failed[0].split(" ", 1)[1].split(" - ")[0] if failed else f"status {status}"


def _run_tests(project: Path, tests: list[str], log: Path, record: Path | None) -> int:
    """Run tests in this process, which does nothing else; write what they call, if asked."""
    import pytest

    os.chdir(project)
    sys.path.insert(0, str(project))
    sys.dont_write_bytecode = True
    with log.open("w", encoding="utf-8") as written:
        os.dup2(written.fileno(), 1)
        os.dup2(written.fileno(), 2)
    quiet = ["-q", "-p", "no:cacheprovider", "-m", "not slow and not notebook and not browser"]
    quiet += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # of plugins imported before
    quiet += [f"--basetemp={project.parent / 'written'}"]  # and no folders of other runs removed
    if record is None:
        return int(pytest.main([*quiet, "-x", *tests]))
    observer = Observer(project)

    class Plugin:
        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
            return (yield from observer.observe(item.nodeid))

        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            if report.failed:
                observer.failed.append(report.nodeid)

    pytest.main([*quiet, *tests], plugins=[Plugin()])
    own = {"analysis", "tests", "conftest", "__main__"}
    others = [name for name in sys.modules if name.split(".")[0] not in own]
    record.write_text(json.dumps({**vars(observer), "imported": others}), encoding="utf-8")
    return 0


def caught_by(project: Path, fault: Seeded, observed: Observed, seconds: float) -> str:
    """Turn one place wrong, run tests, set it right; say which test failed, if any did."""
    path = project / "analysis" / fault.module
    right = path.read_text(encoding="utf-8")
    path.write_text(fault.text, encoding="utf-8")
    try:
        for tests in filter(None, observed.tests_for(fault, seconds)):
            if found := first_failure(project, tests, SECONDS_TO_BEGIN + 4.0 * seconds):
                return found
    finally:
        path.write_text(right, encoding="utf-8")
    return ""


def every(family: Family) -> list[Seeded]:
    """List the faults of a family, those that say the same of one line once."""
    faults: dict[str, Seeded] = {}
    for path in family.paths():
        module = str(path.relative_to(ROOT / "analysis"))
        for fault in seeded(module, path.read_text(encoding="utf-8")):
            faults[str(fault)] = fault
    return list(faults.values())


def drawn(faults: list[Seeded], n_faults: int, seed: str) -> list[Seeded]:
    """Draw faults, each as likely, and order them by place."""
    sample = random.Random(seed).sample(faults, min(n_faults, len(faults)))
    return sorted(sample, key=lambda fault: (fault.module, fault.line))


def survivors_of(log: Path) -> set[str]:
    """Read which faults an earlier run printed as survivors."""
    lines = log.read_text(encoding="utf-8").splitlines()
    return {line.removesuffix(SURVIVED) for line in lines if line.endswith(SURVIVED)}


def main() -> None:
    """Seed faults and print what caught each, then the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*", help=f"of {', '.join(FAMILIES)}; all when not named")
    parser.add_argument("--faults", type=int, default=50, help="faults a family")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--again", type=Path, help="what an earlier run printed: its survivors only"
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=60.0,
        help="of tests for a fault, as they take where nothing is wrong; four times that "
        "is an endless loop, which is ended, and caught",
    )
    parser.add_argument("--calls", type=Path, help="folder that keeps which test calls what")
    options = parser.parse_args()
    if unknown := set(options.families) - set(FAMILIES):
        parser.error(f"no such family: {', '.join(sorted(unknown))}")
    wanted = survivors_of(options.again) if options.again else None
    sys.path.pop(0)  # coverage.py beside this file is not the package of that name
    n_caught, survivors = 0, []
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        shutil.copytree(ROOT, project, ignore=left_out, symlinks=True)
        for name in options.families or FAMILIES:
            faults = every(FAMILIES[name])
            if wanted is None:
                sample = drawn(faults, options.faults, f"{options.seed} {name}")
            else:
                sample = [one for one in faults if str(one) in wanted]
            kept = (options.calls or project).resolve()
            kept.mkdir(parents=True, exist_ok=True)
            record = kept / f"calls-{name}.json"
            observed = as_it_is(project, FAMILIES[name], record)
            quickest = sorted(observed.seconds, key=observed.seconds.__getitem__)[:5]
            if failed := first_failure(project, quickest, 4 * SECONDS_TO_BEGIN):
                raise SystemExit(f"not tried, a test that passed fails now: {failed}")
            for fault in sample:
                found = caught_by(project, fault, observed, options.seconds)
                n_caught += bool(found)
                survivors += [] if found else [fault]
                print(f"{fault}{f': caught by {found}' if found else SURVIVED}", flush=True)
    print(f"{n_caught} of {n_caught + len(survivors)} caught; survived:")
    print("\n".join(f"- {fault}" for fault in survivors))
    raise SystemExit(bool(survivors))


if __name__ == "__main__":
    main()
