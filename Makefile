# Set-up and the main jobs. Needs Python 3.11 or newer, git and make; everything else goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DATA ?= ../shared/data
SEED := seeds/004_469ae1ccd514301e.txt

.DEFAULT_GOAL := help
.PHONY: help setup report test lint evaluate soak fuzz wheel clean

help:  ## List the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): requirements.lock pyproject.toml
	@echo "==> Setting up $(VENV) with $$($(PYTHON) --version) (about 300 MB; a few minutes the first time)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say make PYTHON=python3.11"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "==> Installing the locked packages"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@echo "==> Installing discourse itself"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: $(READY)  ## Make .venv with the locked packages and discourse itself

report: $(READY)  ## Report on seed 004: an article with its readers' comments
	@echo "==> discourse report $(SEED)"
	@$(BIN)/discourse report $(SEED)

test: $(READY)  ## Run the tests
	@echo "==> Running the tests"
	@$(BIN)/python -m pytest

lint: $(READY)  ## Check the style
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

evaluate: $(READY)  ## Measure every model on labelled data in DATA and compare with the pinned floors (long)
	@$(BIN)/python scripts/evaluate.py --data $(DATA)

soak: $(READY)  ## Kill a batch run 50 times and compare with an undisturbed one; then an hour of load on the service (long)
	@$(BIN)/python scripts/soak.py
	@$(BIN)/python scripts/load_serve.py --soak 60

fuzz: $(READY)  ## Fuzz the readers, ten minutes for each of eight families, then the service for ten (long)
	@$(BIN)/python -c "import atheris" 2>/dev/null || $(BIN)/python -m pip install --quiet "atheris>=3,<4"
	@$(BIN)/python scripts/fuzz_readers.py
	@$(BIN)/python scripts/fuzz_serve.py

wheel: $(READY)  ## Build the wheel, models included
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation -w dist .
	@ls -l dist

clean:  ## Remove .venv and build products
	@rm -rf $(VENV) dist build .pytest_cache .ruff_cache .hypothesis
