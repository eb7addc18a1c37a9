# make demo | test | test-frameworks | test-oldest | bench | dev | clean, on a machine that has Python >= 3.10 (with venv) and make.
# PYTHON names another Python, CHROMIUM a browser, PORT TensorBoard's port, ARGS what to hand to the benchmarks.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
DEMO_LOG := logs/demo
PACKAGE_FILES := pyproject.toml setup.py
SAY = @printf '\n== %s\n'
# How the package is built is the same in each environment.
WITHOUT_FRAMEWORKS := tests/unit tests/server tests/writers --ignore=tests/unit/test_packaging.py
OLD := -W ignore::DeprecationWarning -W ignore::PendingDeprecationWarning -W ignore:pkg_resources:UserWarning

.DEFAULT_GOAL := help
.PHONY: help demo test test-frameworks test-plain test-torch test-keras test-tables test-notebook test-tensorflow test-oldest bench dev clean page browser demo-log lint frontend pytest
.NOTPARALLEL:
.DELETE_ON_ERROR:

help:
	@echo 'make demo   set up, train the demo, serve TensorBoard with the Confusion tab'
	@echo 'make test   set up, run the linters and all tests, those in the browser too'
	@echo 'make test-frameworks  set up an environment for each framework, run its tests there'
	@echo 'make test-oldest  the same with the oldest TensorBoard, NumPy, SciPy and Keras that are supported'
	@echo 'make bench  run the benchmarks (ARGS="--only NAME" for one)'
	@echo 'make dev    TensorBoard on the demo log, and the page with hot reload'
	@echo 'make clean  remove what these made, except logs/'

demo: page demo-log
	@port=$$($(FREE_PORT)) && \
	printf '\n== The Confusion tab: http://127.0.0.1:%s/#confusion  (Ctrl+C ends it)\n\n' "$$port" && \
	exec $(VENV)/bin/tensorboard --logdir $(DEMO_LOG) --host 127.0.0.1 --port "$$port"

test: $(VENV)/tests.stamp page browser lint frontend pytest

# Which tests run in which environment: .venv-NAME holds what tests/requirements-NAME.txt lists, and this package. One alone: make test-NAME.
# A pattern that fits no file is an error of pytest, and so is a run that finds no test.
test-frameworks: test-plain test-torch test-keras test-tables test-notebook test-tensorflow

test-plain: .venv-plain/tests.stamp
	$(SAY) 'pytest without any framework'
	@.venv-plain/bin/python -m pytest tests/plain $(WITHOUT_FRAMEWORKS)

test-torch: .venv-torch/tests.stamp
	$(SAY) 'pytest with PyTorch, Lightning and Transformers'
	@.venv-torch/bin/python -m pytest $(addprefix tests/frameworks/,test_torch*.py test_lightning*.py test_transformers*.py)
	$(SAY) 'pytest with Keras on PyTorch'
	@KERAS_BACKEND=torch .venv-torch/bin/python -m pytest tests/frameworks/test_keras_backends*.py

test-keras: .venv-keras/tests.stamp
	$(SAY) 'pytest with Keras on JAX'
	@KERAS_BACKEND=jax .venv-keras/bin/python -m pytest tests/frameworks/test_keras_backends*.py

test-tables: .venv-tables/tests.stamp
	$(SAY) 'pytest with the engines of tables'
	@.venv-tables/bin/python -m pytest $(addprefix tests/frameworks/,test_frames*.py test_demo_tables*.py)

test-notebook: .venv-notebook/tests.stamp browser
	$(SAY) 'pytest with JupyterLab'
	@CHROMIUM="$$($(FIND_BROWSER))" .venv-notebook/bin/python -m pytest tests/frameworks/test_jupyterlab.py

test-tensorflow: $(VENV)/tests.stamp page
	$(SAY) 'pytest with several workers of TensorFlow, and the demo with sound'
	@$(PY) -m pytest tests/frameworks/test_tf_*.py

# The oldest that pyproject.toml allows. Old libraries use what newer ones have given up, and say so.
test-oldest: .venv-oldest/tests.stamp .venv-oldest-keras/tests.stamp browser
	$(SAY) 'pytest with the oldest TensorBoard, NumPy, SciPy and werkzeug, in the browser too'
	@CHROMIUM="$$($(FIND_BROWSER))" .venv-oldest/bin/python -m pytest $(OLD) $(WITHOUT_FRAMEWORKS) tests/browser/test_page.py
	$(SAY) 'pytest with the oldest TensorFlow and Keras'
	@.venv-oldest-keras/bin/python -m pytest $(OLD) tests/writers $(addprefix --ignore=tests/writers/,test_demo.py test_notebook.py)

bench: $(VENV)/tests.stamp .venv-torch/tests.stamp page browser
	$(SAY) 'Benchmarks; about twenty-five minutes'
	@CHROMIUM="$$($(FIND_BROWSER))" $(PY) -m benchmarks $(ARGS)

dev: page demo-log
	@port=$$($(FREE_PORT)) && \
	printf '\n== TensorBoard: http://127.0.0.1:%s/#confusion  The page alone, with hot reload: the address that Vite prints\n\n' "$$port" && \
	{ $(VENV)/bin/tensorboard --logdir $(DEMO_LOG) --host 127.0.0.1 --port "$$port" & } && \
	tensorboard=$$! && trap 'kill $$tensorboard' EXIT INT TERM && \
	TENSORBOARD_URL="http://127.0.0.1:$$port" $(PY) frontend/build_page.py run dev

clean:
	rm -rf $(VENV) .venv-* build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf frontend/node_modules tb_confusion_plugin/server/static benchmarks/results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- what the above stand on

# PORT, or the first free one from TensorBoard's own on.
define FREE_PORT
PORT='$(PORT)' $(PY) -c 'import os, socket; free = lambda port: socket.socket().connect_ex(("127.0.0.1", port)); print(os.environ["PORT"] or next(p for p in range(6006, 6106) if free(p)))'
endef

# CHROMIUM, or one found installed.
define FIND_BROWSER
if [ -n "$$CHROMIUM" ]; then command -v "$$CHROMIUM"; else command -v chromium || command -v chromium-browser || command -v google-chrome; fi
endef

$(VENV)/created.stamp:
	$(SAY) 'Python environment in $(VENV)'
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "error: %s is Python %s; name one from 3.10 on: make PYTHON=python3.12" % (sys.executable, sys.version.split()[0]))'
	@$(PYTHON) -m venv $(VENV) || { echo 'error: Python has no venv; on Debian: apt-get install python3-venv' >&2; exit 1; }
	@touch $@

$(VENV)/demo.stamp: $(VENV)/created.stamp tests/requirements-demo.txt $(PACKAGE_FILES)
	$(SAY) 'Installing what the demo needs, and this package'
	@$(PY) -m pip install --quiet --disable-pip-version-check -r tests/requirements-demo.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/tests.stamp: $(VENV)/demo.stamp tests/requirements.txt
	$(SAY) 'Installing what the tests need'
	@$(PY) -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

.venv-%/tests.stamp: tests/requirements-%.txt tests/requirements-demo.txt $(PACKAGE_FILES) | page
	$(SAY) 'Python environment in .venv-$*'
	@$(PYTHON) -m venv .venv-$*
	@.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

# Quick where nothing changed: it compares the sources' digest.
page: $(VENV)/demo.stamp
	@$(PY) frontend/build_page.py

demo-log: $(DEMO_LOG)/.complete

$(DEMO_LOG)/.complete: | $(VENV)/demo.stamp
	$(SAY) 'Training the demo: three runs, about two minutes'
	@rm -rf $(DEMO_LOG)
	@$(PY) demo/train.py --logdir $(DEMO_LOG)
	@touch $@

browser:
	@if browser=$$($(FIND_BROWSER)); then echo "Browser: $$browser"; \
	elif [ -n "$$CHROMIUM" ]; then echo "error: CHROMIUM=$$CHROMIUM isn't a program" >&2; exit 1; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
		printf '\n== Installing Chromium\n' && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-roboto > /dev/null; \
	else echo 'error: no browser found; install Chromium or Chrome, or name one: make test CHROMIUM=/path/to/chromium' >&2; exit 1; fi

lint: $(VENV)/tests.stamp
	$(SAY) 'ruff and mypy'
	@$(VENV)/bin/ruff check
	@$(VENV)/bin/ruff format --check
	@$(VENV)/bin/mypy

frontend: $(VENV)/tests.stamp
	$(SAY) 'TypeScript: types, linter and tests'
	@$(PY) frontend/build_page.py run check
	@$(PY) frontend/build_page.py run test

pytest: $(VENV)/tests.stamp
	$(SAY) 'pytest'
	@CHROMIUM="$$($(FIND_BROWSER))" $(PY) -m pytest
