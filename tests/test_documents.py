"""README and documents, line by line: a command runs as it stands, or it is said why not."""

from __future__ import annotations

import ast
import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from analysis.data.processed import has_processed
from analysis.paths import ROOT
from analysis.rents.purchase.bridge import TABLE as RENT_FORECAST

DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))),
)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
_INLINE = re.compile(
    r"`((?:[A-Z_]+=\S+ )*(?:make|papermill|\.ci/run|\.venv/bin/\S+|python -m analysis)(?: [^`]*)?)`"
)

_SWEEP = "python -m analysis sweep"

# A command that no test runs as it stands, and where what it does is tried instead.
ELSEWHERE = {
    "make reports": "every report: .ci/run builds them all",
    "make lab": "opens a browser; tests/reports/test_browser.py and test_project.py save notebooks",
    "make": "test_project.py reads what it prints",
    "make environment": "installs; test_project.py sets up an environment in small",
    "make PYTHON=/path/to/python3.11 environment": "installs; test_project.py asks for versions",
    "podman build -t compute-rental . && podman run --rm -p 8888:8888 compute-rental": (
        "builds an image: nothing tries it where no image can be built"
    ),
    "python -m analysis build --jobs 1": "every report: .ci/run builds them all",
    "python -m analysis reproduce --all": "every number: tests/reports/test_reproduce.py does some",
    "papermill --help-notebook notebooks/NAME.ipynb": "the form of a command",
    "make test": "these tests",
    """make test ARGS="-m 'not slow'\"""": "these tests",
    "make bench": "measures for half an hour: benchmarks/results.md is what it wrote",
    "make lint": ".ci/run",
    "make lint test": ".ci/run",
    "make docs": "test_map.py and test_replication.py compare what it writes",
    "make sync": "tests/reports/test_sync.py",
    "make lock": "asks package indexes; test_project.py checks the lock",
    ".ci/run": "runs these tests",
    ".venv/bin/python -m pre_commit install": "writes into .git",
    "conda env create -f environment.yml": "installs; test_project.py checks the file",
    "conda activate compute-rental": "a shell's own",
    "pip install --no-deps --no-build-isolation --editable .": "installs; test_project.py",
    ". .venv/bin/activate": "a shell's own",
    "python -m analysis": "no command",
    "python -m analysis build": "every report: .ci/run builds them all",
    "python -m analysis refresh all --dry-run --contact me@example.org": "asks: tests/refresh",
    "python -m analysis refresh all --check": "asks other hosts: tests/refresh",
    "python -m analysis refresh rents|filings|fx|china|all": "the form of a command",
    "python -m analysis data moved": "works out every number: tests/reports/test_moved.py",
    "python -m analysis data moved rent-trends --causes": "every number: test_moved.py",
    "python -m analysis data moved rent-trends --causes --keep": "every number: test_moved.py",
    "python -m analysis data moved rent-trends --causes --out moved.html": "the same",
    "python -m analysis data moved rent-trends --own": "the same",
    "python -m analysis build capex-intensity -p with_own_companies=true --out mine.html": (
        "needs own figures: tests/capex/test_own_companies.py adds some"
    ),
    "python -m analysis build operators -p with_own_operators=true --out mine.html": (
        "needs own figures: tests/operators/test_own_operators.py adds some"
    ),
    "python -m analysis data moved --changelog": "works out every number: test_moved.py",
    "python -m analysis data seal NAME": "the form of a command",
    "python -m analysis method --write": "writes a file that is committed: test_method_lock.py",
    "make develop": "installs; test_project.py sets up an environment in small",
    "python -m analysis verify": "builds all reports twice: tests/reports/test_verification.py",
    "python -m analysis verify --quick": "every number: tests/reports/test_reproduce.py",
    "python -m analysis audit --write": "writes verdicts that are committed: tests/claims",
    "python -m analysis data add KIND FILE": "the form of a command",
    "python -m analysis explain NAME": "the form of a command",
    "python -m analysis build NAME": "the form of a command",
    "python -m analysis translate --missing NAME": "the form of a command: test_translation.py",
    "python -m analysis translate --unused NAME": "the form of a command: test_translation.py",
    f"{_SWEEP} rental_model pages.yaml --notebooks --workers 4": (
        "four notebooks: tests/sweeps/test_cluster.py runs smaller ones"
    ),
    f"{_SWEEP} rent_trends windows.yaml --notebooks": (
        "four notebooks: tests/sweeps/test_cluster.py runs smaller ones"
    ),
    f"{_SWEEP} rental_model pages.yaml --notebooks --scheduler tcp://10.0.0.1:8786": (
        "needs a cluster: tests/sweeps/test_cluster.py starts one"
    ),
    "dask scheduler": "a server: tests/sweeps/test_cluster.py starts one",
    "dask worker tcp://10.0.0.1:8786 --nthreads 1 --nworkers 8": "a server: the same",
    "papermill notebooks/NAME.ipynb out.ipynb -p ...": "the form of a command",
}
# One script and its cluster: tests/sweeps/test_private_cluster.py runs the blocks as they stand.
ELSEWHERE |= dict.fromkeys(
    (
        "export DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION=True",
        'export DASK_DISTRIBUTED__COMM__TLS__CA_FILE="$PWD/sweep.crt"',
        "for role in SCHEDULER WORKER CLIENT; do",
        'export DASK_DISTRIBUTED__COMM__TLS__${role}__CERT="$PWD/sweep.crt"',
        'export DASK_DISTRIBUTED__COMM__TLS__${role}__KEY="$PWD/sweep.key"',
        "done",
        "dask scheduler --host tls://10.0.0.1 --no-dashboard",
        "dask worker tls://10.0.0.1:8786 --nthreads 1 --nworkers 8 --no-dashboard",
        f"{_SWEEP} rental_model pages.yaml --notebooks --scheduler tls://10.0.0.1:8786",
    ),
    "a script with its cluster: tests/sweeps/test_private_cluster.py",
)
# Needs another package and a cluster: only read, not run.
FOREIGN = ("dask_jobqueue", "dask_kubernetes")
# Runs a notebook, or a million scenarios.
SLOW = (
    "papermill ",
    "python -m analysis build rent-trends",
    "python -m analysis reproduce",
    "python -m analysis simulate",
    "python -m analysis sensitivity sobol",
)


REPORT_FILES = ("manifest.yml", "method.lock")


class Piece(NamedTuple):
    """Something that a document tells its reader to run, or a file to write."""

    document: str
    line: int
    language: str
    text: str

    @property
    def is_slow(self) -> bool:
        return self.text.startswith(SLOW)


def commands_of(block: str) -> Iterator[str]:
    """Yield the commands of a shell block, comments left out and broken lines joined."""
    for line in block.replace("\\\n", " ").splitlines():
        command = " ".join(re.sub(r"(^|\s)#.*", "", line).split())
        if command:
            yield command


def pieces() -> list[Piece]:
    """Return what the documents tell to run, in reading order, each command once."""
    found: list[Piece] = []
    for name in DOCUMENTS:
        text = (ROOT / name).read_text(encoding="utf-8")
        blocks = [*_FENCE.finditer(text)]
        placed = [(block.start(), block[1], block[2]) for block in blocks]
        for inline in _INLINE.finditer(text):
            if not any(block.start() <= inline.start() < block.end() for block in blocks):
                placed.append((inline.start(), "sh", " ".join(inline[1].split())))
        for at, language, content in sorted(placed):
            line = text.count("\n", 0, at) + 1
            parts = commands_of(content) if language == "sh" else [content]
            found += [Piece(name, line, language, part) for part in parts]
    first = {piece.text: piece for piece in reversed(found)}
    return [piece for piece in found if first[piece.text] is piece]


PIECES = pieces()
COMMANDS = [piece for piece in PIECES if piece.language == "sh" and piece.text not in ELSEWHERE]
SCRIPTS = [
    piece
    for piece in PIECES
    if piece.language == "python" and not any(name in piece.text for name in FOREIGN)
]
RUN = [
    pytest.param(
        piece,
        id=f"{piece.document}:{piece.line}",
        marks=[pytest.mark.slow, pytest.mark.notebook] if piece.is_slow else [],
    )
    for piece in PIECES
    if piece in COMMANDS or piece in SCRIPTS
]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, with the files that the documents take for granted."""
    copy = tmp_path_factory.mktemp("documents") / "project"
    for name in ("analysis", "docs", "notebooks", "tools", "data/raw", "reports/results"):
        shutil.copytree(ROOT / name, copy / name, symlinks=True)
    for file in (*ROOT.glob("*.*"), *(ROOT / "reports" / name for name in REPORT_FILES)):
        if file.is_file():
            shutil.copy(file, copy / file.relative_to(ROOT))
    # what `make reports`, the first command of the README, leaves for others
    shutil.copytree(ROOT / "data" / "processed", copy / "data" / "processed")
    for piece in PIECES:
        file = re.match(r"# (\w+\.yaml)", piece.text)
        if piece.language == "yaml" and file:
            (copy / file[1]).write_text(piece.text, encoding="utf-8")
    with (copy / "my-prices.csv").open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(["date", "provider", "gpu", "price", "currency", "unit"])
        for month in range(36):
            for place, provider in enumerate(("One", "Two", "Three")):
                price = (3.0 + 0.2 * place) * 0.98**month * (1 + 0.01 * ((month + place) % 3))
                date = f"{2023 + (9 + month) // 12}-{(9 + month) % 12 + 1:02d}-15"
                rows.writerow([date, provider, "H100", f"{price:.4f}", "USD", "per GPU-hour"])
    return copy


def run(arguments: list[str], checkout: Path) -> subprocess.CompletedProcess[str]:
    """Run a program of this environment in the copy."""
    folder = Path(sys.executable).parent
    environment = os.environ | {
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(checkout),
    }
    return subprocess.run(
        arguments, cwd=checkout, env=environment, capture_output=True, text=True, timeout=900
    )


@pytest.mark.parametrize("piece", RUN)
def test_it_runs_as_it_stands(piece: Piece, checkout: Path) -> None:
    if piece.language == "python":
        done = run([sys.executable, "-c", piece.text], checkout)
    else:
        words = shlex.split(piece.text)
        if words[0] == "papermill" and not has_processed(RENT_FORECAST):
            pytest.skip("reads what other reports saved; `make reports` builds them")
        if words[0] == "python":
            words[0] = sys.executable
        done = run(words, checkout)
    where = f"{piece.document}, line {piece.line}: {piece.text}"
    assert done.returncode == 0, f"{where}\n{done.stdout[-800:]}\n{done.stderr[-2000:]}"
    named = re.search(r"(?:--out|--write-case|\.yml) (\S+\.\w+)$", piece.text)
    assert named is None or (checkout / named[1]).stat().st_size > 100, where


def test_documents_hold_commands_of_every_kind() -> None:
    matches = [re.match(r"python -m analysis (\S+)", piece.text) for piece in COMMANDS]
    named = {match[1] for match in matches if match}
    assert named >= {
        "build",
        "data",
        "evaluate",
        "explain",
        "own-or-rent",
        "reproduce",
        "sensitivity",
        "simulate",
        "sweep",
        "workbook",
    }
    assert len(SCRIPTS) >= 2
    assert {piece.document for piece in COMMANDS} >= {"README.md", "docs/sweeps.md"}


def test_what_is_not_run_here_is_still_in_a_document() -> None:
    text = " ".join(
        "\n".join((ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS)
        .replace("\\\n", " ")
        .split()
    )
    gone = [command for command in ELSEWHERE if command not in text]
    assert not gone, f"no document has {gone}"


def test_every_block_is_of_a_language_that_is_checked() -> None:
    assert {piece.language for piece in PIECES} <= {"sh", "yaml", "python"}
    for piece in PIECES:
        if piece.language == "python":
            ast.parse(piece.text)
