"""What one process must notice of another: changed configuration, and another writer of readings."""

from kaarst.metering.store.schema import state
from sqlalchemy import Connection
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import update

import secrets


CONFIGURATION = "configuration"
WRITER = "writer"
LIVE_KEY = "live-key"


def configuration_revision(connection: Connection) -> int:
    """Returns a number that rises whenever mappings or registers change."""
    found = connection.execute(select(state.c.value).where(state.c.name == CONFIGURATION)).scalar()
    return int(found or 0)


def configuration_changed(connection: Connection):
    """Tells all processes to read mappings and registers again."""
    _set(connection, CONFIGURATION, str(configuration_revision(connection) + 1))


def readings_changed(connection: Connection):
    """Tells all processes that readings were written or moved by somebody else."""
    _set(connection, WRITER, secrets.token_hex(8))


def claim(connection: Connection, writer: str) -> bool:
    """Notes `writer` as the last one that wrote readings; False if it already was.

    Called at the beginning of a writing transaction: while nobody else wrote in between, what the
    writer remembers of the readings is still true.
    """
    if _get(connection, WRITER) == writer:
        return False
    _set(connection, WRITER, writer)
    return True


def _get(connection: Connection, name: str) -> str | None:
    return connection.execute(select(state.c.value).where(state.c.name == name)).scalar()


def _set(connection: Connection, name: str, value: str):
    where = state.c.name == name
    if not connection.execute(update(state).where(where).values(value=value)).rowcount:
        connection.execute(insert(state).values(name=name, value=value))


def condensed_until(connection: Connection, register: int) -> int | None:
    """Returns the moment (UTC milliseconds) before which a register's readings were thinned, or None."""
    found = _get(connection, f"condensed-{register}")
    return None if found is None else int(found)


def note_condensed(connection: Connection, register: int, until: int):
    """Notes how far thinning a register's readings has come."""
    _set(connection, f"condensed-{register}", str(until))


def beat(connection: Connection, now: int, connected: bool):
    """Notes that the bridge lives (`now`: UTC milliseconds) and whether it has a broker."""
    _set(connection, "bridge", f"{now} {int(connected)}")


def heartbeat(connection: Connection) -> tuple[int, bool] | None:
    """Returns when the bridge last said that it lives and whether it had a broker, or None."""
    found = _get(connection, "bridge")
    if found is None:
        return None
    moment, connected = found.split()
    return int(moment), connected == "1"


def live_beat(connection: Connection, now: int):
    """Notes that the process `live` lives (`now`: UTC milliseconds)."""
    _set(connection, "live", str(now))


def live_heartbeat(connection: Connection) -> int | None:
    """Returns when `live` last said that it lives, or None."""
    found = _get(connection, "live")
    return None if found is None else int(found)
