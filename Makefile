# Needs only Python 3 and make. Everything else is put into .tools/ and .venv/ here.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install start token demo test check fast only test-long test-bare explore learn-from eval build sam-build sam-up sam-down sam-events sam-learn sam-image test-containers requirements openapi collection record clean

WORKERS = 2
PYTEST = $(RUN) -m pytest -n $(WORKERS) --dist worksteal
RUN = PYTHONPATH=".:layers/common:functions/api:functions/learner" .venv/bin/python
UV_VERSION = 0.13.9

help: ## what can be made here
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

install: .venv/.installed ## .venv with exactly what uv.lock names

.venv/.installed: uv.lock pyproject.toml scripts/install.sh
	@sh scripts/install.sh $(UV_VERSION)
	@touch $@

start: install ## everything on this machine: servers, API, learner, demo data (FRESH=1 begins anew)
	@exec env $(RUN) -m local

token: install ## a token for local use: make token USER=ada [SCOPE=admin]
	@$(RUN) -m local.token --user "$(USER)" --scope "$(SCOPE)"

demo: install ## what it does, told in the terminal; API=http://127.0.0.1:3000 tells it with the service that runs there
	@$(RUN) -m local.story

test: install check ## all checks and all tests
	@echo "tests: on two idle cores they take about ten minutes more ..."
	@$(PYTEST)

test-bare: ## what a newcomer on a bare Debian does, in a chroot or a container: its packages, `make start`, `make test`
	@sh scripts/test_bare.sh

check: install ## style, types and import rules
	@echo "style ..."
	@.venv/bin/python -m ruff check --quiet .
	@.venv/bin/python -m ruff format --check --quiet .
	@echo "types ..."
	@.venv/bin/python -m mypy
	@echo "import rules ..."
	@PYTHONPATH=layers/common:functions/api:functions/learner .venv/bin/python -c 'from importlinter.cli import lint_imports_command; lint_imports_command(["--no-logo"])'

fast: install ## the unit tests alone
	@$(PYTEST) tests/unit

only: install ## one test, file or folder: make only TEST=tests/unit/voice/test_delta.py
	@$(RUN) -m pytest -p no:randomly $(TEST)

test-long: install ## the long forms of tests: all kill points, long state machines, many examples
	@TEST_LONG=1 $(PYTEST) -m "long or draws"

explore: install ## new examples for every property: make explore MINUTES=10 [SEED=n]
	@$(RUN) -m tests.explore --minutes "$(MINUTES)" --seed "$(SEED)" --test "$(TEST)"

learn-from: install ## send real edits through the API and tell what was learned: make learn-from FILE=edits.jsonl [WRITER=id] [LIMIT=n]
	@$(RUN) -m local.learn_from --file "$(FILE)" --writer "$(WRITER)" --limit "$(LIMIT)"

eval: install ## what learning is worth, measured on real edits: make eval DATA=folder OUT=file.json
	@$(RUN) -m bench.eval --data "$(DATA)" --out "$(OUT)"

build: install ## what `sam deploy` uploads, for arm64
	@PATH="$(CURDIR)/.venv/bin:$(CURDIR)/.tools/bin:$$PATH" .venv/bin/sam build

test-containers: install ## `sam local` in containers, as the README has it; skipped, and it says so, where no engine is
	@$(RUN) -m pytest tests/containers

sam-build: install ## for `sam local`: layer and functions for this machine's processor, parameters and variables
	@$(RUN) -m local.containers build

sam-up: install ## for `sam local`: Valkey and MongoDB by compose.yaml, or with EMBEDDED=1 those of make start
	@EMBEDDED="$(EMBEDDED)" $(RUN) -m local.containers up

sam-down: install ## ends what make sam-up started, and says what it keeps
	@$(RUN) -m local.containers down

sam-events: install ## for `sam local invoke`: sample events that work, each with its command
	@$(RUN) -m local.containers events

sam-learn: install ## runs the learner once in a container, as its schedule does on AWS
	@PATH="$(CURDIR)/.venv/bin:$(CURDIR)/.tools/bin:$$PATH" sam local invoke LearnerFunction -e events/learner-schedule.json

sam-image: install ## for `sam local` where no registry can be reached: a stand-in for Lambda's image, on Linux
	@$(RUN) -m local.containers image

openapi: install ## the OpenAPI document, its page and the collection, from the code
	@$(RUN) -m contract

collection: install ## the collection for Bruno, from the OpenAPI document
	@$(RUN) -m contract.collection

record: install ## a request and its answer for every route, from a run against the real gateway
	@$(RUN) -m local.record

requirements: install ## the layer's requirements, exported from uv.lock
	@.tools/bin/uv export --quiet --frozen --no-default-groups --no-emit-project --output-file layers/common/requirements.txt

clean: ## remove what was installed and built, keep .local/
	rm -rf .venv .tools .aws-sam .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
