# Each target makes the environment it needs, in .venv, once; `make demo` and `make test` are all a newcomer needs.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test check faults soak crashes malformed secrets audit fix parity docs dist replace figures clean

demo: $(VENV)/.installed
	$(BIN)/python samples/quickstart/quickstart.py
	$(BIN)/python samples/ibkr/crossover.py

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n 4 --dist worksteal

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python tools/check_ibpy.py

# 200 live runs in which all goes wrong that can; they mostly wait: sixteen at once
faults: $(VENV)/.installed-dev
	BACKTRADER_FAULT_SEEDS=200 $(BIN)/python -m pytest -n 4 tests/ib/test_survival.py tests/ib/test_clearing.py

# whole days of ten contracts, SOAKS seeds from SEED on; each takes half a minute
SOAKS ?= 4
SEED ?= 0
soak: $(VENV)/.installed-dev
	BACKTRADER_SOAKS=$(SOAKS) BACKTRADER_SEED=$(SEED) $(BIN)/python -m pytest -n 2 tests/ib/test_soak.py

# a process that trades is killed so often, and started again
CRASHES ?= 300
crashes: $(VENV)/.installed-dev
	BACKTRADER_CRASHES=$(CRASHES) $(BIN)/python -m pytest -n 2 tests/ib/test_crashes.py

# each kind of answer that is of no use, for each path
malformed: $(VENV)/.installed-dev
	BACKTRADER_MALFORMED=1 $(BIN)/python -m pytest -n 2 tests/ib/test_malformed.py

# days and shorter runs at level DEBUG in which all goes wrong, 100 MB of log, searched for every secret
secrets: $(VENV)/.installed-dev
	BACKTRADER_SECRET_SEEDS=60 BACKTRADER_SECRET_BYTES=100000000 $(BIN)/python -m pytest -n 2 tests/ib/test_secrets.py

# known vulnerabilities of what is installed; asks the network, and says so where there is none
audit: $(VENV)/.installed-dev
	$(BIN)/python tools/audit.py

fix: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

parity: $(VENV)/.installed-dev
	$(BIN)/tox run -e parity

docs: $(VENV)/.installed-docs
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs build/docs

# wheel and sdist, as they would be published
dist: $(VENV)/.installed-dev
	rm -rf build/dist
	$(BIN)/python -m build --outdir build/dist
	$(BIN)/python -m twine check --strict build/dist/*

# installed over upstream and back, in environments of their own: needs the package index
replace: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m index tests/distribution

# measures anew what MIGRATION_COMPLETE_SUMMARY.md says: takes minutes
figures: $(VENV)/.installed-dev
	$(BIN)/python tools/measure.py

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

$(VENV)/.installed-docs: setup.py $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[docs]"
	touch $@
