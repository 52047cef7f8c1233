"""The declared checks: one YAML file a source, read and validated before anything is computed.

::

    source: sihan-2025
    checks:
      - p30-02 = 1 - p30-03
      - that: p43-04 = p43-03 / 1.06 / p43-02
        assuming: VAT of 6 % is inside the contract value
      - that: p43-03 = outcome('huatie-contract-orders')
        outcome: the contract was terminated before any order
    cannot:
      - claims: p31-01
        why: no other figure of where demand sits

Beside ``assuming``, a check may say which ``reading`` of an ambiguous figure it takes, under which
printed ``label`` it takes it, or which slip of ``scope`` would explain that it fails. Checks with
one ``outcome`` are about one event. ``translated: true`` beside the source says that its text was
made by machine translation.

``also: false`` keeps a check to its left side, where the other figures would be recomputed only
within bounds too wide to say anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from analysis.claims.check_language import Formula, FormulaError, parse
from analysis.claims.evidence import Evidence
from analysis.errors import Fault, FaultsError

FOLDER = Path(__file__).with_name("checks")
KEYS = frozenset({"that", "assuming", "reading", "label", "scope", "outcome", "also"})


_FILE_KEYS = frozenset({"source", "translated", "checks", "cannot"})


class CheckError(FaultsError):
    """Declared checks that name what does not exist, or say nothing of a claim."""

    consequence = "nothing was checked"


@dataclass(frozen=True)
class Check:
    """One declared check.

    Parameters
    ----------
    formula : Formula
        What should hold.
    assumption : str
        What must be assumed beyond the figures, empty where nothing.
    reading : str
        Which of several possible readings of the left figure is taken; empty where there is one.
    label : str
        What the left figure is printed as, where the check takes it at its label.
    scope : str
        How the scopes of the figures differ, which would explain a failure.
    outcome : str
        What happened since, where the check settles a claim by it; empty elsewhere.
    only_left : bool
        Whether only the left side is checked.
    translated : bool
        Whether the source was translated by machine.
    """

    formula: Formula
    assumption: str = ""
    reading: str = ""
    label: str = ""
    scope: str = ""
    outcome: str = ""
    only_left: bool = False
    translated: bool = False

    @property
    def origins(self) -> tuple[str, ...]:
        """What the functions of the formula draw on."""
        return tuple(dict.fromkeys(Evidence.origin(name) for name in self.formula.functions))


@dataclass(frozen=True)
class Declared:
    """Everything declared.

    Parameters
    ----------
    checks : tuple of Check
        In the order of the files.
    reasons : mapping of str to str
        Why a claim cannot be checked, by claim.
    """

    checks: tuple[Check, ...]
    reasons: Mapping[str, str]


def load_checks(claim_ids: Iterable[str], folder: Path = FOLDER) -> Declared:
    """Read every declared check.

    Parameters
    ----------
    claim_ids : iterable of str
        All claims of the ledger.
    folder : Path
        Folder of the YAML files.

    Returns
    -------
    Declared

    Raises
    ------
    CheckError
        Naming file and line of everything that cannot be read, names an unknown claim or function,
        or stands twice.
    """
    known = set(claim_ids)
    faults: list[Fault] = []
    checks: list[Check] = []
    reasons: dict[str, str] = {}
    seen: set[str] = set()
    for path in sorted(folder.glob("*.yaml")):
        reader = _Reader(path, known, faults)
        for check in reader.checks():
            name = f"{check.formula.left} {check.formula.text}"
            if name in seen:
                faults.append(reader.fault(0, check.formula.text, "a check that stands once"))
            seen.add(name)
            checks.append(check)
        for claim, why, line in reader.reasons():
            if claim in reasons:
                faults.append(reader.fault(line, claim, "one reason for each claim"))
            reasons[claim] = why
    if faults:
        raise CheckError(faults)
    return Declared(tuple(checks), reasons)


class _Reader:
    """Reads one file, keeping line numbers for faults."""

    def __init__(self, path: Path, known: set[str], faults: list[Fault]) -> None:
        self.path, self.known, self.faults = path, known, faults
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8"))
        root = loader.get_single_node()
        self.content: dict[str, Any] = loader.construct_document(root) if root is not None else {}
        self.lines: dict[str, list[int]] = {"checks": [], "cannot": []}
        for key, value in root.value if root is not None else []:
            if key.value in self.lines and isinstance(value, yaml.SequenceNode):
                self.lines[key.value] = [item.start_mark.line + 1 for item in value.value]
        self.source_id = str(self.content.get("source", ""))
        if unknown := sorted(set(self.content) - _FILE_KEYS):
            expected = ", ".join(sorted(_FILE_KEYS))
            faults.append(self.fault(0, ", ".join(unknown), f"of {expected}"))
        if not any(name.startswith(f"{self.source_id}-") for name in known):
            faults.append(self.fault(0, self.source_id, "a source of the ledger"))

    def fault(self, line: int, value: str, expected: str) -> Fault:
        """Return a fault of this file."""
        return Fault(f"checks/{self.path.name}", line or None, None, value, expected)

    def checks(self) -> Iterable[Check]:
        """Yield every check that can be read."""
        for line, item in zip(self.lines["checks"], self.content.get("checks") or [], strict=True):
            entry = {"that": item} if isinstance(item, str) else dict(item)
            if unknown := sorted(set(entry) - KEYS):
                self.faults.append(self.fault(line, ", ".join(unknown), f"of {sorted(KEYS)}"))
                continue
            text = str(entry.get("that", ""))
            try:
                formula = parse(text, self.source_id)
            except FormulaError as error:
                self.faults.append(self.fault(line, text, str(error)))
                continue
            unknown = [name for name in formula.claims if name not in self.known]
            unknown += [name for name in formula.functions if not hasattr(Evidence, name)]
            for name in unknown:
                self.faults.append(self.fault(line, name, "a claim or function that exists"))
            if not unknown:
                yield Check(
                    formula,
                    assumption=str(entry.get("assuming", entry.get("reading", ""))),
                    reading=str(entry.get("reading", "")),
                    label=str(entry.get("label", "")),
                    scope=str(entry.get("scope", "")),
                    outcome=str(entry.get("outcome", "")),
                    only_left=not entry.get("also", True),
                    translated=bool(self.content.get("translated", False)),
                )

    def reasons(self) -> Iterable[tuple[str, str, int]]:
        """Yield claim, reason and line of everything that cannot be checked."""
        for line, item in zip(self.lines["cannot"], self.content.get("cannot") or [], strict=True):
            why = str(item.get("why", "")).strip()
            if not why:
                self.faults.append(self.fault(line, str(item), "claims and why"))
            for place in re.split(r"\s+", str(item.get("claims", "")).strip()):
                claim = f"{self.source_id}-{place}"
                if claim in self.known:
                    yield claim, why, line
                else:
                    self.faults.append(self.fault(line, claim, "a claim of the ledger"))
