"""A workbook recalculated cell by cell from its file, its formulas evaluated by `formulas`."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import formulas
import numpy as np
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.formula.translate import Translator
from schedula import EMPTY

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CELL = re.compile(r"([A-Z]+)(\d+)")
ANY_CELL = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d+)")
FAR_FROM_EDGES = "AZZ50000"
"""Where a formula is compiled: the cells of a row, copied there, are one formula."""


def _number(column: str) -> int:
    number = 0
    for letter in column:
        number = 26 * number + ord(letter) - 64
    return number


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _of_one_cell(reference: str) -> str:
    """Write a range of one cell, as of a life of one period, as that cell."""
    first, _, last = reference.rpartition("!")[2].partition(":")
    return reference.removesuffix(f":{last}") if first == last else reference


def _operand(token: Token) -> str | None:
    """Return a cell, range or name as it stands in a formula; None of anything else."""
    return token.value if (token.type, token.subtype) == (Token.OPERAND, Token.RANGE) else None


def _as_written(tokens: list[Token]) -> list[str]:
    """Return cells, ranges and names as `formulas` writes them, in order."""
    operands = (_operand(token) for token in tokens)
    return [_of_one_cell(each.replace("$", "").upper()) for each in operands if each is not None]


def _seen_from(tokens: list[Token], origin: str) -> str:
    """Write a formula with its cells counted from the one that it stands in.

    That is the same text for all the cells of a row that were filled to the right.
    """
    column, row = CELL.fullmatch(origin).groups()
    here = _number(column), int(row)

    def counted(cell: re.Match[str]) -> str:
        fixed_column, column, fixed_row, row = cell.groups()
        across = column if fixed_column else f"[{_number(column) - here[0]}]"
        down = row if fixed_row else f"[{int(row) - here[1]}]"
        return f"{{{across}, {down}}}"

    return "".join(
        token.value if (operand := _operand(token)) is None else ANY_CELL.sub(counted, operand)
        for token in tokens
    )


def _straight(pipe: Any) -> Callable[..., Any]:
    """Return the functions of a compiled formula one after the other, without its dispatcher.

    `formulas` hands every value through a graph that is made anew for each call; the order of its
    steps is known once the formula is compiled.
    """
    nodes, (wanted,) = pipe.dsp.nodes, pipe.outputs
    steps = []
    for (*_, (node, _)), *_ in pipe.pipe:
        if nodes[node]["type"] == "function":
            (made,) = nodes[node]["outputs"]
            steps.append((nodes[node]["function"], nodes[node]["inputs"], made))
        assert nodes[node]["type"] in ("function", "data"), node
    constants = {name: default["value"] for name, default in pipe.dsp.default_values.items()}
    names = list(pipe.inputs)

    def call(*given: Any) -> Any:
        known = {**constants, **dict(zip(names, given, strict=True))}
        for function, arguments, made in steps:
            known[made] = function(*(known[name] for name in arguments))
        return known[wanted]

    return call


class Function(NamedTuple):
    """What a formula computes, wherever it stands, and which of its operands it is called with."""

    call: Callable[..., Any]
    places: list[int]

    @classmethod
    def of(cls, formula: str, origin: str) -> Function:
        copied = Translator(formula, origin=origin).translate_formula(FAR_FROM_EDGES)
        pipe = formulas.Parser().ast(copied)[1].compile()
        written = _as_written(Tokenizer(copied).items)
        return cls(_straight(pipe), [written.index(key) for key in pipe.inputs])


_FUNCTIONS: dict[str, Function] = {}


class Workbook:
    """Cells of a file: numbers and texts as they stand, formulas evaluated when asked for."""

    def __init__(self, path: Path) -> None:
        self.formulas: dict[tuple[str, str], str] = {}
        self.values: dict[tuple[str, str], Any] = {}
        self.names: dict[str, tuple[str, str]] = {}
        self._sheets: dict[str, str] = {}  # by name in capitals, as `formulas` writes it
        self._ranges: dict[tuple[str, str], list[list[tuple[str, str]]]] = {}
        self._functions: dict[tuple[str, str], tuple[Any, list[str]]] = {}
        self._read(path)
        self.stored = dict(self.values)
        for cell in self.formulas:
            self.values.pop(cell, None)

    def _read(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            root = ElementTree.fromstring(archive.read("xl/workbook.xml"))
            texts = [
                "".join(part.text or "" for part in item.iter(f"{SPACE}t"))
                for item in ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
            ]
            for name in root.iter(f"{SPACE}definedName"):
                if name.attrib["name"].startswith("_xlnm."):  # rows that are printed on each page
                    continue
                sheet, cell = (name.text or "").replace("$", "").split("!")
                self.names[name.attrib["name"].upper()] = (sheet, cell)
            for place, sheet in enumerate(root.iter(f"{SPACE}sheet"), start=1):
                self._sheets[sheet.attrib["name"].upper()] = sheet.attrib["name"]
                content = archive.read(f"xl/worksheets/sheet{place}.xml")
                for cell in ElementTree.fromstring(content).iter(f"{SPACE}c"):
                    at = (sheet.attrib["name"], cell.attrib["r"])
                    formula, value = cell.find(f"{SPACE}f"), cell.find(f"{SPACE}v")
                    if formula is not None:
                        self.formulas[at] = formula.text or ""
                    if value is None or value.text is None:
                        continue
                    kind = cell.attrib.get("t")
                    if kind == "s":
                        self.values[at] = texts[int(value.text)]
                    else:
                        self.values[at] = value.text if kind == "str" else float(value.text)

    def set(self, name: str, value: Any) -> None:
        """Type a value into a named cell, None to empty it; everything is recalculated."""
        self.put(self.names[name.upper()], value)

    def put(self, at: tuple[str, str], value: Any) -> None:
        """Type a value into a cell, given by sheet and address."""
        assert at not in self.formulas, f"{at} is a formula"
        for cell in self.formulas:
            self.values.pop(cell, None)
        self.values[at] = EMPTY if value is None else value

    def named(self, name: str) -> Any:
        """Return the value of a named cell."""
        return self.value(*self.names[name.upper()])

    def value(self, sheet: str, cell: str) -> Any:
        """Return the value of a cell, evaluating its formula and all that it needs before it.

        A stack of its own instead of recursion: a row of 360 periods is a chain of 360 cells.
        """
        waiting = [(sheet, cell)]
        while waiting:
            at = waiting[-1]
            if at in self.values or at not in self.formulas:
                waiting.pop()
                continue
            needed = [each for each in self._needed(at) if self._is_open(each)]
            if needed:
                waiting += needed
                assert len(waiting) < 1_000_000, f"a circle of cells at {at}"
            else:
                self.values[at] = self._evaluate(at)
        return self.values.get((sheet, cell))

    def _is_open(self, at: tuple[str, str]) -> bool:
        return at in self.formulas and at not in self.values

    def _function(self, at: tuple[str, str]) -> tuple[Any, list[str]]:
        """Return the function of a cell's formula and what it is to be called with."""
        if at not in self._functions:
            formula = f"={self.formulas[at]}"
            tokens = Tokenizer(formula).items
            seen = _seen_from(tokens, at[1])
            if seen not in _FUNCTIONS:
                _FUNCTIONS[seen] = Function.of(formula, at[1])
            call, places = _FUNCTIONS[seen]
            written = _as_written(tokens)
            self._functions[at] = call, [written[place] for place in places]
        return self._functions[at]

    def _needed(self, at: tuple[str, str]) -> list[tuple[str, str]]:
        return [
            each for key in self._function(at)[1] for row in self._cells(at[0], key) for each in row
        ]

    def _evaluate(self, at: tuple[str, str]) -> Any:
        function, keys = self._function(at)
        result = function(*(self._input(at[0], key) for key in keys))
        value = np.asarray(result).reshape(-1)[0]
        if value is EMPTY:  # a formula that refers to an empty cell
            return 0.0
        return str(value) if isinstance(value, str) else float(value)

    def _cells(self, sheet: str, key: str) -> list[list[tuple[str, str]]]:
        """Return the rows of cells that a name, a cell or a range stands for."""
        if (sheet, key) not in self._ranges:
            self._ranges[sheet, key] = self._looked_up(sheet, key)
        return self._ranges[sheet, key]

    def _looked_up(self, sheet: str, key: str) -> list[list[tuple[str, str]]]:
        if key in self.names:
            return [[self.names[key]]]
        home, _, cells = key.rpartition("!")
        if home:
            sheet = self._sheets[home.strip("'")]
        first, _, last = cells.partition(":")
        if not last:
            return [[(sheet, first)]]
        (left, top), (right, bottom) = (CELL.fullmatch(corner).groups() for corner in (first, last))
        columns = range(_number(left), _number(right) + 1)
        return [
            [(sheet, f"{_letters(column)}{row}") for column in columns]
            for row in range(int(top), int(bottom) + 1)
        ]

    def _input(self, sheet: str, key: str) -> Any:
        rows = [[self.values.get(cell, EMPTY) for cell in row] for row in self._cells(sheet, key)]
        is_single = ":" not in key
        return rows[0][0] if is_single else np.array(rows, dtype=object)
