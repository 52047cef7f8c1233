"""What no cell of an own table may hold: letters that look like others, hidden signs, sums."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from analysis.data.own.kinds import words
from analysis.data.own.written import normal
from analysis.data.text import REPLACEMENT, is_utf_7

SUMS: Final = frozenset(
    words(
        "total, totals, subtotal, sub-total, grand total, sum, average, avg, mean, median, gesamt, "
        "summe, durchschnitt, mittelwert, 合计, 总计, 小计, 总和, 平均, 平均值, 均价"
    )
)
_WORD: Final = re.compile(r"\w+")
_FORMULA: Final = re.compile(r"\s*(?:[=@]|[+-](?=[A-Za-z@=(]))")
_MARKUP: Final = re.compile(r"<\s*[A-Za-z/!?]")
LONGEST_CELL: Final = 2_000


def unclean(cell: object) -> str | None:
    """Say what is expected of a cell that cannot be meant as it stands; None when it is clean.

    Double spaces, no-break spaces, wide letters and a byte-order mark mean what plain ones do and
    are no fault.

    Examples
    --------
    >>> unclean("\N{CYRILLIC CAPITAL LETTER A}WS")
    'letters of one script in a word, not CYRILLIC beside LATIN'
    >>> unclean("Яндекс"), unclean("AWS\N{NO-BREAK SPACE}1"), unclean(2.5)
    (None, None, None)
    """
    if not isinstance(cell, str):
        return None
    if len(cell) > LONGEST_CELL:
        return f"a cell of at most {LONGEST_CELL:,} letters"
    if _FORMULA.match(cell):
        return "text that no spreadsheet takes for a formula"
    if _MARKUP.search(cell):
        return "text without markup"
    if cell.isascii() and cell.isprintable():
        return "text in UTF-8, not UTF-7" if is_utf_7(cell) else None
    if REPLACEMENT in cell:
        return "text without replacement characters"
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cs") for sign in _visible(cell)):
        return "text without control or invisible characters"
    if any(unicodedata.category(sign) == "No" for sign in cell):
        return "digits on the line, without superscripts and fractions"
    if _is_decoded_twice(cell):
        return "text in UTF-8 that was read once (this one was taken for another encoding)"
    for word in _WORD.findall(unicodedata.normalize("NFKC", cell)):
        scripts = sorted({_script(letter) for letter in word} - {""})
        if len(scripts) > 1 or (scripts not in ([], ["LATIN"]) and re.search(r"[0-9]", word)):
            beside = " beside ".join(scripts) if len(scripts) > 1 else f"{scripts[0]} beside digits"
            return f"letters of one script in a word, not {beside}"
    return None


def is_sum(cell: object) -> bool:
    """Whether a cell says that its row is a sum or mean of others.

    >>> is_sum("Total:"), is_sum("合计"), is_sum("TotalEnergies")
    (True, True, False)
    """
    return isinstance(cell, str) and normal(cell).lower().strip(" :.=*") in SUMS


def _visible(cell: str) -> str:
    return re.sub(r"[\n\r\t\ufeff]", "", cell)


def _script(letter: str) -> str:
    """Script of a letter that is easily taken for one of another; nothing for all other signs."""
    if not letter.isalpha():
        return ""
    name = unicodedata.name(letter, "").split(" ")[0]
    return name if name in ("LATIN", "CYRILLIC", "GREEK", "CHEROKEE", "ARMENIAN") else ""


def _is_decoded_twice(cell: str) -> bool:
    """Whether UTF-8 was taken for Windows' Western encoding, as in Ã© for é."""
    try:
        again = cell.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return False
    return again != cell
