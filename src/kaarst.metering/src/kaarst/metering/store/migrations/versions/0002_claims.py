"""Letters for those who hold a meter, and what consents rest on."""

from alembic import op

import sqlalchemy as sa


revision = "0002"
down_revision = "0001"
# SQLite counts up only a column declared exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "metering_claim",
        sa.Column("id", IDENTIFIER, primary_key=True),
        sa.Column("meter", sa.String(64), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("sealed", sa.String(200), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger()),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(100), nullable=False),
        sa.Column("redeem_by", sa.BigInteger(), nullable=False),
        sa.Column("redeemed_at", sa.BigInteger()),
        sa.Column("redeemed_by", sa.String(100)),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("ended_by", sa.String(100)),
    )
    op.create_index("metering_claim_number", "metering_claim", ["number"], unique=True)
    op.create_index("metering_claim_meter", "metering_claim", ["meter"])
    op.add_column("metering_consent", sa.Column("claim", sa.BigInteger()))
    op.add_column("metering_consent", sa.Column("people", sa.SmallInteger()))
    op.add_column("metering_consent", sa.Column("hot_water", sa.Boolean()))
