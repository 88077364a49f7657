# make serve: build the database and serve it on http://127.0.0.1:8001
# make test:  check and test everything; LISTS=folder adds the tests that need the keeper's lists
#             FAST=1 runs the unit tests only, for the edit loop; where nginx is installed, the proxy is tested too
# make deploy-test: measure the proxy of deploy/ before real replicas, on loopback, and print its bars, in two minutes
# make bench: measure everything beside its reference, and print all budgets, met or missed, in a quarter of an hour;
#             SIZES="254 581 2500 25000 250000" adds the largest list, and half an hour
# make screening: have ASReview read the screening files, in an environment of its own
# make notebooks: run the notebooks against the database as built, and keep what they find
#
# The system's own Python, where it can make environments: it is compiled with profiles, which others often are not, and
# needs a sixth less time. PYTHON=python3 takes the first on the path; `make clean` before a change.
PYTHON ?= $(or $(patsubst /usr/lib/%/ensurepip,/usr/bin/%,$(firstword $(wildcard /usr/lib/python3.1[1-9]/ensurepip))),python3)
PORT ?= 8001
BIN := .venv/bin
# One more worker than processors: tests wait a fifth of their time, for servers, browsers and time limits.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PARALLEL := --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder --max-worker-restart=0
NGINX := $(firstword $(wildcard /usr/sbin/nginx) $(shell command -v nginx))
PACKAGES := $(wildcard */pyproject.toml sandbox/datasette_sandbox/*.py web/phenomena_web/*.py web/phenomena_web/*/*.py)

# Where it is set, every process of the tests would compile our modules and pytest's assertions anew.
export PYTHONDONTWRITEBYTECODE =

.PHONY: serve build test tested deploy-test bench check screening notebooks clean

serve: build
	$(BIN)/datasette . --host 127.0.0.1 --port $(PORT)

build: .venv/runtime
	$(BIN)/python build.py

ifdef FAST
test: .venv/development
	$(BIN)/python -m pytest -m "not slow"
else
test: .venv/development .venv/browser build
	$(MAKE) --jobs=2 tested check  # mypy takes one processor, and would leave the others idle
endif

tested: .venv/development
	$(BIN)/python -m pytest $(PARALLEL) --durations=10 $(if $(LISTS),--lists="$(LISTS)") $(if $(NGINX),--nginx="$(NGINX)")

deploy-test: .venv/development .venv/nginx
	$(BIN)/python benchmarks/deploy.py

bench: .venv/development .venv/browser
	$(BIN)/python benchmarks/bench.py $(addprefix --size ,$(SIZES))

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

.venv/development: requirements-dev.txt requirements.txt requirements-bundle.txt requirements-dask.txt requirements-map.txt requirements-notebooks.txt $(PACKAGES) .venv/serving/installed | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

# The environment of a published site, for the servers of tests and benchmarks.
.venv/serving/installed: requirements.txt $(PACKAGES) | .venv/bin/python
	$(PYTHON) -m venv .venv/serving
	.venv/serving/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/screening/installed: requirements-screening.txt | .venv/bin/python
	$(PYTHON) -m venv .venv/screening
	.venv/screening/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-screening.txt
	touch $@

.venv/browser: .venv/development
	sh tests/install-browser.sh $(BIN)/playwright
	touch $@

.venv/nginx: | .venv/bin/python
	sh tests/install-nginx.sh
	touch $@

clean:
	rm -rf .venv
