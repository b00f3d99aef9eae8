"""The first tables."""

from alembic import op

import sqlalchemy as sa


revision = "0001"
down_revision = None
# SQLite counts up only a column declared exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _edge_columns():
    return (
        sa.Column("first_ts", sa.BigInteger(), nullable=False),
        sa.Column("first_value", sa.BigInteger(), nullable=False),
        sa.Column("last_ts", sa.BigInteger(), nullable=False),
        sa.Column("last_value", sa.BigInteger(), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=False),
    )


def upgrade():
    op.create_table(
        "metering_mapping",
        sa.Column("id", IDENTIFIER, primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("template", sa.String(500), nullable=False),
        sa.Column("preset", sa.String(60), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "metering_register",
        sa.Column("id", IDENTIFIER, primary_key=True),
        sa.Column("meter", sa.String(64), nullable=False),
        sa.Column("obis", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("unit", sa.String(10), nullable=False),
        sa.Column("device", sa.String(140), nullable=False),
        sa.Column("channel", sa.String(140), nullable=False),
        sa.Column("source_unit", sa.String(10), nullable=False),
        sa.Column("factor", sa.String(30), nullable=False),
        sa.Column("digits", sa.SmallInteger()),
        sa.Column("gap", sa.Integer(), nullable=False),
        sa.Column("peak", sa.BigInteger()),
        sa.Column("serial", sa.String(60), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_to", sa.BigInteger()),
        sa.Column("start_value", sa.BigInteger()),
        sa.Column("end_value", sa.BigInteger()),
        sa.Column("condensed_until", sa.BigInteger(), nullable=False),
    )
    op.create_index("metering_register_device", "metering_register", ["device", "channel"])
    op.create_index("metering_register_meter", "metering_register", ["meter", "obis", "valid_from"])
    op.create_table(
        "metering_reading",
        sa.Column("register", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("ts", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("quality", sa.SmallInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "metering_hour_edge",
        sa.Column("register", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("hour", sa.Integer(), primary_key=True, autoincrement=False),
        *_edge_columns(),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "metering_day_edge",
        sa.Column("register", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
        *_edge_columns(),
        sa.Column("hours", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "metering_jump",
        sa.Column("register", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("after_ts", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("after_value", sa.BigInteger(), nullable=False),
        sa.Column("before_ts", sa.BigInteger(), nullable=False),
        sa.Column("before_value", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.String(10)),
        sa.Column("answered_by", sa.String(100)),
        sa.Column("answered_at", sa.BigInteger()),
    )
    op.create_table(
        "metering_contradiction",
        sa.Column("register", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("ts", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("value", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "metering_last_message",
        sa.Column("topic", sa.String(500), primary_key=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("retain", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "metering_dead_letter",
        sa.Column("id", IDENTIFIER, primary_key=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("arrival", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.String(500), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("retain", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(100)),
    )
    op.create_index("metering_dead_letter_state", "metering_dead_letter", ["state", "received_at"])
    op.create_index(
        "metering_dead_letter_topic", "metering_dead_letter", ["topic", "reason", "state"]
    )
    op.create_table(
        "metering_tally",
        sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("stored", sa.BigInteger(), nullable=False),
        sa.Column("duplicate", sa.BigInteger(), nullable=False),
        sa.Column("dead", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "metering_tariff_version",
        sa.Column("id", IDENTIFIER, primary_key=True),
        sa.Column("tariff", sa.String(64), nullable=False),
        sa.Column("valid_from", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(100), nullable=False),
    )
    op.create_index(
        "metering_tariff_version_from",
        "metering_tariff_version",
        ["tariff", "valid_from"],
        unique=True,
    )
    op.create_table(
        "metering_price",
        sa.Column("series", sa.String(64), primary_key=True),
        sa.Column("ts", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "metering_consent",
        sa.Column("id", IDENTIFIER, primary_key=True),
        sa.Column("meter", sa.String(64), nullable=False),
        sa.Column("person", sa.String(100), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("wording", sa.String(40), nullable=False),
        sa.Column("proof", sa.String(40), nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger()),
    )
    op.create_index("metering_consent_meter", "metering_consent", ["meter"])
    op.create_index("metering_consent_person", "metering_consent", ["person", "meter"])
    op.create_table(
        "metering_audit",
        sa.Column("id", IDENTIFIER, primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
    )
    op.create_index("metering_audit_subject", "metering_audit", ["subject", "at"])
    op.create_table(
        "metering_state",
        sa.Column("name", sa.String(30), primary_key=True),
        sa.Column("value", sa.String(64), nullable=False),
    )
