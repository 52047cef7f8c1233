"""The site described for archives: RO-Crate 1.1 names every file, and none that is not there."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest

from analysis.reports.page.html import Imprint
from analysis.reports.site.crate import CRATE_NAME, described_crate
from analysis.revision import Revision
from tests.conftest import Project

IMPRINT = Imprint(Revision("0123456789ab", 1_735_689_600, False), "BSD-3-Clause")


def of(site: Path) -> dict[str, dict[str, Any]]:
    """Entities of a site's crate by their id."""
    crate = json.loads((site / CRATE_NAME).read_text(encoding="utf-8"))
    assert list(crate) == ["@context", "@graph"]
    entities = {entity["@id"]: entity for entity in crate["@graph"]}
    assert len(entities) == len(crate["@graph"]), "an id stands twice"
    return entities


def assert_valid(site: Path) -> None:
    """Hold a crate to what RO-Crate 1.1 says must be, section by section."""
    context = json.loads((site / CRATE_NAME).read_text(encoding="utf-8"))["@context"]
    assert context[0] == "https://w3id.org/ro/crate/1.1/context"
    entities = of(site)
    descriptor, root = entities[CRATE_NAME], entities["./"]
    # 3.1 of the specification: the descriptor
    assert descriptor["@type"] == "CreativeWork"
    assert descriptor["about"] == {"@id": "./"}
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    # 3.2: the root has a name, a description, a day and a license
    assert root["@type"] == "Dataset"
    assert root["name"] and root["description"]
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", root["datePublished"])
    assert entities[root["license"]["@id"]]["name"]
    # 4.1: data entities are linked from the root, are files that exist, with relative encoded ids
    parts = [part["@id"] for part in root["hasPart"]]
    assert len(parts) == len(set(parts))
    for name in parts:
        entity = entities[name]
        assert entity["@type"] == "File"
        assert quote(unquote(name)) == name and not name.startswith(("/", ".."))
        content = (site / unquote(name)).read_bytes()
        assert entity["contentSize"] == str(len(content))
        assert entity["sha256"] == hashlib.sha256(content).hexdigest()
        assert re.fullmatch(r"\w+/[\w.+-]+", entity["encodingFormat"])
    there = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert {unquote(name) for name in parts} == there - {CRATE_NAME}
    # 4.2: whatever is referred to is described, or is an address elsewhere
    for entity in entities.values():
        for value in entity.values():
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict):
                    assert one["@id"] in entities or one["@id"].startswith("https://")


def test_a_built_site_has_a_valid_crate(site: Project) -> None:
    place = site.root / "reports" / "site"
    assert_valid(place)
    entities = of(place)
    assert entities["tiny-low-rent.html"]["name"] == "Low rent"
    assert entities["files/data/rent_quotes_usd.csv"]["encodingFormat"] == "text/csv"


def test_names_of_every_kind(tmp_path: Path) -> None:
    (tmp_path / "figures, 图").mkdir()
    for name in ("a b.html", "figures, 图/100%.csv", "no ending", "#x.svg", ".hidden"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    (tmp_path / ".a.html.partial-0123abcd").touch()  # what another build is writing
    described = described_crate(tmp_path, "T", "L", {"a b.html": "A title"}, IMPRINT)
    (tmp_path / ".a.html.partial-0123abcd").unlink()
    (tmp_path / CRATE_NAME).write_bytes(described)
    assert_valid(tmp_path)
    entities = of(tmp_path)
    assert entities["a%20b.html"]["name"] == "A title"
    assert entities["no%20ending"]["encodingFormat"] == "application/octet-stream"
    assert entities["./"]["version"] == "0123456789ab"
    assert described_crate(tmp_path, "T", "L", {"a b.html": "A title"}, IMPRINT) == described


@pytest.mark.parametrize("gone", ["whole", "cut"])
def test_a_crate_follows_the_pages_and_heals(site: Project, tmp_path: Path, gone: str) -> None:

    copy = Project(tmp_path / "p")
    shutil.copytree(site.root, copy.root, symlinks=True)
    crate = copy.root / "reports" / "site" / CRATE_NAME
    before = crate.read_bytes()
    if gone == "whole":
        crate.unlink()
        assert copy.command("build").returncode == 0
        assert crate.read_bytes() == before
    else:
        manifest = copy.read("reports/manifest.yml").replace("Low rent", "A lower rent")
        copy.write("reports/manifest.yml", manifest)
        assert copy.command("build", "tiny-low-rent").returncode == 0
        assert_valid(crate.parent)
        assert of(crate.parent)["tiny-low-rent.html"]["name"] == "A lower rent"
