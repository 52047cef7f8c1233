"""Write docs/map.md: the floors from the rules of imports, the rooms from their first lines.

``python tools/house_map.py`` writes it; ``make docs`` runs that.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "analysis"
PATHS = Path(__file__).with_name("map_paths.yaml")
TARGET = ROOT / "docs" / "map.md"

WRITTEN = """Written by `make docs` from the rules of imports in `pyproject.toml` and the first
lines of the modules; do not edit. What a name computes, and from what, `python -m analysis explain
NAME` says; why things are as they are stands in [design.md](design.md)."""
RULE = """Each floor imports only from floors below it. Notebooks call the families; nothing imports
a notebook; only `analysis/data` reads `data/raw`, and only `analysis/reports` writes `reports/`."""


def first_line(file: Path) -> str:
    """Return what a module says of itself first."""
    text = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split()).replace("``", "`")


def rules() -> list[dict[str, object]]:
    """Return the rules that have floors, the house's first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    return [contract for contract in contracts if contract["type"] == "layers"]


def text() -> str:
    """Return the whole map."""
    house, *families = rules()
    paths = yaml.safe_load(PATHS.read_text("utf-8"))
    parts = [
        "# Map",
        WRITTEN,
        "## The house",
        RULE,
        _floors(house, PACKAGE),
        "## Floors of the families",
    ]
    for rule in families:
        (container,) = rule["containers"]  # type: ignore[misc]
        folder = ROOT / str(container).replace(".", "/")
        parts += [f"### {folder.name}", first_line(folder / "__init__.py"), _floors(rule, folder)]
    parts += [
        "## From a raw row to a published page",
        "The fall of H100 rents, from a quote to the summary.",
        _path(paths["number"]),
        "## From a parameter's cell to a measure",
        "The yearly decline of the rent.",
        _path(paths["parameter"]),
        "## Every module",
        *_modules(),
    ]
    return "\n\n".join(parts) + "\n"


def _floors(rule: dict[str, object], folder: Path) -> str:
    rows = ["| floor | room | holds |", "|---|---|---|"]
    layers = [str(layer).split(" | ") for layer in rule["layers"]]  # type: ignore[attr-defined]
    for at, names in enumerate(layers):
        for name in names:
            module = folder / name
            file = module / "__init__.py" if module.is_dir() else module.with_suffix(".py")
            place = module if module.is_dir() else file
            rows.append(f"| {len(layers) - at} | {_link(place, name)} | {first_line(file)} |")
    return "\n".join(rows)


def _path(steps: Iterable[dict[str, str]]) -> str:
    lines = []
    for at, step in enumerate(steps, 1):
        file, name = ROOT / step["file"], step.get("name", "")
        if not re.search(rf"\b{re.escape(name)}\b", file.read_text("utf-8")):
            raise ValueError(f"{step['file']} has no {name}: mend {PATHS.name}")
        words = f" `{name}`" if name else ""
        lines.append(f"{at}. {_link(file, step['file'])}{words}: {step['what']}")
    return "\n".join(lines)


def _modules() -> Iterator[str]:
    """Yield a heading and a list for each folder."""
    for folder in sorted({file.parent for file in PACKAGE.rglob("*.py")}):
        files = sorted(file for file in folder.glob("*.py") if file.name != "__init__.py")
        if files and "__pycache__" not in folder.parts:
            yield f"### {folder.relative_to(ROOT).as_posix()}"
            yield "\n".join(f"- {_link(file, file.name)}: {first_line(file)}" for file in files)


def _link(path: Path, words: str) -> str:
    return f"[{words}](../{path.relative_to(ROOT).as_posix()})"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
