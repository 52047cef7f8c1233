"""Twenty-six further layouts of price lists, each with the index that it must give.

Layouts are those of public lists, prices are invented; the index is worked out beside each.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

from .price_lists import PriceList


def text(content: str, encoding: str = "utf-8") -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content.encode(encoding))


def sheets(**tables: list[list[Any]]) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in tables.items():
            sheet = book.create_sheet(name.replace("_", " "))
            for row in rows:
                sheet.append(row)
        book.save(path)

    return write


HEAD = ["Date", "Provider", "Price ($/GPU/hr)"]
RECORDS = [
    {"date": day, "vendor": {"name": "A"}, "gpu": "H100", "usd_per_gpu_hour": price}
    for day, price in (("2026-08-01", 2.5), ("2026-09-01", 2.25))
]

MORE_PRICE_LISTS = [
    # a sheet a GPU, one with a column more, and notes: 3.3 / 3.0 - 1 of H200
    PriceList(
        "sheet-per-gpu.xlsx",
        sheets(
            H100_SXM=[HEAD, ["2026-08-01", "A", 2.5], ["2026-09-01", "A", 2.25]],
            H200=[[*HEAD, "Note"], ["2026-08-01", "A", 3.0, "x"], ["2026-09-01", "A", 3.3, "y"]],
            Notes=[["All prices exclude support"]],
        ),
        "H200",
        "USD",
        4,
        0.10,
        3.3,
        n_remarks=1,
    ),
    # a sheet a GPU in Chinese: 60,000 / 75,000 - 1; 60,000 / 5,840
    PriceList(
        "每卡一页.xlsx",
        sheets(
            H800=[
                ["日期", "供应商", "月租金(元/台)"],
                ["2026年8月", "甲", "7.5万"],
                ["2026年9月", "甲", "6万"],
            ],
            昇腾910B=[["日期", "供应商", "月租金(元/台)"], ["2026年8月", "甲", 43000]],
        ),
        "H800",
        "CNY",
        3,
        -0.20,
        60_000 / 5_840,
        n_remarks=2,
    ),
    # a sheet a month: one of two providers cuts by a tenth: sqrt(0.9) - 1; sqrt(2.25 x 3)
    PriceList(
        "sheet-per-month.xlsx",
        sheets(
            **{
                "2026-08": [
                    ["Provider", "GPU", "USD/GPU/hr"],
                    ["A", "H100", 2.5],
                    ["B", "H100", 3],
                ],
                "2026-09": [
                    ["Provider", "GPU", "USD/GPU/hr"],
                    ["A", "H100", 2.25],
                    ["B", "H100", 3],
                ],
            }
        ),
        "H100",
        "USD",
        4,
        math.sqrt(0.9) - 1,
        math.sqrt(2.25 * 3),
        n_remarks=1,
    ),
    # GPU and price in one cell, eight GPUs among them: 23.76 / 26.40 - 1; 23.76 / 8
    PriceList(
        "one-cell.csv",
        text(
            "Date,Provider,Offer\n2026-08-01,A,H100 SXM $2.49/hr\n2026-08-01,A,8x H200 $26.40/hr\n"
            "2026-09-01,A,H100 SXM $2.49/hr\n2026-09-01,A,8x H200 $23.76/hr\n"
        ),
        "H200",
        "USD",
        4,
        -0.10,
        2.97,
        n_remarks=2,
    ),
    # the price first, in a column called by neither: 2.10 / 2.00 - 1
    PriceList(
        "price-first.txt",
        text(
            "When\tVendor\tListing\n2026-08-01\tA\tEUR 2.00/GPU/h: NVIDIA H100 80GB\n"
            "2026-09-01\tA\tEUR 2.10/GPU/h: NVIDIA H100 80GB\n"
        ),
        "H100",
        "EUR",
        2,
        0.05,
        2.10,
        fixed={},
        n_remarks=1,
    ),
    # in Chinese, the header says only that it is an offer: 6 / 7.5 - 1
    PriceList(
        "报价.csv",
        text(
            "日期;供应商;报价\n2026-08-01;甲;H800 8卡 7.5万元/台/月\n"
            "2026-09-01;甲;H800 8卡 6万元/台/月\n"
        ),
        "H800",
        "CNY",
        2,
        -0.20,
        60_000 / 5_840,
        n_remarks=1,
    ),
    # GPUs as columns, days as rows, the unit in a line above: 4.5 / 5 - 1
    PriceList(
        "wide-unit-above.csv",
        text(
            "Prices in USD per GPU-hour,,,\nDate,H100,H200,B200\n"
            "2026-08-01,2.50,3.00,5.00\n2026-09-01,2.25,3.30,4.50\n"
        ),
        "B200",
        "USD",
        6,
        -0.10,
        4.5,
        n_remarks=2,
    ),
    # days as columns, the unit in each cell: 2.25 / 2.5 - 1
    PriceList(
        "days-as-columns.csv",
        text("GPU,2026-08-01,2026-09-01\nH100,$2.50/hr,$2.25/hr\nH200,$3.00/hr,—\n"),
        "H100",
        "USD",
        3,
        -0.10,
        2.25,
        n_remarks=2,
    ),
    # Chinese months as columns: 60,000 / 75,000 - 1
    PriceList(
        "月份.csv",
        text("供应商,型号,单位,2026年8月,2026年9月\n甲,H800 8卡,元/台/月,75000,60000\n"),
        "H800",
        "CNY",
        2,
        -0.20,
        60_000 / 5_840,
        n_remarks=1,
    ),
    # providers as columns: (1.1 x 1 x 0.8)^(1/3) - 1; (7.7 x 10 x 4.8)^(1/3)
    PriceList(
        "providers-as-columns.csv",
        text(
            "Date,GPU,AWS,Azure,CoreWeave\n2026-08-01,H100,$7.00/hr,$10.00/hr,$6.00/hr\n"
            "2026-09-01,H100,$7.70/hr,$10.00/hr,$4.80/hr\n"
        ),
        "H100",
        "USD",
        6,
        0.88 ** (1 / 3) - 1,
        7.70,
        n_remarks=1,
    ),
    # terms as columns, of six months too: 2.2 / 2.0 - 1 of those
    PriceList(
        "ladder.csv",
        text(
            "date,provider,gpu,unit,On demand,Spot,6 months,1yr,3yr\n"
            "2026-08-01,A,H100,USD/GPU/hr,3.00,1.20,2.00,1.9,1.5\n"
            "2026-09-01,A,H100,USD/GPU/hr,3.30,0.90,2.20,1.9,1.5\n"
        ),
        "H100",
        "USD",
        10,
        0.10,
        2.20,
        contract="reserved-6m",
        n_remarks=1,
    ),
    # bounds are kept and stand in no index; a range is its geometric mean: sqrt(2 x 2.42) = 2.2
    PriceList(
        "bounds.csv",
        text(
            "date,provider,gpu,price ($/GPU/hr)\n2026-08-01,A,H100,2.00\n"
            "2026-09-01,A,H100,2.0 – 2.42\n2026-09-01,B,H100,from $1.99\n"
            "2026-08-01,B,H100,from $1.49\n2026-09-01,C,H100,up to 3.0\n"
        ),
        "H100",
        "USD",
        5,
        0.10,
        2.20,
        n_remarks=1,
    ),
    # 3,600 x 0.000625 = 2.25 after 3,600 x 0.0006944 = 2.49984
    PriceList(
        "per-second.csv",
        text(
            "date,provider,gpu,price per second (USD)\n"
            "2026-08-01,A,H100,0.0006944\n2026-09-01,A,H100,0.000625\n"
        ),
        "H100",
        "USD",
        2,
        0.000625 / 0.0006944 - 1,
        2.25,
        n_remarks=1,
    ),
    # 60 x 0.0375 = 2.25
    PriceList(
        "per-minute.csv",
        text(
            "date,provider,gpu,price,unit\n2026-08-01,A,H100,0.05,USD per GPU-minute\n"
            "2026-09-01,A,H100,0.0375,USD per GPU-minute\n"
        ),
        "H100",
        "USD",
        2,
        -0.25,
        2.25,
        n_remarks=1,
    ),
    # 378 / 168 = 2.25
    PriceList(
        "per-week.csv",
        text(
            "date,provider,gpu,price (USD/GPU/week)\n2026-08-01,A,H100,420\n2026-09-01,A,H100,378\n"
        ),
        "H100",
        "USD",
        2,
        -0.10,
        2.25,
        n_remarks=1,
    ),
    # records, one nested: 2.25 / 2.5 - 1
    PriceList("list.json", text(json.dumps(RECORDS)), "H100", "USD", 2, -0.10, 2.25),
    PriceList(
        "paged.json",
        text(json.dumps({"total": 2, "items": RECORDS})),
        "H100",
        "USD",
        2,
        -0.10,
        2.25,
    ),
    PriceList(
        "list.jsonl",
        text("\n".join(map(json.dumps, RECORDS)) + "\n"),
        "H100",
        "USD",
        2,
        -0.10,
        2.25,
    ),
    # a table of a wiki, with the rule below its header
    PriceList(
        "wiki.txt",
        text(
            "| Date | Provider | GPU | $/GPU/hr |\n|---|---|:-:|---:|\n"
            "| 2026-08-01 | A | H100 | 2.50 |\n| 2026-09-01 | A | H100 | 2.25 |\n"
        ),
        "H100",
        "USD",
        2,
        -0.10,
        2.25,
    ),
    # thousands by apostrophe and by lakh: 11,680 / 14,600 - 1; / 5,840
    PriceList(
        "swiss.csv",
        text(
            "Datum;Anbieter;GPU;Preis (USD/Server/Monat)\n"
            "01.08.2026;A;8x H100;14'600.00\n01.09.2026;A;8x H100;11’680.00\n"
        ),
        "H100",
        "USD",
        2,
        -0.20,
        2.0,
    ),
    PriceList(
        "lakh.csv",
        text(
            "date,provider,gpu,price (INR/server/month)\n"
            '2026-08-01,A,8x H100,"14,60,000"\n2026-09-01,A,8x H100,"11,68,000"\n'
        ),
        "H100",
        "INR",
        2,
        -0.20,
        200.0,
    ),
    # Chinese headings: unit as the heading of the price, of the cell, of a column; with tax
    PriceList(
        "卡时.csv",
        text("显卡,单价,单位,日期\nH20,6.0,元/卡时,2026-08-01\nH20,5.4,元/卡时,2026-09-01\n"),
        "H20",
        "CNY",
        2,
        -0.10,
        5.4,
        n_remarks=1,
    ),
    PriceList(
        "台月.csv",
        text(
            "日期,平台,显卡,元/台·月\n2026-08-01,甲,H800 8卡,75000\n2026-09-01,甲,H800 8卡,60000\n",
            "gb18030",
        ),
        "H800",
        "CNY",
        2,
        -0.20,
        60_000 / 5_840,
        n_remarks=1,
    ),
    PriceList(
        "含税.csv",
        text(
            "日期,供应商,显卡,含税单价(元/卡/小时)\n2026-08-01,甲,H20,6.0\n2026-09-01,甲,H20,5.4\n"
        ),
        "H20",
        "CNY",
        2,
        -0.10,
        5.4,
    ),
    # letters and figures of full width: 5.4 / 6 - 1
    PriceList(
        "全角.csv",
        text("日期,供应商,型号,单价(元/卡/小时)\n2026-08-01,甲,H20,6.0\n2026-09-01,甲,H20,5.4\n"),
        "H20",
        "CNY",
        2,
        -0.10,
        5.4,
    ),
    # the price of the machine beside that of a GPU, which is read: 2.25 / 2.5 - 1
    PriceList(
        "both.csv",
        text(
            "date,provider,gpu,gpu_count,usd_per_hour,usd_per_gpu_hour\n"
            "2026-08-01,A,H100,8,20,2.5\n2026-09-01,A,H100,8,18,2.25\n"
        ),
        "H100",
        "USD",
        2,
        -0.10,
        2.25,
        n_remarks=1,
    ),
]
