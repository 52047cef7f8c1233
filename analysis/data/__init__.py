"""Raw tables in, validated frames out: the only reader of ``data/raw``.

``data/raw/datapackage.json`` says what every table holds; :func:`load` returns a table that holds
exactly that, or refuses with every fault at once. Notebooks pass tables on with
:func:`save_processed` and :func:`load_processed`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.data.processed import has_processed, load_processed, save_processed
    from analysis.data.tables import check, describe, load, seal, sources

__all__ = [
    "check",
    "describe",
    "has_processed",
    "load",
    "load_processed",
    "save_processed",
    "seal",
    "sources",
]

_HOME = {
    "check": "tables",
    "describe": "tables",
    "has_processed": "processed",
    "load": "tables",
    "load_processed": "processed",
    "save_processed": "processed",
    "seal": "tables",
    "sources": "tables",
}


def __getattr__(name: str) -> Any:
    """Import on first use: a second of pandas and pandera is not due for ``--help``."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
