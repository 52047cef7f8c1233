"""The Chinese market: quotes of whole servers beside the index abroad, and the printed decline."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.units import GPUS_PER_SERVER, HOURS_PER_MONTH


def chinese_quotes(quotes: pd.DataFrame, log_rents_cny: pd.Series, gpu: str) -> pd.DataFrame:
    """Set Chinese quotes of a GPU beside the index abroad in the same month.

    Parameters
    ----------
    quotes : DataFrame
        As `comparable_quotes` returns them.
    log_rents_cny : Series
        Log rents abroad in CNY per GPU-hour, by month.
    gpu : str
        Which GPU.

    Returns
    -------
    DataFrame
        By month: quoted and abroad in CNY per server-month of eight GPUs at full use, their ratio,
        contract, role, flag, source_id; assumptions of models are left out.
    """
    rows = quotes[(quotes["currency"] == "CNY") & (quotes["gpu"] == gpu)]
    rows = rows[rows["role"] != "not a rent"].sort_values("quote_date", kind="stable")
    month = rows["month"].dt.to_period("M")
    per_server_month = GPUS_PER_SERVER * HOURS_PER_MONTH
    abroad = np.exp(log_rents_cny.reindex(pd.PeriodIndex(month)).to_numpy(dtype=float))
    quoted = rows["rent_cny_per_gpu_hour"].to_numpy(dtype=float)
    table = rows[["contract", "role", "flag", "source_id"]].set_index(pd.PeriodIndex(month))
    table.insert(0, "quoted_cny_per_server_month", quoted * per_server_month)
    table.insert(1, "abroad_cny_per_server_month", abroad * per_server_month)
    table.insert(2, "ratio", quoted / abroad)
    return table.rename_axis("month")


def printed_decline(start: pd.Series, end: pd.Series) -> dict[str, float]:
    """Turn two printed rents, a range and a level, into a rate per month.

    Parameters
    ----------
    start, end : Series
        Rows of the raw table ``claims``.

    Returns
    -------
    dict
        least and most (decline as a decimal), least_per_month and most_per_month.
    """
    months = (pd.Period(end["period"], "M") - pd.Period(start["period"], "M")).n
    ratios = {
        "least": end["value_high"] / start["value_low"],
        "most": end["value_low"] / start["value_high"],
    }
    declines = {name: float(1.0 - ratio) for name, ratio in ratios.items()}
    monthly = {
        f"{name}_per_month": float(1.0 - ratio ** (1 / months)) for name, ratio in ratios.items()
    }
    return declines | monthly


def continued(end: pd.Series, decline_per_month: float, until: pd.Period) -> float:
    """Continue a printed rent at a constant decline per month."""
    months = (until - pd.Period(end["period"], "M")).n
    return float(end["value_low"] * (1.0 - decline_per_month) ** months)


def last_quotes(china: pd.DataFrame, months: int = 3) -> str:
    """Name the range of the quotes of the last months, in CNY per server-month."""
    used = china[china["role"].isin(["quote", "aggregate"]) & (china["contract"] != "on-demand")]
    recent = used[used.index > used.index[-1] - months]["quoted_cny_per_server_month"]
    return f"{recent.min():,.0f} to {recent.max():,.0f} CNY ({len(recent)} quotes by the month)"
