# Two commands do everything: make run, make test. PYTHON chooses the interpreter, PORT the port.
PYTHON ?= python3
PORT ?= 8000
export PYTHON PORT

RUN := .venv/bin/python
MANAGE := $(RUN) manage.py
# From Debian: gettext for the check of the translations, a browser with a Chinese font for the tests.
PACKAGES := gettext
test: PACKAGES := gettext chromium fonts-noto-cjk
LOCK := --generate-hashes --no-header --no-emit-index-url --python-version 3.11

.PHONY: run test lint format bench clean clean-data stop setup setup-test migrations messages requirements help

help:
	@echo "make run         serve the demo on http://127.0.0.1:$(PORT)/"
	@echo "make test        every check and test"
	@echo "make lint        the checks alone"
	@echo "make bench       the benchmarks"
	@echo "make stop        stop the private PostgreSQL"
	@echo "make clean       remove what was installed and generated; the data stay"
	@echo "make clean-data  remove the data too"

run: setup
	@exec $(MANAGE) run

setup:
	@sh requirements/install.sh runtime

setup-test:
	@sh requirements/install.sh development
	@flock . sh requirements/system.sh $(PACKAGES)
	@$(MANAGE) compile_translations

test: lint
	$(RUN) -m pytest -n 2

lint: setup-test
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m djlint --quiet --lint templates
	$(RUN) -c 'from importlinter.cli import lint_imports_command as lint; lint()'
	$(RUN) -m mypy .
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) check_translations

format: setup-test
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

bench: setup-test
	$(RUN) -m benchmarks

migrations: setup
	$(MANAGE) makemigrations

messages: setup-test
	$(MANAGE) collect_messages
	$(MANAGE) compile_translations

# The locks record versions and hashes, no addresses; written again only when this is asked for.
requirements:
	@command -v uv >/dev/null || { echo "uv is not there: install it first." >&2; exit 1; }
	uv pip compile --quiet --upgrade $(LOCK) requirements/runtime.in -o requirements/runtime.txt
	uv pip compile --quiet --upgrade $(LOCK) -c requirements/runtime.txt requirements/development.in \
		-o requirements/development.txt

stop:
	@test ! -x $(RUN) || $(RUN) -m matchmaking.private_postgres stop

clean: stop
	rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis test-results
	find accounts companies events matchmaking tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
	find locale -name '*.mo' -delete

clean-data:
	@test ! -x $(RUN) || $(RUN) -m matchmaking.private_postgres remove
	rm -rf var
