"""Tables: named, headed, aligned, and the same bytes every time."""

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from analysis.figures import show_table
from analysis.figures.table import table_html

WORDS = {"name": "cash", "caption": "Cash *falls*.", "source": "a model."}


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "cash_cny": [-1234.5, np.nan],
            "irr": [0.1234, 0.5],
            "note": ["a < b", "a much longer remark than that"],
            "pays": [True, False],
        },
        index=pd.Index([2024, 2025], name="year"),
    )


def soup(frame, **options):
    return BeautifulSoup(table_html(frame, **WORDS, **options), "html.parser")


def test_every_header_has_a_scope_and_a_text(frame):
    table = soup(frame, labels={"year": "Year", "irr": "IRR $r$"})
    heads = [head.get_text() for head in table.thead.find_all("th", scope="col")]
    assert heads == ["Year", "cash_cny", "IRR r", "Note", "pays"]
    assert [head.get_text() for head in table.tbody.find_all("th", scope="row")] == ["2024", "2025"]


def test_it_is_named_and_can_be_scrolled_by_keyboard(frame):
    table = soup(frame)
    region = table.find(role="region")
    assert region["tabindex"] == "0"
    assert table.find(id=region["aria-labelledby"]).get_text() == "Cash falls."
    assert table.figcaption.get_text() == "Source: a model."


def test_values_take_their_formats(frame):
    table = soup(frame, formats={"cash_cny": "{:,.0f}", "irr": lambda rate: f"{rate:.1%}"})
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in table.tbody.find_all("tr")]
    assert rows == [
        ["−1,234", "12.3%", "a < b", "yes"],
        ["n/a", "50.0%", "a much longer remark than that", "no"],
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(-505_700_000.0, "\N{MINUS SIGN}505,700,000"), (12_345.6, "12,346"), (9_999.4, "9,999")],
)
def test_a_number_without_a_format_is_no_power_of_ten(value, text):
    table = soup(pd.DataFrame({"net_cny": [value]}, index=pd.Index([2024], name="year")))
    assert table.tbody.find("td").get_text() == text


def test_numbers_go_right_and_long_texts_are_not_squeezed(frame):
    cells = soup(frame).tbody.tr.find_all("td")
    assert [cell.get("class") for cell in cells] == [["number"], ["number"], ["long"], None]


def test_two_levels_of_columns_are_grouped(frame):
    wide = frame[["cash_cny", "irr"]]
    wide.columns = pd.MultiIndex.from_tuples([("base", "cash"), ("base", "irr")])
    head = soup(wide).thead
    group = head.find("th", scope="colgroup")
    assert (group.get_text(), group["colspan"]) == ("base", "2")
    assert head.tr.th["rowspan"] == "2"


def test_cells_may_hold_formulas_and_links(frame):
    symbols = pd.DataFrame({"symbol": ["$r_t$"], "where": ["[here](#x)"]}, index=frame.index[:1])
    row = soup(symbols, formats={"symbol": "markdown", "where": "markdown"}).tbody.tr
    assert row.find("math")["alttext"] == "r_t"
    assert row.find("a")["href"] == "#x"


def test_a_folded_table_is_opened_by_its_caption(frame):
    table = soup(frame, folded=True)
    assert table.summary.get_text() == "Cash falls."
    assert table.details.table.caption.get_text() == "Cash falls."
    assert table.figure.find("figcaption", recursive=False)


def test_the_same_frame_gives_the_same_bytes_and_one_output(frame, displayed):
    show_table(frame, **WORDS)
    (output,) = displayed
    assert output["text/html"] == table_html(frame.copy(), **WORDS)


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (lambda frame: frame.rename_axis(None), {}, "name the index"),
        (lambda frame: frame.rename(columns={"irr": " "}), {}, "a column has no name"),
        (lambda frame: frame, {"formats": {"iir": "{}"}}, "'iir' names no column"),
        (lambda frame: frame, {"labels": {"yaer": "Year"}}, "'yaer' names no column"),
        (lambda frame: frame, {"filters": ["scenarioo"]}, "'scenarioo' names no column"),
    ],
)
def test_what_leaves_a_header_empty_is_refused(frame, change, options, message):
    with pytest.raises(ValueError, match=message):
        table_html(change(frame), **WORDS, **options)


def test_filters_name_the_places_of_their_columns(frame):
    assert soup(frame, filters=["year", "note"]).figure["data-filter"] == "0 3"
    assert not soup(frame).figure.has_attr("data-filter")
