"""The bridge: one thread that reads from the broker, commits, and only then acknowledges.

* A fixed client id with a persistent session (MQTT 3.1.1, `clean_session=False`): the broker keeps
  what comes while the bridge is away.
* Messages are collected until there are enough, or none has come for a moment, or the first one has
  waited long enough; then they are stored in one transaction. Acknowledgements follow the commit.
* An acknowledgement is worth something only on the connection on which the message came, and brokers
  redeliver only on a new connection. So whenever a connection ends, what was collected is stored
  without being acknowledged (what comes again is a known duplicate), and a batch that cannot be
  stored ends the connection.
* Nothing that a message contains can end the bridge: whatever cannot be read is a dead letter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from kaarst.metering.bridge.clock import SteadyClock
from kaarst.metering.bridge.connection import BufferedClient
from kaarst.metering.bridge.filters import subscriptions
from kaarst.metering.store import state
from kaarst.metering.store.batch import Message
from kaarst.metering.store.engine import Store
from kaarst.metering.store.intake import Intake
from paho.mqtt.client import CallbackAPIVersion
from paho.mqtt.client import Client
from paho.mqtt.client import MQTT_ERR_SUCCESS
from paho.mqtt.client import MQTTv311
from sqlalchemy.exc import SQLAlchemyError

import logging
import select
import ssl
import struct
import time


logger = logging.getLogger(__name__)

# What had waited at the broker has arrived when the line is quiet for the first time, or after this.
_DRAIN_SECONDS = 30
_REFRESH_SECONDS = 2
_BEAT_SECONDS = 10
_PUBACK = struct.Struct("!BBH")


@dataclass(frozen=True)
class Settings:
    """How to reach the broker, and when to store.

    `discover`: filters to subscribe to beside those of mappings, so that unknown devices show up.
    `rows`: messages after which a batch is stored; `quiet` and `age` in seconds: after no message
    for that long, or with the oldest that old, it is stored as well.
    """

    host: str = "localhost"
    port: int = 1883
    username: str = ""
    password: str = ""
    client_id: str = "kaarst-bridge"
    ca_file: str = ""
    keepalive: int = 60
    discover: tuple[str, ...] = ("#",)
    rows: int = 2000
    quiet: float = 0.004
    age: float = 0.05
    # For how long a batch is tried again before the connection is given up.
    patience: float = 10
    # Only for the experiment in tests/faults that shows why this must not be True.
    automatic_acknowledgement: bool = False


class Bridge:
    """Runs until `stop` is called, from a signal handler or another thread."""

    def __init__(self, store: Store, settings: Settings, clock: Callable[[], int] | None = None):
        """`clock()`: UTC milliseconds; one that does not jump unless another is given."""
        self._store = store
        self._settings = settings
        self._now = clock or SteadyClock()
        self._intake = Intake(store)
        self._batch: list[Message] = []
        self._identifiers: list[int] = []
        self._oldest = 0.0
        self._subscribed: list[str] = []
        self._connected = False
        self._lost = False
        self._waited_until = 0.0
        self._returned_at = self._received = 0
        self._refreshed = self._beaten = 0.0
        self._stopping = False
        self._client = self._make_client()

    def stop(self):
        """Ends `run` after what has arrived is stored and acknowledged."""
        self._stopping = True

    def run(self):
        """Connects, and connects again, until stopped."""
        delay = 0.2
        while not self._stopping:
            if not self._store_answers():
                delay = self._pause(delay)
                continue
            try:
                self._client.connect(
                    self._settings.host, self._settings.port, self._settings.keepalive
                )
            except (OSError, ValueError) as error:
                logger.warning("The broker cannot be reached: %s", error)
                delay = self._pause(delay)
                continue
            self._lost = False
            try:
                self._serve()
            except Exception:
                # A fault in the bridge itself must not take messages with it: reconnect.
                logger.exception("The connection is given up")
            finally:
                self._leave()
            delay = 0.2 if self._connected else self._pause(delay)
            self._connected = False
        logger.info("The bridge has ended")

    def _make_client(self) -> Client:
        client = BufferedClient(
            CallbackAPIVersion.VERSION2,
            client_id=self._settings.client_id,
            clean_session=False,
            protocol=MQTTv311,
            reconnect_on_failure=False,
            manual_ack=not self._settings.automatic_acknowledgement,
        )
        if self._settings.username:
            client.username_pw_set(self._settings.username, self._settings.password)
        if self._settings.ca_file:
            client.tls_set(self._settings.ca_file, tls_version=ssl.PROTOCOL_TLS_CLIENT)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    def _on_connect(self, client, userdata, flags, reason, properties):
        if reason.is_failure:
            logger.error("The broker refuses: %s", reason)
            self._lost = True
            return
        self._forget_batch()
        now = self._now()
        self._connected = True
        self._returned_at = now
        self._waited_until = time.monotonic() + _DRAIN_SECONDS
        self._subscribed = []
        self._subscribe()
        self._refreshed = self._beaten = 0.0
        logger.info(
            "Connected to %s:%s, %s",
            self._settings.host,
            self._settings.port,
            "the session continues" if flags.session_present else "a new session",
        )

    def _on_disconnect(self, client, userdata, flags, reason, properties):
        self._lost = True

    def _on_message(self, client, userdata, message):
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = "\N{REPLACEMENT CHARACTER}"
        waited = self._waited_until and self._returned_at
        if not self._batch:
            self._oldest = time.monotonic()
        self._batch.append(Message(topic, message.payload, self._received, message.retain, waited))
        if message.qos:
            self._identifiers.append(message.mid)

    def _serve(self):
        """Reads and stores until the connection is lost or given up, or the bridge is stopped."""
        client, settings = self._client, self._settings
        while not self._lost:
            connection = client.socket()
            if connection is None:
                break
            self._regular_work()
            pending = connection.pending()
            waiting = 0 if pending else settings.quiet if self._batch else 0.25
            writes = [connection] if client.want_write() else []
            readable, writable, _errors = select.select([connection], writes, [], waiting)
            if writable:
                client.loop_write()
            if readable or pending:
                self._read()
            elif self._waited_until and self._connected and self._subscribed:
                # Quiet for the first time: from here on, arrival is the time of reading.
                self._flush()
                self._waited_until = 0.0
            if self._batch and (
                not (readable or pending)
                or len(self._batch) >= settings.rows
                or time.monotonic() - self._oldest >= settings.age
            ):
                self._flush()
            if self._stopping:
                break

    def _read(self):
        """Reads while whole messages are there, but no more than a batch."""
        client, batch, limit = self._client, self._batch, self._settings.rows
        # What is read in one go has arrived at one time.
        self._received = self._now()
        before = -1
        while before < len(batch) < limit and not self._lost:
            before = len(batch)
            # paho reads one packet a call; without growth there was none, or no message.
            if client.loop_read() != MQTT_ERR_SUCCESS:
                self._lost = True

    def _flush(self):
        """Stores the batch, then acknowledges it; gives the connection up if it cannot be stored."""
        if not self._batch:
            return
        if not self._stored(self._batch):
            logger.error("The database does not take messages; the broker keeps them meanwhile")
            self._forget_batch()
            self._lost = True
            return
        if not self._settings.automatic_acknowledgement:
            self._acknowledge(self._identifiers)
        self._forget_batch()
        if self._waited_until and time.monotonic() > self._waited_until:
            self._waited_until = 0.0
        self._subscribe()

    def _stored(self, batch: list[Message]) -> bool:
        give_up = time.monotonic() + self._settings.patience
        delay = 0.1
        while True:
            try:
                self._intake.take(batch)
            except SQLAlchemyError as error:
                logger.warning("A batch could not be stored: %s", type(error).__name__)
                if time.monotonic() + delay > give_up or self._stopping:
                    return False
                time.sleep(delay)
                delay = min(delay * 2, 2)
            else:
                return True

    def _acknowledge(self, identifiers: list[int]):
        """Sends the acknowledgements of a batch in one go.

        `Client.ack` writes each to the socket by itself, which takes longer than storing the
        message. Their order among themselves and to other packets does not change: nothing else is
        under way, as `want_write` says.
        """
        connection = self._client.socket()
        if self._lost or connection is None:
            return
        if self._client.want_write():
            for identifier in identifiers:
                self._client.ack(identifier, 1)
            return
        left = b"".join([_PUBACK.pack(0x40, 2, identifier) for identifier in identifiers])
        until = time.monotonic() + self._settings.keepalive
        while left:
            try:
                left = left[connection.send(left) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                if time.monotonic() > until:
                    self._lost = True
                    return
                select.select([], [connection], [], 1)
            except OSError as error:
                logger.warning("Acknowledgements could not be sent: %s", error)
                self._lost = True
                return

    def _forget_batch(self):
        self._batch.clear()
        self._identifiers.clear()

    def _regular_work(self):
        now = time.monotonic()
        if now - self._refreshed < _REFRESH_SECONDS:
            return
        self._refreshed = now
        if self._client.loop_misc() != MQTT_ERR_SUCCESS:
            self._lost = True
            return
        try:
            if self._intake.refresh():
                self._subscribe()
            if now - self._beaten >= _BEAT_SECONDS:
                self._beaten = now
                with self._store.writing() as connection:
                    state.beat(connection, self._now(), self._connected)
        except SQLAlchemyError as error:
            logger.warning("The database does not answer: %s", type(error).__name__)
            self._intake.forget()

    def _subscribe(self):
        """Subscribes to what mappings ask for now and unsubscribes from what they no longer do."""
        if not self._connected:
            return
        wanted = subscriptions(
            [mapping.topics.filter for mapping in self._intake.mappings]
            + [*self._settings.discover]
        )
        if wanted == self._subscribed:
            return
        if new := [topic for topic in wanted if topic not in self._subscribed]:
            self._client.subscribe([(topic, 1) for topic in new])
        if gone := [topic for topic in self._subscribed if topic not in wanted]:
            self._client.unsubscribe(gone)
        self._subscribed = wanted

    def _leave(self):
        """Stores what is left; acknowledges only while the connection is whole."""
        if self._batch:
            acknowledge = self._stopping and not self._lost
            if self._stored(self._batch) and acknowledge:
                self._acknowledge(self._identifiers)
            self._forget_batch()
        self._client.disconnect()

    def _store_answers(self) -> bool:
        try:
            self._intake.forget()
            self._intake.refresh()
        except SQLAlchemyError as error:
            logger.warning("The database does not answer: %s", type(error).__name__)
            return False
        return True

    def _pause(self, delay: float) -> float:
        """Waits, longer each time, but ends at once when stopped; returns the next delay."""
        until = time.monotonic() + delay
        while time.monotonic() < until and not self._stopping:
            time.sleep(0.05)
        return min(delay * 2, 10)
