"""The folder of a sweep: what it was made from, which parts are there, what it may remove."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from analysis.errors import Fault
from analysis.files import (
    cannot_write,
    is_unfinished,
    one_at_a_time,
    remove_abandoned,
    write_whole,
)
from analysis.sweeps.grid import SweepError
from analysis.sweeps.work import MOST_PARTS, Work, code_digest, part_names, relative, summary_names

PLAN: Final = "_sweep.json"
SUMMARIES: Final = "_summaries.json"
"""What summaries held when they were written last, by which an edit of them is known."""
_SHOWN: Final = 5


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
    def of(
        cls, path: Path, work: Work, *, restart: bool = False, force: bool = False
    ) -> SweepFolder:
        """Return the folder of a sweep, as it is.

        Parameters
        ----------
        path : Path
            The folder; it may be missing.
        work : Work
            What is swept.
        restart : bool
            Whether what it holds does not count.
        force : bool
            Whether summaries that were edited may be written over.

        Raises
        ------
        SweepError
            The folder holds another sweep, or something else.
        """
        folder = cls(path)
        folder._refuse(work, restart=restart, force=force)
        return folder

    @contextlib.contextmanager
    def prepared(
        self,
        work: Work,
        *,
        restart: bool = False,
        force: bool = False,
        waiting: Callable[[], None] = lambda: None,
    ) -> Iterator[None]:
        """Hold the folder, ready for parts: without what is not wanted, and with the plan.

        Parameters
        ----------
        work, restart, force
            As for `of`.
        waiting : callable
            Called once if another sweep holds the folder, which is waited for.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            expected = "a folder that can be written: --out FOLDER names another"
            raise cannot_write(self.path, error, expected) from None
        with one_at_a_time(self.path, waiting=waiting):
            found = self._refuse(work, restart=restart, force=force)
            if restart and found is not None:
                for name in _names(found):
                    (self.path / name).unlink(missing_ok=True)
            remove_abandoned(self.path)
            write_whole(self.path / PLAN, _text(_plan_of(work)))
            yield

    def _refuse(self, work: Work, *, restart: bool, force: bool) -> Any:
        """Refuse what the folder holds if it is not to be; return the plan that is there."""
        found, plan = self._plan(), json.loads(_text(_plan_of(work)))
        if found is None and self.path.exists() and not self._is_empty():
            expected = "a folder that is empty, or of the same sweep"
            raise SweepError([Fault(str(self.path), None, None, "something else", expected)])
        if found is not None and restart:
            self._refuse_foreign(found)
        elif found is not None and found != plan:
            changed = sorted(key for key in {*found, *plan} if found.get(key) != plan.get(key))
            another, file = f"another {', '.join(changed)}", str(self.path / PLAN)
            expected = "the same sweep to go on with, another --out, or --restart"
            raise SweepError([Fault(file, None, None, another, expected)])
        elif found is not None and not force:
            self._refuse_edited(summary_names(work.kind))
        return found

    def _is_empty(self) -> bool:
        return self.path.is_dir() and all(map(is_unfinished, self.path.iterdir()))

    def _plan(self) -> Any:
        file = self.path / PLAN
        if not file.is_file():
            return None
        try:
            plan = json.loads(file.read_text(encoding="utf-8"))
            _names(plan)
        except (OSError, ValueError, LookupError, TypeError):
            expected = "the plan of a sweep; remove its folder yourself, or choose another --out"
            raise SweepError([Fault(str(file), None, None, "something else", expected)]) from None
        return plan

    def _refuse_foreign(self, plan: Mapping[str, Any]) -> None:
        """Refuse to restart in a folder that holds more than the sweep of a plan wrote."""
        own = set(_names(plan))
        foreign = sorted(
            path.name
            for path in self.path.iterdir()
            if not is_unfinished(path) and (path.name not in own or path.is_dir())
        )
        if foreign:
            more = f" and {len(foreign) - _SHOWN} more" if len(foreign) > _SHOWN else ""
            found = f"{', '.join(foreign[:_SHOWN])}{more}, which the sweep did not write"
            expected = "nothing but a sweep to --restart: move them, or choose another --out"
            raise SweepError([Fault(str(self.path), None, None, found, expected)])

    def _refuse_edited(self, names: Iterable[str]) -> None:
        """Refuse to write summaries anew that are not what the sweep wrote last."""
        known = self._summaries()
        faults = [
            Fault(str(self.path / name), None, None, "edited since", "--force to write it anew")
            for name in names
            if (self.path / name).is_file()
            and _digest((self.path / name).read_bytes()) not in known.get(name, ())
        ]
        if faults:
            raise SweepError(faults)

    def is_done(self, work: Work, part: int) -> bool:
        """Say whether all files of a part are there."""
        return all((self.path / name).is_file() for name in work.file_names(part))

    def save(self, files: Mapping[str, bytes]) -> None:
        """Put the files of a part in place, each in one step."""
        for name, content in files.items():
            write_whole(self.path / name, content)

    def save_summary(self, name: str, text: str) -> None:
        """Put a file over all parts in place, and remember what it held."""
        known, place = self._summaries(), self.path / name
        before = [_digest(place.read_bytes())] if place.is_file() else []
        known[name] = [*before, _digest(text.encode())]  # a kill may come before or after the next
        write_whole(self.path / SUMMARIES, _text(known))
        write_whole(place, text)

    def _summaries(self) -> dict[str, list[str]]:
        try:
            known = json.loads((self.path / SUMMARIES).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}


def _plan_of(work: Work) -> dict[str, Any]:
    return {
        **work.plan(),
        "kind": work.kind,
        "n_parts": work.n_parts,
        "code": code_digest(relative(work.files_needed())),
    }


def _names(plan: Mapping[str, Any]) -> list[str]:
    """Return every name that the sweep of a plan writes to, one by one."""
    kind, n_parts = plan["kind"], min(int(plan["n_parts"]), MOST_PARTS)
    parts = (name for part in range(n_parts) for name in part_names(kind, n_parts, part))
    return [PLAN, SUMMARIES, *summary_names(kind), *parts]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
