"""From messages to readings: every message ends as stored, known duplicate or dead letter.

One transaction for a batch. What is decided here and in `batch` are rules, each with a test:

* A device's own time counts. Without one the arrival does, in whole seconds.
* A reading known already (same register, moment and value) is a duplicate.
* Two values for one moment: the greater one stays, in whatever order they come; the other is kept
  as a contradiction.
* A clock not set (before 2000) or ahead by more than ten minutes sends the message to the dead
  letters, from where it can be replayed. So does an old value kept by the broker (retained) without
  a time of its own, unless it is the one already stored.
* Late and disordered readings are put where they belong.
* A message in which anything is wrong is a dead letter; what was right in it is stored all the
  same, and known when it is replayed.
* Of a household that does not agree (any more) no value is kept anywhere: a message that holds
  nothing else is only counted, as a dead letter without its contents.
"""

from collections.abc import Sequence
from kaarst.metering.decoders.mapping import first_match
from kaarst.metering.decoders.mapping import Mapping
from kaarst.metering.decoders.topics import TOPIC_LIMIT
from kaarst.metering.errors import DecodeError
from kaarst.metering.errors import MeteringError
from kaarst.metering.store import letters
from kaarst.metering.store import storing
from kaarst.metering.store.batch import Batch
from kaarst.metering.store.batch import DEAD
from kaarst.metering.store.batch import DUPLICATE
from kaarst.metering.store.batch import KNOWN
from kaarst.metering.store.batch import LATE
from kaarst.metering.store.batch import Message
from kaarst.metering.store.batch import NEW
from kaarst.metering.store.batch import Outcome
from kaarst.metering.store.batch import STORED
from kaarst.metering.store.batch import WITHHELD
from kaarst.metering.store.engine import Store
from kaarst.metering.store.mappings import mappings
from kaarst.metering.store.registers import Register
from kaarst.metering.store.registers import registers
from kaarst.metering.store.state import claim
from kaarst.metering.store.state import configuration_revision
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

import logging
import secrets


logger = logging.getLogger(__name__)

_TOPICS_REMEMBERED = 50_000
_STORED, _DUPLICATE = Outcome(STORED), Outcome(DUPLICATE)
_EMPTY = Outcome(DEAD, "empty", {})
_WITHHELD = Outcome(DEAD, WITHHELD, {})
# What is withheld in a message does not take away what else is stored of it.
_STORED_IN_PART, _DUPLICATE_IN_PART = Outcome(STORED, WITHHELD), Outcome(DUPLICATE, WITHHELD)


class Intake:
    """Takes batches in. Remembers routes and each register's newest reading; not for threads."""

    def __init__(self, store: Store):
        self._store = store
        self._name = secrets.token_hex(8)
        self._revision = -1
        self._mappings: list[Mapping] = []
        self._routes: dict[str, tuple[Mapping, dict] | None] = {}
        # None in place of registers of which nothing may be stored.
        self._devices: dict[str, list[tuple[str, list[Register] | None]]] = {}
        self._last: dict[int, tuple[int, int]] = {}
        self._tally = letters.Tally()

    @property
    def mappings(self) -> list[Mapping]:
        """The mappings as of the last batch or `refresh`."""
        return self._mappings

    def refresh(self) -> bool:
        """Reads mappings and registers again if they were changed; whether they were."""
        with self._store.reading() as connection:
            return self._configure(connection)

    def forget(self):
        """Forgets what was remembered of the database, after anything went wrong."""
        self._last.clear()
        self._tally.forget()
        self._revision = -1

    def take(self, messages: Sequence[Message]) -> list[Outcome]:
        """Stores a batch in one transaction and returns each message's outcome.

        When it returns, everything is on the disk. Raises SQLAlchemy's errors if the database
        cannot take it; then nothing of the batch was stored.
        """
        try:
            with self._store.writing() as connection:
                outcomes = self.take_within(connection, messages)
                self._tally.write(connection, messages, outcomes)
        except BaseException:
            self.forget()
            raise
        return outcomes

    def take_within(self, connection: Connection, messages: Sequence[Message]) -> list[Outcome]:
        """Like `take`, inside the caller's transaction and without counting; for replays."""
        self._configure(connection)
        if claim(connection, self._name):
            self._last.clear()
        batch = Batch(connection, self._last)
        outcomes = [self._take_one(batch, index, message) for index, message in enumerate(messages)]
        batch.store(outcomes)
        return outcomes

    def _configure(self, connection: Connection) -> bool:
        revision = configuration_revision(connection)
        if revision == self._revision:
            return False
        self._mappings = mappings(connection)
        self._routes.clear()
        devices: dict[str, dict[str, list[Register]]] = {}
        for register in registers(connection):
            channels = devices.setdefault(register.device, {})
            channels.setdefault(register.channel, []).append(register)
        withheld = storing.withheld(connection)
        self._devices = {
            device: [(channel, _allowed(chain, withheld)) for channel, chain in found.items()]
            for device, found in devices.items()
        }
        self._last.clear()
        self._revision = revision
        return True

    def _take_one(self, batch: Batch, index: int, message: Message) -> Outcome:
        """Decodes a message and adds its readings to the batch, which may yet amend the outcome."""
        try:
            mapping, captured = self._route(message.topic)
            frames = mapping.decode_captured(captured, message.payload, message.received)
            return self._assign(batch, index, message, frames)
        except MeteringError as error:
            return Outcome(DEAD, error.reason, error.values)
        except SQLAlchemyError:
            raise
        except Exception:
            logger.exception("A message of %r could not be processed", message.topic)
            return Outcome(DEAD, "failed", {})

    def _route(self, topic: str) -> tuple[Mapping, dict]:
        if len(topic) > TOPIC_LIMIT:
            # Only so many signs are kept of it, and thousands of these would fill the memory.
            raise DecodeError("long-topic", limit=TOPIC_LIMIT)
        try:
            found = self._routes[topic]
        except KeyError:
            if len(self._routes) >= _TOPICS_REMEMBERED:
                self._routes.clear()
            found = self._routes[topic] = first_match(self._mappings, topic)
        if found is None:
            raise DecodeError("no-mapping")
        return found

    def _assign(self, batch: Batch, index: int, message: Message, frames: list) -> Outcome:
        assigned, withheld, problem, found = False, False, None, KNOWN
        for device, moment, values in frames:
            channels = self._devices.get(device)
            if channels is None:
                problem = problem or DecodeError("unassigned", device=device)
                continue
            for channel, chain in channels:
                value = values.get(channel)
                if value is None:
                    continue
                if chain is None:
                    withheld = True
                    continue
                assigned = True
                try:
                    found |= batch.add(chain, moment, value, message, index)
                except MeteringError as error:
                    problem = problem or error
        if withheld and (problem is not None or not assigned):
            return _WITHHELD
        if problem is not None:
            return Outcome(DEAD, problem.reason, problem.values)
        if not assigned:
            return _EMPTY
        if found & LATE:
            batch.amend(index, has_new=bool(found & NEW))
        if withheld:
            return _STORED_IN_PART if found else _DUPLICATE_IN_PART
        return _STORED if found else _DUPLICATE


def _allowed(chain: list[Register], withheld: set[str]) -> list[Register] | None:
    """The registers of a channel that may be written; None if the present one may not."""
    left = [register for register in chain if register.meter not in withheld]
    present = not chain[-1:] or chain[-1].meter not in withheld
    return left if left and present else None
