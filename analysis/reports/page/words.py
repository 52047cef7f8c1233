"""Words that a page sets around a notebook's text, by language."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from analysis.figures.language import TWIN_LANGUAGE, TWIN_SUFFIX

WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "all_default": "{count}, all at their defaults",
        "all_reports": "All reports",
        "as_base_base": "Base report",
        "as_base_caption": "What differs from the base report, and what comes of it",
        "as_base_difference": "Difference",
        "as_base_held": "This is a scenario; the base report that it is held against",
        "as_base_here": "This page",
        "as_base_lead": "These sections of the base report hold here word for word:",
        "as_base_rows": "{n} rows are as in the base report and left out here",
        "as_base_section": "This section in the base report, with its explanations",
        "as_base_title": "The same as in the base report",
        "as_base_what": "What",
        "code": "Code",
        "colon": ": ",
        "contents": "Contents",
        "data_csv": "Data (CSV)",
        "default": "Default",
        "file_bib": "Citation (BibTeX)",
        "file_ipynb": "Executed notebook (Jupyter)",
        "file_json": "Parameters and results (JSON)",
        "file_xlsx": "Workbook with live formulas (Excel)",
        "file_yaml": "Case for the command line (YAML)",
        "headline_numbers": "Headline numbers, as the run saved them",
        "how_got": "How do I get these?",
        "how_got_text": (
            "Run {command}: the notebook's last cell, {cell}, says what each number is, and the "
            "run writes them to {file}."
        ),
        "license": "license {license}",
        "link_here": "Link to this",
        "meaning": "Meaning",
        "name": "Name",
        "no_commit": "revision unknown",
        "none": "none",
        "points": " points",
        "not_built": "Not built yet.",
        "number": "Number",
        "numbers": "Numbers of this page",
        "other_language": "中文",
        "other_scenarios": " and {count} more",
        "page_calculator": "Calculator",
        "page_changes": "What changed",
        "page_data": "Data",
        "page_glossary": "Terms",
        "page_method": "Method",
        "page_search": "Search",
        "page_sources": "Sources",
        "parameters": "Parameters",
        "parameters_caption": "Parameters of this report",
        "picture_svg": "Picture (SVG)",
        "rebuild": "made by {command}",
        "reports": "Reports",
        "revision": "revision {revision} of {date}{changed}",
        "scenario": "Scenario",
        "scenarios": "Scenarios",
        "site": "Site",
        "skip": "Skip to the text",
        "some_differ": "{changed} of {count} differ from the defaults: {which}",
        "take_away": "Take it with you",
        "uncommitted": ", with uncommitted changes",
        "unit": "Unit",
        "value": "Value",
    },
    "zh-CN": {
        "all_default": "{count} 个，均为默认值",
        "all_reports": "全部报告",
        "as_base_base": "基准报告",
        "as_base_caption": "与基准报告有何不同、结果差多少",
        "as_base_difference": "差额",
        "as_base_held": "本页是一个情景，对照的基准报告",
        "as_base_here": "本页",
        "as_base_lead": "基准报告的以下各节在这里一字不差：",
        "as_base_rows": "另有 {n} 行与基准报告相同，这里略去",
        "as_base_section": "基准报告的这一节（含说明）",
        "as_base_title": "与基准报告相同的部分",
        "as_base_what": "项目",
        "code": "代码",
        "colon": "：",
        "contents": "目录",
        "data_csv": "数据（CSV）",
        "default": "默认值",
        "file_bib": "引用格式（BibTeX）",
        "file_ipynb": "运行后的笔记本（Jupyter）",
        "file_json": "参数与结果（JSON）",
        "file_xlsx": "带公式的工作簿（Excel）",
        "file_yaml": "命令行用的算例（YAML）",
        "headline_numbers": "本次运行保存的主要数字",
        "how_got": "这些数字怎么得来？",
        "how_got_text": (
            "运行 {command}：笔记本最后一格的 {cell} 说明每个数字是什么，运行后写入 {file}。"
        ),
        "license": "许可证 {license}",
        "link_here": "本图表链接",
        "meaning": "含义",
        "name": "名称",
        "no_commit": "版本未知",
        "none": "无",
        "points": " 个百分点",
        "not_built": "尚未生成。",
        "number": "数字",
        "numbers": "本页的主要数字",
        "other_language": "English",
        "other_scenarios": "，另有 {count} 个",
        "page_calculator": "计算器",
        "page_changes": "变动记录",
        "page_data": "数据",
        "page_glossary": "术语",
        "page_method": "方法",
        "page_search": "搜索",
        "page_sources": "来源",
        "parameters": "参数",
        "parameters_caption": "本报告的参数",
        "picture_svg": "图片（SVG）",
        "rebuild": "由 {command} 生成",
        "reports": "报告",
        "revision": "版本 {revision}（{date}）{changed}",
        "scenario": "情景",
        "scenarios": "情景",
        "site": "网站",
        "skip": "跳到正文",
        "some_differ": "共 {count} 个，其中 {changed} 个不同于默认值：{which}",
        "take_away": "下载",
        "uncommitted": "，含未提交的修改",
        "unit": "单位",
        "value": "数值",
    },
}


def in_other_language(name: str, names: Collection[str]) -> str:
    """Return which of some pages is a page in the other language; empty where there is none.

    Examples
    --------
    >>> in_other_language("terms", {"terms", "terms-zh"}), in_other_language("a-zh", {"a"})
    ('terms-zh', 'a')
    >>> in_other_language("data", {"data"})
    ''
    """
    is_chinese = name.endswith(TWIN_SUFFIX)
    other = name.removesuffix(TWIN_SUFFIX) if is_chinese else f"{name}{TWIN_SUFFIX}"
    return other if other in names else ""


def in_language(name: str, language: str, names: Collection[str]) -> str:
    """Return a page in a language as far as there is one, for a link from a page in it.

    Examples
    --------
    >>> in_language("terms", "zh-CN", {"terms", "terms-zh"}), in_language("data", "zh-CN", {"data"})
    ('terms-zh', 'data')
    """
    return (in_other_language(name, names) or name) if language == TWIN_LANGUAGE else name


def of_language(names: Iterable[str]) -> tuple[str, ...]:
    """Return pages by their English names, each once."""
    return tuple(name for name in names if not name.endswith(TWIN_SUFFIX))
