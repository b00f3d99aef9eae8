"""Fixtures of the audit log's tests; most of them need no site."""

from kaarst.core import database
from kaarst.core import sealing
from kaarst.core.audit.log import Log
from tests.metering.conftest import new_database

import pytest


@pytest.fixture
def key(tmp_path, monkeypatch):
    """A key file of this test's own."""
    path = tmp_path / "secret.key"
    monkeypatch.setenv(sealing.VARIABLE, str(path))
    return path


@pytest.fixture
def file_log(tmp_path, key):
    """An empty log in a SQLite file."""
    made = Log(database.parsed(f"sqlite:///{tmp_path}/audit.sqlite"))
    made.prepare()
    yield made
    made.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_log(request, key):
    """An empty log, once in SQLite and once in PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("file_log")
        return
    made = Log(database.parsed(new_database(request.getfixturevalue("postgresql_url"))))
    made.prepare()
    yield made
    made.dispose()


@pytest.fixture
def own_log(file_log, tmp_path, monkeypatch):
    """The log of this process, empty and only this test's."""
    monkeypatch.setenv("KAARST_AUDIT_URL", f"sqlite:///{tmp_path}/audit.sqlite")
    return file_log
