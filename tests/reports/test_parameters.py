"""Parameters: read without running, refused before running."""

import pytest

from analysis.errors import ParameterError
from analysis.paths import NOTEBOOKS
from analysis.reports.notebook.parameter_cell import read_declaration
from analysis.reports.notebook.parameter_values import (
    parse_assignments,
    read_parameters,
    validated,
)
from analysis.reports.notebook.percent import tagged_cell

CELL = """\
rent_cny_per_month: float = 70000.0  # rent of one server, before tax, CNY per month
life_years: int = 5  # months in service over twelve, years
is_taxed: bool = True  # whether income is taxed
label: str = "base"  # name of the case
shares: list[float] = [0.5, 0.5]  # shares of capacity, decimals
"""


@pytest.fixture
def declared():
    return read_declaration(CELL, file="notebooks/x.py", first_row=10)


def test_a_line_tells_name_type_default_meaning_unit_and_row(declared):
    rent = declared.parameters[0]
    assert (rent.name, rent.type, rent.default) == ("rent_cny_per_month", float, 70000.0)
    assert (rent.meaning, rent.unit) == ("rent of one server, before tax", "CNY per month")
    assert [parameter.row for parameter in declared.parameters] == [10, 11, 12, 13, 14]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("rent = 7", "name: type = value"),
        ("rent: float = 2 * 3.5", "a plain value, nothing derived"),
        ("rent: float | None = 7.0", "a type made of"),
        ("rent: Literal[1] = 1", "a type made of"),
        ("rent: int = 7.5", "a value of type int"),
        ("rent: float = 7.0  # rent, per year = 12 months", "without '='"),
        ("rent: int", "a plain value"),
        ("import os", "name: type = value"),
    ],
)
def test_a_line_of_another_form_is_refused_with_its_row(line, expected):
    with pytest.raises(ParameterError) as caught:
        read_declaration(f"life: int = 5\n{line}\n", file="x.py", first_row=20)
    (fault,) = caught.value.faults
    assert (fault.file, fault.row) == ("x.py", 21)
    assert expected in fault.expected


def test_a_name_declared_twice_is_refused():
    with pytest.raises(ParameterError, match="each name once"):
        read_declaration("a: int = 1\na: int = 2\n", file="x.py")


def test_every_wrong_value_is_named_at_once(declared):
    with pytest.raises(ParameterError) as caught:
        validated(
            declared,
            {
                "rent_cny_per_mont": 1,
                "life_years": "five",
                "is_taxed": 1,
                "rent_cny_per_month": True,
            },
            where="reports/manifest.yml",
        )
    faults = {fault.column: fault for fault in caught.value.faults}
    assert set(faults) == {"rent_cny_per_mont", "life_years", "is_taxed", "rent_cny_per_month"}
    assert faults["rent_cny_per_mont"].expected.endswith("perhaps rent_cny_per_month")
    assert faults["life_years"].value == "five"
    assert faults["life_years"].expected.startswith("int (months in service over twelve, years)")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_not_finite_is_refused(declared, value):
    with pytest.raises(ParameterError, match="a finite float"):
        validated(declared, {"rent_cny_per_month": value}, where="x")


def test_assignments_take_the_declared_types(declared):
    assert parse_assignments(
        declared,
        ["rent_cny_per_month=6e4", "life_years=3", "is_taxed=false", "label=5090", "shares=[1, 0]"],
    ) == {
        "rent_cny_per_month": 60000.0,
        "life_years": 3,
        "is_taxed": False,
        "label": "5090",
        "shares": [1.0, 0.0],
    }


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("life_years=3.5", "column life_years: found '3.5', expected int"),
        ("life_yaers=3", "perhaps life_years"),
        ("colour=red", "one of rent_cny_per_month, life_years"),
        ("life_years", "expected name=value"),
    ],
)
def test_a_wrong_assignment_is_refused(declared, assignment, message):
    with pytest.raises(ParameterError, match=message):
        parse_assignments(declared, [assignment])


def test_the_tagged_cell_ends_where_the_next_begins():
    script = (
        '# %% [markdown] tags=["parameters"]\n# %% tags=["a", "parameters"]\nx: int = 1\n\n# %%\n'
    )
    assert tagged_cell(script, "parameters") == (3, "x: int = 1")
    assert tagged_cell(script, "other") is None


@pytest.mark.parametrize(
    "value", ["/elsewhere/x", "../../x", "a/b", "..", ".x", "", "a\nb", "a\\b", "~", "a" * 101]
)
@pytest.mark.parametrize("notebook", ["rent_trends", "operators"])
def test_a_name_is_a_name(notebook, value):
    declared = read_parameters(NOTEBOOKS / f"{notebook}.py")
    (name,) = {"saved_as", "rental_case"} & set(declared.names)
    with pytest.raises(ParameterError, match=rf"column {name}: (.|\n)*expected a name"):
        parse_assignments(declared, [f"{name}={value}"])
    with pytest.raises(ParameterError, match=rf"grid, column {name}"):
        validated(declared, {name: value}, where="grid")


def test_every_default_that_is_a_name_is_one():
    for script in NOTEBOOKS.glob("*.py"):
        declared = read_parameters(script)
        assert validated(declared, declared.defaults, where="here") == declared.defaults


def test_a_script_in_another_encoding_is_refused(tmp_path):
    script = tmp_path / "x.py"
    script.write_bytes('# %% tags=["parameters"]\na: str = "算"  # a, name\n'.encode("gbk"))
    with pytest.raises(ParameterError, match=r"x.py, row 2: .* another encoding"):
        read_parameters(script)


@pytest.mark.parametrize("text", ["9" * 5000, "[" * 100_000], ids=["digits", "brackets"])
def test_a_value_beyond_all_use_is_refused(declared, text):
    with pytest.raises(ParameterError, match="column life_years"):
        parse_assignments(declared, [f"life_years={text}"])
