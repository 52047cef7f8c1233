"""What the README says of the answers: one row a notebook, written by the build."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from analysis.reports.site.downloads import alone
from analysis.reports.site.sheet import Published

PICTURED: Final = ("rental-model", "rent-trends", "capex-intensity")
"""Reports whose first picture stands in the README."""

_ANSWERS: Final = re.compile(r"(<!-- answers:[^\n]*-->\n).*?(<!-- end of answers -->)", re.DOTALL)
_SVG: Final = re.compile(r"<svg\b[^>]*>")


def with_answers(text: str, groups: Sequence[Sequence[Published]]) -> str:
    r"""Return a text with the table of answers between its two marks, unchanged without these.

    Parameters
    ----------
    text : str
        Markdown.
    groups : sequence of sequence of Published
        Reports by notebook; the first one of each answers for it.

    Examples
    --------
    >>> report = Published("a", "a", "", "en", "Does it?", {}, {"headline": "Yes."})
    >>> text = "<!-- answers: as built -->\nold\n<!-- end of answers -->\n"
    >>> print(with_answers(text, [[report]]))
    <!-- answers: as built -->
    | notebook | question | answer |
    |---|---|---|
    | `a` | Does it? | Yes. |
    <!-- end of answers -->
    <BLANKLINE>
    """
    rows = [
        f"| `{report.notebook}` | {report.question} | {report.headline} |"
        for report, *_ in groups
        if report.headline
    ]
    table = "\n".join(["| notebook | question | answer |", "|---|---|---|", *rows])
    return _ANSWERS.sub(lambda found: f"{found[1]}{table}\n{found[2]}", text)


def on_paper(picture: str) -> str:
    """Return a picture of a page as a file that reads on light and dark pages alike."""
    return _SVG.sub(
        lambda found: f'{found[0]}<rect width="100%" height="100%" fill="#ffffff"/>',
        alone(picture),
        count=1,
    )
