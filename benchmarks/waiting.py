"""What a person waits for, now and at an earlier commit, in one run.

Both projects stand in folders of their own and run with the same packages. What takes a second is
run in rounds, one of the present and one of the earlier project after the other, so that a machine
whose speed drifts is unfair to none; what takes minutes is run once. Files are in the cache of the
operating system and kernels compiled, but where the row says otherwise.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from analysis.paths import ROOT

EARLIER = "4d07b62"
ROUNDS = 5
LONGEST = 45.0
"""Seconds after which an answer is no longer waited for."""
CASE = "sihan-2025-straight-line"
PEER = "import numpy, pandas"
PAGES = Path("reports/site")
KERNELS = Path("analysis/rental/engines/compiled/__pycache__/kernels")
GSADF = """\
import numpy
from analysis.exuberance import gsadf
test = gsadf(numpy.random.default_rng(2015).standard_normal(6358).cumsum())
print(test.statistic)
"""
KERNEL = f"""\
import time
from analysis.rental.inputs.cases import load_case
from analysis.rental.questions.simulate.illustrative import illustrative
from analysis.rental.questions.simulate.simulation import Plan
case = load_case("{CASE}")
plan = Plan.of(case, illustrative(case), n_scenarios=1_000_000, seed=1)
blocks = [plan.draws.block(points) for points in plan.draws.points(16)]
plan.runner.measure(blocks[0])
started = time.perf_counter()
for block in blocks:
    plan.runner.measure(block)
n = sum(len(next(iter(block.values()))) for block in blocks)
print((time.perf_counter() - started) * 1_000_000 / n)
"""
OPENED = """\
import sys, time
from pathlib import Path
from statistics import median
from playwright.sync_api import sync_playwright
with sync_playwright() as started:
    browser = started.chromium.launch(executable_path=sys.argv[1], args=["--no-sandbox"])
    seconds = []
    for _ in range(6):
        page = browser.new_page()
        begun = time.perf_counter()
        page.goto(Path(sys.argv[2]).resolve().as_uri(), wait_until="load")
        seconds.append(time.perf_counter() - begun)
        page.close()
    browser.close()
print(median(seconds[1:]))
"""


@dataclass(frozen=True)
class Wait:
    """One thing that a person does.

    Parameters
    ----------
    label : str
        What a reader sees.
    arguments : tuple of str
        Of the interpreter.
    aim : str
        What the wait should be.
    rounds : int
        How often it is timed, after a round that is not counted; 0: once, and without one.
    is_new : bool
        Whether compiled kernels are removed before.
    exit_code : int
        Of a command that ends as it should.
    """

    label: str
    arguments: tuple[str, ...]
    aim: str = ""
    rounds: int = ROUNDS
    is_new: bool = False
    exit_code: int = 0


def command(*arguments: str) -> tuple[str, ...]:
    """Return the arguments of one of the project's commands."""
    return ("-m", "analysis", *arguments)


SIMULATE = ("simulate", CASE, "--n")
REFUSED = ("-m", "papermill", "--no-progress-bar", "notebooks/rental_model.ipynb", "refused.ipynb")
WAITS = (
    Wait(f'`python -c "{PEER}"`', ("-c", PEER)),
    Wait("`python -m analysis --help`", command("--help"), "0.25 s"),
    Wait("`build --help`", command("build", "--help"), "0.25 s"),
    Wait(f"`evaluate {CASE}`", command("evaluate", CASE), "1.6 times NumPy and pandas"),
    Wait("`build` with nothing to do", command("build"), "0.3 s"),
    Wait("`build --list`", command("build", "--list")),
    Wait("`simulate --n 1000`", command(*SIMULATE, "1000")),
    Wait(
        "`simulate --n 1000000`, one thread",
        command(*SIMULATE, "1000000", "--threads", "1"),
        "3 times the kernel's own time",
    ),
    Wait("the same, two threads", command(*SIMULATE, "1000000", "--threads", "2")),
    Wait(
        "papermill, until a wrong parameter is refused",
        (*REFUSED, "-p", "rent_cny_per_server_month", "sixty"),
        "2 s",
        2,
        exit_code=1,
    ),
    Wait("`simulate --n 1000`, new structure", command(*SIMULATE, "1000"), "3 s", 0, True),
    Wait("`simulate --n 100000`, new structure", command(*SIMULATE, "100000"), "3 s", 0, True),
    Wait("`simulate --n 1000000`, new structure", command(*SIMULATE, "1000000"), "", 0, True),
    Wait("GSADF of 6,358 observations, the statistic", ("-c", GSADF), "1 s after the start", 0),
    Wait("the same, with critical values drawn for it", ("-c", f"{GSADF}print(test)"), "", 0),
)


def timed(wait: Wait, project: Path) -> float:
    """Return the seconds that one start of the interpreter takes; infinite past `LONGEST`."""
    if wait.is_new:
        shutil.rmtree(project / KERNELS, ignore_errors=True)
    started = time.perf_counter()
    try:
        done = run(wait.arguments, project, LONGEST)
    except subprocess.TimeoutExpired:
        return float("inf")
    seconds = time.perf_counter() - started
    if done.returncode != wait.exit_code:
        sys.exit(f"{wait.label} in {project}: exit code {done.returncode}\n{done.stderr}")
    return seconds


def run(
    arguments: tuple[str, ...], project: Path, longest: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Start the interpreter in a project's folder, with its modules before all others."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=project,
        env=surroundings(project),
        capture_output=True,
        text=True,
        check=False,
        timeout=longest,
    )


def surroundings(project: Path) -> dict[str, str]:
    """Return the environment of a command of a project.

    Bytecode is kept, as it is where nobody has said otherwise.
    """
    outside = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**outside, "PYTHONPATH": str(project), "OPENBLAS_NUM_THREADS": "1"}


def present_project(place: Path) -> Path:
    """Copy what git follows, as it stands now."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
    return place


def earlier_project(place: Path) -> Path | None:
    """Unpack the project as it was; None where the history does not reach back to it."""
    archive = place.with_suffix(".tar")
    packed = ["git", "archive", "--output", str(archive), EARLIER]
    if subprocess.run(packed, cwd=ROOT, check=False, capture_output=True).returncode:
        return None
    with tarfile.open(archive) as files:
        files.extractall(place, filter="data")
    return place


def installation(project: Path) -> tuple[float, float]:
    """Return seconds and megabytes of what reports need, by the project's own program."""
    outside = surroundings(project)
    for name in ("VIRTUAL_ENV", "PYTHONPATH"):
        outside.pop(name, None)
    base = Path(sys._base_executable)  # type: ignore[attr-defined]
    started = time.perf_counter()
    done = subprocess.run(
        ["make", "environment", f"PYTHON={base}"],
        cwd=project,
        env=outside,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        sys.exit(f"make environment failed in {project}:\n{done.stdout}{done.stderr}")
    environment = project / ".venv"
    kept = {(s.st_dev, s.st_ino): s.st_size for s in map(os.lstat, environment.rglob("*"))}
    shutil.rmtree(environment)
    return seconds, sum(kept.values()) / 1e6


def pages(project: Path) -> tuple[float, float]:
    """Return the seconds until the first page and until all, of a build from nothing."""
    arguments = [sys.executable, *command("build", "--jobs", "2")]
    started = time.perf_counter()
    first = None
    with subprocess.Popen(
        arguments,
        cwd=project,
        env=surroundings(project),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as build:
        while build.poll() is None:
            if first is None and any((project / PAGES).glob("[a-z]*.html")):
                first = time.perf_counter() - started
            time.sleep(0.05)
        said = build.stderr.read().decode() if build.stderr else ""
    if build.returncode:
        sys.exit(f"build failed in {project}:\n{said}")
    whole = time.perf_counter() - started
    return first or whole, whole


def opening(project: Path) -> float | None:
    """Return the seconds in which a browser has opened a page from its file; None without one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    browser = next(filter(None, map(shutil.which, names)), None)
    page = project / PAGES / "rental-model.html"
    if browser is None:
        return None
    done = run(("-c", OPENED, browser, str(page)), project)
    return float(done.stdout) if not done.returncode else None


def rounds(projects: tuple[Path, ...]) -> dict[tuple[str, Path], float]:
    """Return the median seconds of every wait in every project."""
    seconds: dict[tuple[str, Path], list[float]] = {}
    for wait in WAITS:
        for round_ in range(wait.rounds + 1):
            for project in projects:
                if seconds.get((wait.label, project)) == [float("inf")]:
                    continue  # no answer once is none
                taken = timed(wait, project)
                if round_ or not wait.rounds or taken == float("inf"):
                    seconds.setdefault((wait.label, project), []).append(taken)
    return {key: median(values) for key, values in seconds.items()}


def written(seconds: float | None) -> str:
    """Return seconds as a cell."""
    if seconds is None:
        return "n/a"
    return f"no answer in {LONGEST:.0f}" if seconds == float("inf") else f"{seconds:.2f}"


def row(label: str, now: float | None, before: float | None, aim: str, peer: float) -> str:
    """Return a row of the table."""
    over = f"{now / peer:.1f}" if now else "n/a"
    ratio = f"{now / before:.2f}" if now and before and before < float("inf") else "n/a"
    return f"| {label} | {written(now)} | {over} | {written(before)} | {ratio} | {aim} |"


def measured_once(
    projects: tuple[Path, ...],
) -> Iterator[tuple[str, str, list[float | None]]]:
    """Yield label, aim and seconds in each project of what takes minutes."""
    installed = [installation(project) for project in projects]
    yield "`make environment` in an empty folder", "", [seconds for seconds, _ in installed]
    size = " and ".join(f"{megabytes:,.0f}" for _, megabytes in installed)
    built = [pages(project) for project in projects]
    made = " and ".join(str(len(list((each / PAGES).glob("*.html")))) for each in projects)
    for project in projects:
        run(command("build"), project)  # now nothing is left to do
    yield f"first page after it ({size} MB installed, aim 900)", "60 s", [one for one, _ in built]
    both = zip(installed, built, strict=True)
    label = f"`make reports` from nothing, installation and {made} pages"
    yield label, "half the time before", [one[0] + other[1] for one, other in both]
    measure: Callable[[Path], float | None] = opening
    yield "a page opened from its file, loaded", "0.2 s", [measure(each) for each in projects]


def main() -> None:
    """Print the section."""
    with tempfile.TemporaryDirectory() as folder:
        now = present_project(Path(folder) / "now")
        earlier = earlier_project(Path(folder) / "earlier")
        projects = (now,) if earlier is None else (now, earlier)
        once = list(measured_once(projects))
        seconds = rounds(projects)
        kernel = float(run(("-c", KERNEL), now).stdout)
    peer = seconds[WAITS[0].label, now]
    print("## What a person waits for\n")
    print(
        f"Wall time in seconds, medians of {ROUNDS} where it is short; before is commit {EARLIER} "
        "in the same rounds, with the same packages. A million scenarios take the kernel alone "
        f"{kernel:.2f} s on one core.\n"
    )
    print("| what | now | over importing NumPy and pandas | before | now over before | aim |")
    print("|---|--:|--:|--:|--:|---|")
    for label, aim, taken in once:
        before = taken[1] if len(taken) > 1 else None
        print(row(label, taken[0], before, aim, peer))
    for wait in WAITS:
        before = seconds[wait.label, earlier] if earlier else None
        print(row(wait.label, seconds[wait.label, now], before, wait.aim, peer))


if __name__ == "__main__":
    main()
