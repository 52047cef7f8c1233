"""Write the tables of docs/replication.md: raw data with terms, and what each report is made from.

``python tools/replication.py`` writes them; ``make docs`` runs that. ``--measure`` first works the
numbers of each notebook out again, to record which raw tables are loaded for them (two minutes).
"""

from __future__ import annotations

import ast
import csv
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
RAW = ROOT / "data" / "raw"
TARGET = ROOT / "docs" / "replication.md"
READ = Path(__file__).with_name("tables_read.yaml")

OPEN = frozenset(
    {
        "Apache-2.0",
        "CC BY 4.0",
        "CC BY 4.0, attribution gpurentalprices.com, Zenodo 10.5281/zenodo.21435394",
        "MIT",
        "ODC-PDDL-1.0; the rates are of the Federal Reserve, public domain",
        "US government data; facts of filings",
    }
)
"""Terms under which a source's data may be passed on; of all others only single facts are kept."""

_MEASURE = """
import sys
from analysis.data import loaded_tables
from analysis.reports.build.manifest import read_manifest
from analysis.reports.verify.recomputation import recomputation
reports = read_manifest().reports
with recomputation(reports) as again:
    for report in reports:
        if report.notebook == sys.argv[1]:
            again.values(report.name)
print(*sorted(name.removesuffix(".csv") for name in loaded_tables()))
"""


def manifest() -> list[dict[str, Any]]:
    """Return the reports as the manifest lists them."""
    text = (ROOT / "reports" / "manifest.yml").read_text("utf-8")
    reports: list[dict[str, Any]] = yaml.safe_load(text)["reports"]
    return reports


def notebooks() -> list[str]:
    """Return the notebooks of the manifest, in its order."""
    return list(dict.fromkeys(report["notebook"] for report in manifest()))


def measured(notebook: str) -> list[str]:
    """Return the raw tables loaded while the numbers of a notebook's reports are worked out."""
    command = [sys.executable, "-c", _MEASURE, notebook]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()[-1].split()


def named(notebook: str) -> set[str]:
    """Return the raw tables that a notebook itself loads by name."""
    tree = ast.parse((ROOT / "notebooks" / f"{notebook}.py").read_text("utf-8"))
    return {
        str(call.args[0].value)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) in ("load", "data.load")
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def rows(table: str) -> list[dict[str, str]]:
    """Return the rows of a raw table as they are written."""
    with (RAW / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def raw_tables() -> Iterator[str]:
    """Yield one line for each raw table."""
    terms = {row["source_id"]: row["terms_of_use"] for row in rows("sources")}
    yield "| table | holds | rows | sources | may be passed on whole | terms of the others |"
    yield "|---|---|---|---|---|---|"
    for resource in json.loads((RAW / "datapackage.json").read_text("utf-8"))["resources"]:
        name = resource["name"]
        used = sorted({row.get("source_id", "") for row in rows(name)} - {""})
        closed = Counter(terms[source] for source in used if terms[source] not in OPEN)
        others = "; ".join(f"{words} ({n})" for words, n in closed.most_common())
        file = f"[{name}](../data/raw/{resource['path']})"
        n_open = len(used) - closed.total()
        cells = (file, resource["title"], resource["rows"], len(used), n_open, others or "none")
        yield f"| {' | '.join(map(str, cells))} |"


def fetched() -> Iterator[str]:
    """Yield one line for each source that a program may, or must not, fetch."""
    sources = yaml.safe_load((ROOT / "data" / "terms.yaml").read_text("utf-8"))["sources"]
    yield "| source | publisher | license or terms | collection by a program |"
    yield "|---|---|---|---|"
    for source in sources.values():
        cells = (source["title"], source["publisher"], source["license"], source["collection"])
        yield f"| {' | '.join(cells)} |"


def made_from() -> Iterator[str]:
    """Yield one line for each notebook: its reports and the raw tables behind them."""
    read = yaml.safe_load(READ.read_text("utf-8"))
    yield "| notebook | reports | raw tables behind its numbers |"
    yield "|---|---|---|"
    unread = {file.stem for file in RAW.glob("*.csv")}
    for notebook in notebooks():
        reports = [report["name"] for report in manifest() if report["notebook"] == notebook]
        tables = sorted({*read[notebook], *named(notebook)})
        link = f"[{notebook}](../notebooks/{notebook}.py)"
        unread.difference_update(tables)
        yield f"| {link} | {_code(reports)} | {_code(tables)} |"
    yield f"| none | none | {_code(sorted(unread)) or 'none'} |"


def headlines() -> Iterator[str]:
    """Yield one line for each report: the ids of its published numbers."""
    yield "| report | ids: `REPORT/` and |"
    yield "|---|---|"
    for report in manifest():
        file = ROOT / "reports" / "results" / f"{report['name']}.json"
        yield f"| `{report['name']}` | {_code(json.loads(file.read_text('utf-8'))['results'])} |"


SECTIONS: dict[str, Callable[[], Iterable[str]]] = {
    "raw tables": raw_tables,
    "sources fetched": fetched,
    "made from": made_from,
    "headlines": headlines,
}


def text(page: str) -> str:
    """Return the page with its generated tables written anew.

    Raises
    ------
    ValueError
        The page has no place for one of them.
    """
    for name, lines in SECTIONS.items():
        start, end = f"<!-- {name}: written by `make docs` -->", f"<!-- end of {name} -->"
        place = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.S)
        if not place.search(page):
            raise ValueError(f"{TARGET.name} has no place for {name}: {start} ... {end}")
        whole = "\n".join([start, *lines(), end])
        page = place.sub(lambda _, whole=whole: whole, page)  # type: ignore[misc]
    return page


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


if __name__ == "__main__":
    if "--measure" in sys.argv[1:]:
        found = {notebook: measured(notebook) for notebook in notebooks()}
        READ.write_text(yaml.safe_dump(found, sort_keys=False), encoding="utf-8")
    TARGET.write_text(text(TARGET.read_text("utf-8")), encoding="utf-8")
