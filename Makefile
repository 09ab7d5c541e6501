# Everything here needs Python 3.11+ and make; scripts/ says what it installs and why.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PORT ?= 8000
LAN ?=
PACE ?=

BIN := .venv/bin
INSTALLED := .venv/.installed
CATALOGUES := .venv/.catalogues
BYTECODE := .venv/.bytecode
FRAGMENTS := $(wildcard translations/*/*.po)
# Two files of tests at a time, in the order of their names: a long file begun last would leave one core idle.
SHARED := -n 2 --dist loadfile --no-loadscope-reorder
SOURCES := $(shell find deskops -name "*.py" 2>/dev/null)

# What pytest makes of the tests' files on SQLite is there for it on PostgreSQL.
test test-fast: export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup run test test-fast system-packages lint format bench faults clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' Makefile

setup: $(INSTALLED) $(CATALOGUES) $(BYTECODE) ## Prepare .venv with the deskops command in it

# Only a changed lock or project file installs again, so that a second `make run` starts at once.
$(INSTALLED): requirements.lock pyproject.toml scripts/make_venv.sh
	scripts/make_venv.sh .venv
	@touch $@

$(CATALOGUES): $(INSTALLED) $(FRAGMENTS)
	$(BIN)/python -m deskops.core.catalogues
	@touch $@

# Where PYTHONDONTWRITEBYTECODE is set, as in many containers, each process would compile all of it again.
$(BYTECODE): $(INSTALLED) $(SOURCES)
	$(BIN)/python -m compileall -q deskops
	@touch $@

run: setup ## Serve the demo: PORT=8000, LAN=1 for HTTPS on the local network, PACE=people an hour (0 stops them)
	exec $(BIN)/deskops demo --serve --port $(PORT) $(if $(filter-out 0,$(LAN)),--lan) $(if $(PACE),--pace $(PACE))

test: setup system-packages lint ## The whole suite: lint, types, contracts, SQLite, Chromium, faults, PostgreSQL
	$(BIN)/pytest $(SHARED)
	$(BIN)/pytest $(SHARED) --database postgresql -m "not e2e and not faults"

test-fast: setup ## The suite on SQLite without browsers and kills
	$(BIN)/pytest $(SHARED) -m "not e2e and not faults"

system-packages:
	scripts/system_packages.sh

lint: setup ## Style, format, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## Put the code into the format that `make lint` asks for
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup system-packages ## Every benchmark, and their table
	$(BIN)/python -m benchmarks all

faults: setup system-packages ## The fault tests at full length, with their times
	DESKOPS_FAULTS=full $(BIN)/pytest -m faults --timeout 3600 tests/faults

clean: ## Remove what make made; var/ with the demo's data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
