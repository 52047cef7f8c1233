"""Tables of variants: each has its function, its place in the schema, and is tried by somebody."""

from __future__ import annotations

import pytest

from analysis.errors import AssumptionError
from analysis.rental import Assumptions
from analysis.rental.inputs.quantities import choices_of
from analysis.rental.inputs.variants import CHOICES, Choice, Variant
from analysis.rental.model import declaration


@pytest.mark.parametrize("choice", CHOICES, ids=repr)
def test_every_variant_is_declared_by_the_function_of_its_name(choice: Choice) -> None:
    assert declaration  # imports every block
    assert set(choice.functions) == set(choice)
    for name, function in choice.functions.items():
        assert function.__module__.startswith("analysis.rental.model.blocks.")
        assert function.__doc__, name


@pytest.mark.parametrize("choice", CHOICES, ids=repr)
def test_the_validator_and_the_schema_know_the_names_of_the_table(choice: Choice) -> None:
    field = Assumptions.model_fields[choice.field]
    assert choices_of(field) == tuple(choice)
    assert field.default == next(iter(choice))
    described = Assumptions.model_json_schema()["properties"][choice.field]
    assert described["enum"] == list(choice)
    assert described["enumDescriptions"] == [variant.label for variant in choice.values()]
    near = f"{next(iter(choice))}_"
    with pytest.raises(AssumptionError, match=f"did you mean '{next(iter(choice))}'"):
        Assumptions(**{choice.field: near})


def test_a_function_that_is_no_variant_and_one_declared_twice_are_refused() -> None:
    table = Choice("debt_form", {"bullet": Variant("bullet")})

    def balloon() -> None: ...
    def bullet() -> None: ...

    with pytest.raises(AssertionError, match="no variant 'balloon'"):
        table.declares(balloon)
    table.declares(bullet)
    with pytest.raises(AssertionError, match="declared twice"):
        table.declares(bullet)
