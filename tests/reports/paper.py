"""How full the pages of a printed PDF are, as Chromium writes it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

import numpy as np

A4_HEIGHT_PT = 841.92
MARGIN_PT = 16 / 25.4 * 72
"""Of the print rules of the template, above and below."""

_OBJECT = re.compile(rb"(?:\A|\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_STEP = re.compile(r"(?P<numbers>(?:[-+.\d]+ ){6})(?P<operator>cm|Tm)\b|\b(?P<stack>[qQ])\b")


def page_fills(pdf: bytes) -> list[float]:
    """Return how far down each page its lowest line of text stands, as a share of what it can hold.

    Text alone is looked at: every picture has its source, and every table its rows, in text.
    """
    objects = {int(found[1]): found[2] for found in _OBJECT.finditer(pdf)}
    return [_fill(_content(objects, page)) for page in _pages(objects)]


def _pages(objects: dict[int, bytes]) -> Iterator[bytes]:
    """Yield the pages of a document in their order, down its tree."""
    root = next(text for text in objects.values() if re.search(rb"/Type\s*/Catalog\b", text))
    waiting = [_reference(root, b"Pages")]
    while waiting:
        text = objects[waiting.pop(0)]
        kids = re.search(rb"/Kids\s*\[(.*?)\]", text, re.DOTALL)
        if kids is None:
            yield text
        else:
            waiting[:0] = [int(number) for number in re.findall(rb"(\d+) 0 R", kids[1])]


def _reference(text: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", text)
    assert found, f"no {name.decode()} in {text[:200]!r}"
    return int(found[1])


def _content(objects: dict[int, bytes], page: bytes) -> str:
    text = objects[_reference(page, b"Contents")]
    start = text.index(b"stream\n") + len(b"stream\n")
    return zlib.decompress(text[start : text.rindex(b"\nendstream")]).decode("latin-1")


def _fill(content: str) -> float:
    now, kept, lowest = np.eye(3), [], A4_HEIGHT_PT - MARGIN_PT
    for step in _STEP.finditer(content):
        if step["stack"] == "q":
            kept.append(now)
        elif step["stack"] == "Q":
            now = kept.pop()
        else:
            a, b, c, d, e, f = map(float, step["numbers"].split())
            matrix = np.array([[a, b, 0.0], [c, d, 0.0], [e, f, 1.0]]) @ now
            if step["operator"] == "cm":
                now = matrix
            else:
                lowest = min(lowest, float(matrix[2, 1]))
    return (A4_HEIGHT_PT - MARGIN_PT - lowest) / (A4_HEIGHT_PT - 2 * MARGIN_PT)
