"""Sensitivities: what is put back into the model comes out, and what cannot be asked is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.errors import AssumptionError
from analysis.rental import Assumptions, evaluate
from analysis.rental.questions.gaps import gap_of
from analysis.rental.questions.sensitivity.frontier import Curves, frontier
from analysis.rental.questions.sensitivity.spans import Span, load_spans, marginals
from analysis.rental.questions.sensitivity.swept_measures import line_of, measured
from analysis.rental.questions.sensitivity.tornado import tornado
from analysis.rental.questions.sensitivity.two_way import two_way
from analysis.rental.questions.simulate.illustrative import illustrative
from analysis.rental.questions.simulate.uncertainty import Uncertainty

MONTHLY = Assumptions(periods_per_year=12, rent_step="period", loss_treatment="carried_forward")
RENT = "rent_cny_per_server_month"


def answer(case: Assumptions, measure: str = "equity_npv_cny") -> float:
    return float(getattr(evaluate(case).metrics, measure)[0])


def test_tornado_of_a_linear_measure_is_slope_times_width() -> None:
    # project NPV is linear in rent and utilization while nothing is lost to losses or clipped
    case = Assumptions(debt_share=0.0)
    found = tornado(
        case,
        [Span("utilization", 0.8, 0.95), Span(RENT, 60e3, 85e3)],
        "project_npv_cny",
    )
    slope = answer(case, "project_npv_cny") - answer(
        case.replace(rent_cny_per_server_month=69e3), "project_npv_cny"
    )  # per 1,000 CNY of monthly rent
    swing = found.frame["swing"]
    assert swing[RENT] == pytest.approx(25 * slope, rel=1e-9)
    # at a rent of 70,000, a point of utilization is worth 700 CNY of rent
    assert swing["utilization"] == pytest.approx(15 * 0.7 * slope, rel=1e-9)
    assert list(swing.index) == [RENT, "utilization"]


@pytest.mark.parametrize(
    ("measure", "line"),
    [
        ("project_npv_cny", 0.0),
        ("equity_npv_cny", 0.0),
        ("net_margin", 0.0),
        ("project_irr", 0.08),
        ("equity_irr", 0.12),
        ("equity_multiple", 1.0),
        ("dscr_minimum", 1.0),
        ("dscr_average", 1.0),
        ("llcr", 1.0),
        ("payback_equity_years", None),
    ],
)
def test_what_divides_good_from_bad(measure: str, line: float | None) -> None:
    """Nothing of a present value, the discount rate of a rate, one of what is paid over what is."""
    case = Assumptions(project_discount_rate=0.08, equity_discount_rate=0.12)
    assert line_of(case, measure) == line


def test_tornado_moves_each_alone() -> None:
    spans = marginals(illustrative(MONTHLY)).spans
    found = tornado(MONTHLY, spans, "equity_irr")
    assert found.base == answer(MONTHLY, "equity_irr")
    assert found.frame["swing"].is_monotonic_decreasing
    assert set(found.frame.index) == {span.name for span in spans}
    for span in spans:
        row = found.frame.loc[span.name]
        for end, at in ((span.low, "at_low"), (span.high, "at_high")):
            own = answer(MONTHLY.replace(**{span.name: end}), "equity_irr")
            assert row[at] == pytest.approx(own, rel=1e-12), span.name
        assert row["base"] == getattr(MONTHLY, span.name)


def test_tornado_at_the_medians() -> None:
    found = marginals(illustrative(MONTHLY), (0.25, 0.75))
    case = MONTHLY.replace(**found.medians)
    for span in found.spans:
        assert span.low < found.medians[span.name] < span.high
        assert tornado(case, [span]).frame.loc[span.name, "base"] == found.medians[span.name]


def test_ends_are_quantiles() -> None:
    terms = {"kind": "uniform", "low": 0.2, "high": 0.7}
    found = marginals(Uncertainty(distributions={"utilization": terms}))
    (span,) = found.spans
    assert (span.low, found.medians["utilization"], span.high) == pytest.approx((0.25, 0.45, 0.65))


def test_tornado_says_what_crosses_and_what_is_missing() -> None:
    spans = [Span("rent_decline_per_year", 0.1, 0.5), Span("debt_rate_per_year", 0.03, 0.05)]
    crosses = tornado(Assumptions(), spans).frame["crosses"]
    assert crosses.to_dict() == {"rent_decline_per_year": True, "debt_rate_per_year": False}
    # a rate of return that does not exist is judged by the present value at the discount rate
    found = tornado(Assumptions(), [*spans, Span("utilization", 0.1, 1.0)], "equity_irr")
    row = found.frame.loc["utilization"]
    assert np.isnan(row["at_low"]) and np.isnan(row["swing"]) and row["crosses"] is True
    assert found.frame.index[-1] == "utilization" and found.n_missing == 2
    record = {row["assumption"]: row for row in found.record()["assumptions"]}
    assert record["utilization"]["at_low"] is None
    # without debt there is no cover, and nothing to judge
    cover = tornado(Assumptions(), [Span("debt_share", 0.0, 0.5)], "dscr_minimum").frame.iloc[0]
    assert np.isnan(cover["at_low"]) and cover["crosses"] is None
    drawn = [Span("server_price_cny", 1e6, 2e6), Span("debt_share", 0.5, 0.7)]
    assert tornado(Assumptions(), drawn, "debt_drawn_cny").frame["crosses"].tolist() == [None] * 2


@pytest.mark.parametrize(
    # at declines of 40 % and 60 % equity is not paid back and has no rate, whatever the life
    ("measure", "n_missing"),
    [("equity_npv_cny", 0), ("equity_irr", 6), ("payback_equity_years", 6)],
)
def test_two_way_is_evaluate_cell_by_cell(measure: str, n_missing: int) -> None:
    down, across = Span("useful_life_years", 4, 6), Span("rent_decline_per_year", 0.0, 0.6)
    found = two_way(Assumptions(), down, across, measure, n=4)
    assert found.frame.index.tolist() == [4.0, 5.0, 6.0]  # all whole years
    assert found.names == ("useful_life_years", "rent_decline_per_year")
    for life, row in found.frame.iterrows():
        for decline, value in row.items():
            case = Assumptions(useful_life_years=life, rent_decline_per_year=decline)
            np.testing.assert_allclose(value, answer(case, measure), rtol=1e-12)
    assert found.n_missing == n_missing


def test_side_of_a_two_way_table_is_that_of_its_line() -> None:
    found = two_way(MONTHLY, Span("utilization", 0.4, 1.0), Span("debt_share", 0.1, 0.9), n=5)
    assert found.side.changes and found.line == 0.0
    one, other = found.side.down[[0, -1]], found.side.across[[0, -1]]
    for row, utilization in zip((0, -1), one, strict=True):
        for column, share in zip((0, -1), other, strict=True):
            case = MONTHLY.replace(utilization=utilization, debt_share=share)
            assert found.side.gaps[row, column] == pytest.approx(answer(case), rel=1e-12)
    whole = two_way(MONTHLY, Span("utilization", 0.98, 1.0), Span("debt_share", 0.6, 0.7), n=2)
    assert not whole.side.changes


def test_many_scenarios_are_evaluated_in_parts() -> None:
    rents = np.linspace(40e3, 90e3, 5000)
    found = measured(Assumptions(), {RENT: rents}, "equity_npv_cny")
    np.testing.assert_allclose(np.diff(found.measure), np.diff(found.measure)[0], rtol=1e-6)
    np.testing.assert_array_equal(found.measure, found.gaps)


@pytest.mark.parametrize("case", [Assumptions(), MONTHLY])
@pytest.mark.parametrize("measure", ["equity_npv_cny", "equity_irr", "dscr_minimum"])
def test_a_frontier_put_back_meets_its_target(case: Assumptions, measure: str) -> None:
    by = Curves("utilization", (0.8, 1.0))
    along, unknown = (
        Span("server_price_cny", 1.5e6, 2.5e6),
        Span("rent_decline_per_year", -0.3, 0.9),
    )
    found = frontier(case, along, unknown, measure, n=5, by=by)
    assert found.wanted == line_of(case, measure)
    assert (found.n_without, found.n_several) == (0, 0)
    assert len(found.frame) == 10
    for _, row in found.frame.iterrows():
        put = case.replace(
            utilization=row["curve"],
            server_price_cny=row["along"],
            rent_decline_per_year=row["value"],
        )
        gap = gap_of(measure)(evaluate(put), found.wanted)[0]
        scale = 1.0 if measure == "dscr_minimum" else row["along"]
        assert abs(gap) <= 1e-6 * scale


def test_a_frontier_shows_several_answers_and_none() -> None:
    # flows of two signs: present value is zero at two discount rates, or at none
    case = Assumptions(
        rent_path="series",
        rent_index_by_period=(1.0, 1.0, 1.0, 1.0, 0.0),
        debt_form="bullet",
        residual_value_share=0.0,
        resale_value_share=0.0,
    )
    along, unknown = Span("debt_share", 0.3, 0.7), Span("equity_discount_rate", -0.9, 3.0)
    found = frontier(case, along, unknown, n=5)
    counts = found.frame.drop_duplicates("along").set_index("along")["n_answers"]
    assert counts.max() == 2
    for share, answers in found.frame.groupby("along"):
        roots = evaluate(case.replace(debt_share=share)).metrics
        expected = roots.equity_irr_roots.get(0, roots.equity_irr)
        np.testing.assert_allclose(answers["value"], expected, rtol=1e-9)
    record = found.record()
    assert record["n_points_with_several_answers"] == found.n_several == (counts == 2).sum()
    narrow = frontier(case, along, Span("equity_discount_rate", 2.5, 3.0), n=3)
    assert narrow.n_without == 3
    assert [point["values"] for point in narrow.record()["points"]] == [[], [], []]
    assert np.isfinite(narrow.frame[["at_low", "at_high"]]).to_numpy().all()


def test_a_frontier_over_many_points_tells_its_progress() -> None:
    told: list[int] = []
    along, unknown = Span("server_price_cny", 1.8e6, 2.2e6), Span("utilization", 0.2, 1.0)
    found = frontier(Assumptions(), along, unknown, n=40, advance=told.append)
    assert sum(told) == 40 and len(told) > 1
    assert found.frame["value"].is_monotonic_increasing
    assert found.frame["along"].tolist() == np.linspace(1.8e6, 2.2e6, 40).tolist()


def test_a_frontier_in_whole_steps_names_the_neighbors() -> None:
    along, unknown = Span(RENT, 40e3, 60e3), Span("useful_life_years", 1, 10)
    found = frontier(Assumptions(), along, unknown, n=3)
    steps = found.frame["value"] - found.frame["below"]
    assert steps.tolist() == [1.0, 1.0, 1.0]


UTILIZATION, DECLINE = Span("utilization", 0.5, 1.0), Span("rent_decline_per_year", 0.0, 0.5)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: Span("utilisation", 0.5, 1.0), "did you mean 'utilization'?"),
        (lambda: Span("debt_form", 0, 1), "the name of an assumption that is a number"),
        (lambda: Span("rent_index_by_period", 0, 1), "one number, not one a period"),
        (lambda: Span("utilization", 1.0, 0.5), "found '1:0.5', expected low below high"),
        (lambda: Span("utilization", 0.5, 1.5), "found '1.5', expected a value within [0, 1]"),
        (lambda: Span("pue", 1.0, np.inf), "column pue: found 'inf'"),
        (lambda: tornado(Assumptions(), []), "an assumption that moves"),
        (lambda: tornado(Assumptions(), [DECLINE, DECLINE]), "each assumption once"),
        (
            lambda: tornado(Assumptions(), [DECLINE], "equity_npv"),
            "did you mean 'equity_npv_cny'?",
        ),
        (
            lambda: tornado(Assumptions(), [Span("rent_cny_per_gpu_hour", 5, 9)]),
            "column rent_cny_per_gpu_hour: found '5.0', expected nothing, since billing_mode is",
        ),
        (lambda: marginals(illustrative(MONTHLY), (0.9, 0.1)), "low below high, both within"),
        (lambda: two_way(Assumptions(), DECLINE, DECLINE), "each assumption once"),
        (lambda: two_way(Assumptions(), UTILIZATION, DECLINE, n=1), "found '1', expected 2 to 101"),
        (
            lambda: two_way(Assumptions(), Span("useful_life_years", 3.2, 3.8), DECLINE),
            "a whole step in it",
        ),
        (lambda: frontier(Assumptions(), DECLINE, DECLINE), "each assumption once"),
        (lambda: frontier(Assumptions(), UTILIZATION, DECLINE, "profit"), "one of payback_source"),
        (
            lambda: frontier(Assumptions(), UTILIZATION, DECLINE, "payback_cash_years"),
            "column wanted: found '', expected a value of payback_cash_years",
        ),
        (lambda: frontier(Assumptions(), UTILIZATION, DECLINE, n=0), "found '0', expected 2 to"),
        (
            lambda: frontier(Assumptions(), UTILIZATION, DECLINE, by=Curves("tax_rate", ())),
            "a value for each curve",
        ),
        (
            lambda: frontier(Assumptions(), UTILIZATION, DECLINE, by=Curves("tax_rate", (1.5,))),
            "column tax_rate: found '1.5', expected less than 1",
        ),
    ],
)
def test_what_cannot_be_asked(ask: Any, words: str) -> None:
    with pytest.raises(AssumptionError) as refused:
        ask()
    assert words in str(refused.value)


def test_rent_paths_have_no_ends() -> None:
    walk = {"kind": "random_walk", "drift_per_year": 0.0, "volatility_per_year": 0.1}
    with pytest.raises(AssumptionError, match="column rent_paths: found 'random_walk'"):
        marginals(Uncertainty(rent_paths=walk))


def test_spans_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "ranges.yaml"
    file.write_text("utilization: [0.5, 1.0]\nrent_decline_per_year: [0, 0.5]\n")
    assert load_spans(file) == (UTILIZATION, DECLINE)
    file.write_text("utilization: [1.0, 0.5]\npue: 3\nrent: [1, 2]\n")
    with pytest.raises(AssumptionError) as refused:
        load_spans(file)
    text = str(refused.value)
    assert "ranges.yaml, row 1, column utilization: found '1:0.5', expected low below high" in text
    assert "ranges.yaml, row 2, column pue: found '3', expected [low, high]" in text
    assert "ranges.yaml, row 3, column rent: found 'rent'" in text
    file.write_text("")
    with pytest.raises(AssumptionError, match=r"a mapping of assumptions to \[low, high\]"):
        load_spans(file)
