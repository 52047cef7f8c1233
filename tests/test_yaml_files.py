"""Safe YAML: what is read, and what is refused at once and why."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from analysis.errors import AssumptionError
from analysis.yaml_files import MOST_BYTES, MOST_LEVELS, MOST_VALUES, parse_yaml, read_text


def parsed(text: str) -> object:
    return parse_yaml(text, file="x.yaml", error=AssumptionError)[1]


READ = {
    "": None,
    "a: 1": {"a": 1},
    '{"a": [1, 2.5, null, true, "x"]}': {"a": [1, 2.5, None, True, "x"]},
    "a: &x [1, 2]\nb: *x": {"a": [1, 2], "b": [1, 2]},
    "a: &x 1\nb: [*x, *x]": {"a": 1, "b": [1, 1]},
    "a: 010\nb: 1:30\nc: 1e3\nd: 1_0": {"a": 10.0, "b": "1:30", "c": 1000.0, "d": "1_0"},
    "[" * MOST_LEVELS + "]" * MOST_LEVELS: eval("[" * MOST_LEVELS + "]" * MOST_LEVELS),
}


@pytest.mark.parametrize("text", READ, ids=range(len(READ)))
def test_read(text: str) -> None:
    assert parsed(text) == READ[text]


BILLION = "".join(
    f"a{at}: &a{at} [{', '.join([f'*a{at - 1}' if at else 'x'] * 9)}]\n" for at in range(10)
)
REFUSED = {
    "an alias bomb": (BILLION, "row 2: found 'an alias within what an alias repeats'"),
    "a wide alias bomb": (
        f"a: &a [{', '.join('x' * 1000)}]\nb: [{', '.join(['*a'] * 1000)}]\n",
        f"row 2: found 'more than {MOST_VALUES:,} values'",
    ),
    "an alias of itself": ("a: &a {b: *a}", "an alias within"),
    "depth": ("[" * 100_000, f"more than {MOST_LEVELS} levels"),
    "depth of blocks": (
        "".join(f"{' ' * at}a:\n" for at in range(25)),
        f"row {MOST_LEVELS + 1}: found 'more than {MOST_LEVELS} levels'",
    ),
    "values": (f"[{'1,' * (MOST_VALUES + 1)}]", f"more than {MOST_VALUES:,} values"),
    "5,000 digits": (f"\na: {'9' * 5000}", "row 2: found 'a number of 5,000 digits, 400 at most'"),
    "digits of a fraction": (f"a: 0.{'1' * 5000}", "a number of 5,002 digits"),
    "a tag": ("a: !!python/object/apply:os.system [true]", "could not determine a constructor"),
    "a key twice": ("a: 1\nb: 2\na: 3", "row 3: found \"key 'a' stands twice\""),
    "two documents": ("a: 1\n---\nb: 2\n", "expected valid YAML"),
    "no date": ("a: 2020-13-45", "month must be in 1..12"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_refused_at_once(text: str, message: str) -> None:
    start = time.monotonic()
    with pytest.raises(AssumptionError) as caught:
        parsed(text)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 400
    assert time.monotonic() - start < 5  # it hung for minutes


def read(path: Path) -> str:
    return read_text(path, file="x", error=AssumptionError)


def test_files_that_are_none_are_refused_at_once(tmp_path: Path) -> None:
    pipe, folder, loop = tmp_path / "pipe", tmp_path / "folder", tmp_path / "loop"
    os.mkfifo(pipe)
    folder.mkdir()
    loop.symlink_to(loop)
    large = tmp_path / "large"
    large.write_bytes(b"x" * (MOST_BYTES + 1))
    found = {
        pipe: "no plain file",
        Path("/dev/zero"): "no plain file",
        folder: "a folder",
        loop: "Too many levels of symbolic links",
        large: "1,000,001 bytes",
        tmp_path / "absent": "No such file",
        tmp_path / ("a" * 5000): "File name too long",
        pipe / "below": "Not a directory",
    }
    for path, words in found.items():
        with pytest.raises(AssumptionError, match=words):
            read(path)


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "latin-1"])
def test_another_encoding_is_named_with_its_line(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "x.yaml"
    text = "a: 1\nb: ü\n" if encoding == "latin-1" else "a: 1\nb: 算力\n"
    file.write_bytes(text.encode(encoding))
    row = 1 if encoding == "utf-16" else 2
    with pytest.raises(AssumptionError, match=f"row {row}: found 'byte 0x.., another encoding'"):
        read(file)


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes("a: 1".encode("utf-8-sig"))
    assert read(file) == "a: 1"
