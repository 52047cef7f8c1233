"""Static import analysis: which files a script depends on, found without running anything."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.files import WriteError, remove_abandoned, write_whole
from analysis.paths import ROOT

Import = ast.Import | ast.ImportFrom


class ImportGraph:
    """Who imports whom within a package, each file read once.

    Importing a module runs the ``__init__`` of every package above it, so these count, and so do
    files other than modules in the packages reached, which their modules may read. Imports made
    for type checkers alone do not count. What a package exports lazily is in its stub file
    ``__init__.pyi``, and counts for those who import that name.

    Parameters
    ----------
    root : Path
        Folder that holds the package.
    package : str
        The package's name.
    """

    def __init__(self, root: Path = ROOT, package: str = "analysis") -> None:
        self._root = root
        self._package = package
        self._statements = _Statements(root / package / "__pycache__" / "imports.json")
        self._parsed: dict[Path, list[Import]] = {}
        self._next: dict[Path, frozenset[Path]] = {}
        self._others: dict[Path, frozenset[Path]] = {}
        self._exports: dict[str, dict[str, str]] = {}
        self._run_by: dict[str, frozenset[Path]] = {}
        self._reached: dict[Path, frozenset[Path]] = {}

    def files_imported(self, script: Path) -> frozenset[Path]:
        """Find every file of the package that a script imports, directly or through others.

        Parameters
        ----------
        script : Path
            A percent script, or a module of the package.

        Returns
        -------
        frozenset of Path
            Files of the package; the script itself only if it is one of them.
        """
        if script not in self._reached:
            self._reached[script] = self._find_imported(script)
        return self._reached[script]

    def _find_imported(self, script: Path) -> frozenset[Path]:
        reached: set[Path] = set()
        waiting = {script}
        if script.is_relative_to(self._root / self._package):
            waiting |= self._files(self._dotted(script))
            reached |= waiting
        while waiting:
            new = self._imported_by(waiting.pop()) - reached
            reached |= new
            waiting |= new
        self._statements.keep()
        folders = {module.parent for module in reached if module.name == "__init__.py"}
        return frozenset(reached).union(*map(self._other_files, folders))

    def names_imported(self, file: Path) -> Iterator[str]:
        """Yield dotted names that running a file imports, with the homes of lazy exports."""
        for statement in self._imports(file):
            if isinstance(statement, ast.Import):
                for alias in statement.names:
                    yield alias.name
                    yield from self._lazy_exports(alias.name).values()
                continue
            base = self._base(statement, file)
            yield base
            exports = self._lazy_exports(base)
            for alias in statement.names:
                if alias.name in exports:
                    yield exports[alias.name]
                else:
                    yield f"{base}.{alias.name}"
                    yield from self._lazy_exports(f"{base}.{alias.name}").values()

    def _imports(self, file: Path) -> list[Import]:
        if file not in self._parsed:
            self._parsed[file] = self._statements.of(file)
        return self._parsed[file]

    def _imported_by(self, file: Path) -> frozenset[Path]:
        if file not in self._next:
            names = {
                name for name in self.names_imported(file) if name.split(".")[0] == self._package
            }
            self._next[file] = frozenset().union(*map(self._files, names))
        return self._next[file]

    def _lazy_exports(self, package: str) -> dict[str, str]:
        """Return names that a package exports by its stub file, and where they live."""
        if package not in self._exports:
            self._exports[package] = self._read_exports(package)
        return self._exports[package]

    def _read_exports(self, package: str) -> dict[str, str]:
        stub = self._root.joinpath(*package.split("."), "__init__.pyi")
        if package.split(".")[0] != self._package or not stub.is_file():
            return {}
        exports = {}
        for statement in self._imports(stub):
            if isinstance(statement, ast.ImportFrom):
                base = self._base(statement, stub)
                for alias in statement.names:
                    is_package = base == package  # from . import NAME
                    exports[alias.name] = f"{base}.{alias.name}" if is_package else base
        return exports

    def _base(self, statement: ast.ImportFrom, file: Path) -> str:
        """Return the module that a ``from`` import names, a relative one resolved."""
        if not statement.level:
            return statement.module or ""
        parts = self._dotted(file).split(".")
        above = parts if file.stem == "__init__" else parts[:-1]
        above = above[: len(above) - statement.level + 1]
        return ".".join([*above, *filter(None, [statement.module])])

    def _files(self, name: str) -> frozenset[Path]:
        """Return files that importing a dotted name runs, those of packages above it included."""
        if name not in self._run_by:
            above, _, _ = name.rpartition(".")
            place = self._root.joinpath(*name.split("."))
            candidates = (place / "__init__.py", place.with_name(f"{place.name}.py"))
            own = {candidate for candidate in candidates if candidate.is_file()}
            self._run_by[name] = (self._files(above) if above else frozenset[Path]()) | own
        return self._run_by[name]

    def _dotted(self, file: Path) -> str:
        parts = file.relative_to(self._root).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def _other_files(self, folder: Path) -> frozenset[Path]:
        """Return files of a package that are no modules, those of packages below it left out."""
        if folder not in self._others:
            self._others[folder] = frozenset(_files_of_package(folder))
        return self._others[folder]


class _Statements:
    """Import statements by file and content, kept on disk: parsing them takes most of a second.

    Parameters
    ----------
    place : Path
        Where they are kept; for this run alone where that cannot be read or written.
    """

    def __init__(self, place: Path) -> None:
        self._place = place
        self._known: dict[str, dict[str, Any]] = {}
        self._is_new = False
        with contextlib.suppress(OSError, ValueError, TypeError):
            self._known = dict(json.loads(place.read_text(encoding="utf-8")))

    def of(self, file: Path) -> list[Import]:
        """Return the imports of a file that run."""
        content = file.read_bytes()
        digest, name = hashlib.sha256(content).hexdigest(), str(file)
        with contextlib.suppress(LookupError, TypeError, AttributeError):  # of another version
            if self._known[name]["digest"] == digest:
                return [_statement(**each) for each in self._known[name]["imports"]]
        found = list(_imports_at_run_time(ast.parse(content)))
        self._known[name] = {"digest": digest, "imports": list(map(_parts, found))}
        self._is_new = True
        return found

    def keep(self) -> None:
        """Write down what was parsed since the last time."""
        if self._is_new:
            self._is_new = False
            with contextlib.suppress(OSError, WriteError):
                remove_abandoned(self._place.parent)
                write_whole(self._place, json.dumps(self._known))


def _parts(statement: Import) -> dict[str, Any]:
    names = [alias.name for alias in statement.names]
    if isinstance(statement, ast.Import):
        return {"names": names}
    return {"names": names, "base": statement.module, "level": statement.level}


def _statement(names: list[str], base: str | None = None, level: int | None = None) -> Import:
    aliases = [ast.alias(name) for name in names]
    return ast.Import(aliases) if level is None else ast.ImportFrom(base, aliases, level)


def _imports_at_run_time(node: ast.AST) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Import):
            yield child
        elif isinstance(child, ast.If) and _is_for_type_checkers(child.test):
            yield from _imports_at_run_time(ast.Module(child.orelse, []))
        elif isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            yield from _imports_at_run_time(child)


def _is_for_type_checkers(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", None)
    return name == "TYPE_CHECKING"


def _files_of_package(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        is_package = path.is_dir() and (path / "__init__.py").is_file()
        if is_package or path.name == "__pycache__" or path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _files_of_package(path)
        elif path.suffix != ".py":
            yield path
