"""Consents of people to the processing of their meter's readings (MsbG § 49, GDPR Art. 7).

Who may see a meter of a household is decided by a consent in force, nothing else; a withdrawal takes
effect with the commit that contains it.
"""

from kaarst.metering.store import audit
from kaarst.metering.store.schema import consent
from sqlalchemy import Connection
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import update
from typing import NamedTuple


OWN_USE = "own-use"
COMPARISON = "comparison"
PURPOSES = (OWN_USE, COMPARISON)


class Consent(NamedTuple):
    """`person`: user id; `wording`: version of the text agreed to; `proof`: "letter" or "staff"."""

    id: int
    meter: str
    person: str
    purpose: str
    wording: str
    proof: str
    granted_at: int
    withdrawn_at: int | None


def grant(
    connection: Connection,
    meter: str,
    person: str,
    purpose: str,
    wording: str,
    proof: str,
    now: int,
) -> int:
    """Records a consent and returns its number; one that is in force already is returned."""
    for found in of_person(connection, person, in_force=True):
        if (found.meter, found.purpose, found.wording) == (meter, purpose, wording):
            return found.id
    if purpose not in PURPOSES:
        raise ValueError(f"no such purpose: {purpose}")
    done = connection.execute(
        insert(consent).values(
            meter=meter, person=person, purpose=purpose, wording=wording, proof=proof,
            granted_at=now, withdrawn_at=None,
        )
    )  # fmt: skip
    audit.note(connection, person, "consent", meter, now, purpose=purpose, wording=wording)
    return done.inserted_primary_key[0]


def withdraw(connection: Connection, identifier: int, person: str, now: int):
    """Ends a person's own consent; KeyError if it is none of theirs or already withdrawn."""
    done = connection.execute(
        update(consent)
        .where(
            consent.c.id == identifier,
            consent.c.person == person,
            consent.c.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
    )
    if not done.rowcount:
        raise KeyError(identifier)
    meter = connection.execute(select(consent.c.meter).where(consent.c.id == identifier)).scalar()
    audit.note(connection, person, "consent-withdrawn", meter, now)


def of_person(connection: Connection, person: str, in_force: bool = False) -> list[Consent]:
    """Returns a person's consents, oldest first."""
    query = select(consent).where(consent.c.person == person).order_by(consent.c.id)
    if in_force:
        query = query.where(consent.c.withdrawn_at.is_(None))
    return [Consent(*row) for row in connection.execute(query)]


def permits(connection: Connection, meter: str, person: str, purpose: str = OWN_USE) -> bool:
    """Whether a consent of this person for this meter and purpose is in force."""
    return (
        connection.execute(
            select(consent.c.id)
            .where(
                consent.c.meter == meter,
                consent.c.person == person,
                consent.c.purpose == purpose,
                consent.c.withdrawn_at.is_(None),
            )
            .limit(1)
        ).first()
        is not None
    )
