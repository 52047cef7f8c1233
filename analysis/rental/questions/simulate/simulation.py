"""Monte Carlo: scenarios drawn and measured run by run, kept in memory or streamed to Parquet."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.arguments import as_number, as_whole, refused
from analysis.arrays import Floats
from analysis.errors import AssumptionError, Fault
from analysis.files import cannot_write, workspace
from analysis.interrupts import heard
from analysis.near_names import one_of
from analysis.rental.engines.measured import STATUS, Measured
from analysis.rental.engines.runs import ROWS, Choice, Runner, in_order
from analysis.rental.inputs.cases import Case, as_case
from analysis.rental.model.measures.declared_measures import AT_HURDLE, singles
from analysis.rental.questions.simulate.scenario_draws import SAMPLINGS, Draws, Sampling
from analysis.rental.questions.simulate.uncertainty import Uncertainty
from analysis.revision import current_revision

METADATA = b"simulation"
MOST_SCENARIOS = 100_000_000
MOST_IN_MEMORY = 10_000_000
"""About 200 bytes a scenario; more are streamed to a file."""
_RUNS_PER_GROUP = 8


@dataclass(frozen=True)
class Plan:
    """A simulation, ready to run.

    Parameters
    ----------
    draws : Draws
        Where scenarios come from.
    runner : Runner
        What measures them.
    n_scenarios : int
        How many.
    measures : tuple of str
        What is measured.
    hurdle : float
        Rate of return that is to be beaten, decimal per year.
    """

    draws: Draws
    runner: Runner
    n_scenarios: int
    measures: tuple[str, ...]
    hurdle: float

    @classmethod
    def of(
        cls,
        assumptions: Case,
        uncertainty: Uncertainty,
        *,
        n_scenarios: int,
        seed: int,
        sampling: str = "plain",
        measures: Iterable[str] | None = None,
        hurdle: float | None = None,
        engine: Choice = "auto",
    ) -> Plan:
        """Check a simulation and choose its engine.

        Parameters
        ----------
        assumptions : Assumptions
            The case; what is uncertain replaces its values.
        uncertainty : Uncertainty
            What is uncertain about it.
        n_scenarios : int
            How many scenarios.
        seed : int
            Not negative; the same seed gives the same results, bit for bit.
        sampling : {"plain", "antithetic", "sobol"}
            See `Draws`.
        measures : iterable of str, optional
            What to measure; every measure that is one number when left out.
        hurdle : float, optional
            Rate of return that is to be beaten, decimal per year; the case's equity discount rate
            when left out.
        engine : {"auto", "numpy", "numba"}
            The plain engine, or a kernel compiled for the case, to whose last digits results can
            differ; ``auto``: the plain one where scenarios are few.

        Raises
        ------
        AssumptionError
            Naming what is impossible.
        """
        assumptions = as_case(assumptions)
        if not isinstance(uncertainty, Uncertainty):
            raise refused("uncertainty", uncertainty, "an Uncertainty(distributions=...)")
        n_scenarios, seed = as_whole("n", n_scenarios), as_whole("seed", seed)
        hurdle = None if hurdle is None else as_number("hurdle", hurdle)
        faults = []
        if n_scenarios < 1:
            faults.append(Fault("simulation", None, "n", str(n_scenarios), "at least one scenario"))
        if n_scenarios > MOST_SCENARIOS:
            expected = f"at most {MOST_SCENARIOS:,} scenarios"
            faults.append(Fault("simulation", None, "n", f"{n_scenarios:,}", expected))
        if seed < 0:
            faults.append(Fault("simulation", None, "seed", str(seed), "zero or more"))
        if sampling not in SAMPLINGS:
            expected = one_of(sampling, SAMPLINGS)
            faults.append(Fault("simulation", None, "sampling", sampling, expected))
        if faults:
            raise AssumptionError(faults)
        draws = Draws.of(assumptions, uncertainty, seed, cast(Sampling, sampling))
        rate = assumptions.equity_discount_rate if hurdle is None else hurdle
        wanted = (*(singles() if measures is None else measures), *AT_HURDLE)
        first = draws.block(next(iter(draws.points(1))))
        runner = Runner.prepare(
            draws.case,
            {name: values[:2] for name, values in first.items()},
            wanted,
            n_periods=draws.n_periods,
            hurdle=rate,
            n_scenarios=n_scenarios,
            engine=engine,
        )
        return cls(draws, runner, n_scenarios, wanted, rate)

    def runs(self, threads: int = 1) -> Iterator[tuple[dict[str, Floats], Measured]]:
        """Yield scenarios and their measures in order, `ROWS` at a time."""
        n_blocks = -(-self.n_scenarios // ROWS)

        def run(item: tuple[int, Floats | int]) -> tuple[dict[str, Floats], Measured]:
            number, points = item
            n = min(ROWS, self.n_scenarios - number * ROWS)
            scenarios = {name: v[:n] for name, v in self.draws.block(points).items()}
            return scenarios, self.runner.measure(scenarios)

        yield from in_order(run, enumerate(self.draws.points(n_blocks)), threads)

    def metadata(self) -> dict[str, Any]:
        """Return what the results depend on, as plain values."""
        revision = current_revision()
        return {
            "seed": self.draws.seed,
            "sampling": self.draws.sampling,
            "n_scenarios": self.n_scenarios,
            "hurdle_rate_per_year": self.hurdle,
            "engine": self.runner.engine.name,
            "assumptions": self.draws.case.model_dump(mode="json"),
            "uncertainty": self.draws.uncertainty.model_dump(mode="json"),
            "revision": revision.commit + ("+changed" if revision.is_changed else ""),
        }


def columns(scenarios: dict[str, Floats], measured: Measured) -> dict[str, pa.Array]:
    """Return drawn assumptions and measures as columns; rent paths are left out."""
    table = {name: pa.array(v) for name, v in scenarios.items() if v.ndim == 1}
    for name, values in measured.values.items():
        table[name] = pa.array(values, from_pandas=True)
        if name in measured.status:
            codes = pa.array(measured.status[name])
            table[f"{name}_status"] = pa.DictionaryArray.from_arrays(codes, STATUS.tolist())
    return table


def simulate(
    plan: Plan, *, threads: int = 1, advance: Callable[[int], None] = lambda n_rows: None
) -> pa.Table:
    """Run a simulation in memory.

    Parameters
    ----------
    plan : Plan
        The simulation.
    threads : int
        How many threads share the work; results do not depend on it.
    advance : callable
        Told the number of scenarios measured since it was last called.

    Returns
    -------
    pyarrow.Table
        A row a scenario: drawn assumptions, measures (null where one does not exist) and the status
        of rates of return; the plan in the schema's metadata.

    Raises
    ------
    AssumptionError
        More than `MOST_IN_MEMORY` scenarios, which only a file can hold.
    """
    if plan.n_scenarios > MOST_IN_MEMORY:
        expected = f"at most {MOST_IN_MEMORY:,} in memory; --out FILE.parquet takes more"
        found = f"{plan.n_scenarios:,}"
        raise AssumptionError([Fault("simulation", None, "n", found, expected)])
    parts = []
    for run in plan.runs(threads):
        parts.append(pa.table(columns(*run)))
        advance(parts[-1].num_rows)
    table = pa.concat_tables(parts)
    label = _label(plan, table.num_rows, is_complete=True)
    return table.replace_schema_metadata({METADATA: label})


def _label(plan: Plan, n_rows: int, *, is_complete: bool) -> bytes:
    facts = {**plan.metadata(), "n_rows": n_rows, "is_complete": is_complete}
    return json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()


def simulate_to(
    path: Path,
    plan: Plan,
    *,
    threads: int = 1,
    advance: Callable[[int], None] = lambda n_rows: None,
) -> Path:
    """Run a simulation and stream it to a Parquet file; memory does not grow with scenarios.

    Interrupted from the keyboard, what has been measured is kept as ``NAME.partial.parquet``, a
    valid file whose metadata say that it is not complete. Killed, it leaves no file.

    Parameters
    ----------
    path : Path
        The file.
    plan : Plan
        The simulation.
    threads : int
        How many threads share the work; the file's bytes do not depend on it.
    advance : callable
        Told the number of scenarios measured since it was last called.

    Returns
    -------
    Path
        The file written: `path`, or that of the partial result.
    """
    kept = path.with_name(f"{path.stem}.partial{path.suffix}")
    with workspace(path.parent, path.name) as place:
        sink = _Sink(place / "rows.parquet", plan)
        try:
            for run in plan.runs(threads):
                table = pa.table(columns(*run))
                sink.add(table)
                advance(table.num_rows)
            sink.close(is_complete=True)
            return sink.path.replace(path)
        except KeyboardInterrupt:
            heard()
            if sink.writer is None:
                raise
            sink.close(is_complete=False)
            return sink.path.replace(kept)
        except OSError as error:
            raise cannot_write(path, error) from None
        finally:
            sink.release()


class _Sink:
    """A Parquet file that grows by groups of runs, always of the same size."""

    def __init__(self, path: Path, plan: Plan) -> None:
        self.path, self.plan = path, plan
        self.writer: pq.ParquetWriter | None = None
        self.waiting: list[pa.Table] = []
        self.n_rows = 0

    def add(self, table: pa.Table) -> None:
        """Take the next run."""
        if self.writer is None:
            coded = [name for name in table.column_names if name.endswith("_status")]
            self.writer = pq.ParquetWriter(self.path, table.schema, use_dictionary=coded)
        self.waiting.append(table)
        self.n_rows += table.num_rows
        if len(self.waiting) == _RUNS_PER_GROUP:
            self._write()

    def _write(self) -> None:
        if self.writer is not None and self.waiting:
            group = pa.concat_tables(self.waiting).combine_chunks()
            self.writer.write_table(group, row_group_size=group.num_rows)
            self.waiting.clear()

    def close(self, *, is_complete: bool) -> None:
        """Write what is waiting, and the plan."""
        self._write()
        assert self.writer is not None, "nothing was measured"
        label = _label(self.plan, self.n_rows, is_complete=is_complete)
        self.writer.add_key_value_metadata({METADATA: label})
        self.writer.close()

    def release(self) -> None:
        """Let go of a file that is to be removed, whatever its disk says."""
        if self.writer is not None and self.writer.is_open:
            with contextlib.suppress(OSError):
                self.writer.close()
