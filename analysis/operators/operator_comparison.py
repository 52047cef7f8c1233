"""Tables of the operators' report, and the operators beside the return table of one server."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.operators import kingsoft, parallel
from analysis.operators.kingsoft import Quarters
from analysis.operators.parallel import Measure
from analysis.printed.book import Book
from analysis.printed.interval import Interval
from analysis.printed.wording import amount, span
from analysis.rental import RentalResult
from analysis.rental.inputs.billing import convert_rent
from analysis.units import MONTHS_PER_YEAR

_LABELS = {
    "revenue": "Revenue",
    "public_cloud": "Public cloud",
    "industry_cloud": "Industry cloud",
    "ai_billings": "AI billings",
    "ecosystem": "From the ecosystem",
    "adjusted_gross_profit": "Adjusted gross profit",
    "adjusted_ebitda": "Adjusted EBITDA",
    "adjusted_operating_profit": "Adjusted operating profit",
    "adjusted_net_profit": "Adjusted net profit",
    "da_in_cost": "D&A in cost of revenue",
}


def measures_table(measures: Mapping[str, Measure]) -> pd.DataFrame:
    """Put measures into words: columns ``value`` and ``basis``, indexed by measure."""
    table = {
        name: {
            "value": span(measure.value.low, measure.value.high, measure.unit),
            "basis": measure.basis,
        }
        for name, measure in measures.items()
    }
    return pd.DataFrame.from_dict(table, orient="index").rename_axis("measure")


def capital_table(capital: Mapping[str, tuple[Interval, str]]) -> pd.DataFrame:
    """Put ratios into words: column ``value``, indexed by measure."""
    table = {name: span(value.low, value.high, unit) for name, (value, unit) in capital.items()}
    return pd.DataFrame({"value": table}).rename_axis("measure")


def quarters_table(quarters: Quarters) -> pd.DataFrame:
    """Put quarters into words, million CNY, figures worked out marked with an asterisk."""
    frame, derived = quarters.frame / 1e6, quarters.derived
    table = {
        quarter: [
            None if pd.isna(value) else f"{value:,.0f}{'*' if is_derived else ''}"
            for value, is_derived in zip(frame.loc[quarter], derived.loc[quarter], strict=True)
        ]
        for quarter in frame.index
    }
    return pd.DataFrame(table, index=[_LABELS[name] for name in frame.columns]).rename_axis(
        "measure"
    )


def what_is_left(book: Book, quarters: Quarters) -> pd.DataFrame:
    """Tabulate what operators keep of their revenue, each in the newest period it prints.

    Parameters
    ----------
    book : Book
        Claims and outcomes.
    quarters : Quarters
        Of Kingsoft Cloud.

    Returns
    -------
    DataFrame
        Index ``operator``; columns ``period``, ``after_depreciation`` (before interest and tax) and
        ``after_all`` (net), shares of revenue, NaN where not printed.
    """
    margins = parallel.margins(book)["net_margin"].dropna()
    frame = quarters.frame
    quarter = frame["da_in_cost"].last_valid_index()
    now = frame.loc[quarter]
    litong = (
        book.named("litong-2025h1-computing-net-profit").value
        / book.named("litong-2025h1-computing").value
    )
    rows = {
        "Litong (利通电子), computing": ("2025H1", float("nan"), litong),
        "Kingsoft Cloud (金山云), adjusted": (
            str(quarter),
            (now["adjusted_ebitda"] - now["da_in_cost"]) / now["revenue"],
            now["adjusted_net_profit"] / now["revenue"],
        ),
        "Parallel Technology (并行科技)": (
            str(margins.index[-1]),
            float("nan"),
            float(margins.iloc[-1]),
        ),
    }
    columns = ["period", "after_depreciation", "after_all"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("operator")


def beside(left: pd.DataFrame, of_own: pd.DataFrame) -> pd.DataFrame:
    """Set what own operators keep below what the public ones do."""
    return pd.concat([left, of_own]) if len(of_own) else left


def against_the_table(case: RentalResult, book: Book, quarters: Quarters) -> pd.DataFrame:
    """Set the operators beside the first year of a server's return table.

    Parameters
    ----------
    case : RentalResult
        One scenario of the rental model.
    book : Book
        Claims and outcomes.
    quarters : Quarters
        Of Kingsoft Cloud; the third of 2025 is used.

    Returns
    -------
    DataFrame
        Measures as rows; columns ``return table``, ``Kingsoft Cloud``, ``Parallel Technology``, in
        words; None where not printed.
    """
    revenue, ebitda = (case.line(name)[0, 0] for name in ("revenue_cny", "ebitda_cny"))
    depreciation, interest, profit = (
        case.line(name)[0, 0] for name in ("depreciation_cny", "interest_cny", "net_profit_cny")
    )
    price = case.assumptions.server_price_cny
    rent = convert_rent(
        revenue / MONTHS_PER_YEAR, "server_month", "gpu_hour", n_gpus=case.assumptions.n_gpus
    )
    cloud = {name: float(quarters.frame[name]["2025Q3"]) for name in quarters.frame.columns}
    capital = kingsoft.capital(book)
    interest_of_cloud = capital["interest and tax in the quarter"][0].middle / cloud["revenue"]
    margins = parallel.margins(book)
    hours = parallel.unit_economics(book)["revenue per GPU-hour"]
    turnover = parallel.turnover(book)

    def percent(value: float) -> str:
        return amount(value, "share")

    rows: dict[str, tuple[str | None, str | None, str | None]] = {
        "revenue per GPU-hour": (
            f"{rent:.2f} CNY, H100",
            None,
            f"{hours.value.middle:.2f} CNY, of 2022",
        ),
        "EBITDA to revenue": (
            percent(ebitda / revenue),
            f"{percent(cloud['adjusted_ebitda'] / cloud['revenue'])}, adjusted",
            None,
        ),
        "D&A to revenue": (
            percent(depreciation / revenue),
            percent(capital["D&A to revenue"][0].middle),
            None,
        ),
        "interest to revenue": (
            percent(interest / revenue),
            f"{percent(interest_of_cloud)}, with tax",
            None,
        ),
        "net margin": (
            percent(profit / revenue),
            f"{percent(cloud['adjusted_net_profit'] / cloud['revenue'])}, adjusted",
            f"{percent(float(margins['net_margin']['2025H1']))}, first half of 2025",
        ),
        "yearly revenue to assets": (
            f"{revenue / price:.2f}, to the price",
            f"{capital['yearly revenue to property and equipment'][0].middle:.2f}, to property",
            f"{turnover.value.middle:.2f}, to all assets",
        ),
    }
    columns = ["return table", "Kingsoft Cloud", "Parallel Technology"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("measure")
