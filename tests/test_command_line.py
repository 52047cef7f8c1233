"""What every command has: two names of its help, what is required, names near a typed one."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from analysis.cli.app import app


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with the words that call it; groups are commands too."""
    yield path, group
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*path, name))


ALL = dict(commands(typer.main.get_command(app)))
LEAVES = {path: each for path, each in ALL.items() if not hasattr(each, "commands")}


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200", "TERM": "dumb"})


def test_the_version_is_that_of_the_package() -> None:
    done = run("--version")
    assert (done.exit_code, done.stdout) == (
        0,
        f"compute-rental {version('compute-rental-economics')}\n",
    )


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_has_two_names(path: tuple[str, ...]) -> None:
    short, long = run(*path, "-h"), run(*path, "--help")
    assert short.exit_code == long.exit_code == 0
    assert short.stdout == long.stdout
    assert " ".join(path) in short.stdout


@pytest.mark.parametrize("path", [(), ("evaluate",), ("build",), ("data", "add")], ids=" ".join)
def test_help_does_not_wait_for_what_computes_or_reads_values(path: tuple[str, ...]) -> None:
    program = (
        "import atexit, sys\n"
        "slow = {'numpy', 'pandas', 'pydantic', 'sympy', 'yaml'}\n"
        "atexit.register(lambda: print('imported:', *sorted(slow & set(sys.modules))))\n"
        "from analysis.cli.app import app\n"
        f"app({[*path, '--help']})\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "imported:")


def needs(path: tuple[str, ...]) -> list[Any]:
    """What a command cannot go without; the parser does not ask for CASE, which is missed later."""
    with_case = path not in [("evaluate",), ("simulate",)]  # which print lists and schemas, too
    return [
        each for each in LEAVES[path].params if each.required or (with_case and each.name == "case")
    ]


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_what_is_required_is_shown_as_required_and_missed_by_name(path: tuple[str, ...]) -> None:
    needed = needs(path)
    assert run(*path, "-h").stdout.count("[required]") == len(needed)
    for missing in needed:
        words: list[str] = []
        for each in needed:
            if each is not missing and each.param_type_name == "option":
                words += [each.opts[0], "1"]
            elif each is not missing:
                words.append("sihan-2025-straight-line")
        done = run(*path, *words)
        assert done.exit_code != 0
        if missing.param_type_name == "option":
            said, name = done.output, f"Missing option '{missing.opts[0]}'"
        elif missing.required:
            said, name = done.output, "Missing argument"
        else:
            said, name = str(done.exception), "column CASE: found '', expected a file"
        assert name in said


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_help_names_options_that_there_are(path: tuple[str, ...]) -> None:
    command = LEAVES[path]
    texts = [command.help or "", *(each.help or "" for each in command.params)]
    for words, option in re.findall(r"((?:\b[a-z-]+ )*)(--[a-z][a-z-]+)", " ".join(texts)):
        named = [LEAVES[other] for other in LEAVES if words.endswith(f"{' '.join(other)} ")]
        for each in named or [command]:
            options = [name for one in each.params for name in (*one.opts, *one.secondary_opts)]
            assert option in (*options, "--help"), f"{' '.join(path)}: {words}{option}"


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("build", "rental_model"), "rental-model"),
        (("build", "Rent_Trends"), "rent-trends"),
        (("build", "rental-modell"), "rental-model"),
        (("sweep", "rental-model", "grid.yaml"), "rental_model"),
        (("evaluate", "sihan_2025_straight_line"), "sihan-2025-straight-line"),
    ],
)
def test_a_name_with_the_other_line_is_known(arguments: tuple[str, ...], meant: str) -> None:
    done = run(*arguments)
    said = f"{done.output}{done.exception}"
    assert done.exit_code in (1, 2)
    assert re.search(rf"(perhaps|one of|expected) .*{meant}", said), said
