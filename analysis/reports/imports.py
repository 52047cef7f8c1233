"""Which files of the package a script depends on, found without running anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from analysis.paths import ROOT

Import = ast.Import | ast.ImportFrom


def files_imported(script: Path, root: Path = ROOT, package: str = "analysis") -> frozenset[Path]:
    """Find every file of the package that a script imports, directly or through others.

    Importing a module runs the ``__init__`` of every package above it, so these count, and so do
    files other than modules in the packages reached, which their modules may read. Imports made
    for type checkers alone do not count, but for the names that a package exports lazily: there
    they say where a name comes from, and count for those who import that name.

    Parameters
    ----------
    script : Path
        A percent script, or a module of the package.
    root : Path
        Folder that holds the package.
    package : str
        The package's name.

    Returns
    -------
    frozenset of Path
        Files under ``root / package``; the script itself only if it lies there.
    """
    reached: set[Path] = set()
    waiting = [script]
    if script.is_relative_to(root / package):
        waiting += _files(_dotted(script, root), root)
        reached.update(waiting)
    while waiting:
        file = waiting.pop()
        for name in _names_imported(file, root):
            if name.split(".")[0] == package:
                new = [found for found in _files(name, root) if found not in reached]
                reached.update(new)
                waiting += new
    return frozenset(reached | _other_files(reached))


def imports_name(file: Path, module: str, name: str) -> bool:
    """Say whether a file imports a given name from a given module.

    Examples
    --------
    >>> imports_name(Path(__file__), "analysis.paths", "ROOT")
    True
    """
    return any(
        isinstance(statement, ast.ImportFrom)
        and statement.module == module
        and any(alias.name == name for alias in statement.names)
        for statement in _parsed(file).at_run_time
    )


class _Imports:
    """Import statements of one file, those for type checkers apart."""

    def __init__(self, tree: ast.AST) -> None:
        self.at_run_time: list[Import] = []
        self.for_type_checkers: list[Import] = []
        self._collect(tree, self.at_run_time)

    def _collect(self, node: ast.AST, found: list[Import]) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Import):
                found.append(child)
            elif isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
                self._collect(ast.Module(child.body, []), self.for_type_checkers)
                self._collect(ast.Module(child.orelse, []), found)
            elif isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
                self._collect(child, found)


def _parsed(file: Path) -> _Imports:
    return _parsed_once(file, file.stat().st_mtime_ns)


@cache
def _parsed_once(file: Path, _modified_ns: int) -> _Imports:
    return _Imports(ast.parse(file.read_bytes()))


def _names_imported(file: Path, root: Path) -> Iterator[str]:
    """Yield dotted names that running a file imports, with the homes of lazily exported ones."""
    for statement in _parsed(file).at_run_time:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                yield alias.name
                yield from _lazy_exports(alias.name, root).values()
            continue
        base = _base(statement, file, root)
        yield base
        exports = _lazy_exports(base, root)
        for alias in statement.names:
            if alias.name in exports:
                yield exports[alias.name]
            else:
                yield f"{base}.{alias.name}"
                yield from _lazy_exports(f"{base}.{alias.name}", root).values()


def _lazy_exports(package: str, root: Path) -> dict[str, str]:
    """Return names that a package imports for type checkers alone, and the modules they live in."""
    init = root.joinpath(*package.split("."), "__init__.py")
    if not init.is_file():
        return {}
    return {
        alias.asname or alias.name: _base(statement, init, root)
        for statement in _parsed(init).for_type_checkers
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }


def _base(statement: ast.ImportFrom, file: Path, root: Path) -> str:
    """Return the module that a ``from`` import names, a relative one resolved."""
    if not statement.level:
        return statement.module or ""
    parts = _dotted(file, root).split(".")
    above = parts if file.name == "__init__.py" else parts[:-1]
    above = above[: len(above) - statement.level + 1]
    return ".".join([*above, *filter(None, [statement.module])])


def _files(name: str, root: Path) -> list[Path]:
    """Return files that importing a dotted name runs, those of the packages above it included."""
    parts = name.split(".")
    places = [root.joinpath(*parts[:depth]) for depth in range(1, len(parts) + 1)]
    candidates = [
        candidate for place in places for candidate in (place / "__init__.py", _module(place))
    ]
    return [candidate for candidate in candidates if candidate.is_file()]


def _module(place: Path) -> Path:
    return place.with_name(f"{place.name}.py")


def _dotted(file: Path, root: Path) -> str:
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _other_files(modules: set[Path]) -> set[Path]:
    folders = {module.parent for module in modules if module.name == "__init__.py"}
    return {
        file
        for folder in folders
        for file in folder.rglob("*")
        if file.suffix not in {".py", ".pyc"} and file.is_file() and _home(file) == folder
    }


def _home(file: Path) -> Path:
    """Return the nearest package folder above a file."""
    return next(folder for folder in file.parents if (folder / "__init__.py").is_file())
