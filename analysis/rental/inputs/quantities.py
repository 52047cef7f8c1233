"""Declaration of one assumption: type, unit, meaning, what is possible and what is plausible."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic.fields import FieldInfo

from analysis.currencies import read_currency
from analysis.rental.inputs.variants import Choice
from analysis.written_values import meant, read_number, read_whole, read_yes_no

_UNITS: dict[str, str] = {}  # of every assumption, by its name, as the classes of terms come up


class Terms(BaseModel):
    """Some assumptions of a case, each declared by `quantity`."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=False
    )

    @classmethod
    def __pydantic_init_subclass__(cls, **options: Any) -> None:
        """Note the units, which decide how a written value is read."""
        super().__pydantic_init_subclass__(**options)
        _UNITS.update({name: unit_of(field) for name, field in cls.model_fields.items()})


def _read_number(value: Any, info: ValidationInfo) -> Any:
    return read_number(value, _UNITS[str(info.field_name)])


def _read_whole(value: Any, info: ValidationInfo) -> Any:
    return read_whole(value, _UNITS[str(info.field_name)])


Number = Annotated[float, BeforeValidator(_read_number)]
WholeNumber = Annotated[int, BeforeValidator(_read_whole)]
PeriodsPerYear = Annotated[Literal[1, 12], BeforeValidator(_read_whole)]
CurrencyCode = Annotated[
    str,
    BeforeValidator(read_currency),
    Field(pattern="^[A-Z]{3}$"),
]
YesNo = Annotated[bool, BeforeValidator(read_yes_no)]
PlainNumber = Annotated[float, BeforeValidator(lambda value: read_number(value))]
"""A number whose unit is not known where it is read."""


CNY = "CNY"
"""The currency that declared units name; amounts are in that of the case."""


def in_currency(text: str, currency: str) -> str:
    """Return a text with its amounts in the currency of a case.

    Examples
    --------
    >>> in_currency("937,589 CNY (rent_cny_per_gpu_hour)", "EUR")
    '937,589 EUR (rent_cny_per_gpu_hour)'
    """
    return re.sub(rf"\b{CNY}\b", currency, text)


def quantity(
    default: Any,
    unit: str,
    meaning: str,
    symbol: str = "",
    plausible: tuple[float, float] | None = None,
    **limits: Any,
) -> Any:
    """Declare an assumption.

    Parameters
    ----------
    default : object
        Its value where nothing is given.
    unit : str
        Unit; empty for a choice.
    meaning : str
        What it is.
    symbol : str
        LaTeX symbol, if equations show it.
    plausible : (float, float), optional
        Values that surprise nobody; a number outside of them is remarked.
    **limits : float
        ``ge``, ``gt``, ``le``, ``lt``: what is possible; a number outside is refused.
    """
    extra: dict[str, Any] = {"unit": unit, "symbol": symbol}
    if plausible is not None:
        extra["plausible"] = list(plausible)
    return Field(default, description=meaning, json_schema_extra=extra, **limits)


def unit_of(field: FieldInfo) -> str:
    """Return the unit of an assumption, empty for a choice."""
    return str(_extra(field).get("unit", ""))


def plausible_range(field: FieldInfo) -> tuple[float, float] | None:
    """Return between which values an assumption surprises nobody; None for a choice."""
    ends = _extra(field).get("plausible")
    return None if ends is None else (float(ends[0]), float(ends[1]))


def implausible(field: FieldInfo, value: Any) -> str | None:
    """Return why a value is surprising, and what was probably meant; None if it is not.

    Parameters
    ----------
    field : FieldInfo
        The assumption.
    value : float, tuple of float, or None
        Its value; of several the first outside is named.
    """
    ends = plausible_range(field)
    if ends is None or value is None or isinstance(value, str):
        return None
    values = value if isinstance(value, tuple | list) else (value,)
    outside = next((float(each) for each in values if not ends[0] <= each <= ends[1]), None)
    if outside is None:
        return None
    unit = unit_of(field)
    instead = meant(outside, unit, ends)
    usual = f"usual is {ends[0]:.10g} to {ends[1]:.10g} {unit}"
    return f"{outside:.10g} is unusual, {usual}{f'; {instead}' if instead else ''}"


def meant_instead(field: FieldInfo, value: Any) -> str:
    """Return ``; 0.04 if 4 % is meant`` for a value that is not possible, empty if nothing is."""
    ends = plausible_range(field)
    try:
        number = float(read_number(value, unit_of(field)))
    except (TypeError, ValueError):
        return ""
    instead = "" if ends is None else meant(number, unit_of(field), ends)
    return f"; {instead}" if instead else ""


def choices_of(field: FieldInfo) -> tuple[str, ...]:
    """Return the words that an assumption may be, empty for anything else than a choice."""
    parts = (field.annotation, *field.metadata)
    return tuple(word for part in parts for word in _words(part))


def _words(annotation: Any) -> tuple[str, ...]:
    """Return the words of a type: of a table of variants, of a literal, or of its parts.

    Examples
    --------
    >>> _words(Literal["year", "period"] | None)
    ('year', 'period')
    """
    if isinstance(annotation, Choice):
        return tuple(annotation)
    if get_origin(annotation) is Literal:
        return tuple(word for word in get_args(annotation) if isinstance(word, str))
    return tuple(word for part in get_args(annotation) for word in _words(part))


def _extra(field: FieldInfo) -> dict[str, Any]:
    extra = field.json_schema_extra
    return dict(extra) if isinstance(extra, dict) else {}
