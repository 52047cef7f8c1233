"""A page in a browser: what it says, asks for, cuts off, and keeps from whom."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

from .paper import page_fills

WIDTHS = (360, 768, 1280, 1440)
A4_WIDTH = 688
"""Pixels of a sheet of A4 between its margins of 14 mm."""
LEAST_FILL = 0.5
"""Of a printed sheet's height."""
CONTRAST = "color-contrast"
RULES_OF_COLOR = (CONTRAST, "link-in-text-block")
"""Of axe-core, by default: the others do not ask for a color."""
SMALLEST_LETTERS = 11
"""Pixels; of a picture as a phone shows it."""

WIDE = """() => [...document.querySelectorAll('.scroll, pre, figure, .formula, .answer, .equation')]
    .filter(box => box.offsetParent && box.scrollWidth > box.clientWidth + 1)
    .map(box => `${box.closest('[id]')?.id ?? box.querySelector('[id]')?.id} ${box.className} is `
        + `${box.scrollWidth - box.clientWidth} px too wide`)"""

PICTURES = "figure.picture svg, .thumb svg, .calc-chart svg"

SMALL = """least => [...document.querySelectorAll('PICTURES')]
    .flatMap(picture => [...picture.querySelectorAll('text')])
    .filter(text => text.textContent.trim() && text.getBoundingClientRect().width)
    .map(text => [text.textContent,
        parseFloat(getComputedStyle(text).fontSize)
            * Math.hypot(text.getScreenCTM().a, text.getScreenCTM().b)])
    .filter(([, size]) => size < least - 0.05)
    .map(([words, size]) => `${words}: ${size.toFixed(1)} px`)""".replace("PICTURES", PICTURES)

OVERLAPS = r"""() => [...document.querySelectorAll('PICTURES')]
    .flatMap(picture => {
        const level = [...picture.querySelectorAll('text')]
            .filter(text => text.textContent.trim()
                && !/rotate\(-[1-9]/.test(text.getAttribute('transform') || ''))
            .map(text => [text.textContent.trim(), text.getBoundingClientRect()])
            .filter(([, box]) => box.width);
        const cut = level.filter(([, box]) => box.left < 0 || box.right > innerWidth)
            .map(([words]) => `${words} is cut`);
        const over = level.flatMap(([words, box], at) => level.slice(at + 1)
            .filter(([, other]) =>
                Math.min(box.right, other.right) - Math.max(box.left, other.left) > 4
                && Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top)
                    > 0.4 * box.height)
            .map(([others]) => `${words} over ${others}`));
        return [...cut, ...over];
    })""".replace("PICTURES", PICTURES)

BROKEN_DATES = r"""() => {
    const months = 'January|February|March|April|May|June|July|August|September|October'
        + '|November|December';
    const date = new RegExp('(?<![\\w/.-])\\d{4}-\\d{2}(?:-\\d{2})?(?![\\w/-])'
        + `|\\b(?:${months}) \\d{4}\\b|\\d{4} ?年 ?\\d{1,2} ?月`, 'g');
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const broken = [];
    while (texts.nextNode()) {
        const text = texts.currentNode;
        if (text.parentElement.closest('svg, script, style, pre, code, math, option')) continue;
        for (const found of text.data.matchAll(date)) {
            const range = document.createRange();
            range.setStart(text, found.index);
            range.setEnd(text, found.index + found[0].length);
            const tops = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
            if (tops.size > 1) broken.push(`${found[0]} in "${text.data.trim().slice(0, 60)}"`);
        }
    }
    return broken;
}"""

SIZES = """() => [...document.body.querySelectorAll('*')]
    .filter(element => !element.closest('nav.site'))
    .map(element => {
        const box = element.getBoundingClientRect();
        return `${element.tagName} ${element.id} ${box.left} ${box.width} ${box.height}`;
    })"""
"""Of all but the line of links: its button has the other theme's name."""

MARK_ALIKE = """() => {
    const numbers = new Map(), looks = new Map();
    const look = element => {
        if (!element) return 0;
        if (!looks.has(element)) {
            const style = getComputedStyle(element);
            const own = [look(element.parentElement), style.color, style.backgroundColor,
                style.backgroundImage, style.opacity, style.filter, style.mixBlendMode,
                style.fontSize, style.fontWeight, style.textShadow, style.position,
                style.position === 'static' ? '' : `${element.id} ${element.className}`].join();
            if (!numbers.has(own)) numbers.set(own, numbers.size + 1);
            looks.set(element, numbers.get(own));
        }
        return looks.get(element);
    };
    const seen = new Set(), kept = new Set();
    const all = [...document.body.querySelectorAll('*')];
    for (const element of all) {
        const box = element.getBoundingClientRect();
        const words = [...element.childNodes].filter(node => node.nodeType === 3)
            .map(node => node.data).join('').trim();
        if (!box.width || !box.height || !(words || element.matches('input, select'))) continue;
        // axe has no word on a single letter
        const one = element.closest('svg') ? element : `${look(element)} ${words.length > 1}`;
        if (seen.has(one)) continue;
        seen.add(one);
        for (let at = element; at && !kept.has(at); at = at.parentElement) kept.add(at);
    }
    all.filter(element => !kept.has(element) && kept.has(element.parentElement))
        .forEach(element => element.setAttribute('data-alike', ''));
}"""
"""Mark what holds no words but those that look as others do, up to the page itself: one of a
thousand cells with the same colors and letters has the contrast of all. A picture's words may lie
over anything, and stay."""

TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"

SETTLED = """() => [...document.querySelectorAll('[data-calculator]')]
    .every(one => one.dataset.settled === 'yes')"""
"""A calculator writes its break-evens a moment after the rest."""

OPEN = "document.querySelectorAll('details').forEach(one => { one.open = true; })"


class Visit:
    """A page that is open in a browser.

    Parameters
    ----------
    browser : playwright.sync_api.Browser
        The browser.
    file : Path
        The page.
    theme : {"light", "dark"}
        What the reader prefers.
    """

    def __init__(self, browser: Any, file: Path, theme: str = "light") -> None:
        self.context = browser.new_context(color_scheme=theme, reduced_motion="reduce")
        self.page = self.context.new_page()
        self.address = file.as_uri()
        self.said: list[str] = []
        self.asked: set[str] = set()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda sent: self.asked.add(sent.url))
        self.page.goto(self.address)
        self.page.wait_for_function(SETTLED)
        self.page.evaluate(OPEN)
        self.page.evaluate(TWO_FRAMES)  # what is written once it is unfolded

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    @property
    def asked_elsewhere(self) -> set[str]:
        """What it asked for besides itself."""
        own = {url for url in self.asked if url.startswith(("data:", "blob:"))}
        return self.asked - own - {self.address}

    def too_wide(self, width: int) -> list[str]:
        """What does not fit at a width; on small screens tables may be moved, the page may not."""
        self.page.set_viewport_size({"width": width, "height": 900})
        found: list[str] = self.page.evaluate(WIDE) if width >= 1280 else []
        over = self.page.evaluate("document.documentElement.scrollWidth") - width
        return [*found, *([f"the page is {over} px too wide at {width}"] if over > 0 else [])]

    def broken_dates(self, width: int) -> list[str]:
        """Dates with a line break in them."""
        self.page.set_viewport_size({"width": width, "height": 900})
        return list(self.page.evaluate(BROKEN_DATES))

    def sizes(self, width: int) -> list[str]:
        """Where each element begins and how large it is."""
        self.page.set_viewport_size({"width": width, "height": 900})
        return list(self.page.evaluate(SIZES))

    def too_wide_for_paper(self) -> list[str]:
        """What is wider than a sheet of A4 when the page is printed."""
        self.page.emulate_media(media="print")
        self.page.set_viewport_size({"width": A4_WIDTH, "height": 1000})
        found: list[str] = self.page.evaluate(WIDE)
        over = self.page.evaluate("document.documentElement.scrollWidth") - A4_WIDTH
        self.page.emulate_media(media="null")  # else a PDF is made as a screen shows it
        return [*found, *([f"the page is {over} px too wide for A4"] if over > 0 else [])]

    def half_empty_sheets(self) -> list[str]:
        """Sheets of A4, but for the last, of which less than half is printed on."""
        fills = page_fills(self.page.pdf(prefer_css_page_size=True))
        return [
            f"sheet {number} of {len(fills)} is {fill:.0%} full"
            for number, fill in enumerate(fills[:-1], start=1)
            if fill < LEAST_FILL
        ]

    def small_letters(self) -> list[str]:
        """Letters of pictures that are too small on a phone."""
        self.page.set_viewport_size({"width": 360, "height": 900})
        self.page.evaluate(TWO_FRAMES)  # a script draws its picture anew for the width
        return list(self.page.evaluate(SMALL, SMALLEST_LETTERS))

    def lost_letters(self) -> list[str]:
        """Words of pictures that lie over others, or are cut, on a phone."""
        self.page.set_viewport_size({"width": 360, "height": 900})
        self.page.evaluate(TWO_FRAMES)
        return list(self.page.evaluate(OVERLAPS))

    def barriers(self, only: Sequence[str] = ()) -> list[str]:
        """What axe-core finds that keeps somebody from reading; by some of its rules, or all."""
        self.page.set_viewport_size({"width": 1280, "height": 900})
        of_words = {"runOnly": [CONTRAST]}  # four fifths of axe's time, were every cell looked at
        others = (
            {"runOnly": [rule for rule in only if rule != CONTRAST]}
            if only
            else {"rules": {CONTRAST: {"enabled": False}}}
        )
        self.page.evaluate(MARK_ALIKE)
        alike = {"exclude": [["[data-alike]"]]}
        found = [
            fault
            for context, asked in ((alike, of_words), (None, others))
            for fault in Axe()
            .run(self.page, context, {"resultTypes": ["violations"], **asked})
            .response["violations"]
        ]
        return [
            f"{each['id']}: {len(each['nodes'])}, first {each['nodes'][0]['target']} "
            f"{each['nodes'][0]['failureSummary']}"
            for each in found
        ]
