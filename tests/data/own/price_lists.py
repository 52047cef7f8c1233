"""Twelve price lists as people have them, with the index that each must give.

Every list is made here after the layout of public ones; prices are invented. The index of the first
GPU of a list is worked out by hand beside it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import openpyxl

DAMAGED_LINES = (9, 10, 24)


@dataclass(frozen=True)
class PriceList:
    """A price list and what must come of it.

    Parameters
    ----------
    name : str
        File name.
    write : callable
        Writes the file.
    gpu, currency, contract : str
        Market of which the index is checked.
    n_rows : int
        Rows kept.
    change : float
        Index of the last month over that of the first, less one.
    level : float
        Median rent of the last month, currency per GPU-hour.
    refused : tuple of int
        Rows of the file that are refused.
    fixed : mapping
        What the user says of the whole table.
    n_remarks : int
        What is taken for granted, at most one besides the name of a sheet.
    """

    name: str
    write: Callable[[Path], object]
    gpu: str
    currency: str
    n_rows: int
    change: float
    level: float
    contract: str = "on-demand"
    refused: tuple[int, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)
    n_remarks: int = 0


def _cloud_csv(path: Path) -> None:
    """Instances of a cloud, priced by the instance."""
    lines = ["effective_date,instance_type,gpu_model,gpu_count,price_per_hour_usd,region"]
    for day, factor in (("2026-08-01", 1.0), ("2026-09-01", 0.95), ("2026-10-01", 0.9)):
        lines += [
            f"{day},gpu8.h100.large,NVIDIA H100 80GB HBM3,8,{24.0 * factor:.2f},us-east",
            f"{day},gpu1.l40s.small,NVIDIA L40S,1,{1.5 * factor:.3f},us-east",
        ]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _reseller_workbook(path: Path) -> None:
    """A merged title, a merged provider, yuan for a server-month, a note at the end."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "报价"
    sheet["A1"] = "算力租赁报价单 2026年"
    sheet.merge_cells("A1:F1")
    sheet["A2"] = "单位:人民币(含税)"
    sheet.merge_cells("A2:F2")
    sheet.append(["供应商", "型号", "卡数", "月租金(元/台)", "报价日期", "备注"])
    for month in ("2026-08-05", "2026-09-05", "2026-10-05"):
        cut = {"2026-08-05": 1.0, "2026-09-05": 1.0, "2026-10-05": 0.8}[month]
        sheet.append(["甲公司", "HGX H200 141GB", 8, 84_000 * cut, month, None])
        sheet.append([None, "H20 96G", 8, 44_000, month, "现货"])
        sheet.append(["乙公司", "HGX H200 141GB", 8, 88_000, month, None])
        last = sheet.max_row
        sheet.merge_cells(f"A{last - 2}:A{last - 1}")
    sheet.append(["以上价格仅供参考"])
    book.save(path)


def _marketplace_dump(path: Path) -> None:
    """Twenty thousand offers of two days a month apart."""
    generator = np.random.default_rng(7)
    lines = ["id|scraped_at|gpu_name|num_gpus|dph_total|host_id|type"]
    n = 5_000
    for day, level in (("2026-09-10T00:00:00Z", 1.0), ("2026-10-10T00:00:00Z", 1.1)):
        for name, base in (("RTX 4090", 0.35), ("H100 SXM", 2.0)):
            spread = np.exp(np.linspace(-0.3, 0.3, n))
            counts = generator.choice([1, 2, 4, 8], n)
            for k in range(n):
                price = base * level * spread[k] * counts[k]
                lines.append(f"{k}|{day}|{name}|{counts[k]}|{price:.6f}|h{k}|on-demand")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _european(path: Path) -> None:
    """Semicolons, decimal commas, German dates and a byte-order mark."""
    lines = ["Anbieter;Grafikkarte;Preis pro GPU-Stunde (EUR);Stand;Vertrag"]
    for month, a, b in ((8, "2,40", "3,10"), (9, "2,40", "3,10"), (10, "1,944", "3,10")):
        lines.append(f"Rechenwerk;H100 SXM5 80GB;{a};01.{month:02}.2026;on-demand")
        lines.append(f"Nordcloud;H100 SXM5 80GB;{b};01.{month:02}.2026;on-demand")
    path.write_bytes(("\ufeff" + "\r\n".join(lines) + "\r\n").encode("utf-8"))


def _chinese(path: Path) -> None:
    """GBK, 万 per server-month, months as people write them."""
    lines = ["日期,平台,显卡型号,报价,计费单位"]
    for month, price in ((7, "7.5万"), (8, "7.2万"), (9, "6万-7.5万"), (10, "6.0万")):
        lines.append(f"2026年{month}月,某平台,H800 8卡,{price},元/台/月")
    path.write_bytes(("\n".join(lines) + "\n").encode("gb18030"))


def _nodes_of_four(path: Path) -> None:
    lines = ["Date,Vendor,Hardware,Node price"]
    for month, price in (("Aug 2026", 12.0), ("Sep 2026", 12.0), ("Oct 2026", 10.8)):
        lines.append(f"{month},Fournode,4x A100 80GB PCIe,${price:.2f} per node hour")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _damaged(path: Path) -> None:
    """Thirty days; two read in yuan and one as a server's price."""
    lines = ["date,provider,gpu,price,unit"]
    for day in range(1, 31):
        for month, level in ((9, 2.5), (10, 2.45)):
            lines.append(f"2026-{month:02}-{day:02},Acme,H100,{level},USD/GPU/hour")
    for row, price in zip(DAMAGED_LINES, ("7.44", "17.1", "20.0"), strict=True):
        date, provider, gpu, _, unit = lines[row - 1].split(",")
        lines[row - 1] = ",".join([date, provider, gpu, price, unit])
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _per_p(path: Path) -> None:
    lines = ["报价日期,供应商,型号,单价,单位"]
    for day, price in (("2026/8/1", 60_000), ("2026/9/1", 57_000), ("2026/10/1", 54_000)):
        lines.append(f"{day},智算中心,昇腾910B,{price},元/P/年")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _card_month(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["日期", "厂商", "显卡", "单价(元/卡/月)"])
    for month, price in ((8, 1_460), (9, 1_460), (10, 1_606)):
        sheet.append([f"2026-{month:02}-15", "卡商", "RTX 5090 32GB", price])
    book.save(path)


def _american(path: Path) -> None:
    lines = ["Provider\tGPU\tPrice\tAs of"]
    for day, price in (
        ("08/14/2026", "$2.00/hr"),
        ("09/14/2026", "$2.10/hr"),
        ("10/09/2026", "$2.20/hr"),
    ):
        lines.append(f"Tabcloud\tB200 SXM6 180GB\t{price}\t{day}")
        lines.append(f"Other\tB200 SXM6 180GB\tContact sales\t{day}")
    path.write_bytes(b"\xef\xbb\xbf" + ("\n".join(lines) + "\n").encode("utf-8"))


def _terms_as_columns(path: Path) -> None:
    lines = ["Month,Provider,GPU,On-demand ($/GPU/hr),1-year reserved ($/GPU/hr),Spot ($/GPU/hr)"]
    for month, listed, year, spot in (
        ("2026-08", 3.0, 2.2, 1.2),
        ("2026-09", 3.0, 2.2, 1.0),
        ("2026-10", 3.3, 2.2, 0.9),
    ):
        lines.append(f"{month},Ladder,H100,{listed},{year},{spot}")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _new_gpu(path: Path) -> None:
    lines = ["day,seller,accelerator,hourly rate"]
    for day, price in (("2026-08-01", 400), ("2026-09-01", 400), ("2026-10-01", 300)):
        lines.append(f"{day},Bharat Cloud,Rubin R300 NVL 288GB,₹{price}/GPU/hour")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _text_of_a_pdf(path: Path) -> None:
    """Copied from a PDF: a title, tabs, units in cells, terms alone as headings."""
    lines = ["Price list, third quarter of 2026", "Provider\tAccelerator\tDate\tOn-demand\tSpot"]
    for day, listed, spot in (
        ("2026-08-01", "$2.50/hr", "$1.25/hr"),
        ("2026-10-01", "$2.25/hr", "—"),
    ):
        lines.append(f"Acme\tH100 SXM\t{day}\t{listed}\t{spot}")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _a_column_a_gpu(path: Path) -> None:
    lines = ["Date,Provider,H100 SXM ($/GPU/hr),H200 ($/GPU/hr),B200 ($/GPU/hr)"]
    lines += ["2026-08-01,Acme,2.5,3.0,5.0", "2026-09-01,Acme,2.4,3.3,4.9"]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _a_column_a_month(path: Path) -> None:
    lines = ["Anbieter;GPU;Einheit;2026-08;2026-09;2026-10"]
    lines += [
        "Rechenwerk;H100;EUR je GPU-Stunde;2,50;2,40;2,00",
        "Nord;H100;EUR je GPU-Stunde;3,00;;3,00",
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _headings_of_a_german(path: Path) -> None:
    """Compound words, twelve months as terms, thin spaces in thousands."""
    lines = ["Anbieter;Beschleuniger;Monatspreis je Server;Währung;Stichtag;Laufzeit"]
    for month, price in ((8, "14\u202f600,00"), (9, "14\u202f600,00"), (10, "11\u00a0680,00")):
        lines.append(f"RW;8x H100 SXM5;{price};EUR;01.{month:02}.2026;12 Monate")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _export_of_an_interface(path: Path) -> None:
    """Camel case, machines of eight, times in UTC."""
    lines = ["effectiveStartDate,armSkuName,retailPrice,unitOfMeasure,currencyCode,type"]
    for day, price in (("2026-08-01", 98.32), ("2026-09-01", 88.488)):
        lines.append(f"{day}T00:00:00Z,Standard_ND96isr_H100_v5,{price},1 Hour,USD,Consumption")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _pounds(path: Path) -> None:
    lines = ["Date,Supplier,Model,Price"]
    for day, price in (("15/08/2026", "2.00"), ("15/09/2026", "1.90")):
        lines.append(f"{day},Nx,L40S,£{price} per GPU per hour")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _yen(path: Path) -> None:
    lines = [
        "日付,プロバイダ,GPU,料金 (JPY per GPU-hour)",
        "2026-08-01,Sakura,H100,¥400",
        "2026-09-01,Sakura,H100,¥380",
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")


PRICE_LISTS = [
    # 24.00 for eight is 3.00 each; 21.60 / 24.00 - 1; 21.60 / 8 = 2.70
    PriceList("cloud.csv", _cloud_csv, "H100", "USD", 6, -0.10, 2.70, n_remarks=2),
    # one of two providers cuts by 20 %: sqrt(0.8) - 1; sqrt(67,200 x 88,000) / 8 / 730
    PriceList(
        "reseller.xlsx",
        _reseller_workbook,
        "H200",
        "CNY",
        9,
        math.sqrt(0.8) - 1,
        math.sqrt(67_200 * 88_000) / 5_840,
        n_remarks=2,
    ),
    # every offer a tenth dearer; the middle offer is 0.35 x 1.1
    PriceList("dump.txt", _marketplace_dump, "RTX4090", "USD", 20_000, 0.10, 0.385, n_remarks=1),
    # 1.944 / 2.40 = 0.81 at one of two providers: 0.9 - 1; sqrt(1.944 x 3.10)
    PriceList("preise.csv", _european, "H100", "EUR", 6, -0.10, math.sqrt(1.944 * 3.10)),
    # 60,000 / 75,000 - 1; 60,000 / 5,840
    PriceList("chinese.csv", _chinese, "H800", "CNY", 4, -0.20, 60_000 / 5_840, n_remarks=1),
    # 10.80 / 12.00 - 1; 10.80 / 4
    PriceList("nodes.csv", _nodes_of_four, "A100", "USD", 3, -0.10, 2.70),
    # 2.45 / 2.50 - 1, the damaged days left out
    PriceList("daily.csv", _damaged, "H100", "USD", 57, -0.02, 2.45, refused=DAMAGED_LINES),
    # 54,000 / 60,000 - 1; 54,000 x 0.32 PFLOPS / 8,760 for a peak of 320 TFLOPS
    PriceList("p.csv", _per_p, "Ascend 910B", "CNY", 3, -0.10, math.nan),
    # 1,606 / 1,460 - 1; 1,606 / 730
    PriceList("cards.xlsx", _card_month, "RTX5090", "CNY", 3, 0.10, 2.20, n_remarks=1),
    # 2.20 / 2.00 - 1; three rows ask for a call
    PriceList("us.tsv", _american, "B200", "USD", 3, 0.10, 2.20, refused=(3, 5, 7)),
    # 0.90 / 1.20 - 1 of the spot prices alone
    PriceList(
        "terms.csv", _terms_as_columns, "H100", "USD", 9, -0.25, 0.90, contract="spot", n_remarks=1
    ),
    # 300 / 400 - 1
    PriceList("new.csv", _new_gpu, "Rubin R300", "INR", 3, -0.25, 300.0),
    # 2.25 / 2.50 - 1 of the list prices; the spot price of October is not there
    PriceList("pdf.txt", _text_of_a_pdf, "H100", "USD", 3, -0.10, 2.25, n_remarks=1),
    # 3.30 / 3.00 - 1
    PriceList("wide.csv", _a_column_a_gpu, "H200", "USD", 6, 0.10, 3.30, n_remarks=1),
    # 2.00 / 2.50 = 0.8 at one of two: sqrt(0.8) - 1; sqrt(2 x 3)
    PriceList(
        "pivot.csv",
        _a_column_a_month,
        "H100",
        "EUR",
        5,
        math.sqrt(0.8) - 1,
        math.sqrt(6),
        n_remarks=1,
    ),
    # 11,680 / 14,600 - 1; 11,680 / 5,840
    PriceList("stichtag.csv", _headings_of_a_german, "H100", "EUR", 3, -0.2, 2.0, "reserved-1y"),
    # 88.488 / 98.32 - 1; 88.488 / 8
    PriceList("retail.csv", _export_of_an_interface, "H100", "USD", 2, -0.1, 11.061, n_remarks=2),
    # 1.90 / 2.00 - 1
    PriceList("pounds.csv", _pounds, "L40S", "GBP", 2, -0.05, 1.90),
    # 380 / 400 - 1
    PriceList("yen.csv", _yen, "H100", "JPY", 2, -0.05, 380.0),
]
