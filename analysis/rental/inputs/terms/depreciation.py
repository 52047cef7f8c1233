"""Terms of depreciation, in the books and in the tax return, and of resale."""

from __future__ import annotations

from typing import Annotated

from analysis.rental.inputs.quantities import Number, Terms, quantity
from analysis.rental.inputs.variants import DECLINING_BALANCE_ENDINGS, DEPRECIATION_SCHEDULES


class DepreciationTerms(Terms):
    """Depreciation and the end of life."""

    depreciation_method: Annotated[str, DEPRECIATION_SCHEDULES] = quantity(
        "straight_line", "", "schedule of the books"
    )
    depreciation_life_years: Number | None = quantity(
        None,
        "years",
        "accounting life; empty: the useful life",
        "N_a",
        plausible=(1, 15),
        gt=0,
        le=30,
    )
    declining_balance_factor: Number = quantity(
        2.0,
        "ratio",
        "declining balance: multiple of the straight-line rate",
        "f",
        plausible=(1, 3),
        gt=0,
        le=30,
    )
    declining_balance_ending: Annotated[str, DECLINING_BALANCE_ENDINGS] = quantity(
        "switch_to_straight_line",
        "",
        "declining balance: switch when straight-line is more, straight-line over the last "
        "two years (Chinese rule), or no switch",
    )
    depreciation_shares_by_year: tuple[Number, ...] | None = quantity(
        None, "share", "given schedule: shares of the depreciable amount by year"
    )
    residual_value_share: Number = quantity(
        0.05, "share of price", "residual value of the books", "v", plausible=(0, 0.5), ge=0, le=1
    )
    resale_value_share: Number | None = quantity(
        None,
        "share of price",
        "cash from resale at the end; empty: the residual value",
        "z",
        plausible=(0, 1),
        ge=0,
        le=10,
    )
    tax_depreciation_method: Annotated[str, DEPRECIATION_SCHEDULES] | None = quantity(
        None, "", "schedule of the tax return; empty: as the books"
    )
    tax_depreciation_life_years: Number | None = quantity(
        None,
        "years",
        "life of the tax return; empty: as the books",
        "N_x",
        plausible=(1, 15),
        gt=0,
        le=30,
    )
    tax_residual_value_share: Number | None = quantity(
        None,
        "share of price",
        "residual of the tax return; empty: as the books",
        "v_x",
        plausible=(0, 0.5),
        ge=0,
        le=1,
    )
    tax_depreciation_shares_by_year: tuple[Number, ...] | None = quantity(
        None, "share", "given schedule of the tax return; empty: as the books"
    )
