"""Mappings as they are stored: which topics are subscribed to and how they are read."""

from kaarst.metering.decoders.mapping import from_json
from kaarst.metering.decoders.mapping import Mapping
from kaarst.metering.decoders.mapping import to_json
from kaarst.metering.errors import MeteringError
from kaarst.metering.store.schema import mapping as table
from kaarst.metering.store.state import configuration_changed
from sqlalchemy import Connection
from sqlalchemy import delete
from sqlalchemy import func
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import update
from typing import NamedTuple

import json
import logging


logger = logging.getLogger(__name__)


def mappings(connection: Connection) -> list[Mapping]:
    """Returns the enabled mappings in the order in which they are tried.

    One that cannot be used any more (its preset is gone) is logged and left out: its messages go to
    the dead letters.
    """
    query = select(table).where(table.c.enabled).order_by(table.c.position, table.c.id)
    found = []
    for row in connection.execute(query):
        try:
            found.append(_from_row(row))
        except MeteringError as error:
            logger.error("Mapping %s (%s) cannot be used: %s", row.id, row.template, error)
    return found


class Listed(NamedTuple):
    """A mapping as people manage it; `mapping` is None where it cannot be used any more."""

    identifier: int
    title: str
    template: str
    preset: str
    enabled: bool
    mapping: Mapping | None


def listed(connection: Connection) -> list[Listed]:
    """Returns all mappings, those that are switched off among them, in their order."""
    found = []
    for row in connection.execute(select(table).order_by(table.c.position, table.c.id)):
        try:
            mapping = _from_row(row)
        except MeteringError:
            mapping = None
        found.append(Listed(row.id, row.title, row.template, row.preset, row.enabled, mapping))
    return found


def enable(connection: Connection, identifier: int, enabled: bool):
    """Switches a mapping on or off."""
    connection.execute(update(table).where(table.c.id == identifier).values(enabled=enabled))
    configuration_changed(connection)


def move(connection: Connection, identifier: int, before: bool):
    """Puts a mapping one place nearer to the front or the end; the first that matches counts."""
    order = [one.identifier for one in listed(connection)]
    index = order.index(identifier) if identifier in order else -1
    other = index - 1 if before else index + 1
    if index < 0 or not 0 <= other < len(order):
        return
    order[index], order[other] = order[other], order[index]
    for position, number in enumerate(order):
        connection.execute(update(table).where(table.c.id == number).values(position=position))
    configuration_changed(connection)


def add(connection: Connection, mapping: Mapping, position: int | None = None) -> int:
    """Stores a mapping, by default as the last one, and returns its number."""
    if position is None:
        last = connection.execute(select(func.max(table.c.position))).scalar()
        position = 0 if last is None else last + 1
    values = {**_values(mapping), "position": position, "enabled": True}
    identifier = connection.execute(insert(table).values(**values)).inserted_primary_key[0]
    configuration_changed(connection)
    return identifier


def replace(connection: Connection, identifier: int, mapping: Mapping):
    """Stores another mapping under a number. Raises KeyError for an unknown one."""
    done = connection.execute(
        update(table).where(table.c.id == identifier).values(**_values(mapping))
    )
    if not done.rowcount:
        raise KeyError(identifier)
    configuration_changed(connection)


def remove(connection: Connection, identifier: int):
    """Removes a mapping; messages of its topics become dead letters if still subscribed to."""
    connection.execute(delete(table).where(table.c.id == identifier))
    configuration_changed(connection)


def _values(mapping: Mapping) -> dict:
    return {
        "title": mapping.title,
        "template": mapping.template,
        "preset": mapping.preset,
        "options": json.dumps(to_json(mapping.options)),
    }


def _from_row(row) -> Mapping:
    return Mapping(row.template, row.preset, from_json(json.loads(row.options)), row.title, row.id)
