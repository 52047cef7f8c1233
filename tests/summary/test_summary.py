"""The page of all answers: nothing typed, nothing left out, the same in both languages."""

import re
from string import Formatter

import pytest

from analysis.errors import ParameterError
from analysis.reports import load_results
from analysis.reports.build.manifest import read_manifest
from analysis.summary import page
from analysis.summary.writing import FORMS, LIST_SEPARATORS

CONTENT = page.read_lines()
CJK = re.compile(r"[\u4e00-\u9fff]")
NOT_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff])[,;:?()]|[,;:?()](?=[\u4e00-\u9fff])")


def lines():
    yield CONTENT["verdict"]
    for row in CONTENT["decisions"]:
        yield from (row["answer"], row["change"])
    for section in CONTENT["sections"]:
        yield section["question"]
        yield from section["lines"]


def fields(template):
    return [(field, form) for _, field, form, _ in Formatter().parse(template) if field]


@pytest.mark.parametrize("language", page.LANGUAGES)
def test_every_sentence_can_be_filled_with_what_the_reports_saved(language):
    summary = page.Summary(language, load_results)
    decisions = summary.decisions().to_numpy().ravel().tolist()
    text = "\n".join([summary.verdict(), *decisions, *summary.sections()])
    assert not re.search(r"[{}]|\bnan\b|\binf\b|None", text)
    assert bool(CJK.search(text)) == (language == "zh-CN")
    assert len(summary.picture()) == len(CONTENT["picture"])


def test_both_languages_state_the_same_numbers_in_the_same_form():
    for line in lines():
        assert sorted(fields(line["en"])) == sorted(fields(line["zh-CN"])), line["en"]


def test_no_result_is_typed():
    # Whole numbers may name a year, a chip, a box of eight GPUs, or an assumption of a scenario.
    allowed = {"2022", "2024", "2025", "2026", "2027", "2029", "8", "100", "200", "15", "90"}
    for line in lines():
        literal = " ".join(text for text, *_ in Formatter().parse(line["en"]))
        assert set(re.findall(r"\d[\d.,]*\d|\d", literal)) <= allowed, line["en"]


def test_chinese_sentences_have_chinese_punctuation():
    for line in lines():
        literal = "{}".join(text for text, *_ in Formatter().parse(line["zh-CN"]))
        assert not NOT_CHINESE.search(literal), line["zh-CN"]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_picture_names_the_cases_that_count_by_the_month(language):
    reports = {report.name: report for report in read_manifest().reports}
    caption = CONTENT["words"][language]["caption"]
    for case in CONTENT["picture"]:
        by_month = reports[case["report"]].parameters.get("periods_per_year", 1) == 12
        assert (f"“{case[language]}”" in caption) == by_month, case[language]


@pytest.mark.parametrize(
    "report", [r.name for r in read_manifest().reports if r.notebook == "rental_model"]
)
def test_no_course_of_falling_rent_is_worth_more_than_rent_that_stays(report):
    saved = load_results(report)
    stays = saved["project_npv_rent_stays_by_month_cny"]
    assert stays > saved["project_npv_like_precedents_cny"]
    assert stays > saved["project_npv_like_generations_cny"]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_decision_says_of_which_month_its_prices_are(language):
    for row in CONTENT["decisions"]:
        for template in (row["answer"][language], row["change"][language]):
            named = {field.partition("/")[0] for field, _ in fields(template)}
            priced = {name for name in named if "priced_in" in load_results(name)}
            for name in priced:
                assert f"{{{name}/priced_in:" in template + row["as_of"], (row["who"], name)


def test_the_words_of_the_verdict_still_hold():
    # "with the whole cost of a cluster, or a rent that falls by a fifth a year, it loses"
    results = {name: load_results(name) for name in page.reports_named(CONTENT)}
    assert results["rental-model"]["project_npv_full_cost_cny"] < 0
    assert results["rental-model-mid-2026"]["project_npv_full_cost_cny"] < 0
    assert results["rental-market"]["project_npv_last_vintage_full_cost_cny"] < 0
    assert results["rental-market"]["project_npv_last_vintage_stressed_cny"] < 0
    assert results["rent-trends"]["fall"] < 0 < results["rent-trends"]["rebound"]
    assert results["operators"]["kingsoft_profit_to_revenue"] < 0.05
    assert results["rental-market"]["market_ceiling_to_potential"] < 1


def test_every_notebook_has_a_section_of_at_most_ten_lines():
    reports = read_manifest().reports
    notebooks = {report.name: report.notebook for report in reports}
    told = [notebooks[section["report"]] for section in CONTENT["sections"]]
    assert sorted(told) == sorted(set(notebooks.values()) - {"summary"})
    assert max(len(section["lines"]) for section in CONTENT["sections"]) <= 10


def test_the_manifest_names_every_report_that_the_page_reads():
    for report in read_manifest().reports:
        if report.notebook == "summary":
            assert set(report.reads_results) == set(page.reports_named(CONTENT))


def one_line(template):
    line = {"en": template, "zh-CN": template}
    section = {"report": "model", "question": {"en": "Q?", "zh-CN": "Q?"}, "lines": [line]}
    return {**CONTENT, "sections": [section]}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{npv:,.0f} CNY", "- 1,235 CNY"),
        ("{other/npv:.1f}", "- 2.5"),
        ("{by_name[a]:.0%} and {by_place[-1]}", "- 50% and 7"),
        ("{names}", "- A, B"),
    ],
)
def test_fields_name_a_result_another_report_or_an_item(template, expected):
    saved = {
        "model": {"npv": 1234.6, "by_name": {"a": 0.5}, "by_place": [3, 7], "names": ["A", "B"]},
        "other": {"npv": 2.5},
    }
    (block,) = page.Summary("en", saved.__getitem__, one_line(template)).sections()
    assert block.splitlines() == ["## Q?", "", expected, "", "[Report: Q?](model.html)"]


@pytest.mark.parametrize("template", ["{nvp}", "{by_place[2]}", "{unknown}"])
def test_a_result_that_was_not_saved_is_named(template):
    saved = {"model": {"npv": 1.0, "by_place": [3, 7], "unknown": None}}
    summary = page.Summary("en", saved.__getitem__, one_line(template))
    with pytest.raises(ParameterError, match="a saved result"):
        summary.sections()


def test_another_language_is_refused():
    with pytest.raises(ParameterError, match="one of en, zh-CN"):
        page.Summary("fr", load_results)


def test_every_language_writes_every_form():
    asked = {form for template in lines() for _, form in fields(template["en"]) if form.isalpha()}
    assert asked <= set(FORMS["en"])
    assert set(FORMS) == set(LIST_SEPARATORS) == set(page.LANGUAGES)
    assert all(set(forms) == set(FORMS["en"]) for forms in FORMS.values())
    assert set(CONTENT["translations"]) == {*page.LANGUAGES} - {"en"}
