"""Notebook pairs: same script, same bytes; differences are found; edits are not lost."""

import json
import os
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import get_kernel_spec
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from jupytext.sync_contentsmanager import build_sync_jupytext_contents_manager_class

from analysis.paths import NOTEBOOKS, ROOT
from analysis.reports.notebook import sync as pairs

LAB = "tools/jupyter"
SCHEMAS = Path(sys.prefix) / "share/jupyter/lab/schemas"
SCRIPT = """\
# %% [markdown]
# # Why?

# %% tags=["parameters"]
rent_cny: float = 7.0  # rent, CNY

# %%
rent_cny

# %%
rent_cny
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "why.py").write_text(SCRIPT)
    return tmp_path


def test_the_same_script_makes_the_same_valid_bytes_without_outputs(folder):
    text = pairs.notebook_text(folder / "why.py")
    assert text == pairs.notebook_text(folder / "why.py")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert [cell.cell_type for cell in notebook.cells] == ["markdown", "code", "code", "code"]
    assert notebook.cells[1].metadata.tags == ["parameters"]
    assert all(not cell.outputs and cell.execution_count is None for cell in notebook.cells[1:])


def test_a_cell_keeps_its_id_when_others_are_added_before_it(folder):
    before = pairs.read_script(folder / "why.py").cells
    (folder / "why.py").write_text(SCRIPT.replace("# %% tags", "# %%\nnew = 1\n\n# %% tags"))
    after = pairs.read_script(folder / "why.py").cells
    assert [cell.id for cell in before] == [after[at].id for at in (0, 2, 3, 4)]
    assert len({cell.id for cell in after}) == len(after)


def test_check_names_every_pair_that_differs(folder):
    (folder / "other.py").write_text(SCRIPT)
    pairs.sync(folder)
    assert pairs.check(folder) == 2
    (folder / "why.py").write_text(SCRIPT.replace("7.0", "8.0"))
    (folder / "alone.ipynb").write_text("{}")
    with pytest.raises(pairs.PairError) as caught:
        pairs.check(folder)
    assert "why.ipynb is not what why.py makes" in str(caught.value)
    assert "alone.ipynb has no alone.py" in str(caught.value)
    assert "other.ipynb" not in str(caught.value)


def test_sync_makes_what_differs_and_then_nothing(folder):
    assert [path.name for path in pairs.sync(folder)] == ["why.ipynb"]
    assert pairs.sync(folder) == ()


def test_outputs_of_a_saved_notebook_are_dropped(folder):
    pairs.sync(folder)
    path = folder / "why.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].outputs = [nbformat.v4.new_output("stream", text="7.0")]
    nbformat.write(notebook, path)
    assert [changed.name for changed in pairs.sync(folder)] == ["why.ipynb"]
    assert path.read_text() == pairs.notebook_text(folder / "why.py")


def test_an_edit_made_apart_from_the_script_is_not_lost(folder):
    pairs.sync(folder)
    path = folder / "why.ipynb"
    path.write_text(path.read_text().replace("7.0", "9.0"))
    later = (folder / "why.py").stat().st_mtime + 10
    os.utime(path, (later, later))
    with pytest.raises(pairs.PairError, match=r"was edited apart from why\.py"):
        pairs.sync(folder)
    assert "9.0" in path.read_text()
    pairs.sync(folder, discard_edits=True)
    assert "9.0" not in path.read_text()


@pytest.mark.parametrize("script", sorted(NOTEBOOKS.glob("*.py")), ids=lambda path: path.stem)
def test_parameters_and_imports_are_folded_and_nothing_else_is(script):
    cells = [c for c in pairs.read_script(script).cells if c.cell_type == "code"]
    folded = [c.metadata.get("jupyter", {}).get("source_hidden", False) for c in cells]
    assert "parameters" in cells[0].metadata["tags"]
    assert cells[1].source.startswith(("import ", "from "))
    assert folded == [True, True] + [False] * (len(cells) - 2)


def test_committed_notebooks_are_in_step():
    pairs.check(NOTEBOOKS)


HEADER = """\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: {name}
#     language: python
#     name: {kernel}
# ---

"""
OURS = HEADER.format(name="Python 3 (ipykernel)", kernel="python3")


def test_a_kernel_saved_by_jupyterlab_leaves_no_difference(folder):
    script = folder / "why.py"
    script.write_text(OURS + SCRIPT)
    pairs.sync(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for name, kernel in (("Python 3", "python3"), ("my-env", "conda-env-my-env-py")):
        script.write_text(HEADER.format(name=name, kernel=kernel) + SCRIPT)
        with pytest.raises(pairs.PairError, match=r"why.py has the header of another kernel"):
            pairs.check(folder)
        assert pairs.sync(folder) == (script,)
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("name", sorted(path.stem for path in NOTEBOOKS.glob("*.py")))
def test_run_all_and_save_leave_no_difference_once_synced(tmp_path, name):
    """What JupyterLab with jupytext does: outputs, counts and the kernel's name are saved."""
    script, notebook = tmp_path / f"{name}.py", tmp_path / f"{name}.ipynb"
    settings = (ROOT / "jupytext.toml").read_text().replace("notebooks///", "")
    (tmp_path / "jupytext.toml").write_text(settings)
    shutil.copy(NOTEBOOKS / script.name, script)
    pairs.sync(tmp_path)
    before = notebook.read_bytes()
    manager = build_sync_jupytext_contents_manager_class(LargeFileManager)(root_dir=str(tmp_path))
    manager.log.setLevel("ERROR")
    model = manager.get(notebook.name)
    content = model["content"]
    content["metadata"]["kernelspec"] = {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
    content["metadata"]["language_info"] = {"name": "python", "version": "3.11.7"}
    for count, cell in enumerate(content["cells"], start=1):
        if cell["cell_type"] == "code":
            cell["execution_count"] = count
            cell["metadata"]["execution"] = {"shell.execute_reply": "2026-01-01T00:00:00Z"}
            cell["outputs"] = [nbformat.v4.new_output("stream", name="stdout", text="7.0")]
    manager.save(model, notebook.name)
    assert script.read_bytes() == (NOTEBOOKS / script.name).read_bytes()  # no report is due
    assert notebook.read_bytes() != before
    pairs.sync(tmp_path)
    assert notebook.read_bytes() == before == (NOTEBOOKS / notebook.name).read_bytes()


def test_the_names_are_those_of_the_kernel_that_is_installed():
    installed = get_kernel_spec("python3")
    assert f"display_name: {installed.display_name}\n" in OURS


def test_jupyterlab_opens_scripts_as_notebooks_and_shows_no_news():
    shipped = json.loads((ROOT / LAB / "labconfig/default_setting_overrides.json").read_text())
    assert shipped["@jupyterlab/docmanager-extension:plugin"]["defaultViewers"] == {
        "python": "Jupytext Notebook"
    }
    notes = shipped["@jupyterlab/apputils-extension:notification"]
    assert notes == {"checkForUpdates": False, "fetchNews": "false"}
    schema = SCHEMAS / "@jupyterlab/apputils-extension/notification.json"
    assert set(notes) <= set(json.loads(schema.read_text())["properties"])
    lab = (ROOT / "Makefile").read_text().split("\nlab:")[1].split("\n\n")[0]
    assert f'JUPYTER_CONFIG_PATH="$(CURDIR)/{LAB}' in lab
