# make demo: set up .venv and call a SYNTHETIC cohort.   make test: set up .venv and run the tests.
# make lowest PYTHON=python3.11: the demo and the tests (TESTS=tests/service: some) with the lowest versions that
# pyproject.toml allows, of all extras at once.
# make lint: style and types.   make clean: remove what the others made.
# PYTHON=python3.12 chooses the interpreter, VENV=DIR another environment.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
CORE := $(VENV)/.installed-core
DEV := $(VENV)/.installed-dev

.PHONY: demo test lowest lint clean
.NOTPARALLEL:

demo: $(CORE)
	$(BIN)/leukotype demo --out demo-out
	@echo "Call it as $(BIN)/leukotype, as in: $(BIN)/leukotype predict --help; or activate: . $(BIN)/activate"

test: $(DEV)
	$(BIN)/python -m pytest -n auto --dist loadfile

# Python 3.11: older packages have no wheels for newer ones. What has a bound gets it; what that needs in turn, its newest.
lowest:
	rm -rf .venv-lowest && $(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check uv
	.venv-lowest/bin/uv pip install --quiet --python .venv-lowest/bin/python --resolution lowest-direct '.[dev]'
	.venv-lowest/bin/leukotype demo --out .venv-lowest/demo-out
	.venv-lowest/bin/python -m pytest -W default $(TESTS)

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "leukotype needs Python 3.11 or newer, $(PYTHON) is not: name one, as in make demo PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -f $@; exit 1; }

# A change of the requirements installs again; nothing else does, since the package is installed as a link.
$(CORE): pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e '.[report]'
	@touch $@

$(DEV): pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e '.[dev]'
	@touch $(CORE) $@

clean:
	rm -rf .venv .venv-lowest demo-out build dist .pytest_cache .mypy_cache .ruff_cache src/*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
