"""Connections: one writer at a time, readers beside it, and a commit that is on the disk."""

from functools import lru_cache
from kaarst.core.database import parsed
from kaarst.core.database import url
from kaarst.core.one_writer import OneWriter
from pathlib import Path
from sqlalchemy import inspect
from sqlalchemy import URL


STORE = "metering"
_MIGRATIONS = Path(__file__).parent / "migrations"
_VERSIONS = _MIGRATIONS / "versions"
# "kaarst metering" in 63 bits, any number that nobody else uses as an advisory lock.
_LOCK = 0x6B6172_6D657465


class Store(OneWriter):
    """The metering database. Threads share it; a process makes one."""

    def __init__(self, address: URL | str):
        """`address`: an SQLAlchemy URL of SQLite or PostgreSQL."""
        super().__init__(
            parsed(address),
            _LOCK,
            pragmas=("cache_size=-65536", "mmap_size=268435456"),
            options="-c jit=off",
        )

    def migrate(self):
        """Brings the tables to the present version; several processes may do so at once."""
        if self._version() == max(path.name[:4] for path in _VERSIONS.glob("[0-9]*.py")):
            return
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        with self.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def _version(self) -> str | None:
        """The version of the tables; Alembic takes half a second to load only to say it."""
        with self.reading() as connection:
            if not inspect(connection).has_table("metering_version"):
                return None
            return connection.exec_driver_sql("SELECT version_num FROM metering_version").scalar()


@lru_cache(maxsize=16)
def opened(address: URL | str) -> Store:
    """Returns this process's store at an address, with its tables up to date."""
    store = Store(address)
    store.migrate()
    return store


def default_store() -> Store:
    """Returns the store of this installation (`kaarst.core.database`)."""
    return opened(url(STORE))
