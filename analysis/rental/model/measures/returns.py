"""Returns on what is put in: rates of return, the multiple of equity, value at a hurdle rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.rental.model.measures.measure_kinds import NOTHING_PUT_IN, Final, Reason

if TYPE_CHECKING:
    import sympy as sp

    from analysis.rental.model.measures.running_totals import Running


HURDLE = "hurdle_rate_per_year"
THIN_SHARE = 0.15
"""Share of the price below which money put in is too little for a rate on it to say much."""


def _declare_flow(run: Running, who: str) -> sp.Symbol:
    """Declare the flows of equity or the project, an amount of rounding being none."""
    flow, dust = f"{who}_cash_flow_cny", run.dust()

    def cleaned(amount: sp.Expr) -> sp.Expr:
        return run.when(abs(amount) > dust, amount)

    return run.line(
        f"{who}_flow_cny",
        f"Cash flow, rounding left out, {who}",
        "CNY",
        cleaned(run[flow]),
        rf"\tilde F_{who[0]}",
        start=cleaned(run.start(flow)),
    )


def rate_of_return(run: Running, who: str) -> Final:
    """Declare what is said of a rate of return; the value is the undiscounted sum."""
    total, lowest = _declare_to_date(run, who)
    little = "a rate that means little: next to the price, almost nothing is ever put in"
    return Final(
        total,
        missing=(_nothing_is_put_in(run, lowest),),
        notes=(Reason(THIN_SHARE * run["price_paid_cny"] > -lowest, little),),
    )


def _nothing_is_put_in(run: Running, lowest: sp.Symbol) -> Reason:
    """Return the reason of all measures: who has taken out more at all times puts nothing in."""
    return Reason(lowest >= -run.dust(), NOTHING_PUT_IN)


def _declare_to_date(run: Running, who: str) -> tuple[sp.Symbol, sp.Symbol]:
    """Declare the cash flow to date of equity or the project, and the lowest of it so far."""
    flow, mark = _declare_flow(run, who), who[0]
    first = run.start(f"{who}_flow_cny")

    def to_date(name: str, label: str, formula: sp.Expr, tex: str) -> sp.Symbol:
        return run.line(
            f"{who}_{name}_cny", f"{label}, {who}", "CNY", formula, f"{tex}_{mark}", start=first
        )

    total = to_date(
        "flow_total", "Cash flow to date", run.previous(f"{who}_flow_total_cny") + flow, "S"
    )
    lowest = to_date(
        "flow_total_lowest",
        "Lowest cash flow to date",
        run.smaller(run.previous(f"{who}_flow_total_lowest_cny"), total),
        r"\underline S",
    )
    return total, lowest


def equity_multiple(run: Running) -> Final:
    """Return the multiple of invested capital: money that equity takes out over what it puts in.

    Where its rate of return does not exist because it puts nothing in, neither does the multiple:
    what it pays is then a part of what it has taken out before.
    """
    _, lowest = _declare_to_date(run, "equity")
    flow, first = _declare_flow(run, "equity"), run.start("equity_flow_cny")
    put_in = run.line(
        "equity_put_in_cny",
        "Money that equity has put in",
        "CNY",
        run.previous("equity_put_in_cny") + run.positive(-flow),
        r"\hat F_{-}",
        start=run.positive(-first),
    )
    taken = run.line(
        "equity_taken_out_cny",
        "Money that equity has taken out",
        "CNY",
        run.previous("equity_taken_out_cny") + run.positive(flow),
        r"\hat F_{+}",
        start=run.positive(first),
    )
    return Final(taken / put_in, (_nothing_is_put_in(run, lowest),))


def value_at_hurdle(run: Running, who: str) -> Final:
    """Return the net present value of the flows of equity or the project at the hurdle rate."""
    flow, total = f"{who}_cash_flow_cny", f"{who}_present_value_at_hurdle_cny"
    per_period = run.constant(
        "hurdle_discount_per_period",
        "Discount factor of one period, hurdle",
        "ratio",
        (1 + run[HURDLE]) ** (-1 / run["periods_per_year"]),
        "a_h",
    )
    factor = run.line(
        "hurdle_discount_factor",
        "Discount factor, hurdle",
        "ratio",
        run.previous("hurdle_discount_factor") * per_period,
        r"\alpha_h",
        start=1,
    )
    value = run.line(
        total,
        f"Present value at the hurdle to date, {who}",
        "CNY",
        run.previous(total) + run[flow] * factor,
        rf"\mathrm{{NPV}}_{{h{who[0]}}}",
        start=run.start(flow),
    )
    return Final(value)
