"""Faults of files, encodings, spreadsheets, structure and meaning in tables that are added.

Every fault is put into a sound table of every kind. It must be refused with file, row, column,
value and what was expected, or kept because it means the same: then the rows are those of the
sound table. Nothing in between, and no other error.
"""

from __future__ import annotations

import codecs
import csv
import datetime
import gzip
import io
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from analysis.data.own.kinds import KINDS, OwnDataError
from analysis.data.own.store import Added, add, load_own
from analysis.data.table_size import TableLimit

TODAY: Final = datetime.date(2026, 11, 28)
Rows = list[list[str]]

DAYS: Final = [f"2026-10-{day:02}" for day in (13, 14, 15, 16, 19, 20, 21, 22)]
SOUND: Final[dict[str, Rows]] = {
    "quotes": [
        ["date", "provider", "gpu", "gpus", "price", "unit", "currency"],
        *(
            [day, f"AWS {place}", "H100", "8", price, "per GPU-hour", "USD"]
            for place, (day, price) in enumerate(
                zip(
                    DAYS,
                    ("2.41", "2.52", "2.63", "2.31", "2.25", "2.74", "2.85", "2.96"),
                    strict=True,
                )
            )
        ),
    ],
    "server-prices": [
        ["date", "provider", "gpu", "gpus", "price", "unit", "currency"],
        *(
            [day, f"AWS {place}", "H100", "8", price, "per server", "USD"]
            for place, (day, price) in enumerate(
                zip(
                    DAYS,
                    [
                        "241000.50",
                        "252000.50",
                        "263000.50",
                        "231000.50",
                        "225000.50",
                        "274000.50",
                        "285000.50",
                        "296000.50",
                    ],
                    strict=True,
                )
            )
        ),
    ],
    "fx": [
        ["date", "currency", "usd per unit"],
        *(
            [day, "EUR", rate]
            for day, rate in zip(
                DAYS,
                ("1.161", "1.162", "1.163", "1.164", "1.165", "1.166", "1.167", "1.168"),
                strict=True,
            )
        ),
    ],
    **{
        kind: [
            ["company", "period start", "period end", "metric", "value", "currency"],
            *(
                ["AWS Cloud", start, end, metric, value, "USD"]
                for start, end, metric, value in (
                    ("2025-10-01", "2025-12-31", "revenue", "1234.51"),
                    ("2026-01-01", "2026-03-31", "revenue", "1345.62"),
                    ("2026-04-01", "2026-06-30", "revenue", "1456.73"),
                    ("2026-07-01", "2026-09-30", "revenue", "1567.84"),
                    ("2025-10-01", "2025-12-31", "capex", "434.51"),
                    ("2026-01-01", "2026-03-31", "capex", "445.62"),
                    ("2026-04-01", "2026-06-30", "capex", "456.73"),
                    ("2026-07-01", "2026-09-30", "capex", "467.84"),
                )
            ),
        ]
        for kind in ("company", "operators")
    },
}


def num(kind):
    """Column of the numbers."""
    return {"quotes": "price", "server-prices": "price", "fx": "usd per unit"}.get(kind, "value")


def day(kind):
    return {"company": "period end", "operators": "period end"}.get(kind, "date")


def cell(column, change, lines=(3,)):
    """Change a column's cells in some lines; nothing where a kind has no such column."""

    def apply(kind, rows):
        name = column(kind) if callable(column) else column
        if name not in rows[0]:
            return None
        at = rows[0].index(name)
        return [
            [*row[:at], change(row[at]), *row[at + 1 :]] if line in lines else list(row)
            for line, row in enumerate(rows)
        ]

    return apply


ALL = tuple(range(1, 9))


def everywhere(change):
    return lambda kind, rows: [[change(text) for text in row] for row in rows]


CELLS: Final = {
    "num comma one": cell(num, lambda x: x.replace(".", ",")),
    "num comma all": cell(num, lambda x: x.replace(".", ","), ALL),
    "percent": cell(num, lambda x: x + "%"),
    "permille": cell(num, lambda x: x + "‰"),
    "percent fw": cell(num, lambda x: x + "％"),
    "u2212": cell(num, lambda x: "\u2212" + x),
    "minus": cell(num, lambda x: "-" + x),
    "en dash minus": cell(num, lambda x: "\u2013" + x),
    "trailing minus": cell(num, lambda x: x + "-"),
    "parens": cell(num, lambda x: "(" + x + ")"),
    "fullwidth": cell(num, lambda x: "".join(chr(ord(c) + 0xFEE0) for c in x)),
    "arabic digits": cell(num, lambda x: x.translate({48 + i: 0x660 + i for i in range(10)})),
    "superscript": cell(num, lambda x: x + "²"),
    "nbsp in num": cell(num, lambda x: x[:1] + "\u00a0" + x[1:]),
    "nbsp after": cell(num, lambda x: x + "\u00a0"),
    "space in num": cell(num, lambda x: x[:1] + " " + x[1:]),
    "letter O": cell(num, lambda x: x[:-1] + "O"),
    "letter l": cell(num, lambda x: "l" + x[1:]),
    "sci": cell(num, lambda x: f"{float(x):e}"),
    "sci big": cell(num, lambda x: x + "e300"),
    "hex": cell(num, lambda x: "0x10"),
    "nan": cell(num, lambda x: "NaN"),
    "inf": cell(num, lambda x: "inf"),
    "True": cell(num, lambda x: "TRUE"),
    "ref": cell(num, lambda x: "#REF!"),
    "div0": cell(num, lambda x: "#DIV/0!"),
    "value": cell(num, lambda x: "#VALUE!"),
    "NAx": cell(num, lambda x: "#N/A"),
    "hash": cell(num, lambda x: "#####"),
    "formula": cell(num, lambda x: "=1+1"),
    "wan": cell(num, lambda x: x + "万"),
    "yi": cell(num, lambda x: x + "亿"),
    "wan all": cell(num, lambda x: x + "万", ALL),
    "k": cell(num, lambda x: x + "k"),
    "m": cell(num, lambda x: x + "m"),
    "million": cell(num, lambda x: x + " million"),
    "bn": cell(num, lambda x: x + " bn"),
    "two numbers": cell(num, lambda x: x + " " + x),
    "slash": cell(num, lambda x: x + "/" + x),
    "range": cell(num, lambda x: x + "-" + x),
    "three": cell(num, lambda x: "1-2-3"),
    "approx": cell(num, lambda x: "~" + x),
    "less": cell(num, lambda x: "<" + x),
    "question": cell(num, lambda x: x + "?"),
    "star": cell(num, lambda x: x + "*"),
    "footnote": cell(num, lambda x: x + "[1]"),
    "footnote1": cell(num, lambda x: x + " (1)"),
    "double dot": cell(num, lambda x: x.replace(".", "..")),
    "two dots": cell(num, lambda x: "1.2.3"),
    "apostrophe": cell(num, lambda x: "'" + x),
    "quote": cell(num, lambda x: '"' + x + '"'),
    "digits5000": cell(num, lambda x: "9" * 5000),
    "digits400": cell(num, lambda x: "9" * 400),
    "tiny": cell(num, lambda x: "0." + "0" * 400 + "1"),
    "zero": cell(num, lambda x: "0"),
    "empty": cell(num, lambda x: ""),
    "CNY sign": cell(num, lambda x: "¥" + x),
    "euro sign": cell(num, lambda x: "€" + x),
    "x7.2": cell(num, lambda x: f"{float(x) * 7.2:.4f}"),
    "x8": cell(num, lambda x: f"{float(x) * 8:.4f}"),
    "/8": cell(num, lambda x: f"{float(x) / 8:.4f}"),
    "x100": cell(num, lambda x: f"{float(x) * 100:.4f}"),
    "x1e4": cell(num, lambda x: f"{float(x) * 1e4:.4f}"),
    "x1e6": cell(num, lambda x: f"{float(x) * 1e6:.4f}"),
    "inverse": cell(num, lambda x: f"{1 / float(x):.6f}"),
    "dot lost": cell(num, lambda x: x.replace(".", "")),
    "last digit lost": cell(num, lambda x: x[:-1]),
    "x7.2 all": cell(num, lambda x: f"{float(x) * 7.2:.4f}", ALL),
    "x1e6 all": cell(num, lambda x: f"{float(x) * 1e6:.4f}", ALL),
    "x1e4 all": cell(num, lambda x: f"{float(x) * 1e4:.4f}", ALL),
    "/1e3 all": cell(num, lambda x: f"{float(x) / 1e3:.6f}", ALL),
    "/8 all": cell(num, lambda x: f"{float(x) / 8:.6f}", ALL),
    "x8 all": cell(num, lambda x: f"{float(x) * 8:.6f}", ALL),
    "day swapped": cell(day, lambda x: f"{x[:4]}-{x[8:]}-{x[5:7]}"),
    "day american": cell(day, lambda x: f"{x[5:7]}/{x[8:]}/{x[:4]}"),
    "day german": cell(day, lambda x: f"{x[8:]}.{x[5:7]}.{x[:4]}"),
    "day chinese": cell(day, lambda x: f"{x[:4]}年{x[5:7]}月{x[8:]}日"),
    "day excel": cell(
        day, lambda x: str((datetime.date.fromisoformat(x) - datetime.date(1899, 12, 30)).days)
    ),
    "day excel 1904": cell(
        day, lambda x: str((datetime.date.fromisoformat(x) - datetime.date(1904, 1, 1)).days)
    ),
    "day 2 digit": cell(day, lambda x: x[2:]),
    "day 30 feb": cell(day, lambda x: "2026-02-30"),
    "day 0": cell(day, lambda x: "0000-00-00"),
    "day fw": cell(day, lambda x: "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in x)),
    "day u2212": cell(day, lambda x: x.replace("-", "\u2212")),
    "day nb hyphen": cell(day, lambda x: x.replace("-", "\u2011")),
    "day future": cell(day, lambda x: "2099-01-01"),
    "day 1970": cell(day, lambda x: "1970-01-01"),
    "day tz": cell(day, lambda x: x + "T00:00:00+08:00"),
    "day tail": cell(day, lambda x: x + "x"),
    "day tail2": cell(day, lambda x: x + " to 2026-11-05"),
    "day pre": cell(day, lambda x: "since " + x),
    "day month only": cell(day, lambda x: x[:7]),
    "day year only": cell(day, lambda x: x[:4]),
    "day digits5000": cell(day, lambda x: "2" * 5000),
    "quarter shift": cell(
        day, lambda x: (datetime.date.fromisoformat(x) - datetime.timedelta(days=91)).isoformat()
    ),
    "quarter shift all": cell(
        day,
        lambda x: (datetime.date.fromisoformat(x) - datetime.timedelta(days=91)).isoformat(),
        ALL,
    ),
    "ytd": cell("period start", lambda x: "2026-01-01"),
    "cyr A": everywhere(lambda x: x.replace("AWS", "\u0410WS")),
    "cyr A one": lambda k, rows: [
        [x.replace("AWS", "\u0410WS") if n == 3 else x for x in r] for n, r in enumerate(rows)
    ],
    "greek": lambda k, rows: [
        [
            x.replace("H100", "\u0397100").replace("EUR", "\u0395UR").replace("Cloud", "Cl\u03bfud")
            if n == 3
            else x
            for x in r
        ]
        for n, r in enumerate(rows)
    ],
    "cyr header": lambda k, rows: [
        [x.replace("p", "\u0440").replace("c", "\u0441").replace("e", "\u0435") for x in rows[0]],
        *rows[1:],
    ],
    "fw letters": lambda k, rows: [
        [
            x.replace("AWS", "ＡＷＳ").replace("H100", "Ｈ１００").replace("EUR", "ＥＵＲ")
            if n == 3
            else x
            for x in r
        ]
        for n, r in enumerate(rows)
    ],
    "nbsp text": everywhere(lambda x: x.replace(" ", "\u00a0")),
    "2 spaces": everywhere(lambda x: x.replace(" ", "  ")),
    "spaces round": everywhere(lambda x: f" {x} "),
    "thin": everywhere(lambda x: x.replace(" ", "\u2009")),
    "zero width": everywhere(lambda x: x[:1] + "\u200b" + x[1:]),
    "bom within": lambda k, rows: [
        [x[:1] + "\ufeff" + x[1:] if n == 3 else x for x in r] for n, r in enumerate(rows)
    ],
    "soft hyphen": lambda k, rows: [
        [x[:1] + "\u00ad" + x[1:] if n == 3 else x for x in r] for n, r in enumerate(rows)
    ],
    "rtl": lambda k, rows: [["\u202e" + x if n == 3 else x for x in r] for n, r in enumerate(rows)],
    "fffd": lambda k, rows: [
        [x[:1] + "\ufffd" + x[1:] if n == 3 else x for x in r] for n, r in enumerate(rows)
    ],
    "control": lambda k, rows: [
        [x + "\x07" if n == 3 else x for x in r] for n, r in enumerate(rows)
    ],
    "upper": everywhere(str.upper),
    "lower": everywhere(str.lower),
    "newline in text": lambda k, rows: [
        [x.replace(" ", "\n") if n == 3 else x for x in r] for n, r in enumerate(rows)
    ],
    "header twice": lambda k, rows: [rows[0], *rows],
    "header middle": lambda k, rows: [*rows[:4], rows[0], *rows[4:]],
    "total": lambda k, rows: [*rows, ["Total", *[""] * (len(rows[0]) - 2), "1"]],
    "total num": lambda k, rows: [*rows, [*(["Total"] + [""] * (len(rows[0]) - 1))]],
    "total row num": lambda k, rows: [
        *rows,
        [
            "Total"
            if i == 0
            else (
                str(sum(float(r[rows[0].index(num(k))]) for r in rows[1:]))
                if rows[0][i] == num(k)
                else ""
            )
            for i in range(len(rows[0]))
        ],
    ],
    "total full": lambda k, rows: [
        *rows,
        [
            "合计"
            if h in ("provider", "company")
            else (str(sum(float(r[i]) for r in rows[1:])) if h == num(k) else rows[-1][i])
            for i, h in enumerate(rows[0])
        ],
    ],
    "average full": lambda k, rows: [
        *rows,
        ["Average" if h in ("provider", "company") else rows[-1][i] for i, h in enumerate(rows[0])],
    ],
    "row twice": lambda k, rows: [*rows, rows[3]],
    "same key other value": lambda k, rows: [
        *rows,
        [
            x if h != num(k) else str(float(x) * 1.01)
            for h, x in zip(rows[0], rows[3], strict=False)
        ],
    ],
    "row short": lambda k, rows: [*rows[:3], rows[3][:-2], *rows[4:]],
    "row short1": lambda k, rows: [*rows[:3], rows[3][:-1], *rows[4:]],
    "row long": lambda k, rows: [*rows[:3], [*rows[3], "x"], *rows[4:]],
    "row shifted": lambda k, rows: [*rows[:3], ["", *rows[3]], *rows[4:]],
    "rows all long": lambda k, rows: [rows[0], *[[*r, "x"] for r in rows[1:]]],
    "column more": lambda k, rows: [[*r, "extra" if n == 0 else "x"] for n, r in enumerate(rows)],
    "column more number": lambda k, rows: [
        [*r, "zzz" if n == 0 else "5"] for n, r in enumerate(rows)
    ],
    "column dup": lambda k, rows: [[*r, r[rows[0].index(num(k))]] for n, r in enumerate(rows)],
    "column dup other": lambda k, rows: [
        [*r, rows[0][rows[0].index(num(k))] if n == 0 else "5"] for n, r in enumerate(rows)
    ],
    "no header": lambda k, rows: rows[1:],
    "only header": lambda k, rows: rows[:1],
    "header empty cell": lambda k, rows: [["", *rows[0][1:]], *rows[1:]],
    "num header renamed": lambda k, rows: [
        [x + "x" if x == num(k) else x for x in rows[0]],
        *rows[1:],
    ],
    "headers swapped": lambda k, rows: [[rows[0][1], rows[0][0], *rows[0][2:]], *rows[1:]],
    "columns permuted": lambda k, rows: [r[::-1] for r in rows],
    "rows permuted": lambda k, rows: [rows[0], *rows[:0:-1]],
    "title rows": lambda k, rows: [["My table"], [], *rows],
    "footnote row": lambda k, rows: [*rows, ["* without tax"]],
    "merged": lambda k, rows: [
        [
            ("" if n in (4, 5) and h in ("provider", "company", "currency") else x)
            for h, x in zip(rows[0], r, strict=False)
        ]
        for n, r in enumerate(rows)
    ],
    "currency other": cell("currency", lambda x: "CNY"),
    "currency all CNY": cell("currency", lambda x: "CNY", ALL),
    "currency XXX": cell("currency", lambda x: "XXX"),
    "currency USD": cell("currency", lambda x: "USD"),
    "currency mixed": cell("currency", lambda x: "USD/CNY"),
    "currency dollar": cell("currency", lambda x: "$"),
    "currency A$": cell("currency", lambda x: "A$"),
    "gpu typo": cell("gpu", lambda x: "H1000"),
    "gpu other": cell("gpu", lambda x: "A100"),
    "gpu 4090": cell("gpu", lambda x: "RTX 4090"),
    "gpus frac": cell("gpus", lambda x: "1.5"),
    "gpus neg": cell("gpus", lambda x: "-8"),
    "gpus huge": cell("gpus", lambda x: "1e18"),
    "gpus huge digits": cell("gpus", lambda x: "9" * 30),
    "gpus name differs": cell("gpu", lambda x: "4x H100"),
    "gpus 0": cell("gpus", lambda x: "0"),
    "unit month": cell("unit", lambda x: "per GPU-month"),
    "unit server": cell("unit", lambda x: "per server-hour"),
    "unit GPU": cell("unit", lambda x: "per GPU"),
    "unit banana": cell("unit", lambda x: "per banana"),
    "unit empty": cell("unit", lambda x: ""),
    "metric odd": cell("metric", lambda x: "Umsatz"),
    "metric total": cell("metric", lambda x: "Total"),
    "html": lambda k, rows: [
        [
            f"<script>{x}</script>" if n == 3 and h in ("provider", "company") else x
            for h, x in zip(rows[0], r, strict=False)
        ]
        for n, r in enumerate(rows)
    ],
    "formula text": lambda k, rows: [
        [
            f"=cmd|{x}" if n == 3 and h in ("provider", "company") else x
            for h, x in zip(rows[0], r, strict=False)
        ]
        for n, r in enumerate(rows)
    ],
}


def enc(name):
    return lambda c: c.decode().encode(name, "replace")


BYTES: Final = {
    "gbk": enc("gbk"),
    "utf16": enc("utf-16"),
    "utf16le nobom": enc("utf-16-le"),
    "utf32": enc("utf-32"),
    "utf7": enc("utf-7"),
    "latin1": enc("latin-1"),
    "utf7 real": lambda c: c.replace(b"AWS", b"+ZeV1LA-"),
    "bom": lambda c: codecs.BOM_UTF8 + c,
    "bom twice": lambda c: codecs.BOM_UTF8 * 2 + c,
    "bom middle": lambda c: c[: len(c) // 2] + codecs.BOM_UTF8 + c[len(c) // 2 :],
    "bom line": lambda c: c.replace(b"\n", b"\n" + codecs.BOM_UTF8, 2),
    "nul end": lambda c: c[:-1] + b"\0\n",
    "nul mid": lambda c: c[:40] + b"\0" + c[40:],
    "crlf": lambda c: c.replace(b"\n", b"\r\n"),
    "cr": lambda c: c.replace(b"\n", b"\r"),
    "semicolon": lambda c: c.replace(b",", b";"),
    "tab": lambda c: c.replace(b",", b"\t"),
    "pipe": lambda c: c.replace(b",", b"|"),
    "space sep": lambda c: c.replace(b",", b" "),
    "nel": lambda c: c.replace(b"\n", "\x85".encode()),
    "cut": lambda c: c[:-9],
    "cut quote": lambda c: c[:-20] + b'"' + c[-20:],
    "empty": lambda c: b"",
    "blank": lambda c: b"\n\n\n",
    "gzip": lambda c: gzip.compress(c),
    "html": lambda c: b"<html><table><tr><td>1</td></tr></table></html>",
    "json": lambda c: b'[{"date":"2026-10-01","gpu":"H100","price":2}]',
    "mojibake": lambda c: c.replace(b"AWS", "é".encode().decode("latin-1").encode()),
    "bad utf8": lambda c: c.replace(b"AWS", b"A\xffS", 1),
    "gbk name": lambda c: c.replace(b"AWS", "阿里云".encode("gbk")),
    "half gbk": lambda c: c.replace(b"AWS", "阿里云".encode("gbk"), 1).replace(
        b"AWS", "阿里云".encode(), 1
    ),
    "sep line": lambda c: b"sep=,\n" + c,
    "trailing commas": lambda c: c.replace(b"\n", b",,\n"),
    "quotes all": lambda c: b"\n".join(
        b",".join(b'"' + x + b'"' for x in line.split(b",")) for line in c.splitlines()
    ),
    "conflict": lambda c: c.replace(b"\n2026-10-15", b"\n<<<<<<< HEAD\n2026-10-15"),
}


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2 * 2**30)


FILES: Final[dict[str, Callable[[Path], object]]] = {
    "a folder": lambda path: path.mkdir(),
    "nothing": lambda path: None,
    "a link in a loop": lambda path: path.symlink_to(path),
    "a link to nothing": lambda path: path.symlink_to(path.with_name("none")),
    "a pipe": os.mkfifo,
    "two gigabytes": sparse,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "empty": lambda path: path.write_bytes(b""),
}


SAME: Final = {
    *("num comma all", "fullwidth", "arabic digits", "nbsp in num", "nbsp after", "space in num"),
    *("sci", "range", "approx", "apostrophe", "day american", "day german", "day chinese"),
    *("day excel", "day fw", "day u2212", "day nb hyphen", "day tz", "fw letters", "nbsp text"),
    *("2 spaces", "spaces round", "thin", "bom within", "upper", "newline in text"),
    *("header twice", "header middle", "column more", "column more number"),
    *("num header renamed", "columns permuted", "rows permuted", "title rows", "currency dollar"),
    *("bytes gbk", "bytes utf16", "bytes utf7", "bytes latin1", "bytes bom", "bytes bom twice"),
    *("bytes bom middle", "bytes bom line", "bytes crlf", "bytes cr", "bytes semicolon"),
    *("bytes tab", "bytes pipe", "bytes sep line", "bytes trailing commas", "bytes quotes all"),
}
"""Another way to write the same: the rows must be those of the sound table."""
SOUND_BY_ITSELF: Final = {
    *("last digit lost", "day excel 1904", "day month only", "quarter shift"),
    *("quarter shift all", "lower", "upper", "currency A$", "gpu typo", "gpu other"),
}
"""What no reader can tell from another sound table: a day, name, digit or GPU that may be meant."""
OF_A_KIND: Final = {
    "quotes": {"same key other value"},  # a provider may ask two prices on a day
    "server-prices": {"same key other value", "unit empty"},  # of eight GPUs: a server
    **dict.fromkeys(
        ("company", "operators"),  # of a size, currency and metric that nobody else knows
        {"x7.2 all", "x1e6 all", "x1e4 all", "/1e3 all", "/8 all", "x8 all"}
        | {"currency all CNY", "metric odd", "metric total"},
    ),
}
"""What is sound in a table of this kind."""


def written(rows: Rows) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")


def added(kind: str, content: bytes, folder: Path, name: str = "mine.csv") -> Added | None:
    """Add a file; nothing when all of it was refused, with words."""
    file = folder / name
    file.write_bytes(content)
    try:
        return add(kind, file, folder=folder / "own", today=TODAY, is_dry=True)
    except OwnDataError as error:
        for fault in error.faults:
            assert fault.expected
            assert len(str(fault)) < 1_000
        return None


def rows_of(result: Added) -> list[str]:
    plain = result.rows.drop(columns=["place", "source_id", "note"], errors="ignore")
    return sorted(plain.astype(str).agg("|".join, axis=1))


def faulty(kind: str) -> Iterator[tuple[str, bytes]]:
    sound = SOUND[kind]
    for name, change in CELLS.items():
        rows = change(kind, sound)
        if rows is not None and rows != sound:
            yield name, written(rows)
    for name, alter in BYTES.items():
        if (content := alter(written(sound))) != written(sound):
            yield f"bytes {name}", content


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_table_is_kept_whole(kind, tmp_path):
    result = added(kind, written(SOUND[kind]), tmp_path)
    assert result is not None
    assert (len(result.rows), result.refused, result.reading.remarks) == (8, (), ())


@pytest.mark.parametrize("kind", KINDS)
def test_no_fault_of_an_own_table_is_taken_silently(kind, tmp_path):
    sound = added(kind, written(SOUND[kind]), tmp_path)
    assert sound is not None
    good, n_tried, silent = rows_of(sound), 0, []
    for name, content in faulty(kind):
        n_tried += 1
        result = added(kind, content, tmp_path)
        if result is None:
            continue
        rows = rows_of(result)
        is_whole = rows == good and not result.refused
        if is_whole and (name in SAME or result.reading.remarks):
            continue
        is_refused = bool(result.refused) and set(rows) <= set(good)
        is_sound = name in SOUND_BY_ITSELF or name in OF_A_KIND.get(kind, ())
        if not (is_refused or is_sound or result.reading.remarks):
            silent.append(name)
    assert n_tried >= 100
    assert not silent, ", ".join(silent)


@pytest.mark.parametrize("make", FILES.values(), ids=FILES)
def test_what_is_no_plain_file_of_a_usual_size_is_refused_at_once(make, tmp_path):
    path = tmp_path / "mine.csv"
    make(path)
    start = time.monotonic()
    with pytest.raises(OwnDataError):
        add("quotes", path, folder=tmp_path / "own", today=TODAY)
    assert time.monotonic() - start < 2
    assert not (tmp_path / "own").exists()


@pytest.mark.parametrize("name", ["mine.csv", "mine.jsonl"])
def test_a_file_of_more_rows_than_a_table_takes_is_refused_by_their_number(name, tmp_path):
    path = tmp_path / name
    row = b"2026-11-01,H100,2.5\n" if name == "mine.csv" else b"[1]\n"
    path.write_bytes(row * 1_000_041)
    with pytest.raises(
        OwnDataError, match=r"1,000,041 rows', expected a table of at most 1,000,000"
    ):
        add("quotes", path, folder=tmp_path / "own", today=TODAY)


def test_a_table_takes_as_many_rows_from_all_its_files(tmp_path, monkeypatch):
    """Two rows of one file and two of another are four; the table of before stays."""
    monkeypatch.setattr(sys.modules[add.__module__], "OWN_LIMIT", TableLimit(3, 2**20))
    lines = "Date,GPU,Price per GPU hour (USD)\n2026-11-01,H100,2.5\n2026-11-02,H100,2.5\n"
    for name in ("mine.csv", "yours.csv"):
        (tmp_path / name).write_text(lines)
    add("quotes", tmp_path / "mine.csv", folder=tmp_path / "own", today=TODAY)
    with pytest.raises(OwnDataError, match=r"4 rows with those of other files.* at most 3 rows"):
        add("quotes", tmp_path / "yours.csv", folder=tmp_path / "own", today=TODAY)
    assert len(load_own("quotes", tmp_path / "own")) == 2
