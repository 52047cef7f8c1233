"""The manifest: every mistake named with its line, key, value and what was expected."""

import os

import pytest

from analysis.reports.build import manifest as module
from analysis.reports.build.manifest import ManifestError, read_manifest, selected

HEAD = "title: T\nlead: L\nreports:\n"
MODEL = "- {name: model, notebook: first, title: A}"
WRITES = "- {name: a, notebook: first, title: T, writes: [r]}"

NOTEBOOK = """\
# %% [markdown]
# # Why?
# %% tags=["parameters"]
rent_cny: float = 7.0  # rent, CNY
"""


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Read a manifest of two notebooks, ``first`` and ``second``."""
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    for name in ("first", "second"):
        (notebooks / f"{name}.py").write_text(NOTEBOOK)
    monkeypatch.setattr(module, "NOTEBOOKS", notebooks)

    def read_text(text):
        path = tmp_path / "manifest.yml"
        path.write_text(text)
        return read_manifest(path)

    return read_text


def faults(read, text):
    with pytest.raises(ManifestError) as caught:
        read(text)
    return caught.value.faults


def test_a_right_one_is_read_in_order_with_typed_parameters(read):
    manifest = read(
        HEAD + "- {name: b, notebook: second, title: B}\n"
        "- {name: a, notebook: first, title: A, parameters: {rent_cny: 6}}\n"
    )
    assert [report.name for report in manifest.reports] == ["b", "a"]
    assert manifest.reports[1].parameters == {"rent_cny": 6.0}
    assert isinstance(manifest.reports[1].parameters["rent_cny"], float)


@pytest.mark.parametrize(
    ("text", "row", "key", "found", "expected"),
    [
        (
            "- {name: a, notebook: first, title: A, raeds: []}",
            4,
            "reports[0].raeds",
            "raeds",
            "perhaps reads",
        ),
        ("- {name: a, notebook: first}", 4, "reports[0].title", "nothing", "the key title"),
        ("- {name: A b, notebook: first, title: A}", 4, "reports[0].name", "A b", "of the form"),
        ("- {name: a, notebook: frist, title: A}", 4, "a.notebook", "frist", "perhaps first"),
        (
            "- {name: a, notebook: first, title: A, language: fr}",
            4,
            "reports[0].language",
            "fr",
            "one of en, zh-CN",
        ),
        (
            "- name: a\n  notebook: first\n  title: A\n  timeout_seconds: 0",
            7,
            "reports[0].timeout_seconds",
            "0",
            "greater than 0",
        ),
        (
            "- name: a\n  notebook: first\n  title: A\n  parameters:\n    rent_cyn: 6",
            8,
            "a.parameters.rent_cyn",
            "6",
            "perhaps rent_cny",
        ),
        (
            "- name: a\n  notebook: first\n  title: A\n  parameters:\n    rent_cny: six",
            8,
            "a.parameters.rent_cny",
            "six",
            "float (rent, CNY)",
        ),
        (
            "- {name: a, notebook: first, title: A, reads: [rents]}",
            4,
            "a.reads",
            "rents",
            "a table that another report writes",
        ),
        (
            "- {name: a, notebook: first, title: A, reads_results: [a]}",
            4,
            "a.reads_results",
            "a",
            "another report",
        ),
        (
            MODEL + "\n- {name: sum, notebook: second, title: B, reads_results: [modle]}",
            5,
            "sum.reads_results",
            "modle",
            "perhaps model",
        ),
        (
            "- {name: a, notebook: first, title: A}\n- {name: a, notebook: second, title: B}",
            5,
            "reports[1].name",
            "a",
            "each name once",
        ),
        (WRITES + "\n" + WRITES.replace("a,", "b,"), 5, "b.writes", "r", "a does"),
        (
            "- {name: index, notebook: first, title: A}",
            4,
            "reports[0].name",
            "index",
            "the page that lists all reports is called so",
        ),
        ("- {name: ../x, notebook: first, title: A}", 4, "reports[0].name", "../x", "of the form"),
        (
            "- {name: a, notebook: ../first, title: A}",
            4,
            "reports[0].notebook",
            "../first",
            "of the form",
        ),
        (
            "- {name: a, notebook: first, title: A, writes: [../../x]}",
            4,
            "reports[0].writes[0]",
            "../../x",
            "of the form",
        ),
        (
            f"- {{name: {'a' * 101}, notebook: first, title: A}}",
            4,
            "reports[0].name",
            "a" * 101,
            "at most 100 characters",
        ),
        (
            "\n".join(
                f"- {{name: {a}, notebook: first, title: T, reads_results: [{b}]}}"
                for a, b in ("ab", "bc", "ca")
            ),
            4,
            "reports[0]",
            "a reads b reads c reads a",
            "one after the other",
        ),
        (
            "\n".join(
                f"- {{name: {name}, notebook: first, title: T, reads: [{r}], writes: [{w}]}}"
                for name, r, w in ("ars", "bsr")
            ),
            4,
            "reports[0]",
            "a reads b reads a",
            "one after the other",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(read, text, row, key, found, expected):
    (fault,) = faults(read, f"{HEAD}{text}\n")
    assert (fault.row, fault.column, fault.value) == (row, key, found)
    assert expected in fault.expected


def test_mistakes_of_several_reports_are_named_at_once(read):
    found = faults(
        read, HEAD + "- {name: a, notebook: x, title: A}\n- {name: a, notebook: y, title: B}"
    )
    assert [fault.column for fault in found] == ["a.notebook", "reports[1].name", "a.notebook"]


def test_text_that_is_no_yaml_is_refused_with_its_line(read):
    (fault,) = faults(read, "title: T\nreports: [\n")
    assert fault.row == 3
    assert fault.expected == "valid YAML"


TRAPS = {
    "a key twice": (f"{HEAD}{MODEL}\nreports: []\n".encode(), 5, "'reports' stands twice"),
    "a key of a report twice": (
        f"{HEAD}- {{name: a, name: b, notebook: first, title: A}}\n".encode(),
        4,
        "'name' stands twice",
    ),
    "GBK": (f"{HEAD}- {{name: a, notebook: first, title: 算力}}\n".encode("gbk"), 4, "another"),
    "UTF-16": (f"{HEAD}{MODEL}\n".encode("utf-16"), 1, "another encoding"),
    "NUL": (f"{HEAD}{MODEL}\0\n".encode(), None, "control characters"),
    "a tag": (f"{HEAD}- !!python/object/apply:os.getcwd []\n".encode(), 4, "could not determine"),
    "an alias of an alias": (b"a: &a [x]\nb: &b [*a, *a]\nreports: [*b]\n", 2, "an alias within"),
    "an endless alias": (b"reports: &a [*a]\n", 1, "an alias within"),
    "levels": (b"reports: " + b"[" * 5000 + b"]" * 5000, 1, "more than 20 levels"),
    "a pipe": (None, None, "no plain file"),
    "a folder": (b"", None, "a folder"),
    "too much": (b"x" * 1_000_001, None, "1,000,001 bytes"),
}


@pytest.mark.parametrize(("content", "row", "found"), TRAPS.values(), ids=TRAPS)
def test_traps_are_refused_at_once(read, tmp_path, content, row, found):
    path = tmp_path / "manifest.yml"
    if content is None:
        os.mkfifo(path)
    elif content:
        path.write_bytes(content)
    else:
        path.mkdir()
    with pytest.raises(ManifestError) as caught:
        read_manifest(path)
    (fault,) = caught.value.faults
    assert fault.row == row
    assert found in fault.value


def test_an_empty_or_missing_manifest_is_refused(read, tmp_path):
    assert faults(read, "")
    with pytest.raises(ManifestError, match="the list of reports"):
        read_manifest(tmp_path / "none.yml")


def test_an_unlisted_name_is_refused_with_the_nearest(read):
    manifest = read(HEAD + "- {name: rental-model, notebook: first, title: A}\n")
    with pytest.raises(ManifestError, match="perhaps rental-model"):
        selected(manifest.reports, ["rental-modle"])


def test_results_that_a_report_reads_are_files_it_depends_on(read):
    manifest = read(
        f"{HEAD}{MODEL}\n- {{name: sum, notebook: second, title: B, reads_results: [model]}}\n"
    )
    assert [file.name for file in manifest.reports[1].files_read] == ["model.json"]
