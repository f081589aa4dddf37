# Common tasks. `make run` and `make test` need only make and Python 3.11 or newer.
BIN := .venv/bin

FRONTEND := platform/server/web/frontend/index.html

.NOTPARALLEL:  # with -j, two rules would fill .venv at the same time
.PHONY: run test properties check bench schema lock frontend clean

run: .venv/runtime $(FRONTEND)  ## start everything: database, streams, API, worker, demo network
	@exec $(BIN)/linepack serve --demo

test: .venv/development $(FRONTEND)  ## every check and every test
	@script/test

properties: .venv/development  ## the properties whose examples can be many, on many
	LINEPACK_PROPERTIES=long $(BIN)/pytest --numprocesses auto tests/property

check: .venv/development  ## the part of it that reads code instead of running it
	@script/check

bench: .venv/development  ## ratios against what people use instead; writes docs/benchmarks.md and the README
	$(BIN)/python -m benchmarks

schema: .venv/development  ## write the GraphQL schema file anew
	$(BIN)/linepack schema > platform/schema/schema.graphql

lock: .venv/development  ## resolve the dependencies anew; the locks name no index
	$(BIN)/uv lock --upgrade
	$(BIN)/uv export --quiet --format requirements-txt --no-emit-project --no-header --no-annotate --no-dev --group build -o requirements.lock
	$(BIN)/uv export --quiet --format requirements-txt --no-emit-project --no-header --no-annotate --group dev --group build -o requirements-dev.lock

frontend: $(FRONTEND)  ## build the web frontend, if its sources have changed

$(FRONTEND): $(shell find frontend -type f -not -path '*/node_modules/*') platform/schema/schema.graphql | .venv/runtime
	@script/frontend --build pnpm --silent build

.venv/runtime: requirements.lock pyproject.toml script/environment
	@script/environment requirements.lock $@

.venv/development: requirements-dev.lock pyproject.toml script/environment
	@script/environment requirements-dev.lock $@

clean:
	rm -rf frontend/node_modules tests/clients/node_modules tests/clients/gql tests/clients/all.graphql
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage.json
