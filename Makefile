# Everything needs only make and Python 3.11 or later; the first target to run sets up .venv.
PYTHON ?= python3
BIN := .venv/bin
# A strict editable install links each file by name: a new or removed file means a new install.
FILES := $(sort $(shell find engine tui samples -type f ! -name "*.pyc"))
STAMP := .venv/installed-$(firstword $(shell echo $(FILES) | cksum))
# Installed once, so that a new file needs no package index.
BACKEND := $(shell sed -n 's/^requires = \["\(.*\)"\]$$/\1/p' pyproject.toml)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --config-settings editable_mode=strict

.PHONY: run test test-lowest coverage fuzz mutants lint types format bench picture snapshots clean

run: $(STAMP)
	@$(BIN)/backprop-tui $(ARGS)

test: $(STAMP)
	$(BIN)/python -m pytest -n 2 $(ARGS)

# The package as it is published: the tests of the source distribution, on the wheel, with the
# lowest versions that pyproject.toml admits. In an environment of its own.
LOW := $(CURDIR)/.venv-lowest
INSTALL_LOW := $(LOW)/bin/python -m pip install --quiet --disable-pip-version-check
test-lowest: $(STAMP)
	@test -x $(LOW)/bin/python || $(PYTHON) -m venv $(LOW)
	@rm -rf $(LOW)/dist
	@$(BIN)/python -m build --outdir $(LOW)/dist > $(LOW)/build.log 2>&1 || { cat $(LOW)/build.log; exit 1; }
	@tar -xzf $(LOW)/dist/*.tar.gz -C $(LOW)/dist
	@$(BIN)/python tests/lowest.py > $(LOW)/lowest.txt
	@$(INSTALL_LOW) --constraint $(LOW)/lowest.txt "$$(echo $(LOW)/dist/*.whl)[dev]"
	@$(INSTALL_LOW) --force-reinstall --no-deps $(LOW)/dist/*.whl
	cd $(LOW)/dist/*/ && $(LOW)/bin/python -m pytest -n 2 $(ARGS)

# Lines and branches of engine and tui that the tests run, in the programs that they start too.
coverage: $(STAMP)
	@rm -f .coverage .coverage.*
	$(BIN)/python -m coverage run -m pytest $(ARGS)
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

# Random inputs held to laws: ten minutes, or SECONDS=3600.
SECONDS ?= 600
fuzz: $(STAMP)
	@cd tests && ../$(BIN)/python -m fuzz --seconds $(SECONDS) $(ARGS)

# Small mutations of engine and tui/present, each alone: what no test notices, and the score.
SEED ?= 0
mutants: $(STAMP)
	@cd tests && ../$(BIN)/python -m mutants --seed $(SEED) $(ARGS)

lint: $(STAMP) types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy -p backprop_tui.engine -p backprop_tui.tui -p backprop_tui.samples
	$(BIN)/mypy tests benchmarks

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP)
	$(INSTALL) --no-build-isolation -e '.[bench]'
	$(BIN)/python -m compileall -q build
	$(BIN)/python benchmarks/run.py $(ARGS)

picture: $(STAMP)
	$(BIN)/python docs/picture.py
	$(BIN)/backprop-tui gaussian --at 4 -o docs/graph.svg

# The screens in tests/snapshots, written anew: read what changed in the diff.
snapshots: $(STAMP)
	@cd tests && ../$(BIN)/python -m snapshots

clean:
	rm -rf .venv .venv-lowest build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(STAMP): pyproject.toml setup.py
	@$(PYTHON) -c 'import sys; sys.exit("backprop-tui needs Python 3.11 or later, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@echo "Setting up .venv (once; needs a package index) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@rm -rf build *.egg-info .venv/installed-*
	@$(INSTALL) '$(BACKEND)'
	@$(INSTALL) --no-build-isolation -e '.[dev]'
	@$(BIN)/python -m compileall -q build
	@touch $@
