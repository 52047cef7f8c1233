"""Damaged tables are refused, naming file, row, column, value and expectation."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from analysis.data import check, load, seal
from analysis.errors import DataError, Fault

CLAIM = {"claim_id": "sihan-2025-p36-02"}  # 7.5 万元/月, 75000 CNY per server-month
LEAD = {"claim_id": "sihan-2025-p43-03"}  # 36.9 亿, 3690000000 CNY
LEASE = {"contract": "contract-1y", "gpu": "H100"}  # 75000 to 80000 CNY per server-month
HOURLY = {"provider": "Tencent Cloud (腾讯云)", "gpu": "H20"}  # 14.58 CNY per GPU-hour
LIST = {"quote_date": "2025-06-05", "provider": "AWS"}  # 55.04 USD per server-hour
DAILY = {"source_id": "cmis-daily"}
SHARE = {"claim_id": "sihan-2025-p35-02"}  # 70%, 0.7 share
LOSS = {"claim_id": "sihan-2025-p41-01"}  # 亏损 5.1 万, -51000 CNY
RATE = {"period": "2024"}  # 7.1957 CNY per USD
SPEC = {"gpu": "A100", "source_id": "verl-flops"}  # 312 TFLOPS dense
SERVER = {"item": "8x H100 80G server, China"}  # 2300000 to 3200000 CNY
POWER = {"item": "DGX H100", "quantity": "server power"}  # 10.2 kW

CELLS = [
    # what went wrong, table, row, column, what stands there now, what the refusal asks for
    ("word for a number", "claims", CLAIM, "value_low", "many", "a plain number"),
    ("thousands separator", "claims", CLAIM, "value_low", "75,000", "a plain number"),
    ("space as separator", "claims", CLAIM, "value_low", "75 000", "a plain number"),
    ("decimal comma", "rent_quotes_cny", HOURLY, "price_low", "14,58", "a plain number"),
    ("nan", "rent_quotes_cny", HOURLY, "price_low", "nan", "a plain number"),
    ("infinity", "rent_quotes_cny", HOURLY, "price_high", "inf", "a plain number"),
    ("exponent", "claims", CLAIM, "value_low", "7.5e4", "a plain number"),
    ("hexadecimal", "rent_quotes_cny", HOURLY, "price_low", "0x0f", "a plain number"),
    ("underscore", "claims", CLAIM, "value_low", "75_000", "a plain number"),
    ("full-width digits", "claims", CLAIM, "value_low", "\uff17\uff15000", "a plain number"),
    ("Chinese numeral", "claims", CLAIM, "value_low", "7.5万", "a plain number"),
    ("plus sign", "claims", CLAIM, "value_low", "+75000", "a plain number"),
    ("leading zero", "claims", CLAIM, "value_low", "075000", "a plain number"),
    ("currency sign", "rent_quotes_cny", HOURLY, "price_low", "¥14.58", "a plain number"),
    ("percent sign", "claims", SHARE, "value_low", "70%", "a plain number"),
    ("bare point", "rent_quotes_cny", HOURLY, "price_low", "14.", "a plain number"),
    ("more than a double holds", "claims", CLAIM, "value_high", "9" * 400, "a plain number"),
    ("fraction for a whole number", "claims", CLAIM, "paragraph", "36.5", "a plain whole number"),
    ("American date", "rent_quotes_cny", LEASE, "quote_date", "07/14/2026", "a date such as"),
    ("no such day", "rent_quotes_cny", LEASE, "quote_date", "2026-02-30", "a date such as"),
    ("time of day", "rent_quotes_cny", LEASE, "quote_date", "2026-07-14T00:00", "a date such as"),
    ("ordinal date", "rent_quotes_cny", LEASE, "quote_date", "2026-W29-2", "a date such as"),
    ("future date", "rent_quotes_cny", LEASE, "quote_date", "2031-07-14", "a date not after 20"),
    ("day after retrieval", "fx", RATE, "period_end_date", "2026-10-31", "a date not after 20"),
    ("missing number", "rent_quotes_cny", LEASE, "price_low", "", "a value: price"),
    ("missing date", "rent_quotes_cny", LEASE, "quote_date", "", "a value: day of the quote"),
    ("missing unit", "rent_quotes_cny", LEASE, "unit", "", "a value: unit as quoted"),
    ("missing source", "rent_quotes_cny", LEASE, "source_id", "", "a value: source of the row"),
    ("missing place", "claims", CLAIM, "paragraph", "", "a value: place in the source"),
    ("unknown source", "rent_quotes_cny", LEASE, "source_id", "hearsay", "of table sources"),
    ("unknown unit", "rent_quotes_cny", LEASE, "unit", "USD per server-month", "one of CNY"),
    ("unknown kind", "rent_quotes_cny", LEASE, "kind", "guessed", "one of reported"),
    ("unknown segment", "rent_quotes_usd", LIST, "segment", "cloud", "one of hyperscaler"),
    ("unknown GPU", "rent_quotes_usd", LIST, "gpu", "H1OO", ""),
    ("series without a band", "rent_quotes_cny", LEASE, "gpu", "H1OO", ""),
    ("key of another form", "claims", CLAIM, "claim_id", "p36", "text like"),
    ("address without scheme", "sources", DAILY, "url", "github", "text like"),
    ("unclear quarter", "fx", {"period": "2024Q3"}, "period", "2024Q7", "text like"),
    ("negative price", "rent_quotes_cny", LEASE, "price_low", "-75000", "at least 0"),
    ("price of nothing", "rent_quotes_cny", LEASE, "price_low", "0", "H100, or a row flagged"),
    ("lower above upper", "rent_quotes_cny", LEASE, "price_low", "90000", ""),
    ("space before", "rent_quotes_cny", LEASE, "provider", " SMM", "text without space"),
    ("invisible space", "rent_quotes_cny", LEASE, "provider", "SM\u200bM", "text without control"),
    ("tabulator", "rent_quotes_cny", LEASE, "note", "a\tb", "text without control"),
    ("replacement character", "claims", CLAIM, "printed", "7.5 \ufffd", "without replacement"),
    ("server-month read as hour", "rent_quotes_cny", LEASE, "unit", "CNY per GPU-hour", ""),
    ("hour read as server-month", "rent_quotes_cny", HOURLY, "unit", "CNY per server-month", ""),
    ("dollars for yuan", "rent_quotes_cny", LEASE, "price_low", "10714", "H100, or a row flagged"),
    ("yuan for dollars", "rent_quotes_usd", LIST, "price_high", "385.28", "hyperscaler, on-demand"),
    ("GPU for server", "rent_quotes_usd", LIST, "price_low", "6.88", "hyperscaler, on-demand"),
    ("server for GPU", "rent_quotes_cny", HOURLY, "price_high", "116.64", "hyperscaler, or a row"),
    ("dropped 万", "rent_quotes_cny", LEASE, "price_low", "7.5", "H100, or a row flagged"),
    ("million for 亿", "claims", LEAD, "value_low", "3690000", "a figure of '36.9 亿(含税)'"),
    ("亿 for 万", "claims", CLAIM, "value_high", "750000000", "a figure of '7.5 万元/月'"),
    ("digits swapped", "claims", CLAIM, "value_low", "57000", "a figure of '7.5 万元/月'"),
    ("percent for share", "claims", SHARE, "value_low", "70", "a figure of '70%': 0.7"),
    ("loss for profit", "claims", LOSS, "value_high", "51000", "-51000"),
    ("figure changed, value kept", "claims", CLAIM, "printed", "7.6 万元/月", ""),
    ("price in thousands", "server_facts", SERVER, "value_high", "3200", "H100/Ascend 910B"),
    ("watts for kilowatts", "server_facts", POWER, "value_low", "10200", "5 to 20 for"),
    ("rate upside down", "fx", RATE, "cny_per_usd", "0.139", "6 to 8 for year"),
    ("rate of another decade", "fx", {"period": "2024Q3"}, "cny_per_usd", "7.9", "its neighbors"),
    ("sparse for dense", "gpu_specs", SPEC, "fp16_dense_tflops", "624", "300 to 330 for A100"),
    ("petaflops for teraflops", "gpu_specs", SPEC, "fp16_dense_tflops", "0.312", "300 to 330"),
]


@pytest.mark.parametrize(
    ("table", "where", "column", "value", "expected"),
    [pytest.param(*cell[1:], id=cell[0]) for cell in CELLS],
)
def test_damaged_cell(raw, table, where, column, value, expected):
    line = raw.line(table, **where)
    before = raw.put(table, line, column, value)
    assert before != value
    with pytest.raises(DataError) as refusal:
        load(table, raw.folder)
    files = {fault.file for fault in refusal.value.faults}
    assert files == {str(raw.folder / f"{table}.csv")}
    mine = [fault for fault in refusal.value.faults if fault.row == line]
    at_cell = [fault for fault in mine if fault.column == column] or mine
    assert at_cell, f"no fault in line {line}: {refusal.value}"
    if at_cell != mine:
        assert at_cell[0].value == value
    assert any(expected in fault.expected for fault in at_cell)


def _lines(change):
    return lambda content: b"".join(change(content.splitlines(keepends=True)))


BYTES = [
    # what went wrong, change of the bytes, row of the refusal, part of what it says
    ("byte-order mark", lambda b: b"\xef\xbb\xbf" + b, 1, "UTF-8 without byte-order mark"),
    ("CRLF", lambda b: b.replace(b"\n", b"\r\n"), 1, "ended by a line feed alone"),
    ("one CRLF", _lines(lambda x: [*x[:4], x[4][:-1] + b"\r\n", *x[5:]]), 1, "line feed alone"),
    ("NUL", _lines(lambda x: [*x[:4], x[4][:-1] + b"\0\n", *x[5:]]), 5, "without control"),
    ("bare carriage return", _lines(lambda x: [*x[:4], b"\r" + x[4], *x[5:]]), 5, "control"),
    ("GBK", _lines(lambda x: [*x[:4], x[4][:-1] + "万\n".encode("gbk"), *x[5:]]), 5, "UTF-8"),
    ("Latin-1", _lines(lambda x: [*x[:4], x[4][:-1] + b"\xe9\n", *x[5:]]), 5, "UTF-8"),
    ("UTF-16", lambda b: b.decode().encode("utf-16"), 1, "UTF-8"),
    ("cut off in a row", lambda b: b[:-30], 161, "is the file cut off?"),
    ("cut off in a letter", lambda b: b[: b.rindex("算".encode()) + 1], None, "the file cut off?"),
    ("no last line end", lambda b: b[:-1], 161, "is the file cut off?"),
    ("empty file", lambda b: b"", 1, "column quote_date"),
    ("header alone missing", _lines(lambda x: x[1:]), 1, "column quote_date"),
    ("blank line", _lines(lambda x: [*x[:4], b"\n", *x[4:]]), 5, "17 fields"),
    ("comment line", _lines(lambda x: [*x[:4], b"# checked\n", *x[4:]]), 5, "17 fields"),
    ("extra field", _lines(lambda x: [*x[:4], x[4][:-1] + b",new\n", *x[5:]]), 5, "17 fields"),
    ("missing field", _lines(lambda x: [*x[:4], x[4].replace(b",", b"", 1), *x[5:]]), 5, "17"),
    ("unquoted separator", _lines(lambda x: [*x[:4], b"1," + x[4], *x[5:]]), 5, "17 fields"),
    ("open quote", _lines(lambda x: [*x[:4], b'"' + x[4], *x[5:]]), 5, "17 fields"),
    ("semicolons", lambda b: b.replace(b",", b";"), 1, "column quote_date"),
    ("tabulators", lambda b: b.replace(b",", b"\t"), 1, "column quote_date"),
    ("missing column", lambda b: b.replace(b",flag,", b",", 1), 1, "column flag"),
    ("extra column", lambda b: b.replace(b",flag,", b",flag,mood,", 1), 1, "no column beyond"),
    ("renamed column", lambda b: b.replace(b",price_low,", b",price,", 1), 1, "column price_low"),
    (
        "swapped columns",
        lambda b: b.replace(b"price_low,price_high", b"price_high,price_low"),
        1,
        "the header quote_date,",
    ),
    ("spaced header", lambda b: b.replace(b",price_low", b", price_low", 1), 1, "column price_low"),
    ("capital header", lambda b: b.replace(b"price_low", b"Price_Low", 1), 1, "column price_low"),
    ("duplicate row", _lines(lambda x: [*x[:5], x[4], *x[5:]]), 6, "a key that no other row has"),
]


@pytest.mark.parametrize(
    ("change", "row", "expected"), [pytest.param(*damage[1:], id=damage[0]) for damage in BYTES]
)
def test_damaged_file(raw, change, row, expected):
    before = raw.content("rent_quotes_cny")
    after = change(before)
    assert after != before
    raw.write("rent_quotes_cny", after)
    with pytest.raises(DataError) as refusal:
        load("rent_quotes_cny", raw.folder)
    assert all(fault.file.endswith("rent_quotes_cny.csv") for fault in refusal.value.faults)
    assert any(
        expected in fault.expected and (row is None or fault.row == row)
        for fault in refusal.value.faults
    ), str(refusal.value)


def test_edit_without_sealing(raw):
    content = raw.content("fx").replace(b"7.1957", b"7.1958")
    raw.write("fx", content, sealed=False)
    with pytest.raises(DataError) as refusal:
        load("fx", raw.folder)
    (fault,) = refusal.value.faults
    assert fault.value.startswith("sha256:")
    assert fault.expected.endswith("seal an intended edit: python -m analysis data seal fx")


def test_row_deleted_without_sealing(raw):
    lines = raw.content("fx").splitlines(keepends=True)
    raw.write("fx", b"".join(lines[:-1]), sealed=False)
    with pytest.raises(DataError, match=f"found '{len(lines) - 2} rows'") as refusal:
        load("fx", raw.folder)
    assert len(refusal.value.faults) == 2  # the rows and the hash


def test_file_missing(raw):
    (raw.folder / "fx.csv").unlink()
    with pytest.raises(DataError, match=r"fx\.csv: found 'no such file', expected table fx"):
        load("fx", raw.folder)


def test_faulty_sources_are_refused_with_the_table_that_cites_them(raw):
    line = raw.line("sources", source_id="rtt-fx")
    raw.put("sources", line, "quality", "splendid")
    with pytest.raises(DataError, match=r"sources\.csv") as refusal:
        load("fx", raw.folder)
    assert [(fault.row, fault.column) for fault in refusal.value.faults] == [(line, "quality")]


def test_undescribed_table(raw):
    (raw.folder / "more.csv").write_text("a\n1\n")
    with pytest.raises(DataError, match=r"more\.csv: .* expected a table described in"):
        check(raw.folder)


def test_unknown_table(raw):
    with pytest.raises(DataError, match="found 'rents', expected one of sources, claims"):
        load("rents", raw.folder)


def test_all_faults_at_once(raw):
    rows = raw.rows("rent_quotes_cny")
    header = rows[0]
    rows[3][header.index("price_low")] = "dear"
    rows[9][header.index("kind")] = "guessed"
    rows[9][header.index("source_id")] = ""
    rows[20][header.index("quote_date")] = "2030-01-01"
    rows[30] = rows[30][:-1]
    raw.write_rows("rent_quotes_cny", rows)
    with pytest.raises(DataError) as refusal:
        load("rent_quotes_cny", raw.folder)
    file = str(raw.folder / "rent_quotes_cny.csv")
    found = [(fault.row, fault.column, fault.value) for fault in refusal.value.faults]
    assert found == [
        (4, "price_low", "dear"),
        (10, "kind", "guessed"),
        (10, "source_id", ""),
        (21, "quote_date", "2030-01-01"),
        (31, None, "16 fields"),
    ]
    assert str(refusal.value).startswith("5 faults, nothing was loaded:\n")
    assert str(refusal.value.faults[0]) == (
        f"{file}, row 4, column price_low: found 'dear', expected a plain number such as 1234.5"
    )


DESCRIPTIONS = [
    ("unknown property", lambda r: r.update(colour="red"), "colour", "Extra inputs"),
    (
        "misspelt constraint",
        lambda r: _column(r, "cny_per_usd")["constraints"].update(minimun=0),
        "minimun",
        "Extra inputs",
    ),
    ("number without unit", lambda r: _column(r, "cny_per_usd").pop("unit"), "", "needs a unit"),
    ("column without meaning", lambda r: _column(r, "note").pop("description"), "", "required"),
    ("hash cut off", lambda r: r.update(hash="sha256:12"), "hash", "should match pattern"),
    ("type we do not read", lambda r: _column(r, "note").update(type="object"), "type", "'string'"),
    ("path out of the folder", lambda r: r.update(path="../fx.csv"), "path", "should match"),
]


def _column(resource, name):
    return next(field for field in resource["schema"]["fields"] if field["name"] == name)


@pytest.mark.parametrize(
    ("change", "column", "expected"), [pytest.param(*d[1:], id=d[0]) for d in DESCRIPTIONS]
)
def test_damaged_description(raw, change, column, expected):
    raw.package(lambda p: change(next(r for r in p["resources"] if r["name"] == "fx")))
    with pytest.raises(DataError) as refusal:
        load("fx", raw.folder)
    (fault,) = refusal.value.faults
    assert fault.file.endswith("datapackage.json")
    assert column in (fault.column or "")
    assert expected in fault.expected


def test_description_that_is_no_json(raw):
    (raw.folder / "datapackage.json").write_text("{", "utf-8")
    with pytest.raises(DataError, match="expected JSON in UTF-8"):
        load("fx", raw.folder)


def test_retrieved_in_the_future(raw):
    raw.describe("fx", retrieved="2199-01-01")
    with pytest.raises(DataError, match=r"fx\.retrieved: found '2199-01-01'"):
        load("fx", raw.folder)


def test_seal_records_an_intended_edit(raw):
    raw.write("fx", raw.content("fx").replace(b"7.1957", b"7.1958"), sealed=False)
    seal("fx", changed=1, folder=raw.folder)
    assert load("fx", raw.folder).set_index("period")["cny_per_usd"]["2024"] == 7.1958


def test_seal_refuses_a_faulty_edit_and_writes_nothing(raw):
    package = (raw.folder / "datapackage.json").read_bytes()
    raw.write("fx", raw.content("fx").replace(b"7.1957", b"0.1390"), sealed=False)
    with pytest.raises(DataError) as refusal:
        seal("fx", folder=raw.folder)
    assert all(isinstance(fault, Fault) for fault in refusal.value.faults)
    assert (raw.folder / "datapackage.json").read_bytes() == package


def test_a_clock_behind_the_commit_makes_no_table_one_of_the_future(raw, monkeypatch):
    monkeypatch.setattr("analysis.data.tables._today", lambda: date(2024, 6, 12))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime(2026, 12, 1, tzinfo=UTC).timestamp())))
    assert len(load("fx", raw.folder)) > 10
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime(2024, 6, 1, tzinfo=UTC).timestamp())))
    raw.describe("fx", retrieved=str(date.today()))  # what was loaded is not asked again
    with pytest.raises(DataError, match=r"fx\.retrieved: .* not after today, 2024-06-12"):
        load("fx", raw.folder)
