"""Faults of a build: killed, out of disk, two at once, without a right; what is half made?

Run on demand: ``python benchmarks/build_faults.py --kills 200 --full-disks 40 --at-once 40
--no-rights 40 --interrupts 10``. A project of three quick reports is built in two states, whose
files are known. Then each trial asks for the other state and breaks the build at a random moment or
place. After it every file of a page, result or executed notebook must be whole, that is, of one of
the two states. The build that follows (of kills, every fifth is followed by one) must make exactly
the state it was asked for, and leave no hidden file, no temporary file and no process. Full disks
need a tmpfs, rights a process without capabilities (Linux, as the superuser).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import psutil

ROOT = Path(__file__).resolve().parent.parent
QUICK = (ROOT / "tests" / "reports" / "fixtures" / "quick.py").read_text(encoding="utf-8")
STATES = ("fine", "well")
REPORTS = ("one", "two", "three")
MADE = ("reports/site", "reports/results", "reports/executed", "data/processed")
WITHOUT_CAPABILITIES = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
KILLS_A_BUILD = 5
HAD_ENDED = "had ended before"
DISK_BYTES = 96 << 20
SECONDS_ENDED = 3.0
"""What an interrupt may take; a busy machine takes longer, which is printed."""


@dataclass
class Project:
    """A project of quick reports, with its own folder of temporary files."""

    root: Path
    known: dict[str, dict[str, bytes]] = field(default_factory=dict)
    """Every file that a whole build makes, by state and path."""
    seconds: float = 0.0
    """What the quickest whole build took."""

    @property
    def temporary(self) -> Path:
        """Where its processes put temporary files."""
        return self.root / "t"

    @classmethod
    def new(cls, root: Path) -> Project:
        """Copy the package and write the notebook."""
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "analysis", root / "analysis", ignore=ignored)
        for name in ("pyproject.toml", "requirements-run.lock"):
            shutil.copy(ROOT / name, root / name)
        for folder in ("notebooks", "reports", "data/raw", "t"):
            (root / folder).mkdir(parents=True)
        (root / "notebooks" / "quick.py").write_text(QUICK, encoding="utf-8")
        project = cls(root)
        for state in STATES:
            project.ask_for(state)
            project.heal()
            project.known[state] = project.made()
        assert project.known[STATES[0]] != project.known[STATES[1]]
        return project

    def ask_for(self, state: str) -> None:
        """Write a manifest whose reports all differ from the other state's."""
        lines = [
            f"  - {{name: {name}, notebook: quick, title: {name}, parameters: {{how: {state}}}}}"
            for name in REPORTS
        ]
        text = "\n".join(["title: T", "lead: L", "reports:", *lines, ""])
        (self.root / "reports" / "manifest.yml").write_text(text, encoding="utf-8")

    def start(self, *before: str, **options: object) -> subprocess.Popen[str]:
        """Start a build in a group of its own."""
        return subprocess.Popen(
            [*before, sys.executable, "-m", "analysis", "build"],
            cwd=self.root,
            env={**os.environ, "TMPDIR": str(self.temporary), "PYTHONPATH": "", "TERM": "dumb"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,  # type: ignore[call-overload]
        )

    def heal(self) -> None:
        """Build; it must end well."""
        start = time.monotonic()
        process = self.start()
        _, errors = process.communicate()
        assert process.returncode == 0, errors
        taken = time.monotonic() - start
        self.seconds = min(self.seconds or taken, taken)

    def made(self) -> dict[str, bytes]:
        """Every file that a build makes and shows, by path."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for folder in MADE
            for path in (self.root / folder).rglob("*")
            if path.is_file() and not is_hidden(path.relative_to(self.root))
        }

    def half_made(self) -> list[str]:
        """Name the files that are of neither state.

        An index may list reports of both, or one that failed: it is whole if it comes to its end.
        So is the notebook that is kept of a report that failed, if it can be read.
        """
        return [
            path
            for path, content in self.made().items()
            if content not in [known.get(path) for known in self.known.values()]
            and not (path.endswith("/index.html") and content.rstrip().endswith(b"</html>"))
            and not (path.endswith(".failed.ipynb") and is_notebook(content))
        ]

    def left(self) -> list[str]:
        """Name hidden files, temporary files and processes."""
        hidden = [str(path) for folder in MADE for path in (self.root / folder).rglob(".*")]
        return hidden + [str(path) for path in self.temporary.iterdir()] + self.processes()

    def processes(self) -> list[str]:
        """Describe the processes that work in the project's folder."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.pid != os.getpid() and Path(process.cwd()) == self.root:
                    found.append(f"process {' '.join(process.cmdline())[:80]}")
        return found

    def until_quiet(self) -> None:
        """Wait for what a killed process started to notice."""
        last = time.monotonic() + 60
        while self.processes() and time.monotonic() < last:
            time.sleep(0.05)


def is_hidden(path: Path) -> bool:
    """Tell whether a file or a folder on its way has a hidden name."""
    return any(part.startswith(".") for part in path.parts)


def is_notebook(content: bytes) -> bool:
    """Tell whether a file is a notebook with all its cells."""
    with contextlib.suppress(ValueError, nbformat.ValidationError):
        nbformat.validate(nbformat.reads(content.decode("utf-8"), as_version=4))
        return True
    return False


@dataclass
class Count:
    """Trials of one kind."""

    tried: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    half_made: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    unhealed: list[str] = field(default_factory=list)
    tracebacks: list[str] = field(default_factory=list)

    def row(self, kind: str) -> str:
        """Return a row of the table."""
        endings = ", ".join(f"{ending} {count}" for ending, count in sorted(self.endings.items()))
        counts = (self.half_made, self.left, self.unhealed, self.tracebacks)
        return (
            f"| {kind} | {self.tried} | {endings} | {' | '.join(str(len(one)) for one in counts)} |"
        )


Trial = Callable[[Project, random.Random], tuple[str, str]]
"""Breaks a build; returns how it ended and what it said."""


def trials(project: Project, trial: Trial, n_trials: int, rng: random.Random) -> Count:
    """Break builds, and look at what is there after each and after the next."""
    count, state = Count(), STATES[0]
    while count.tried < n_trials:
        project.ask_for(state)
        ending, said = trial(project, rng)
        project.until_quiet()
        count.tried += ending != HAD_ENDED
        count.endings[ending] += 1
        count.half_made += project.half_made()
        count.tracebacks += [said] if "Traceback" in said else []
        print(f"\r{count.tried} of {n_trials}", end="", file=sys.stderr, flush=True)
        if trial is killed and count.tried % KILLS_A_BUILD and count.tried < n_trials:
            continue
        try:
            project.heal()
            if project.made() != project.known[state]:
                count.unhealed.append(f"{ending}: not as asked for")
        except AssertionError as error:
            count.unhealed.append(str(error))
        count.left += project.left()
        state = next(other for other in STATES if other != state)
    print(file=sys.stderr)
    return count


def killed(project: Project, rng: random.Random) -> tuple[str, str]:
    """Kill a build, or all its processes at once, within its time."""
    process = project.start(start_new_session=True)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(rng.uniform(0.0, project.seconds))
    has_ended = process.poll() is not None
    if not has_ended and rng.random() < 0.5:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    process.stderr.close()  # type: ignore[union-attr]  # children may hold the pipe
    process.stdout.close()  # type: ignore[union-attr]
    return HAD_ENDED if has_ended else "killed", ""


def out_of_disk(project: Project, rng: random.Random) -> tuple[str, str]:
    """Build with little room left, between nothing and a little more than it takes."""
    filler = project.root / "filler"
    room = rng.randrange(0, 1 << 18)
    free = os.statvfs(project.root)
    with filler.open("wb") as file, contextlib.suppress(OSError):
        left = free.f_bavail * free.f_frsize - room
        while left > 0:
            left -= file.write(bytes(min(left, 1 << 16)))
    process = project.start()
    _, errors = process.communicate()
    filler.unlink()
    return f"exit {process.returncode}", errors


def at_once(project: Project, rng: random.Random) -> tuple[str, str]:
    """Start a second build while the first is under way."""
    first = project.start()
    time.sleep(rng.uniform(0.0, project.seconds))
    second = project.start()
    said = first.communicate()[1] + second.communicate()[1]
    return f"exits {first.returncode} and {second.returncode}", said


def without_right(project: Project, rng: random.Random) -> tuple[str, str]:
    """Take the right to write a folder, or to read or write a file, away."""
    folders = [project.root / name for name in (*MADE[:3], "reports", "t", ".")]
    files = [project.root / path for path in project.made()]
    files += [project.root / ".doit.db", project.root / "notebooks" / "quick.py"]
    place = rng.choice([*folders, *rng.sample(files, len(folders))])
    before = place.stat().st_mode
    place.chmod(0o500 if place.is_dir() else rng.choice([0o000, 0o400]))
    try:
        process = project.start(*WITHOUT_CAPABILITIES)
        _, errors = process.communicate()
    finally:
        if place.exists():  # a page that was written anew has the rights of the old one
            place.chmod(before)
    return f"exit {process.returncode}", errors


SIMULATED = [
    *("simulate", "sihan-2025-straight-line"),
    *("--n", "100000000", "--out", "o.parquet"),
]
SWEPT = ["sweep", "rental_model", "grid.yaml", "--out", "s"]
NEW = ", new structure"
KERNELS = Path("analysis/rental/engines/compiled/__pycache__/kernels")
COMMANDS: dict[str, list[str]] = {
    "build": ["build", "--force"],
    "simulate": SIMULATED,
    "simulate, new structure": SIMULATED,
    "sweep": SWEPT,
    "sweep, new structure": SWEPT,
    "sweep --notebooks": ["sweep", "rental_model", "pages.yaml", "--notebooks", "--out", "n"],
    "backtest": ["backtest", "--n-paths", "1000000"],
}
GRIDS = {
    "grid.yaml": (
        "grid:\n  rent_cny_per_server_month: {start: 40000, stop: 90000, n: 20000}\n"
        "  rent_decline_per_year: {start: 0, stop: 0.4, n: 10000}\n"
    ),
    "pages.yaml": "grid:\n  rent_decline_per_year: {start: 0, stop: 0.4, n: 200}\n",
}


def interrupted(folder: Path, command: str, seconds: float) -> tuple[float, int, str, list[str]]:
    """Interrupt a command of the project once; return seconds, exit, what it said, what is left.

    The signal goes to all its processes, as a terminal sends it.
    """
    for name, text in GRIDS.items():
        (folder / name).write_text(text, encoding="utf-8")
    temporary = folder / "t"
    temporary.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "analysis", *COMMANDS[command]],
        cwd=folder,
        env={**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": str(folder), "TERM": "dumb"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        start_new_session=True,
    )
    time.sleep(seconds)
    children = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)
    start = time.monotonic()
    said, _ = process.communicate(timeout=120)
    taken = time.monotonic() - start
    _, alive = psutil.wait_procs(children, timeout=10)
    hidden = [path for path in folder.glob("[osnb]*/.*") if "partial" in path.name]
    left = [*map(str, alive), *map(str, temporary.iterdir()), *map(str, hidden)]
    return taken, process.returncode, said, left


@contextlib.contextmanager
def disk() -> Iterator[Path | None]:
    """Give a small disk of its own, if this machine lends one."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", folder]
        if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def main() -> None:
    """Try what is asked for and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    for kind in ("kills", "full-disks", "at-once", "no-rights", "interrupts"):
        parser.add_argument(f"--{kind}", type=int, default=0, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    kinds: list[tuple[str, Trial, int]] = [
        ("killed at a random moment", killed, options.kills),
        ("two builds at once", at_once, options.at_once),
        ("no right to a folder or file", without_right, options.no_rights),
    ]
    counts: dict[str, Count] = {}
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        project = Project.new(Path(folder) / "p")
        for kind, trial, n_trials in kinds:
            if n_trials:
                counts[kind] = trials(project, trial, n_trials, rng)
    if options.full_disks:
        with disk() as place:
            if place is None:
                print("full disks: not tried, no tmpfs here")
            else:
                project = Project.new(place / "p")
                counts["disk full"] = trials(project, out_of_disk, options.full_disks, rng)
    print("| fault | tried | ended | half made | left | not healed | tracebacks |")
    print("|---|---|---|---|---|---|---|")
    for kind, count in counts.items():
        print(count.row(kind), flush=True)
    for kind, count in counts.items():
        for one in (*count.half_made, *count.left, *count.unhealed, *count.tracebacks):
            print(f"{kind}: {one}")
    if options.interrupts:
        print_interrupts(options.interrupts, rng)
    faults = (one for count in counts.values() for one in (count.half_made, count.left))
    raise SystemExit(any(faults) or any(count.unhealed for count in counts.values()))


def not_copied(folder: str, names: list[str]) -> set[str]:
    """Return what a copy of the project does without: hidden files, tests, and what was built."""
    without = {ROOT: {"tests"}, ROOT / "reports": {"site", "executed"}}.get(Path(folder), set())
    return {name for name in names if name.startswith(".") or name in without}


def compile_kernels(folder: Path) -> None:
    """Compile what commands use here, so that copies of this folder need not."""
    (folder / "few.yaml").write_text(
        "grid:\n  rent_cny_per_server_month: {start: 40000, stop: 90000, n: 1001}\n"
        "  rent_decline_per_year: {start: 0, stop: 0.4, n: 1000}\n",
        encoding="utf-8",
    )
    for arguments in (
        [*SIMULATED[:2], "--n", "10", "--engine", "numba"],
        [*SWEPT[:2], "few.yaml", "--out", "few"],
    ):
        subprocess.run(
            [sys.executable, "-m", "analysis", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=True,
            capture_output=True,
        )


def print_interrupts(n_trials: int, rng: random.Random) -> None:
    """Interrupt every command some times and print the slowest end."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        compile_kernels(Path(folder))
    print("| interrupted once | tried | slowest, s | exits | said | left | tracebacks |")
    print("|---|---|---|---|---|---|---|")
    for command in COMMANDS:
        taken, exits, left, n_said, traced = [], Counter[int](), [], 0, 0
        for _ in range(n_trials):
            with tempfile.TemporaryDirectory(prefix="faults-") as folder:
                copy = Path(folder) / "p"
                shutil.copytree(ROOT, copy, ignore=not_copied)
                if command.endswith(NEW):
                    shutil.rmtree(copy / KERNELS, ignore_errors=True)
                seconds, status, said, remains = interrupted(copy, command, rng.uniform(2.0, 9.0))
            taken.append(seconds)
            exits[status] += 1
            left += remains
            n_said += "interrupted" in said or "partial" in said
            is_traced = "Traceback" in said
            traced += is_traced
            if status != 130 or is_traced:
                print(said[-1500:], file=sys.stderr)
        slowest = f"{max(taken):.1f}{'' if max(taken) <= SECONDS_ENDED else ' (!)'}"
        counts = f"{n_said} | {len(left)} | {traced}"
        print(f"| {command} | {n_trials} | {slowest} | {dict(exits)} | {counts} |", flush=True)
        for one in left:
            print(f"{command}: left {one}", file=sys.stderr)


if __name__ == "__main__":
    main()
