"""Fill the summary's sentences with what the reports saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

import pandas as pd
import yaml

from analysis.errors import Fault, ParameterError
from analysis.figures.language import LANGUAGES
from analysis.near_names import one_of
from analysis.summary.writing import LIST_SEPARATORS, formatted

LINES = Path(__file__).with_name("lines.yaml")

Load = Callable[[str], Mapping[str, Any]]
"""Loads the results of a report by name."""


class Summary:
    """The page in one language.

    Parameters
    ----------
    language : str
        ``en`` or ``zh-CN``.
    load_results : callable
        Returns the results of a report.
    content : mapping, optional
        What ``lines.yaml`` holds.

    Raises
    ------
    ParameterError
        A language that the page does not have.
    """

    def __init__(
        self, language: str, load_results: Load, content: Mapping[str, Any] | None = None
    ) -> None:
        if language not in LANGUAGES:
            expected = one_of(language, LANGUAGES)
            raise ParameterError([Fault("parameters", None, "language", language, expected)])
        self.language = language
        self.content = read_lines() if content is None else content
        self._load = load_results

    @property
    def words(self) -> Mapping[str, str]:
        """Words of the picture and of the page's end."""
        words: Mapping[str, str] = self.content["words"][self.language]
        return words

    def verdict(self) -> str:
        """Return the answer to the page's question, markdown."""
        return self._filled(self.content["verdict"][self.language], "rental-model")

    def decisions(self) -> pd.DataFrame:
        """Return who asks, the answer, what would change it, and as of when.

        Returns
        -------
        DataFrame
            Index ``who``; columns ``answer``, ``change``, ``as_of``, text.
        """
        rows = {
            row["who"][self.language]: {
                "answer": self._filled(row["answer"][self.language], ""),
                "change": self._filled(row["change"][self.language], ""),
                "as_of": self._filled(row["as_of"], ""),
            }
            for row in self.content["decisions"]
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("who")

    def sections(self) -> list[str]:
        """Return one block of markdown for each report: heading, lines, link."""
        blocks = []
        for section in self.content["sections"]:
            report, question = section["report"], section["question"][self.language]
            lines = [f"- {self._filled(line[self.language], report)}" for line in section["lines"]]
            link = f"[{self.words['report']}{question}]({report}.html)"
            blocks.append("\n".join([f"## {question}", "", *lines, "", link]))
        return blocks

    def picture(self) -> dict[str, float]:
        """Return the project's present value by case of the rental model, CNY, labels as keys."""
        return {
            case[self.language]: float(self._load(case["report"])["project_npv_cny"])
            for case in self.content["picture"]
        }

    def _filled(self, template: str, report: str) -> str:
        """Fill a template, whose fields name a result, or ``report/result`` of another.

        A result that is a list or a mapping is followed by an item of it in brackets.
        """
        text = []
        for literal, field, form, _ in Formatter().parse(template):
            text.append(literal)
            if field is not None:
                value = self._value(field, report)
                text.append(formatted(value, form or "", self.language))
        return "".join(text)

    def _value(self, field: str, report: str) -> Any:
        source, _, key = field.rpartition("/")
        name, *inner = key.replace("]", "").split("[")
        value: Any = self._load(source or report)
        try:
            for part in (name, *inner):
                value = value[int(part) if isinstance(value, list) else part]
        except (KeyError, IndexError):
            value = None
        if value is None:
            place = f"{source or report}.{key}"
            raise ParameterError(
                [Fault("analysis/summary/lines.yaml", None, place, field, "a saved result")]
            )
        if isinstance(value, list):
            return LIST_SEPARATORS[self.language].join(self._in_language(str(one)) for one in value)
        return self._in_language(value) if isinstance(value, str) else value

    def _in_language(self, text: str) -> str:
        """Take a name or a verdict that a report saved in English into the page's language."""
        translations: Mapping[str, str] = self.content["translations"].get(self.language, {})
        return translations.get(text, text)


def read_lines() -> dict[str, Any]:
    """Read the templates."""
    content: dict[str, Any] = yaml.safe_load(LINES.read_text(encoding="utf-8"))
    return content


def reports_named(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Return every report whose results the page uses, in order of first use.

    Examples
    --------
    >>> "rental-model-half-empty" in reports_named(read_lines())
    True
    """
    named = [section["report"] for section in content["sections"]]
    named += [case["report"] for case in content["picture"]]
    templates = [content["verdict"]["en"]]
    templates += [row[part]["en"] for row in content["decisions"] for part in ("answer", "change")]
    templates += [row["as_of"] for row in content["decisions"]]
    templates += [line["en"] for section in content["sections"] for line in section["lines"]]
    for template in templates:
        fields = (field for _, field, _, _ in Formatter().parse(template) if field)
        named += [field.rpartition("/")[0] for field in fields if "/" in field]
    return tuple(dict.fromkeys(named))
