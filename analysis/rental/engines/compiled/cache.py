"""Cache of generated kernels on disk, so that each is compiled once and not once a run."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from analysis.files import write_whole

HERE = Path(__file__).resolve().parent
# numba notices a change of a kernel's own text, not of the functions that it calls.
_CALLED = (
    "lanes.py",
    "irr_lanes.py",
    "present_values.py",
    "sculpt_lanes.py",
    "reserve_lanes.py",
    "root_counts.py",
)
SEARCHES = "rental_searches"
"""Where a kernel finds the searches for rates of return."""
_KEPT = """

from analysis.rental.engines.compiled.lanes import kept

search_hard = kept(search_hard.py_func)
search_block = kept(search_block.py_func)
"""


@lru_cache(maxsize=1)
def folder() -> Path:
    """Return the folder of compiled kernels: beside the package, or among temporary files."""
    candidates = [HERE / "__pycache__" / "kernels"]
    user = os.getuid() if hasattr(os, "getuid") else "user"
    candidates.append(Path(tempfile.gettempdir()) / f"compute-rental-kernels-{user}")
    for candidate in candidates:
        try:
            candidate.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=candidate):
                return candidate
        except OSError:
            continue
    raise OSError(f"none of {', '.join(map(str, candidates))} can be written")


@lru_cache(maxsize=1)
def _called_text() -> str:
    import numba

    return numba.__version__ + "".join((HERE / name).read_text("utf-8") for name in _CALLED)


@lru_cache(maxsize=256)
def load(source: str) -> Callable[..., Any]:
    """Return the function ``kernel`` of a module's text; numba caches its machine code.

    Parameters
    ----------
    source : str
        Text of a module, as `analysis.rental.engines.compiled.source` writes it.

    Returns
    -------
    callable
        Compiled at its first call, or loaded if this text was compiled before.
    """
    sys.modules[SEARCHES] = _searches()
    kernel: Callable[..., Any] = _module("rental_kernel", source).kernel
    return kernel


@lru_cache(maxsize=1)
def _searches() -> ModuleType:
    """Return the searches for rates of return as kernels import them, compiled once for all.

    It is the module `irr_lanes` under a name of its own, so that numba notices a change of what the
    searches call; in the module itself they are compiled with whatever calls them.
    """
    return _module(SEARCHES, (HERE / "irr_lanes.py").read_text("utf-8") + _KEPT)


def _module(kind: str, text: str) -> ModuleType:
    """Import a module's text from a file whose name holds it and all that it calls."""
    digest = hashlib.sha256((text + _called_text()).encode()).hexdigest()[:24]
    name = f"{kind}_{digest}"
    path = folder() / f"{name}.py"
    if not path.exists():  # its date is part of numba's key: never written twice
        write_whole(path, text)
    specification = importlib.util.spec_from_file_location(name, path)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module
