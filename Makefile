# Shortcuts for developers. Nothing a user needs requires make: README.md gives the plain commands.
PYTHON := .venv/bin/python
LOCK := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help demo test check golden oracle slow bench docs lock release validation

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo:  ## install as README says and run the Portsmouth baseline
	python3 -m venv .venv && .venv/bin/pip install '.[fast]' && .venv/bin/flowsim run scenarios/portsmouth-2016.yaml

test:  ## install as README says and run every test that is not slow
	python3 -m venv .venv && .venv/bin/pip install '.[fast,test]' && .venv/bin/python -m pytest

check:  ## style and types, with the versions of requirements/lint.txt
	$(PYTHON) -m pip install --quiet -r requirements/lint.txt
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

golden:  ## rewrite what is recorded or made from the code: figures, pages, places; the commit explains the difference
	$(PYTHON) -m pytest -n 0 -m golden --regen-all

oracle:  ## the statistical tests against known answers
	$(PYTHON) -m pytest -m oracle

slow:  ## the long tests
	$(PYTHON) -m pytest -n 0 -m slow

bench:  ## the benchmarks, as ratios within one run
	$(PYTHON) benchmarks/run.py

docs:  ## build the site into build/site
	$(PYTHON) -m pip install --quiet -r requirements/docs.txt
	$(PYTHON) -m sphinx -q -W --keep-going -c docs/site . build/site
	@echo open build/site/index.html

lock:  ## renew requirements/*.txt
	$(PYTHON) -m pip install --quiet uv
	$(LOCK) pyproject.toml --upgrade --extra fast --extra test --output-file requirements/test.txt
	$(LOCK) pyproject.toml --upgrade --extra fast --group lint --constraints requirements/test.txt --output-file requirements/lint.txt
	$(LOCK) pyproject.toml --upgrade --extra fast --group docs --constraints requirements/test.txt --output-file requirements/docs.txt

release:  ## build what is published into dist/, from a clean copy of the last commit, with bill of materials and checksums
	rm -rf dist build/release && mkdir -p dist build/release
	git archive HEAD | tar -x -C build/release
	$(PYTHON) -m pip install --quiet uv twine
	cd build/release && $(abspath .venv)/bin/uv build --quiet --out-dir $(abspath dist)
	@# Only `add` takes constraints: click is there already, so nothing is added, but every version becomes that of requirements/test.txt.
	cd build/release && $(abspath .venv)/bin/uv add --quiet --no-sync --constraints requirements/test.txt click
	cd build/release && $(abspath .venv)/bin/uv export --quiet --frozen --format cyclonedx1.5 --extra fast --no-dev --output-file $(abspath dist)/sbom.cdx.json
	$(PYTHON) -m twine check --strict dist/*.whl dist/*.tar.gz
	cd dist && sha256sum *.whl *.tar.gz *.json > SHA256SUMS
	rm -rf build/release dist/.gitignore

validation:  ## judge the baseline anew and renew docs/validation/
	rm -rf results/validation
	$(PYTHON) -m flowsim validate --replications 60 --fitted-to data/rhu_observed_2016.csv --out results/validation
	mkdir -p docs/validation
	cd results/validation && cp report.md report.html four-hour.png targets.csv months.csv predictions.csv ../../docs/validation/