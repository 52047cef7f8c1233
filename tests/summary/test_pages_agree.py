"""Built pages against their results: figures, signs, declines and dates, in both languages."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from analysis.paths import RESULTS, ROOT, SITE
from analysis.reports.build.manifest import read_manifest

REPORTS = {report.name: report for report in read_manifest().reports}
SAVED = {
    name: json.loads((RESULTS / f"{name}.json").read_text("utf-8"))
    for name in REPORTS
    if (RESULTS / f"{name}.json").is_file()
}
PAGES = [SITE / f"{name}.html" for name in REPORTS if (SITE / f"{name}.html").is_file()]
IN_CHINESE = [file.with_name(f"{file.stem}-zh.html") for file in PAGES]
ALL = [file for file in (*PAGES, *IN_CHINESE) if file.is_file()]
built = pytest.mark.skipif(not PAGES, reason="the site is not built: make reports")


def text_of(markup: str) -> str:
    """Words of a page; blocks end sentences, code and formulas are none."""
    markup = re.sub(r"(?s)<(script|style|pre|math|svg|nav)\b.*?</\1>", " ", markup)
    markup = re.sub(r"</(?:p|li|td|th|tr|h\d|div|caption|figcaption|summary)>", "\n", markup)
    words = html.unescape(re.sub(r"<[^>]+>", "", markup)).replace("−", "-").replace("\xa0", " ")
    return re.sub(r"[ \t]+", " ", words)


def answers_of(file: Path) -> str:
    """What a page's answers say."""
    found = re.findall(r'(?s)<div class="answer">(.*?)</div>', file.read_text("utf-8"))
    return "\n".join(map(text_of, found))


AMOUNT = r"(?P<value>-?\d[\d,.]*) ?(?:m CNY|万 ?元)"
SIGNED = (
    (re.compile(rf"(?<!not )\bpays\b[^.;\n]*?[:(] ?(?:NPV )?{AMOUNT}"), 1),
    (re.compile(rf"\bdoes not pay\b[^.;\n]*?[:(] ?(?:NPV )?{AMOUNT}"), -1),
    (re.compile(rf"能赚钱[^。；\n]*?(?:净现值 ?|（){AMOUNT}"), 1),
    (re.compile(rf"不赚钱[^。；\n]*?(?:净现值 ?|（){AMOUNT}"), -1),
)


def against_its_sign(text: str) -> list[str]:
    """What is said to pay beside an amount below zero, or not to pay beside one above."""
    return [
        found[0]
        for pattern, sign in SIGNED
        for found in pattern.finditer(text)
        if float(found["value"].replace(",", "")) * sign < 0
    ]


BEARS = re.compile(r"rent may fall by (\d[\d.]*)%|租金每年(?:最多)?可跌 (\d[\d.]*)%")
BEARS_NOT = re.compile(r"rent could fall by (\d[\d.]*)%|最多只?能跌 (\d[\d.]*)%")


def against_its_decline(text: str, assumed: float) -> list[str]:
    """What may fall by less than it falls here, or could fall by more at most."""
    told = [(found, 1) for found in BEARS.finditer(text)]
    told += [(found, -1) for found in BEARS_NOT.finditer(text)]
    reach = 0.0005 + 1e-9
    return [
        found[0]
        for found, sign in told
        if (float(found[1] or found[2]) / 100.0 - assumed) * sign < -reach
    ]


MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
DATES = re.compile(
    rf"\b(?:19|20)\d\d-\d\d(?:-\d\d)?\b|\b(?:19|20)\d\d ?[QH]\d\b"
    rf"|(?:\b\d{{1,2}} )?{MONTH} (?:19|20)\d\d\b"
    r"|(?:19|20)\d\d ?年(?:[一二三四上下][季半][度年])?(?:\d+ ?月)?(?:\d+ ?日)?"
    r"|(?<![\d.,])(?:19|20)\d\d(?![\d.,]*\d|%)|\b[A-Z]+\d+\b"
)
SCALES = {"m": 6, "million": 6, "bn": 9, "tn": 12, "万": 4, "亿": 8, "万亿": 12}
NUMBER = re.compile(r"(-?\d[\d,]*(?:\.\d+)?)(?: ?(million|bn|tn|m|万亿|亿|万)(?![a-z]))?")
SHARED = re.compile(r"(\d) to (-?\d[\d,.]*) (million|bn|tn|m)\b")


def figures_of(text: str) -> list[float]:
    """Numbers of a text without dates and names, in units, by size; signs may be words."""
    text = SHARED.sub(r"\1 \3 to \2 \3", text)  # "0.94 to -0.02 million" has one scale
    found = NUMBER.findall(DATES.sub(" ", text))
    return sorted(
        round(abs(float(digits.replace(",", "")) * 10.0 ** SCALES.get(scale, 0)), 6)
        for digits, scale in found
    )


def verdicts_without_date(saved: object) -> bool:
    """Whether nothing that a page saved says of when it is."""
    return not any(DATES.fullmatch(text) for text in saved_strings(saved))


def saved_strings(saved: object) -> Iterator[str]:
    if isinstance(saved, dict | list):
        for value in saved.values() if isinstance(saved, dict) else saved:
            yield from saved_strings(value)
    elif isinstance(saved, str):
        yield saved


SAME = {
    "return-table/equity_npv_as_printed_cny": "rental-model/equity_npv_cny",
    "return-table/payback_source_years": "rental-model/payback_source_years",
    "bubble-verdict/united_states/capex_to_revenue": "capex-intensity/capex_to_revenue_us",
    "bubble-verdict/china/capex_to_revenue": "capex-intensity/capex_to_revenue_china",
    "bubble-verdict/united_states/as_of": "capex-intensity/as_of",
    "bubble-verdict/china/as_of": "capex-intensity/as_of",
    "bubble-indicators/as_of": "capex-intensity/as_of",
    "rent-terms/priced_in": "rental-market/month_of_last_vintage",
}
"""Figures that two pages save, each under a name of its own."""


def value_at(path: str, saved: Mapping[str, object]) -> object:
    """What a page saved under a name, or under a name within one."""
    page, *names = path.split("/")
    value: Any = saved[page]
    for name in names:
        value = value[name]
    return value


def told_otherwise(saved: Mapping[str, object]) -> list[str]:
    """Figures that two pages save with two values, and names that mean another value elsewhere."""
    found = [
        f"{one}: {value_at(one, saved)}, {other}: {value_at(other, saved)}"
        for one, other in SAME.items()
        if value_at(one, saved) != value_at(other, saved)
    ]
    seen: dict[str, tuple[str, object]] = {}
    for page in sorted(AT_DEFAULTS & set(saved)):
        for name, value in leaves(saved[page]):
            first, before = seen.setdefault(name, (page, value))
            if value != before and name.split("/")[-1] not in OF_ITS_PAGE:
                found.append(f"{name}: {before} on {first}, {value} on {page}")
    return found


OF_ITS_PAGE = {"as_of", "priced_in"}
"""Names that each page means of itself: when its figures are from."""
AT_DEFAULTS = {
    name for name in REPORTS if name.replace("-", "_") in {one.notebook for one in REPORTS.values()}
}


def leaves(saved: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Names and values within what a page saved; items of a list have no name."""
    if isinstance(saved, dict):
        for name, value in saved.items():
            yield from leaves(value, f"{path}/{name}")
    elif not isinstance(saved, list):
        yield path, saved


RESULTS_OF = {name: one["results"] for name, one in SAVED.items()}


def test_one_figure_has_one_value_on_all_pages_under_whatever_name() -> None:
    assert told_otherwise(RESULTS_OF) == []


def test_a_second_value_of_one_figure_is_found() -> None:
    moved = json.loads(json.dumps(RESULTS_OF))
    moved["capex-intensity"]["capex_to_revenue_us"] += 0.01
    moved["rent-terms"]["priced_in"] = "2026-08"
    moved["operators"]["twice"] = {"told": 1.0}
    moved["rental-market"]["twice"] = {"told": 2.0}
    assert len(told_otherwise(moved)) == 3


@pytest.mark.parametrize("name", sorted(set(SAVED) - {"summary", "summary-zh"}))
def test_what_a_page_saved_says_of_when_it_is(name: str) -> None:
    assert not verdicts_without_date(RESULTS_OF[name])


def test_a_verdict_without_its_date_is_found() -> None:
    told = RESULTS_OF["bubble-verdict"]
    assert verdicts_without_date({"united_states": {**told["united_states"], "as_of": "now"}})


def test_a_contradiction_in_a_sentence_is_found() -> None:
    pays = "At its price a server pays without debt: NPV 0.71 m CNY at 10%."
    assert against_its_sign(pays) == []
    assert against_its_sign(pays.replace("0.71", "-0.71")) != []
    assert against_its_sign(pays.replace("pays", "does not pay")) != []
    zh = "不借钱能赚钱：折现率 10%，净现值 71万元。算上集群的全部成本，不赚钱：净现值 -40万元。"
    assert against_its_sign(zh) == []
    assert len(against_its_sign(zh.replace("71", "-71").replace("-40", "40"))) == 2
    falls = "With debt rent may fall by 18.3% a year."
    assert against_its_decline(falls, 0.183) == []
    assert against_its_decline(falls, 0.20) == ["rent may fall by 18.3%"]
    assert against_its_decline(falls.replace("may", "could"), 0.1) != []
    assert against_its_decline("租金每年最多可跌 13.6%", 0.2) != []


def test_the_same_figures_are_seen_in_both_languages() -> None:
    told = "In 2026-09 NPV went from 0.94 to -0.02 million CNY; 1,044 bn USD, 8-GPU, 37%."
    assert figures_of(told) == [8.0, 37.0, 20_000.0, 940_000.0, 1.044e12]
    zh = "2026年9月，净现值从 94万元变为 -2万元；1.044万亿美元，8 卡，37%。"
    assert figures_of(zh) == figures_of(told)
    assert figures_of(zh.replace("94万", "94亿")) != figures_of(told)


@built
@pytest.mark.parametrize("file", [SITE / "index.html", ROOT / "README.md"], ids=lambda it: it.name)
def test_front_pages_tell_what_each_page_saved(file: Path) -> None:
    words = text_of(file.read_text("utf-8"))
    for name in sorted(AT_DEFAULTS):
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z])", SAVED[name]["headline"]):
            assert sentence.replace("−", "-") in words, name


@built
@pytest.mark.parametrize("file", ALL, ids=lambda file: file.stem)
def test_no_page_says_that_it_pays_beside_a_loss(file: Path) -> None:
    assert against_its_sign(text_of(file.read_text("utf-8"))) == []


@built
@pytest.mark.parametrize("file", ALL, ids=lambda file: file.stem)
def test_rent_may_fall_by_no_less_than_it_falls_on_that_page(file: Path) -> None:
    results = SAVED[file.stem.removesuffix("-zh") if file.stem not in SAVED else file.stem]
    assumed = results["results"].get("rent_decline_per_year", 0.0)
    assert against_its_decline(answers_of(file), assumed) == []


@built
@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_answers_have_the_same_figures_in_both_languages(file: Path) -> None:
    twin = file.with_name(f"{file.stem}-zh.html")
    if not twin.is_file() or file.stem.startswith("summary"):
        pytest.skip("its two languages are held together by test_summary")
    assert figures_of(answers_of(twin)) == figures_of(answers_of(file))


DAY = re.compile(r"\b20\d\d(?:-\d\d|Q[1-4])|(?:[A-Z][a-z]+ )20\d\d|20\d\d ?年")
"""A month, a quarter, a named month or season, or as Chinese writes a year."""


def rows_without_date(readme: str) -> list[str]:
    """Notebooks whose answer in the README does not say of when it is; a year will do there."""
    rows = re.findall(r"(?m)^\| `(\w+)` \|[^|]*\|([^|\n]*)\|$", readme)
    assert len(rows) == len({report.notebook for report in REPORTS.values()})
    return [name for name, answer in rows if not re.search(r"\b20\d\d\b|20\d\dQ", answer)]


def test_every_answer_of_the_readme_says_of_when_it_is() -> None:
    told = (ROOT / "README.md").read_text("utf-8")
    assert rows_without_date(told) == []
    assert rows_without_date(told.replace("In 2026Q2 Amazon", "Amazon")) == ["capex_intensity"]


@built
@pytest.mark.parametrize("file", ALL, ids=lambda file: file.stem)
def test_every_answer_says_of_when_it_is_in_both_languages(file: Path) -> None:
    assert DAY.search(answers_of(file))


@built
def test_the_front_page_in_chinese_has_the_figures_of_the_one_in_english() -> None:
    def answer(name: str) -> str:
        page = (SITE / f"{name}.html").read_text("utf-8")
        (found,) = re.findall(r'(?s)<div class="answer">(.*?)</div>', page)
        return re.sub(r"\n.*·.*\Z", "", text_of(found))

    assert figures_of(answer("index-zh")) == figures_of(answer("index"))


def test_an_answer_without_a_date_is_found() -> None:
    assert not DAY.search("Rents of H100 rose by 20%, and 2,012 servers were sold.")
    assert not DAY.search("H100 标价下跌 37%，之后回升 20%。")
    assert DAY.search("到 2026年9月回升 20%。")
