"""The calculator's words in another language: those that the page brings, and no English ones."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import pytest

from analysis.rental import Assumptions
from analysis.rental.faces.calculator.calculator_markup import MARK, Preset, calculator_html
from analysis.rental.faces.calculator.script_printer import HANDWRITTEN, scripts
from analysis.rental.faces.calculator.spoken import spoken_words
from analysis.reports.translation.message_catalogs import TranslationError, Translator
from analysis.reports.translation.twin import translated_page, with_words_to_say

PRESETS = [
    Preset("As a broker's table of April 2025 assumes, rent flat for five years", Assumptions()),
    Preset("Half of the hours find a customer", Assumptions(utilization=0.5)),
]
ENGLISH = re.compile(r"\b[a-z]{3,}\b")
"""Words in small letters; what stays as it is has capitals, underscores or is code."""

EVERY_TEXT = """() => {
    const texts = [], root = document.querySelector("[data-calculator]");
    const skip = "code, textarea, script, .calc-currency small, .calc-breaks td a";
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const text = walk.currentNode;
        if (!text.parentElement.closest(skip)) texts.push(text.data);
    }
    for (const one of root.querySelectorAll("*")) {
        for (const name of ["aria-label", "title", "aria-valuetext"]) {
            if (one.getAttribute(name)) texts.push(one.getAttribute(name));
        }
    }
    return texts;
}"""


def page_in_chinese(size: Any) -> str:
    body = calculator_html(Assumptions(), PRESETS, size=size)
    spoken = with_words_to_say(body, {MARK: spoken_words})
    translator = Translator("calculator")
    translated = translated_page(spoken, translator)
    text = "".join(f"<script>{script}</script>" for script in scripts())
    return f'<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8">{translated}{text}'


def english(texts: list[str]) -> list[str]:
    """Texts with words that are no names of assumptions, files or commands."""
    named = re.compile(r"（[a-z_]+）|[a-z_]*[_=][a-z_]*|mine\.yml|python -m analysis evaluate")
    kept = ("contract_then_spot", "series")  # how a case file calls these rent paths
    bare = [re.sub("|".join(kept), "", named.sub("", text)) for text in texts]
    return [text for text, left in zip(texts, bare, strict=True) if ENGLISH.search(left)]


@pytest.fixture(scope="module")
def chinese(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The whole calculator on a page in Chinese."""
    file: Path = tmp_path_factory.mktemp("zh") / "calculator-zh.html"
    file.write_text(page_in_chinese("full"), encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    yield page
    page.close()


def put(page: Any, changes: dict[str, Any]) -> None:
    page.evaluate(
        """changes => {
            const own = document.querySelector('[data-calculator]').calculator;
            own.explained = null;
            own.take({...rental.defaults(), ...changes});
            own.fill();
            own.refresh();
            document.querySelectorAll('details').forEach((one) => { one.open = true; });
        }""",
        changes,
    )
    page.wait_for_function("document.querySelector('[data-calculator]').dataset.settled === 'yes'")


@pytest.mark.browser
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"periods_per_year": 12, "debt_form": "sculpted", "interest_base": "opening"},
        {"debt_share": 0.0, "utilization": 0.0},
        {"vat_enabled": True, "rent_path": "contract_then_spot", "contract_years": 2.0},
        {"billing_mode": "gpu_hour", "rent_cny_per_gpu_hour": 9.0, "n_gpus": 4}
        | {"rent_cny_per_server_month": None},
        {"tax_depreciation_method": "sum_of_years_digits", "loss_treatment": "carried_forward"},
        {"debt_form": "finance_lease", "interest_base": "opening", "rent_path": "series"}
        | {"rent_index_by_period": [1.0] * 5},
        {"utilization": 1.5, "useful_life_years": None, "debt_share": -1},
        {"rent_path": "series", "depreciation_method": "given", "debt_tenor_years": 9.0},
    ],
    ids=str,
)
def test_no_word_of_the_chinese_calculator_is_english(
    chinese: Any, changes: dict[str, Any]
) -> None:
    put(chinese, changes)
    texts = chinese.evaluate(EVERY_TEXT)
    assert any("净现值" in text or "没有答案" in text for text in texts)
    assert english(texts) == []


@pytest.mark.browser
def test_what_a_result_stands_on_is_told_in_chinese(chinese: Any) -> None:
    put(chinese, {"periods_per_year": 12, "vat_enabled": True})
    told = set()
    for button in chinese.query_selector_all(".calc-measures .calc-how"):
        button.click()
        told.update(chinese.evaluate(EVERY_TEXT))
        inner = chinese.query_selector(".calc-explained tbody .calc-how")
        if inner:
            inner.click()
            told.update(chinese.evaluate(EVERY_TEXT))
    assert english(sorted(told)) == []


@pytest.mark.browser
def test_money_is_written_in_wan_and_links_stay_in_chinese(chinese: Any) -> None:
    put(chinese, {})
    assert re.search(r"[−\d.]+万元", chinese.text_content(".calc-status"))
    links = chinese.eval_on_selector_all(
        ".calc-breaks a", "all => all.map(one => one.getAttribute('href'))"
    )
    assert links and all(link.startswith("sources-zh.html#") for link in links)


def test_every_sentence_of_the_scripts_is_looked_up() -> None:
    said = spoken_words(calculator_html(Assumptions(), PRESETS, size="small"))
    assert {"It pays", "Move these first", PRESETS[1].title} - set(said) == {"It pays"}
    text = HANDWRITTEN[2].read_text(encoding="utf-8")
    spoken = re.compile(r'(textContent|caption|label)\w*: "[A-Za-z]{3,}|, "[A-Z][a-z]+ [a-z]')
    assert [line for line in text.splitlines() if spoken.search(line)] == []


def test_a_word_without_a_translation_fails_the_page() -> None:
    words = {MARK: lambda _: ["It pays handsomely in {0}", "a wholly new label"]}
    html = f'<section{MARK}"{escape(json.dumps({"presets": []}))}"></section>'
    translator = Translator("calculator")
    translated_page(with_words_to_say(html, words), translator)
    assert list(translator.missing) == ["It pays handsomely in {0}", "a wholly new label"]
    with pytest.raises(TranslationError, match="calculator"):
        translator.refuse_missing("calculator-zh")
