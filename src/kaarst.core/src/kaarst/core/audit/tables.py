"""The tables, and the triggers that refuse to change or delete what was written.

They keep programs and hands from slipping; who owns the database can drop them, and is found by
the chain. Entries may go only up to what a checkpoint names: the one that shortens the log writes a
signed checkpoint first, in the same transaction.
"""

from sqlalchemy import BigInteger
from sqlalchemy import Column
from sqlalchemy import DDL
from sqlalchemy import event
from sqlalchemy import Index
from sqlalchemy import Integer
from sqlalchemy import MetaData
from sqlalchemy import String
from sqlalchemy import Table
from sqlalchemy import Text


metadata = MetaData()
_Number = BigInteger().with_variant(Integer, "sqlite")

entry = Table(
    "audit_entry",
    metadata,
    Column("sequence", _Number, primary_key=True, autoincrement=False),
    Column("town", String(200), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("actor_kind", String(10), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("audit_entry_subject", "subject", "sequence"),
    Index("audit_entry_actor", "actor", "at"),
    Index("audit_entry_at", "at"),
)

checkpoint = Table(
    "audit_checkpoint",
    metadata,
    Column("sequence", _Number, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("seal", String(64), nullable=False),
)

_REFUSED = "the audit log is only ever added to"
_OLD = "OLD.sequence <= (SELECT coalesce(max(sequence), 0) FROM audit_checkpoint)"

# Without the triggers on INSERT, INSERT OR REPLACE would delete a row and ask nobody.
SQLITE = {
    "audit_entry_insert": (
        "BEFORE INSERT ON audit_entry "
        "WHEN EXISTS (SELECT 1 FROM audit_entry WHERE sequence >= NEW.sequence)"
    ),
    "audit_entry_update": "BEFORE UPDATE ON audit_entry",
    "audit_entry_delete": f"BEFORE DELETE ON audit_entry WHEN NOT ({_OLD})",
    "audit_checkpoint_insert": (
        "BEFORE INSERT ON audit_checkpoint "
        "WHEN EXISTS (SELECT 1 FROM audit_checkpoint WHERE sequence >= NEW.sequence)"
    ),
    "audit_checkpoint_update": "BEFORE UPDATE ON audit_checkpoint",
    "audit_checkpoint_delete": "BEFORE DELETE ON audit_checkpoint",
}
POSTGRESQL = {
    "audit_entry_update": "BEFORE UPDATE ON audit_entry FOR EACH ROW",
    "audit_entry_delete": "BEFORE DELETE ON audit_entry FOR EACH ROW",
    "audit_entry_truncate": "BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT",
    "audit_checkpoint_update": "BEFORE UPDATE ON audit_checkpoint FOR EACH ROW",
    "audit_checkpoint_delete": "BEFORE DELETE ON audit_checkpoint FOR EACH ROW",
    "audit_checkpoint_truncate": "BEFORE TRUNCATE ON audit_checkpoint FOR EACH STATEMENT",
}
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION audit_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit_entry' THEN
    IF {_OLD} THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION '{_REFUSED}';
END $$
"""


def triggers(dialect: str) -> dict[str, str]:
    """Name of each trigger of a database → when it fires."""
    return SQLITE if dialect == "sqlite" else POSTGRESQL


@event.listens_for(metadata, "after_create")
def _guard(target, connection, tables, **_more):
    """Makes the triggers with the tables, never later: one that was dropped stays missed."""
    if checkpoint not in tables:
        return
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite:
        connection.exec_driver_sql(_FUNCTION)
    for name, when in triggers(connection.dialect.name).items():
        what = (
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
            if sqlite
            else "EXECUTE FUNCTION audit_refused()"
        )
        connection.execute(DDL(f"CREATE TRIGGER {name} {when} {what}"))
