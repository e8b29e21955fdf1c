# Everything needs only make and Python 3.11 or later; the first target to run sets up .venv.
PYTHON ?= python3
BIN := .venv/bin
# A strict editable install links each file by name: a new or removed file means a new install.
FILES := $(sort $(wildcard engine/*.py engine/*/*.py tui/*.py tui/*/*.py tui/*.tcss */py.typed samples/*))
STAMP := .venv/installed-$(firstword $(shell echo $(FILES) | cksum))
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --config-settings editable_mode=strict

.PHONY: run test lint format bench picture clean

run: $(STAMP)
	@$(BIN)/backprop-tui $(ARGS)

test: $(STAMP)
	$(BIN)/python -m pytest -n 2 $(ARGS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p backprop_tui.engine -p backprop_tui.tui -p backprop_tui.samples

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP)
	$(INSTALL) -e '.[bench]'
	$(BIN)/python -m compileall -q build
	$(BIN)/python benchmarks/run.py $(ARGS)

picture: $(STAMP)
	$(BIN)/python docs/picture.py
	$(BIN)/backprop-tui gaussian --at 4 -o docs/graph.svg

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("backprop-tui needs Python 3.11 or later, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@echo "Setting up .venv (once; needs a package index) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@rm -rf build .venv/installed-*
	@$(INSTALL) -e '.[dev]'
	@$(BIN)/python -m compileall -q build
	@touch $@
