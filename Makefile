# The common jobs. Each makes or completes the virtual environment first, and does not reinstall when nothing changed.
#   make demo PYTHON=python3.12     another interpreter
#   make test ARGS="-k games"       arguments for pytest
PYTHON ?= python3
VENV ?= .venv
JOBS ?= 2
ARGS ?=

BIN := $(VENV)/bin
environment = @PYTHON="$(PYTHON)" scripts/environment "$(VENV)" plot sweep
pytest = $(BIN)/python -m pytest -n $(JOBS) --dist loadgroup

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test exhaustive lint format bench lab notebooks lessons docs paper clean

help:
	@echo "make demo         set up and run the main job"
	@echo "make test         set up and run the tests (at most ten minutes on two cores)"
	@echo "make exhaustive   the long property, proof and cross-check runs"
	@echo "make lint         ruff, mypy --strict, pyright"
	@echo "make format       let ruff reformat and repair what it can"
	@echo "make bench        the benchmarks beside other packages"
	@echo "make lab          open the notebooks in JupyterLab"
	@echo "make notebooks    execute the notebooks anew (ARGS: some by name)"
	@echo "make lessons      write the lessons for a class into build/lessons"
	@echo "make docs         build the documentation into build/docs (minutes the first time)"
	@echo "make paper        generate what the paper states, and set it (needs latexmk)"
	@echo "make clean        remove the environment, caches and build output"

demo:
	$(environment) notebook stress
	$(BIN)/deterrence demo

test:
	$(environment) stress cluster pdf test
	$(pytest) $(ARGS)

exhaustive:
	$(environment) stress cluster pdf test second-engine
	$(pytest) -m exhaustive --hypothesis-profile exhaustive $(ARGS)

# The second mypy run reads the same code as the newest supported Python would.
lint:
	$(environment) stress cluster pdf test lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --python-version 3.14
	$(BIN)/pyright --pythonpath $(BIN)/python

format:
	$(environment) stress cluster pdf test lint
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench:
	$(environment) benchmark
	$(BIN)/python -m benchmarks $(ARGS)

lab:
	$(environment) notebook stress
	$(BIN)/jupyter lab notebooks

notebooks:
	$(environment) stress cluster test
	PYTHON=$(BIN)/python scripts/notebooks $(ARGS)

lessons:
	$(environment)
	$(BIN)/deterrence classroom -o build/lessons

docs:
	$(environment) docs
	$(BIN)/python -m sphinx -b html -W --keep-going -q docs build/docs

paper:
	$(environment) plot stress
	$(BIN)/python paper/generate.py
	cd paper && BIBINPUTS=../models: latexmk -pdf -interaction=nonstopmode -halt-on-error -outdir=build paper.tex

clean:
	rm -rf $(VENV) .venv-* build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
