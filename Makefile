# `make help` lists the targets. Everything is installed below this directory; nothing needs root.

PYTHON ?= python3
BIN := .venv/bin
MODELS := .venv/share/cricksy/models
NODE_MODULES := tools/npm/node_modules
CLIENT_MODULES := clients/typescript/node_modules
WEB_MODULES := web/node_modules
PAGE := src/cricksy/page/index.html
# Directories of clips with known events, of odd films and of captured throws, for the tests and the parts of `make
# accuracy` that need them; they skip without.
CLIPS ?= $(wildcard ../shared/videos)
ifneq ($(CLIPS),)
export CRICKSY_CLIPS ?= $(abspath $(CLIPS))
endif
FILMS ?= $(wildcard ../shared/films)
ifneq ($(FILMS),)
export CRICKSY_FILMS ?= $(abspath $(FILMS))
endif
MOCAP ?= $(wildcard ../shared/mocap)
ifneq ($(MOCAP),)
export CRICKSY_MOCAP ?= $(abspath $(MOCAP))
endif

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: setup ## Analyse the sample clip with the whole stack: API, S3, SQS, worker, PostgreSQL, report
	$(BIN)/cricksy demo

# Each phase by its name, with the seconds it takes.
PHASES := $(PYTHON) tools/phases.py
SET_UP = "set-up=$(MAKE) --no-print-directory setup"
RUFF := "ruff=$(BIN)/ruff check && $(BIN)/ruff format --check"
WORDS := "words=$(BIN)/python tools/check_words.py && $(BIN)/python tools/check_files.py && $(BIN)/python -m tools.check_catalogue"
IMPORT_RULES := "import rules=$(BIN)/lint-imports"
PYRIGHT := pyright=$(BIN)/node $(NODE_MODULES)/pyright/index.js
WEB := PATH="$(abspath $(BIN)):$$PATH" $(BIN)/npm --prefix web --silent run
PAGE_CHECKS := 'page=$(WEB) check && $(WEB) test'
PYTEST := $(BIN)/python -m pytest --dist worksteal --numprocesses
# CI measures the coverage: it takes a quarter of the time of the tests. COVERAGE is the least share to pass, in percent.
ifneq ($(COVERAGE),)
MEASURE := --cov --cov-report=
COVERED := "coverage=$(BIN)/python -m coverage report --skip-covered --skip-empty --fail-under $(COVERAGE)"
endif
# What needs neither a service nor a process nor the pose models.
QUICK := $(wildcard $(addprefix tests/,analysis results shared synthetic bench tools api))

.PHONY: test
test: ## Check the code and run every test; TESTS=path for some, COVERAGE=90 to measure
	@$(PHASES) $(SET_UP) $(RUFF) $(WORDS) $(IMPORT_RULES) "$(PYRIGHT)" $(PAGE_CHECKS) \
		"pytest=$(PYTEST) 4 $(MEASURE) $(TESTS)" $(COVERED)

.PHONY: test-quick
test-quick: ## Check the code and run the pure tests, in less than a minute
	@$(PHASES) $(SET_UP) "&$(PYRIGHT)" $(RUFF) $(WORDS) $(IMPORT_RULES) $(PAGE_CHECKS) \
		"pytest=$(PYTEST) 2 --quiet --hypothesis-profile quick -m 'not services' $(QUICK)"

JOBS ?= 1000
SEED ?= 1
# postgres, s3 or mixed: where the workers keep results and landmarks.
STORE ?= mixed

.PHONY: chaos
chaos: setup ## Run JOBS=1000 jobs while workers, services and connections fail; SEED=1 picks the faults, STORE=s3
	$(BIN)/python -m tests.faults.chaos --jobs $(JOBS) --seed $(SEED) --store $(STORE)

.PHONY: api-faults
api-faults: setup ## Hang up on the API, ABORTS=200 of each call, kill PostgreSQL, stop S3 and SQS; print its answers
	$(BIN)/python -m tests.faults.api_faults --aborts $(or $(ABORTS),200) --seed $(SEED)

CASES ?= 3000

.PHONY: fuzz-api
fuzz-api: setup ## Send the API requests generated from its OpenAPI document, CASES=3000 or more of them in sequences
	FUZZ_CASES=$(CASES) $(BIN)/python -m pytest -q -s tests/api/test_generated_cases.py

.PHONY: fuzz
fuzz: setup ## Analyse malformed videos, CASES=300 by SEED=1, in the worker's child; CLIP=video for one of your own
	$(BIN)/python -m tools.fuzz_videos --cases $(if $(filter file,$(origin CASES)),300,$(CASES)) --seed $(SEED) $(if $(CLIP),--source $(CLIP))

.PHONY: up
up: setup ## Run the whole stack on this machine until Ctrl-C
	$(BIN)/cricksy up

.PHONY: lint
lint: ## Check style, words, types and import rules
	@$(PHASES) $(SET_UP) $(RUFF) $(WORDS) $(IMPORT_RULES) "$(PYRIGHT)" $(PAGE_CHECKS)

.PHONY: format
format: setup ## Format the code and apply safe fixes
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format
	$(WEB) format

.PHONY: analysis-version
analysis-version: setup ## Has the analysis changed? RECORD=1 no result did, BUMP=1 results may have: a new version
	$(BIN)/python -m tools.analysis_digest $(if $(BUMP),--bump,$(if $(RECORD),--record))

.PHONY: result-fixtures
result-fixtures: setup ## Store results of today's schema for the tests of later releases (CLIPS=directory)
	$(BIN)/python -m tests.support.released --clips $(CLIPS)

.PHONY: sample
sample: setup ## Render the sample clip and its truth again
	$(BIN)/python -m tools.synthetic src/cricksy/sample/bowling.mp4

.PHONY: bench-rss
bench-rss: setup ## Analyse VIDEOS=200 videos and check that the children do not grow
	$(BIN)/python bench/rss.py --videos $(or $(VIDEOS),200)

.PHONY: bench-cpu
bench-cpu: setup ## Compare the CPU time of the analysis with a bare PoseLandmarker loop; CLIP=video
	$(BIN)/python bench/cpu.py $(or $(CLIP),src/cricksy/sample/bowling.mp4)

.PHONY: bench-api
bench-api: setup ## Compare each call of the API with a static answer of the same bytes; SECONDS=2 each
	$(BIN)/python -m bench.api --seconds $(or $(SECONDS),2)

.PHONY: bench-page
bench-page: setup ## Measure the coach's page in Chromium against its budget; CLIP=video
	$(BIN)/python -m bench.page $(if $(CLIP),--clip $(CLIP))

.PHONY: screenshots
screenshots: setup ## Write docs/screenshots/*.png: every view and state of the page, light and dark, laptop and phone
	mkdir -p docs/screenshots
	SCREENSHOTS=docs/screenshots $(BIN)/python -m pytest -q tests/page/test_views.py

.PHONY: bench-rescore
bench-rescore: setup ## Time the correction of an event, over HTTP and alone, against the limit of 100 ms
	$(BIN)/python bench/rescore.py

.PHONY: bench-scale
bench-scale: setup ## Simulate a day of 10,000, 100,000 and 1,000,000 clips and write the tables of docs/scale.md
	$(BIN)/python -m bench.scale

.PHONY: accuracy
accuracy: setup ## Measure the accuracy, write docs/accuracy.md, fail where a bound is lost; CACHE=directory
	$(BIN)/python -m bench.accuracy $(if $(CACHE),--cache $(CACHE))

.PHONY: accuracy-baseline
accuracy-baseline: setup ## The same, and take the run as the baseline of later ones
	$(BIN)/python -m bench.accuracy --rewrite-baseline $(if $(CACHE),--cache $(CACHE))

.PHONY: thresholds
thresholds: setup ## Every threshold of the analysis and the vision: name, value, unit, source or "provisional"
	@$(BIN)/python tools/thresholds.py

.PHONY: sbom
sbom: setup ## Write .venv/sbom/*.cdx.json and *.licences.txt: what each image is made of, bundled libraries too
	mkdir -p .venv/sbom
	for image in api worker; do \
		$(BIN)/python tools/sbom.py --lock locks/$$image.txt --npm web/package-lock.json --name cricksy-$$image > .venv/sbom/$$image.cdx.json && \
		$(BIN)/python tools/sbom.py --lock locks/$$image.txt --licences > .venv/sbom/$$image.licences.txt || exit 1; \
	done

.PHONY: audit
audit: setup ## Ask the advisory databases about every locked package; fails where one cannot be asked
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python tools/audit.py

.PHONY: images
images: ## Build the container images of the API and the worker
	for image in api worker; do \
		docker build --target $$image --tag cricksy-$$image \
			--build-arg VERSION="$$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)" \
			--build-arg REVISION="$$(git rev-parse HEAD)" . || exit 1; \
	done

.PHONY: setup
setup: .venv/installed $(MODELS)/built $(CLIENT_MODULES)/installed $(PAGE) ## Create the virtual environment with locked packages, the page and pose models
	@$(BIN)/python tools/check_system.py

.venv/installed: locks/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r locks/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

%/node_modules/installed: %/package.json %/package-lock.json .venv/installed
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/npm --prefix $* ci --silent --no-audit --no-fund
	@touch $@

$(PAGE): $(WEB_MODULES)/installed $(shell find web -path web/node_modules -prune -o -type f -print)
	$(WEB) build

.PHONY: page-types
page-types: setup ## Generate the types of the page's client from the OpenAPI document
	$(BIN)/python -m tools.openapi_document .venv/openapi.json
	$(WEB) types

$(MODELS)/built: tools/build_pose_models.py $(NODE_MODULES)/installed
	$(BIN)/python tools/build_pose_models.py --source $(NODE_MODULES)/@mediapipe/pose --target $(MODELS)
	@touch $@

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --override locks/overrides.txt --custom-compile-command "make lock" pyproject.toml
COMPILE_IMAGE := $(COMPILE) --constraint locks/dev.txt --override locks/image-overrides.txt

.PHONY: lock
lock: .venv/installed ## Resolve the locks again from pyproject.toml
	$(COMPILE) --extra worker --extra embedded --extra otel --group dev --output-file locks/dev.txt
	$(COMPILE_IMAGE) --output-file locks/api.txt
	$(COMPILE_IMAGE) --extra worker --output-file locks/worker.txt

.PHONY: clean
clean: ## Remove what setup and the tests created
	rm -rf .venv $(NODE_MODULES) $(CLIENT_MODULES) $(WEB_MODULES) src/cricksy/page .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage*
