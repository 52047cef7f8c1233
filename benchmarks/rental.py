"""Scenarios a second of the levered 60-month server, against the ways it is usually computed.

Speeds are medians of five, in processor time on one core so that
other work on the machine does not count; the second core and growth are in wall time. Engines must
agree before they are timed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numba
import numpy as np
import numpy_financial
import pyxirr
from baselines import chunked_numpy, plain_python
from numpy.typing import NDArray

from analysis.paths import ROOT
from analysis.rental.engines.irr import irr
from analysis.rental.engines.measured import STATUS
from analysis.rental.engines.root_isolation import sign_changes
from analysis.rental.engines.runs import ROWS, Runner, in_order, measure_lanes
from analysis.rental.inputs.assumptions import Assumptions

Floats = NDArray[np.float64]

REPEATS = 5
MEASURES = ("equity_npv_cny", "equity_irr", "payback_equity_years", "dscr_minimum", "dscr_average")
CASE = Assumptions(
    periods_per_year=12,
    rent_step="period",
    operating_cost_basis="parts",
    debt_form="annuity",
    loss_treatment="carried_forward",
)
WHOLE_ARRAY = 1_000_000
THREADED = 2_000_000


def draw(n: int, seed: int) -> dict[str, Floats]:
    """Draw scenarios around the printed case, good and bad."""
    generator = np.random.default_rng(seed)

    def between(low: float, high: float) -> Floats:
        return generator.uniform(low, high, n)

    return {
        "server_price_cny": between(1.5e6, 3e6),
        "rent_cny_per_server_month": between(5e4, 1.2e5),
        "rent_decline_per_year": between(0.0, 0.35),
        "utilization": between(0.6, 1.0),
        "electricity_cny_per_kwh": between(0.4, 1.0),
        "staff_cny_per_server_month": between(1e3, 6e3),
        "cost_inflation_per_year": between(0.0, 0.05),
        "debt_share": between(0.3, 0.85),
        "debt_rate_per_year": between(0.02, 0.16),
        "debt_tenor_years": generator.choice([3.0, 4.0, 5.0], n),
        "tax_rate": between(0.0, 0.3),
        "resale_value_share": between(0.0, 0.2),
        "equity_discount_rate": between(0.05, 0.25),
    }


def rows_of(scenarios: Mapping[str, Floats]) -> list[dict[str, float]]:
    """Return scenarios as one mapping each."""
    names = list(scenarios)
    return [
        dict(zip(names, row, strict=True))
        for row in np.stack([scenarios[name] for name in names], axis=1).tolist()
    ]


def by_numpy_financial(scenarios: list[dict[str, float]]) -> Floats:
    """Loop over scenarios and months, rates by `numpy_financial`."""
    found = [plain_python.evaluate(s, numpy_financial.irr) for s in scenarios]
    return np.array(found).T


def by_pyxirr(scenarios: list[dict[str, float]]) -> Floats:
    """Loop over scenarios and months, rates by `pyxirr`."""

    def rate(flows: list[float]) -> float | None:
        return pyxirr.irr(flows, silent=True)

    return np.array([plain_python.evaluate(s, rate) for s in scenarios]).T


def by_kernel(scenarios: Mapping[str, Floats], threads: int = 1) -> Floats:
    """Run the compiled kernel."""
    measured = measure_lanes(CASE, scenarios, MEASURES, threads=threads, engine="numba")
    return np.array([measured.values[name] for name in MEASURES])


def module_of_tests(path: str) -> Any:
    """Return a module that the tests use too."""
    specification = importlib.util.spec_from_file_location(Path(path).stem, ROOT / "tests" / path)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def spreadsheet(scenario: Mapping[str, float]) -> Callable[[list[dict[str, float]]], Floats]:
    """Return a function that types scenarios into the workbook and recalculates its measures.

    `formulas` has read the workbook and parsed every formula by then.
    """
    from analysis.rental.faces.workbook.writer import write_workbook

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.xlsx"
        write_workbook(CASE.replace(**scenario), path)
        book = module_of_tests("rental_scale/recalculation.py").Workbook(path)

    def evaluate(scenarios: list[dict[str, float]]) -> Floats:
        found = []
        for inputs in scenarios:
            for name, value in inputs.items():
                book.set(name, value)
            cells = (book.named(name) for name in MEASURES)
            found.append([np.nan if cell == "n/a" else cell for cell in cells])
        return np.array(found).T

    return evaluate


def sam_model() -> tuple[Callable[[int], None], str]:
    """Return a function that evaluates PySAM's Singleowner a number of times."""
    sam = module_of_tests("rental/sam.py")
    model = sam.new_model()
    terms = {
        "FinancialParameters": {
            "analysis_period": 5,
            "term_tenor": 5,
            "debt_percent": 70,
            "term_int_rate": 4,
            "federal_tax_rate": [15],
            "real_discount_rate": 10,
            "debt_option": 0,
            "payment_option": 0,
            "salvage_percentage": 5,
        },
        "SystemCosts": {"total_installed_cost": 2e6, "om_fixed": [84_000.0]},
        "Revenue": {"ppa_price_input": [840_000.0 / sam.HOURS], "ppa_escalation": 0},
    }

    def evaluate_times(n: int) -> None:
        for _ in range(n):
            sam.run(model, terms, [20.0] * 5)

    return evaluate_times, "PySAM Singleowner, 5 yearly periods"


def per_second(run: Callable[[], object], n: int) -> float:
    """Return the median number of scenarios a second of processor time."""
    seconds = []
    for _ in range(REPEATS):
        started = time.process_time()
        run()
        seconds.append(time.process_time() - started)
    return n / statistics.median(seconds)


def share_different(one: Floats, other: Floats) -> float:
    """Return the share of rates that differ or exist on one side only."""
    same = np.isclose(one, other, rtol=1e-6, atol=1e-9, equal_nan=True)
    return float(1 - same.mean())


def speeds() -> Iterator[tuple[str, float, str]]:
    """Yield every engine's scenarios a second on one core, and what its rates are like."""
    few, many = draw(2_000, seed=1), draw(400_000, seed=1)
    reference = by_kernel(few)
    rows = rows_of(few)
    for name, run, n in (
        ("Python loop, numpy-financial", by_numpy_financial, 300),
        ("Python loop, pyxirr", by_pyxirr, 2_000),
    ):
        found = run(rows)
        others = [0, 2, 3, 4]
        np.testing.assert_allclose(found[others], reference[others], rtol=1e-7)
        wrong = share_different(found[1], reference[1])
        yield name, per_second(lambda r=run, k=n: r(rows[:k]), n), f"{wrong:.2%} of rates differ"
    by_spreadsheet = spreadsheet(rows[0])
    np.testing.assert_allclose(by_spreadsheet(rows[:2]), reference[:, :2], rtol=1e-7)
    recalculated = per_second(lambda: by_spreadsheet(rows[:1]), 1)
    yield "workbook recalculated by formulas", recalculated, "as the kernel's"
    evaluate_times, name = sam_model()
    yield name, per_second(lambda: evaluate_times(20), 20), "rates not compared"
    chunked = draw(50_000, seed=2)
    found, expected = chunked_numpy.evaluate(chunked), by_kernel(chunked)
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-6)
    wrong = share_different(found[1], expected[1])
    yield (
        f"NumPy in chunks of {chunked_numpy.CHUNK:,}, safeguarded Newton",
        per_second(lambda: chunked_numpy.evaluate(chunked), 50_000),
        f"{wrong:.2%} of rates differ",
    )
    yield "compiled kernel", per_second(lambda: by_kernel(many), 400_000), "see below"


def wrong_rates(n: int = 100_000) -> tuple[float, int, float]:
    """Compare rates with their definition; return the share with several changes of sign too."""
    from analysis.rental.engines.evaluation import (
        evaluate,  # brings pandas: not in a child's memory
    )

    scenarios = draw(n, seed=3)
    scenarios["debt_share"] = 0.6 + 0.4 * scenarios["debt_share"]
    measured = measure_lanes(CASE, scenarios, MEASURES, engine="numba")
    wrong, several, undecided = 0, 0, 0
    for start in range(0, n, 10_000):
        rows = {name: values[start : start + 10_000] for name, values in scenarios.items()}
        flows = evaluate(CASE, rows).values["equity_cash_flow_cny"]
        defined = irr(flows)
        part = slice(start, start + 10_000)
        status = STATUS[measured.status["equity_irr"][part]]
        per_year = (1 + defined.rate) ** 12 - 1
        rate = measured.values["equity_irr"][part]
        same = np.isclose(rate, per_year, rtol=1e-9, atol=1e-12, equal_nan=True)
        wrong += int((~same | (status != defined.status)).sum())
        several += int((sign_changes(flows) >= 3).sum())
        undecided += int((defined.status != "unique").sum())
    return several / n, wrong, undecided / n


def stream(n: int, threads: int) -> float:
    """Draw, measure and sum scenarios run by run; return the mean NPV."""
    runner = Runner.prepare(CASE, draw(2, seed=0), MEASURES)

    def run(start: int) -> float:
        drawn = draw(min(ROWS, n - start), seed=start)
        return float(runner.measure(drawn).values["equity_npv_cny"].sum())

    return sum(in_order(run, range(0, n, ROWS), threads)) / n


def child(task: str, n: int) -> tuple[float, float]:
    """Run a task in a fresh process, and return the two numbers that it prints.

    What the peers leave in memory counts neither as the kernel's nor against its threads.
    """
    command = [sys.executable, __file__, task, str(n)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    first, second = map(float, done.stdout.split())
    return first, second


def run_child(task: str, n: int) -> None:
    """Do one task and print seconds and peak memory; of threads, what the second one gains."""
    if task == "threads":
        print(*second_core(n))
        return
    if task == "whole":
        scenarios = draw(n, seed=1)
        started = time.perf_counter()
        chunked_numpy.evaluate(scenarios, chunk=n)
    else:
        stream(1, 1)
        started = time.perf_counter()
        stream(n, 1)
    print(time.perf_counter() - started, peak_megabytes())


def peak_megabytes() -> float:
    """Return the peak memory of this process, not of the one that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2  # bytes on macOS


def second_core(n: int) -> tuple[float, float]:
    """Return the gain of a second thread, wall time: for the kernel, and for work apart.

    What two threads that share nothing gain, one after the other with the kernel, is all that the
    machine can give while it does other work.
    """
    scenarios = draw(n, seed=4)

    def hash_apart(threads: int) -> None:
        rounds = 1_000_000 // threads
        with ThreadPoolExecutor(threads) as pool:  # hashing lets other threads run
            futures = [
                pool.submit(hashlib.pbkdf2_hmac, "sha256", b"", b"", rounds) for _ in range(threads)
            ]
            for future in futures:
                future.result()

    works: tuple[Callable[[int], object], ...] = (lambda k: by_kernel(scenarios, k), hash_apart)
    seconds: dict[tuple[int, int], list[float]] = {}
    for _ in range(REPEATS):
        for place, work in enumerate(works):
            for threads in (1, 2):
                started = time.perf_counter()
                work(threads)
                seconds.setdefault((place, threads), []).append(time.perf_counter() - started)
    kernel, apart = (
        statistics.median(seconds[place, 1]) / statistics.median(seconds[place, 2])
        for place in range(2)
    )
    return kernel, apart


def first_call() -> tuple[float, float]:
    """Return the seconds of a first call that compiles, and of one in the next process."""
    program = (
        "import tempfile, time, sys; from pathlib import Path;"
        "from analysis.rental.engines.compiled import cache; "
        "cache.folder = lambda: Path(sys.argv[1]);"
        "sys.path.insert(0, 'benchmarks'); import rental; s = rental.draw(100, 0);"
        "t = time.perf_counter(); rental.by_kernel(s); print(time.perf_counter() - t)"
    )
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", program, folder]
        taken = [
            float(
                subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
            )
            for _ in range(2)
        ]
    return taken[0], taken[1]


def processor() -> str:
    """Return the processor's name."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor()


def report() -> Iterator[str]:
    """Measure everything; yield the report line by line."""
    yield "# Scenarios a second\n"
    yield (
        f"{processor()}, {os.cpu_count()} cores; Python {platform.python_version()}, "
        f"NumPy {np.__version__}, numba {numba.__version__}. Written by `make bench`.\n"
    )
    yield "## One core\n"
    yield (
        "The levered server over 60 months, losses carried forward; NPV, IRR and payback of "
        "equity, lowest and average debt service cover. Medians of five, processor time.\n"
    )
    yield "| engine | scenarios a second | compiled kernel is faster by | rates of return |"
    yield "|---|--:|--:|---|"
    core = min(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    everything = os.sched_getaffinity(0) if core is not None else set()
    if core is not None:
        os.sched_setaffinity(0, {core})
    measured = list(speeds())
    if core is not None:
        os.sched_setaffinity(0, everything)
    ours = measured[-1][1]
    for name, speed, note in measured:
        yield f"| {name} | {speed:,.0f} | {ours / speed:,.1f} | {note} |"
    several, wrong, odd = wrong_rates()
    yield (
        f"\nOf 100,000 cases, {several:.0%} with three or more changes of sign and {odd:.1%} with "
        f"no rate or several, {wrong} rates or their status differ from the definition.\n"
    )
    yield "## More cores, more scenarios\n"
    kernel, apart = child("threads", THREADED)
    yield (
        f"Two threads are {kernel:.2f} times as fast as one; two that share nothing, beside them "
        f"on the same machine, {apart:.2f} times.\n"
    )
    compiled, loaded = first_call()
    yield (
        f"A first call that compiles takes {compiled:.1f} s, the first of every later process "
        f"{loaded:.1f} s.\n"
    )
    yield "| scenarios | engine | seconds, one core | microseconds a scenario | peak memory, MB |"
    yield "|--:|---|--:|--:|--:|"
    seconds, whole = child("whole", WHOLE_ARRAY)
    each = 1e6 * seconds / WHOLE_ARRAY
    yield f"| {WHOLE_ARRAY:,} | NumPy, whole arrays | {seconds:.2f} | {each:.2f} | {whole:,.0f} |"
    for power in range(3, 8):
        seconds, peak = child("stream", 10**power)
        spent = f"{seconds:.3f} | {1e6 * seconds / 10**power:.2f}"
        memory = f"{peak:,.0f}, {peak / whole:.2f} of whole arrays"
        yield f"| {10**power:,} | compiled kernel, run by run | {spent} | {memory} |"


def main() -> None:
    """Print the report as it grows."""
    for line in report():
        print(line, flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        run_child(sys.argv[1], int(sys.argv[2]))
    else:
        main()
