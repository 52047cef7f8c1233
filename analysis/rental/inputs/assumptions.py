"""What is assumed about one GPU server: every input of the rental model, validated and documented.

The object is flat so that a notebook parameter, a YAML key, a command-line override and a column of
scenarios all carry the same name. Units stand in the names; shares and rates are decimals.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from analysis.errors import AssumptionError, Fault
from analysis.near_names import did_you_mean
from analysis.rental.inputs.billing import RENT_FIELD, BillingMode, Precision
from analysis.rental.inputs.limits import cross_faults

DepreciationMethod = Literal[
    "straight_line", "declining_balance", "sum_of_years_digits", "macrs_5", "given"
]
DebtForm = Literal["equal_principal", "annuity", "bullet", "sculpted", "finance_lease"]


def _refuse_bool(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("a number, not yes or no")
    return value


Number = Annotated[float, BeforeValidator(_refuse_bool)]
WholeNumber = Annotated[int, BeforeValidator(_refuse_bool)]


def _quantity(default: Any, unit: str, meaning: str, symbol: str = "", **limits: Any) -> Any:
    return Field(
        default, description=meaning, json_schema_extra={"unit": unit, "symbol": symbol}, **limits
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
    server_price_cny: Number = _quantity(
        2_000_000.0, "CNY", "price paid for the server, as quoted", "P", gt=0
    )
    n_gpus: WholeNumber = _quantity(8, "GPUs", "GPUs in the server", "n_g", ge=1, le=100_000)
    pflops_per_gpu: Number = _quantity(
        0.9895,
        "PFLOPS",
        "dense FP16 peak of one GPU; used by the P-year billing mode",
        gt=0,
    )
    p_precision: Precision = _quantity(
        "fp16_dense", "", "operations that a quoted P counts; sparse counts twice the dense"
    )
    useful_life_years: Number = _quantity(
        5.0, "years", "how long the server is rented out before it is sold", "N", gt=0, le=30
    )
    periods_per_year: Annotated[Literal[1, 12], BeforeValidator(_refuse_bool)] = _quantity(
        1, "periods per year", "1 for yearly, 12 for monthly end-of-period flows", "m"
    )

    # Revenue
    billing_mode: BillingMode = _quantity(
        "server_month", "", "what the rent is quoted for: a server-month, a P-year or a GPU-hour"
    )
    rent_cny_per_server_month: Number | None = _quantity(
        70_000.0, "CNY per server-month", "first rent, when billed per server-month", "R_0", gt=0
    )
    rent_cny_per_p_year: Number | None = _quantity(
        None, "CNY per PFLOPS-year", "first rent, when billed per P (PFLOPS) per year", gt=0
    )
    rent_cny_per_gpu_hour: Number | None = _quantity(
        None, "CNY per GPU-hour", "first rent, when billed per GPU-hour", gt=0
    )
    utilization: Number = _quantity(1.0, "share", "billed hours over clock hours", "u", ge=0, le=1)
    rent_path: Literal["constant_decline", "contract_then_spot", "series"] = _quantity(
        "constant_decline",
        "",
        "how rent moves: a constant yearly decline (zero is flat), a "
        "contract rent followed by the spot rent, or a given series",
    )
    rent_decline_per_year: Number = _quantity(
        0.0, "share per year", "yearly decline of the rent, or of the spot rent", "d", lt=1, gt=-1
    )
    rent_step: Literal["year", "period"] = _quantity(
        "year", "", "whether the decline comes once a year or a little every period"
    )
    contract_years: Number | None = _quantity(
        None, "years", "length of the first contract (contract_then_spot)", "N_c", ge=0
    )
    spot_rent_ratio: Number = _quantity(
        1.0, "ratio", "spot rent over contract rent on the day of signing", "s", ge=0
    )
    rent_index_by_period: tuple[Number, ...] | None = _quantity(
        None, "ratio", "rent of every period over the first rent (series)"
    )

    # Operating cost
    operating_cost_basis: Literal["share_of_revenue", "parts"] = _quantity(
        "share_of_revenue", "", "a share of revenue, or the sum of its parts"
    )
    operating_cost_share_of_revenue: Number = _quantity(
        0.10, "share of revenue", "operating cost over revenue", "c", ge=0, le=1
    )
    power_kw_per_server: Number = _quantity(
        10.2, "kW", "power of the server at full load", r"\kappa", ge=0
    )
    pue: Number = _quantity(
        1.3, "ratio", "power usage effectiveness, site over IT power", r"\mathrm{PUE}", ge=1
    )
    load_factor: Number = _quantity(
        0.8, "share", "mean over full-load power", r"\lambda", ge=0, le=1
    )
    electricity_cny_per_kwh: Number = _quantity(
        0.6, "CNY per kWh", "electricity tariff", r"\epsilon", ge=0
    )
    colocation_cny_per_kw_month: Number = _quantity(
        0.0, "CNY per kW-month", "rack rent per kW of server power", r"\rho", ge=0
    )
    staff_cny_per_server_month: Number = _quantity(0.0, "CNY per server-month", "staff", r"w", ge=0)
    insurance_share_of_price_per_year: Number = _quantity(
        0.0, "share of price per year", "insurance", r"\iota", ge=0
    )
    repair_share_of_price_per_year: Number = _quantity(
        0.0, "share of price per year", "repair and spare parts", r"\varrho", ge=0
    )
    cost_inflation_per_year: Number = _quantity(
        0.0, "share per year", "yearly rise of all cost parts", r"\pi", gt=-1
    )

    # Depreciation and the end of life
    depreciation_method: DepreciationMethod = _quantity(
        "straight_line", "", "schedule of the books"
    )
    depreciation_life_years: Number | None = _quantity(
        None, "years", "accounting life; empty: the useful life", "N_a", gt=0, le=30
    )
    declining_balance_factor: Number = _quantity(
        2.0, "ratio", "declining balance: multiple of the straight-line rate", "f", gt=0
    )
    declining_balance_ending: Literal["switch_to_straight_line", "last_two_years", "none"] = (
        _quantity(
            "switch_to_straight_line",
            "",
            "declining balance: switch when straight-line is more, straight-line over the last "
            "two years (Chinese rule), or no switch",
        )
    )
    depreciation_shares_by_year: tuple[Number, ...] | None = _quantity(
        None, "share", "given schedule: shares of the depreciable amount by year"
    )
    residual_value_share: Number = _quantity(
        0.05, "share of price", "residual value of the books", "v", ge=0, le=1
    )
    resale_value_share: Number | None = _quantity(
        None, "share of price", "cash from resale at the end; empty: the residual value", "z", ge=0
    )
    tax_depreciation_method: DepreciationMethod | None = _quantity(
        None, "", "schedule of the tax return; empty: as the books"
    )
    tax_depreciation_life_years: Number | None = _quantity(
        None, "years", "life of the tax return; empty: as the books", "N_x", gt=0, le=30
    )
    tax_residual_value_share: Number | None = _quantity(
        None, "share of price", "residual of the tax return; empty: as the books", "v_x", ge=0, le=1
    )
    tax_depreciation_shares_by_year: tuple[Number, ...] | None = _quantity(
        None, "share", "given schedule of the tax return; empty: as the books"
    )

    # Debt
    debt_share: Number | None = _quantity(
        0.70,
        "share of price",
        "debt over price paid; for sculpted debt the cap, or empty: sized by the DSCR alone",
        "g",
        ge=0,
        le=1,
    )
    debt_form: DebtForm = _quantity("equal_principal", "", "form of repayment")
    debt_rate_per_year: Number = _quantity(
        0.04, "share per year", "interest rate", "i", ge=0, lt=10
    )
    debt_rate_convention: Literal["nominal", "effective"] = _quantity(
        "nominal", "", "monthly rate: a twelfth of the rate (nominal) or its twelfth root"
    )
    debt_tenor_years: Number | None = _quantity(
        None, "years", "repayment period; empty: the useful life", "N_d", gt=0
    )
    interest_base: Literal["opening", "average", "closing", "original"] = _quantity(
        "opening", "", "balance on which interest is charged"
    )
    sculpted_dscr: Number = _quantity(
        1.30, "ratio", "debt service cover that sculpted debt is shaped to", r"\delta", gt=0
    )
    lease_payment_timing: Literal["arrears", "advance"] = _quantity(
        "arrears", "", "finance lease: payment at the end or at the start of each period"
    )
    lease_purchase_option_share: Number = _quantity(
        0.0, "share of price", "finance lease: paid at the end to own the server", "o", ge=0, le=1
    )

    # Tax
    tax_rate: Number = _quantity(0.15, "share", "corporate income tax", r"\tau", ge=0, lt=1)
    loss_treatment: Literal["refunded", "carried_forward", "lost"] = _quantity(
        "refunded", "", "what a tax loss is worth: tax back at once, relief later, nothing"
    )
    loss_carry_forward_years: WholeNumber | None = _quantity(
        None, "years", "years a loss may be carried forward; empty: without limit", ge=1, le=30
    )
    vat_enabled: bool = _quantity(False, "", "whether value-added tax is modeled")
    vat_price_basis: Literal["inclusive", "exclusive"] = _quantity(
        "inclusive", "", "whether the quoted rent, price and costs include value-added tax"
    )
    vat_output_rate: Number = _quantity(
        0.06, "share", "on rent: 6 % as a service, 13 % as a lease of equipment", "v_o", ge=0, lt=1
    )
    vat_input_rate: Number = _quantity(
        0.13, "share", "on the server when bought and when sold", "v_i", ge=0, lt=1
    )
    vat_input_rate_operating: Number = _quantity(
        0.06, "share", "average on operating cost", "v_c", ge=0, lt=1
    )
    vat_surcharge_share: Number = _quantity(
        0.12, "share of VAT paid", "urban construction and education surcharges", r"\sigma", ge=0
    )

    # What money costs
    equity_discount_rate: Number = _quantity(
        0.10, "share per year", "discount rate of equity cash flow", "k_e", gt=-1
    )
    project_discount_rate: Number = _quantity(
        0.10, "share per year", "discount rate of project cash flow", "k_p", gt=-1
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
            expected = message[0].lower() + message[1:]
            faults.append(Fault("assumptions", None, name, str(item["input"]), expected))
    return faults
