"""The page of methods: what the model takes for granted, and why the project is built as it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from analysis.figures.markdown import to_html
from analysis.paths import ROOT
from analysis.reports.site.sheet import Published, Sheet

MODEL: Final = ROOT / "docs" / "model.md"
DESIGN: Final = ROOT / "docs" / "design.md"
FORMULAS: Final = ROOT / "docs" / "formulas.md"

_LINK: Final = re.compile(r'<a href="(?!https?:|#)[^"]*">(.*?)</a>', re.DOTALL)
_HEADING: Final = re.compile(r"<(/?)h([1-3])>")


def method_sheet(_: Sequence[Published]) -> Sheet:
    """Return the conventions of the model, then decisions with what else was tried."""
    files = {f"files/docs/{path.name}": path.read_bytes() for path in (MODEL, DESIGN, FORMULAS)}
    every = '<a href="files/docs/formulas.md">every formula, as text</a>'
    parts = [
        f"<p>The equations stand on the pages of the reports; here is {every}.</p>",
        *(as_section(path.read_text(encoding="utf-8")) for path in (MODEL, DESIGN)),
    ]
    return Sheet(
        "How it is worked out",
        "What the numbers take for granted, and the decisions behind the methods: why, what else "
        "was tried, and what would change them.",
        "\n".join(_named_tables("\n".join(parts))),
        files,
    )


def as_section(markdown: str) -> str:
    r"""Return a document as a part of a page: headings lower, links into the project as text.

    Examples
    --------
    >>> as_section("# A\n\n[here](x.py), [there](https://a.b/c)\n").strip()
    '<h2>A</h2>\n<p>here, <a href="https://a.b/c">there</a></p>'
    """
    html = _LINK.sub(r"\1", to_html(markdown))
    return _HEADING.sub(lambda found: f"<{found[1]}h{int(found[2]) + 1}>", html)


def _named_tables(html: str) -> list[str]:
    """Give every table a box in which it can be moved, and the heading above it as its name."""
    pieces = re.split(r"(<table>.*?</table>)", html, flags=re.DOTALL)
    heading, of_heading = "", Counter[str]()
    for at, piece in enumerate(pieces):
        if at % 2 == 0:
            heading = [heading, *re.findall(r"<h[2-4]>(.*?)</h[2-4]>", piece)][-1]
            continue
        of_heading[heading] += 1
        part = f", part {of_heading[heading]}" if of_heading[heading] > 1 else ""
        caption = f'<caption id="cap-{at}"><span>{heading}: in a table{part}</span></caption>'
        table = piece.replace("<table>", f"<table>{caption}").replace("<th>", '<th scope="col">')
        pieces[at] = (
            f'<div class="scroll" role="region" tabindex="0" aria-labelledby="cap-{at}">'
            f"{table}</div>"
        )
    return pieces
