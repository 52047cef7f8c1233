"""Scoring rules of the package scoringrules, without those that it compiles.

The package takes NumPy's rules unless a caller asks for its compiled ones, but compiles dozens of
those whenever it is imported, for three seconds. It does without where they cannot be imported, and
that is what it is told here; one that was imported before is left as it is.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

PACKAGE: Final = "scoringrules"
_COMPILED: Final = "_gufunc*.py"


def _hide_compiled() -> None:
    found = find_spec(PACKAGE)
    modules: dict[str, Any] = sys.modules  # None there: not to be imported
    for folder in map(Path, (found and found.submodule_search_locations) or ()):
        for file in folder.rglob(_COMPILED):
            name = ".".join((PACKAGE, *file.relative_to(folder).with_suffix("").parts))
            modules.setdefault(name, None)


_hide_compiled()

from scoringrules import crps_ensemble, crps_t  # noqa: E402

__all__ = ["crps_ensemble", "crps_t"]
