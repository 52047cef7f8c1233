"""The README's answers are those of the committed results."""

from __future__ import annotations

import json

import pytest

from analysis.paths import README, RESULTS, ROOT
from analysis.reports.build.manifest import read_manifest
from analysis.reports.notebook.percent import question
from analysis.reports.site.readme import PICTURED, on_paper, with_answers
from analysis.reports.site.sheet import Published


def groups() -> list[list[Published]]:
    """The reports of the manifest by notebook, with the results that are committed."""
    found: dict[str, list[Published]] = {}
    for report in read_manifest().reports:
        results = json.loads((RESULTS / f"{report.name}.json").read_text())
        found.setdefault(report.notebook, []).append(
            Published(
                report.name,
                report.notebook,
                report.title,
                report.language,
                question(report.script),
                {},
                results,
            )
        )
    return list(found.values())


def test_the_readme_says_what_the_results_say() -> None:
    text = README.read_text()
    assert text == with_answers(text, groups())
    for report, *_ in groups():
        assert report.headline in text


def test_another_headline_is_another_readme() -> None:
    text = README.read_text()
    (first, *others), *rest = groups()
    moved = first._replace(results={"headline": "It pays 7.77 m CNY."})
    assert "It pays 7.77 m CNY." in with_answers(text, [[moved, *others], *rest])
    assert with_answers("no marks", groups()) == "no marks"


@pytest.mark.parametrize("name", PICTURED)
def test_each_picture_of_the_readme_is_there(name: str) -> None:
    path = f"docs/pictures/{name}.svg"
    assert path in README.read_text()
    drawing = (ROOT / path).read_text()
    assert drawing.startswith("<svg")
    assert "var(" not in drawing


def test_a_picture_has_its_own_paper() -> None:
    assert on_paper('<svg a="1"><g/></svg>') == (
        '<svg a="1"><rect width="100%" height="100%" fill="#ffffff"/><g/></svg>'
    )
