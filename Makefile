# Écluse: the few commands that people type. Each one is a script in tools/ that can be read and run by itself.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo down clean check test bench

# Settings are given as in: make demo ECLUSE_PORT=9000 (tools/lib.sh lists them with their defaults).

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: ## make .venv with the ecluse command in it
	@tools/setup.sh

demo: ## install what is missing, build everything, start it and say how to log in
	@tools/demo.sh

down: ## stop everything without losing anything
	@tools/down.sh

clean: ## remove everything that the demonstration made, its data and keys included
	@tools/clean.sh

check: ## style, types, imports, policies, generated documentation, shell scripts
	@tools/check.sh

test: ## check, then every test, with real containers and a real browser
	@tools/test.sh

bench: ## measure the running demonstration
	@tools/bench.sh
