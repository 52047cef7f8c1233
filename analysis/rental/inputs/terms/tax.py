"""Terms of tax: income tax with its losses, and value-added tax."""

from __future__ import annotations

from typing import Annotated

from analysis.rental.inputs.quantities import Number, Terms, WholeNumber, YesNo, quantity
from analysis.rental.inputs.variants import LOSS_TREATMENTS, VAT_CREDITS_AT_END, VAT_PRICE_BASES


class TaxTerms(Terms):
    """Income tax and value-added tax."""

    tax_rate: Number = quantity(
        0.15, "share", "corporate income tax", r"\tau", plausible=(0, 0.45), ge=0, lt=1
    )
    loss_treatment: Annotated[str, LOSS_TREATMENTS] = quantity(
        "refunded", "", "what a tax loss is worth: tax back at once, relief later, nothing"
    )
    loss_carry_forward_years: WholeNumber | None = quantity(
        None,
        "years",
        "years a loss may be carried forward; empty: without limit",
        plausible=(1, 20),
        ge=1,
        le=30,
    )
    vat_enabled: YesNo = quantity(False, "", "whether value-added tax is modeled")
    vat_price_basis: Annotated[str, VAT_PRICE_BASES] = quantity(
        "inclusive", "", "whether the quoted rent, price and costs include value-added tax"
    )
    vat_output_rate: Number = quantity(
        0.06,
        "share",
        "on rent: 6 % as a service, 13 % as a lease of equipment",
        "v_o",
        plausible=(0, 0.3),
        ge=0,
        lt=1,
    )
    vat_input_rate: Number = quantity(
        0.13,
        "share",
        "on the server when bought and when sold",
        "v_i",
        plausible=(0, 0.3),
        ge=0,
        lt=1,
    )
    vat_input_rate_operating: Number = quantity(
        0.06, "share", "average on operating cost", "v_c", plausible=(0, 0.3), ge=0, lt=1
    )
    vat_surcharge_share: Number = quantity(
        0.12,
        "share of VAT paid",
        "urban construction and education surcharges",
        r"\sigma",
        plausible=(0, 0.3),
        ge=0,
        le=1,
    )
    vat_credit_at_end: Annotated[str, VAT_CREDITS_AT_END] = quantity(
        "written_off", "", "what becomes of input tax that is never used: lost, or paid back"
    )
