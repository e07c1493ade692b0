# A developer's day. `make help` lists every target with one line.
#
# Everything is made inside the tree: the environment in .venv, what is downloaded in .cache and
# deploy/kafka/libs, the data of the one box in .gongzhi. After the first installation no network is needed.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# The distribution's Python before another in the PATH: it is built with profile-guided optimization, which one
# that a version manager compiled here mostly is not, and then everything takes half as long again.
PYTHON ?= $(or $(shell for each in /usr/bin/python3 python3; do \
    $$each -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done),python3)
VENV := .venv
BIN := $(VENV)/bin
JUDGES := tests/judges
PACKAGE_TESTS := shared/tests $(foreach service,estate-registry dispute-mediation credit-rating subsidy-ledger \
    services/gateway services/exchange services/supervision services/onebox,$(service)/tests)
TESTS := tests $(PACKAGE_TESTS)
FAULTS = $(if $(SEED),--seed $(SEED)) $(if $(RATE),--rate $(RATE)) $(if $(SABOTAGE),--sabotage $(SABOTAGE))

export PIP_CACHE_DIR := $(CURDIR)/.cache/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_CACHE_DIR := $(CURDIR)/.cache/uv
MAVEN_OPTS ?= -Dmaven.repo.local=$(CURDIR)/.cache/maven
export MAVEN_OPTS
BENCH := PYTHONPATH=.:shared/tests $(BIN)/python -m tests.bench


##@ The platform

run: $(VENV)/.runtime  ## Start the whole platform in one process on 127.0.0.1:8000
	@exec $(BIN)/gongzhi up

distributed: $(VENV)/.runtime kafka-jars  ## Start the distributed form without Docker: Kafka, HAProxy, all processes
	@exec $(BIN)/gongzhi distributed

kafka: $(VENV)/.runtime kafka-jars  ## Start one Apache Kafka broker here, with the declared topics, until Ctrl-C
	@exec $(BIN)/gongzhi kafka

kafka-cluster: $(VENV)/.runtime kafka-jars  ## The same with three brokers
	@exec $(BIN)/gongzhi kafka --brokers 3

migrate: $(VENV)/.runtime  ## Bring the schemas of all services up to date
	@$(BIN)/gongzhi migrate

up:  ## Start the distributed form with Docker Compose (needs .env: deploy/README.md)
	docker compose up --build --detach --wait

down:  ## Stop the distributed form; its volumes stay
	docker compose down


##@ The gate

test: $(VENV)/.dev kafka-jars judges  ## Pass all tests, on a PostgreSQL and a Kafka they start themselves
	@$(MAKE) --jobs=2 --keep-going test-platform test-packages

test-platform: $(VENV)/.dev  ## Those of the whole platform alone
	$(BIN)/pytest $(CHOSEN) -o cache_dir=.cache/pytest-platform tests

test-packages: $(VENV)/.dev  ## Those of the house and the services alone
	$(BIN)/pytest $(CHOSEN) -o cache_dir=.cache/pytest-packages $(PACKAGE_TESTS)

check: static  ## Pass the gate before a commit: what is static, and all tests but the slow ones
	@$(MAKE) test CHOSEN='-m "not slow"'

static: $(VENV)/.dev  ## Check format, lint, types, imports, contracts and the pages made from the code
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@$(MAKE) types
	$(BIN)/lint-imports --no-logo --cache-dir .cache/import-linter
	$(BIN)/python -m shared.contracts.schemas
	$(BIN)/python -m onebox.pages

types: $(VENV)/.dev  ## Check the types of the packages and of every test
	$(BIN)/mypy
	@for folder in conftest.py $(filter-out tests,$(TESTS)); do echo "$(BIN)/mypy $$folder"; $(BIN)/mypy "$$folder"; done

format: $(VENV)/.dev  ## Format the code and mend what ruff can mend
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: $(VENV)/.dev  ## Measure every figure beside its limit; ONLY=name,name measures some (needs wrk)
	@$(BENCH) $(if $(ONLY),--only $(ONLY))

bench-long: $(VENV)/.dev  ## The same with ten million cases as well
	@$(BENCH) --long $(if $(ONLY),--only $(ONLY))

bench-compare: $(VENV)/.dev  ## Compare A=file-or-commit with B=…, by default the latest figures
	@$(BENCH) compare $(A) $(B)

outbox-soak: $(VENV)/.dev kafka-jars  ## Watch the outbox at 8,000 events/s with a transaction held open; SECONDS=
	@PYTHONPATH=.:shared/tests $(BIN)/python -m tests.bench.backbone.soak $(SECONDS)

broker-away: $(VENV)/.dev kafka-jars  ## Take the broker away for minutes under load, judge the relay's memory; AWAY= RATE=
	@PYTHONPATH=.:shared/tests $(BIN)/python -m tests.bench.backbone.away $(or $(AWAY),180) $(or $(RATE),2000)

plans: $(VENV)/.dev  ## Explain every statement against a large set, compare with the plans kept; SIZE= WRITE=1
	@PYTHONPATH=.:shared/tests $(BIN)/python -m tests.province --cases $(or $(SIZE),1000000) $(if $(WRITE),--write)

faults: $(VENV)/.dev kafka-jars  ## Kill everything for some minutes and count; EVENTS= SEED= RATE=
	@PYTHONPATH=.:shared/tests $(BIN)/python -m tests.faults --events $(or $(EVENTS),25000) $(FAULTS)

faults-long: $(VENV)/.dev kafka-jars  ## The same with millions of events, as fast as it goes; EVENTS= SEED=
	@PYTHONPATH=.:shared/tests $(BIN)/python -m tests.faults --events $(or $(EVENTS),2000000) --rate 0 $(FAULTS)

kafka-jars: $(VENV)/.runtime  ## Fetch Apache Kafka's jars for the tests (needs Java 17 and Maven)
	@$(BIN)/python -m shared.clusters.kafka || true

fuzz: $(VENV)/.dev judges  ## Let schemathesis judge a running box for ten minutes; SEED=
	GONGZHI_FUZZ_SECONDS=600 GONGZHI_FUZZ_SEED=$(or $(SEED),$$RANDOM) $(BIN)/pytest tests/judges/test_live_box.py

judges: $(JUDGES)/node_modules/.stamp $(VENV)/judges/.stamp  ## Fetch the judges from outside for the tests (needs node 18.17 and npm)


##@ What is made from the code

contracts: $(VENV)/.dev  ## Write the schema snapshot of every event
	$(BIN)/python -m shared.contracts.schemas --write

docs: contracts  ## Write the pages made from the code: events, problems, openapi, asyncapi
	$(BIN)/python -m onebox.pages --write

corpus: $(VENV)/.dev  ## Record a real message of each event version that has none yet
	$(BIN)/python -m tests.contracts

lock: $(BIN)/pip  ## Pin the dependencies with hashes; UPGRADE=1 takes the newest
	@$(BIN)/python -c 'import uv' 2>/dev/null || $(BIN)/pip install --quiet uv
	$(call pin,requirements.lock,--extra build)
	$(call pin,requirements-dev.lock,--extra build --extra dev --constraint requirements.lock)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-strip-extras \
	    $(if $(UPGRADE),--upgrade) $(JUDGES)/requirements.in --output-file $(JUDGES)/requirements.lock
	@! grep -nE 'https?://|--(extra-)?index-url|--find-links' requirements.lock requirements-dev.lock $(JUDGES)/requirements.lock

clean:  ## Remove the environment, caches and downloads; the data in .gongzhi stays
	rm -rf $(VENV) .cache .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache deploy/kafka/libs build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## List the targets
	@awk 'BEGIN { FS = ":.*  ## " } /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	    /^[a-z-]+:.*  ## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: outbox-soak broker-away plans run distributed migrate up down test test-platform test-packages check static types format bench bench-long bench-compare faults faults-long kafka kafka-cluster kafka-jars fuzz judges contracts docs corpus lock clean help


# --- The judges from outside -----------------------------------------------------------------------

.PHONY: judges fuzz

# Without node the tests of the judges are skipped, each with a line that says so.
$(JUDGES)/node_modules/.stamp: $(JUDGES)/package-lock.json $(JUDGES)/.npmrc
	@if command -v npm >/dev/null; then \
	    echo "Installing the packages of $(JUDGES)/package-lock.json …"; \
	    npm ci --prefix $(JUDGES) --cache $(CURDIR)/.cache/npm --loglevel=error && touch $@ || \
	    echo "The packages cannot be fetched: the judges from outside are skipped." >&2; \
	else \
	    echo "There is no npm: the judges from outside are skipped. Install it with: apt-get install npm" >&2; \
	fi

$(VENV)/judges/.stamp: $(JUDGES)/requirements.lock | $(VENV)/.dev
	@echo "Installing the packages of $(JUDGES)/requirements.lock into $(VENV)/judges …"
	@$(BIN)/python -m venv $(VENV)/judges
	@$(VENV)/judges/bin/pip install --quiet --require-hashes -r $(JUDGES)/requirements.lock
	@touch $@


# --- The environment -------------------------------------------------------------------------------

# Two stamps in one environment: what the platform needs to run, and what its tests need on top.
$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/pip
	@echo "Installing the packages of requirements.lock into $(VENV) …"
	@$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "Installing the packages of requirements-dev.lock into $(VENV) …"
	@$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

$(BIN)/pip:
	@command -v $(PYTHON) >/dev/null || { \
	    echo "There is no $(PYTHON). Install it with: apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Python 3.11 or newer is needed; name another one with: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "$(PYTHON) cannot make environments. Install the Debian package with: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# $(call pin,LOCK,OPTIONS): uv writes neither addresses nor the machine's settings into a lock.
define pin
$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-strip-extras \
	    $(if $(UPGRADE),--upgrade) $(2) pyproject.toml --output-file $(1)
endef
