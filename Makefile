# The commands of this repository; `make help` lists them. CI runs the same ones.
.DEFAULT_GOAL := help
SEEDS ?= 1 2 3
.PHONY: help up demo test chaos bench check lint types contracts lock clean

PYTHON ?= python3
GATEWAY_PORT ?= 8080
export GATEWAY_PORT
export DATA_DIR LOCALITY MONGOD MONGODB_URI KAFKA KAFKA_BOOTSTRAP_SERVERS DEMO
RUN := .venv/bin/python

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile
	@echo "  Choices:      GATEWAY_PORT=8080 DATA_DIR=.data KAFKA=apache PYTHON=python3.12 SEEDS='1 2 3' QUICK=1"

up: ## Start the whole platform on this machine; Ctrl-C stops it
	@$(PYTHON) deploy/install.py embedded $(if $(filter apache,$(KAFKA)),--java)
	@exec $(RUN) -m deploy.embedded up

demo: ## Walk the acceptance stories through the running platform, or through one started for it
	@$(PYTHON) deploy/install.py embedded
	@exec $(RUN) -m deploy.embedded demo

test: ## Install what tests need, then run every check and every test
	@$(PYTHON) deploy/install.py dev --java --chromium --pango
	@$(MAKE) --no-print-directory lint types contracts
	$(RUN) -m pytest --numprocesses 2 --dist loadscope --no-loadscope-reorder --quiet

chaos: ## The long forms: storms over the whole platform and every promise; writes what was counted into the README
	@$(PYTHON) deploy/install.py dev --java
	@mkdir -p build && rm -f build/chaos.jsonl
	@for seed in $(SEEDS); do \
	  CHAOS_REPORT=build/chaos.jsonl $(RUN) -m tests.storm --seed $$seed --commands 34000 --seconds 120 || exit 1; done
	CHAOS_REPORT=build/chaos.jsonl CHAOS_FAULTS=60 CHAOS_SCALE=10 $(RUN) -m pytest --quiet $$(find tests -name 'test_promise_*.py' | sort)
	@$(RUN) -m tests.support.report build/chaos.jsonl && $(RUN) -m tests.support.promises

bench: ## Measure beside references on Apache Kafka, 10 minutes at most (QUICK=1: 2; PACE=real: P12 takes 5)
	@$(PYTHON) deploy/install.py dev --java
	$(RUN) -m tests.bench $(if $(QUICK),--quick --out build/bench-quick.json)
	@echo "$(RUN) -m tests.bench report writes docs/performance.md from a full run"

check: ## Lint, types and contracts, without the tests
	@$(PYTHON) deploy/install.py dev
	@$(MAKE) --no-print-directory lint types contracts

lint:
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

types:
	$(RUN) -m mypy

contracts:
	$(RUN) -m contracts check

lock: ## Lock requirements/*.in to exact versions with hashes
	@$(PYTHON) deploy/install.py dev
	@for set in runtime embedded dev; do echo "requirements/$$set.txt"; \
	  $(RUN) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	    -o requirements/$$set.txt requirements/$$set.in || exit 1; done

clean: ## Remove the virtual environment and caches; data in .data stays
	rm -rf .venv .cache .mypy_cache .ruff_cache .hypothesis .schemathesis build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
