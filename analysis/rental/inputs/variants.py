"""Variants of the model by name: depreciation schedules, debt forms, loss treatments, rent paths.

Each choice is one table, and everybody who needs its names reads this one: the validator, the JSON
Schema, the search for conventions, the help, the documentation. What a variant declares is the
function of its name in the block of the model that the choice belongs to, marked with `declares`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple, TypeVar

from pydantic_core import core_schema

Function = TypeVar("Function", bound=Callable[..., Any])


class Variant(NamedTuple):
    """One variant of a choice.

    Parameters
    ----------
    label : str
        What a reader sees.
    source : str
        Where the rule stands, if anybody has written it down.
    needs : dict of str to str
        Assumptions without a value by default that this variant needs, and what each should be.
    only_with : dict of str to str
        Other choices that this variant fixes, and how.
    life : {"any", "periods", "years"}
        What an accounting life must be a whole number of (depreciation schedules).
    is_searched : bool
        Whether the search for conventions that a table does not print tries it.
    takes_grace : bool
        Whether months of grace may put off its principal (debt forms).
    """

    label: str
    source: str = ""
    needs: Mapping[str, str] = {}
    only_with: Mapping[str, str] = {}
    life: Literal["any", "periods", "years"] = "any"
    is_searched: bool = False
    takes_grace: bool = True


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Choice(Mapping[str, Variant]):
    """A table of variants; also the type of the assumption that chooses one of them.

    Parameters
    ----------
    field : str
        The assumption.
    variants : dict of str to Variant
        By name, the usual one first.
    functions : dict of str to callable
        What each declares, filled in by `declares`.
    """

    field: str
    variants: Mapping[str, Variant]
    functions: dict[str, Callable[..., Any]] = dataclasses.field(default_factory=dict)

    def __getitem__(self, name: str) -> Variant:
        return self.variants[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.variants)

    def __len__(self) -> int:
        return len(self.variants)

    def __hash__(self) -> int:
        """Tell tables apart by identity: as part of an annotation each needs a hash."""
        return id(self)

    def __repr__(self) -> str:
        """Name the assumption only: annotations are read as text in places."""
        return f"Choice({self.field!r})"

    def declares(self, function: Function) -> Function:
        """Mark a function as what the variant of its name declares."""
        name = function.__name__
        assert name in self, f"{self.field} has no variant {name!r}"
        assert name not in self.functions, f"{self.field} {name!r} is declared twice"
        self.functions[name] = function
        return function

    def searched(self) -> tuple[str, ...]:
        """Return the variants that the search for conventions tries."""
        return tuple(name for name, variant in self.items() if variant.is_searched)

    def needed_by(self, assumption: str) -> tuple[str, ...]:
        """Return the variants that need an assumption given."""
        return tuple(name for name, variant in self.items() if assumption in variant.needs)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        """Accept the names of the table and nothing else."""
        return core_schema.literal_schema(list(self))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        """List names and, for editors that show them, labels."""
        labels = [variant.label for variant in self.values()]
        return {**handler(schema), "enumDescriptions": labels}


RENT_PATHS = Choice(
    "rent_path",
    {
        "constant_decline": Variant("constant yearly decline, zero being flat"),
        "contract_then_spot": Variant(
            "a contract's rent, then the spot rent", needs={"contract_years": "a number of years"}
        ),
        "series": Variant("a given series", needs={"rent_index_by_period": "a series"}),
    },
)

RENT_STEPS = Choice(
    "rent_step", {"year": Variant("once a year"), "period": Variant("a little every period")}
)

RENT_PAYMENT_TIMINGS = Choice(
    "rent_payment_timing",
    {
        "arrears": Variant("at the end of each period"),
        "advance": Variant("at the start of each period"),
    },
)

OPERATING_COST_BASES = Choice(
    "operating_cost_basis",
    {
        "share_of_revenue": Variant("share of revenue"),
        "parts": Variant("sum of its parts"),
        "share_and_parts": Variant("share of revenue and parts at once"),
    },
)

DEPRECIATION_SCHEDULES = Choice(
    "depreciation_method",
    {
        "straight_line": Variant("straight-line", life="periods", is_searched=True),
        "declining_balance": Variant("double-declining", life="years", is_searched=True),
        "sum_of_years_digits": Variant("sum-of-years'-digits", life="years", is_searched=True),
        "macrs_5": Variant(
            "MACRS five-year",
            "IRS Publication 946, table A-1, five-year property, half-year convention",
            is_searched=True,
        ),
        "straight_line_half_year": Variant(
            "straight-line, half-year convention",
            "IRS Publication 946, half-year convention",
            life="years",
        ),
        "straight_line_mid_month": Variant(
            "straight-line, mid-month convention",
            "IRS Publication 946, mid-month convention",
            life="periods",
        ),
        "given": Variant("given shares", needs={"depreciation_shares_by_year": "shares by year"}),
    },
)

DECLINING_BALANCE_ENDINGS = Choice(
    "declining_balance_ending",
    {
        "switch_to_straight_line": Variant("then straight-line", is_searched=True),
        "last_two_years": Variant(
            "last two years straight-line",
            "Chinese enterprise income tax rules on accelerated depreciation",
            is_searched=True,
        ),
        "none": Variant("without a switch", is_searched=True),
    },
)

DEBT_FORMS = Choice(
    "debt_form",
    {
        "equal_principal": Variant("equal principal", is_searched=True),
        "annuity": Variant("annuity", is_searched=True),
        "bullet": Variant("bullet", is_searched=True),
        "sculpted": Variant(
            "sculpted to cash flow", only_with={"interest_base": "opening"}, takes_grace=False
        ),
        "given": Variant(
            "given shares of principal",
            needs={"repayment_shares_by_period": "shares of principal by period"},
            takes_grace=False,
        ),
        "finance_lease": Variant(
            "finance lease", only_with={"interest_base": "opening"}, takes_grace=False
        ),
    },
)

GRACE_INTERESTS = Choice(
    "grace_interest",
    {
        "paid": Variant("interest is paid"),
        "capitalized": Variant(
            "interest is added to the debt", only_with={"interest_base": "opening"}
        ),
    },
)

COVER_CASH_FLOWS = Choice(
    "cover_cash_flow",
    {
        "after_tax": Variant("cash flow after income tax"),
        "before_tax": Variant("cash flow before income tax"),
    },
)

DEBT_RATE_CONVENTIONS = Choice(
    "debt_rate_convention",
    {
        "nominal": Variant("a twelfth of the yearly rate"),
        "effective": Variant("the twelfth root of the yearly factor"),
    },
)

INTEREST_BASES = Choice(
    "interest_base",
    {
        "opening": Variant("opening balance", is_searched=True),
        "average": Variant("mean of opening and closing balance", is_searched=True),
        "closing": Variant("closing balance", is_searched=True),
        "original": Variant("amount borrowed", is_searched=True),
    },
)

LEASE_PAYMENT_TIMINGS = Choice(
    "lease_payment_timing",
    {
        "arrears": Variant("at the end of each period"),
        "advance": Variant("at the start of each period"),
    },
)

LOSS_TREATMENTS = Choice(
    "loss_treatment",
    {
        "refunded": Variant("tax back at once", is_searched=True),
        "carried_forward": Variant("carried forward", is_searched=True),
        "lost": Variant("lost", is_searched=True),
    },
)

VAT_PRICE_BASES = Choice(
    "vat_price_basis",
    {"inclusive": Variant("quoted with the tax"), "exclusive": Variant("quoted without the tax")},
)

VAT_CREDITS_AT_END = Choice(
    "vat_credit_at_end",
    {
        "written_off": Variant("written off, without relief from income tax"),
        "refunded": Variant("paid back by the tax office"),
    },
)

CHOICES: tuple[Choice, ...] = (
    RENT_PATHS,
    RENT_STEPS,
    RENT_PAYMENT_TIMINGS,
    OPERATING_COST_BASES,
    DEPRECIATION_SCHEDULES,
    DECLINING_BALANCE_ENDINGS,
    DEBT_FORMS,
    GRACE_INTERESTS,
    COVER_CASH_FLOWS,
    DEBT_RATE_CONVENTIONS,
    INTEREST_BASES,
    LEASE_PAYMENT_TIMINGS,
    LOSS_TREATMENTS,
    VAT_PRICE_BASES,
    VAT_CREDITS_AT_END,
)
