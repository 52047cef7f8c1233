# Every target first makes .venv hold the packages it needs: see tools/environment.
# ARGS goes on to the command behind a target: make test ARGS="-k rental".

python := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help environment develop reports test bench lab lint lock sync docs clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo '  Python 3.11 to 3.13; name one with PYTHON=/path/to/python.'

environment: ## set up .venv when it is missing or the lock changed (the others do it by themselves)
	@tools/environment

develop: ## add to .venv what tests, lint and benchmarks need (they do it by themselves)
	@tools/environment develop

reports: environment ## build what changed of the reports listed in reports/manifest.yml
	@$(python) -m analysis build $(ARGS)

test: develop ## run the tests
	@$(python) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

bench: develop ## measure speeds side by side; writes benchmarks/results.md (an hour, idle machine)
	@$(python) benchmarks $(ARGS)

lab: environment ## open the notebooks in JupyterLab
	@JUPYTER_CONFIG_PATH="$(CURDIR)/tools/jupyter$${JUPYTER_CONFIG_PATH:+:$$JUPYTER_CONFIG_PATH}" \
		$(python) -m jupyterlab --LabApp.default_url=/lab/tree/notebooks $(ARGS)

lint: develop ## check format, names, types, layers and that every notebook equals its pair
	$(python) -m ruff format --check
	$(python) -m ruff check
	$(python) -m mypy
	$(dir $(python))lint-imports --no-cache
	$(python) -m analysis sync --check

sync: environment ## write each notebook's .ipynb from its .py
	@$(python) -m analysis sync $(ARGS)

docs: environment ## write docs/map.md, docs/formulas.md and tables of docs/replication.md
	@$(python) tools/house_map.py
	@$(python) tools/replication.py
	@$(python) -m analysis explain --page

# Extras stay in the lock because pip before 24 asks for a hash of jsonschema[format-nongpl] by that name.
solve := uv pip compile pyproject.toml --extra install --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-strip-extras --no-annotate --no-header --quiet
lock: ## solve both locks anew from pyproject.toml, with uv (ARGS=--upgrade for newer versions)
	$(solve) --extra dev $(ARGS) --output-file requirements.lock
	rm -f requirements-run.lock
	$(solve) --constraint requirements.lock --output-file requirements-run.lock

clean: ## remove what was built (the environment stays)
	rm -rf reports/executed reports/site .doit.db*
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@# of data/processed only tables that have the passport of a notebook: the rest is a user's own
	grep -l '"made_by": "notebooks/' data/processed/*.json 2>/dev/null | while read -r passport; do \
		rm -f "$$passport" "$${passport%.json}.csv"; done
	find analysis tests notebooks benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
