"""The folder of a sweep: what it was made from, and which parts are there."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from analysis.errors import Fault
from analysis.sweeps.grid import SweepError
from analysis.sweeps.work import Work, code_digest, relative

PLAN: Final = "_sweep.json"
_UNFINISHED: Final = ".unfinished-"


class SweepFolder:
    """Parts of one sweep on disk, each whole or absent; what is there is never made again.

    Parameters
    ----------
    path : Path
        The folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of(cls, path: Path, work: Work, *, restart: bool = False) -> SweepFolder:
        """Return the folder of a sweep, as it is.

        Parameters
        ----------
        path : Path
            The folder; it may be missing.
        work : Work
            What is swept.
        restart : bool
            Whether what it holds does not count.

        Raises
        ------
        SweepError
            The folder holds another sweep, or something else.
        """
        folder = cls(path)
        found, plan = folder._plan(), json.loads(_text(_plan_of(work)))
        if found is None and path.exists() and (not path.is_dir() or any(path.iterdir())):
            expected = "a folder that is empty, or of the same sweep"
            raise SweepError([Fault(str(path), None, None, "something else", expected)])
        if found is not None and found != plan and not restart:
            changed = sorted(key for key in {*found, *plan} if found.get(key) != plan.get(key))
            expected = "the same sweep to go on with, another folder, or --restart"
            fault = Fault(str(path / PLAN), None, None, f"another {', '.join(changed)}", expected)
            raise SweepError([fault])
        return folder

    def prepare(self, work: Work, *, restart: bool = False) -> None:
        """Make ready for parts: drop what is not wanted or was never finished, state the plan."""
        if restart and self._plan() is not None:
            shutil.rmtree(self.path)
        self.path.mkdir(parents=True, exist_ok=True)
        self._write(PLAN, _text(_plan_of(work)).encode())
        for left in self.path.glob(f"{_UNFINISHED}*"):
            left.unlink()

    def _plan(self) -> Any:
        file = self.path / PLAN
        return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None

    def is_done(self, work: Work, part: int) -> bool:
        """Say whether all files of a part are there."""
        return all((self.path / name).is_file() for name in work.file_names(part))

    def save(self, files: Mapping[str, bytes]) -> None:
        """Put the files of a part in place, each in one step."""
        for name, content in files.items():
            self._write(name, content)

    def _write(self, name: str, content: bytes) -> None:
        handle, unfinished = tempfile.mkstemp(prefix=_UNFINISHED, dir=self.path)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        place = Path(unfinished)
        place.chmod(0o644)
        place.replace(self.path / name)


def _plan_of(work: Work) -> dict[str, Any]:
    return {**work.plan(), "code": code_digest(relative(work.files_needed()))}


def _text(plan: Mapping[str, Any]) -> str:
    return json.dumps(plan, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
