"""Faults injected into every raw table, sealed again by a careless person: none is taken silently.

Each fault is tried on every table that has what it needs; the table is then sealed without saying
how many rows are meant to differ, or its hash is replaced by hand. Both must be refused, and the
table named.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections.abc import Callable

import pytest

from analysis.data import load, seal
from analysis.data.package import read_package
from analysis.data.row_lock import locked_rows, row_changes
from analysis.data.text import read_cells
from analysis.errors import DataError

PACKAGE = read_package()
TABLES = [name for name in PACKAGE.names if PACKAGE.resource(name).rows]

Rows = list[list[str]]


def header(rows: Rows, *names: str) -> int | None:
    return next((rows[0].index(name) for name in names if name in rows[0]), None)


def in_column(*names: str, change: Callable[[str], str | None]) -> Callable[[Rows], Rows | None]:
    """Change the first cell of a column that the change says something about."""

    def apply(rows: Rows) -> Rows | None:
        at = header(rows, *names)
        if at is None:
            return None
        for row in rows[1:]:
            new = change(row[at])
            if new is not None and new != row[at]:
                row[at] = new
                return rows
        return None

    return apply


def all_of(*names: str, change: Callable[[str], str]) -> Callable[[Rows], Rows | None]:
    def apply(rows: Rows) -> Rows | None:
        at = header(rows, *names)
        before = [list(row) for row in rows]
        for row in rows[1:] if at is not None else ():
            row[at] = change(row[at])
        return None if rows == before else rows

    return apply


def day_and_month(text: str) -> str | None:
    year, month, day = text.split("-") if text.count("-") == 2 else ("", "", "")
    return f"{year}-{day}-{month}" if year and day <= "12" and day != month else None


def a_quarter_later(text: str) -> str | None:
    if text.count("-") != 2:
        return None
    year, month, day = map(int, text.split("-"))
    later = month + 3
    return f"{year + (later > 12)}-{(later - 1) % 12 + 1:02d}-{min(day, 28):02d}"


def without_last_digit(text: str) -> str | None:
    return text[:-1] if len(text) > 1 and text[-1].isdigit() and text[-2].isdigit() else None


def last_digit_moved(text: str) -> str | None:
    return f"{text[:-1]}{9 - int(text[-1])}" if text and text[-1].isdigit() else None


def times(factor: float) -> Callable[[str], str | None]:
    def change(text: str) -> str | None:
        return f"{float(text) * factor:.12g}" if text and float(text) and "e" not in text else None

    return change


def next_quarter(text: str) -> str:
    return str(int(text) % 4 + 1) if text else text


def other_sign(text: str) -> str | None:
    return text.removeprefix("-") if text.startswith("-") else f"-{text}" if text else None


def with_comma(text: str) -> str | None:
    return text.replace(".", ",") if "." in text else f"{text},0" if text else None


def another(rows: Rows, at: int) -> str:
    return next(row[at] for row in rows[1:] if row[at] != rows[1][at])


def another_value(*names: str) -> Callable[[Rows], Rows | None]:
    """Put the value of another row into the first one."""

    def apply(rows: Rows) -> Rows | None:
        at = header(rows, *names)
        if at is None or len({row[at] for row in rows[1:]}) < 2:
            return None
        rows[1][at] = another(rows, at)
        return rows

    return apply


def swapped(one: str, other: str) -> Callable[[Rows], Rows | None]:
    def apply(rows: Rows) -> Rows | None:
        first, second = header(rows, one), header(rows, other)
        for row in rows[1:] if first is not None and second is not None else ():
            assert first is not None and second is not None
            if row[first] != row[second]:
                row[first], row[second] = row[second], row[first]
                return rows
        return None

    return apply


def first_word(change: Callable[[str], str | None]) -> Callable[[Rows], Rows | None]:
    """Change the first text of the table that the change says something about."""

    def apply(rows: Rows) -> Rows | None:
        for row in rows[1:]:
            for at, text in enumerate(row):
                new = change(text)
                if new is not None and new != text:
                    row[at] = new
                    return rows
        return None

    return apply


VALUE = (
    "value_low",
    "value_low_bn",
    "value_m",
    "price_low",
    "cny_per_usd",
    "value_bn",
    "value_usd_bn",
    "fp16_dense_tflops",
    "short_lived_share",
    "new_life_years",
)
DATE = (
    "quote_date",
    "period_end_date",
    "fact_date",
    "stated_date",
    "effective_date",
    "as_of_date",
    "published_date",
)
TOTAL = ["Total"]

MEANING: dict[str, Callable[[Rows], Rows | None]] = {
    "currency relabelled": in_column("currency", change=lambda c: "CNY" if c == "USD" else "USD"),
    "every currency relabelled": all_of("currency", change=lambda c: "CNY" if c == "USD" else c),
    "unit of another row": another_value("unit"),
    "source of another row": another_value("source_id"),
    "provider of another row": another_value("provider", "company", "subject"),
    "GPU of another row": another_value("gpu", "item"),
    "definition of another row": another_value("definition"),
    "kind of another row": another_value("kind"),
    "contract of another row": another_value("contract"),
    "day and month swapped": in_column(*DATE, change=day_and_month),
    "a quarter later": in_column("period_end_date", change=a_quarter_later),
    "fiscal quarters shifted": all_of("fiscal_quarter", change=next_quarter),
    "period of another row": another_value("period"),
    "last digit dropped": in_column(*VALUE, change=without_last_digit),
    "last digit another": in_column(*VALUE, change=last_digit_moved),
    "times ten thousand": in_column(*VALUE, change=times(1e4)),
    "a ten-thousandth": in_column(*VALUE, change=times(1e-4)),
    "yuan for dollars": in_column(*VALUE, change=times(7.2)),
    "server for GPU": in_column(*VALUE, change=times(8.0)),
    "GPU for server": in_column(*VALUE, change=times(1 / 8.0)),
    "year to date": in_column(*VALUE, change=times(2.0)),
    "restated by a percent": in_column(*VALUE, change=times(1.01)),
    "sign": in_column(*VALUE, change=other_sign),
    "low and high swapped": swapped("value_low", "value_high"),
    "old life and new swapped": swapped("old_life_years", "new_life_years"),
    "two rows with each other's source": lambda rows: (
        None
        if (at := header(rows, "source_id")) is None or rows[1][at] == rows[-1][at]
        else [rows[0], [*rows[1][:at], rows[-1][at], *rows[1][at + 1 :]], *rows[2:]]
    ),
}

STRUCTURE: dict[str, Callable[[Rows], Rows | None]] = {
    "first row deleted": lambda rows: [rows[0], *rows[2:]],
    "last row deleted": lambda rows: rows[:-1],
    "half of the rows": lambda rows: rows[: len(rows) // 2 + 1],
    "row twice": lambda rows: [*rows, rows[1]],
    "header twice": lambda rows: [rows[0], *rows],
    "total row": lambda rows: [*rows, [*TOTAL, *[""] * (len(rows[0]) - 1)]],
    "column renamed": lambda rows: [[rows[0][0] + "x", *rows[0][1:]], *rows[1:]],
    "columns swapped": lambda rows: [[r[1], r[0], *r[2:]] for r in rows],
    "column more": lambda rows: [[*r, "x"] for r in rows],
    "column less": lambda rows: [r[:-1] for r in rows],
    "rows cut short": lambda rows: [*rows[:-1], rows[-1][:-2]],
}

TEXT: dict[str, Callable[[Rows], Rows | None]] = {
    "no-break space": first_word(lambda t: t.replace(" ", "\u00a0", 1)),
    "two spaces": first_word(lambda t: t.replace(" ", "  ", 1)),
    "thin space": first_word(lambda t: t.replace(" ", "\u2009", 1)),
    "Cyrillic А": first_word(lambda t: t.replace("A", "\u0410", 1)),
    "Greek Ο": first_word(lambda t: t.replace("O", "\u039f", 1)),
    "full-width letter": first_word(lambda t: t.replace("A", "\uff21", 1)),
    "full-width digit": in_column(*VALUE, change=lambda t: t.replace("1", "\uff11", 1)),
    "minus sign": in_column(*VALUE, change=lambda t: f"\u2212{t}" if t else None),
    "percent sign": in_column(*VALUE, change=lambda t: f"{t}%" if t else None),
    "decimal comma": in_column(*VALUE, change=with_comma),
    "thousands": in_column(*VALUE, change=lambda t: f"{float(t):,.2f}" if t else None),
    "American date": in_column(*DATE, change=lambda t: f"{t[5:7]}/{t[8:]}/{t[:4]}" if t else None),
    "Excel's day number": in_column(*DATE, change=lambda t: "45678" if t else None),
    "zero width": first_word(lambda t: f"{t[0]}\u200b{t[1:]}" if len(t) > 2 else None),
    "byte-order mark within": first_word(lambda t: f"{t[0]}\ufeff{t[1:]}" if len(t) > 2 else None),
    "replacement": first_word(lambda t: f"{t[0]}\ufffd{t[1:]}" if len(t) > 2 else None),
    "capital letters": first_word(lambda t: t.upper() if t.islower() and len(t) > 3 else None),
    "space at the end": first_word(lambda t: f"{t} " if t else None),
}


def encoded(name: str) -> Callable[[bytes], bytes]:
    return lambda content: content.decode("utf-8").encode(name, "replace")


BYTES: dict[str, Callable[[bytes], bytes]] = {
    "GBK": encoded("gbk"),
    "UTF-16": encoded("utf-16"),
    "UTF-7": encoded("utf-7"),
    "byte-order mark": lambda content: b"\xef\xbb\xbf" + content,
    "NUL": lambda content: content[:-1] + b"\0\n",
    "CRLF": lambda content: content.replace(b"\n", b"\r\n"),
    "semicolons": lambda content: content.replace(b",", b";"),
    "tabulators": lambda content: content.replace(b",", b"\t"),
    "cut off": lambda content: content[:-9],
    "empty": lambda content: b"",
    "gzip": lambda content: gzip.compress(content, mtime=0),
}

CELLS = {**MEANING, **STRUCTURE, **TEXT}
BY_HAND = ("currency relabelled", "source of another row", "last digit another", "row twice")
"""Faults whose table is given its hash by hand, too."""


def written(rows: Rows) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
def test_no_fault_of_cells_or_rows_is_taken_silently(raw, table):
    before = raw.content(table)
    n_tried, silent = 0, []
    for name, change in CELLS.items():
        rows = change(raw.rows(table))
        if rows is None or (after := written(rows)) == before:
            continue
        n_tried += 1
        package = (raw.folder / "datapackage.json").read_bytes()
        raw.write(table, after, sealed=False)
        try:
            seal(table, folder=raw.folder)  # a seal that says nothing of changed rows
        except DataError as error:
            assert table in str(error) or "datapackage" in str(error)
        else:
            silent.append(f"{name}, sealed")
        if name in BY_HAND:
            raw.write(table, after)
            try:
                load(table, raw.folder)
            except DataError as error:
                assert table in str(error)
            else:
                silent.append(f"{name}, hash replaced")
        raw.write(table, before, sealed=False)
        (raw.folder / "datapackage.json").write_bytes(package)
    assert n_tried >= 20  # of all; some need a column that not every table has
    assert silent == []


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
def test_no_fault_of_bytes_is_taken_silently(raw, table):
    before = raw.content(table)
    silent = []
    for name, change in BYTES.items():
        after = change(before)
        if after == before:
            continue  # an encoding in which it has the same bytes
        raw.write(table, after)
        try:
            load(table, raw.folder)
        except DataError as error:
            assert table in str(error)
        else:
            silent.append(name)
        raw.write(table, before)
    assert silent == []


def test_a_changed_cell_is_named_with_what_to_do(raw):
    line = raw.line("company_financials_quarterly", company="Alibaba", currency="CNY")
    raw.put("company_financials_quarterly", line, "currency", "USD")
    with pytest.raises(DataError) as refusal:
        seal("company_financials_quarterly", folder=raw.folder)
    assert f"row {line}, column currency: found 'USD'" in str(refusal.value)
    assert "data seal company_financials_quarterly --changed 1" in str(refusal.value)


def test_rows_are_sealed_that_are_meant(raw):
    before = raw.content("fx")
    lines = before.splitlines(keepends=True)
    raw.write("fx", b"".join(lines[:-1]), sealed=False)
    with pytest.raises(DataError, match="--removed 1"):
        seal("fx", folder=raw.folder)
    with pytest.raises(DataError):
        seal("fx", changed=1, folder=raw.folder)
    seal("fx", removed=1, folder=raw.folder)
    assert len(load("fx", raw.folder)) == len(lines) - 2
    raw.write("fx", before, sealed=False)
    seal("fx", folder=raw.folder)  # a new row needs no number
    assert hashlib.sha256(raw.content("fx")).hexdigest() in (
        raw.folder / "datapackage.json"
    ).read_text("utf-8")
    with pytest.raises(DataError, match="changed 0, removed 0"):
        seal("fx", changed=3, folder=raw.folder)


def test_rows_in_another_order_mean_the_same(raw):
    head, *rows = raw.rows("fx")
    raw.write_rows("fx", [head, *rows[::-1]])
    assert len(load("fx", raw.folder)) == len(rows)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"minimum": ', '"minimum": NaN, "x": ', "NaN, which is no number"),
        ('"minimum": ', '"minimum": Infinity, "x": ', "Infinity, which is no number"),
        ('"minimum": ', '"minimum": 1e999, "x": ', "finite number"),
        ('"rows": ', '"rows": 1, "rows": ', "'rows' stands twice"),
    ],
)
def test_a_description_that_says_two_things_or_none(raw, old, new, said):
    path = raw.folder / "datapackage.json"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(DataError, match=said):
        load("fx", raw.folder)


def test_a_table_or_a_column_that_is_described_twice(raw):
    raw.package(lambda package: package["resources"].append(package["resources"][0]))
    with pytest.raises(DataError, match="table sources stands 2 times"):
        load("fx", raw.folder)


def test_a_band_that_holds_nothing(raw):
    def turn(package):
        band = next(r for r in package["resources"] if r["name"] == "fx")["checks"]["bands"][0]
        band["series"][0].update(minimum=8.0, maximum=6.0)

    raw.package(turn)
    with pytest.raises(DataError, match=r"a band from 8\.0 to 6\.0"):
        load("fx", raw.folder)


def test_the_project_needs_its_lock(raw, monkeypatch):
    (raw.folder / "rows.lock").unlink()
    monkeypatch.setattr("analysis.data.tables.RAW", raw.folder)
    with pytest.raises(DataError, match=r"rows\.lock: found 'no such file'"):
        load("fx")


def test_a_row_whose_key_moved_is_that_row_and_one_that_is_another_is_new(raw):
    # a third of its cells may differ for the row to be the same
    resource = PACKAGE.resource("fx")
    names = resource.table_schema.names
    at = names.index("period")

    def compared(last: list[str]) -> tuple[int, int, int]:
        rows = raw.rows("fx")
        cells, _ = read_cells("fx", written([*rows[:-1], last]), names)
        found = row_changes(resource, cells, locked)
        return len(found.changed), len(found.new), found.n_removed

    last = raw.rows("fx")[-1]
    locked = locked_rows(resource, read_cells("fx", raw.content("fx"), names)[0])
    assert compared(last) == (0, 0, 0)
    assert compared([*last[:at], "1999", *last[at + 1 :]]) == (1, 0, 0)
    assert compared([f"{cell}9" for cell in last]) == (0, 1, 1)
