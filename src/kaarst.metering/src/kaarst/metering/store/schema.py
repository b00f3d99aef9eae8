"""The tables. Every change here needs a migration; a test compares the two."""

from sqlalchemy import BigInteger
from sqlalchemy import Boolean
from sqlalchemy import Column
from sqlalchemy import Index
from sqlalchemy import Integer
from sqlalchemy import LargeBinary
from sqlalchemy import MetaData
from sqlalchemy import SmallInteger
from sqlalchemy import String
from sqlalchemy import Table
from sqlalchemy import Text


metadata = MetaData()
# SQLite counts up only a column declared exactly INTEGER.
Identifier = BigInteger().with_variant(Integer, "sqlite")


def _edge_columns():
    """First and last reading of an interval and the extremes between; all merge in any order."""
    return (
        Column("first_ts", BigInteger, nullable=False),
        Column("first_value", BigInteger, nullable=False),
        Column("last_ts", BigInteger, nullable=False),
        Column("last_value", BigInteger, nullable=False),
        Column("low", BigInteger, nullable=False),
        Column("high", BigInteger, nullable=False),
    )


mapping = Table(
    "metering_mapping",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("title", String(200), nullable=False),
    Column("template", String(500), nullable=False),
    Column("preset", String(60), nullable=False),
    Column("options", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
)

# One physical register for as long as it was in use. A meter's exchange ends one and begins the
# next; readings of one (meter, obis) are the chain of its registers.
register = Table(
    "metering_register",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("meter", String(64), nullable=False),
    Column("obis", String(40), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("unit", String(10), nullable=False),
    Column("device", String(140), nullable=False),
    Column("channel", String(140), nullable=False),
    Column("source_unit", String(10), nullable=False),
    Column("factor", String(30), nullable=False),
    # Digits before the point on the meter's face: where it rolls over. NULL: unknown.
    Column("digits", SmallInteger),
    # Seconds without a reading after which consumption cannot be told apart any more.
    Column("gap", Integer, nullable=False),
    # Millionths of the unit an hour that cannot be exceeded. NULL: unknown.
    Column("peak", BigInteger),
    Column("serial", String(60), nullable=False),
    Column("valid_from", BigInteger, nullable=False),
    Column("valid_to", BigInteger),
    Column("start_value", BigInteger),
    Column("end_value", BigInteger),
    # Readings before this moment were removed (retention); later ones than it are complete.
    Column("condensed_until", BigInteger, nullable=False),
    Index("metering_register_meter", "meter", "obis", "valid_from"),
    Index("metering_register_device", "device", "channel"),
)

reading = Table(
    "metering_reading",
    metadata,
    Column("register", BigInteger, primary_key=True, autoincrement=False),
    Column("ts", BigInteger, primary_key=True, autoincrement=False),
    Column("value", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("quality", SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)

hour_edge = Table(
    "metering_hour_edge",
    metadata,
    Column("register", BigInteger, primary_key=True, autoincrement=False),
    Column("hour", Integer, primary_key=True, autoincrement=False),
    *_edge_columns(),
    sqlite_with_rowid=False,
)

day_edge = Table(
    "metering_day_edge",
    metadata,
    Column("register", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Integer, primary_key=True, autoincrement=False),
    *_edge_columns(),
    # One bit for each hour of the local day that has a reading.
    Column("hours", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Neighbouring readings between which a counter fell, or rose faster than it can.
jump = Table(
    "metering_jump",
    metadata,
    Column("register", BigInteger, primary_key=True, autoincrement=False),
    Column("after_ts", BigInteger, primary_key=True, autoincrement=False),
    Column("after_value", BigInteger, nullable=False),
    Column("before_ts", BigInteger, nullable=False),
    Column("before_value", BigInteger, nullable=False),
    # NULL: a question; otherwise "rollover", "reset", "real" or "wrong".
    Column("answer", String(10)),
    Column("answered_by", String(100)),
    Column("answered_at", BigInteger),
)

# Two values for one moment of one register: the greater one is stored, this is the other.
contradiction = Table(
    "metering_contradiction",
    metadata,
    Column("register", BigInteger, primary_key=True, autoincrement=False),
    Column("ts", BigInteger, primary_key=True, autoincrement=False),
    Column("value", BigInteger, primary_key=True, autoincrement=False),
    Column("received_at", BigInteger, nullable=False),
)

last_message = Table(
    "metering_last_message",
    metadata,
    Column("topic", String(500), primary_key=True),
    Column("received_at", BigInteger, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("retain", Boolean, nullable=False),
)

dead_letter = Table(
    "metering_dead_letter",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("received_at", BigInteger, nullable=False),
    Column("arrival", BigInteger, nullable=False),
    Column("topic", String(500), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("retain", Boolean, nullable=False),
    Column("reason", String(30), nullable=False),
    Column("detail", Text, nullable=False),
    # "open", "aside" (counted only), "replayed" or "discarded".
    Column("state", String(10), nullable=False),
    Column("count", Integer, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", String(100)),
    Index("metering_dead_letter_state", "state", "received_at"),
    Index("metering_dead_letter_topic", "topic", "reason", "state"),
)

# Messages a UTC day by outcome: received = stored + duplicate + dead.
tally = Table(
    "metering_tally",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("received", BigInteger, nullable=False),
    Column("stored", BigInteger, nullable=False),
    Column("duplicate", BigInteger, nullable=False),
    Column("dead", BigInteger, nullable=False),
)

tariff_version = Table(
    "metering_tariff_version",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("tariff", String(64), nullable=False),
    Column("valid_from", Integer, nullable=False),
    Column("content", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", String(100), nullable=False),
    Index("metering_tariff_version_from", "tariff", "valid_from", unique=True),
)

# Prices of a dynamic tariff, or other series by time: millionths of a euro a unit from `ts` on.
price = Table(
    "metering_price",
    metadata,
    Column("series", String(64), primary_key=True),
    Column("ts", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False),
    Column("value", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

consent = Table(
    "metering_consent",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("meter", String(64), nullable=False),
    Column("person", String(100), nullable=False),
    Column("purpose", String(40), nullable=False),
    Column("wording", String(40), nullable=False),
    Column("proof", String(40), nullable=False),
    Column("granted_at", BigInteger, nullable=False),
    Column("withdrawn_at", BigInteger),
    # The claim by which this person has proved to hold the meter.
    Column("claim", BigInteger),
    # For the comparison, as the person says: who live there (5: five or more), and water heated by
    # electricity.
    Column("people", SmallInteger),
    Column("hot_water", Boolean),
    Index("metering_consent_person", "person", "meter"),
    Index("metering_consent_meter", "meter"),
)

# A letter with number and PIN for whoever holds a meter from `since` until `until` (NULL: still).
claim = Table(
    "metering_claim",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("meter", String(64), nullable=False),
    Column("number", String(40), nullable=False),
    Column("sealed", String(200), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", String(100), nullable=False),
    Column("redeem_by", BigInteger, nullable=False),
    Column("redeemed_at", BigInteger),
    Column("redeemed_by", String(100)),
    # When it was ended, by whom: moved out, replaced by another letter, or the meter was deleted.
    Column("ended_at", BigInteger),
    Column("ended_by", String(100)),
    Index("metering_claim_number", "number", unique=True),
    Index("metering_claim_meter", "meter"),
)

# Of meters of households: why their readings are stored, and whether they are (store.storing).
storing = Table(
    "metering_storing",
    metadata,
    Column("meter", String(64), primary_key=True),
    # "consent" or "supply".
    Column("basis", String(10), nullable=False),
    # For "supply": months after which readings go that no consent covers.
    Column("months", SmallInteger),
    # Since when nothing is stored, because nobody agrees (any more). NULL: stored.
    Column("withheld_since", BigInteger),
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", String(100), nullable=False),
)

# What a group of households used in a month on average, written once and never again.
figure = Table(
    "metering_figure",
    metadata,
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("medium", String(20), primary_key=True),
    Column("people", SmallInteger, primary_key=True, autoincrement=False),
    Column("hot_water", Boolean, primary_key=True, autoincrement=False),
    # Millionths of the unit, rounded; NULL: withheld.
    Column("mean", BigInteger),
    # At least so many households; NULL: withheld.
    Column("least", SmallInteger),
    Column("frozen_at", BigInteger, nullable=False),
)

audit = Table(
    "metering_audit",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("who", String(100), nullable=False),
    Column("what", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("detail", Text, nullable=False),
    Index("metering_audit_subject", "subject", "at"),
)

# What processes must notice of each other: "configuration" counts up, "writer" names the last one.
state = Table(
    "metering_state",
    metadata,
    Column("name", String(30), primary_key=True),
    Column("value", String(64), nullable=False),
)
