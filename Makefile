# How one works here. Each target is a line of real work; all need only Python 3.11 or newer.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: site serve check test proofs lint bench bench-search screenshots lighthouse lock clean

site: .venv/ready  ## build the edition in content/ into site/
	$(BIN)/broadsheet build

serve: .venv/ready  ## show it at http://127.0.0.1:8000/ and rebuild when something changes
	$(BIN)/broadsheet serve

check: .venv/ready  ## list everything that is wrong with content/
	$(BIN)/broadsheet check

test: .venv/ready-to-test  ## run the tests
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not proof"

proofs: .venv/ready-to-test  ## run those that take long: workflows in clones, weeks of publishing, feed readers
	$(BIN)/python -m pytest -n auto --dist worksteal -m proof

lint: .venv/ready-to-test  ## check the code's style
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

bench: .venv/ready-to-bench  ## build 100,000 papers beside Hugo and others, kill builds and pulls, follow feeds for a year; takes hours
	$(BIN)/python -m tests.bench $(PARTS)

bench-search: .venv/ready-to-bench  ## what the search finds and costs, beside lunr, Pagefind and BM25; needs Chromium
	$(BIN)/python -m tests.bench search $(SIZES) $(SYSTEMS) $(LINES) $(KINDS)

screenshots: .venv/ready-to-test site  ## every kind of page, at three widths, in light and dark, into screenshots/
	$(BIN)/python -m tests.screenshots

lighthouse: .venv/ready-to-test  ## what Lighthouse says of the pages; needs Chromium and npm
	$(BIN)/python -m tests.bench lighthouse

lock: .venv/ready-to-test  ## choose the newest versions of all dependencies, and lock them
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade pyproject.toml --group build -o requirements/run.txt
	cp requirements/run.txt generator/starter/requirements/
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade pyproject.toml --group build --group test -c requirements/run.txt -o requirements/test.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade pyproject.toml --group build --group test --group bench -c requirements/test.txt -o requirements/bench.txt

clean:  ## remove what was made
	rm -rf .venv .cache site && git clean -fdX site_src

.venv/ready: requirements/run.txt pyproject.toml
	$(PYTHON) requirements/make_environment.py .venv requirements/run.txt
	touch $@

.venv/ready-to-test: requirements/test.txt .venv/ready
	$(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements/test.txt
	touch $@

.venv/ready-to-bench: requirements/bench.txt .venv/ready-to-test
	$(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements/bench.txt
	touch $@
