# `make help` lists what there is to do. Everything is installed below this folder; nothing needs root.

PYTHON ?= python3
BIN := .venv/bin
MODELS := .venv/share/cricksy/models
NODE_MODULES := tools/npm/node_modules
# A folder of clips with known events, for the tests that need real film; they skip where there is none.
CLIPS ?= $(wildcard ../shared/videos)
ifneq ($(CLIPS),)
export CRICKSY_CLIPS ?= $(abspath $(CLIPS))
endif

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: setup ## Take the sample clip the whole way: API, S3, SQS, worker, PostgreSQL, report
	$(BIN)/cricksy demo

.PHONY: test
test: setup lint ## Check the code and run every test
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal --cov --cov-report= $(TESTS)
	$(BIN)/python -m coverage report --skip-covered --skip-empty --fail-under 90

JOBS ?= 1000
SEED ?= 1

.PHONY: chaos
chaos: setup ## Work off JOBS=1000 films while workers, services and connections fail; SEED=1 draws the faults
	$(BIN)/python -m tests.faults.chaos --jobs $(JOBS) --seed $(SEED)

.PHONY: up
up: setup ## Start the whole stack on this machine and keep it running
	$(BIN)/cricksy up

.PHONY: lint
lint: setup ## Style, types, import rules
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/node $(NODE_MODULES)/pyright/index.js

.PHONY: format
format: setup ## Put the code in order
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

.PHONY: analysis-version
analysis-version: setup ## Has the analysis changed? RECORD=1 no result did, BUMP=1 results may have: a new version
	$(BIN)/python -m tools.analysis_digest $(if $(BUMP),--bump,$(if $(RECORD),--record))

.PHONY: result-fixtures
result-fixtures: setup ## Store results of today's schema for the tests of later releases (CLIPS=folder)
	$(BIN)/python -m tests.support.released --clips $(CLIPS)

.PHONY: sample
sample: setup ## Render the sample clip and its truth anew
	$(BIN)/python -m tools.synthetic src/cricksy/sample/bowling.mp4

.PHONY: bench-rss
bench-rss: setup ## Analyse 200 films and see whether the children keep their size (VIDEOS=n)
	$(BIN)/python bench/rss.py --videos $(or $(VIDEOS),200)

.PHONY: bench-cpu
bench-cpu: setup ## CPU time of the analysis against a bare PoseLandmarker loop; CLIP=film
	$(BIN)/python bench/cpu.py $(or $(CLIP),src/cricksy/sample/bowling.mp4)

.PHONY: bench-rescore
bench-rescore: setup ## Time that a corrected event takes, over HTTP and alone, against the limit of 100 ms
	$(BIN)/python bench/rescore.py

.PHONY: accuracy
accuracy: setup ## How accurate the analysis is, as one table, kept in docs/accuracy.md; CACHE=folder
	$(BIN)/python -m bench.accuracy $(if $(CACHE),--cache $(CACHE))

.PHONY: images
images: ## Build the container images of the API and the worker
	docker build --target api --tag cricksy-api .
	docker build --target worker --tag cricksy-worker .

.PHONY: setup
setup: .venv/installed $(MODELS)/built ## Virtual environment, locked packages, pose models
	@$(BIN)/python tools/check_system.py

.venv/installed: locks/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r locks/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(NODE_MODULES)/installed: tools/npm/package.json tools/npm/package-lock.json .venv/installed
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/npm --prefix tools/npm ci --silent --no-audit --no-fund
	@touch $@

$(MODELS)/built: tools/build_pose_models.py $(NODE_MODULES)/installed
	$(BIN)/python tools/build_pose_models.py --source $(NODE_MODULES)/@mediapipe/pose --target $(MODELS)
	@touch $@

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --override locks/overrides.txt --custom-compile-command "make lock" pyproject.toml

.PHONY: lock
lock: .venv/installed ## Resolve the locks anew from pyproject.toml
	$(COMPILE) --extra worker --extra embedded --group dev --output-file locks/dev.txt
	$(COMPILE) --constraint locks/dev.txt --output-file locks/api.txt
	$(COMPILE) --constraint locks/dev.txt --extra worker --output-file locks/worker.txt

.PHONY: clean
clean: ## Remove what setup and the tests made
	rm -rf .venv $(NODE_MODULES) .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage*
