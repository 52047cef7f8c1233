"""What all commands share: an option that stands twice is refused, interrupts, checked words."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections import Counter
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from analysis.errors import Fault, ParameterError
from analysis.interrupts import heard
from analysis.kernel_cache import COMPILATION

HELP = {"help_option_names": ["-h", "--help"]}
"""Settings of every group of commands."""

INTERRUPTED = 130
"""Exit code of a command that was interrupted, as shells give it."""
_DEAF = (COMPILATION, "IO loop")
"""Names of threads that go on while an interrupted command ends: the compiler's and Dask's."""


class Group(TyperGroup):
    """Commands under one name, whose help does not wait for what reads values.

    Of a flag that is left out typer asks pydantic whether nothing is a truth value, and importing
    it takes a fifth of the time of a ``--help``.
    """

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the options, flags among them off until they are given."""
        parameters = super().get_params(ctx)
        for parameter in parameters:
            if getattr(parameter, "is_flag", False) and parameter.default is None:
                parameter.default = False
        return parameters


class Command(TyperCommand):
    """A command that takes each option once, unless the option is a list."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuse an option that is given twice, of which the last would be taken silently."""
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        for parameter, count in Counter(order).items():
            if count > 1 and isinstance(parameter, TyperOption) and not parameter.multiple:
                raise typer.BadParameter(f"given {count} times", ctx=ctx, param=parameter)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; interrupted from the keyboard, say what became of its files.

        A command that keeps a part of what it made says so itself.
        """
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            heard()
            typer.echo(
                "interrupted: nothing is half made; what was there before is kept.", err=True
            )
            raise typer.Exit(INTERRUPTED) from None


def has_deaf_threads() -> bool:
    """Return whether a thread is at work that no interrupt reaches, and nobody needs any more."""
    return any(thread.name in _DEAF for thread in threading.enumerate())


def leave(exit_code: int) -> NoReturn:
    """End the process at once, without waiting for its threads."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(exit_code)


def checked(value: Any, type_: Any, option: str) -> Any:
    """Return the value of an option, if it is what a parameter of that type can be.

    Parameters
    ----------
    value : object
        As given.
    type_ : object
        One of `analysis.reports.notebook.parameter_types`.
    option : str
        Named in errors.

    Raises
    ------
    ParameterError
        With what it can be, and the nearest.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(type_).validate_python(value)
    except ValidationError as error:
        expected = error.errors()[0]["msg"].removeprefix("Input should be ")
        fault = Fault("command line", None, option, str(value), expected)
        raise ParameterError([fault]) from None


def read_decimal(text: str | float) -> float:
    """Read the number of an option as people write it, a percentage among others."""
    from analysis.written_values import read_number

    try:
        return float(read_number(str(text)))
    except ValueError as error:
        found = str(error)
        hint = "a number, such as 0.15 or 15%" if found.startswith("could not") else found
        raise typer.BadParameter(f"{text!r} is not {hint}") from None
