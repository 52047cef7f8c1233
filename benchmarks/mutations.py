"""Seeded mutations of the mends that issue after issue asked for: does a test fail for each?

Run on demand, ``python benchmarks/mutations.py [NAME ...]``: every mutation is put into a copy of
the project, the tests that should catch it are run there, and a table says which were caught.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Mutation(NamedTuple):
    """One line of the package turned wrong, and where that must show.

    Parameters
    ----------
    name : str
        The mend, numbered as in the table of wrong numbers.
    file : str
        Below ``analysis``.
    right, wrong : str
        Text that stands there once, and what it is turned into.
    tests : tuple of str
        Arguments of pytest.
    """

    name: str
    file: str
    right: str
    wrong: str
    tests: tuple[str, ...]


_ANSWERS = "tests/inputs/test_answers_of_commands.py"
_COMMAND_LINE = "tests/test_command_line.py"
_CORNERS = "tests/rental_scale/test_corners.py"
_ORDINARY = "tests/rental/test_ordinary_cases.py"
_SIMULATION = "tests/rental_scale/test_simulation.py"
MUTATIONS = (
    Mutation(
        "N1 nothing put in",
        "rental/model/measures/measure_kinds.py",
        "Reason(lowest >= -dust, NOTHING_PUT_IN)",
        "Reason(lowest >= dust, NOTHING_PUT_IN)",
        (_CORNERS,),
    ),
    Mutation(
        "N1 a rate on nothing",
        "rental/model/measures/returns.py",
        "return Reason(lowest >= -run.dust(), NOTHING_PUT_IN)",
        "return Reason(lowest >= run.dust(), NOTHING_PUT_IN)",
        (_CORNERS,),
    ),
    Mutation(
        "N2 dust is no flow",
        "rental/model/measures/returns.py",
        "return run.when(abs(amount) > dust, amount)",
        "return run.when(abs(amount) >= 0, amount)",
        (_CORNERS,),
    ),
    Mutation(
        "N2 dust of the function",
        "rental/engines/irr.py",
        "np.where(np.abs(values) < dust, 0.0, values)",
        "np.where(np.abs(values) < 0, 0.0, values)",
        (_CORNERS, "tests/rental/test_irr.py"),
    ),
    Mutation(
        "N3 a year is the mean of its months",
        "rental/questions/simulate/rent_paths.py",
        "return rent.reshape(len(rent), -1, self.months).mean(axis=2)",
        "return rent.reshape(len(rent), -1, self.months)[:, :, -1]",
        (_SIMULATION,),
    ),
    Mutation(
        "N4 paid, not earned",
        "rental/engines/irr.py",
        "is_paid = is_unique & (rate * total < 0)",
        "is_paid = is_unique & (rate * total > 1e300)",
        (_CORNERS, "tests/rental/test_identities.py"),
    ),
    Mutation(
        "N5 dust over dust",
        "rental/model/measures/coverage_ratios.py",
        "is_due = service > run.dust()",
        "is_due = service > 0",
        (_CORNERS, "tests/rents/test_bridge.py"),
    ),
    Mutation(
        "N5 a level payment at almost no rate",
        "rental/model/rounding.py",
        "TINY_RATE = 1e-7",
        "TINY_RATE = 0.0",
        ("tests/rental/test_debt.py",),
    ),
    Mutation(
        "N5 a margin on dust",
        "rental/engines/measures.py",
        "where=under > dust",
        "where=under > 0",
        (_CORNERS,),
    ),
    Mutation(
        "N6 who earns a rate earns every lower one",
        "rental/engines/irr.py",
        "best[rows] = extreme",
        "best[rows] = best[rows]",
        (_CORNERS,),
    ),
    Mutation(
        "N6 means little",
        "rental/model/measures/returns.py",
        "THIN_SHARE = 0.15",
        "THIN_SHARE = 0.0",
        (_CORNERS,),
    ),
    Mutation(
        "N7 a panel in yuan",
        "rents/index/rent_market.py",
        'rent = RENT_COLUMN.get(currency, "rent_per_gpu_hour")',
        'rent = "rent_usd_per_gpu_hour"',
        ("tests/rents/test_market.py", "tests/rents/test_quotes.py"),
    ),
    Mutation(
        "N8 euros are no dollars",
        "rents/quotes/conversion.py",
        'np.where(currency == "USD", 1.0, np.nan)',
        'np.where(currency != "CNY", 1.0, np.nan)',
        ("tests/rents/test_quotes.py",),
    ),
    Mutation(
        "N9 what does not move",
        "rents/trend/rent_unit_root.py",
        "if np.ptp(values) < STILL:",
        "if np.ptp(values) < 0:",
        ("tests/rents/test_trend.py", "tests/rents/test_quotes.py"),
    ),
    Mutation(
        "N10 the month is its median",
        "rents/index/quote_panel.py",
        "log_rents = grouped.median()",
        "log_rents = grouped.mean()",
        ("tests/rents/test_quotes.py", "tests/rents/test_index.py"),
    ),
    Mutation(
        "N10 a far day is flagged",
        "data/far_days.py",
        "> np.log(factor)",
        "> np.log(factor) + 99",
        ("tests/rents/test_quotes.py", "tests/data"),
    ),
    Mutation(
        "N11 interest that is not paid is said",
        "rental/engines/result.py",
        "if not added.size:",
        "if added.size >= 0:",
        ("tests/rental/test_debt.py", _ORDINARY),
    ),
    Mutation(
        "N12 a credit is written off",
        "rental/model/blocks/value_added_tax.py",
        '"income",\n        never_used,',
        '"income",\n        ZERO,',
        ("tests/rental/test_value_added_tax.py",),
    ),
    Mutation(
        "N13 a fault turns the light",
        "rental/faces/workbook/check_sheet.py",
        '="{verdict}")*1)',
        '="NONE")*1)',
        ("tests/rental_scale/test_workbook_cells.py", "-k", "refuses"),
    ),
    Mutation(
        "N14 a server of four GPUs",
        "rents/quotes/conversion.py",
        'stated.astype("Float64").fillna(GPUS_PER_SERVER)',
        "[GPUS_PER_SERVER] * len(quotes)",
        ("tests/rents/test_quotes.py",),
    ),
    Mutation(
        "N15 a break date within the sample",
        "rents/breaks/regimes.py",
        '"high": min(after + high, last)',
        '"high": after + high',
        ("tests/rents/test_breaks.py",),
    ),
    Mutation(
        "N15 an open end is said",
        "rents/breaks/regimes.py",
        '"high_is_open": after + high > last',
        '"high_is_open": False',
        ("tests/rents/test_breaks.py",),
    ),
    Mutation(
        "N16 a slip in the newest quarter",
        "capex/filings/filing_checks.py",
        'return pd.DataFrame(readings).max(axis="columns")',
        'return 9 * pd.DataFrame(readings).max(axis="columns")',
        ("tests/capex/test_checks.py",),
    ),
    Mutation(
        "reserve: the months to come",
        "rental/engines/look_ahead.py",
        "part * service[further:]",
        "part * service[: n_periods - further]",
        (_ORDINARY, "-k", "reserve"),
    ),
    Mutation(
        "reserve: lanes",
        "rental/engines/compiled/reserve_lanes.py",
        "if further >= periods_held:",
        "if further >= 1:",
        (_ORDINARY, "-k", "reserve"),
    ),
    Mutation(
        "reserve: not for the last day",
        "rental/model/blocks/debt.py",
        'when(model["is_debt_final"] > 0.5, on_last_day, scheduled)',
        'when(model["is_debt_final"] > 0.5, before, scheduled)',
        (_ORDINARY, "-k", "reserve"),
    ),
    Mutation(
        "reserve: a lease in advance",
        "rental/model/blocks/debt.py",
        "scheduled * (ONE - form.paid_ahead)",
        "scheduled",
        (_ORDINARY, "-k", "reserve"),
    ),
    Mutation(
        "reserve: cells",
        "rental/faces/workbook/writer.py",
        "(ABS({left}+1)-ABS({left})+1)/2",
        "(ABS({left}+2)-ABS({left}+1)+1)/2",
        (_ORDINARY, "-k", "reserve"),
    ),
    Mutation(
        "sculpted debt measured alone",
        "rental/engines/compiled/streaming.py",
        'if is_sculpted and "debt_drawn_share" in needed:',
        "if False:",
        (_ORDINARY, "-k", "sized"),
    ),
    Mutation(
        "nearest of long names",
        "near_names.py",
        "    close += [each for each in by_form if _holds(form, each) and each not in close]",
        "    holding += [each for each in by_form if _holds(form, each)]",
        ("tests/inputs/test_notebook_parameters.py", "-k", "nearest"),
    ),
    Mutation(
        "a day of the calendar",
        "reports/notebook/parameter_types.py",
        "if not _DAY.fullmatch(value) or not _is_day(value):",
        "if not _DAY.fullmatch(value):",
        ("tests/inputs/test_notebook_parameters.py", "-k", "cannot_be_meant"),
    ),
    Mutation(
        "changes without effect are said",
        "cli/evaluate.py",
        "    if says_remarks:",
        "    if False:",
        ("tests/inputs/test_more_wrong_inputs.py",),
    ),
    Mutation(
        "parameters of a grid without effect",
        "cli/sweep.py",
        "isinstance(work, ModelSweep) else {}",
        "False else {}",
        ("tests/inputs/test_more_wrong_inputs.py",),
    ),
    Mutation(
        "what would make it count",
        "rental/engines/input_remarks.py",
        'return f"not read: it counts {where}" if where else "not read by this case"',
        'return "not read by this case"',
        ("tests/inputs/test_unread.py", "-k", "default_case_does_not_read"),
    ),
    Mutation(
        "what is not read is not moved",
        "rental/questions/unread.py",
        "if not is_read(case, name, names):",
        "if False:",
        ("tests/inputs/test_unread.py", "-k", "default_case_does_not_read"),
    ),
    Mutation(
        "flows that are no numbers",
        "rental/engines/irr.py",
        "if places.size:",
        "if places.size > 99:",
        ("tests/rental/test_irr.py",),
    ),
    Mutation(
        "ordinary: rent in advance",
        "rental/model/blocks/customer_advances.py",
        'if structure.rent_payment_timing == "advance":',
        'if structure.rent_payment_timing == "never":',
        (_ORDINARY,),
    ),
    Mutation(
        "ordinary: what no rent uses up",
        "rental/model/blocks/customer_advances.py",
        'owed = (before - credited) * (ONE - model["is_final"])',
        "owed = before - credited",
        (_ORDINARY,),
    ),
    Mutation(
        "ordinary: months of grace",
        "rental/model/blocks/debt.py",
        'model["grace_periods"] + 0.5',
        'model["grace_periods"] - 0.5',
        (_ORDINARY,),
    ),
    Mutation(
        "ordinary: interest added to debt",
        "rental/model/blocks/debt.py",
        "return -interest",
        "return ZERO * interest",
        (_ORDINARY,),
    ),
    Mutation(
        "ordinary: repaid after grace",
        "rental/model/blocks/debt.py",
        'return owed, n - model["grace_periods"]',
        "return owed, n",
        (_ORDINARY,),
    ),
    Mutation(
        "ordinary: given repayment",
        "rental/model/blocks/debt.py",
        'model["debt_drawn_cny"] * model["repayment_share_given"]',
        'balance * model["repayment_share_given"]',
        (_ORDINARY,),
    ),
    Mutation(
        "ordinary: a fee over the tenor",
        "rental/model/blocks/lender_terms.py",
        'fee / model["debt_tenor_periods"]',
        'fee / model["life_periods"]',
        (_ORDINARY,),
    ),
    Mutation(
        "ordinary: idle power",
        "rental/model/blocks/operating_cost.py",
        '(1 - used) * model["idle_power_share"]',
        'used * model["idle_power_share"]',
        (_ORDINARY,),
    ),
    Mutation(
        "ordinary: a part rises by itself",
        "rental/model/blocks/operating_cost.py",
        "_level(model, name, mark)",
        '_level(model, "cost")',
        (_ORDINARY,),
    ),
    Mutation(
        "ordinary: a share and parts",
        "rental/model/blocks/operating_cost.py",
        "return share_of_revenue(model, structure) + parts(model, structure)",
        "return parts(model, structure)",
        (_ORDINARY,),
    ),
    Mutation(
        "ordinary: months to first rent",
        "rental/model/blocks/timeline.py",
        'positive(smaller(period - model["wait_periods"], ONE))',
        "positive(smaller(period, ONE))",
        (_ORDINARY,),
    ),
    Mutation(
        "ordinary: cover before tax",
        "rental/model/blocks/statements.py",
        "return cash, tax",
        "return cash - tax, ZERO",
        (_ORDINARY,),
    ),
    Mutation(
        "ordinary: half a year",
        "rental/model/blocks/depreciation.py",
        "smaller(year - HALF, life)",
        "smaller(year, life)",
        (_ORDINARY,),
    ),
    Mutation(
        "ordinary: half a month",
        "rental/model/blocks/depreciation.py",
        "smaller(end - HALF, months_of_life)",
        "smaller(end, months_of_life)",
        (_ORDINARY,),
    ),
    Mutation(
        "ordinary: dated flows",
        "rental/engines/dated_irr.py",
        "steps_per_year = DAYS_PER_YEAR / step",
        "steps_per_year = DAYS_PER_YEAR",
        (_ORDINARY,),
    ),
    Mutation(
        "ordinary: a month rented",
        "rental/questions/own_or_rent.py",
        "            rented_cny_per_gpu_hour * hours,",
        "            rented_cny_per_gpu_hour * HOURS_PER_MONTH,",
        (_ORDINARY,),
    ),
    Mutation(
        "written: per cent",
        "written_values.py",
        "return _percentage(text[:-1].strip(), unit)",
        "return float(text[:-1])",
        ("tests/inputs/test_written_values.py", "tests/inputs/test_typed_values.py"),
    ),
    Mutation(
        "written: what a comma leaves open",
        "written_values.py",
        'raise ValueError(f"one number: {joined} or {decimal:g}, which the comma leaves open")',
        "return decimal",
        ("tests/inputs/test_written_values.py", "tests/inputs/test_typed_values.py"),
    ),
    Mutation(
        "written: a word is no number",
        "written_values.py",
        'raise ValueError("a number, not yes or no")',
        "return float(value)",
        ("tests/inputs/test_written_values.py", "tests/inputs/test_typed_values.py"),
    ),
    Mutation(
        "unusual values are said",
        "rental/engines/input_remarks.py",
        "None if is_foreign else implausible(field, value)",
        "None",
        ("tests/inputs/test_wrong_inputs.py", "tests/rental/test_bad_input.py"),
    ),
    Mutation(
        "harm: restart among other files",
        "sweeps/folder.py",
        "self._refuse_foreign(found)",
        "pass",
        ("tests/sweeps/test_folder.py",),
    ),
    Mutation(
        "harm: summaries that were edited",
        "sweeps/folder.py",
        "self._refuse_edited(summary_names(work.kind))",
        "pass",
        ("tests/sweeps/test_folder.py",),
    ),
    Mutation(
        "harm: a folder of something else",
        "sweeps/folder.py",
        "if found is None and self.path.exists() and not self._is_empty():",
        "if False:",
        ("tests/sweeps/test_folder.py",),
    ),
    Mutation(
        "harm: an ending decides",
        "cli/output.py",
        "if ending not in endings:",
        "if False:",
        ("tests/test_output.py",),
    ),
    Mutation(
        "harm: nothing is overwritten unasked",
        "cli/output.py",
        "if is_there and not force:",
        "if False:",
        ("tests/test_output.py",),
    ),
    Mutation(
        "harm: own folders are no place for output",
        "cli/output.py",
        "if any(folder.is_relative_to(ROOT / name) for name in _OWN):",
        "if False:",
        ("tests/test_output.py",),
    ),
    Mutation(
        "harm: a name is no path",
        "reports/notebook/parameter_checks.py",
        "if not _NAME.match(values[each.name])",
        "if False",
        ("tests/inputs/test_notebook_parameters.py", "tests/reports/test_parameters.py"),
    ),
    Mutation(
        "harm: a table is no path",
        "data/processed.py",
        "if not _NAME.match(name):",
        "if False:",
        ("tests/data", "-k", "processed"),
    ),
    Mutation(
        "harm: a key that stands twice",
        "yaml_files.py",
        "if key in seen:",
        "if False:",
        ("tests/test_yaml_files.py",),
    ),
    Mutation(
        "given twice",
        "cli/evaluate.py",
        'faults.append(Fault("command line", None, f"--set {name}", value, "each name once"))',
        "continue",
        (_ANSWERS, "-k", "given_twice"),
    ),
    Mutation(
        "no solution",
        "cli/evaluate.py",
        "raise typer.Exit(1)",
        "raise typer.Exit(0)",
        (_ANSWERS, "-k", "solve_exits"),
    ),
    Mutation(
        "a file that says nothing",
        "rental/inputs/cases.py",
        'raise AssumptionError([Fault(file, None, None, "nothing", f"{expected}, at least one")])',
        "return {}",
        (_ANSWERS, "-k", "says_nothing"),
    ),
    Mutation(
        "times on standard error",
        "cli/audit.py",
        'typer.echo(f"{seconds:.1f} s", err=True)',
        'typer.echo(f"{seconds:.1f} s")',
        (_ANSWERS, "-k", "times_go"),
    ),
    Mutation(
        "help by its short name",
        "cli/command.py",
        '["-h", "--help"]',
        '["--help"]',
        (_COMMAND_LINE, "-k", "two_names"),
    ),
    Mutation(
        "the version",
        "cli/app.py",
        "raise typer.Exit\n",
        "return\n",
        (_COMMAND_LINE, "-k", "version"),
    ),
    Mutation(
        "required is shown",
        "cli/evaluate.py",
        "(`evaluate --list`).  [required]",
        "(`evaluate --list`).",
        (_COMMAND_LINE, "-k", "required"),
    ),
    Mutation(
        "a page in an interpreter",
        "rental/engines/result.py",
        "return str(self)",
        "return repr(vars(self))",
        ("tests/rental/test_printed_result.py",),
    ),
    Mutation(
        "a page in its currency",
        "rental/engines/result.py",
        "return in_currency(page, self.assumptions.currency)",
        "return page",
        ("tests/rental/test_printed_result.py",),
    ),
    Mutation(
        "progress on a terminal",
        "exuberance/null_draws.py",
        "disable=not is_shown",
        "disable=True",
        ("tests/exuberance/test_critical_values.py", "-k", "progress"),
    ),
    Mutation(
        "progress on a terminal alone",
        "exuberance/null_draws.py",
        "disable=not is_shown",
        "disable=False",
        ("tests/exuberance/test_critical_values.py", "-k", "progress"),
    ),
    Mutation(
        "months that are needed",
        "rents/quotes/monthly.py",
        'need = f"{what} need {needed} months"',
        'need = f"{what}"',
        ("tests/inputs/test_series.py",),
    ),
    Mutation(
        "a folder that cannot be written",
        "reports/build/builder.py",
        "if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK)",
        "if False",
        ("tests/reports/test_build_faults.py", "-k", "elsewhere"),
    ),
    Mutation(
        "a mapping is a case",
        "rental/inputs/cases.py",
        "if isinstance(case, Mapping):",
        "if not isinstance(case, Mapping | str | Path):",
        ("tests/rental/test_cases.py",),
    ),
    Mutation(
        "a case by its name",
        "rental/inputs/cases.py",
        "if isinstance(case, str | Path):",
        "if isinstance(case, Path):",
        ("tests/rental/test_cases.py",),
    ),
)


def caught(mutation: Mutation, copy: Path) -> str:
    """Put a mutation into a copy, run its tests, take it out again; say what happened."""
    path = copy / "analysis" / mutation.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutation.right) != 1:
        return f"not one place in {mutation.file}: {mutation.right}"
    path.write_text(text.replace(mutation.right, mutation.wrong), encoding="utf-8")
    # not -O, and no bytecode of the text before: both would hide a mutation
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    run = subprocess.run(
        [*command, "-m", "not slow", *mutation.tests], cwd=copy, capture_output=True, text=True
    )
    path.write_text(text, encoding="utf-8")
    if run.returncode != 1:
        return "survived" if run.returncode == 0 else f"no test ran: {run.stdout[-300:]}"
    first = next(line for line in run.stdout.splitlines() if line.startswith(("FAILED", "ERROR")))
    return f"caught by {first.split(' ', 1)[1].split(' - ')[0]}"


def main() -> None:
    """Run the mutations whose names hold one of the words given, or all."""
    words = sys.argv[1:]
    chosen = [each for each in MUTATIONS if not words or any(word in each.name for word in words)]
    results = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        left_out = shutil.ignore_patterns(".venv", ".git", "executed", "__pycache__")
        shutil.copytree(ROOT, copy, ignore=left_out, symlinks=True)
        for mutation in chosen:
            results.append(caught(mutation, copy))
            print(f"{mutation.name}: {results[-1]}", flush=True)
    n_caught = sum(result.startswith("caught") for result in results)
    print(f"{n_caught} of {len(results)} caught")
    raise SystemExit(n_caught < len(results))


if __name__ == "__main__":
    main()
