# Python 3.11+ and make are all a machine needs: everything else comes into .venv and the per-user cache.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# All packages are held to deploy/constraints.txt, whose hashes are checked.
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python --constraint deploy/constraints.txt

.DEFAULT_GOAL := help
.PHONY: help install demo test lint types check protos conformance attacks fuzz bench constraints clean

help: ## What can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: $(VENV)/.installed ## The environment, the broker, the taxonomy and the encoder (once; a second or two afterwards)
	@$(BIN)/python -m credence.platform.local fetch
	@$(BIN)/python -m credence.credentials.contexts fetch
	@$(BIN)/python -m credence_models.setup

$(VENV)/.installed: pyproject.toml deploy/constraints.txt
	@echo "Setting up .venv (once; about 1.1 GB)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Credence needs Python 3.11 or newer, this is %d.%d" % sys.version_info[:2])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@sed -n '/^uv==/,/[^\\]$$/p' deploy/constraints.txt > $(VENV)/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $(VENV)/uv.txt
	@$(UV) --editable '.[dev]'
	@touch $@

demo: install ## A realistic company on real Kafka and PostgreSQL, with the pages up; Ctrl-C stops it
	@$(BIN)/credence up --demo

test: install ## Everything: unit, contract, integration, end-to-end, faults; with coverage
	@$(BIN)/python -m pytest --cov --cov-report=term:skip-covered

lint: install ## ruff, buf lint, import rules, proto drift
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@cd protos && ../$(BIN)/buf lint
	@protos/generate.sh --check
	@$(BIN)/lint-imports --no-cache

types: install ## mypy, strict
	@$(BIN)/mypy

check: lint types test ## What the gate runs

protos: install ## Write protos/gen anew from the .proto files
	@protos/generate.sh

conformance: install ## Every row of the public conformance material, expected against given, where it lies beside the checkout
	@$(BIN)/python -m tests.conformance

attacks: install ## Every attack on the verifier, its answer, and the slowest of them
	@$(BIN)/python -W ignore -m tests.attacks

fuzz: install ## Every parser by changes of valid documents, for an hour or so
	@$(BIN)/python -m tests.fuzz

bench: install ## Throughput, freshness, latency, start; each with a ratio to a reference of the same run
	@$(BIN)/python -m tests.benchmarks

constraints: install ## Resolve deploy/constraints.txt anew from pyproject.toml
	@echo 'uv>=0.13' | $(BIN)/uv pip compile pyproject.toml - --extra dev --generate-hashes --no-emit-index-url --no-header \
	  --no-annotate --universal --python-version 3.11 --upgrade --quiet --output-file deploy/constraints.txt

clean: ## Remove .venv and the demo's data (the per-user cache stays)
	rm -rf $(VENV) .credence
