"""The folder of a sweep: it removes what it wrote, name by name, and nothing else."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.files import one_at_a_time
from analysis.sweeps.folder import PLAN, SUMMARIES, SweepFolder
from analysis.sweeps.grid import Grid, SweepError
from analysis.sweeps.model_sweep import ModelSweep
from analysis.sweeps.work import part_names, summary_names

GRID = "grid: {tax_rate: [0.1, 0.2]}\nmeasures: [equity_npv_cny]\n"


@pytest.fixture
def work() -> ModelSweep:
    return ModelSweep.of(Grid(grid={"tax_rate": [0.1, 0.2]}, measures=("equity_npv_cny",)))


@pytest.fixture
def other() -> ModelSweep:
    return ModelSweep.of(Grid(grid={"tax_rate": [0.1, 0.3]}, measures=("equity_npv_cny",)))


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def filled(path: Path, work: ModelSweep) -> SweepFolder:
    folder = SweepFolder.of(path, work)
    with folder.prepared(work):
        for part in range(work.n_parts):
            folder.save(dict.fromkeys(work.file_names(part), b"made"))
    return folder


def test_another_sweep_is_refused_and_dropped_when_asked(
    tmp_path: Path, work: ModelSweep, other: ModelSweep
) -> None:
    folder = filled(tmp_path / "sweep", work)
    before = content(folder.path)
    with pytest.raises(SweepError, match="another grid"):
        SweepFolder.of(folder.path, other)
    assert content(folder.path) == before
    with SweepFolder.of(folder.path, other, restart=True).prepared(other, restart=True):
        assert sorted(content(folder.path)) == [PLAN]
        assert not folder.is_done(other, 0)


FOREIGN = {
    "notes": lambda place: (place / "notes.txt").write_text("mine"),
    "a hidden file": lambda place: (place / ".env").write_text("mine"),
    "a folder": lambda place: (place / ".git").mkdir(),
    "a folder called as a part": lambda place: (
        (place / "part-00000.parquet").unlink(),
        (place / "part-00000.parquet").mkdir(),
    ),
    "a part beyond the last": lambda place: (place / "part-00001.parquet").write_text("mine"),
    "a page that a sweep of notebooks would write": lambda place: (place / "index.html").write_text(
        "mine"
    ),
}


@pytest.mark.parametrize("add", FOREIGN.values(), ids=FOREIGN)
def test_a_restart_removes_nothing_where_anything_else_lies(
    tmp_path: Path, work: ModelSweep, other: ModelSweep, add: object
) -> None:
    folder = filled(tmp_path / "sweep", work)
    add(folder.path)  # type: ignore[operator]
    before = content(folder.path)
    for wanted in (work, other):
        with pytest.raises(SweepError, match="which the sweep did not write"):
            SweepFolder.of(folder.path, wanted, restart=True)
        with (
            pytest.raises(SweepError, match="which the sweep did not write"),
            folder.prepared(wanted, restart=True),
        ):
            pass
    assert content(folder.path) == before


@pytest.mark.parametrize(
    "plan",
    ["", "[]", "{}", '"x"', "{", '{"kind": "model"}', '{"kind": "other", "n_parts": 1}', "null"],
)
def test_a_plan_that_is_none_is_left_alone(tmp_path: Path, work: ModelSweep, plan: str) -> None:
    (tmp_path / PLAN).write_text(plan)
    (tmp_path / "part-00000.parquet").write_text("mine")
    before = content(tmp_path)
    for restart in (False, True):
        with pytest.raises(SweepError, match="something else"):
            SweepFolder.of(tmp_path, work, restart=restart)
    assert content(tmp_path) == before


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path, work: ModelSweep) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    before = content(tmp_path)
    for place in (tmp_path, tmp_path / "file"):
        for restart in (False, True):
            with pytest.raises(SweepError, match="something else"):
                SweepFolder.of(place, work, restart=restart)
    assert content(tmp_path) == before


def test_notes_beside_a_sweep_do_not_keep_it_from_going_on(
    tmp_path: Path, work: ModelSweep
) -> None:
    folder = filled(tmp_path / "sweep", work)
    (folder.path / "notes.txt").write_text("mine")
    with folder.prepared(work):
        assert folder.is_done(work, 0)
    assert (folder.path / "notes.txt").read_text() == "mine"


class Compared:
    """A sweep of notebooks as far as its folder knows it."""

    kind = "notebooks"
    n_parts = 2

    def plan(self) -> dict[str, object]:
        return {"grid": {}}

    def files_needed(self) -> frozenset[Path]:
        return frozenset()

    def file_names(self, part: int) -> tuple[str, ...]:
        return part_names("notebooks", self.n_parts, part)


def test_an_edited_summary_is_written_over_only_when_asked(tmp_path: Path) -> None:
    work, folder = Compared(), SweepFolder(tmp_path / "sweep")
    with folder.prepared(work):  # type: ignore[arg-type]
        for text in ("first", "second"):
            for name in summary_names("notebooks"):
                folder.save_summary(name, text)
    SweepFolder.of(folder.path, work)  # type: ignore[arg-type]
    (folder.path / "index.html").write_text("edited")
    with pytest.raises(SweepError, match=r"index.html: found 'edited since', expected --force"):
        SweepFolder.of(folder.path, work)  # type: ignore[arg-type]
    SweepFolder.of(folder.path, work, force=True)  # type: ignore[arg-type]
    with folder.prepared(work, restart=True):  # type: ignore[arg-type]
        assert sorted(content(folder.path)) == [PLAN]


def test_a_summary_of_which_a_kill_left_only_the_record_counts_as_written(tmp_path: Path) -> None:
    work, folder = Compared(), SweepFolder(tmp_path / "sweep")
    with folder.prepared(work):  # type: ignore[arg-type]
        folder.save_summary("index.html", "first")
        first = (folder.path / "index.html").read_bytes()
        folder.save_summary("index.html", "second")
        (folder.path / "index.html").write_bytes(first)
    assert set(json.loads((folder.path / SUMMARIES).read_text())) == {"index.html"}
    SweepFolder.of(folder.path, work)  # type: ignore[arg-type]


def test_a_second_sweep_waits_for_the_folder(tmp_path: Path, work: ModelSweep) -> None:
    folder, told, in_turn = filled(tmp_path / "sweep", work), threading.Event(), []

    def second() -> None:
        with SweepFolder(folder.path).prepared(work, waiting=told.set):
            in_turn.append("second")

    with one_at_a_time(folder.path, waiting=pytest.fail):
        other = threading.Thread(target=second)
        other.start()
        assert told.wait(10)
        in_turn.append("first")
    other.join(10)
    assert in_turn == ["first", "second"]


@pytest.mark.parametrize("name", ["...yaml", "..yaml", ".. .yaml", "....yaml"])
def test_a_grid_without_a_name_sweeps_nowhere_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(GRID)
    (tmp_path / "sweeps").mkdir()
    for options in ([], ["--restart"]):
        done = CliRunner().invoke(app, ["sweep", "rental_model", name, *options])
        assert isinstance(done.exception, SweepError), done.output
        assert "--out FOLDER" in str(done.exception)
    assert content(tmp_path) == {name: GRID.encode()}


def test_a_restart_in_the_folder_one_stands_in_removes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("grid.yaml").write_text(GRID)
    Path("kept.txt").write_text("mine")
    for options in ([], ["--restart"]):
        done = CliRunner().invoke(
            app, ["sweep", "rental_model", "grid.yaml", "--out", ".", *options]
        )
        assert isinstance(done.exception, SweepError), done.output
    assert sorted(content(tmp_path)) == ["grid.yaml", "kept.txt"]
