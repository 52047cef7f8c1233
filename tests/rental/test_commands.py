"""The commands as a user runs them: what is printed where, and with which exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from analysis.cli import app as cli
from analysis.rental import Assumptions, load_case
from analysis.rental.model.outputs import OUTPUTS

CASE = "sihan-2025-straight-line"
Captured = pytest.CaptureFixture[str]


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the command line in this process; returns its exit code."""
    monkeypatch.setattr(sys, "argv", ["compute-rental", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def test_a_case_does_not_wait_for_pandas() -> None:
    program = (
        f"import sys; sys.argv = ['compute-rental', 'evaluate', {CASE!r}]\n"
        "from analysis.cli.app import app\n"
        "try:\n    app()\nfinally:\n    print('pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "False", done.stderr


def test_json_holds_assumptions_measures_and_remarks(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    assert run(monkeypatch, "evaluate", CASE, "--json") == 0
    record = json.loads(capsys.readouterr().out)
    assert set(Assumptions.model_fields) | set(OUTPUTS) | {"remarks"} <= set(record)
    assert [round(100 * m, 2) for m in record["net_margin_by_year"]] == [
        32.38,
        33.51,
        34.65,
        35.78,
        36.91,
    ]
    assert record["net_profit_by_year_cny"][0] == pytest.approx(272_000)
    assert round(record["payback_source_years"], 2) == 3.02
    assert (record["utilization"], record["debt_share"], record["tax_rate"]) == (1.0, 0.7, 0.15)
    assert (record["useful_life_years"], record["residual_value_share"]) == (5.0, 0.05)
    assert record["remarks"] == {}


def test_table_says_in_words_what_does_not_exist(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    assert run(monkeypatch, "evaluate", CASE, "--set", "debt_share=0", "-s", "utilization=0.1") == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "never pays back within 5 years" in printed
    assert "Loan-life cover n/a: no debt" in printed
    for output in OUTPUTS.values():
        assert output.label.split(",")[0] in printed


def test_set_changes_an_assumption(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    arguments = ["evaluate", CASE, "--json", "--set", "billing_mode=gpu_hour"]
    assert run(monkeypatch, *arguments, "--set", "rent_cny_per_gpu_hour=12") == 0
    record = json.loads(capsys.readouterr().out)
    assert record["rent_cny_per_gpu_hour"] == 12.0
    assert record["rent_cny_per_server_month"] is None


def test_a_case_can_be_written_and_evaluated(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured, tmp_path: Path
) -> None:
    file = tmp_path / "my-case.yaml"
    arguments = ["evaluate", CASE, "--set", "tax_rate=0.25", "--write-case", str(file)]
    assert run(monkeypatch, *arguments) == 0
    assert load_case(file) == load_case(CASE).replace(tax_rate=0.25)
    assert [path.name for path in tmp_path.iterdir()] == ["my-case.yaml"]
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first == "server_price_cny: 2000000.0  # price paid for the server, as quoted, CNY"
    capsys.readouterr()
    assert run(monkeypatch, "evaluate", str(file), "--json") == 0
    assert json.loads(capsys.readouterr().out)["tax_rate"] == 0.25


def test_schema_is_a_schema(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    assert run(monkeypatch, "evaluate", "--schema") == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate({"utilization": 0.5}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"utilization": 1.4}, schema)


def test_list_names_the_cases(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    assert run(monkeypatch, "evaluate", "--list") == 0
    assert CASE in capsys.readouterr().out.splitlines()


def test_solve_answers_in_a_sentence_or_json(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    question = ["solve", CASE, "--unknown", "rent_decline_per_year", "--target", "equity_npv_cny"]
    question += ["--wanted", "0", "--low", "0", "--high", "0.9"]
    assert run(monkeypatch, *question) == 0
    assert capsys.readouterr().out.startswith("equity_npv_cny = 0 at rent_decline_per_year = 0.27")
    assert run(monkeypatch, *question, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["values"] == pytest.approx([0.2758], abs=5e-5)
    assert answer["at_low"] > 0 > answer["at_high"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["evaluate", CASE, "--set", "utilization=1.4"], "column utilization: found '1.4'"),
        (["evaluate", CASE, "--set", "utilisation=0.4"], "did you mean 'utilization'?"),
        (["evaluate", CASE, "--set", "utilization"], "column --set: found 'utilization', expected"),
        (["evaluate", CASE, "--set", "utilization=[1,"], "--set utilization: found '[1,'"),
        (["evaluate", "no-such-case"], "expected a file, or one of sihan-2025-double-declining"),
        (["evaluate"], "command line, column CASE: found '', expected a file, or one of"),
        (
            ["evaluate", CASE, "--write-case", "no/such/folder/case.yaml"],
            "expected a file that can be written",
        ),
        (
            [
                "solve",
                CASE,
                "--unknown",
                "debt_form",
                "--target",
                "irr",
                "--wanted",
                "0",
                "--low",
                "1",
                "--high",
                "0",
            ],
            "3 faults, nothing was evaluated:",
        ),
    ],
)
def test_faults_go_to_standard_error_with_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured, arguments: list[str], message: str
) -> None:
    assert run(monkeypatch, *arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert "Traceback" not in captured.err


def test_the_module_runs_as_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "analysis", "evaluate", CASE, "--set", "debt_share=1.2"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "column debt_share: found '1.2', expected less than or equal to 1" in done.stderr
