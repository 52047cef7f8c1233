"""How the source is written: the formatter always wins, and no function outgrows its reader."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

from analysis.paths import ROOT

FOLDERS = ("analysis", "benchmarks", "notebooks", "tests", "tools")
MOST_LINES = 79


def scripts() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            if "__pycache__" not in path.parts:
                yield path


def formatter_comments(source: str) -> list[int]:
    """Lines with a comment that switches the formatter off."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [
        token.start[0]
        for token in tokens
        if token.type == tokenize.COMMENT
        and token.string.removeprefix("#").replace(" ", "").startswith(("fmt:", "yapf:"))
    ]


def long_functions(source: str) -> list[str]:
    """Functions with more lines than a reader keeps in mind, docstring included."""
    return [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= MOST_LINES
    ]


def test_nothing_switches_the_formatter_off() -> None:
    assert formatter_comments('a = [1,\n 2]  # fmt: skip\nb = "# fmt: skip"\n#fmt:off\n') == [2, 4]
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in scripts()
        for line in formatter_comments(path.read_text(encoding="utf-8"))
    }
    assert not found


def test_no_function_of_the_package_is_longer_than_a_screen() -> None:
    body = "    pass\n" * MOST_LINES
    assert long_functions(f"def long():\n{body}") == [f"long: {MOST_LINES + 1} lines"]
    assert long_functions(f"def short():\n{body[9:]}") == []
    found = [
        f"{path.relative_to(ROOT)} {each}"
        for path in scripts()
        if path.is_relative_to(ROOT / "analysis")
        for each in long_functions(path.read_text(encoding="utf-8"))
    ]
    assert not found


# The same word in both families means the same thing, and is looked for in both.
PARALLEL = (
    # An assumption's theme: its terms, and the block of lines that reads them.
    ("analysis/rental/inputs/terms", "analysis/rental/model/blocks"),
    # A question, and the command that asks it.
    ("analysis/cli", "analysis/rental/questions"),
    # Named futures: of spending, and of rents.
    ("analysis/capex/wave/scenarios", "analysis/rents/purchase/scenarios"),
    # What `explain` and the page of formulas show of a family.
    ("analysis/exuberance/formulas", "analysis/rents/index/formulas"),
)


def shared_names(modules: list[str]) -> list[tuple[str, ...]]:
    """Modules that share a name without being of parallel families; package faces left out."""
    by_name: dict[str, list[str]] = {}
    for module in sorted(modules):
        by_name.setdefault(module.rsplit("/", 1)[-1], []).append(module)
    return [
        tuple(same)
        for name, same in by_name.items()
        if len(same) > 1 and name != "__init__" and not is_parallel(same)
    ]


def is_parallel(modules: list[str]) -> bool:
    """Whether two modules are each of its side of one pair of families."""
    folders = tuple(module.rsplit("/", 1)[0] for module in modules)
    return tuple(modules) in PARALLEL or folders in PARALLEL


def test_one_file_name_has_one_meaning() -> None:
    shared = shared_names(["a/debt", "b/debt", "analysis/cli/solve", "analysis/rental/solve"])
    assert shared == [("a/debt", "b/debt"), ("analysis/cli/solve", "analysis/rental/solve")]
    terms, blocks = PARALLEL[0]
    assert shared_names([f"{terms}/tax", f"{blocks}/tax", "a/__init__", "b/__init__"]) == []
    modules = [str(p.relative_to(ROOT).with_suffix("")) for p in scripts()]
    assert shared_names([module for module in modules if module.startswith("analysis/")]) == []
