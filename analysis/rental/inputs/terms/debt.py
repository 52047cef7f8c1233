"""Terms of debt: how much, in which form, at what rate, under what covenants."""

from __future__ import annotations

from typing import Annotated

from analysis.rental.inputs.quantities import Number, Terms, quantity
from analysis.rental.inputs.variants import (
    COVER_CASH_FLOWS,
    DEBT_FORMS,
    DEBT_RATE_CONVENTIONS,
    GRACE_INTERESTS,
    INTEREST_BASES,
    LEASE_PAYMENT_TIMINGS,
)


class DebtTerms(Terms):
    """Debt."""

    debt_share: Number | None = quantity(
        0.70,
        "share of price",
        "debt over price paid; for sculpted debt the cap, or empty: sized by the DSCR alone",
        "g",
        plausible=(0, 1),
        ge=0,
        le=1,
    )
    debt_form: Annotated[str, DEBT_FORMS] = quantity("equal_principal", "", "form of repayment")
    repayment_shares_by_period: tuple[Number, ...] | None = quantity(
        None, "share", "given repayment: shares of the principal by period of the tenor"
    )
    principal_grace_months: Number = quantity(
        0.0,
        "months",
        "from purchase until principal falls due",
        "M_g",
        plausible=(0, 36),
        ge=0,
        le=360,
    )
    grace_interest: Annotated[str, GRACE_INTERESTS] = quantity(
        "paid", "", "months of grace: whether interest is paid or added to the debt"
    )
    arrangement_fee_share: Number = quantity(
        0.0,
        "share of debt",
        "paid to the lender on the first day, an expense over the tenor",
        r"\eta",
        plausible=(0, 0.05),
        ge=0,
        le=1,
    )
    debt_service_reserve_months: Number = quantity(
        0.0,
        "months",
        "interest and scheduled principal of the next months held in reserve; what is left for the "
        "last day of the tenor, a bullet or a purchase option, is not",
        "M_s",
        plausible=(0, 12),
        ge=0,
        le=60,
    )
    cover_cash_flow: Annotated[str, COVER_CASH_FLOWS] = quantity(
        "after_tax", "", "cash flow that debt service is measured and sculpted by"
    )
    debt_rate_per_year: Number = quantity(
        0.04, "share per year", "interest rate", "i", plausible=(0, 0.3), ge=0, lt=10
    )
    debt_rate_convention: Annotated[str, DEBT_RATE_CONVENTIONS] = quantity(
        "nominal", "", "monthly rate: a twelfth of the rate (nominal) or its twelfth root"
    )
    debt_tenor_years: Number | None = quantity(
        None,
        "years",
        "repayment period; empty: the useful life",
        "N_d",
        plausible=(0.5, 15),
        gt=0,
        le=30,
    )
    interest_base: Annotated[str, INTEREST_BASES] = quantity(
        "opening", "", "balance on which interest is charged"
    )
    sculpted_dscr: Number = quantity(
        1.30,
        "ratio",
        "debt service cover that sculpted debt is shaped to",
        r"\delta",
        plausible=(1, 5),
        gt=0,
        le=100,
    )
    lease_payment_timing: Annotated[str, LEASE_PAYMENT_TIMINGS] = quantity(
        "arrears", "", "finance lease: payment at the end or at the start of each period"
    )
    lease_purchase_option_share: Number = quantity(
        0.0,
        "share of price",
        "finance lease: paid at the end to own the server",
        "o",
        plausible=(0, 0.5),
        ge=0,
        le=1,
    )
