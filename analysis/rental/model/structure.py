"""The structural choices of a case: what decides which lines are declared."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from analysis.rental.inputs.parameters import OPTIONAL

if TYPE_CHECKING:
    from analysis.rental.inputs.assumptions import Assumptions


class Schedule(NamedTuple):
    """Form of a depreciation schedule."""

    method: str
    ending: str


@dataclass(frozen=True)
class Structure:
    """Structural choices; two cases with the same choices share one declaration."""

    rent_path: str
    rent_step: str
    rent_payment_timing: str
    operating_cost_basis: str
    book_schedule: Schedule
    tax_schedule: Schedule
    is_tax_schedule_apart: bool
    debt_form: str
    debt_rate_convention: str
    interest_base: str
    lease_payment_timing: str
    loss_treatment: str
    loss_carry_forward_years: int | None
    vat_enabled: bool
    vat_price_basis: str
    vat_credit_at_end: str
    grace_interest: str
    cover_cash_flow: str
    optional: tuple[str, ...]

    def has(self, assumption: str) -> bool:
        """Return whether an assumption out of `OPTIONAL` is set, so that it adds lines."""
        assert assumption in OPTIONAL, f"{assumption} is not optional"
        return assumption in self.optional

    @classmethod
    def of(cls, assumptions: Assumptions, varying: Collection[str] = ()) -> Structure:
        """Return the structural choices of a case, some of whose assumptions vary by scenario."""
        ending = assumptions.declining_balance_ending
        book = Schedule(assumptions.depreciation_method, ending)
        tax = Schedule(assumptions.tax_depreciation_method or book.method, ending)
        own_tax_terms = (
            "tax_depreciation_method",
            "tax_depreciation_life_years",
            "tax_residual_value_share",
            "tax_depreciation_shares_by_year",
        )
        return cls(
            rent_path=assumptions.rent_path,
            rent_step=assumptions.rent_step,
            rent_payment_timing=assumptions.rent_payment_timing,
            operating_cost_basis=assumptions.operating_cost_basis,
            book_schedule=book,
            tax_schedule=tax,
            is_tax_schedule_apart=any(
                term in varying or getattr(assumptions, term) is not None for term in own_tax_terms
            ),
            debt_form=assumptions.debt_form,
            debt_rate_convention=assumptions.debt_rate_convention,
            interest_base=assumptions.interest_base,
            lease_payment_timing=assumptions.lease_payment_timing,
            loss_treatment=assumptions.loss_treatment,
            loss_carry_forward_years=assumptions.loss_carry_forward_years,
            vat_enabled=assumptions.vat_enabled,
            vat_price_basis=assumptions.vat_price_basis,
            vat_credit_at_end=assumptions.vat_credit_at_end,
            grace_interest=assumptions.grace_interest,
            cover_cash_flow=assumptions.cover_cash_flow,
            optional=tuple(
                name
                for name in OPTIONAL
                if name in varying
                or getattr(assumptions, name) != type(assumptions).model_fields[name].default
            ),
        )
