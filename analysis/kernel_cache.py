"""Where compiled functions are kept when neither the checkout nor the home folder can be written.

Numba keeps machine code beside its source, else in the user's folder of caches; where it may write
to neither (a read-only checkout in a container whose user has no home), it refuses to import what
asks to be kept. A folder among the system's temporary files is the place then.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import Final

VARIABLE: Final = "NUMBA_CACHE_DIR"
COMPILATION: Final = "compilation"
"""Name of threads in which functions are compiled, since a compiler hears no interrupt."""
_PREFIX: Final = "rental-kernels-"


def ensure_kernel_cache() -> None:
    """Name a folder for compiled functions where the user has none; must come before Numba.

    A folder that ``NUMBA_CACHE_DIR`` names already is left as it is.
    """
    if VARIABLE in os.environ or _can_be_made(_user_caches()):
        return
    os.environ[VARIABLE] = str(_private_folder())


def _user_caches() -> Path:
    given = os.environ.get("XDG_CACHE_HOME")
    return Path(given) if given else Path("~/.cache").expanduser()


def _can_be_made(folder: Path) -> bool:
    above = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    return above.is_dir() and os.access(above, os.W_OK | os.X_OK)


def _private_folder() -> Path:
    """Return a folder that nobody else writes to, since what lies there is run."""
    user = os.getuid()
    folder = Path(tempfile.gettempdir()) / f"{_PREFIX}{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return Path(tempfile.mkdtemp(prefix=_PREFIX))
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == user
    if not is_ours or stat.S_IMODE(found.st_mode) & 0o022:
        return Path(tempfile.mkdtemp(prefix=_PREFIX))
    return folder
