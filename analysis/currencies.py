"""Currencies: codes of ISO 4217, and the signs and words that people write for them."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

_CODES: Final = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD "
    "BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB "
    "EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK "
    "JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA "
    "MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK "
    "PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN "
    "SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST "
    "XAF XCD XOF XPF YER ZAR ZMW ZWG"
)
CURRENCIES: Final = frozenset(_CODES.split())
"""Codes of ISO 4217 in use."""

WRITTEN_CURRENCIES: Final = (
    ("US$", "USD"),
    ("HK$", "HKD"),
    ("NT$", "TWD"),
    ("A$", "AUD"),
    ("C$", "CAD"),
    ("S$", "SGD"),
    ("R$", "BRL"),
    ("RMB", "CNY"),
    ("CNH", "CNY"),
    ("人民币", "CNY"),
    ("美元", "USD"),
    ("美金", "USD"),
    ("港元", "HKD"),
    ("港币", "HKD"),
    ("日元", "JPY"),
    ("欧元", "EUR"),
    ("元", "CNY"),
    ("円", "JPY"),
    ("¥", "CNY"),
    ("$", "USD"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("₹", "INR"),
    ("₩", "KRW"),
    ("euro", "EUR"),
    ("yuan", "CNY"),
    ("dollar", "USD"),
)
"""Signs and words with their code; of one that holds another the longer comes first."""


def read_currency(value: Any) -> Any:
    """Read the code of a currency; anything else than a text is returned as it is.

    Raises
    ------
    ValueError
        With the code that is meant, where the text is another sign or word for a currency.

    Examples
    --------
    >>> read_currency(" eur "), read_currency("ＣＮＹ")
    ('EUR', 'CNY')
    >>> read_currency("RMB")
    Traceback (most recent call last):
    ...
    ValueError: a currency code of ISO 4217, such as CNY or USD; CNY if RMB is meant
    """
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFKC", value).strip()
    code = text.upper()
    if code in CURRENCIES:
        return code
    meant = next((each for sign, each in WRITTEN_CURRENCIES if sign.lower() in text.lower()), "")
    near = f"; {meant} if {text} is meant" if meant else ""
    raise ValueError(f"a currency code of ISO 4217, such as CNY or USD{near}")
