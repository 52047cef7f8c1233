"""What a change rebuilds: exactly what depends on it."""

import json
import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.notebook

WRITER = """\
# %% [markdown]
# # What is written?
# %%
import pandas as pd
from analysis.data import save_processed
from analysis.reports import save_results
from analysis.toy import VALUE
table = pd.DataFrame({"value": [VALUE]})
_ = save_processed(table, "toys", units={"value": ""}, made_by="notebooks/writer.py")
save_results({"value": VALUE}, headline=f"{VALUE} was written.")
"""

READER = """\
# %% [markdown]
# # What is read?
# %%
from analysis.paths import PROCESSED
from analysis.reports import save_results
value = int((PROCESSED / "toys.csv").read_text().split()[1])
save_results({"value": value}, headline=f"{value} was read.")
"""

CHAIN = """\
title: Toys
lead: Passed on.
reports:
  - {name: reader, notebook: reader, title: Read, reads: [toys]}
  - {name: apart, notebook: quick, title: Apart}
  - {name: writer, notebook: writer, title: Written, writes: [toys]}
"""


def headline(project, name):
    return json.loads(project.read(f"reports/results/{name}.json"))["headline"]


@pytest.fixture(scope="module")
def chain(tmp_path_factory, quick, new_project):
    project = new_project(tmp_path_factory.mktemp("chain") / "project")
    project.write("analysis/toy.py", '"""Toys."""\n\nVALUE = 1\n')
    project.write("notebooks/writer.py", WRITER)
    project.write("notebooks/reader.py", READER)
    project.write("notebooks/quick.py", quick)
    project.write("reports/manifest.yml", CHAIN)
    done = project.command("build")
    assert done.returncode == 0, done.stderr
    return project


def test_who_reads_is_built_after_who_writes(chain):
    assert headline(chain, "reader") == "1 was read."


def test_a_changed_helper_rebuilds_exactly_its_dependents(chain):
    chain.write("analysis/toy.py", '"""Toys."""\n\nVALUE = 2\n')
    plan = chain.command("build", "--dry-run")
    assert plan.stdout == "writer\n    changed: analysis/toy.py\n"
    assert re.search(r"^1 of 1 report: [\d.]+ s, [\d.]+ kB the last time", plan.stderr, re.M)
    done = chain.command("build")
    assert done.stdout.startswith("built 2 reports, 1 up to date"), done.stderr
    assert "apart" not in done.stderr
    assert headline(chain, "reader") == "2 was read."


def test_a_comment_reruns_the_script_but_not_who_reads_its_equal_table(chain):
    chain.write("analysis/toy.py", '"""Toys, still."""\n\nVALUE = 2\n')
    done = chain.command("build")
    assert done.stdout.startswith("built 1 report, 2 up to date"), done.stderr


def test_a_page_touched_by_hand_is_made_again(chain):
    page = chain.read("reports/site/apart.html")
    chain.write("reports/site/apart.html", page.replace("Is it quick?", "Is it slow?"))
    done = chain.command("build")
    assert done.stdout.startswith("built 1 report, 2 up to date"), done.stderr
    assert chain.read("reports/site/apart.html") == page


def test_another_title_of_the_index_makes_the_index_alone(chain):
    chain.write("reports/manifest.yml", CHAIN.replace("title: Toys", "title: Playthings"))
    assert chain.command("build").stdout == "index made anew: 3 reports up to date\n"
    assert "<h1>Playthings</h1>" in chain.read("reports/site/index.html")


def test_what_is_no_longer_listed_is_named_and_removed_when_asked(chain):
    lines = [line for line in CHAIN.splitlines() if "apart" not in line]
    chain.write("reports/manifest.yml", "\n".join(lines))
    chain.write("reports/site/notes.html", "mine")
    before = {path for path in chain.made() if "apart" in path}
    done = chain.command("build")
    assert done.returncode == 0
    assert "reports/site/apart.html; remove with: build --prune apart" in done.stderr
    assert "apart" not in chain.read("reports/site/index.html")
    assert before == {path for path in chain.made() if "apart" in path} != set()
    for name in ("writer", "aprat"):
        refused = chain.command("build", "--prune", "apart", "--prune", name)
        assert refused.returncode == 2
        assert "perhaps apart" in refused.stderr or name == "writer"
    assert before == {path for path in chain.made() if "apart" in path}
    pruned = chain.command("build", "--prune", "apart")
    assert set(pruned.stdout.split()) - {"removed"} == before
    assert not any("apart" in path for path in chain.made())
    assert chain.read("reports/site/notes.html") == "mine"


def test_a_declared_table_that_is_not_written_fails(chain):
    chain.write("notebooks/writer.py", WRITER.replace('"toys"', '"tosy"'))
    done = chain.command("build", "writer")
    assert done.returncode == 1
    assert "writer.writes: found 'toys.csv'" in done.stderr


def test_nothing_to_do_waits_for_no_library_that_runs_notebooks_or_reads_tables(built):
    program = (
        "import atexit, sys\n"
        "slow = {'IPython', 'jupyter_client', 'nbformat', 'pandas', 'papermill', 'sympy'}\n"
        "atexit.register(lambda: print('imported:', *sorted(slow & set(sys.modules))))\n"
        "from analysis.cli.app import app\n"
        "app(['build'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=built.root,
        env=built.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "imported:"
