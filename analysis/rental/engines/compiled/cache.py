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
    digest = hashlib.sha256((source + _called_text()).encode()).hexdigest()[:24]
    name = f"rental_kernel_{digest}"
    path = folder() / f"{name}.py"
    if not path.exists():  # its date is part of numba's key: never written twice
        write_whole(path, source)
    specification = importlib.util.spec_from_file_location(name, path)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    kernel: Callable[..., Any] = module.kernel
    return kernel
