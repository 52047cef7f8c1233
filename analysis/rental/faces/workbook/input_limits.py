"""What the inputs of a workbook may be: the model's own limits, as cells, formulas and messages."""

from __future__ import annotations

from typing import NamedTuple

from annotated_types import Ge, Gt, Le, Lt

from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.quantities import CNY, plausible_range, unit_of
from analysis.rental.inputs.variants import DEPRECIATION_SCHEDULES


class Limits(NamedTuple):
    """Between which values an input may be.

    Parameters
    ----------
    lowest, highest : float or None
        None where there is no such limit.
    is_above, is_below : bool
        Whether the limit itself is excluded.
    """

    lowest: float | None
    highest: float | None
    is_above: bool
    is_below: bool

    @classmethod
    def of(cls, name: str) -> Limits:
        """Return the limits of an assumption, as the model states them."""
        found: dict[type, float] = {}
        for limit in Assumptions.model_fields[name].metadata:
            for kind, attribute in ((Ge, "ge"), (Gt, "gt"), (Le, "le"), (Lt, "lt")):
                if isinstance(limit, kind):
                    found[kind] = float(getattr(limit, attribute))
        return cls(
            found.get(Ge, found.get(Gt)), found.get(Le, found.get(Lt)), Gt in found, Lt in found
        )

    def up_to(self, highest: float) -> Limits:
        """Return the same limits, and none above a value."""
        if self.highest is not None and self.highest <= highest:
            return self
        return self._replace(highest=highest, is_below=False)

    def conditions(self, value: str, lowest: str, highest: str) -> list[str]:
        """Return what must hold, over the cells of a value and of its limits."""
        conditions = [f"ISNUMBER({value})"]
        if self.lowest is not None:
            conditions.append(f"{value}{'>' if self.is_above else '>='}{lowest}")
        if self.highest is not None:
            conditions.append(f"{value}{'<' if self.is_below else '<='}{highest}")
        return conditions

    def words(self) -> str:
        """Return the limits as a reader is told them.

        Examples
        --------
        >>> Limits.of("useful_life_years").words()
        'more than 0, at most 30'
        """
        words = []
        if self.lowest is not None:
            words.append(f"{'more than' if self.is_above else 'at least'} {self.lowest:,.10g}")
        if self.highest is not None:
            words.append(f"{'less than' if self.is_below else 'at most'} {self.highest:,.10g}")
        return ", ".join(words)


def usual(case: Assumptions, name: str) -> tuple[float, float] | None:
    """Return between which values an input surprises nobody; None where that is not known."""
    field = Assumptions.model_fields[name]
    is_foreign = unit_of(field).startswith(CNY) and case.currency != CNY
    return None if is_foreign else plausible_range(field)


def together(case: Assumptions) -> dict[str, list[tuple[str, str]]]:
    """Return what must hold between inputs, by the input that is told so: formula and words."""
    spans = "a whole number of " + ("years" if case.periods_per_year == 1 else "months")
    found: dict[str, list[tuple[str, str]]] = {"n_gpus": [(_whole("n_gpus"), "a whole number")]}
    for name in ("useful_life_years", "debt_tenor_years", "contract_years"):
        found[name] = [(_whole(f"{name}*periods_per_year"), spans)]
    tenor = "debt_tenor_years<=useful_life_years+rounding"
    found["debt_tenor_years"].append((tenor, "within the useful life"))
    book = case.depreciation_method
    for prefix, method in (("", book), ("tax_", case.tax_depreciation_method or book)):
        name, life = f"{prefix}depreciation_life_years", DEPRECIATION_SCHEDULES[method].life
        if life != "any":
            per = name if life == "years" else f"{name}*periods_per_year"
            found[name] = [(_whole(per), "whole years" if life == "years" else spans)]
    grace = "principal_grace_months"
    found[grace] = [
        (_whole(f"{grace}*periods_per_year/months_per_year"), spans),
        (f"{grace}<debt_tenor_years*months_per_year", "less than the tenor of the debt"),
    ]
    if case.debt_form == "finance_lease":
        option = "lease_purchase_option_share"
        found[option] = [(f"{option}<=debt_share", "no more than the financed share")]
    return found


def _whole(expression: str) -> str:
    return f"ABS({expression}-ROUND({expression},0))<rounding"
