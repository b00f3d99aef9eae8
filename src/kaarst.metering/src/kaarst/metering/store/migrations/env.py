"""Alembic's entry: runs on the connection that `Store.migrate` opened, offline never."""

from alembic import context
from kaarst.metering.store.schema import metadata


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table="metering_version",
    # Other packages keep their tables in the same database.
    include_name=lambda name, kind, _parents: kind != "table" or name.startswith("metering_"),
)
context.run_migrations()
