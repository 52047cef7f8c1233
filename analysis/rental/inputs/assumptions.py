"""What is assumed about one GPU server: every input of the rental model, validated and documented.

The object is flat so that a notebook parameter, a YAML key, a command-line override and a column of
scenarios all carry the same name. Units stand in the names; shares and rates are decimals.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    create_model,
)

from analysis.errors import AssumptionError, Fault
from analysis.near_names import did_you_mean
from analysis.rental.inputs.billing import RENT_FIELD, BillingMode, Precision
from analysis.rental.inputs.limits import cross_faults
from analysis.rental.inputs.quantities import choices_of, meant_instead, quantity, unit_of
from analysis.rental.inputs.variants import (
    COVER_CASH_FLOWS,
    DEBT_FORMS,
    DEBT_RATE_CONVENTIONS,
    DECLINING_BALANCE_ENDINGS,
    DEPRECIATION_SCHEDULES,
    GRACE_INTERESTS,
    INTEREST_BASES,
    LEASE_PAYMENT_TIMINGS,
    LOSS_TREATMENTS,
    OPERATING_COST_BASES,
    RENT_PATHS,
    RENT_PAYMENT_TIMINGS,
    RENT_STEPS,
    VAT_CREDITS_AT_END,
    VAT_PRICE_BASES,
)
from analysis.written_values import read_number, read_whole, read_yes_no


def _read_number(value: Any, info: ValidationInfo) -> Any:
    return read_number(value, unit_of(Assumptions.model_fields[str(info.field_name)]))


def _read_whole(value: Any, info: ValidationInfo) -> Any:
    return read_whole(value, unit_of(Assumptions.model_fields[str(info.field_name)]))


Number = Annotated[float, BeforeValidator(_read_number)]
WholeNumber = Annotated[int, BeforeValidator(_read_whole)]
YesNo = Annotated[bool, BeforeValidator(read_yes_no)]


def _own_inflation(part: str, mark: str) -> Any:
    meaning = f"yearly rise of {part}; empty: as all cost parts"
    return quantity(
        None, "share per year", meaning, rf"\pi_{{{mark}}}", plausible=(-0.2, 0.3), gt=-1, le=10
    )


class Assumptions(BaseModel):
    """Assumptions about one GPU server bought, rented out and sold.

    Rates are decimals per year, shares are decimals, money is in CNY. The defaults are the inputs
    and conventions behind the straight-line column of the table in ``sihan-2025``.

    Raises
    ------
    AssumptionError
        Naming every field that is unknown, ill-typed or impossible, all at once.

    Examples
    --------
    >>> Assumptions(debt_share=1.2)
    Traceback (most recent call last):
    ...
    analysis.errors.AssumptionError: 1 fault, nothing was evaluated:
    assumptions, column debt_share: found '1.2', expected less than or equal to 1
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=False
    )

    # The server and its time
    server_price_cny: Number = quantity(
        2_000_000.0,
        "CNY",
        "price paid for the server, as quoted",
        "P",
        plausible=(100_000, 1e8),
        gt=0,
        le=1e11,
    )
    n_gpus: WholeNumber = quantity(
        8, "GPUs", "GPUs in the server", "n_g", plausible=(1, 1024), ge=1, le=100_000
    )
    pflops_per_gpu: Number = quantity(
        0.9895,
        "PFLOPS",
        "dense FP16 peak of one GPU; used by the P-year billing mode",
        plausible=(0.05, 20),
        gt=0,
        le=1000,
    )
    p_precision: Precision = quantity(
        "fp16_dense", "", "operations that a quoted P counts; sparse counts twice the dense"
    )
    useful_life_years: Number = quantity(
        5.0,
        "years",
        "how long the server is rented out before it is sold",
        "N",
        plausible=(1, 10),
        gt=0,
        le=30,
    )
    periods_per_year: Annotated[Literal[1, 12], BeforeValidator(_read_whole)] = quantity(
        1, "periods per year", "1 for yearly, 12 for monthly end-of-period flows", "m"
    )

    # Revenue
    billing_mode: BillingMode = quantity(
        "server_month", "", "what the rent is quoted for: a server-month, a P-year or a GPU-hour"
    )
    rent_cny_per_server_month: Number | None = quantity(
        70_000.0,
        "CNY per server-month",
        "first rent, when billed per server-month",
        "R_0",
        plausible=(1000, 1e7),
        gt=0,
        le=1e10,
    )
    rent_cny_per_p_year: Number | None = quantity(
        None,
        "CNY per PFLOPS-year",
        "first rent, when billed per P (PFLOPS) per year",
        plausible=(3000, 2e6),
        gt=0,
        le=1e10,
    )
    rent_cny_per_gpu_hour: Number | None = quantity(
        None,
        "CNY per GPU-hour",
        "first rent, when billed per GPU-hour",
        plausible=(0.1, 200),
        gt=0,
        le=1e7,
    )
    utilization: Number = quantity(
        1.0, "share", "billed hours over clock hours", "u", plausible=(0.1, 1), ge=0, le=1
    )
    rent_path: Annotated[str, RENT_PATHS] = quantity(
        "constant_decline",
        "",
        "how rent moves: a constant yearly decline (zero is flat), a "
        "contract rent followed by the spot rent, or a given series",
    )
    rent_decline_per_year: Number = quantity(
        0.0,
        "share per year",
        "yearly decline of the rent, or of the spot rent",
        "d",
        plausible=(-0.5, 0.75),
        lt=1,
        gt=-1,
    )
    rent_step: Annotated[str, RENT_STEPS] = quantity(
        "year", "", "whether the decline comes once a year or a little every period"
    )
    contract_years: Number | None = quantity(
        None,
        "years",
        "length of the first contract (contract_then_spot)",
        "N_c",
        plausible=(0, 10),
        ge=0,
        le=30,
    )
    spot_rent_ratio: Number = quantity(
        1.0,
        "ratio",
        "spot rent over contract rent on the day of signing",
        "s",
        plausible=(0.1, 3),
        ge=0,
        le=100,
    )
    rent_index_by_period: tuple[Number, ...] | None = quantity(
        None, "ratio", "rent of every period over the first rent (series)", plausible=(0, 10)
    )
    months_to_first_rent: Number = quantity(
        0.0,
        "months",
        "from purchase to first rent; operating cost waits too",
        "M_0",
        plausible=(0, 12),
        ge=0,
        le=60,
    )
    rent_payment_timing: Annotated[str, RENT_PAYMENT_TIMINGS] = quantity(
        "arrears", "", "when rent is received: at the end or at the start of each period"
    )
    customer_prepayment_cny: Number = quantity(
        0.0,
        "CNY",
        "received on the day of purchase, credited against later rent",
        r"\Lambda",
        plausible=(0, 1e8),
        ge=0,
        le=1e11,
    )
    prepayment_credit_share: Number = quantity(
        1.0,
        "share of rent",
        "part of each rent that the prepayment settles until it is used up",
        r"\ell",
        plausible=(0, 1),
        gt=0,
        le=1,
    )

    # Operating cost
    operating_cost_basis: Annotated[str, OPERATING_COST_BASES] = quantity(
        "share_of_revenue", "", "a share of revenue, the sum of its parts, or both at once"
    )
    operating_cost_share_of_revenue: Number = quantity(
        0.10, "share of revenue", "operating cost over revenue", "c", plausible=(0, 0.9), ge=0, le=1
    )
    power_kw_per_server: Number = quantity(
        10.2,
        "kW",
        "power of the server at full load",
        r"\kappa",
        plausible=(0.3, 300),
        ge=0,
        le=1e6,
    )
    pue: Number = quantity(
        1.3,
        "ratio",
        "power usage effectiveness, site over IT power",
        r"\mathrm{PUE}",
        plausible=(1, 2.5),
        ge=1,
        le=10,
    )
    load_factor: Number = quantity(
        0.8, "share", "mean over full-load power", r"\lambda", plausible=(0.1, 1), ge=0, le=1
    )
    idle_power_share: Number | None = quantity(
        None,
        "share",
        "power of an idle server over full load; empty: power does not follow utilization",
        r"\lambda_0",
        plausible=(0, 1),
        ge=0,
        le=1,
    )
    electricity_cny_per_kwh: Number = quantity(
        0.6, "CNY per kWh", "electricity tariff", r"\epsilon", plausible=(0, 3), ge=0, le=100
    )
    colocation_cny_per_kw_month: Number = quantity(
        0.0,
        "CNY per kW-month",
        "rack rent per kW of server power",
        r"\rho",
        plausible=(0, 5000),
        ge=0,
        le=1e6,
    )
    staff_cny_per_server_month: Number = quantity(
        0.0, "CNY per server-month", "staff", r"w", plausible=(0, 200_000), ge=0, le=1e9
    )
    insurance_share_of_price_per_year: Number = quantity(
        0.0, "share of price per year", "insurance", r"\iota", plausible=(0, 0.1), ge=0, le=1
    )
    repair_share_of_price_per_year: Number = quantity(
        0.0,
        "share of price per year",
        "repair and spare parts",
        r"\varrho",
        plausible=(0, 0.3),
        ge=0,
        le=1,
    )
    fixed_cost_cny_per_server_month: Number = quantity(
        0.0,
        "CNY per server-month",
        "fixed amount, whatever the basis of operating cost",
        r"\phi",
        plausible=(0, 200_000),
        ge=0,
        le=1e9,
    )
    cost_inflation_per_year: Number = quantity(
        0.0,
        "share per year",
        "yearly rise of all cost parts",
        r"\pi",
        plausible=(-0.2, 0.3),
        gt=-1,
        le=10,
    )
    electricity_inflation_per_year: Number | None = _own_inflation("electricity", r"\epsilon")
    colocation_inflation_per_year: Number | None = _own_inflation("colocation", r"\rho")
    staff_inflation_per_year: Number | None = _own_inflation("staff", "w")
    insurance_inflation_per_year: Number | None = _own_inflation("insurance", r"\iota")
    repair_inflation_per_year: Number | None = _own_inflation("repair", r"\varrho")
    fixed_cost_inflation_per_year: Number | None = _own_inflation("fixed cost", r"\phi")

    # Depreciation and the end of life
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

    # Debt
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
        "debt service held in reserve, at the pace of the next period",
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

    # Tax
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

    # What money costs
    equity_discount_rate: Number = quantity(
        0.10,
        "share per year",
        "discount rate of equity cash flow",
        "k_e",
        plausible=(0, 0.5),
        gt=-1,
        lt=10,
    )
    project_discount_rate: Number = quantity(
        0.10,
        "share per year",
        "discount rate of project cash flow",
        "k_p",
        plausible=(0, 0.5),
        gt=-1,
        lt=10,
    )

    def __init__(self, **values: Any) -> None:
        if values.get("billing_mode", "server_month") != "server_month":
            values.setdefault("rent_cny_per_server_month", None)
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise AssumptionError(_faults_of(error, type(self), values)) from None
        faults = cross_faults(self.model_dump())
        if faults:
            raise AssumptionError(faults)

    def replace(self, **changes: Any) -> Assumptions:
        """Return a copy with some assumptions changed, validated anew.

        A change of billing mode drops the rent of the mode before.
        """
        kept = self.model_dump()
        if changes.get("billing_mode", self.billing_mode) != self.billing_mode:
            kept[RENT_FIELD[self.billing_mode]] = None
        return type(self)(**{**kept, **changes})


def possible_faults(values: Mapping[str, Any]) -> list[Fault]:
    """List which values are impossible of themselves, whatever the other assumptions are.

    Parameters
    ----------
    values : mapping of str to object
        By name; names that are no assumptions are passed over.
    """
    known = {name: value for name, value in values.items() if name in Assumptions.model_fields}
    try:
        _alone().model_validate(known)
    except ValidationError as error:
        return _faults_of(error, Assumptions, known)
    return []


def read_assumption(name: str, value: Any) -> Any:
    """Return the value of one assumption of its type, read as a case would read it.

    Raises
    ------
    AssumptionError
        If it is impossible of itself.

    Examples
    --------
    >>> read_assumption("utilization", "70%"), read_assumption("n_gpus", 1e3)
    (0.7, 1000)
    """
    faults = possible_faults({name: value})
    if faults:
        raise AssumptionError(faults)
    return getattr(_alone().model_validate({name: value}), name)


@lru_cache(maxsize=1)
def _alone() -> type[BaseModel]:
    """Return a record of the same fields, without what must hold between them."""
    fields: dict[str, Any] = {
        name: (field.annotation, field) for name, field in Assumptions.model_fields.items()
    }
    return create_model("Alone", __config__=Assumptions.model_config, **fields)


def _faults_of(
    error: ValidationError, model: type[BaseModel], values: dict[str, Any]
) -> list[Fault]:
    faults = []
    for item in error.errors():
        name = str(item["loc"][0]) if item["loc"] else ""
        if item["type"] == "extra_forbidden":
            listed = "; `python -m analysis evaluate --schema` lists them"
            expected = f"a known assumption{did_you_mean(name, model.model_fields) or listed}"
            faults.append(Fault("assumptions", None, name, str(values[name]), expected))
        else:
            message = item["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
            instead = meant_instead(model.model_fields[name], item["input"])
            if item["type"] == "literal_error":
                instead = did_you_mean(item["input"], choices_of(model.model_fields[name]))
            expected = f"{message[0].lower()}{message[1:]}{instead}"
            faults.append(Fault("assumptions", None, name, str(item["input"]), expected))
    return faults
