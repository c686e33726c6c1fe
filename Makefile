# What people and machines type. `make` alone lists it. Needs make, a shell and Python 3.11, 3.12 or 3.13; nothing else.

PARTNERSHIP ?= wakefield
PORT ?= 5000
# The first that runs, is of a version we support and can make environments (a name alone may be a dead shim).
RIGHT := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3; do $$name -c '$(RIGHT)' 2>/dev/null && echo $$name && break; done)
UV_VERSION := 0.13.8
TESTS ?=
DATABASE ?= both
# Two processes each need about 300 MB; more than eight only wait for each other.
PYTEST := .venv/bin/python -m pytest -n logical --maxprocesses 8 --durations 40 --durations-min 5

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo serve test assure check format bench lock clean tools

# $(call step,words,command): says what it does, does it, says how long it took; shows the output only when it fails.
define step
@printf '%-46s' "$(1)"; TIMEFORMAT='%1R s'; time { $(2) ; } >.step.log 2>&1 || { echo 'went wrong:'; cat .step.log; rm -f .step.log; exit 1; }; rm -f .step.log
endef
# $(call shown,words,command): the same, with the output in full.
define shown
@printf '%s\n' "$(1)"; TIMEFORMAT="$$(printf '%-46s' '($(1))')%1R s"; time { $(2) ; }
endef

help: ## list what can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.runtime ## the environment and its dependencies, from the lock (what demo and test do first)

.venv/.uv:
	@$(if $(PYTHON),"$(PYTHON)",false) -c '$(RIGHT)' || { echo 'Install Python 3.11, 3.12 or 3.13 with its venv module' \
		'(Debian: apt-get install python3-venv), or name one: make PYTHON=/path/to/python'; exit 1; }
	$(call step,Making the environment in .venv,"$(PYTHON)" -m venv .venv && .venv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION))
	@touch $@

.venv/.runtime: .venv/.uv requirements.lock pyproject.toml
	$(call step,Installing what requirements.lock names,.venv/bin/uv pip install --quiet --require-hashes --compile-bytecode -r requirements.lock && .venv/bin/uv pip install --quiet --no-deps --no-build-isolation --no-index --editable .)
	@touch $@

.venv/.dev: .venv/.uv requirements.lock requirements-dev.lock pyproject.toml
	$(call step,Installing what requirements-dev.lock names,.venv/bin/uv pip sync --quiet --require-hashes --compile-bytecode requirements-dev.lock && .venv/bin/uv pip install --quiet --no-deps --no-build-isolation --no-index --editable .)
	@touch .venv/.runtime $@

# Only journeys in a browser and pictures of PDF pages need anything outside Python.
tools:
	@if ! command -v chromium chromium-browser google-chrome >/dev/null || ! command -v pdftoppm >/dev/null; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo 'Installing Chromium and poppler-utils'; apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
			apt-get -qq install -y --no-install-recommends chromium poppler-utils fonts-liberation >/dev/null 2>&1; \
		fi || true; \
	fi
	@command -v chromium chromium-browser google-chrome >/dev/null && command -v pdftoppm >/dev/null || \
		echo 'Install Chromium and poppler-utils (pdftoppm) to run the journeys and look at PDF pages too; the rest runs now.'

# One file a partnership, and everything the demonstration writes beside it. Whatever is set outside, it sends no letters.
KEPT := $(CURDIR)/instance/$(PARTNERSHIP)
DEMO = LMS_DEMO=1 LMS_SECRET_KEY="$$(cat instance/secret-key)" LMS_DATABASE_URL="sqlite:///$(KEPT).db" \
	LMS_SMTP_URL= LMS_FILES="$(KEPT)-files" LMS_QUEUE="$(KEPT)-queue.db" LMS_PUBLIC_URL="http://127.0.0.1:$(PORT)" \
	LMS_CONTENT_URL="http://localhost:$(PORT)" LMS_SQLITE_SYNCHRONOUS=normal

instance/secret-key: | .venv/.uv
	@mkdir -p instance && umask 077 && .venv/bin/python -c 'import secrets; print(secrets.token_hex(32))' > $@

demo: .venv/.runtime instance/secret-key ## the published figures in a running site: PARTNERSHIP=kirklees, PORT=5000, FRESH=1 starts over
ifdef FRESH
	$(call step,Removing what the demonstration kept,rm -rf "$(KEPT)-files" "$(KEPT)".db* "$(KEPT)-queue.db"*)
endif
	$(call shown,Bringing instance/$(PARTNERSHIP).db up to date and loading the published figures,$(DEMO) .venv/bin/lms demo $(PARTNERSHIP))
	@umask 077 && printf '%s\n' LMS_DEMO=1 "LMS_SECRET_KEY=$$(cat instance/secret-key)" "LMS_DATABASE_URL=sqlite:///$(KEPT).db" \
		"LMS_FILES=$(KEPT)-files" "LMS_QUEUE=$(KEPT)-queue.db" "LMS_PUBLIC_URL=http://127.0.0.1:$(PORT)" \
		"LMS_CONTENT_URL=http://localhost:$(PORT)" LMS_SQLITE_SYNCHRONOUS=normal > instance/demo.env
	@echo 'Serving on http://127.0.0.1:$(PORT) (Ctrl-C ends it)'
	@$(DEMO) exec .venv/bin/lms serve --with-worker --port $(PORT)

serve: .venv/.runtime ## the production web server with the settings of the environment (LMS_…, see config.py)
	@exec .venv/bin/lms serve --port $(PORT)

test: .venv/.dev tools ## all tests, on SQLite and PostgreSQL: TESTS=tests/lms DATABASE=sqlite narrows it
	$(PYTEST) --database $(DATABASE) $(TESTS)

assure: .venv/.dev ## in full what make test does in fewer steps: any order of people and clock, attacks on hidden numbers, a large year
	ASSURE=1 $(PYTEST) --database $(DATABASE) tests/lms/bookings/test_machine.py tests/evaluation/results/test_attack.py \
		tests/evaluation/surveys/test_large_year.py

check: .venv/.dev ## format, lint, types, import rules, migrations in step with models
	$(call step,Format,.venv/bin/ruff format --check .)
	$(call step,Lint,.venv/bin/ruff check .)
	$(call step,Types,.venv/bin/mypy)
	$(call step,Import rules,.venv/bin/lint-imports --no-cache)
	$(call step,Migrations in step with the models,scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && \
		export LMS_SECRET_KEY=only-for-this-check-0123456789abcdef LMS_DATABASE_URL="sqlite:///$$scratch/check.db" && \
		.venv/bin/lms db upgrade && .venv/bin/lms db check)

format: .venv/.dev ## put code into the one format and mend what can be mended
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

bench: .venv/.dev ## the benchmark beside its floor: prints ratios, writes bench/results/latest.json
	@.venv/bin/python -m bench

# Hashes, and no address: where packages come from is the business of the machine that installs them.
LOCK = .venv/bin/uv pip compile --quiet pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --extra postgres --group build
lock: .venv/.uv ## write both locks again from pyproject.toml (UPGRADE=1 takes newer versions)
	@$(LOCK) $(if $(UPGRADE),--upgrade) --output-file requirements.lock
	@$(LOCK) $(if $(UPGRADE),--upgrade) --group dev --constraints requirements.lock --output-file requirements-dev.lock

clean: ## remove the environment and caches; instance/ (databases, files, secret key) stays
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache *.egg-info
