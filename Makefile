# Everything starts from `python3` alone: uv is installed beside the project, pinned by hash, and does the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
export SAM_CLI_TELEMETRY := 0
export UV_PROJECT_ENVIRONMENT := .venv

UV := .uv/bin/uv
PYTHON := .venv/bin/python
SUBJECT ?= somebody
GROUP ?= none
STAGE ?= dev
TEMPLATES := template.yaml edge.yaml alarms/function.yaml alarms/queue.yaml
CORPUS ?= ../shared/corpus/store

.PHONY: help demo test run token setup check lint types imports template docs site test-slow search replay prove bench deploy format clean

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: .venv/.run ## Run an upgrade from submission to live, with a reader polling, and show what was measured
	@exec $(PYTHON) -m local demo

# Some tests measure time against real sockets, processes and caches, and a busy machine is late now and then: what fails
# is tried again, and said so. A real fault fails every time.
test: .venv/.dev ## Run the tests
	$(PYTHON) -m pytest -n 4 --dist loadgroup --reruns 1

run: .venv/.run ## Start the store on http://127.0.0.1:$PORT (8080), keeping its state in $DATA_DIR (.standfast)
	@exec $(PYTHON) -m local run

token: .venv/.run ## Print an access token for SUBJECT in GROUP (developers, reviewers, plus, operators, none)
	@exec $(PYTHON) -m local token --subject "$(SUBJECT)" --group "$(GROUP)"

setup: .venv/.all .checkov/.installed ## Make the whole development environment in .venv

check: lint types imports template docs site test test-slow ## Everything that CI runs

lint: .venv/.dev
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types: .venv/.all
	$(PYTHON) -m mypy

imports: .venv/.dev
	.venv/bin/lint-imports

template: .venv/.all .checkov/.installed ## Lint and scan the templates
	.venv/bin/cfn-lint --append-rules cfn_lint_serverless.rules -- template.yaml
	.venv/bin/cfn-lint --append-rules cfn_lint_serverless.rules -- alarms/*.yaml
	.venv/bin/cfn-lint --append-rules cfn_lint_serverless.rules --regions us-east-1 -- edge.yaml
	.venv/bin/sam validate --lint --template template.yaml --region eu-west-1
	.checkov/bin/checkov --config-file .checkov.yaml --file $(TEMPLATES)

docs: .venv/.dev ## Check that generated documents are current (make docs-write writes them)
	$(PYTHON) -m docs.generate --check

site: .venv/.all ## Build the documentation as a site, strictly, in build/site
	@NO_MKDOCS_2_WARNING=1 .venv/bin/mkdocs build --quiet

docs-write: .venv/.dev
	$(PYTHON) -m docs.generate

test-slow: .venv/.all .checkov/.installed ## Run the slow tests
	$(PYTHON) -m pytest -m slow --reruns 2

search: .venv/.dev ## Look for inputs that break a property: new ones each time, and many
	$(PYTHON) -m pytest -n auto --hypothesis-profile search --timeout 900 \
	    $$(grep -rl '^@given' tests/unit tests/contract)

replay: .venv/.run ## Replay 26 days of a real store's history from CORPUS
	@exec $(PYTHON) -m local replay --corpus "$(CORPUS)"

prove: .venv/.all ## Run the proofs of the invariants in full, and print their figures
	$(PYTHON) -m tests.proof

bench: .venv/.all ## Run the benchmarks
	$(PYTHON) -m bench

format: .venv/.dev ## Format the code
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

# SAM publishes a version when the text of a function changes. A parameter's value is no text: hence the stamp, which is
# made of all that samconfig.toml says.
deploy: .venv/.all ## Build, and deploy to STAGE (dev, prod), as samconfig.toml says
	.venv/bin/sam build
	sed 's/settings: unstamped/settings: s$(shell cksum < samconfig.toml | cut -d ' ' -f 1)/' \
	    .aws-sam/build/template.yaml > .aws-sam/build/stamped.yaml
	.venv/bin/sam deploy --config-env $(STAGE) --template-file .aws-sam/build/stamped.yaml

clean: ## Remove what was built, but no data
	rm -rf build .venv .uv .checkov .aws-sam .pytest_cache .mypy_cache .ruff_cache .hypothesis

.checkov/.installed: $(UV) .ci/checkov-requirements.txt
	@$(UV) venv --quiet --clear --python 3.13 .checkov
	@VIRTUAL_ENV=.checkov $(UV) pip install --quiet --require-hashes --requirement .ci/checkov-requirements.txt
	@touch $@

$(UV): .ci/uv-requirements.txt
	@python3 -m venv .uv
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/uv-requirements.txt
	@touch $@

# `--inexact` leaves what a larger environment has installed.
.venv/.run: $(UV) uv.lock pyproject.toml
	@$(UV) sync --quiet --locked --inexact --no-default-groups --no-install-project
	@touch $@

.venv/.dev: $(UV) uv.lock pyproject.toml
	@$(UV) sync --quiet --locked --inexact --group dev --no-install-project
	@touch $@ .venv/.run

.venv/.all: $(UV) uv.lock pyproject.toml
	@$(UV) sync --quiet --locked --all-groups
	@touch $@ .venv/.dev .venv/.run
