# `make chat` and `make test` need Python 3.11, 3.12 or 3.13 and GNU Make 3.81, nothing else: both
# work in .venv, which is made of requirements.lock.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
UV ?= uv

# The Python that .venv is made of. Each name is run, not only looked for: a name may lead nowhere.
IS_SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3 python; do \
	"$$name" -c '$(IS_SUPPORTED)' 2>/dev/null && echo "$$name" && break; done)

.DEFAULT_GOAL := help
.PHONY: help chat test format lock clean

help: ## List these commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

chat: $(VENV)/made ## Bring the index up to date and open the chat
	$(BIN)/commentary chat --open

test: $(VENV)/made ## Run every check: format, lint, types, tests
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy --strict index qa ui
	$(BIN)/pytest

format: $(VENV)/made ## Format the code and mend what lint can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean: ## Remove .venv, the index and every cache
	rm -rf $(VENV) .index .hypothesis .mypy_cache .pytest_cache .ruff_cache build *.egg-info

# Two stamps: an edit of pyproject.toml costs seconds, only a new lock makes the environment anew.
$(VENV)/made: $(VENV)/locked pyproject.toml
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/locked: requirements.lock
	@"$(PYTHON)" -c '$(IS_SUPPORTED)' 2>/dev/null || { \
		echo "Python 3.11, 3.12 or 3.13 is needed$(if $(PYTHON),; '$(PYTHON)' is not one)." >&2; \
		echo "Say where it is: make $(or $(MAKECMDGOALS),chat) PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "Making $(VENV) with $(PYTHON); once, and again when requirements.lock changes."
	"$(PYTHON)" -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --requirement requirements.lock
	@touch $@

# Pins of the present lock are kept where they still fit; LOCK_FLAGS=--upgrade moves all of them.
#
# One lock serves all systems and Python versions. torch's CUDA libraries are left out of it: where
# pip chooses torch's CUDA build, torch's own metadata pulls them in at exact versions, and where a
# CPU build is chosen the environment stays small.
LOCK_FLAGS ?=
lock: ## Resolve the dependencies anew (needs uv)
	@command -v $(UV) >/dev/null || { \
		echo "make lock needs uv: pip install uv, or make lock UV=/path/to/uv" >&2; exit 1; }
	$(UV) pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--no-annotate --custom-compile-command "make lock" $(LOCK_FLAGS) \
		--quiet --output-file requirements.lock
	grep -vE '^(cuda|nvidia|triton)[-=]' requirements.lock > requirements.lock.partial
	mv requirements.lock.partial requirements.lock
