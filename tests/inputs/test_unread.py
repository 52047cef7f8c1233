"""An assumption that is set changes a result or is remarked; one that is not read is not moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.errors import AssumptionError, FaultsError
from analysis.rental import Assumptions, evaluate, solve
from analysis.rental.inputs.quantities import choices_of, plausible_range
from analysis.rental.inputs.resolve import varying_fields
from analysis.rental.model.measures.declared_measures import singles
from analysis.rental.model.reads import is_read, what_would_count
from analysis.rental.questions.sensitivity.frontier import frontier
from analysis.rental.questions.sensitivity.sobol import sobol
from analysis.rental.questions.sensitivity.spans import Span
from analysis.rental.questions.sensitivity.tornado import tornado
from analysis.rental.questions.sensitivity.two_way import two_way
from analysis.rental.questions.simulate.illustrative import illustrative
from analysis.rental.questions.simulate.uncertainty import Uncertainty
from analysis.sweeps.grid import Grid
from analysis.sweeps.model_sweep import ModelSweep

STRUCTURES: dict[str, dict[str, Any]] = {
    "default": {},
    "no debt": {"debt_share": 0.0},
    "parts, monthly, falling, losses carried": {
        "periods_per_year": 12,
        "operating_cost_basis": "parts",
        "rent_decline_per_year": 0.3,
        "loss_treatment": "carried_forward",
    },
    "contract, finance lease, VAT": {
        "rent_path": "contract_then_spot",
        "contract_years": 2.0,
        "debt_form": "finance_lease",
        "vat_enabled": True,
    },
    "declining balance, bullet, no tax": {
        "depreciation_method": "declining_balance",
        "debt_form": "bullet",
        "tax_rate": 0.0,
    },
}


@pytest.fixture(params=STRUCTURES, scope="module")
def structure(request: pytest.FixtureRequest) -> str:
    """A structure; all is asked of one in a row, since what is worked out is kept meanwhile."""
    return str(request.param)


def other_values(case: Assumptions, name: str) -> list[Any]:
    """Return another value of an assumption, every other one of a choice."""
    field, value = Assumptions.model_fields[name], getattr(case, name)
    choices = choices_of(field)
    if choices:
        return [choice for choice in choices if choice != value]
    if isinstance(value, bool):
        return [not value]
    if name == "periods_per_year":
        return [13 - value]
    ends = plausible_range(field)
    if ends is None or "tuple" in str(field.annotation):
        return []  # a list, which its own choice asks for
    if "int" in str(field.annotation):
        return [3 if value is None else value + 1]
    other = 3.0 if name.endswith("_years") else ends[0] + 0.37 * (ends[1] - ends[0])
    return [other]


def answers(case: Assumptions) -> dict[str, list[str]]:
    """Return measures and statements to nine digits, which rounding dust does not reach."""
    result = evaluate(case)
    shown = {
        line.name: result.values[line.name][0].tolist()
        for line in result.declaration.lines
        if line.statement in ("income", "cash", "balance")
    }
    measures = {
        name: value if isinstance(value, list) else [value]
        for name, value in result.metrics.record().items()
        if not name.endswith("_roots")
    }
    return {
        name: [f"{each:.9g}" if isinstance(each, float) else str(each) for each in values]
        for name, values in (measures | shown).items()
    }


def test_a_change_changes_something_or_is_remarked(structure: str) -> None:
    case, silent, n_changes = Assumptions(**STRUCTURES[structure]), [], 0
    before = answers(case)
    for name in Assumptions.model_fields:
        for value in other_values(case, name):
            try:
                changed = case.replace(**{name: value})
            except AssumptionError:
                continue
            n_changes += 1
            default = Assumptions.model_fields[name].default
            if value == default or answers(changed) != before:
                continue
            is_said = name in evaluate(changed).remarks()
            if not is_said and (
                default is None or answers(case.replace(**{name: default})) == before
            ):
                silent.append((name, value))
    assert n_changes >= 40
    assert not silent


@pytest.mark.parametrize(
    ("name", "value", "where"),
    [
        ("electricity_cny_per_kwh", 0.9, "where operating_cost_basis is 'parts'"),
        ("power_kw_per_server", 8.0, "where operating_cost_basis is 'parts'"),
        ("pue", 1.2, "where operating_cost_basis is 'parts'"),
        ("staff_cny_per_server_month", 2_000.0, "where operating_cost_basis is 'parts'"),
        ("contract_years", 3.0, "where rent_path is 'contract_then_spot'"),
        ("spot_rent_ratio", 0.8, "where rent_path is 'contract_then_spot'"),
        ("lease_payment_timing", "advance", "where debt_form is 'finance_lease'"),
        ("lease_purchase_option_share", 0.01, "where debt_form is 'finance_lease'"),
        ("sculpted_dscr", 1.5, "where debt_form is 'sculpted'"),
        ("vat_output_rate", 0.13, "where vat_enabled is true"),
        ("vat_price_basis", "exclusive", "where vat_enabled is true"),
        ("declining_balance_factor", 1.5, "where depreciation_method is 'declining_balance'"),
        ("loss_carry_forward_years", 5, "where loss_treatment is 'carried_forward'"),
        ("pflops_per_gpu", 2.0, "where billing_mode is 'p_year'"),
        ("rent_step", "period", "periods_per_year is 12 and rent_decline_per_year is not 0"),
        ("loss_treatment", "lost", "where some period makes a tax loss"),
        ("tax_depreciation_method", "straight_line", "another one than that of the books"),
    ],
)
def test_a_remark_says_what_would_make_it_count(name: str, value: Any, where: str) -> None:
    result = evaluate(Assumptions(**{name: value}))
    assert where in result.remarks()[name]
    assert result.record()["remarks"] == result.remarks()


DEFAULT, DECLINE = Assumptions(), Span("rent_decline_per_year", 0.0, 0.5)
# from the declaration, so that an assumption that is new is asked for by itself
UNREAD = [name for name in Assumptions.model_fields if not is_read(DEFAULT, name)]
# what is given where another variant asks for it, and refused by name everywhere else
ONLY_WHERE_ASKED_FOR = {
    "rent_cny_per_p_year": (40_000.0, "billing_mode is 'server_month'"),
    "rent_cny_per_gpu_hour": (12.0, "billing_mode is 'server_month'"),
    "rent_index_by_period": ((1.0,) * 5, "rent_path is 'series'"),
    "depreciation_shares_by_year": ((0.5, 0.5), "schedule is 'straight_line'"),
    "tax_depreciation_shares_by_year": ((0.5, 0.5), "schedule is 'straight_line'"),
    "repayment_shares_by_period": ((0.5, 0.5), "debt_form is 'given'"),
}


def test_these_assumptions_do_nothing_in_the_default_case() -> None:
    of_the_issue = {
        "electricity_cny_per_kwh",
        "staff_cny_per_server_month",
        "power_kw_per_server",
        "lease_payment_timing",
        "lease_purchase_option_share",
        "contract_years",
        "vat_output_rate",
        "vat_price_basis",
        "declining_balance_factor",
        "declining_balance_ending",
        "rent_step",
    }
    assert of_the_issue | ONLY_WHERE_ASKED_FOR.keys() <= set(UNREAD)
    assert len(UNREAD) >= 42


@pytest.mark.parametrize("name", UNREAD)
def test_what_the_default_case_does_not_read_is_said_and_not_moved(name: str) -> None:
    if name in ONLY_WHERE_ASKED_FOR:
        value, where = ONLY_WHERE_ASKED_FOR[name]
        with pytest.raises(AssumptionError, match=rf"{name}.*{where}"):
            DEFAULT.replace(**{name: value})
        return
    value = other_values(DEFAULT, name)[0]
    case = DEFAULT.replace(**{name: value})
    assert answers(case) == answers(DEFAULT)
    condition = what_would_count(DEFAULT, name)
    assert condition.startswith("where ")
    assert evaluate(case).remarks()[name].startswith(f"not read: it counts {condition}")
    own = getattr(DEFAULT, name)
    if own is None:
        own = value - 1 if value > 1 else value / 2
    two = [value, own]
    asked: list[Callable[[], Any]] = [lambda: ModelSweep.of(Grid(grid={name: two}))]
    if name in varying_fields():
        span = Span(name, *sorted((0.9 * value, value)))
        asked += [
            lambda: tornado(DEFAULT, [span]),
            lambda: two_way(DEFAULT, span, DECLINE),
            lambda: two_way(DEFAULT, DECLINE, span),
        ]
    for ask in asked:
        with pytest.raises(FaultsError) as caught:
            ask()
        (fault,) = caught.value.faults
        assert fault.value == name
        assert f"{name} counts {condition}" in fault.expected


@pytest.mark.parametrize(
    ("start", "name", "value", "where"),
    [
        ({}, "repair_inflation_per_year", 0.03, "'parts' and repair_share_of_price_per_year is"),
        ({"debt_share": 0}, "grace_interest", "capitalized", "principal_grace_months is not 0"),
        ({"debt_share": 0}, "sculpted_dscr", 1.5, "debt_form is 'sculpted' and debt_share is not"),
        ({"debt_share": 0}, "cover_cash_flow", "before_tax", "where debt_share is not 0"),
        ({"tax_rate": 0}, "cover_cash_flow", "before_tax", "where tax_rate is not 0"),
        (
            {"tax_rate": 0, "debt_share": 0},
            "cover_cash_flow",
            "before_tax",
            "debt_share is not 0 and tax_rate is not 0",
        ),
        ({"tax_rate": 0}, "loss_carry_forward_years", 5, "tax_rate is not 0 and loss_treatment is"),
    ],
)
def test_a_remark_names_two_changes_where_one_does_not_do(
    start: dict[str, Any], name: str, value: Any, where: str
) -> None:
    remark = evaluate(Assumptions(**start, **{name: value})).remarks()[name]
    assert remark.startswith("not read: it counts where") and where in remark


@pytest.mark.parametrize(
    ("assumed", "name", "where"),
    [
        # five years are the books' own life: set, read, and the same tax
        ({"tax_depreciation_life_years": 5}, "tax_depreciation_life_years", "that of the books"),
        (
            {"rent_path": "contract_then_spot", "contract_years": 5.0, "spot_rent_ratio": 0.5},
            "spot_rent_ratio",
            "the contract ends before the useful life",
        ),
    ],
)
def test_what_is_read_and_makes_no_difference_says_where_it_would(
    assumed: dict[str, Any], name: str, where: str
) -> None:
    remark = evaluate(Assumptions(**assumed)).remarks()[name]
    assert remark.startswith("makes no difference here: it counts where") and where in remark


def test_every_remark_of_what_is_not_read_names_a_condition(structure: str) -> None:
    case = Assumptions(**STRUCTURES[structure])
    lists = ("repayment_shares_by_period", "tax_depreciation_shares_by_year")  # refused otherwise
    unread = [
        name for name in Assumptions.model_fields if name not in lists and not is_read(case, name)
    ]
    assert [name for name in unread if not what_would_count(case, name)] == []


def test_the_default_case_has_no_remark_and_the_command_prints_those_of_another() -> None:
    assert evaluate(Assumptions()).remarks() == {}
    command = [
        "evaluate",
        "sihan-2025-straight-line",
        "-s",
        "pue=1.2",
        "-s",
        "debt_rate_per_year=4",
    ]
    said = CliRunner().invoke(app, command).output
    assert "pue: not read: it counts where operating_cost_basis is 'parts'" in said
    assert "0.04 if 4 % is meant" in said


def test_scenarios_that_are_unusual_are_remarked() -> None:
    result = evaluate(Assumptions(), {"debt_rate_per_year": [0.04, 4.0]})
    assert "debt_rate_per_year" not in result.remarks(0)
    assert "0.04 if 4 % is meant" in result.remarks(1)["debt_rate_per_year"]


PUE = Span("pue", 1.1, 1.5)
UNCERTAIN = Uncertainty(distributions={"pue": {"kind": "uniform", "low": 1.1, "high": 1.5}})


@pytest.mark.parametrize(
    "ask",
    [
        lambda: tornado(Assumptions(), [DECLINE, PUE]),
        lambda: two_way(Assumptions(), PUE, DECLINE),
        lambda: two_way(Assumptions(), DECLINE, PUE),
        lambda: frontier(Assumptions(), PUE, DECLINE),
        lambda: frontier(Assumptions(), DECLINE, PUE),
        lambda: sobol(Assumptions(), UNCERTAIN, n=64),
        lambda: UNCERTAIN.check_case(Assumptions()),
        lambda: solve(Assumptions(), "pue", target="equity_npv_cny", wanted=0, low=1, high=2),
        lambda: ModelSweep.of(Grid(grid={"pue": [1.1, 1.5]})),
        lambda: ModelSweep.of(Grid(grid={"pue": [1.1, 1.5], "debt_form": ["annuity", "bullet"]})),
    ],
)
def test_what_is_not_read_is_not_moved(ask: Any) -> None:
    with pytest.raises(FaultsError) as caught:
        ask()
    (fault,) = caught.value.faults
    assert fault.value == "pue"
    assert "pue counts where operating_cost_basis is 'parts'" in fault.expected


def test_a_grid_may_move_what_one_of_its_structures_reads() -> None:
    grid = Grid(grid={"pue": [1.1, 1.5], "operating_cost_basis": ["share_of_revenue", "parts"]})
    assert ModelSweep.of(grid).grid.n_scenarios == 4


def test_what_moves_together_is_read_together() -> None:
    case = Assumptions(debt_share=0.0)
    found = two_way(case, Span("debt_share", 0.0, 0.7), Span("debt_rate_per_year", 0.0, 0.1), n=2)
    assert found.frame.iloc[0].nunique() == 1
    assert found.frame.iloc[1].nunique() == 2
    assert "debt_rate_per_year" not in illustrative(case).names


MOVES: dict[str, dict[str, Any]] = {
    **STRUCTURES,
    "annuity, lost losses, monthly": {
        "debt_form": "annuity",
        "loss_treatment": "lost",
        "periods_per_year": 12,
        "rent_decline_per_year": 0.6,
    },
    "sculpted within a cap": {"debt_form": "sculpted", "debt_share": 0.5},
}


@pytest.mark.parametrize("structure", MOVES)
def test_what_a_measure_does_not_read_does_not_move_it(structure: str) -> None:
    case, n_unread = Assumptions(**MOVES[structure]), 0
    numbers = [each for each in varying_fields() if each != "rent_index_by_period"]
    for name in numbers:
        if getattr(case, name) is None or not is_read(case, name):
            continue
        unread = [each for each in singles() if not is_read(case, name, measure=each)]
        before = evaluate(case).metrics
        for value in other_values(case, name):
            try:
                after = evaluate(case.replace(**{name: value})).metrics
            except AssumptionError:
                continue
            for measure in unread:
                n_unread += 1
                assert after[measure] == pytest.approx(before[measure], rel=1e-9, nan_ok=True), name
    assert n_unread >= 30


@pytest.mark.parametrize(
    ("unknown", "target", "moves"),
    [
        ("debt_rate_per_year", "project_npv_cny", "equity_npv_cny"),
        ("equity_discount_rate", "project_npv_cny", "equity_npv_cny"),
        ("equity_discount_rate", "equity_irr", "equity_npv_cny"),
        ("rent_cny_per_server_month", "debt_drawn_cny", "project_irr"),
        ("project_discount_rate", "dscr_minimum", "levelized_cost_cny_per_gpu_hour"),
    ],
)
def test_what_the_target_does_not_read_is_refused_everywhere(
    unknown: str, target: str, moves: str
) -> None:
    case, span = Assumptions(), Span(unknown, 0.01, 0.2)
    other = Span("server_price_cny", 1e6, 2e6)
    uncertain = {"kind": "uniform", "low": 0.01, "high": 0.2}
    price = {"kind": "uniform", "low": 1e6, "high": 2e6}
    both = Uncertainty(distributions={unknown: uncertain, "server_price_cny": price})
    grid = Grid(grid={unknown: [0.01, 0.2]}, measures=(target,))
    asked: list[Callable[[], Any]] = [
        lambda: solve(case, unknown, target=target, wanted=0.1, low=0.01, high=0.2),
        lambda: tornado(case, [span], target),
        lambda: two_way(case, span, other, target),
        lambda: frontier(case, other, span, target, wanted=0.1),
        lambda: frontier(case, span, other, target, wanted=0.1),
        lambda: sobol(case, both, target, n=8),
        lambda: ModelSweep.of(grid),
    ]
    for ask in asked:
        with pytest.raises(FaultsError, match=f"'{unknown}'.*{target} depends on.*{moves}"):
            ask()


def test_what_is_illustrative_is_of_the_measure() -> None:
    assert "debt_rate_per_year" in illustrative(Assumptions()).names
    assert "debt_rate_per_year" not in illustrative(Assumptions(), ["project_npv_cny"]).names
    command = ["sensitivity", "tornado", "sihan-2025-straight-line", "--measure", "project_npv_cny"]
    run = CliRunner().invoke(app, command)
    assert run.exit_code == 0 and "interest" not in run.output.lower()


def test_a_measure_that_does_not_exist_says_so() -> None:
    case, unknown = Assumptions(debt_share=0.0), "rent_decline_per_year"
    found = solve(case, unknown, target="dscr_minimum", wanted=1.2, low=0.0, high=0.9)
    assert "does not exist at 0 and does not exist at 0.9" in str(found)
