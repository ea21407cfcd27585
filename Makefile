# Each target makes the environment it needs, in .venv, once; `make demo` and `make test` are all a newcomer needs.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test check faults fix parity clean

demo: $(VENV)/.installed
	$(BIN)/python samples/quickstart/quickstart.py
	$(BIN)/python samples/ibkr/crossover.py

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n 2

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python tools/check_ibpy.py

# 200 live runs in which all goes wrong that can; they mostly wait: sixteen at once
faults: $(VENV)/.installed-dev
	BACKTRADER_FAULT_SEEDS=200 $(BIN)/python -m pytest -n 4 tests/ib/test_survival.py

fix: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

parity: $(VENV)/.installed-dev
	$(BIN)/tox run -e parity

clean:
	rm -rf $(VENV) .tox build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find backtrader contrib samples tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: setup.py | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[ib,sim,plotting]"
	touch $@

$(VENV)/.installed-dev: setup.py $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	touch $@
