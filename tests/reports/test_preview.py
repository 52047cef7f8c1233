"""Pictures that stand for shared links: their size, their bytes, their address."""

from __future__ import annotations

import struct
import warnings

import pytest

from analysis.reports.site import preview
from analysis.reports.site.preview import HEIGHT, WIDTH, preview_address, preview_png


def size(png: bytes) -> tuple[int, int]:
    """Width and height, where the format has them: bytes 16 to 24 of the file."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_a_picture_has_the_size_that_is_asked_for_and_the_same_bytes_twice() -> None:
    first, second = (preview_png("Does it pay?", "It does.", "2026-11-28") for _ in range(2))
    assert (size(first), first) == ((WIDTH, HEIGHT), second)
    assert first != preview_png("Does it pay?", "It does not.", "2026-11-28")


def test_chinese_is_left_out_rather_than_drawn_as_boxes() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert preview_png("Pays 出租算力？", "a $5 rent", "") == preview_png(
            "Pays", "a $5 rent", ""
        )


def test_what_is_too_long_is_cut_and_says_so() -> None:
    lines = preview._lines("word " * 400, preview._ANSWER, preview._LINES_OF_ANSWER)
    assert len(lines) == preview._LINES_OF_ANSWER
    assert lines[-1].endswith("…")


@pytest.mark.parametrize(
    ("name", "site", "address"),
    [
        ("operators", "", "files/preview/operators.png"),
        ("operators-zh", "", "files/preview/operators.png"),
        ("index", "https://example.org/a", "https://example.org/a/files/preview/index.png"),
        ("index", "https://example.org/a/", "https://example.org/a/files/preview/index.png"),
    ],
)
def test_addresses_are_whole_where_the_site_has_one(name: str, site: str, address: str) -> None:
    assert preview_address(name, site) == address
