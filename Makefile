# Everything a person or CI runs. GNU make 3.81 (the one on macOS) is enough.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test test-all tested faults torture deployed check bench lint formatted format templates types imports criteria migrations screenshots translations lock scan sbom advisories clean

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Hundreds of processes are started, which would each compile the code anew.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
PYTHON := $(BIN)/python
CODE := prescreen migrations tests benchmarks wsgi.py
TEMPLATES := prescreen/web/templates
RUNTIME := .venv/.runtime
DEV := .venv/.dev
BENCH := .venv/.bench
SCAN := .venv/scan

help: ## show these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(RUNTIME) ## set everything up, migrate the database and serve
	@$(BIN)/prescreen db upgrade
	@exec $(BIN)/prescreen serve

# Each process begins with its share of the tests, and takes over from the others when it is done.
PYTEST = PYTEST_DEBUG_TEMPROOT="$$($(PYTHON) -m tests.services.memory)" \
  $(PYTHON) -m pytest --numprocesses=auto --maxprocesses=4 --dist=worksteal
# Two at once, since a service that starts or was killed is waited for; where times are measured, nothing beside it.
FAULTS := $(PYTHON) -m pytest tests/faults
TWO_AT_ONCE := --numprocesses=2 --dist=worksteal

test: $(DEV) ## set everything up and run the tests, but those that are slow by nature
	$(PYTHON) -m tests.services
	$(PYTEST) -m "not slow" --hypothesis-profile=quick

test-all: $(DEV) ## set everything up and run every test, the faults last
	$(PYTHON) -m tests.services faults proxies
	$(PYTEST) -m "not faults"
	$(FAULTS) -m "faults and not alone" $(TWO_AT_ONCE)
	$(FAULTS) -m alone

# Within the twenty minutes that whoever waits for CI is promised.
tested: $(DEV)
	$(PYTHON) -m tests.services
	$(PYTEST) -m "not faults and not installed"

faults: $(DEV) ## kill, cut and fill up for some minutes; nothing else may run beside them
	$(PYTHON) -m tests.services faults
	$(FAULTS) -m "not alone" $(TWO_AT_ONCE)
	$(FAULTS) -m alone

deployed: $(DEV) ## try what deploy/ holds, also with real proxies, and every command of the runbook
	$(PYTHON) -m tests.services proxies
	$(PYTHON) -m pytest tests/deploy

# One after the other: times are measured too. Counts: tests/faults/counts.py.
torture: $(DEV) ## kill, cut and fill up for hours: what was acknowledged is there, once
	$(PYTHON) -m tests.services faults
	PRESCREEN_TEST_FAULTS=torture $(FAULTS)

# The migrations are checked by the tests.
check: formatted lint templates types imports criteria tested ## format, lint, types, import contracts, criteria, migrations, tests but the faults

bench: $(BENCH) ## compare speed and questions with others, and write docs/benchmarks.md
	$(PYTHON) -m benchmarks

lint: $(DEV) ## find faults in the code
	$(BIN)/ruff check $(CODE)

# What is not bandit's to judge, and why: [tool.bandit] in pyproject.toml.
scan: $(DEV) $(SCAN)/.made ## find what could be attacked in the code
	$(SCAN)/bin/bandit --quiet --recursive --configfile pyproject.toml prescreen migrations wsgi.py
	PATH="$(CURDIR)/$(SCAN)/bin:$$PATH" $(SCAN)/bin/semgrep scan --config tests/architecture/scan_rules.yaml --error --quiet --metrics=off \
	  --disable-version-check prescreen migrations wsgi.py
	$(PYTHON) -m pytest tests/architecture/test_scan.py

# A ZIP or folder in the format of OSV; where to get one: docs/security.md.
ADVISORIES := var/advisories.zip

advisories: $(DEV) ## hold the locked libraries against a copy of an advisory database (ADVISORIES=...), without network
	$(PYTHON) -m tests.services.advisories $(ADVISORIES) requirements.txt requirements-dev.txt requirements-scan.txt

sbom: $(SCAN)/.made ## list what runs in production, as CycloneDX, in var/sbom.json
	@mkdir -p var
	$(SCAN)/bin/cyclonedx-py requirements --pyproject pyproject.toml --mc-type application --spec-version 1.6 \
	  --output-reproducible --output-file var/sbom.json requirements.txt

formatted: $(DEV)
	$(BIN)/ruff format --check $(CODE)

format: $(DEV) ## lay out the code
	$(BIN)/ruff check --select I --fix $(CODE)
	$(BIN)/ruff format $(CODE)

templates: $(DEV) ## find faults in the templates
	$(BIN)/djlint --quiet --lint $(TEMPLATES)

types: $(DEV) ## check the types
	$(BIN)/mypy

imports: $(DEV) ## check the import contracts
	$(BIN)/lint-imports

criteria: $(RUNTIME) ## check the criteria folder
	$(BIN)/prescreen check criteria

migrations: $(DEV) ## upgrade an empty database, compare it with the models, go one step back
	$(PYTHON) -m pytest tests/architecture/test_migrations.py

screenshots: $(DEV) ## take pictures of the pages
	$(PYTHON) -m tests.browser.screenshots

TRANSLATIONS := prescreen/web/translations

translations: $(DEV) ## collect the sentences of the pages for translators
	$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --keywords lazy_gettext --no-location --no-wrap --sort-output --output-file var/messages.pot prescreen/web
	$(BIN)/pybabel --quiet update --input-file var/messages.pot --output-dir $(TRANSLATIONS) --no-fuzzy-matching --no-wrap \
	  --ignore-pot-creation-date --ignore-obsolete

LOCK := $(BIN)/uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate --quiet

lock: $(DEV) ## choose versions anew, within pyproject.toml
	$(LOCK) --upgrade --output-file requirements.txt
	$(LOCK) --upgrade --extra dev --constraints requirements.txt --output-file requirements-dev.txt
	$(LOCK) --upgrade --extra traces --constraints requirements-dev.txt --output-file requirements-traces.txt
	$(LOCK) --upgrade --extra bench --constraints requirements-dev.txt --output-file requirements-bench.txt
	$(subst pyproject.toml --group build,--group scan,$(LOCK)) --no-strip-extras --upgrade --output-file requirements-scan.txt

clean: ## remove what the commands above made, except the service's own data in instance/
	rm -rf .venv build dist *.egg-info .*_cache .hypothesis var $(LANGUAGE_SERVER)/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment; a stamp tells which lock it was made from ---

INSTALL := $(PYTHON) -m pip install --quiet

$(BENCH): requirements-bench.txt $(DEV)
	@echo "Installing what the benchmarks compare with ..."
	@$(INSTALL) --require-hashes -r requirements-bench.txt
	@touch $@

# An environment of their own: what they need does not fit what the service needs.
$(SCAN)/.made: requirements-scan.txt $(RUNTIME)
	@echo "Installing what looks through the code ..."
	@$(PYTHON) -m venv $(SCAN)
	@$(SCAN)/bin/python -m pip install --quiet --require-hashes -r requirements-scan.txt
	@touch $@

LANGUAGE_SERVER := tests/services/language_server

$(DEV): requirements-dev.txt $(LANGUAGE_SERVER)/package-lock.json $(RUNTIME)
	@echo "Installing what tests and tools need ..."
	@$(INSTALL) --require-hashes -r requirements-dev.txt
	@if command -v npm >/dev/null; then \
	  npm ci --prefix $(LANGUAGE_SERVER) --ignore-scripts --silent; \
	else \
	  echo "npm is not here, so what an editor makes of the schemas is not tested." >&2; \
	fi
	@touch $@

$(RUNTIME): requirements.txt pyproject.toml $(PYTHON)
	@echo "Installing what the service needs ..."
	@$(INSTALL) --require-hashes -r requirements.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(PYTHON):
	@for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; python=; \
	done; \
	if [ -z "$$python" ]; then echo "prescreen needs Python 3.11 or newer: install it and try again." >&2; exit 1; fi; \
	if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
	  package=$$($$python -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y $$package >/dev/null; \
	  else \
	    echo "Python's venv module is incomplete: install $$package (sudo apt-get install $$package) and try again." >&2; \
	    exit 1; \
	  fi; \
	fi; \
	$$python -m venv .venv
