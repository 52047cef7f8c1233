"""Pages in a real browser: nothing fails, nothing overflows, everything can be read."""

from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.notebook]

LOW_CONTRAST = Path(__file__).with_name("low_contrast.js").read_text()


@pytest.fixture(params=["index", "tiny-low-rent"])
def address(built, request):
    return (built.root / "reports" / "site" / f"{request.param}.html").as_uri()


@pytest.fixture(params=[390, 1280])
def width(request):
    return request.param


@pytest.fixture(params=["light", "dark"])
def open_page(browser, address, width, request):
    """The page with everything unfolded, and what the browser complained of or asked for."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=request.param
    )
    page = context.new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda sent: asked.append(sent.url))
    page.goto(address)
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
    yield page, said, asked
    context.close()


def test_the_page_is_quiet_whole_and_readable(open_page, address, width):
    page, said, asked = open_page
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [address]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(LOW_CONTRAST) == []


def test_formulas_and_pictures_are_drawn(browser, built):
    page = browser.new_page()
    page.goto((built.root / "reports" / "site" / "tiny.html").as_uri())
    heights = page.eval_on_selector_all(
        "math, svg", "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert len(heights) >= 5
    assert min(heights) > 5
    page.close()


def test_the_keyboard_reaches_the_text_first(browser, built):
    page = browser.new_page()
    page.goto((built.root / "reports" / "site" / "tiny.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.close()
