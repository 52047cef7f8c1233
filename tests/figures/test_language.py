"""What a notebook shows, in English and in Chinese."""

import warnings

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from analysis.figures import language, show_table, use_house_style, use_language
from analysis.figures.picture import to_svg

TABLE = {"name": "rents", "caption": "Rents.", "source": "quotes."}


@pytest.fixture(autouse=True)
def house_style():
    with mpl.rc_context(), warnings.catch_warnings():
        use_house_style()
        yield
        use_language("en")
    plt.close("all")


def drawn():
    figure, axes = plt.subplots()
    axes.barh(["租金", "rent"], [1.0, 2.0])
    return to_svg(figure, name="rents", alt="bars")


def test_the_word_before_a_source_is_of_the_language(displayed):
    frame = pd.DataFrame({"rent": [1.0]}, index=pd.Index(["a"], name="case"))
    show_table(frame, **TABLE)
    use_language("zh-CN")
    show_table(frame, **TABLE)
    english, chinese = (bundle["text/html"] for bundle in displayed)
    assert "Source: quotes." in english
    assert "来源：quotes." in chinese
    assert "Source" not in chinese


def test_without_the_font_letters_stay_letters(monkeypatch):
    monkeypatch.setattr(language, "_noto_sans", lambda: None)
    use_language("zh-CN")
    assert "租金</text>" in drawn()


def test_without_the_font_other_warnings_are_still_errors(monkeypatch):
    monkeypatch.setattr(language, "_noto_sans", lambda: None)
    use_language("zh-CN")
    with pytest.raises(UserWarning, match="other"):
        warnings.warn("other", UserWarning, stacklevel=1)


def test_with_the_font_letters_are_its_outlines():
    pytest.importorskip(language.FONT_PACKAGE)
    use_language("zh-CN")
    assert mpl.rcParams["font.family"][0] == "Noto Sans SC"
    drawing = drawn()
    assert "<text" not in drawing
    assert drawing.count("<use") > len("租金rent")


def test_outlines_are_as_large_as_the_room_between_them():
    mpl.rcParams |= {"svg.fonttype": "path", "font.size": 9.7}
    figure, axes = plt.subplots()
    axes.set_title("rent", fontsize=9.7)
    assert "scale(0.097 -0.097)" in to_svg(figure, name="rents", alt="bars")


def test_another_language_is_refused():
    with pytest.raises(ValueError, match="'fr': expected one of en, zh-CN"):
        use_language("fr")
