# srm-docs: from a bare Debian or Ubuntu (Python 3.11+, git, make) to a packet, and to green tests.
# Writes inside this checkout only, except that apt installs what tools/system.sh names.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.NOTPARALLEL:
.DEFAULT_GOAL := help

OUTPUT ?= output
JOBS   ?= 2
TESTS  ?=

# The first Python of the machine that is new enough. `make demo PYTHON=/opt/python3.13/bin/python3` chooses another.
ifndef PYTHON
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	  "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v "$$p" && break; done)
endif

VENV   := .venv
PY     := $(VENV)/bin/python
PIP    := $(PY) -m pip --disable-pip-version-check --no-input
PINS   := requirements/constraints.txt

# Somebody else's environment must not reach ours, and pip's cache must not reach their home.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP VIRTUAL_ENV
export PIP_CACHE_DIR ?= $(CURDIR)/.make/pip
export PIP_REQUIRE_VIRTUALENV := true
export AWS_EC2_METADATA_DISABLED := true

.PHONY: help demo test format-check format lint types layers unit slow footprint constraints system-demo system-test clean

help:  ## this list
	@printf 'srm-docs: evidence from AWS, sealed packets for auditors\n\n'
	@awk -F ':.*  ## ' '/^[a-z-]+:.*  ## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: system-demo $(VENV)/installed-demo  ## install what is missing, build the demo packet, say where it is
	@$(VENV)/bin/srm-docs build --demo --output "$(OUTPUT)"
	@if [ -e "$(OUTPUT)/packets/latest" ]; then \
	  printf '\nThe demo packet is in %s\n' "$$(readlink -f "$(OUTPUT)/packets/latest")"; fi

test: system-test $(VENV)/installed-test  ## install what is missing, then format, lint, types, layers, tests
	@start=$$SECONDS; \
	for step in format-check lint types layers unit; do \
	  printf '== %s\n' "$$step"; began=$$SECONDS; \
	  $(MAKE) --no-print-directory "$$step"; \
	  printf '   %s: %s s\n' "$$step" "$$((SECONDS - began))"; \
	done; printf '== all green in %s s\n' "$$((SECONDS - start))"

format-check: $(VENV)/installed-test
	@$(PY) -m ruff format --check --diff --quiet . || { echo "Run: make format"; exit 1; }

format: $(VENV)/installed-test  ## rewrite the sources as ruff lays them out
	@$(PY) -m ruff format .

lint: $(VENV)/installed-test  ## ruff, every rule; the exceptions are explained in pyproject.toml
	@$(PY) -m ruff check .

types: $(VENV)/installed-test  ## mypy --strict
	@$(PY) -m mypy

layers: $(VENV)/installed-test  ## import-linter: who may import whom
	@$(VENV)/bin/lint-imports --no-cache

unit: system-test $(VENV)/installed-test  ## the tests; `make unit TESTS='tests/test_layers.py -x'` runs some
	@$(PY) -m pytest -q -n $(JOBS) --dist loadfile -m "not slow" $(TESTS)

slow: system-test $(VENV)/installed-test  ## the tests that take minutes each: every fault of every call, very many replies
	@$(PY) -m pytest -q -n $(JOBS) --dist load -m slow $(TESTS)

footprint: $(VENV)/installed-test  ## install as a user does, in a fresh environment, and hold the size to its limit
	@$(PY) tools/footprint.py --fresh --constraints $(PINS)

constraints: $(VENV)/installed-test  ## pin anew what is installed; do this with the oldest Python we support
	@$(PY) tools/constraints.py > $(PINS).new && mv $(PINS).new $(PINS)

clean:  ## remove what make installed and cached; output/ and its evidence stay
	rm -rf $(VENV) .make .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# ---- what the above stand on --------------------------------------------------------------------------------

# Asked each time (it takes a tenth of a second): a library can go as well as come.
system-demo:
	@tools/system.sh "$(PYTHON)" demo

system-test:
	@tools/system.sh "$(PYTHON)" test

# A half-made environment (an interrupted run) has no such file and is made again.
$(VENV)/made:
	@tools/system.sh "$(PYTHON)" venv
	@printf 'Making .venv with %s\n' "$$("$(PYTHON)" --version)"
	@rm -rf $(VENV) && "$(PYTHON)" -m venv $(VENV) && touch $@

# hatchling first and no build isolation: its version is pinned like every other, and nothing is fetched twice.
$(VENV)/installed-demo: $(VENV)/made pyproject.toml $(PINS)
	@printf 'Installing srm-docs and what the demo needs\n'
	@$(PIP) install -qq --constraint $(PINS) hatchling editables
	@$(PIP) install -qq --constraint $(PINS) --no-build-isolation --editable '.[demo]'
	@touch $@

$(VENV)/installed-test: $(VENV)/installed-demo
	@printf 'Installing what the tests need\n'
	@$(PIP) install -qq --constraint $(PINS) --no-build-isolation --editable '.[test]'
	@touch $@
