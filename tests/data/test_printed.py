"""Figures as printed, read as numbers."""

from __future__ import annotations

import pytest

from analysis.data.printed_figures import figures


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("7.5 万元/月", [7.5e4]),
        ("12-18 万元/月", [12e4, 18e4]),
        ("60萬-80萬枚", [60e4, 80e4]),
        ("66.7 亿", [66.7e8]),
        ("5000億美元", [5e11]),
        ("1.60万亿元", [1.6e12]),
        ("271.51百万美元", [271.51e6]),
        ("-0.37/0.07/0.45亿元", [-0.37e8, 0.07e8, 0.45e8]),
        ("亏损 5.1 万", [-5.1e4]),
        ("下降0.7个百分点", [-0.007]),
        ("减少15.1亿元", [-15.1e8]),
        ("32%、34%", [0.32, 0.34]),
        ("+58%", [0.58]),
        ("2,870万元", [2.87e7]),
        ("130,450.39万元", [1_304_503_900.0]),
        ("$2.65", [2.65]),
        ("1.65M", [1.65e6]),
        ("50k", [5e4]),
        ("1.2 billion", [1.2e9]),
        ("2GW", [2.0]),
        ("30000P", [30000.0]),
        ("1000PFlops", [1000.0]),
        ("不足20%", [0.2]),
        ("8 张 H100", [8.0]),
        ("三种", []),
    ],
)
def test_figures(printed, expected):
    assert figures(printed) == pytest.approx(expected, rel=1e-12)
