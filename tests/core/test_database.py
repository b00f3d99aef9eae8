"""Where the SQL stores lie."""

from kaarst.core import database

import pytest


def test_files_lie_beside_the_processes_own_directories(monkeypatch, tmp_path):
    for name in ("KAARST_DATABASE", "KAARST_VAR"):
        monkeypatch.delenv(name, raising=False)
    from App.config import getConfiguration

    monkeypatch.setattr(
        getConfiguration(), "clienthome", str(tmp_path / "var" / "web"), raising=False
    )
    assert database.url().database == str(tmp_path / "var" / "kaarst.sqlite")
    assert database.url(database.COUNTERS).database == str(tmp_path / "var" / "counters.sqlite")


def test_the_var_directory_may_be_named(monkeypatch, tmp_path):
    monkeypatch.delenv("KAARST_DATABASE", raising=False)
    monkeypatch.setenv("KAARST_VAR", str(tmp_path))
    assert database.url().database == str(tmp_path / "kaarst.sqlite")


def test_one_address_is_for_all_stores(monkeypatch):
    monkeypatch.setenv("KAARST_DATABASE", "postgresql://kaarst:secret@db/kaarst")
    assert database.url() == database.url(database.COUNTERS)
    assert database.url().drivername == "postgresql+psycopg"


def test_counters_keep_a_file_of_their_own(monkeypatch):
    monkeypatch.setenv("KAARST_DATABASE", "sqlite:////srv/city.db")
    assert database.url().database == "/srv/city.db"
    assert database.url(database.COUNTERS).database == "/srv/city-counters.db"


@pytest.mark.parametrize(("store", "synchronous"), [(database.COUNTERS, 0), (database.MAIN, 1)])
def test_only_counters_may_lose_the_last_second(store, synchronous, monkeypatch, tmp_path):
    monkeypatch.setenv("KAARST_DATABASE", f"sqlite:///{tmp_path}/new/kaarst.sqlite")
    with database.engine(store).connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == synchronous
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
