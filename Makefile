PORT ?= 8000
OCR ?= 1
BIN := .venv/bin
export OCR

.DEFAULT_GOAL := help
.PHONY: help setup checker run test lint format bench lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: ## Prepare .venv (OCR=0 leaves scanned-page reading out)
	@sh scripts/bootstrap.sh setup

checker: ## Fetch the HTML checker that some tests use (it needs Java)
	@sh scripts/bootstrap.sh checker

run: setup ## Open the office at http://127.0.0.1:8000 (PORT= for another port)
	@exec $(BIN)/python -m gongkai_site run --port $(PORT)

test: setup ## Run every test (ARGS="-k word" for some)
	$(BIN)/python -m pytest -n auto $(ARGS)

lint: setup ## Check style, types and who imports whom
	@failed=; \
	for tool in "ruff check" "ruff format --check" mypy lint-imports; do \
	  printf '== %s\n' "$$tool"; $(BIN)/$$tool || failed="$$failed $$tool;"; \
	done; \
	[ -z "$$failed" ] || { printf 'lint failed:%s\n' "$$failed"; exit 1; }

format: setup ## Rewrite the code in the house format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: setup ## Run every benchmark in turn
	@set -e; for file in benchmarks/bench_*.py; do \
	  printf '\n== %s\n' "$$file"; $(BIN)/python "$$file"; \
	done

lock: ## Write the lock files anew (UPGRADE=1 takes newer releases)
	@sh scripts/bootstrap.sh lock

clean: ## Remove what setup and the tools made
	rm -rf .venv .tools .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
