"""The map is what the code says, and its links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

import pytest

from analysis.paths import ROOT


@pytest.fixture(scope="module")
def house_map() -> ModuleType:
    spec = importlib.util.spec_from_file_location("house_map", ROOT / "tools" / "house_map.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_map_is_current(house_map: ModuleType) -> None:
    assert house_map.TARGET.read_text("utf-8") == house_map.text(), "run make docs"


def test_every_module_is_on_the_map(house_map: ModuleType) -> None:
    text = house_map.text()
    for file in (ROOT / "analysis").rglob("*.py"):
        if file.name != "__init__.py" and "__pycache__" not in file.parts:
            assert f"(../{file.relative_to(ROOT).as_posix()})" in text, file


def test_a_path_through_a_name_that_is_gone_is_refused(house_map: ModuleType) -> None:
    gone = {"file": "analysis/data/tables.py", "name": "laod", "what": "nothing"}
    with pytest.raises(ValueError, match="has no laod"):
        house_map._path([gone])


@pytest.mark.parametrize("page", ["map.md", "design.md"])
def test_links_of_the_docs_lead_somewhere(page: str) -> None:
    docs = ROOT / "docs"
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", (docs / page).read_text("utf-8"))
    assert links
    missing = [link for link in links if "://" not in link and not (docs / link).exists()]
    assert missing == []
