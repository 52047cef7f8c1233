"""Cache of what is known of a kernel once its source is generated.

Generating takes SymPy, which takes a third of a second and of a small process's memory.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from analysis.files import write_whole
from analysis.rental.engines.compiled.cache import folder
from analysis.rental.model.measures.declared_measures import is_built_in
from analysis.rental.model.structure import Structure

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Prepared:
    """A kernel's source, and the names of what goes in and comes out.

    Parameters
    ----------
    source : str
        See `analysis.rental.engines.compiled.source.source`.
    common_parameters, lane_parameters, common_series, lane_series : tuple of str
        See `analysis.rental.engines.compiled.binding.Bound`.
    finals, yearly, flows : tuple of str
        Measures of the last period, by year, and rates of return.
    """

    source: str
    common_parameters: tuple[str, ...]
    lane_parameters: tuple[str, ...]
    common_series: tuple[str, ...]
    lane_series: tuple[str, ...]
    finals: tuple[str, ...]
    yearly: tuple[str, ...]
    flows: tuple[str, ...]


def prepare(structure: Structure, measures: tuple[str, ...], common: frozenset[str]) -> Prepared:
    """Generate a kernel's source, or read what was generated before from the same declaration.

    A kernel of measures that were registered from outside is generated every time.

    Parameters
    ----------
    structure : Structure
        Structural choices.
    measures : tuple of str
        What is measured.
    common : frozenset of str
        Assumptions and series that are the same in all scenarios.
    """
    if not all(map(is_built_in, measures)):  # its formula is in no file whose text can be compared
        return _generate(structure, measures, common)
    asked = json.dumps([asdict(structure), measures, sorted(common)])
    digest = hashlib.sha256((asked + _generator()).encode()).hexdigest()[:24]
    path = folder() / f"rental_kernel_{digest}.json"
    if path.exists():
        kept = json.loads(path.read_text(encoding="utf-8"))
        source = kept.pop("source")
        return Prepared(source, **{name: tuple(values) for name, values in kept.items()})
    prepared = _generate(structure, measures, common)
    write_whole(path, json.dumps(asdict(prepared)))
    return prepared


def _generate(structure: Structure, measures: tuple[str, ...], common: frozenset[str]) -> Prepared:
    from analysis.rental.engines.compiled.binding import bind
    from analysis.rental.engines.compiled.source import source
    from analysis.rental.engines.compiled.streaming import stream
    from analysis.rental.model.declaration import declare

    wanted = stream(declare(structure), measures)
    bound = bind(wanted, common)
    return Prepared(
        source(wanted, bound),
        bound.common_parameters,
        bound.lane_parameters,
        bound.common_series,
        bound.lane_series,
        tuple(bound.finals),
        tuple(wanted.yearly),
        tuple(wanted.flows),
    )


@lru_cache(maxsize=1)
def _generator() -> str:
    """Return the text of everything that a kernel's source follows from."""
    return version("sympy") + "".join(path.read_text("utf-8") for path in _generating_files())


def _generating_files() -> Iterator[Path]:
    rental = HERE.parents[1]
    yield from sorted(HERE.glob("*.py"))
    yield from sorted((rental / "model").rglob("*.py"))
    yield rental / "inputs" / "parameters.py"
