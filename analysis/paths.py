"""Every folder of the project, named once."""

from __future__ import annotations

import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

README = ROOT / "README.md"
PICTURES = ROOT / "docs" / "pictures"
NOTEBOOKS = ROOT / "notebooks"

DATA = ROOT / "data"
PROCESSED = DATA / "processed"
OWN = DATA / "own"
SAVES_VARIABLE = "COMPUTE_RENTAL_SAVES"
"""Environment variable: where runs that only try something save processed tables instead."""
RAW_VARIABLE = "COMPUTE_RENTAL_RAW"
"""Environment variable: where runs that only try something read the raw tables instead."""
OWN_VARIABLE = "COMPUTE_RENTAL_OWN"
"""Environment variable: where runs that only try something read own tables instead."""
AS_OF_VARIABLE = "COMPUTE_RENTAL_AS_OF"
"""Environment variable: a day; tables then hold what was known by it."""
WHOLE_VARIABLE = "COMPUTE_RENTAL_WHOLE"
"""Environment variable: tables that are whole all the same, to find which ones are too short."""
SHORTER_VARIABLE = "COMPUTE_RENTAL_SHORTER"
"""Environment variable: a file that takes the names of tables read that have rows of later days."""

REPORTS = ROOT / "reports"
MANIFEST = REPORTS / "manifest.yml"
RESULTS = REPORTS / "results"
MOVED = REPORTS / "moved.json"
EXECUTED = REPORTS / "executed"
SITE = REPORTS / "site"

TEMPORARY = Path(tempfile.gettempdir())
TEMPORARY_NAME = "rental"
"""Name of workspaces among the system's temporary files; short, since paths of sockets must be."""
