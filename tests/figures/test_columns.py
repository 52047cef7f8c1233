"""The registry of columns: whole, in order, used, and nowhere written a second time."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pandas as pd

from analysis.figures import use_language
from analysis.figures.column_registry import REGISTRY, columns
from analysis.figures.language import LANGUAGES
from analysis.figures.table import table_html
from analysis.paths import NOTEBOOKS, ROOT


def test_columns_stand_once_and_in_order() -> None:
    names = re.findall(r"^'?([^#\s:']+)'?: \{", REGISTRY.read_text("utf-8"), re.M)
    assert names == sorted(set(names), key=str.lower)
    assert list(columns()) == names


def test_every_format_writes_a_number() -> None:
    for name, column in columns().items():
        if column.format not in ("", "markdown"):
            assert re.search(r"\d", column.format.format(1)), name


def test_percent_is_written_of_shares_only() -> None:
    for name, column in columns().items():
        if column.format.endswith("%}"):
            assert column.unit.startswith(("share", "probability")), name


def test_every_column_has_a_heading_in_every_language_and_in_no_other() -> None:
    for name, column in columns().items():
        assert set(column.headings) == set(LANGUAGES), name  # a misspelt key stands among them
        assert all(column.headings.values()), name


def test_every_column_is_one_of_a_table() -> None:
    sources = [*(ROOT / "analysis").rglob("*.py"), *NOTEBOOKS.glob("*.py")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    words = set(re.findall(r"\w+", text)) | set(re.findall(r"ratio_\d{4}", text))
    # years of the test of profit stand behind one format string
    unused = [name for name in columns() if name not in words and not name.startswith("ratio_")]
    assert unused == []


def written_again() -> Iterator[str]:
    for path in NOTEBOOKS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.keyword) and isinstance(node.value, ast.Dict):
                for key, value in zip(node.value.keys, node.value.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(value, ast.Constant):
                        known = columns().get(str(key.value))
                        if known is None:
                            continue
                        said = {"labels": known.headings["en"], "formats": known.format}
                        if said.get(str(node.arg)) == value.value:
                            yield f"{path.name}: {key.value}"


def test_no_notebook_writes_again_what_the_registry_says() -> None:
    assert list(written_again()) == []


def test_a_table_takes_headings_and_formats_from_the_registry() -> None:
    frame = pd.DataFrame(
        {"equity_irr": [0.15, "none"], "own": [1.0, 2.0]},
        index=pd.Index(["a", "b"], name="company"),
    )
    html = table_html(frame, name="some", caption="Some.", source="here")
    for part in (">Company<", ">Equity IRR<", ">15.0%<", ">none<", ">own<"):
        assert part in html
    other = table_html(
        frame,
        name="some",
        caption="Some.",
        source="here",
        labels={"equity_irr": "IRR"},
        formats={"equity_irr": str},
    )
    assert ">IRR<" in other and ">0.15<" in other
    use_language("zh-CN")
    try:
        html = table_html(frame, name="some", caption="Some.", source="here")
    finally:
        use_language("en")
    assert ">公司<" in html and ">股权内部收益率<" in html
