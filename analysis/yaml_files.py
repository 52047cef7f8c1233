"""Safe YAML: files that people write, read within stated limits and refused beyond them.

No tag builds an object, no key stands twice, no pipe is waited for, and a text of a few lines that
stands for a billion values is refused before it is built.
"""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Any, Final

import yaml

from analysis.errors import Fault, FaultsError

MOST_BYTES: Final = 1_000_000
MOST_VALUES: Final = 100_000
MOST_LEVELS: Final = 20
MOST_DIGITS: Final = 400  # more than a double's 309


_INT, _FLOAT = "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"


class _StrictLoader(yaml.CSafeLoader):
    """Refuses a key that stands twice or is no single word, and numbers beyond all use.

    Numbers are those of YAML 1.2: 1e6 is one, 010 is ten, and 1:30 is no ninety.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 (a class of the library, which has none)
        first: [(tag, form) for tag, form in forms if tag not in (_INT, _FLOAT)]
        for first, forms in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise _problem("a key that is no single word", key_node)
            key = self.construct_object(key_node, deep=deep)
            if key in seen:
                raise _problem(f"key {key!r} stands twice", key_node)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)

    def construct_number(self, node: yaml.ScalarNode) -> Any:
        """Return a number; of too many digits Python would make none, or none that it can show."""
        if len(node.value) > MOST_DIGITS:
            found, most = len(node.value), MOST_DIGITS
            raise _problem(f"a number of {found:,} digits, {most} at most", node)
        if node.tag == _INT:
            return self.construct_yaml_int(node)
        return self.construct_yaml_float(node)


_StrictLoader.add_implicit_resolver(
    _INT, re.compile(r"[-+]?(0|[1-9][0-9]*)$"), list("-+0123456789")
)
_StrictLoader.add_implicit_resolver(
    _FLOAT,
    re.compile(
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$|[-+]?\.(inf|Inf)$|\.(nan|NaN)$"
    ),
    list("-+0123456789."),
)
_StrictLoader.add_constructor(_INT, _StrictLoader.construct_number)
_StrictLoader.add_constructor(_FLOAT, _StrictLoader.construct_number)


def read_text(path: Path, *, file: str, error: type[FaultsError]) -> str:
    """Return the text of a file that a user named.

    Parameters
    ----------
    path : Path
        A file of at most `MOST_BYTES` bytes of UTF-8.
    file : str
        What errors call it.
    error : type
        Class of the error.

    Raises
    ------
    FaultsError
        Of the given class: it is missing, a folder, a pipe, too large, may not be read or is in
        another encoding.
    """
    expected = "a readable UTF-8 file"
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            kind = "a folder" if stat.S_ISDIR(status.st_mode) else "no plain file"
            raise error([Fault(file, None, None, kind, expected)])
        if status.st_size > MOST_BYTES:
            expected = f"at most {MOST_BYTES:,} bytes"
            raise error([Fault(file, None, None, f"{status.st_size:,} bytes", expected)])
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        row = fault.object[: fault.start].count(b"\n") + 1
        found = f"byte 0x{fault.object[fault.start]:02x}, another encoding"
        raise error([Fault(file, row, None, found, expected)]) from None
    except OSError as fault:
        raise error([Fault(file, None, None, fault.strerror or str(fault), expected)]) from None


def parse_yaml(text: str, *, file: str, error: type[FaultsError]) -> tuple[Any, Any]:
    """Return what a YAML or JSON text holds.

    Parameters
    ----------
    text : str
        One document.
    file : str
        What errors call it.
    error : type
        Class of the error.

    Returns
    -------
    node : yaml.Node or None
        The text's tree with its lines, None of an empty text.
    content : object
        Plain values.

    Raises
    ------
    FaultsError
        Of the given class: it is no YAML, a key stands twice, or it holds more than `MOST_VALUES`
        values, aliases counted by what they stand for, deeper than `MOST_LEVELS` levels.
    """
    loader = None
    try:
        _refuse_traps(text)
        loader = _StrictLoader(text)
        node = loader.get_single_node()
        return node, None if node is None else loader.construct_document(node)
    except (yaml.YAMLError, ValueError) as fault:  # ValueError: the 45th of a month, say
        mark = getattr(fault, "problem_mark", None)
        row = mark.line + 1 if mark else None
        problem = getattr(fault, "problem", None) or str(fault)
        raise error([Fault(file, row, None, problem, "valid YAML")]) from None
    finally:
        if loader is not None:
            loader.dispose()


def _refuse_traps(text: str) -> None:
    """Refuse a text that stands for too much, before anything is built from it."""
    n_values, sizes, open_anchors = 0, dict[str | None, int](), list[tuple[str | None, int]]()
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        n_before = n_values
        if isinstance(event, yaml.AliasEvent):
            if any(anchor for anchor, _ in open_anchors):
                raise _problem("an alias within what an alias repeats", event)
            n_values += sizes.get(event.anchor, 0)
        elif isinstance(event, yaml.ScalarEvent):
            n_values += 1
            if event.anchor:
                sizes[event.anchor] = 1
        elif isinstance(event, yaml.CollectionStartEvent):
            n_values += 1
            open_anchors.append((event.anchor, n_before))
            if len(open_anchors) > MOST_LEVELS:
                raise _problem(f"more than {MOST_LEVELS} levels", event)
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, n_at_start = open_anchors.pop()
            if anchor:
                sizes[anchor] = n_values - n_at_start
        if n_values > MOST_VALUES:
            raise _problem(f"more than {MOST_VALUES:,} values", event)


def _problem(words: str, place: Any) -> yaml.constructor.ConstructorError:
    return yaml.constructor.ConstructorError(None, None, words, place.start_mark)
