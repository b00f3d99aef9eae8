"""The migrations make the tables that the code uses."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from kaarst.metering.store.schema import metadata
from sqlalchemy import text
from threading import Thread


def test_migrations_lead_to_the_schema(any_store):
    with any_store.reading() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": "metering_version", "compare_type": True}
        )
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_and_at_once_changes_nothing(any_store):
    with any_store.writing() as connection:
        connection.execute(
            text("INSERT INTO metering_state (name, value) VALUES ('probe', 'kept')")
        )
    threads = [Thread(target=any_store.migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with any_store.reading() as connection:
        assert connection.execute(text("SELECT value FROM metering_state")).scalar() == "kept"


def test_sqlite_writes_ahead_and_waits_for_the_disk(store):
    with store.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        sql = "SELECT sql FROM sqlite_master WHERE name = 'metering_reading'"
        assert "WITHOUT ROWID" in connection.exec_driver_sql(sql).scalar()
