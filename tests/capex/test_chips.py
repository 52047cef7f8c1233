import pytest

from analysis.capex import load_fundamentals, what_it_bought
from analysis.capex.indicators.chips import CLAIMS, find_clashes


@pytest.fixture(scope="module")
def chips():
    return what_it_bought(load_fundamentals("first month"))


def test_chips_per_billion_of_capital_expenditure(chips):
    # 485,000 GPUs on 75.6 bn; 169,000 on 52.535 bn
    assert chips.buyers.loc["Microsoft", "per_capex_bn"] == pytest.approx(485_000 / 75.6)
    assert chips.buyers.loc["Alphabet", "per_capex_bn"] == pytest.approx(169_000 / 52.535)
    assert chips.buyers["share"].sum() == pytest.approx(1.0)
    assert chips.buyers.loc["xAI", ["capex_usd_bn", "per_capex_bn"]].isna().all()


def test_chinese_buyers_are_priced_as_h20(chips):
    assert chips.buyers.loc["Tencent", "priced_as"] == "H20"
    assert chips.ratios["H20_high_usd"] < chips.ratios["H100_low_usd"]


def test_power_per_chip(chips):
    assert chips.ratios["kw_per_gpu"] == 1.25  # 250 MW over 200,000
    assert chips.ratios["gpus_in_2_gw"] == 1_600_000
    assert chips.ratios["nvidia_us_to_cn"] == pytest.approx(613 / 171)


def test_two_counts_of_hopper_cannot_both_hold(chips):
    clash = chips.clashes.loc["three clouds by buyer; four clouds by Nvidia"]
    assert (clash["left"], clash["right"]) == (850_000, 1_300_000)
    assert clash["verdict"] == "cannot both hold"
    assert "leaves 450,000 GPUs to Oracle" in clash["reason"]


def test_what_does_not_clash_holds(chips):
    holds = chips.clashes["verdict"] == "holds"
    assert holds["two Chinese buyers; H20 shipped to China"]
    assert holds["H20 and domestic chips; advanced chips in all"]


def test_a_richer_oracle_would_leave_room():
    from analysis import data

    claims = data.load("claims").set_index("claim_id")["value_low"]
    figures = claims[list(CLAIMS.values())].set_axis(list(CLAIMS))
    clashes = find_clashes(figures, figures, oracle_capex_usd=60e9, price_usd=34_000.0)
    assert clashes.loc["three clouds by buyer; four clouds by Nvidia", "verdict"] == "tight"
