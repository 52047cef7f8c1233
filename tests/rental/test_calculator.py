"""The calculator's scripts against the engine, over every structure of the model."""

from __future__ import annotations

import gzip
import json
import math
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from analysis.errors import AssumptionError
from analysis.rental import Assumptions, evaluate
from analysis.rental.faces.calculator.calculator_markup import Preset, calculator_html
from analysis.rental.faces.calculator.choices import LEFT_OUT, OFFERED, structural_choices
from analysis.rental.faces.calculator.fields import GROUPS
from analysis.rental.faces.calculator.formula_variants import all_variants, formulas_of
from analysis.rental.faces.calculator.script_printer import scripts
from analysis.rental.inputs.cases import parse_case
from analysis.rental.inputs.variants import DEBT_FORMS
from analysis.rental.model.measures.declared_measures import MEASURES
from analysis.rental.questions.inverse import solve

from .strategies import cases

N_CASES = 2_000 if os.environ.get("DEEP_TESTS") else 500
"""Every case costs 25 ms of processor time: 2,000 of them once a week, 500 each time."""
MOST_BYTES = 150_000

EVALUATED = """cases => cases.map(given => {
    const found = rental.evaluate({...rental.defaults(), ...given});
    if (found.faults.length) return {faults: found.faults.map(fault => fault[0])};
    return {measures: found.measures, remarks: found.remarks};
})"""


DEFAULTS = Assumptions.model_fields


def random_cases(n: int) -> list[Assumptions]:
    """Cases of every structure, the same in every run."""
    found: list[Assumptions] = []

    @seed(20_261_128)
    @settings(
        max_examples=n,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def draw(case: Assumptions) -> None:
        values = case.model_dump()
        kept = {name: value for name, value in values.items() if name not in LEFT_OUT}
        found.append(Assumptions(**kept))

    draw()
    return found


@pytest.fixture(scope="module")
def script(browser: Any) -> Iterator[Any]:
    """An empty page that runs the model and the engine, without controls."""
    page = browser.new_page()
    model, words, engine, _ = scripts()
    page.add_script_tag(content=f"{model}\n{words}\n{engine}\nwindow.rental = rental;")
    yield page
    page.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with the whole calculator."""
    case = Assumptions()
    body = calculator_html(
        case,
        [Preset("As printed", case), Preset("Half", case.replace(utilization=0.5))],
        size="full",
    )
    text = "".join(f"<script>{script}</script>" for script in scripts())
    file: Path = tmp_path_factory.mktemp("calculator") / "calculator.html"
    file.write_text(f'<!DOCTYPE html><html lang="en"><meta charset="utf-8">{body}{text}')
    return file.as_uri()


def differences(expected: Any, found: Any) -> float:
    """Largest relative difference; infinite where one has a value and the other has none."""
    if isinstance(expected, list):
        if len(expected) != len(found):
            return math.inf
        return max(map(differences, expected, found), default=0.0)
    if expected is None or isinstance(expected, str):
        return 0.0 if expected == found else math.inf
    if found is None:
        return math.inf
    # a rate near zero and an amount of less than a fen are as near as their inputs can make them
    return float(abs(expected - found) / max(abs(expected), abs(found), 1e-6))


def scaled(name: str, value: Any) -> Any:
    """Bring amounts to shares of the default price, so that one floor holds for all measures."""
    if not name.endswith("_cny") or value is None:
        return value
    return [one / 2e6 for one in value] if isinstance(value, list) else value / 2e6


@pytest.mark.browser
@pytest.mark.slow
def test_random_cases_have_the_measures_of_the_engine(script: Any) -> None:
    asked = random_cases(N_CASES)
    assert len(asked) == N_CASES
    answers = script.evaluate(
        EVALUATED, [case.model_dump(mode="json", exclude=set(LEFT_OUT)) for case in asked]
    )
    refused = 0
    for case, answer in zip(asked, answers, strict=True):
        try:
            result = evaluate(case)
        except AssumptionError as error:  # sculpted debt beyond the price
            assert answer["faults"] == [fault.column for fault in error.faults]
            refused += 1
            continue
        record, found = result.metrics.record(), answer["measures"]
        assert set(record) == set(found)
        for name, value in record.items():
            assert differences(scaled(name, value), scaled(name, found[name])) < 1e-9, (name, case)
        missing = {
            name: result._remark(MEASURES[name], 0)  # of measures alone: all take a second
            for name, value in record.items()
            if value is None
        }
        assert {name: answer["remarks"][name] for name in missing} == missing
    assert refused < N_CASES / 10


BAD: list[dict[str, Any]] = [
    {"utilization": 1.5},
    {"utilization": None},
    {"n_gpus": 2.5},
    {"useful_life_years": 2.5},
    {"useful_life_years": 31.0},
    {"debt_tenor_years": 6.0},
    {"debt_tenor_years": 2.5},
    {"contract_years": 1.5, "rent_path": "contract_then_spot"},
    {"rent_path": "contract_then_spot"},
    {"rent_path": "series"},
    {"rent_path": "series", "rent_index_by_period": [1.0, 1.0]},
    {"rent_path": "series", "rent_index_by_period": [1.0, 1.0, -1.0, 1.0, 1.0]},
    {"rent_index_by_period": [1.0] * 5},
    {"billing_mode": "gpu_hour"},
    {"billing_mode": "gpu_hour", "rent_cny_per_gpu_hour": 12.0, "rent_cny_per_p_year": 1.0},
    {"depreciation_method": "given"},
    {"depreciation_method": "given", "depreciation_shares_by_year": [0.5, 0.4]},
    {"depreciation_shares_by_year": [1.0]},
    {"depreciation_method": "sum_of_years_digits", "depreciation_life_years": 2.5},
    {"depreciation_life_years": 2.5},
    {"tax_depreciation_method": "given"},
    {"debt_share": None},
    {"debt_form": "sculpted", "interest_base": "average"},
    {"debt_form": "finance_lease", "lease_purchase_option_share": 0.9},
    {"principal_grace_months": 6.0},
    {"principal_grace_months": 60.0},
    {"principal_grace_months": 12.0, "debt_form": "sculpted"},
    {"principal_grace_months": 12.0, "grace_interest": "capitalized", "interest_base": "average"},
    {"customer_prepayment_cny": 1e5, "rent_payment_timing": "advance"},
    {"arrangement_fee_share": 1.5},
    {"prepayment_credit_share": 0.0},
]


def test_every_assumption_that_is_not_left_out_has_a_control() -> None:
    offered = {name for names in GROUPS.values() for name in names}
    assert offered == set(Assumptions.model_fields) - set(LEFT_OUT)


@pytest.mark.browser
@pytest.mark.parametrize("values", BAD, ids=str)
def test_what_the_package_refuses_is_refused_for_the_same_assumptions(
    script: Any, values: dict[str, Any]
) -> None:
    with pytest.raises(AssumptionError) as refused:
        Assumptions(**values)
    rent = {} if values.get("billing_mode") is None else {"rent_cny_per_server_month": None}
    (answer,) = script.evaluate(EVALUATED, [{**rent, **values}])
    assert set(answer.get("faults", [])) == {fault.column for fault in refused.value.faults}


@pytest.mark.browser
def test_break_even_declines_are_those_of_the_search(script: Any) -> None:
    for changes in ({}, {"periods_per_year": 12, "rent_step": "period"}, {"utilization": 0.3}):
        case = Assumptions(**changes)
        wanted = solve(
            case, "rent_decline_per_year", target="equity_npv_cny", wanted=0.0, low=-0.5, high=0.95
        )
        found = script.evaluate(
            "given => rental.breakEvens({...rental.defaults(), ...given}, "
            "'rent_decline_per_year', -0.5, 0.95)",
            changes,
        )
        assert differences([end for _, end in wanted.brackets], found) < 1e-9


def test_variants_put_together_are_what_any_structure_declares() -> None:
    generator = random.Random(20_261_128)
    choices = structural_choices()
    for _ in range(150):
        keys = {name: generator.choice(list(options)) for name, options in choices.items()}
        if not DEBT_FORMS[keys["debt_form"]].takes_grace:  # refused: no formulas to compare
            keys["principal_grace_months"] = ""
        composed = {
            (own.kind, own.name): own.formulas[chosen]
            for own in all_variants()
            if (chosen := tuple(keys[name] for name in own.by)) in own.formulas
        }
        assert composed == formulas_of(keys)


def test_the_scripts_are_small_and_the_same_twice() -> None:
    text = "".join(scripts())
    assert len(gzip.compress(text.encode())) < MOST_BYTES
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def moved(page: Any) -> None:
    page.wait_for_function("document.querySelector('[data-calculator]').dataset.settled === 'yes'")


@pytest.mark.browser
def test_the_address_holds_the_case_and_its_yaml_is_one_for_the_command_line(
    browser: Any, address: str
) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{address}#rent_decline_per_year=0.25&debt_form=annuity&vat_enabled=true")
    moved(page)
    case = Assumptions(rent_decline_per_year=0.25, debt_form="annuity", vat_enabled=True)
    npv = evaluate(case).metrics.record()["equity_npv_cny"]
    shown = f"{npv:,.0f} CNY".replace("-", "\N{MINUS SIGN}")
    assert shown in page.text_content(".calc-status")
    yaml = page.evaluate("document.querySelector('[data-calculator]').calculator.yaml()")
    assert parse_case(yaml, "page") == case
    page.fill("input[id$=first-utilization]", "50")
    moved(page)
    assert "utilization=0.5" in page.evaluate("location.hash")
    assert "does not pay" in page.text_content(".calc-status")
    page.fill("input[id$=first-utilization]", "150")
    assert "There is no answer" in page.text_content(".calc-status")
    assert said == []
    page.close()


IDLE = {"idle_power_share"}
SHOWN = """names => names.filter(name => [...document.querySelectorAll(`[id$="all-${name}"]`)]
    .some(one => !one.closest('.calc-row').hidden))"""


@pytest.mark.browser
@pytest.mark.parametrize(
    ("given", "hidden"),
    [
        ("", {"idle_power_share"}),
        ("operating_cost_basis=parts", set()),
        ("debt_form=bullet&rent_payment_timing=advance", IDLE | {"customer_prepayment_cny"}),
        ("debt_form=sculpted&interest_base=opening", IDLE | {"principal_grace_months"}),
    ],
)
def test_a_term_at_its_default_is_shown_where_setting_it_would_count(
    browser: Any, address: str, given: str, hidden: set[str]
) -> None:
    page = browser.new_page()
    page.goto(f"{address}#{given}")
    moved(page)
    assert set(OFFERED) - set(page.evaluate(SHOWN, list(OFFERED))) == hidden
    page.close()


@pytest.mark.browser
def test_keys_move_a_slider_and_every_control_has_a_name(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    moved(page)
    before = page.text_content(".calc-status")
    page.focus("input[type=range]")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    assert page.text_content(".calc-status") != before
    unnamed = page.eval_on_selector_all(
        "input, select, textarea, button",
        "all => all.filter(one => !one.labels?.length && !one.getAttribute('aria-label')"
        " && !one.textContent.trim()).map(one => one.outerHTML)",
    )
    assert unnamed == []
    page.close()


@pytest.mark.browser
def test_a_published_scenario_is_one_choice_away_and_dollars_are_the_same_case(
    browser: Any, address: str
) -> None:
    page = browser.new_page()
    page.goto(address)
    page.select_option("select[id$=preset]", label="Half")
    assert page.evaluate("location.hash") == "#utilization=0.5"
    irr = page.evaluate("document.querySelector('.calc-measures tbody td').textContent")
    page.select_option("select[id$=currency]", "USD")
    assert "USD" in page.text_content(".calc-status")
    assert page.evaluate("document.querySelector('.calc-measures tbody td').textContent") == irr
    page.close()


@pytest.mark.browser
def test_a_result_shows_its_formula_and_what_goes_in(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    moved(page)
    page.get_by_role("button", name="How is Payback of equity worked out?").click()
    assert "1.60 years" in page.text_content(".calc-explained")
    for button in page.query_selector_all(".calc-measures .calc-how"):
        button.click()
        text = page.text_content(".calc-explained")
        assert "x[" not in text and "undefined" not in text and "NaN" not in text, text
    rows = json.loads(
        page.evaluate(
            "JSON.stringify(document.querySelector('[data-calculator]').calculator.csv().split('\\r\\n'))"
        )
    )
    assert rows[0].startswith("line,name,unit,0,1,2,3,4,5")
    page.close()
