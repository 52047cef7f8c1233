"""Every locked package is under a license that may stand beside the project's own."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

import pytest

from analysis.paths import ROOT


@pytest.fixture(scope="module")
def licenses() -> ModuleType:
    spec = importlib.util.spec_from_file_location("licenses", ROOT / "tools" / "licenses.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_license_is_allowed(licenses: ModuleType) -> None:
    found = licenses.packages()
    assert len(found) > 100
    assert [one for one in found if not one.is_allowed] == []
    assert set(licenses.NAMED) <= {one.name for one in found}


@pytest.mark.parametrize(
    ("license_", "is_allowed"),
    [
        ("MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("GPL-3.0-only OR MIT", False),  # the first of a choice: a person says otherwise by name
        ("MPL-2.0 AND MIT", True),
        ("not stated", False),
    ],
)
def test_all_terms_count(licenses: ModuleType, license_: str, is_allowed: bool) -> None:
    assert licenses.Licensed("x", "1", license_).is_allowed is is_allowed


def test_the_page_lists_what_is_installed(licenses: ModuleType) -> None:
    page = licenses.TARGET.read_text("utf-8")
    listed = set(re.findall(r"^\| (\S+) \| \S+ \| (.+) \|$", page, re.MULTILINE))
    found = {(one.name, one.license) for one in licenses.packages()}  # versions differ by Python
    assert found <= listed, "run tools/licenses.py"
