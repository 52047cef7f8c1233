"""What printed figures stand for, by hand."""

import math

import pytest

from analysis.data import load
from analysis.printed.interval import Interval
from analysis.printed.precision import read_printed


def rounded(printed: str, **more: object) -> Interval:
    return read_printed(printed, **more).rounded  # type: ignore[arg-type]


def test_5784_prints_as_6_times() -> None:
    # 2,580 over 446: 257.95/446.5... to 258.05/445.5 of a hundred billion is 5.777 to 5.792
    ratio = rounded("2580億美元") / rounded("446億美元")
    assert rounded("6倍").overlaps(ratio)
    assert not rounded("5倍").overlaps(ratio)
    assert not rounded("5.7倍").overlaps(ratio)
    assert rounded("5.8倍").overlaps(ratio)


def test_2478_over_235_prints_as_55_or_54_percent() -> None:
    # 24.775/23.55 - 1 = 5.20 %, 24.785/23.45 - 1 = 5.69 %
    growth = rounded("24.78亿元") / rounded("23.5亿元") - 1
    assert (growth.low, growth.high) == pytest.approx((0.05202, 0.05693), abs=1e-5)
    assert rounded("5.5%").overlaps(growth)
    assert rounded("5.4%").overlaps(growth)
    assert not rounded("5.8%").overlaps(growth)
    # with the divisor in full, 23.492, only one is left: 5.48 to 5.51 %
    growth = rounded("24.78亿元") / rounded("23.492亿元") - 1
    assert rounded("5.5%").overlaps(growth)
    assert not rounded("5.4%").overlaps(growth)


@pytest.mark.parametrize(
    ("printed", "more", "low", "high"),
    [
        ("36.9 亿", {}, 3.685e9, 3.695e9),
        ("200 万元", {"qualifier": "about"}, 1.8e6, 2.2e6),  # a tenth either way
        ("约3年", {"unit": "years"}, 2.7, 3.3),
        ("6倍左右", {}, 5.4, 6.6),  # a tenth of six is more than half a digit
        ("约1倍", {}, 0.5, 1.5),  # half a digit is more than a tenth
        ("近70家", {"unit": "count"}, 63.0, 70.0),
        ("超20亿", {}, 2e9, math.inf),
        ("80000台以上", {}, 80000.0, math.inf),
        ("不足4元", {}, -math.inf, 4.0),
        ("不超过 30 亿元", {}, -math.inf, 3e9),
        ("不低于12%", {}, 0.12, math.inf),
        ("10多家", {"unit": "count"}, 10.0, math.inf),
        ("12-18 万元/月", {}, 115000.0, 185000.0),
        ("60萬-80萬枚", {"unit": "GPUs"}, 595000.0, 805000.0),
        ("29家", {"unit": "count"}, 29.0, 29.0),
        ("8万台", {"unit": "servers"}, 75000.0, 85000.0),  # 万 makes it a rounded number
        ("4476880卡时", {"unit": "GPU-hours"}, 4476879.5, 4476880.5),
        ("5 年", {"unit": "years"}, 5.0, 5.0),
        ("三种", {"unit": "count", "value": 3.0}, 3.0, 3.0),
        ("亏损 5.1 万", {}, -51500.0, -50500.0),
        ("下降63.6%", {}, -0.6365, -0.6355),
        ("1,512.22万元", {}, 15122150.0, 15122250.0),
        ("0", {}, 0.0, 0.0),
        ("-0.37/0.07/0.45亿元", {"value": 7e6}, 6.5e6, 7.5e6),
    ],
)
def test_what_a_figure_stands_for(
    printed: str, more: dict[str, object], low: float, high: float
) -> None:
    interval = rounded(printed, **more)
    assert (interval.low, interval.high) == pytest.approx((low, high), rel=1e-12)


def test_cut_digits_stand_for_what_follows() -> None:
    # 2.5876 prints as 259 % rounded, as 258 % cut
    printed = read_printed("258%")
    assert not printed.rounded.overlaps(Interval(2.5876, 2.5876))
    assert printed.cut.overlaps(Interval(2.5876, 2.5876))
    cut = read_printed("亏损 5.1 万").cut
    assert (cut.low, cut.high) == pytest.approx((-52000.0, -51000.0))
    assert not cut.overlaps(Interval(-52000.0, -52000.0))  # that would print as 5.2
    assert read_printed("约258%").cut == read_printed("约258%").rounded


def test_a_value_that_is_not_printed_is_refused() -> None:
    with pytest.raises(ValueError, match="not printed"):
        read_printed("7 万元", value=80000.0)
    with pytest.raises(ValueError, match="expected one of"):
        read_printed("7 万元", qualifier="roughly")


def test_every_claim_stands_for_its_own_value() -> None:
    for row in load("claims").itertuples():
        interval = rounded(
            row.printed,
            value=row.value_low,
            value_high=row.value_high,
            qualifier=row.qualifier,
            unit=row.unit,
        )
        assert interval.overlaps(Interval(row.value_low, row.value_high)), row.claim_id
