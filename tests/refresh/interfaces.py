"""A local server that answers as the sources document their interfaces, and misbehaves as told.

The shapes are written from public documentation; none was compared with the live hosts.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import pandas as pd

from analysis.data import load

Answer = tuple[str, bytes]


@dataclass
class Interface:
    """Answers by path, requests as they came, and faults that the next requests meet."""

    answers: Callable[[str, str], Answer | None]
    faults: list[str] = field(default_factory=list)
    forever: str = ""
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    ports: set[int] = field(default_factory=set)
    base: str = ""
    healthy_answers: int | None = None

    def fault(self) -> str:
        if self.healthy_answers is not None:
            if self.healthy_answers == 0:
                return self.forever
            self.healthy_answers -= 1
            return ""
        return self.faults.pop(0) if self.faults else self.forever


@contextlib.contextmanager
def serving(answers: Callable[[str, str], Answer | None]) -> Iterator[Interface]:
    interface = Interface(answers)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"to": interface}))
    server.daemon_threads = True
    interface.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield interface
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    to: Interface

    def log_message(self, *arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        self.to.requests.append((self.path, dict(self.headers)))
        self.to.ports.add(self.client_address[1])
        fault = self.to.fault()
        answer = self.to.answers(self.path, self.to.base)
        if fault == "429":
            return self._send(429, "text/plain", b"slow down", {"Retry-After": "7"})
        if fault in ("500", "503", "404"):
            return self._send(int(fault), "text/plain", b"out of order")
        if answer is None:
            return self._send(404, "text/plain", b"nothing here")
        kind, content = answer
        if fault == "wrong type":
            return self._send(200, "text/html", b"<html>Sign in</html>")
        if fault == "changed":
            content = _renamed(content)
        etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        if self.headers.get("If-None-Match") == etag:
            return self._send(304, kind, b"", {"ETag": etag})
        if fault == "truncated":
            return self._cut(kind, content)
        if fault == "slow":
            return self._stall(kind, content)
        return self._send(200, kind, content, {"ETag": etag})

    def _send(
        self, code: int, kind: str, content: bytes, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(code)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if code != 304:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
        with contextlib.suppress(ConnectionError):  # the client may have given up meanwhile
            self.end_headers()
            self.wfile.write(content)

    def _cut(self, kind: str, content: bytes) -> None:
        """Promise the whole body and hang up after half of it."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])
        self.wfile.flush()
        self.close_connection = True

    def _stall(self, kind: str, content: bytes) -> None:
        """Send half, then nothing for longer than the client waits."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])
        self.wfile.flush()
        time.sleep(0.8)
        self.close_connection = True


def _renamed(content: bytes) -> bytes:
    """Rename what connectors read: fields of JSON, columns of CSV, within a zip too."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return zipped({name: _renamed(archive.read(name)) for name in archive.namelist()})
    for name in (
        b"OBS_VALUE",
        b'"val"',
        b'"retailPrice"',
        b"instance_name",
        b'"usd_hr"',
        b"median_price",
        b"usd_per_gpu_hour",
        b'"AMOUNT"',
    ):
        content = content.replace(
            name, name.replace(b"a", b"o").replace(b"A", b"O").replace(b"u", b"x")
        )
    return content


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


# --- the European Central Bank ---------------------------------------------------------------


def ecb(path: str, base: str) -> Answer | None:
    """One row a business day and currency from the first day asked for."""
    parts = urlsplit(path)
    if not parts.path.startswith("/service/data/EXR/D.CNY+USD.EUR.SP00.A"):
        return None
    asked = parse_qs(parts.query)
    lines = [
        "KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE,OBS_STATUS"
    ]
    for day in pd.bdate_range(asked["startPeriod"][0], asked["endPeriod"][0]):
        for currency, value in (("CNY", "7.83"), ("USD", "1.16")):
            holiday = f"{day:%m-%d}" in ("12-25", "01-01")
            lines.append(
                f"EXR.D.{currency}.EUR.SP00.A,D,{currency},EUR,SP00,A,{day:%Y-%m-%d},"
                f"{'' if holiday else value},{'H' if holiday else 'A'}"
            )
    return "application/vnd.sdmx.data+csv;version=1.0.0", ("\n".join(lines) + "\n").encode()


# --- the Securities and Exchange Commission ---------------------------------------------------


def fact(
    start: str,
    end: str,
    value_m: float,
    form: str = "10-Q",
    filed: str = "2026-10-29",
    fp: str = "Q3",
) -> dict[str, object]:
    accession = f"0000000000-{filed[2:4]}-{filed[5:7]}{filed[8:]}00"
    return {
        "start": start,
        "end": end,
        "val": round(value_m * 1e6),
        "accn": accession,
        "fy": 2026,
        "fp": fp,
        "form": form,
        "filed": filed,
    }


def company_facts(cik: int, concepts: dict[str, list[dict[str, object]]]) -> bytes:
    body = {
        "cik": cik,
        "entityName": "A company",
        "facts": {
            "dei": {},
            "us-gaap": {
                name: {"label": name, "description": "", "units": {"USD": facts}}
                for name, facts in concepts.items()
            },
        },
    }
    return json.dumps(body).encode()


CIKS = {
    1652044: ("Alphabet", "2026-07-01", "2026-09-30", "2026-01-01", "2026-06-30"),
    1018724: ("Amazon", "2026-07-01", "2026-09-30", "2026-01-01", "2026-06-30"),
    1326801: ("Meta", "2026-07-01", "2026-09-30", "2026-01-01", "2026-06-30"),
    789019: ("Microsoft", "2026-07-01", "2026-09-30", "2026-07-01", ""),
    1341439: ("Oracle", "2026-09-01", "2026-11-30", "2026-06-01", "2026-08-31"),
}
CONCEPTS = {
    "revenue": "RevenueFromContractWithCustomerExcludingAssessedTax",
    "operating_cash_flow": "NetCashProvidedByUsedInOperatingActivities",
    "capex": "PaymentsToAcquirePropertyPlantAndEquipment",
}
DEFINITIONS = {"revenue": "revenue", "operating_cash_flow": "operating", "capex": "purchases"}


def newest_value(company: str, metric: str) -> float:
    table = load("company_financials_quarterly")
    wanted = (company, metric, DEFINITIONS[metric], "quarter")
    keys = ["company", "metric", "definition", "span"]
    rows = table[(table[keys] == wanted).all(axis=1)]
    return round(float(rows.sort_values("period_end_date")["value_m"].iloc[-1]) * 1.04)


def sec(path: str, base: str) -> Answer | None:
    """Revenue by quarter, cash flows as years to date under labels of a quarter."""
    for cik, (name, start, end, year, half_end) in CIKS.items():
        if path == f"/api/xbrl/companyfacts/CIK{cik:010d}.json":
            concepts = {}
            for metric, concept in CONCEPTS.items():
                value = newest_value(name, metric)
                if metric == "revenue" or not half_end:
                    concepts[concept] = [fact(start, end, value)]
                else:
                    concepts[concept] = [
                        fact(year, half_end, 2 * value, filed="2026-07-30", fp="Q2"),
                        fact(year, end, 3 * value),
                    ]
            return "application/json", company_facts(cik, concepts)
    return None


# --- Azure ------------------------------------------------------------------------------------

AZURE_PRICES = {
    "Standard_ND96isr_H100_v5": 98.32,
    "Standard_ND96isr_H200_v5": 84.8,
    "Standard_NC40ads_H100_v5": 6.98,
    "Standard_ND96amsr_A100_v4": 32.77,
}


def azure_item(machine: str, price: float, **changed: object) -> dict[str, object]:
    return {
        "currencyCode": "USD",
        "tierMinimumUnits": 0.0,
        "retailPrice": price,
        "unitPrice": price,
        "armRegionName": "eastus",
        "location": "US East",
        "effectiveStartDate": "2026-01-01",
        "meterId": f"{machine}-on-demand",
        "meterName": machine,
        "productId": "x",
        "skuId": "y",
        "productName": "Virtual Machines ND Series",
        "skuName": machine,
        "serviceName": "Virtual Machines",
        "serviceFamily": "Compute",
        "unitOfMeasure": "1 Hour",
        "type": "Consumption",
        "isPrimaryMeterRegion": True,
        "armSkuName": machine,
    } | changed


def azure_items(machine: str) -> list[dict[str, object]]:
    price = AZURE_PRICES.get(machine)
    if price is None:
        return []
    return [
        azure_item(machine, price),
        azure_item(machine, price * 1.4, meterId=f"{machine}-w", productName="VM ND Windows"),
        azure_item(machine, price * 0.2, meterId=f"{machine}-l", skuName=f"{machine} Low Priority"),
        azure_item(machine, price * 24, meterId=f"{machine}-d", unitOfMeasure="1 Day"),
        azure_item(machine, price * 0.86, meterId=f"{machine}-e", currencyCode="EUR"),
    ]


def azure(path: str, base: str) -> Answer | None:
    """Two items a page."""
    parts = urlsplit(path)
    if parts.path != "/api/retail/prices":
        return None
    asked = parse_qs(parts.query)
    machine = unquote(asked["$filter"][0]).split("armSkuName eq '")[1].split("'")[0]
    skip = int(asked.get("$skip", ["0"])[0])
    items = azure_items(machine)
    page = items[skip : skip + 2]
    is_last = skip + 2 >= len(items)
    following = None if is_last else f"{base}{path.split('&$skip')[0]}&$skip={skip + 2}"
    body = {
        "BillingCurrency": "USD",
        "CustomerEntityId": "Default",
        "CustomerEntityType": "Retail",
        "Items": page,
        "NextPageLink": following,
        "Count": len(page),
    }
    return "application/json; charset=utf-8", json.dumps(body).encode()


# --- gpuhunt ----------------------------------------------------------------------------------

GPUHUNT_HEADER = "instance_name,location,price,cpu,memory,gpu_vendor,gpu_count,gpu_name,gpu_memory,spot,disk_size,flags"  # noqa: E501


def gpuhunt_catalog() -> bytes:
    def file(*rows: str) -> bytes:
        return ("\n".join([GPUHUNT_HEADER, *rows]) + "\n").encode()

    return zipped(
        {
            "lambdalabs.csv": file(
                "gpu_8x_h100_sxm5,us-east-1,31.92,208,1800,nvidia,8,H100,80,False,22000,",
                "gpu_8x_h100_sxm5,us-west-1,35.12,208,1800,nvidia,8,H100,80,False,22000,",
                "cpu_4x,us-east-1,0.2,4,16,,0,,,False,100,",
            ),
            "nebius.csv": file(
                "gpu-h200-sxm,eu-north1,3.5,16,200,nvidia,1,H200,141,False,,",
                "gpu-h200-sxm,eu-north1,1.95,16,200,nvidia,1,H200,141,True,,",
            ),
            "runpod.csv": file("H100 80GB,US,2.5,16,100,nvidia,1,H100,80,False,,"),
            "vastai.csv": file("1234,US,1.9,16,100,nvidia,1,H100,80,False,,"),
            "brandnewcloud.csv": file("x,US,2.2,16,100,nvidia,1,H100,80,False,,"),
        }
    )


def gpuhunt(path: str, base: str) -> Answer | None:
    if path == "/v2/version":
        return "text/plain", b"20261128\n"
    if path == "/v2/20261128/catalog.zip":
        return "application/zip", gpuhunt_catalog()
    return None


# --- gpurentalprices.com ----------------------------------------------------------------------


FETCHED = "2026-11-28T06:24:26.240Z"


def offer(
    provider: str, gpu: str, vram: float, price: float, kind: str = "on-demand", **more: object
) -> dict[str, object]:
    return {
        "provider": provider,
        "gpu": gpu,
        "vram_gb": vram,
        "usd_hr": price,
        "kind": kind,
        "source_url": f"https://{provider}.example/pricing",
        "fetched_at": FETCHED,
    } | more


OFFERS = (
    offer("lambda", "h100-sxm", 80, 3.99),
    offer("hyperstack", "h200", 141, 3.99),
    offer("coreweave", "b200", 180, 8.6, min_gpus=8),
    offer("nebius", "h100", 80, 2.1, "spot"),
    offer("crusoe", "h100", 80, 3.9, fetched_at="2026-11-27T06:24:26.240Z"),
    offer("runpod", "h100-sxm", 80, 3.49, "secure"),
    offer("runpod", "h100-sxm", 80, 2.69, "community"),
)


def gpurentalprices(path: str, base: str) -> Answer | None:
    if path != "/adriannutiu/gpu-rental-prices/main/data/latest.json":
        return None
    body = {"date": "2026-11-28", "generated_at": "2026-11-28T06:24:38.080Z", "offers": OFFERS}
    return "text/plain; charset=utf-8", json.dumps(body).encode()


# --- GetDeploying and ewyluda -------------------------------------------------------------------

WEEKS = (
    ("2026-11-09", "SPOT", "", 2.10, 30, 12),
    ("2026-11-16", "SPOT", "", 2.10, 30, 12),  # the week before once more: filled in
    ("2026-11-23", "SPOT", "", 2.20, 31, 12),
    ("2026-11-23", "RESERVATION", "", 2.40, 22, 9),
    ("2026-11-23", "RESERVATION", "6", 2.50, 4, 2),
    ("2026-11-23", "CUSTOM", "", 2.00, 3, 2),
)


def getdeploying(path: str, base: str) -> Answer | None:
    """Weekly medians of three chips, each with a week that repeats another."""
    chips = {f"/dataset/gpu-prices/nvidia-{chip}.csv": chip for chip in ("h100", "h200", "b200")}
    if path not in chips:
        return None
    columns = "gpu,date,billing_type,reservation_months,median_price,min_price,max_price,"
    lines = [f"{columns}provider_median_price,provider_count,offering_count"]
    for day, billing, months, price, offers, providers in WEEKS:
        lines.append(
            f"{chips[path]},{day},{billing},{months},{price},1,9,{price},{providers},{offers}"
        )
    return "text/csv; charset=utf-8", ("\n".join(lines) + "\n").encode()


def ewyluda(path: str, base: str) -> Answer | None:
    """Two regions of one machine, two providers that forbid it, one that the table lacks."""
    if path != "/ewyluda/gpu-price-index/main/site/data/observations-latest.csv":
        return None
    columns = "date,collected_at,source,provider,segment,pricing,gpu_model,sku,region,geo,"
    lines = [f"{columns}gpu_count,usd_per_hour,usd_per_gpu_hour,sample_size"]
    for provider, pricing, gpu, sku, region, count, price in (
        ("AWS", "on_demand", "H100", "p5.48xlarge", "us-east-1", 8, 6.88),
        ("AWS", "on_demand", "H100", "p5.48xlarge", "sa-east-1", 8, 11.5584),
        ("Microsoft Azure", "on_demand", "A100-80GB", "ND96amsr", "eastus", 8, 4.0963),
        ("Lambda", "on_demand", "B200", "gpu_8x_b200", "us", 8, 6.69),
        ("Vast.ai", "on_demand", "H100", "offer", "US", 1, 2.2),
        ("RunPod", "on_demand", "H100", "secure", "US", 1, 2.9),
        ("Brand New Cloud", "on_demand", "H100", "x", "US", 1, 2.9),
        ("AWS", "savings_plan", "H100", "p5.48xlarge", "us-east-1", 8, 4.2),
    ):
        lines.append(
            f"2026-11-28,2026-11-28T06:17:00+00:00,s,{provider},x,{pricing},{gpu},{sku},{region},"
            f"NA,{count},{count * price},{price},1"
        )
    return "text/plain; charset=utf-8", ("\n".join(lines) + "\n").encode()


# --- statements of Hong Kong ------------------------------------------------------------------


def eastmoney(path: str, base: str) -> Answer | None:
    """Tencent's revenue and cash flow, cumulative, on two pages; nothing of the others."""
    parts = urlsplit(path)
    if parts.path != "/securities/api/data/v1/get":
        return None
    asked = parse_qs(parts.query)
    items = []
    if "00700.HK" in asked["filter"][0]:
        name = "营业额" if "INCOME" in asked["reportName"][0] else "经营业务现金净额"
        metric = "revenue" if "INCOME" in asked["reportName"][0] else "operating_cash_flow"
        value = newest_value("Tencent", metric) * 1e6
        items = [
            _statement(name, "2026-06-30", 2 * value),
            _statement(name, "2026-09-30", 3 * value),
        ]
    number = int(asked["pageNumber"][0])
    body = {
        "version": "x",
        "success": True,
        "message": "ok",
        "code": 0,
        "result": {
            "pages": max(len(items), 1),
            "data": items[number - 1 : number],
            "count": len(items),
        },
    }
    return "application/json", json.dumps(body, ensure_ascii=False).encode()


def _statement(name: str, end: str, amount: float) -> dict[str, object]:
    return {
        "SECUCODE": "00700.HK",
        "SECURITY_CODE": "00700",
        "SECURITY_NAME_ABBR": "腾讯控股",
        "ORG_CODE": "1",
        "REPORT_DATE": f"{end} 00:00:00",
        "DATE_TYPE_CODE": "003",
        "FISCAL_YEAR": "12-31",
        "START_DATE": "2026-01-01 00:00:00",
        "STD_ITEM_CODE": "1",
        "STD_ITEM_NAME": name,
        "AMOUNT": amount,
        "CURRENCY": "人民币",
    }


TODAY = date(2026, 11, 28)
ANSWERS = {
    "ecb-exr": ecb,
    "sec-companyfacts": sec,
    "azure-retail": azure,
    "gpuhunt-catalog": gpuhunt,
    "gpurentalprices": gpurentalprices,
    "getdeploying": getdeploying,
    "ewyluda": ewyluda,
    "eastmoney-hk": eastmoney,
}
