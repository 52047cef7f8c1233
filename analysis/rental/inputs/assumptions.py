"""What is assumed about one GPU server: every input of the rental model, validated and documented.

The object is flat so that a notebook parameter, a YAML key, a command-line override and a column of
scenarios all carry the same name. Units stand in the names; shares and rates are decimals.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError, create_model

from analysis.errors import AssumptionError, Fault
from analysis.near_names import did_you_mean
from analysis.rental.inputs.billing import RENT_FIELD
from analysis.rental.inputs.limits import cross_faults
from analysis.rental.inputs.quantities import Number, choices_of, meant_instead, quantity
from analysis.rental.inputs.terms.debt import DebtTerms
from analysis.rental.inputs.terms.depreciation import DepreciationTerms
from analysis.rental.inputs.terms.operating_cost import OperatingCostTerms
from analysis.rental.inputs.terms.revenue import RevenueTerms
from analysis.rental.inputs.terms.server import ServerTerms
from analysis.rental.inputs.terms.tax import TaxTerms


# Fields come in the order of the bases from the last one up, as in the tables of every face.
class Assumptions(
    TaxTerms, DebtTerms, DepreciationTerms, OperatingCostTerms, RevenueTerms, ServerTerms
):
    """Assumptions about one GPU server bought, rented out and sold.

    Rates are decimals per year, shares are decimals, money is in the currency that `currency`
    names, whatever ``_cny`` in a name; nothing is converted. The defaults are the inputs and
    conventions behind the straight-line column of the table in ``sihan-2025``.

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
