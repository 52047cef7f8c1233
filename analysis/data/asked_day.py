"""Day that tables are asked for as of, apart from them: a command asks before it reads any."""

from __future__ import annotations

import os
from datetime import date

from analysis.errors import Fault, ParameterError
from analysis.paths import AS_OF_VARIABLE


def as_of_day() -> date | None:
    """Return the day that tables are asked for as of; None for today.

    Raises
    ------
    ParameterError
        The environment variable holds no day.
    """
    text = os.environ.get(AS_OF_VARIABLE, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        fault = Fault("environment", None, AS_OF_VARIABLE, text, "a day such as 2026-06-30")
        raise ParameterError([fault]) from None


def refuse_past(command: str) -> None:
    """Refuse a command that writes what is of today while tables are asked for as of a day.

    Parameters
    ----------
    command : str
        For the message, ``data add``.

    Raises
    ------
    ParameterError
        The environment asks for tables as of a day.
    """
    if day := as_of_day():
        expected = f"unset: `{command}` writes what is known today, not by a day"
        raise ParameterError([Fault("environment", None, AS_OF_VARIABLE, f"{day}", expected)])
