"""What an assumption is called before a reader, and how its values are shown."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.model.outputs import amount


def meaning(name: str) -> str:
    """Return what an assumption is, in a few words.

    Examples
    --------
    >>> meaning("server_price_cny")
    'price paid for the server'
    """
    description = str(Assumptions.model_fields[name].description)
    return description.partition(",")[0].partition(";")[0]


def unit(name: str) -> str:
    """Return the unit of an assumption, empty where it has none.

    Examples
    --------
    >>> unit("rent_decline_per_year")
    'share per year'
    """
    extra = Assumptions.model_fields[name].json_schema_extra
    return str(extra["unit"]) if isinstance(extra, dict) else ""


def is_share(name: str) -> bool:
    """Return whether the values of an assumption are shown as percent."""
    return unit(name).startswith("share")


def value_text(name: str, value: float) -> str:
    """Return a value of an assumption as text: shares as percent, the others without a unit.

    Examples
    --------
    >>> value_text("utilization", 0.875), value_text("server_price_cny", 2e6)
    ('87.5%', '2,000,000')
    """
    return f"{value:.1%}" if is_share(name) else amount(value)


def quantity_text(name: str, value: float) -> str:
    """Return a value of an assumption as text that stands alone, with its unit.

    Examples
    --------
    >>> quantity_text("rent_decline_per_year", 0.2), quantity_text("server_price_cny", 2e6)
    ('20.0%', '2,000,000 CNY')
    """
    return value_text(name, value) if is_share(name) else f"{amount(value)} {unit(name)}"


def assumption_remarks(remarks: Mapping[str, str]) -> str:
    """Return what is to be said of assumptions, as a list or as the sentence that there is nothing.

    Examples
    --------
    >>> print(assumption_remarks({"pue": "not read", "equity_irr": "none"}))
    - Power usage effectiveness (`pue`): not read.
    """
    rows = [
        f"- {meaning(name)[0].upper()}{meaning(name)[1:]} (`{name}`): {said}."
        for name, said in remarks.items()
        if name in Assumptions.model_fields
    ]
    nothing = "No assumption is unusual, and none that differs from its default is without effect."
    return "\n".join(rows) or nothing


def axis_label(name: str) -> str:
    """Return the label of an axis: meaning, and unit where percent do not say it.

    Examples
    --------
    >>> axis_label("utilization"), axis_label("server_price_cny")
    ('share of all hours that are billed', 'price paid for the server, CNY')
    """
    is_said = unit(name) in ("", "share", "share per year")
    return meaning(name) if is_said else f"{meaning(name)}, {unit(name)}"
