"""A build: what it makes, and that it makes the same again or nothing."""

import json

import pytest

pytestmark = pytest.mark.notebook


def test_every_report_has_notebook_results_and_page(built):
    assert set(built.made()) == {
        "reports/executed/tiny-low-rent.ipynb",
        "reports/executed/tiny.ipynb",
        "reports/results/tiny-low-rent.json",
        "reports/results/tiny.json",
        "reports/site/index.html",
        "reports/site/tiny-low-rent.html",
        "reports/site/tiny.html",
    }
    results = json.loads(built.read("reports/results/tiny-low-rent.json"))
    assert results["results"] == {"label": "low-rent", "revenue_cny": 60000.0 * 12 * 5}


def test_the_index_tells_each_answer(built):
    index = built.read("reports/site/index.html")
    assert "Does a tiny server pay?" in index
    assert "Over 5 years the base case earns 4,200,000 CNY." in index
    assert "Over 5 years the low-rent case earns 3,600,000 CNY." in index


def test_a_second_build_does_nothing_and_says_so(built):
    before = {path: (built.root / path).stat().st_mtime_ns for path in built.made()}
    done = built.command("build")
    assert (done.returncode, done.stdout) == (0, "nothing to do: 2 reports up to date\n")
    assert before == {path: (built.root / path).stat().st_mtime_ns for path in built.made()}


def test_nothing_tells_of_this_machine(built):
    told = [
        path
        for path, content in built.made().items()
        if str(built.root).encode() in content or b"ipykernel_" in content
    ]
    assert told == []


def test_another_place_and_time_give_the_same_bytes(built, project):
    for path in ("notebooks/tiny_question.py", "reports/manifest.yml"):
        project.write(path, built.read(path))
    done = project.command("build", "tiny-low-rent", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    made = {path: text for path, text in project.made().items() if "index" not in path}
    assert len(made) == 3
    assert made.items() <= built.made().items()
