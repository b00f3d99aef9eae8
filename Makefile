# Two commands: `make run` and `make test`. Variables: PORT, VAR, MQTT_PORT, PYTHON.
PYTHON ?= python3
PORT ?= 8080
VAR ?= $(CURDIR)/instance/var
MQTT_PORT ?= 18830
VENV = .venv/bin
export PORT VAR MQTT_PORT

.PHONY: help run test bench check format versions changes clean

help:  ## Say what can be done here
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run:  ## Start the city with its demo content; Ctrl-C ends it
	@$(PYTHON) instance/prepare.py run && exec $(VENV)/python instance/run.py

test:  ## Run all tests and say which were left out
	@$(PYTHON) instance/prepare.py test && $(VENV)/python -m pytest -n 2 $(ARGS)

bench:  ## Measure against the peers; results go to bench/RESULTS.md
	@$(PYTHON) instance/prepare.py test && $(VENV)/python -m bench $(ARGS)

check:  ## What pre-commit checks: ruff, zpretty, pins, news
	@$(PYTHON) instance/prepare.py test && $(VENV)/python instance/check.py

format:  ## Put Python, ZCML, templates and XML in order
	@$(VENV)/ruff check --fix --quiet . ; $(VENV)/ruff format --quiet . ; $(VENV)/python instance/check.py --fix

versions:  ## Write instance/versions.cfg from constraints.txt
	@$(PYTHON) instance/versions.py

changes:  ## Collect news/ into CHANGES.md (VERSION=1.0.0)
	@$(VENV)/towncrier build --version $(VERSION)

clean:  ## Remove what was installed and generated, keep the data
	rm -rf .venv instance/bin instance/parts instance/develop-eggs instance/eggs instance/.installed.cfg instance/.prepared*
