# `make demo` runs the main job, `make test` the tests; both build .venv from the lock first.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: help demo test lint types fix browser package lock clean

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 20

demo: $(INSTALLED)  ## the whole road on the sample, with a real Label Studio, into exports/demo
	$(BIN)/curation demo

test: $(INSTALLED)  ## all tests (those in a browser need `make browser` once)
	$(BIN)/pytest

lint: $(INSTALLED)  ## style, and no generated file out of date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/curation contract --check

types: $(INSTALLED)  ## mypy --strict
	$(BIN)/mypy

fix: $(INSTALLED)  ## mend style and generated files
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/curation contract --write
	$(BIN)/python -m typer curation.cli utils docs --name curation --title "Command line" --output docs/cli.md

browser: $(INSTALLED)  ## get Chromium for the browser tests
	.ci/browser $(BIN)/playwright

package: $(INSTALLED)  ## build the wheel and test it installed, away from the checkout
	PYTHON=$(PYTHON) .ci/package

COMPILE := uv pip compile -q --universal --python-version 3.11 --generate-hashes --upgrade
SERVER := curation/labelstudio/server-requirements

lock:  ## renew requirements.lock and the server's lock (needs uv)
	$(COMPILE) pyproject.toml --group dev -o requirements.lock
	$(COMPILE) $(SERVER).in -o $(SERVER).lock

clean:  ## remove what the targets made
	rm -rf .venv dist .demo exports/demo .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(INSTALLED): requirements.lock pyproject.toml
	PYTHON=$(PYTHON) .ci/install .venv requirements.lock
	.ci/install-editable .venv
	touch $@
