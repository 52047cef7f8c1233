"""Pages in Chinese: sentences cut, looked up, put together; what is missing fails the build."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.paths import SITE
from analysis.reports.build.manifest import read_manifest
from analysis.reports.build.twins import catalog_names, is_translated, twins_of
from analysis.reports.translation import message_catalogs as catalogs
from analysis.reports.translation.message_catalogs import TranslationError, Translator
from analysis.reports.translation.messages import is_english, message
from analysis.reports.translation.text_runs import Run, each_run, sentences
from analysis.reports.translation.twin import translated_page, twin_of
from analysis.reports.translation.values import amount, put_back, taken_out

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Write catalogs of the moment, and none of the project's."""
    monkeypatch.setattr(catalogs, "LOCALE", tmp_path)

    def write(name, pairs, extra=""):
        body = "".join(f'msgid "{key}"\nmsgstr "{value}"\n\n' for key, value in pairs.items())
        (tmp_path / f"{name}.po").write_text(HEAD + extra + body, encoding="utf-8")

    return write


def in_chinese(html, name="page"):
    translator = Translator(name)
    return translated_page(html, translator), list(translator.missing)


@pytest.mark.parametrize(
    ("number", "power", "shown"),
    [
        ("5.2", 6, "520万"),  # 5.2e6 / 1e4
        ("0.94", 6, "94万"),
        ("1,230", 6, "12.30亿"),  # 1.230e9 / 1e8, four digits as given
        ("2.99", 9, "29.9亿"),
        ("1.5", 12, "1.5万亿"),
        ("−1.2", 9, "−12亿"),
        ("3", 3, "3,000"),
    ],
)
def test_amounts_are_written_in_wan_and_yi(number, power, shown):
    assert amount(number, power) == shown


@pytest.mark.parametrize(
    ("text", "translation", "shown"),
    [
        ("In July 2026 it fell", "{0}下跌", "2026年7月下跌"),
        ("on 3 March 2025", "{0}", "2025年3月3日"),
        ("since 2026-07 of 5", "{0} 起 {1}", "2026年7月起 5"),
        ("−37% so far", "跌 {0|abs}", "跌 37%"),
        ("NPV −403,591 CNY", "净现值 {0|wan} 元", "净现值 −40.36万元"),
        ("NPV 316 CNY", "净现值 {0|wan} 元", "净现值 316 元"),
        ("cash, 10,000 CNY", "现金（{0|unit}元）", "现金（万元）"),
        ("2.99 billion USD", "{0} 美元", "29.9亿美元"),
        ("In 2026Q2 they", "{0}，它们", "2026年二季度，它们"),
        ("NPV −0.7 to 0.9 million CNY", "净现值 {0} 至 {1} 元", "净现值 −70万至 90万元"),
        ("0.5 bn USD", "{0|yi}美元", "5亿美元"),
        ("H100 and 8 of GB200", "H100 与 {0} 台 GB200", "H100 与 8 台 GB200"),
    ],
)
def test_values_are_taken_out_and_written_as_chinese_does(text, translation, shown):
    values = []
    taken_out(text, values)
    assert put_back(translation, values) == shown


def test_a_month_alone_in_a_cell_stays_as_tables_sort_it(written):
    written("page", {})
    assert in_chinese("<td>2026-07</td><td>Jul 2026</td>")[0] == (
        "<td>2026-07</td><td>2026年7月</td>"
    )


def test_sentences_are_cut_and_put_together_without_spaces(written):
    written("page", {"It pays.": "能赚钱。", "Rent fell by <0>{0}</0>.": "租金跌了<0>{0}</0>。"})
    shown, missing = in_chinese("<p>It pays. Rent fell by <strong>38%</strong>.</p>")
    assert (shown, missing) == ("<p>能赚钱。租金跌了<strong>38%</strong>。</p>", [])


def test_markup_around_sentences_stays_outside_of_them(written):
    written("page", {"It pays.": "能赚钱。", "By far.": "远超。", "Not all.": "并非全部。"})
    shown, missing = in_chinese("<p><b>It pays. By far.</b> Not all.</p>")
    assert (shown, missing) == ("<p><b>能赚钱。远超。</b>并非全部。</p>", [])


@pytest.mark.parametrize(
    "text", ["e.g. H100 and more", "Amazon.com Inc. USD", "F. Modigliani", "a vs. B", "U.S. GPU"]
)
def test_no_sentence_ends_at_an_abbreviation(text):
    assert [found[1] for found in sentences(Run(text, []))] == [text]


def test_word_order_may_change_around_code_and_links(written):
    written("page", {"Made by <0/> of <1>the model</1>.": "<1>模型</1>由 <0/> 生成。"})
    shown, _ = in_chinese('<p>Made by <code>make</code> of <a href="x">the model</a>.</p>')
    assert shown == '<p><a href="x">模型</a>由 <code>make</code> 生成。</p>'


def test_attributes_that_are_spoken_are_translated(written):
    written("page", {"Bars by year": "各年柱状图"})
    shown, _ = in_chinese('<svg aria-label="Bars by year" class="Bars by year"></svg>')
    assert shown == '<svg aria-label="各年柱状图" class="Bars by year"></svg>'


def test_what_must_not_be_translated_stays(written):
    written("page", {"Name of it": "不会用到"})
    html = (
        '<p translate="no">Name of it</p><p lang="en">Name <i>of</i> it</p><pre>Name of it</pre>'
        "<script>Name of it</script><td>H100</td><td>notes_2025</td><p>工作簿（Excel）</p>"
    )
    assert in_chinese(html) == (html, [])


def test_a_page_without_translations_is_the_same_to_the_byte():
    html = '<p class="a">x &amp; y &lt; z<br>A <b>b</b>\n c</p><!-- x --><a title="b &amp; c">d</a>'
    assert each_run(html, lambda run: _as_it_is(run), lambda tag: tag) == html


def _as_it_is(run):
    from analysis.reports.translation.text_runs import unmarked

    return unmarked(run.text, run.tags)


def test_a_missing_translation_names_page_message_and_file(written):
    written("page", {"Rent fell by {0}.": "租金跌了 {0}。"})
    translator = Translator("page")
    translated_page("<p>Rent rose by 5%.</p>", translator)
    with pytest.raises(TranslationError) as caught:
        translator.refuse_missing("page-zh")
    said = str(caught.value)
    assert "page.po" in said
    assert "page-zh" in said
    assert "'Rent rose by {0}.'" in said
    assert "nearest message that has one: 'Rent fell by {0}.'" in said


def test_a_fuzzy_translation_is_none(written):
    written("page", {}, '#, fuzzy\nmsgid "It pays."\nmsgstr "能赚钱。"\n\n')
    assert in_chinese("<p>It pays.</p>")[1] == ["It pays."]


@pytest.mark.parametrize(
    ("translation", "expected"),
    [
        ("跌了。", r"places of its message: \{0\}"),
        ("跌了 {0|x}。", "filters among unit|filters among abs"),
        ("跌了<0>{0}</0>。", "marks of its message: none"),
    ],
)
def test_a_translation_that_does_not_fit_its_message_is_refused(written, translation, expected):
    written("page", {"Rent fell by {0}.": translation})
    with pytest.raises(TranslationError, match=expected):
        in_chinese("<p>Rent fell by 5%.</p>")


def test_every_catalog_is_there_or_listed_as_still_to_be_written():
    manifest = read_manifest()
    wanted = set(catalog_names(manifest))
    assert set(manifest.not_translated) <= wanted
    assert catalogs.catalogs() == wanted - set(manifest.not_translated)


def test_every_catalog_can_be_read():
    for name in (*catalogs.catalogs(), catalogs.COMMON):
        assert catalogs.entries(name)


def test_nothing_is_translated_where_the_manifest_does_not_ask_for_it():
    manifest = read_manifest().model_copy(update={"languages": ()})
    assert not any(is_translated(name, manifest) for name in catalog_names(manifest))
    assert twins_of(manifest) == {"summary", "glossary", "search"}


BUILT = sorted(name for name in twins_of(read_manifest()) if (SITE / f"{name}.html").is_file())


@pytest.mark.skipif(not BUILT, reason="the site is not built: make reports")
@pytest.mark.parametrize("name", BUILT)
def test_the_switch_keeps_the_page_and_links_stay_in_chinese(name):
    english = (SITE / f"{name}.html").read_text(encoding="utf-8")
    chinese = (SITE / f"{twin_of(name)}.html").read_text(encoding="utf-8")
    assert f'<a class="language" href="{twin_of(name)}.html" hreflang="zh-CN"' in english
    assert f'<a class="language" href="{name}.html" hreflang="en"' in chinese
    assert '<html lang="zh-CN">' in chinese
    links = re.findall(r'<a (?![^>]*hreflang)[^>]*?href="([a-z0-9-]+)\.html', chinese)
    assert set(links) & twins_of(read_manifest()) == set()


@pytest.mark.skipif(not BUILT, reason="the site is not built: make reports")
@pytest.mark.parametrize("name", [name for name in BUILT if name not in {"summary", "glossary"}])
def test_no_sentence_of_a_chinese_page_is_english(name):
    left = []
    names = (*catalogs.catalogs(), catalogs.COMMON)
    kept = {text for each in names for text in catalogs.entries(each).values()}

    def note(run):
        left.extend(
            found.text
            for _, sentence, _ in sentences(run)
            if is_english((found := message(sentence, run.tags)).text)
            and found.text not in kept
            and not re.search("[\u4e00-\u9fff]", found.text)
        )
        return ""

    if is_translated(name, read_manifest()):
        chinese = (SITE / f"{twin_of(name)}.html").read_text(encoding="utf-8")
        each_run(chinese, note, lambda tag: tag)
    assert left == []


def test_a_catalog_that_is_not_known_is_refused_with_the_nearest():
    result = CliRunner().invoke(app, ["translate", "--missing", "rental-mdl"])
    assert "rental-model" in str(result.exception)


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("Lotus Holdings (莲花控股)", "莲花控股"),  # a company: its own name
        ("sihan-{0}-p24-{1}", None),  # an id needs none
        ("p24-{0} = named('per server-month', 'per P-year')", None),  # nor does a formula
    ],
)
def test_names_ids_and_formulas_need_no_entry(written, message, shown):
    written("page", {})
    translator = Translator("page")
    assert translator(message) == shown
    assert not translator.missing


def test_a_sentence_with_chinese_units_is_english(written):
    written("page", {})
    translator = Translator("page")
    assert translator("{0}億美元 over {1}億美元 is {2} to {3} times") is None
    assert list(translator.missing) == ["{0}億美元 over {1}億美元 is {2} to {3} times"]
