"""Figures as printed, read as numbers: 7.5 万, 36.9 亿, 1.65M, 70 %."""

from __future__ import annotations

import re

from analysis.units import WAN, YI

MULTIPLIERS = {
    "万亿": WAN * YI,
    "亿": YI,
    "億": YI,
    "百万": 1e6,
    "万": WAN,
    "萬": WAN,
    "trillion": 1e12,
    "billion": 1e9,
    "bn": 1e9,
    "million": 1e6,
    "M": 1e6,
    "k": 1e3,
    "%": 1e-2,
    "个百分点": 1e-2,
    "": 1.0,
}
WORDS = "|".join(
    rf"{word}(?![A-Za-z])" if word.isascii() and word.isalpha() else word for word in MULTIPLIERS
)
FIGURE = re.compile(
    r"(?<![A-Za-z0-9.,])"  # the digits of a name such as H100 are no figure
    r"(?P<minus>(?:亏损|下降|减少|(?<![^\s/(])[-−]) ?)?"  # a dash after a figure is a range
    r"(?P<number>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)"
    rf" ?(?P<multiplier>{WORDS})"
)


def figures(printed: str) -> list[float]:
    """Read every figure of a printed text; a range or list shares the multiplier of its end.

    Parameters
    ----------
    printed : str
        The figure as the source prints it, with its unit, not the sentence around it.

    Returns
    -------
    list of float
        Numbers in base units, percentages as decimals, in the order printed; negative after a
        minus sign, 亏损 (loss), 下降 or 减少 (less by).

    Examples
    --------
    >>> figures("12-18 万元/月")
    [120000.0, 180000.0]
    >>> figures("36.9 亿")
    [3690000000.0]
    >>> figures("32%、34%")
    [0.32, 0.34]
    >>> figures("亏损 5.1 万")
    [-51000.0]
    >>> figures("128 台 H100")
    [128.0]
    """
    found = list(FIGURE.finditer(printed))
    values: list[float] = []
    multiplier = ""
    for position, figure in reversed(list(enumerate(found))):
        own = figure["multiplier"]
        if own or not _opens_range(printed, found, position):
            multiplier = own
        sign = -1.0 if figure["minus"] else 1.0
        values.append(sign * float(figure["number"].replace(",", "")) * MULTIPLIERS[multiplier])
    return values[::-1]


def _opens_range(printed: str, found: list[re.Match[str]], position: int) -> bool:
    """Whether only a dash or slash stands between this figure and the next."""
    if position + 1 == len(found):
        return False
    between = printed[found[position].end() : found[position + 1].start()]
    return between.strip() in {"-", "–", "—", "~", "至", "to", "/"}
