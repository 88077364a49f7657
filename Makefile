# make serve: build the database and serve it on http://127.0.0.1:8001
# make test:  check and test everything; LISTS=folder adds the tests that need the keeper's lists
#             FAST=1 runs the unit tests only, for the edit loop
# make screening: have ASReview read the screening files, in an environment of its own
# make notebooks: run the notebooks against the database as built, and keep what they find
PYTHON ?= python3
PORT ?= 8001
BIN := .venv/bin
PARALLEL := --numprocesses=auto --dist=loadfile --no-loadscope-reorder --max-worker-restart=0
PACKAGES := $(wildcard */pyproject.toml sandbox/datasette_sandbox/*.py web/phenomena_web/*.py web/phenomena_web/*/*.py)

.PHONY: serve build test check screening notebooks clean

serve: build
	$(BIN)/datasette . --host 127.0.0.1 --port $(PORT)

build: .venv/runtime
	$(BIN)/python build.py

ifdef FAST
test: .venv/development
	$(BIN)/python -m pytest -m "not slow"
else
test: .venv/development .venv/browser build check
	$(BIN)/python -m pytest $(PARALLEL) --durations=10 $(if $(LISTS),--lists="$(LISTS)")
endif

check: .venv/development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

screening: .venv/development .venv/screening/installed
	$(BIN)/python -m pytest tests/test_downloads.py -k asreview --asreview .venv/screening/bin/python

notebooks: .venv/development build
	$(BIN)/python notebooks/run.py

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/runtime: requirements.txt $(PACKAGES) | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/development: requirements-dev.txt requirements.txt requirements-bundle.txt requirements-map.txt requirements-notebooks.txt $(PACKAGES) | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

.venv/screening/installed: requirements-screening.txt | .venv/bin/python
	$(PYTHON) -m venv .venv/screening
	.venv/screening/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-screening.txt
	touch $@

.venv/browser: .venv/development
	sh tests/install-browser.sh $(BIN)/playwright
	touch $@

clean:
	rm -rf .venv
