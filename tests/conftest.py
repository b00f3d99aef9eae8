"""Fixtures of every test: `portal` (rolled back) and `functional_portal` (behind a real server)."""

import os


# Catalogues are compiled when Zope loads them; the compiled files are not in the repository.
os.environ.setdefault("zope_i18n_compile_mo_files", "1")

import atexit
import contextlib
import pathlib
import shutil
import sqlite3
import sys
import tempfile


if "KAARST_DATABASE" not in os.environ or "PYTEST_XDIST_WORKER" in os.environ:
    # Counters and measured data of a run (of each process of a parallel one); a test that wants
    # its own sets the variable itself.
    DATABASES = tempfile.mkdtemp(prefix="kaarst-tests-")
    os.environ["KAARST_DATABASE"] = f"sqlite:///{DATABASES}/kaarst.sqlite"
    os.environ["KAARST_VAR"] = DATABASES
    atexit.register(shutil.rmtree, DATABASES, ignore_errors=True)

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

if "PYTEST_XDIST_WORKER" not in os.environ:
    from tests import catalogues

    catalogues.compile_all()

from hypothesis import HealthCheck
from hypothesis import settings
from pytest_plone import fixtures_factory
from tests import layers
from tests import parts
from tests.demo_city import city  # noqa: F401
from tests.postgresql import postgresql_server  # noqa: F401
from tests.postgresql import postgresql_url  # noqa: F401

import pytest


globals().update(
    fixtures_factory(
        (
            (layers.KAARST_INTEGRATION, "integration"),
            (layers.KAARST_FUNCTIONAL, "functional"),
        ),
        keep_session=False,
    )
)

# How long an example takes depends on what else the machine does.
settings.register_profile("kaarst", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kaarst")

LEFT_OUT = pytest.StashKey()
COUNTERS = pathlib.Path(os.environ.get("KAARST_VAR", ""), "kaarst-counters.sqlite")


@pytest.fixture(autouse=True, scope="session")
def keep_layers(request):
    """Set a layer up once for the whole run, but only if a test of this run wants it."""
    wanted = {name for item in request.session.items for name in item.fixturenames}
    for layer in ("integration", "functional"):
        if layer in wanted:
            request.getfixturevalue(f"{layer}_session")


@pytest.fixture(autouse=True)
def count_anew():
    """All tests send from one address: each begins with all that it may send in an hour."""
    if COUNTERS.exists():
        with contextlib.closing(sqlite3.connect(COUNTERS, timeout=10)) as connection:
            connection.execute("DELETE FROM rate_limits")
            connection.commit()


def pytest_sessionstart(session):
    # The processes of a parallel run can't end it, so it is asked before they start.
    if getattr(session.config.option, "numprocesses", None):
        refuse(parts.missing())


@pytest.hookimpl(tryfirst=True)  # pytest-xdist looks at the groups in the same hook
def pytest_collection_modifyitems(config, items):
    config.stash[LEFT_OUT] = parts.leave_out(items)
    refuse(config.stash[LEFT_OUT])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return parts.Together(config, log)


def pytest_sessionfinish(session):
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["left_out"] = dict(config.stash.get(LEFT_OUT, {}))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Every process of a parallel run sees all tests, so each counts the same."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", {})


def pytest_terminal_summary(terminalreporter, config):
    for line in parts.summary(config.stash.get(LEFT_OUT, {})):
        terminalreporter.write_line(line, yellow=True)


def refuse(missing):
    """With `CI=true` nothing may be left out."""
    if missing and os.environ.get("CI") == "true":
        names = ", ".join(sorted(missing))
        pytest.exit(f"CI=true, and this machine lacks {names}", returncode=1)
