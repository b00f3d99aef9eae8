"""Many rows at once, as each database takes them fastest."""

from collections.abc import Iterator
from collections.abc import Sequence
from kaarst.metering.store.schema import reading
from sqlalchemy import Connection
from sqlalchemy import Table


_COLUMNS = "register, ts, value, received_at, quality"
# More in one statement gains nothing; SQLite takes 32,766 parameters.
_KEYS = 2000


def fetched(connection: Connection, statement: str) -> list[tuple]:
    """Returns the rows of a query as plain tuples; to make others takes as long as to read them."""
    result = connection.exec_driver_sql(statement)
    found = result.cursor.fetchall()
    result.close()
    return found


def insert_readings(connection: Connection, rows: Sequence[tuple]):
    """Inserts (register, ts, value, received_at, quality), none of which is there yet."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            f"INSERT INTO {reading.name} ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)", list(rows)
        )
        return
    types = ("bigint", "bigint", "bigint", "bigint", "smallint")
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    connection.exec_driver_sql(
        f"INSERT INTO {reading.name} ({_COLUMNS}) SELECT * FROM unnest({arrays})",
        tuple(list(column) for column in zip(*rows, strict=True)),
    )


def values_at(connection: Connection, keys: Sequence[tuple[int, int]]) -> dict:
    """Returns {(register, ts): value} for those of the keys that are stored."""
    statement = (
        f"SELECT r.register, r.ts, r.value FROM wanted JOIN {reading.name} r"
        " ON r.register = wanted.register AND r.ts = wanted.ts"
    )
    found = {}
    for rows in _of_keys(connection, keys, statement):
        found.update(((register, ts), value) for register, ts, value in rows)
    return found


def neighbours(connection: Connection, keys: Sequence[tuple[int, int]]) -> Iterator[tuple]:
    """Yields (key, (ts, value) before it or None, (ts, value) after it or None)."""
    inner = f"FROM {reading.name} WHERE register = wanted.register AND ts"
    statement = (
        "SELECT wanted.register, wanted.ts, b.ts, b.value, a.ts, a.value FROM wanted"
        f" LEFT JOIN {reading.name} b ON b.register = wanted.register"
        f" AND b.ts = (SELECT max(ts) {inner} < wanted.ts)"
        f" LEFT JOIN {reading.name} a ON a.register = wanted.register"
        f" AND a.ts = (SELECT min(ts) {inner} > wanted.ts)"
    )
    for rows in _of_keys(connection, keys, statement):
        for row in rows:
            before = None if row[2] is None else (row[2], row[3])
            after = None if row[4] is None else (row[4], row[5])
            yield (row[0], row[1]), before, after


def _of_keys(connection: Connection, keys: Sequence[tuple[int, int]], statement: str):
    """Yields the rows of a statement about the table `wanted(register, ts)`, in parts."""
    for start in range(0, len(keys), _KEYS):
        part = keys[start : start + _KEYS]
        if connection.dialect.name == "sqlite":
            places = ", ".join(["(?, ?)"] * len(part))
            source, parameters = f"VALUES {places}", tuple(n for key in part for n in key)
        else:
            source = "SELECT * FROM unnest(%s::bigint[], %s::bigint[])"
            parameters = tuple(list(column) for column in zip(*part, strict=True))
        yield connection.exec_driver_sql(
            f"WITH wanted(register, ts) AS ({source}) {statement}", parameters
        ).all()


def insert_ignoring(connection: Connection, table: Table, values: dict):
    """Inserts a row unless one with its key is there."""
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert
    connection.execute(insert(table).values(**values).on_conflict_do_nothing())
