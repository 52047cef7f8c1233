"""Every number of the documents is a claim, or has a reason not to be."""

import os
from pathlib import Path

import pandas as pd
import pytest
import yaml

from analysis.claims.completeness import Uncited, numbers, uncited
from analysis.data import load

STATED = Path(__file__).with_name("uncited.yaml")
OPENINGS = {
    "sihan-2025": "当前位置:思瀚首页",
    "yiou-2024": "卖味精",
    "caijing-2025": "Stargate",
    "kaiyuan-2024": "诸海滨",
    "notes-2025": "并行科技20251125",
}
"""Words near the start of each document, by which a folder's files are told apart."""


@pytest.fixture(scope="module")
def documents() -> dict[str, str]:
    folder = os.environ.get("COMPUTE_RENTAL_SOURCES", "")
    if not folder:
        pytest.skip("COMPUTE_RENTAL_SOURCES names no folder with the source documents")
    texts = [path.read_text(encoding="utf-8") for path in sorted(Path(folder).glob("*.txt"))]
    found = {name: text for name, word in OPENINGS.items() for text in texts if word in text[:2000]}
    assert set(found) == set(OPENINGS), f"documents missing from {folder}"
    return found


def stated() -> dict[tuple[str, int, str], str]:
    return {
        (source_id, entry["paragraph"], number): entry["why"]
        for source_id, entries in yaml.safe_load(STATED.read_text(encoding="utf-8")).items()
        for entry in entries
        for number in entry["numbers"]
    }


def test_every_number_is_cited_or_has_a_reason(documents: dict[str, str]) -> None:
    claims = load("claims")
    found = {
        (one.source_id, one.paragraph, one.number)
        for source_id, text in documents.items()
        for one in uncited(source_id, text, claims)
    }
    reasons = stated()
    assert not found - set(reasons), "numbers that no claim cites"
    assert not set(reasons) - found, "reasons for numbers that are cited or not there"
    assert all(reasons.values())


def test_a_number_taken_out_of_the_ledger_is_missed(documents: dict[str, str]) -> None:
    claims = load("claims")
    without = claims[claims["claim_id"] != "sihan-2025-p43-05"]
    missed = {
        (one.paragraph, one.number)
        for one in uncited("sihan-2025", documents["sihan-2025"], without)
    }
    assert (43, "66.7") in missed


def test_a_number_printed_twice_and_cited_once_is_missed() -> None:
    ledger = pd.DataFrame({"source_id": ["s"], "paragraph": [1], "printed": ["7%"]})
    assert list(uncited("s", "增长7%,份额7%", ledger)) == [Uncited("s", 1, "7", 1)]


def test_a_number_in_words_is_cited_as_one_in_figures() -> None:
    ledger = pd.DataFrame({"source_id": ["s"], "paragraph": [1], "printed": ["三种模式,8张"]})
    assert list(uncited("s", "三种模式,8张", ledger)) == []
    assert list(uncited("s", "三种模式,五类,8张", ledger)) == [Uncited("s", 1, "五类", 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018-2023年5年CAGR 41%", ["5", "41"]),
        ("从2024年-19.67亿元到2027年", ["19.67"]),
        ("3Q25收入7.8亿元[2][3],8张H100", ["7.8", "8"]),
        ("1月21日,第3期,No. A100/A800,FP16", []),
        ("一家公司,三类业务,百亿", ["三类", "百亿"]),
        ("1,512.22万元与4,000个", ["1512.22", "4000"]),
        ("2022-2024年,12.5%至13%", ["12.5", "13"]),
        ("数百家公司,同比翻倍,环比几乎零增长", ["数百家", "翻倍", "零增长"]),
        ("數(shù)千億美元,分別位居第一、第二", ["數千億", "第一", "第二"]),
        ("一臺到數十臺,五天四板,第一季度,第一类,一方面", ["一臺", "數十臺", "五天", "四板"]),
    ],
)
def test_what_counts_as_a_quantity(text: str, expected: list[str]) -> None:
    assert numbers(text) == expected
