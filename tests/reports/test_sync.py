"""Notebook pairs: same script, same bytes; differences are found; edits are not lost."""

import os

import nbformat
import pytest

from analysis.paths import NOTEBOOKS
from analysis.reports.notebook import sync as pairs

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


def test_committed_notebooks_are_in_step():
    pairs.check(NOTEBOOKS)
