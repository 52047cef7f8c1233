"""Chips bought: how many per billion, power per chip, shares, and counts that clash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from analysis.capex.filings.fundamentals import Fundamentals
from analysis.capex.filings.panel import build_panel
from analysis.data import load
from analysis.units import GPUS_PER_SERVER

CLAIMS: Mapping[str, str] = MappingProxyType(
    {
        **{
            name: f"caijing-2025-p16-0{place}"
            for place, name in enumerate(
                ("Microsoft", "ByteDance", "Tencent", "Meta", "Amazon", "xAI", "Alphabet"), start=1
            )
        },
        "nvidia_us_usd": "caijing-2025-p17-01",
        "nvidia_cn_usd": "caijing-2025-p17-02",
        "bytedance_gw": "caijing-2025-p38-01",
        "colossus_gpus": "caijing-2025-p39-01",
        "colossus_mw": "caijing-2025-p39-02",
        "h20": "caijing-2025-p70-01",
        "domestic": "caijing-2025-p70-02",
        "advanced_cn": "caijing-2025-p71-01",
        "four_clouds_hopper": "caijing-2025-p72-01",
        "four_clouds_blackwell": "caijing-2025-p72-02",
    }
)
"""Figures of the article by what they are, with the claim each is."""

BUYERS = ("Microsoft", "ByteDance", "Tencent", "Meta", "Amazon", "xAI", "Alphabet")
US_CLOUDS = ("Microsoft", "Amazon", "Alphabet")
CN_BUYERS = ("ByteDance", "Tencent")
MOST_OF_CAPEX = 0.8  # beyond it nothing is left for buildings, power and network


@dataclass(frozen=True)
class Chips:
    """Chips bought and what follows from them.

    Parameters
    ----------
    buyers : DataFrame
        Indexed by buyer: hopper_2024 (GPUs), share (of the buyers listed), capex_usd_bn (2024, on
        the article's definitions; missing for xAI), per_capex_bn (GPUs per billion USD), priced_as
        (H100, or H20 in China), and capex_share_low, capex_share_high (share of that capital
        expenditure at the lowest and the highest printed price of a server, per GPU).
    ratios : Series
        By name: kw_per_gpu, gpus_in_2_gw, H100_low_usd to H20_high_usd (price of a server per
        GPU), nvidia_us_to_cn, blackwell_to_hopper.
    clashes : DataFrame
        Indexed by pair of figures: left, right, gap, verdict, reason.
    """

    buyers: pd.DataFrame
    ratios: pd.Series
    clashes: pd.DataFrame

    def __str__(self) -> str:
        """Tables."""
        return "\n\n".join(
            (self.buyers.round(3).to_string(), self.ratios.to_string(), self.clashes.to_string())
        )


def what_it_bought(fundamentals: Fundamentals) -> Chips:
    """Relate the article's counts of chips to money, power and each other.

    Parameters
    ----------
    fundamentals : Fundamentals
        With ``quarter_rule="first month"`` Oracle's capital expenditure is the article's.
    """
    claims = load("claims").set_index("claim_id")
    low = pd.Series({name: claims.loc[claim, "value_low"] for name, claim in CLAIMS.items()})
    high = pd.Series({name: claims.loc[claim, "value_high"] for name, claim in CLAIMS.items()})
    panel = build_panel(fundamentals, "article", "year", "USD")
    capex_usd = panel.frame["capex"].xs(2024, level="period") * 1e6
    cny_per_usd = float(load("fx").set_index("period")["cny_per_usd"]["2024"])
    prices = server_prices(cny_per_usd)
    gpus = low[list(BUYERS)]
    spent = capex_usd.reindex(BUYERS)
    product = ["H20" if buyer in CN_BUYERS else "H100" for buyer in BUYERS]
    buyers = pd.DataFrame(
        {
            "hopper_2024": gpus,
            "share": gpus / gpus.sum(),
            "capex_usd_bn": spent / 1e9,
            "per_capex_bn": gpus / (spent / 1e9),
            "priced_as": product,
            "capex_share_low": gpus * prices.loc[product, "low_usd"].to_numpy() / spent,
            "capex_share_high": gpus * prices.loc[product, "high_usd"].to_numpy() / spent,
        }
    ).rename_axis("buyer")
    kw_per_gpu = low["colossus_mw"] * 1e3 / low["colossus_gpus"]
    ratios = pd.Series(
        {
            "kw_per_gpu": kw_per_gpu,
            "gpus_in_2_gw": low["bytedance_gw"] * 1e6 / kw_per_gpu,
            **{f"{gpu}_low_usd": price for gpu, price in prices["low_usd"].items()},
            **{f"{gpu}_high_usd": price for gpu, price in prices["high_usd"].items()},
            "nvidia_us_to_cn": low["nvidia_us_usd"] / low["nvidia_cn_usd"],
            "blackwell_to_hopper": low["four_clouds_blackwell"] / low["four_clouds_hopper"],
        }
    )
    clashes = find_clashes(low, high, float(capex_usd["Oracle"]), float(prices["low_usd"]["H100"]))
    return Chips(buyers, ratios, clashes)


def server_prices(cny_per_usd: float) -> pd.DataFrame:
    """Lowest and highest printed price of a server, per GPU: H100 in 2024, H20 in China.

    Parameters
    ----------
    cny_per_usd : float
        Rate for the H20, which is quoted in yuan, and for 2026 only.

    Returns
    -------
    DataFrame
        Indexed by GPU: low_usd, high_usd.
    """
    facts = load("server_facts")
    servers = facts[facts["quantity"] == "server price"]
    h100 = servers[
        (servers["gpu"] == "H100")
        & (servers["unit"] == "USD per GPU")
        & (servers["fact_date"].dt.year == 2024)
    ]
    h20 = servers[(servers["gpu"] == "H20") & (servers["unit"] == "CNY")]
    per_gpu = 1.0 / (GPUS_PER_SERVER * cny_per_usd)
    rows = {
        "H100": (h100["value_low"].min(), h100["value_high"].max()),
        "H20": (h20["value_low"].min() * per_gpu, h20["value_high"].max() * per_gpu),
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["low_usd", "high_usd"])


def find_clashes(
    low: pd.Series, high: pd.Series, oracle_capex_usd: float, price_usd: float
) -> pd.DataFrame:
    """Set the article's counts against each other.

    Parameters
    ----------
    low, high : Series
        Figures by the names of ``CLAIMS``, at their lower and upper ends.
    oracle_capex_usd : float
        Oracle's capital expenditure of 2024.
    price_usd : float
        A low price of a GPU with its share of the server.

    Returns
    -------
    DataFrame
        Indexed by pair: left, right (the two sides, in the unit of the pair), verdict (holds,
        tight, cannot both hold), reason.
    """
    three = low[list(US_CLOUDS)].sum()
    rest = low["four_clouds_hopper"] - three
    whole_capex_price = oracle_capex_usd / rest
    chinese = low[list(CN_BUYERS)].sum()
    shipped_low = low["h20"] + low["domestic"]
    shipped_high = high["h20"] + high["domestic"]
    us_spent = low["four_clouds_hopper"] * price_usd
    growth = low["four_clouds_blackwell"] / low["four_clouds_hopper"]
    rows = {
        "three clouds by buyer; four clouds by Nvidia": (
            three,
            low["four_clouds_hopper"],
            "cannot both hold" if rest * price_usd > MOST_OF_CAPEX * oracle_capex_usd else "tight",
            (
                f"leaves {rest:,.0f} GPUs to Oracle, more than any buyer but Microsoft; at "
                f"{price_usd:,.0f} USD each, {rest * price_usd / oracle_capex_usd:.0%} of its "
                f"capital expenditure; all of it at {whole_capex_price:,.0f} USD"
            ),
        ),
        "two Chinese buyers; H20 shipped to China": (
            chinese,
            high["h20"],
            "holds" if chinese <= low["h20"] else "tight",
            f"the two took {chinese / high['h20']:.0%} to {chinese / low['h20']:.0%} of what came",
        ),
        "H20 and domestic chips; advanced chips in all": (
            (shipped_low + shipped_high) / 2.0,
            low["advanced_cn"],
            "holds" if shipped_low <= low["advanced_cn"] <= shipped_high else "cannot both hold",
            f"{shipped_low:,.0f} to {shipped_high:,.0f} against about {low['advanced_cn']:,.0f}",
        ),
        "H20 shipped; Nvidia's revenue in China": (
            low["nvidia_cn_usd"] / high["h20"],
            low["nvidia_cn_usd"] / low["h20"],
            "tight",
            "revenue per H20 in USD if nothing else was sold: an upper bound of its price",
        ),
        "Hopper of four clouds; Nvidia's revenue in the United States": (
            us_spent,
            low["nvidia_us_usd"],
            "holds" if us_spent <= low["nvidia_us_usd"] else "cannot both hold",
            (
                f"at {price_usd:,.0f} USD, the price with the server, "
                f"{us_spent / low['nvidia_us_usd']:.0%} of that revenue"
            ),
        ),
        "Blackwell of 2025; Hopper of 2024": (
            low["four_clouds_blackwell"],
            low["four_clouds_hopper"],
            "tight",
            (
                f"{growth:.1f} times as many, or {growth / 2:.1f} times if a package of two dies "
                "was counted as two"
            ),
        ),
    }
    columns = ["left", "right", "verdict", "reason"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("pair")
