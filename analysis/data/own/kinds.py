"""Field definitions of own tables: the fields of each kind, their meaning, the names in use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from analysis.errors import Fault, FaultsError
from analysis.near_names import perhaps

SHOWN_FAULTS: Final = 20

Form = Literal["text", "number", "count", "date"]


def words(text: str) -> tuple[str, ...]:
    """Split a list written with commas.

    >>> words("hourly rate, 时租")
    ('hourly rate', '时租')
    """
    return tuple(text.split(", "))


class OwnDataError(FaultsError):
    """A table of own numbers that cannot be read, or none of whose rows can be."""

    consequence = "nothing was added"

    def __str__(self) -> str:
        """Render the first faults and the number of the rest."""
        first = "\n".join(super().__str__().split("\n")[: SHOWN_FAULTS + 1])
        n_more = len(self.faults) - SHOWN_FAULTS
        return f"{first}\nand {n_more:,} more" if n_more > 0 else first


@dataclass(frozen=True)
class Field:
    """One thing that a row may say.

    Parameters
    ----------
    name : str
        Its column in the table that is kept.
    meaning : str
        What it is, with its unit.
    form : {"text", "number", "count", "date"}
        How it is read.
    also : tuple of str
        Names of columns that mean it, in lower case.
    is_required : bool
        A row without it is refused.
    default : str
        What a row says that says nothing.
    example : str
        For the empty table.
    """

    name: str
    meaning: str
    form: Form = "text"
    also: tuple[str, ...] = ()
    is_required: bool = False
    default: str = ""
    example: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of own table."""

    name: str
    title: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    note: str = ""

    @property
    def by_name(self) -> Mapping[str, Field]:
        """Fields by their name."""
        return {field.name: field for field in self.fields}


def _price(what: str, example: str) -> tuple[Field, ...]:
    """Fields of a price: one, or a range."""
    return (
        Field(
            "price",
            f"{what}, or a range such as 42000-45000",
            "number",
            words(
                "price, rate, rent, rental, cost, preis, miete, prix, precio, tarif, list price, "
                "unit price, hourly, hourly rate, dph, dph total, amount, 价格, 单价, 租金, "
                "月租, 月租金, 时租, 报价, 含税价, 费用, 年租金, stundenpreis, monatspreis, "
                "mietpreis, spot price, retail price, tarifa, 価格, 料金, 単価"
            ),
            is_required=True,
            example=example,
        ),
        Field(
            "price_low",
            "lower end of a range",
            "number",
            ("low", "price low", "min", "min price", "lowest", "from", "最低价", "最低"),
        ),
        Field(
            "price_high",
            "upper end of a range",
            "number",
            ("high", "price high", "max", "max price", "highest", "to", "最高价", "最高"),
        ),
    )


_CURRENCY: Final = Field(
    "currency",
    "ISO code of the currency",
    "text",
    (
        "currency",
        "curr",
        "ccy",
        "währung",
        "devise",
        "moneda",
        "通貨",
        "currency code",
        "币种",
        "货币",
    ),
    example="USD",
)
_NOTE: Final = Field(
    "note",
    "what is to be remembered of the row",
    "text",
    ("note", "notes", "comment", "comments", "remark", "remarks", "bemerkung", "备注", "说明"),
)
_GPU: Final = Field(
    "gpu",
    "GPU as the vendor writes it",
    "text",
    words(
        "gpu, model, gpu model, gpu type, gpu name, accelerator, accelerator type, card, chip, "
        "product, sku, instance, instance type, machine, server, hardware, modell, gpu-modell, "
        "grafikkarte, carte, 型号, 显卡, 显卡型号, gpu型号, 卡型, 机型, 算力型号, 配置, 产品, "
        "服务器, beschleuniger, gpu名, 型番, 機種"
    ),
    is_required=True,
    example="H100 SXM5 80GB",
)
_GPUS: Final = Field(
    "offer_gpus",
    "GPUs of the offer or server",
    "count",
    words(
        "gpus, gpu count, num gpus, number of gpus, n gpus, gpu_count, qty, quantity, count, "
        "cards, gpus per node, anzahl, anzahl gpus, 卡数, gpu数量, 数量, gpu数, 每台卡数"
    ),
    example="8",
)
_DAY: Final = words(
    "date, day, when, quote date, as of, asof, effective, effective date, valid from, timestamp, "
    "time, observed, captured, scraped at, updated, last updated, created, month, period, datum, "
    "stand, stichtag, gültig ab, start date, effective start date, fecha, jour, 日付, "
    "日期, 时间, 报价日期, 更新时间, 月份, 生效日期"
)
_PROVIDER: Final = words(
    "provider, vendor, supplier, company, cloud, seller, host, operator, source, anbieter, "
    "lieferant, fournisseur, proveedor, プロバイダ, 事業者, "
    "厂商, 供应商, 平台, 服务商, 公司, 云厂商, 提供商"
)
_UNIT: Final = Field(
    "unit",
    "what the price is for: per GPU, server or P, and hour, day, month or year",
    "text",
    words(
        "unit, units, unit of measure, per, basis, billing, billing unit, price unit, einheit, "
        "unité, 单位, 计费单位, 计费方式, 计价单位"
    ),
    example="USD per GPU-hour",
)

QUOTES: Final = Kind(
    "quotes",
    "Own rent quotes",
    (
        Field(
            "quote_date", "day of the quote, or its month", "date", _DAY, True, example="2026-11-01"
        ),
        Field("provider", "who asks the price", "text", _PROVIDER, example="Example Cloud"),
        _GPU,
        Field(
            "memory_gb",
            "memory, GB per GPU",
            "number",
            words(
                "memory, memory gb, vram, vram gb, gpu memory, gpu ram, speicher, 显存, 显存(gb)"
            ),
            example="80",
        ),
        Field(
            "form_factor",
            "SXM, PCIe, NVL or OAM",
            "text",
            ("form factor", "form", "interface", "interconnect", "bauform", "接口"),
        ),
        _GPUS,
        *_price("the price", "2.49"),
        _CURRENCY,
        _UNIT,
        Field(
            "contract",
            "terms: on-demand, spot, monthly, reserved-1y and so on",
            "text",
            words(
                "contract, term, terms, commitment, pricing, pricing type, pricing model, plan, "
                "type, billing type, purchase option, laufzeit, vertrag, 合同, 租期, 付费方式, "
                "计费模式, 租赁方式"
            ),
            default="on-demand",
            example="on-demand",
        ),
        Field(
            "segment",
            "own, or one of the public quotes: neocloud, hyperscaler",
            "text",
            ("segment", "provider type", "category", "类别"),
            default="own",
            example="own",
        ),
        Field(
            "fp16_dense_tflops",
            "dense FP16 peak of the GPU, needed for a price per P",
            "number",
            ("fp16 dense tflops", "fp16 tflops", "tflops"),
            example="",
        ),
        _NOTE,
    ),
    words(
        "quote_date, gpu, memory_gb, form_factor, offer_gpus, provider, contract, unit, price_low"
    ),
)

SERVER_PRICES: Final = Kind(
    "server-prices",
    "Own prices of servers and cards",
    (
        Field("fact_date", "day of the price", "date", _DAY, True, example="2026-11-01"),
        Field(
            "provider", "who asks or paid the price", "text", _PROVIDER, example="Example Systems"
        ),
        _GPU,
        _GPUS,
        *_price("the price", "275000"),
        _CURRENCY,
        Field(
            "unit",
            "what the price is of: a server or a GPU",
            "text",
            ("unit", "per", "basis", "price unit", "einheit", "单位"),
            example="USD per server",
        ),
        _NOTE,
    ),
    ("fact_date", "gpu", "offer_gpus", "provider", "unit", "price_low"),
)

FX: Final = Kind(
    "fx",
    "Own exchange rates",
    (
        Field(
            "period_start_date",
            "day of the rate, or first day it was averaged over",
            "date",
            (*_DAY, "start", "period start", "from"),
            True,
            example="2026-10-01",
        ),
        Field(
            "period_end_date",
            "last day it was averaged over",
            "date",
            ("end", "period end", "to", "until", "bis", "结束"),
            example="2026-10-31",
        ),
        Field(
            "currency",
            "ISO code of the currency",
            "text",
            ("currency", "curr", "ccy", "code", "iso", "währung", "币种", "货币"),
            True,
            example="EUR",
        ),
        Field(
            "usd_per_unit",
            "US dollars for one unit of the currency",
            "number",
            ("usd per unit", "rate", "in usd", "usd", "kurs", "汇率"),
            example="1.16",
        ),
        Field(
            "unit_per_usd",
            "units of the currency for one US dollar",
            "number",
            ("unit per usd", "units per usd", "per usd", "per dollar"),
        ),
        _NOTE,
    ),
    ("currency", "period_start_date", "period_end_date"),
    note="Give one of usd_per_unit and unit_per_usd.",
)

_STATEMENT: Final = (
    Field(
        "company",
        "name of the company",
        "text",
        ("company", "name", "issuer", "operator", "unternehmen", "公司", "公司名称"),
        True,
        example="Example Compute",
    ),
    Field(
        "period_start_date",
        "first day of the period",
        "date",
        ("period start", "start", "from", "beginn", "开始"),
        example="2026-07-01",
    ),
    Field(
        "period_end_date",
        "last day of the period",
        "date",
        words(
            "period end, period end date, end, to, date, fiscal period end, period, quarter, "
            "quarter end, ende, stichtag, 报告期, 期末, 日期"
        ),
        True,
        example="2026-09-30",
    ),
    Field(
        "metric",
        "what is measured: revenue, net_income, capex, operating_cash_flow, "
        "depreciation_amortization and so on",
        "text",
        ("metric", "item", "line", "account", "kennzahl", "指标", "项目"),
        True,
        example="revenue",
    ),
    Field(
        "definition",
        "what the metric covers",
        "text",
        ("definition", "basis", "口径"),
        example="as filed",
    ),
    Field(
        "value_m",
        "the figure, millions in the currency of the row",
        "number",
        ("value m", "value", "amount", "value millions", "wert", "金额", "数值"),
        True,
        example="1234.5",
    ),
    Field(
        "currency",
        "ISO code of the currency",
        "text",
        ("currency", "curr", "ccy", "währung", "币种", "货币"),
        example="USD",
    ),
    _NOTE,
)

COMPANY: Final = Kind(
    "company",
    "Own figures of a company, by quarter or year",
    _STATEMENT,
    ("company", "period_start_date", "period_end_date", "metric", "definition"),
)
OPERATORS: Final = Kind(
    "operators",
    "Own figures of companies that rent out compute",
    _STATEMENT,
    ("company", "period_start_date", "period_end_date", "metric", "definition"),
)

KINDS: Final = {kind.name: kind for kind in (QUOTES, SERVER_PRICES, FX, COMPANY, OPERATORS)}


def kind_of(name: str) -> Kind:
    """Return a kind of own table by its name, or refuse with the nearest."""
    if name not in KINDS:
        raise OwnDataError([Fault("command", None, "kind", name, perhaps(name, KINDS))])
    return KINDS[name]
