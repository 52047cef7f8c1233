"""Result of a case: lines, statements and measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.arrays import Floats
from analysis.errors import AssumptionError, Fault
from analysis.near_names import near_names
from analysis.rental.engines.input_remarks import input_remarks
from analysis.rental.engines.irr import MULTIPLE, PAID
from analysis.rental.engines.measures import Metrics, metrics_of
from analysis.rental.engines.plain import Lines
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.quantities import CNY, implausible, in_currency, unit_of
from analysis.rental.model.lines import Declaration
from analysis.rental.model.measures.declared_measures import MEASURES
from analysis.rental.model.measures.measure_kinds import (
    NO_RATE,
    NOTHING_RECEIVED,
    PAID_RATE,
    UNPAID_INTEREST_AT,
    Measure,
    Payback,
    Rate,
    Reason,
    ShareByYear,
    Single,
    several_rates,
    unpaid_interest,
)
from analysis.rental.model.measures.needs import needs_of
from analysis.rental.model.outputs import OUTPUTS, render
from analysis.rental.model.rounding import ROUNDING

if TYPE_CHECKING:  # a third of the time of a case that shows no frame
    import pandas as pd

STATEMENTS = {
    "income": "Income statement",
    "cash": "Cash-flow statement",
    "balance": "Balance sheet",
}


@dataclass(frozen=True, repr=False)
class RentalResult:
    """A case evaluated in full.

    Parameters
    ----------
    assumptions : Assumptions
        The case.
    declaration : Declaration
        The lines it was computed from, with labels, units and formulas.
    constants : dict of str to ndarray, shape (n_scenarios,)
        Values that hold for all periods.
    values : Lines of str to ndarray, shape (n_scenarios, n_periods + 1)
        Lines; column 0 is the day of purchase.
    scenarios : dict of str to ndarray
        Assumptions that differ between scenarios.
    """

    assumptions: Assumptions
    declaration: Declaration
    constants: Mapping[str, Floats]
    values: Lines
    scenarios: Mapping[str, Floats]

    @cached_property
    def metrics(self) -> Metrics:
        """Measures over the whole horizon, each worked out when it is first asked for."""
        return metrics_of(self.declaration, self.values, self.assumptions.periods_per_year)

    @property
    def n_scenarios(self) -> int:
        """Number of scenarios."""
        return len(next(iter(self.constants.values())))

    @property
    def n_periods(self) -> int:
        """Number of periods after the day of purchase."""
        return self.values[self.declaration.lines[0].name].shape[1] - 1

    def line(self, name: str) -> Floats:
        """Return a line, shape (n_scenarios, n_periods); an unknown name is refused."""
        return self._line(name)[:, 1:]

    def opening(self, name: str) -> Floats:
        """Return a line's value on the day of purchase, shape (n_scenarios,)."""
        return self._line(name)[:, 0]

    def cover(self) -> Floats:
        """Return the cover of debt service, shape (n_scenarios, n_periods); NaN where none is due.

        Cash flow available over service, service that is only rounding being none: the ratio whose
        lowest value is ``dscr_minimum``.
        """
        needs = needs_of(self.declaration, MEASURES["dscr_minimum"])
        self.values.add(needs.constants, needs.lines)
        is_due = np.diff(self.values["n_due"], axis=1) > 0.5
        return np.where(is_due, self.values["cover"][:, 1:], np.nan)

    def _line(self, name: str) -> Floats:
        known = [line.name for line in self.declaration.lines]
        if name not in known:
            near = near_names(name, known)
            expected = f"perhaps {' or '.join(near)}" if near else f"one of {', '.join(known)}"
            fault = Fault("result", None, "line", name, f"a line of the model, {expected}")
            raise AssumptionError([fault])
        return np.asarray(self.values[name])

    def __str__(self) -> str:
        """Return the measures of the first scenario, and what is to be said of it, as a page."""
        record, remarks = self.metrics.record(), self.remarks()
        rows = [
            (
                output.label,
                remarks.get(name, "n/a") if record[name] is None else render(record[name], output),
            )
            for name, output in OUTPUTS.items()
        ]
        width = max(len(label) for label, _ in rows)
        of = "" if self.n_scenarios == 1 else f", the first of {self.n_scenarios:,} scenarios"
        head = f"{self.n_periods} periods, {self.assumptions.periods_per_year} a year{of}"
        said = [f"{name}: {text}" for name, text in remarks.items() if name not in OUTPUTS]
        page = "\n".join([head, *(f"{label:<{width}}  {text}" for label, text in rows), *said])
        return in_currency(page, self.assumptions.currency)

    def __repr__(self) -> str:
        """Return the same page: an interpreter shows what `print` does, not every line's array."""
        return str(self)

    def statement(self, name: str, row: int = 0) -> pd.DataFrame:
        """Return one statement of one scenario.

        Parameters
        ----------
        name : {"income", "cash", "balance"}
            Which statement.
        row : int
            Which scenario.

        Returns
        -------
        DataFrame
            One row a line, labels and units in the index, one column a year: flows summed over the
            year, balances at its end. Year 0 is the day of purchase.
        """
        import pandas as pd

        per_year = self.assumptions.periods_per_year
        labels, data = [], []
        for line in self.declaration.lines:
            if line.statement != name:
                continue
            values = self.values[line.name][row]
            labels.append((line.label, in_currency(line.unit, self.assumptions.currency)))
            if name == "balance":
                data.append([values[0], *values[per_year:-1:per_year], values[-1]])
            else:
                yearly = np.add.reduceat(values[1:], np.arange(0, self.n_periods, per_year))
                data.append([values[0], *yearly])
        index = pd.MultiIndex.from_tuples(labels, names=["line", "unit"])
        frame = pd.DataFrame(data, index=index, columns=range(len(data[0])))
        frame = frame + 0.0  # no negative zero
        frame.columns.name = "year"
        return frame if name != "income" else frame.drop(columns=0)

    def record(self, row: int = 0) -> dict[str, Any]:
        """Return the assumptions of one scenario and its measures as one flat record."""
        return {
            **self.assumptions.model_dump(mode="json"),
            **{name: values[row].tolist() for name, values in self.scenarios.items()},
            **self.metrics.record(row),
            "remarks": self.remarks(row),
        }

    @cached_property
    def input_remarks(self) -> dict[str, str]:
        """What is to be said of assumptions that all scenarios share, by assumption."""
        return input_remarks(self.assumptions, self.scenarios)

    def remarks(self, row: int = 0, *, is_brief: bool = False) -> dict[str, str]:
        """Say what a reader must know of a scenario, by assumption and by measure.

        An assumption that is set but not read, makes no difference or is unusual; why a measure
        does not exist, and what is to be known of one that does.

        Parameters
        ----------
        row : int
            Place of the scenario.
        is_brief : bool
            Whether what a formula of one cell cannot say is left out: the years of unpaid interest
            and its cover.

        Returns
        -------
        dict of str to str
            Remarks.
        """
        remarks = dict(self.input_remarks)
        for name, varied in self.scenarios.items():
            field = Assumptions.model_fields[name]
            if unit_of(field).startswith(CNY) and self.assumptions.currency != CNY:
                continue
            said = implausible(field, np.ravel(varied[row]).tolist())
            if said is not None:
                remarks[name] = said
        for name, measure in MEASURES.items():
            if remark := self._remark(measure, row):
                remarks[name] = remark
        unpaid = self._unpaid_interest(row)[: 1 if is_brief else None]
        if unpaid:
            known = remarks.get(UNPAID_INTEREST_AT, "")
            remarks[UNPAID_INTEREST_AT] = "; ".join(filter(None, (known, *unpaid)))
        currency = self.assumptions.currency
        return {name: in_currency(said, currency) for name, said in remarks.items()}

    def _unpaid_interest(self, row: int) -> tuple[str, ...]:
        """Say that interest is added to the debt, and how high that gets; then when, its cover."""
        principal, interest, available = (
            self.line(name)[row] for name in ("principal_cny", "interest_cny", "cfads_cny")
        )
        price = self.constants["price_paid_cny"][row]
        added = np.flatnonzero(principal < -ROUNDING * price)
        if not added.size:
            return ()
        per_year = self.assumptions.periods_per_year
        years = sorted({int(place) // per_year + 1 for place in added})
        lowest = float(np.min(available[added] / interest[added]))
        peak = float(np.max(self.values["debt_cny"][row]))
        when = ", ".join(map(str, years))
        said = unpaid_interest(f"{-principal[added].sum():,.0f}", f"{peak:,.0f}")
        return said, (
            f"in year {when} cash flow available covers {lowest:.2f} of the interest due then, "
            "which this ratio leaves out"
        )

    def _remark(self, measure: Measure, row: int) -> str:
        is_missing = np.isnan(self.metrics[measure.name][row]).any()
        if isinstance(measure, ShareByYear):
            return measure.words if is_missing else ""
        if not isinstance(measure, Single | Payback | Rate):
            return ""
        needs = needs_of(self.declaration, measure)
        self.values.add(needs.constants, needs.lines)
        if is_missing:
            why = self._said(needs.final.missing, row)
            return why[0] if why else self._why_no_rate(measure, row)
        notes = self._said(needs.final.notes, row)
        if isinstance(measure, Rate):
            notes = [*self._notes_of_rate(measure, row), *notes]
        return "; ".join(notes)

    def _said(self, reasons: tuple[Reason, ...], row: int) -> list[str]:
        """Return the words of the reasons that hold."""
        years = self.constants["life_periods"][row] / self.assumptions.periods_per_year
        return [
            reason.words.format(life=f"{round(years, 2):g} years")
            for reason in reasons
            if self.values.at_end(reason.holds)[row]
        ]

    def _why_no_rate(self, measure: Measure, row: int) -> str:
        assert isinstance(measure, Rate), f"{measure.name} is missing without a reason"
        is_paid_only = (self.values[measure.flow][row] <= 0).all()
        return NOTHING_RECEIVED if is_paid_only else NO_RATE

    def _notes_of_rate(self, measure: Rate, row: int) -> list[str]:
        status = self.metrics[f"{measure.name}_status"][row]
        if status == PAID:
            return [PAID_RATE]
        if status == MULTIPLE:
            return [several_rates(len(self.metrics[f"{measure.name}_roots"][row]))]
        return []
