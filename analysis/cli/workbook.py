"""Command of the spreadsheet face."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.evaluate import Changes, chosen_case
from analysis.cli.output import Force, claim


def workbook(
    case: Annotated[
        str, typer.Argument(help="A YAML or JSON file, or a named case.", show_default=False)
    ],
    path: Annotated[Path, typer.Argument(help="The .xlsx file to write.", show_default=False)],
    changes: Changes = None,
    force: Force = False,
) -> None:
    """Write a case as a workbook of live formulas: change an input and it recalculates.

    Examples
    --------
        python -m analysis workbook sihan-2025-straight-line model.xlsx
    """
    from analysis.rental.faces.workbook.writer import write_workbook

    claim(path, option="PATH", endings=(".xlsx",), force=force)
    write_workbook(chosen_case(case, changes), path)
    typer.echo(f"wrote {path}")
