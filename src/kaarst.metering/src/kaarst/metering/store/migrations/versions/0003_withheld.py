"""Whether the readings of households are stored, and figures of groups of them."""

from alembic import op

import sqlalchemy as sa


revision = "0003"
down_revision = "0002"


def upgrade():
    op.create_table(
        "metering_storing",
        sa.Column("meter", sa.String(64), primary_key=True),
        sa.Column("basis", sa.String(10), nullable=False),
        sa.Column("months", sa.SmallInteger()),
        sa.Column("withheld_since", sa.BigInteger()),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(100), nullable=False),
    )
    op.create_table(
        "metering_figure",
        sa.Column("start", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("medium", sa.String(20), primary_key=True),
        sa.Column("people", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("hot_water", sa.Boolean(), primary_key=True, autoincrement=False),
        sa.Column("mean", sa.BigInteger()),
        sa.Column("least", sa.SmallInteger()),
        sa.Column("frozen_at", sa.BigInteger(), nullable=False),
    )
