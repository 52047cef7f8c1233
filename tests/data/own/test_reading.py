"""Cells of own tables: what each form says, and what is refused with its row and the reason."""

from __future__ import annotations

import datetime

import pandas as pd
import pytest

from analysis.data import read_quotes
from analysis.data.own.days import day_order, read_day
from analysis.data.own.gpu_names import read_gpu_name
from analysis.data.own.kinds import KINDS, OwnDataError
from analysis.data.own.reading import understand
from analysis.data.own.store import add, load_own, template
from analysis.data.own.written import decimal_sign, read_basis, read_price
from analysis.units import RENT_UNITS

GOOD = {
    "date": "2026-10-01",
    "provider": "A",
    "gpu": "H100",
    "price": "2.49",
    "unit": "USD/GPU/hour",
}


def table(*changes: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([GOOD | change for change in changes])


@pytest.mark.parametrize(
    ("written", "gpu", "memory", "form", "count"),
    [
        ("H100 SXM5 80GB", "H100", 80, "SXM", 0),
        ("8x H100", "H100", 0, "", 8),
        ("8×H100 SXM", "H100", 0, "SXM", 8),
        ("8*H800 80G", "H800", 80, "", 8),
        ("H100x8", "H100", 0, "", 8),
        ("H100 * 8", "H100", 0, "", 8),
        ("HGX H200", "H200", 0, "", 8),
        ("DGX H100 80GB", "H100", 80, "", 8),
        ("NVIDIA A100-SXM4-80GB", "A100", 80, "SXM", 0),
        ("A100-40G-PCIe x8", "A100", 40, "PCIe", 8),
        ("gpu_8x_h100_sxm5", "H100", 0, "SXM", 8),
        ("p5.48xlarge", "H100", 0, "", 8),
        ("Standard_ND96isr_H200_v5", "H200", 0, "", 8),
        ("NVIDIA H100 NVL 94GB", "H100", 94, "NVL", 0),
        ("H20 96G 8卡", "H20", 96, "", 8),
        ("昇腾910B3 8卡", "Ascend 910B", 0, "", 8),
        ("Huawei Ascend 910C", "Ascend 910C", 0, "", 0),
        ("NVIDIA GeForce RTX 4090 24GB", "RTX4090", 24, "", 0),
        ("4090D", "RTX4090D", 0, "", 0),
        ("RTX 5090", "RTX5090", 0, "", 0),
        ("L40S", "L40S", 0, "", 0),
        ("4 x L4", "L4", 0, "", 4),
        ("MI300X OAM 192GB", "MI300X", 192, "OAM", 0),
        ("Tesla V100 32GB", "V100", 32, "", 0),
        ("B300 SXM6 288GB", "B300", 288, "SXM", 0),
        ("GB200 NVL72", "GB200", 0, "NVL", 0),
        ("A10G", "A10G", 0, "", 0),
        ("Rubin R300", "Rubin R300", 0, "", 0),  # of no family that is known
    ],
)
def test_gpus_as_vendors_write_them(written, gpu, memory, form, count):
    name = read_gpu_name(written)
    assert (name.gpu, name.memory_gb, name.form_factor, name.n_gpus) == (gpu, memory, form, count)


@pytest.mark.parametrize(
    ("instance", "gpu", "count"),
    [
        ("p6-b200.48xlarge", "B200", 8),
        ("p5en.48xlarge", "H200", 8),
        ("p5e.48xlarge", "H200", 8),
        ("p5.48xlarge", "H100", 8),
        ("p5.4xlarge", "H100", 1),
        ("p4de.24xlarge", "A100", 8),
        ("p4d.24xlarge", "A100", 8),
        ("a3-ultragpu-8g", "H200", 8),
        ("a3-megagpu-8g", "H100", 8),
        ("a3-highgpu-8g", "H100", 8),
        ("a4-highgpu-8g", "B200", 8),
        ("Standard_ND96isr_H100_v5", "H100", 8),
        ("Standard_ND96isr_H200_v5", "H200", 8),
        ("Standard_ND96asr_v4", "A100", 8),
        ("Standard_ND96amsr_A100_v4", "A100", 8),
    ],
)
def test_instances_that_hide_their_gpu(instance, gpu, count):
    name = read_gpu_name(instance)
    assert (name.gpu, name.n_gpus) == (gpu, count)


@pytest.mark.parametrize(
    ("text", "currency", "item", "period"),
    [
        ("$/hr", "USD", "", "hour"),
        ("Price ($/GPU/hr)", "USD", "GPU", "hour"),
        ("price_usd_per_hour", "USD", "", "hour"),
        ("元/卡/时", "CNY", "GPU", "hour"),
        ("月租金(元/台)", "CNY", "server", "month"),
        ("元/P/年", "CNY", "P", "year"),
        ("Preis pro GPU-Stunde (EUR)", "EUR", "GPU", "hour"),
        ("GBP per node-month", "GBP", "server", "month"),
        ("₹ per card per day", "INR", "GPU", "day"),
        ("HK$/GPU/h", "HKD", "GPU", "hour"),
        ("dph_total", "USD", "", "hour"),
        *((f"SEK {unit}", "SEK", *unit.removeprefix("per ").split("-")) for unit in RENT_UNITS),
    ],
)
def test_units_as_people_write_them(text, currency, item, period):
    basis = read_basis(text)
    assert (basis.currency, basis.item, basis.period) == (currency, item, period)


@pytest.mark.parametrize(
    ("text", "decimal", "low", "high"),
    [
        ("2.49", ".", 2.49, 2.49),
        ("2,49", ",", 2.49, 2.49),
        ("1.234,50 €", ",", 1234.5, 1234.5),
        ("42,000", ".", 42_000, 42_000),
        ("42 000", ".", 42_000, 42_000),
        ("1'234.5", ".", 1234.5, 1234.5),
        ("7.5万", ".", 75_000, 75_000),
        ("4.2-4.5万元/台/月", ".", 42_000, 45_000),
        ("42,000 – 45,000", ".", 42_000, 45_000),
        ("约6万", ".", 60_000, 60_000),
        ("$98.32 for 8x H100", ".", 98.32, 98.32),
        ("EUR2,49", ",", 2.49, 2.49),
        ("RMB75000", ".", 75_000, 75_000),
        (2.5, ",", 2.5, 2.5),
        ("-2.5", ".", -2.5, -2.5),
    ],
)
def test_prices_as_people_write_them(text, decimal, low, high):
    assert read_price(text, decimal)[:2] == (low, high)


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        (["2,49"], ","),
        (["2.49"], "."),
        (["1.234,5"], ","),
        (["1,234.5"], "."),
        (["45,000", "2,5"], ","),
        (["45,000", "2.5"], "."),
        (["1,234,567"], "."),
        (["45,000"], None),
        (["45"], "."),
        ([], "."),
    ],
)
def test_the_sign_of_decimals_is_that_of_the_column(texts, sign):
    assert decimal_sign(texts) == sign


@pytest.mark.parametrize(
    ("cell", "day", "precision"),
    [
        ("2026-11-28", (2026, 11, 28), "day"),
        ("2026/11/28", (2026, 11, 28), "day"),
        ("2026.11.28", (2026, 11, 28), "day"),
        ("28.11.2026", (2026, 11, 28), "day"),
        ("28/11/2026", (2026, 11, 28), "day"),
        ("11/28/2026", (2026, 11, 28), "day"),
        ("20261128", (2026, 11, 28), "day"),
        ("Nov 28, 2026", (2026, 11, 28), "day"),
        ("28 November 2026", (2026, 11, 28), "day"),
        ("2026年11月28日", (2026, 11, 28), "day"),
        ("2026-11-28T13:45:00Z", (2026, 11, 28), "day"),
        ("46354", (2026, 11, 28), "day"),
        ("2026-11", (2026, 11, 1), "month"),
        ("2026年11月", (2026, 11, 1), "month"),
        ("Nov 2026", (2026, 11, 1), "month"),
        ("11/2026", (2026, 11, 1), "month"),
        ("2026Q3", (2026, 7, 1), "quarter"),
        ("Q3 2026", (2026, 7, 1), "quarter"),
        (datetime.datetime(2026, 11, 28, 9), (2026, 11, 28), "day"),
    ],
)
def test_days_as_people_write_them(cell, day, precision):
    assert read_day(cell, None) == (datetime.date(*day), precision)


def test_the_order_of_days_and_months_is_that_of_the_column():
    assert day_order(["3/4/2026", "25/4/2026"]) == "day first"
    assert day_order(["3/4/2026", "4/25/2026"]) == "month first"
    assert day_order(["3/4/2026"]) is None
    with pytest.raises(OwnDataError, match="say --set dates=dmy or --set dates=mdy"):
        read_quotes(table({"date": "3/4/2026"}))
    for order, month in (("dmy", 4), ("mdy", 3)):
        (row,) = read_quotes(table({"date": "3/4/2026"}), fixed={"dates": order}).itertuples()
        assert row.quote_date.month == month


@pytest.mark.parametrize(
    ("damage", "column", "expected"),
    [
        ({"price": "call us"}, "price", "a price above zero"),
        ({"price": ""}, "price", "a price above zero"),
        ({"price": "-2.49"}, "price", "a price above zero"),
        ({"price": "0"}, "price", "a price above zero"),
        ({"date": "2026-13-01"}, "date", "a day such as 2026-11-28"),
        ({"date": "soon"}, "date", "a day such as 2026-11-28"),
        ({"date": ""}, "date", "a day such as 2026-11-28"),
        ({"date": "2027-01-01"}, "date", "a day from 2000 to today"),
        ({"gpu": ""}, "gpu", "GPU as the vendor writes it"),
        ({"unit": "GPU/hour"}, "currency", "a currency"),
        ({"unit": "USD"}, "unit", "says what for"),
        ({"price": "17.43"}, "price", "within 6 times 2.49"),  # yuan read as dollars
        ({"price": "19.92"}, "price", "within 6 times 2.49"),  # a server of eight read as a GPU
        ({"price": "0.311"}, "price", "public quotes of H100"),  # a GPU's price divided again
    ],
)
@pytest.mark.parametrize("place", [0, 4, 9])
def test_a_damaged_row_is_refused_with_its_row_and_the_rest_is_read(
    damage, column, expected, place
):
    rows = [{"date": f"2026-10-{day:02}"} for day in range(1, 11)]
    rows[place] |= damage
    reading = understand("quotes", table(*rows), today=datetime.date(2026, 11, 28))
    with pytest.raises(OwnDataError) as refusal:
        read_quotes(table(*rows), today=datetime.date(2026, 11, 28))
    (fault,) = refusal.value.faults
    assert (fault.row, fault.column) == (place + 2, column)
    assert expected in fault.expected
    assert len(reading.rows) >= 9


def test_a_row_that_is_right_though_it_stands_apart_is_accepted():
    rows = [{"date": f"2026-10-{day:02}"} for day in range(1, 11)]
    rows[4] |= {"price": "17.43"}
    assert len(read_quotes(table(*rows), accept=[6])) == 10


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"price_usd": "2.49", "price_cny": "17"}, "say --map price=COLUMN with one of these"),
        ({"xyz": "2.49"}, "say --map price=COLUMN, or --set price=VALUE"),
    ],
)
def test_what_is_unclear_is_asked_for(columns, expected):
    with pytest.raises(OwnDataError, match=expected):
        read_quotes(table(columns).drop(columns="price"))


def test_a_field_is_mapped_or_set_by_hand():
    rows = table({}).rename(columns={"price": "xyz", "date": "qqq"})
    (row,) = read_quotes(rows, mapping={"price": "xyz", "quote_date": "qqq"}).itertuples()
    assert (row.price_low, row.unit) == (2.49, "USD per GPU-hour")
    (row,) = read_quotes(
        table({}).drop(columns="date"), fixed={"quote_date": "Nov 2026"}
    ).itertuples()
    assert row.quote_date == pd.Timestamp("2026-11-01")
    with pytest.raises(OwnDataError, match="perhaps price"):
        read_quotes(rows, mapping={"prize": "xyz"})
    with pytest.raises(OwnDataError, match="a column: perhaps xyz"):
        read_quotes(rows, mapping={"price": "xy"})


def test_a_file_added_again_replaces_its_rows_and_others_stay(tmp_path):
    folder = tmp_path / "own"
    for name, prices in (("a.csv", ["2.4", "2.5"]), ("b.csv", ["3.0"]), ("a.csv", ["2.6"])):
        rows = [{"price": price, "provider": f"P{price}"} for price in prices]
        table(*rows).to_csv(tmp_path / name, index=False)
        add("quotes", tmp_path / name, folder=folder)
    kept = load_own("quotes", folder)
    assert kept[["source_id", "price_low"]].to_numpy().tolist() == [
        ["own:b.csv", 3.0],
        ["own:a.csv", 2.6],
    ]


def test_a_dry_run_writes_nothing_and_a_refused_file_neither(tmp_path):
    table({}).to_csv(tmp_path / "a.csv", index=False)
    assert len(add("quotes", tmp_path / "a.csv", folder=tmp_path / "own", is_dry=True).rows) == 1
    table({"price": "?"}).to_csv(tmp_path / "b.csv", index=False)
    with pytest.raises(OwnDataError):
        add("quotes", tmp_path / "b.csv", folder=tmp_path / "own")
    assert not (tmp_path / "own").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_can_be_added_as_it_is(kind, tmp_path):
    file = tmp_path / "template.csv"
    file.write_text(template(kind), "utf-8")
    added = add(kind, file, folder=tmp_path / "own", today=datetime.date(2026, 11, 28))
    assert added.refused == ()
    assert len(load_own(kind, tmp_path / "own")) == 1


def test_exchange_rates_either_way_round(tmp_path):
    rates = pd.DataFrame(
        {
            "ccy": ["EUR", "JPY"],
            "date": ["2026-10-01", "2026-10-01"],
            "usd per unit": [1.16, None],
            "units per usd": [None, 150.0],
        }
    )
    rates.to_csv(tmp_path / "fx.csv", index=False)
    add("fx", tmp_path / "fx.csv", folder=tmp_path / "own")
    assert load_own("fx", tmp_path / "own")["usd_per_unit"].tolist() == pytest.approx(
        [1.16, 1 / 150]
    )


@pytest.mark.parametrize(("n_offers", "is_read"), [(4, True), (3, False)])
def test_four_of_five_cells_make_a_column_one_of_offers(n_offers, is_read):
    cells = [f"H100 SXM $2.{4 + n}9/hr" for n in range(n_offers)] + ["call us"] * (5 - n_offers)
    frame = pd.DataFrame({"Date": ["2026-10-01"] * 5, "Offer": cells})
    try:
        remarks = understand("quotes", frame).remarks
    except OwnDataError:
        remarks = ()
    assert any("GPU and price are both read from column 'Offer'" in r for r in remarks) is is_read


def test_a_server_price_is_brought_to_a_gpu(tmp_path):
    prices = pd.DataFrame(
        {
            "date": ["2026-10-01", "2026-10-01"],
            "gpu": ["8x H100", "H100"],
            "price": ["2,600,000 CNY", "$30,500.50"],
            "unit": ["per server", "per GPU"],
        }
    )
    prices.to_csv(tmp_path / "servers.csv", index=False)
    add("server-prices", tmp_path / "servers.csv", folder=tmp_path / "own")
    kept = load_own("server-prices", tmp_path / "own")
    assert kept["value_low"].tolist() == [325_000.0, 30_500.5]
    assert kept["unit"].tolist() == ["CNY per GPU", "USD per GPU"]


@pytest.mark.parametrize(
    ("price", "is_taken"),
    [("20500", False), ("20600", True), ("114000", True), ("114500", False)],
)
def test_a_server_price_in_dollars_is_held_to_public_ones_in_yuan(tmp_path, price, is_taken):
    # public servers of eight H100 cost 2.3 to 3.2 million CNY, 287,500 to 400,000 a GPU: at seven
    # to the dollar, and twice around, 20,536 to 114,286 USD
    row = {"date": ["2026-10-01"], "gpu": ["H100"], "price": [price], "unit": ["USD per GPU"]}
    pd.DataFrame(row).to_csv(tmp_path / "servers.csv", index=False)
    if is_taken:
        assert (
            len(add("server-prices", tmp_path / "servers.csv", folder=tmp_path / "own").rows) == 1
        )
        return
    with pytest.raises(OwnDataError, match=r"2\.05e\+04 to 1\.14e\+05 a GPU"):
        add("server-prices", tmp_path / "servers.csv", folder=tmp_path / "own")


def test_figures_of_a_company_are_of_the_quarter_that_ends_on_their_day(tmp_path):
    figures = pd.DataFrame(
        {
            "Company": ["New Cloud"],
            "Period": ["2026Q3"],
            "Item": ["Revenue"],
            "Value": ["1,234.5"],
            "Currency": ["USD"],
        }
    )
    figures.to_csv(tmp_path / "new.csv", index=False)
    added = add("company", tmp_path / "new.csv", folder=tmp_path / "own")
    (row,) = load_own("company", tmp_path / "own").itertuples()
    assert (row.period_start_date, row.period_end_date) == (
        pd.Timestamp("2026-07-01"),
        pd.Timestamp("2026-09-30"),
    )
    assert (row.metric, row.value_m) == ("revenue", 1234.5)
    assert added.reading.remarks == (
        "a figure without a first day is of the three months to its last",
    )


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("x.csv", b"", "columns apart"),
        ("x.csv", b"only one column\n1\n", "columns apart"),
        ("x.pdf", b"%PDF", "a .csv, .tsv, .txt or .xlsx file"),
        ("x.xlsx", b"not a workbook", "an Excel workbook that opens"),
        ("x.csv", b"a\x00b,c\n", "a text file"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_line(tmp_path, name, content, expected):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(OwnDataError, match=expected):
        add("quotes", tmp_path / name, folder=tmp_path / "own")
    with pytest.raises(OwnDataError, match="no such file"):
        add("quotes", tmp_path / "none.csv", folder=tmp_path / "own")


def test_an_unknown_kind_is_refused_with_the_nearest():
    with pytest.raises(OwnDataError, match="perhaps quotes"):
        understand("quote", table({}))
