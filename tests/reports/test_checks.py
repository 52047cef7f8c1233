"""Faults that keep a page from being published."""

import pytest

from analysis.reports.page.page_checks import PageError, check_page, page_faults
from analysis.reports.page.scripts import scripts_for

RIGHT = """\
<!DOCTYPE html><html lang="en"><head><title>t</title></head><body>
<a href="#part">part</a><h1>q</h1><h2 id="part">p</h2>
<img alt="a curve" src="data:image/png;base64,AA==">
<svg role="img" aria-label="bars"><use xlink:href="#c"></use>
<path style="clip-path: url(#c)"/></svg>
<table><caption>c</caption><tr><th scope="col"><code>x</code></th></tr></table>
</body></html>
"""


def test_a_right_page_has_none():
    assert page_faults(RIGHT) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (' lang="en"', "", "<html> without lang"),
        ("<title>t</title>", "", "no <title>"),
        ("<h1>q</h1>", "<h1>q</h1><h1>r</h1>", "2 headings <h1>"),
        ("<h1>q</h1>", "", "0 headings <h1>"),
        ('<h2 id="part">p</h2>', '<h3 id="part">p</h3>', "<h3> after <h1>"),
        (' alt="a curve"', "", "<img> without alt text"),
        (' aria-label="bars"', "", "<svg> without a label"),
        ("<caption>c</caption>", "", "<table> without a caption"),
        ("<code>x</code>", "", "<th> without text"),
        ('id="part"', 'id="other"', "link to #part, which is not there"),
        ("<h1>q</h1>", '<h1 id="part">q</h1>', "id 'part' occurs 2 times"),
        ("data:image/png;base64,AA==", "https://example.org/x.png", "<img> loads"),
        ("<h1>", "<script></script><h1>", "<script>, expected a page without"),
        ("<h1>", "<script>alert(1)</script><h1>", "<script>, expected a page without"),
        ("<h1>", '<link href="style.css"><h1>', "<link> loads 'style.css'"),
        ("<h1>", '<h1 onclick="alert(1)">', "<h1> with onclick"),
        ("<h1>", '<h1 ONFOCUS="alert(1)">', "<h1> with onfocus"),
        ('href="#part"', 'href=" JavaScript:alert(1)"', "<a> with href="),
        ('href="#part"', 'href="java&#10;script:alert(1)"', "<a> with href="),
        ('href="#part"', 'href="&#1;vbscript:x"', "<a> with href="),
        ('href="#part"', 'href="data:text/html,x"', "<a> with href="),
        ("url(#c)", "url(//example.org/f)", "<path> loads '//example.org/f'"),
        ("<path", '<use href="//example.org/f.svg"></use><path', "<use> loads"),
        ("<h1>", '<body background="x.png"><h1>', "<body> loads 'x.png'"),
        ("<title>", '<meta http-equiv="Refresh" content="0; url=x"><title>', "<meta> that moves"),
        ("<title>", "<style>p { background: url(x.png) }</style><title>", "<style> loads 'x.png'"),
        ("<title>", "<style>@import 'x.css';</style><title>", "<style> loads 'x.css'"),
    ],
)
def test_each_fault_is_found(old, new, fault):
    assert old in RIGHT
    (found,) = page_faults(RIGHT.replace(old, new))
    assert found.startswith(fault)


def test_all_faults_are_told_at_once():
    with pytest.raises(PageError, match=r"report x: (.|\n)*without lang(.|\n)*no <title>"):
        check_page("x", "<html><h1>q</h1></html>")


def test_a_page_may_run_a_script_that_the_build_names():
    page = RIGHT.replace("</body>", "<script>let x;</script></body>")
    assert page_faults(page, ["let x;"]) == []
    assert len(page_faults(page, ["let y;"])) == 1


def test_a_page_may_run_the_projects_own_scripts_unchanged():
    _, script = scripts_for('<figure data-filter="0">')
    assert page_faults(RIGHT.replace("</body>", f"<script>{script.text}</script></body>")) == []
    changed = RIGHT.replace("</body>", f"<script>{script.text} </script></body>")
    assert len(page_faults(changed)) == 1
    loaded = RIGHT.replace("</body>", f'<script src="data:,">{script.text}</script></body>')
    assert page_faults(loaded) == ["<script>, expected a page without"]
