from .own.store import load_own, read_quotes
from .processed import has_processed, load_processed, processed_in, save_processed
from .raw_folder import raw_files
from .tables import check, describe, load, loaded_tables, seal, sources, unsealed_tables

__all__ = [
    "check",
    "describe",
    "has_processed",
    "load",
    "load_own",
    "load_processed",
    "loaded_tables",
    "processed_in",
    "raw_files",
    "read_quotes",
    "save_processed",
    "seal",
    "sources",
    "unsealed_tables",
]
