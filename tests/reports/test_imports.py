"""Which files a script depends on: exactly those that importing it would run or read."""

import pytest

from analysis.reports.notebook.imports import ImportGraph

FILES = {
    "pack/__init__.py": "",
    "pack/units.py": "",
    "pack/eager/__init__.py": "from pack.eager.first import one\n",
    "pack/eager/first.py": "from ..units import HOUR\n",
    "pack/eager/second.py": "",
    "pack/eager/cases/base.yml": "",
    "pack/eager/__pycache__/first.cache": "",
    "pack/lazy/__init__.py": "import lazy_loader\n",
    "pack/lazy/__init__.pyi": "from .red import r\nfrom .blue import b\n",
    "pack/lazy/red.py": "import pack.units\n",
    "pack/lazy/blue.py": "",
    "pack/plain.py": (
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from pack.eager import second\n"
        "def late():\n    from pack import units\n"
    ),
}


@pytest.fixture
def reached(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    def from_script(text):
        script = tmp_path / "script.py"
        script.write_text(text)
        files = ImportGraph(tmp_path, "pack").files_imported(script)
        return {file.relative_to(tmp_path / "pack").as_posix() for file in files}

    return from_script


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import os", set()),
        ("import pack.units", {"__init__.py", "units.py"}),
        ("from pack import units", {"__init__.py", "units.py"}),
        (
            "from pack.eager import one",
            {
                "__init__.py",
                "eager/__init__.py",
                "eager/first.py",
                "eager/cases/base.yml",
                "units.py",
            },
        ),
        ("from pack.plain import late", {"__init__.py", "plain.py", "units.py"}),
        (
            "from pack.lazy import r",
            {"__init__.py", "lazy/__init__.py", "lazy/__init__.pyi", "lazy/red.py", "units.py"},
        ),
        (
            "from pack.lazy import b",
            {"__init__.py", "lazy/__init__.py", "lazy/__init__.pyi", "lazy/blue.py"},
        ),
        (
            "import pack.lazy as lazy",
            {
                "__init__.py",
                "lazy/__init__.py",
                "lazy/__init__.pyi",
                "lazy/red.py",
                "lazy/blue.py",
                "units.py",
            },
        ),
        (
            "from pack import lazy",
            {
                "__init__.py",
                "lazy/__init__.py",
                "lazy/__init__.pyi",
                "lazy/red.py",
                "lazy/blue.py",
                "units.py",
            },
        ),
    ],
)
def test_exactly_what_is_reached(reached, text, expected):
    assert reached(text) == expected


def test_what_is_kept_of_a_file_is_of_its_content(reached, tmp_path):
    first = reached("import pack.plain")
    assert first == {"__init__.py", "plain.py", "units.py"}
    kept = tmp_path / "pack" / "__pycache__" / "imports.json"
    before = kept.read_text()
    assert reached("import pack.plain") == first
    assert kept.read_text() == before
    (tmp_path / "pack" / "plain.py").write_text("import pack.lazy.blue\n")
    changed = {"__init__.py", "plain.py", "lazy/__init__.py", "lazy/__init__.pyi", "lazy/blue.py"}
    assert reached("import pack.plain") == changed


@pytest.mark.parametrize(
    "damaged", ["", "[1]", "{}", '{"a": 1}', "null", '{"NAME": {"digest": 1}}', "\x00"]
)
def test_a_damaged_file_of_what_is_kept_heals(reached, tmp_path, damaged):
    expected = reached("import pack.plain")
    kept = tmp_path / "pack" / "__pycache__" / "imports.json"
    kept.write_text(damaged.replace("NAME", str(tmp_path / "pack" / "plain.py")))
    assert reached("import pack.plain") == expected
    assert "plain.py" in kept.read_text()


def test_a_folder_that_cannot_be_written_keeps_nothing(reached, tmp_path):
    expected = reached("import pack.plain")
    place = tmp_path / "pack" / "__pycache__"
    (place / "imports.json").unlink()
    place.rmdir()
    place.write_text("a file where the folder should be")
    assert reached("import pack.plain") == expected
