# Everything here makes its own virtual environment in .venv; nothing has to be installed first but Python 3.11+.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help demo tour run test quick years lint hooks format types bench screenshots clean

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

demo: .venv/run.stamp ## a chat on a local page, with a demo clinic behind it
	@$(BIN)/python bot.py demo

tour: .venv/run.stamp ## a patient's whole way, played and printed without a browser
	@$(BIN)/python bot.py tour

run: .venv/run.stamp ## the bot itself, with the settings of .env
	@$(BIN)/python bot.py run

test: .venv/dev.stamp ## all tests
	@$(BIN)/python -m pytest -n auto --dist loadgroup

quick: .venv/dev.stamp ## the tests that take no processes, no browser and no seconds
	@$(BIN)/python -m pytest -n auto -m "not slow and not browser" --ignore tests/e2e

years: .venv/dev.stamp ## more simulated years of reminders, and the real process under kill -9
	@$(BIN)/python -m pytest -q -n auto -m slow tests/simulation tests/e2e/test_reminder_kills.py

lint: .venv/dev.stamp ## style, types, import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy . && $(BIN)/mypy bot.py
	@$(BIN)/lint-imports --no-cache

hooks: .venv/dev.stamp ## let git check style, types and import rules at each commit
	@$(BIN)/pre-commit install

format: .venv/dev.stamp ## put the code into shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: .venv/dev.stamp ## speed, beside a bare aiogram bot in the same run
	@$(BIN)/python -m bench

screenshots: .venv/dev.stamp ## the pictures of docs/screenshots and docs/messages, taken anew
	@$(BIN)/python -m docs.take_screenshots
	@$(BIN)/python -m docs.take_messages

clean: ## remove the virtual environment and what tools left
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Talon needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 ...")'
	@echo "Making the virtual environment (once, about a minute)"
	@$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.txt | .venv/bin/python
	@$(PIP) install -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements.txt requirements-dev.txt | .venv/bin/python
	@$(PIP) install -r requirements-dev.txt
	@touch $@ .venv/run.stamp
