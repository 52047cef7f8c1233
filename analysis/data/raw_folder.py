"""Folder of the raw tables: only `analysis.data` imports this, so that it alone reads them."""

from __future__ import annotations

import os
from pathlib import Path

from analysis.paths import DATA, RAW_VARIABLE

RAW = Path(os.environ.get(RAW_VARIABLE) or DATA / "raw")


def raw_files() -> frozenset[Path]:
    """Return every raw table and what describes them: what a result may have been read from."""
    return frozenset(path for path in RAW.rglob("*") if path.is_file())
