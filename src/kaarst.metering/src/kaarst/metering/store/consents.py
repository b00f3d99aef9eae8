"""Consents of people to the processing of their meter's readings (MsbG § 49, GDPR Art. 7).

Who may see a meter of a household is decided by a consent in force, nothing else; a withdrawal takes
effect with the commit that contains it. What it means for what is stored, `storing` decides in the same
transaction.
"""

from kaarst.metering.store import audit
from kaarst.metering.store import storing
from kaarst.metering.store.schema import claim as claim_table
from kaarst.metering.store.schema import consent
from sqlalchemy import Connection
from sqlalchemy import delete
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import update
from typing import NamedTuple


OWN_USE = "own-use"
COMPARISON = "comparison"
PURPOSES = (OWN_USE, COMPARISON)


class Consent(NamedTuple):
    """`person`: user id; `wording`: version of the text agreed to; `proof`: "letter" or "staff".

    `claim`: the claim (`store.claims`) that is the proof. `people` and `hot_water`: see the schema.
    """

    id: int
    meter: str
    person: str
    purpose: str
    wording: str
    proof: str
    granted_at: int
    withdrawn_at: int | None
    claim: int | None = None
    people: int | None = None
    hot_water: bool | None = None


def grant(
    connection: Connection,
    meter: str,
    person: str,
    purpose: str,
    wording: str,
    proof: str,
    now: int,
    claim: int | None = None,
    people: int | None = None,
    hot_water: bool | None = None,
) -> int:
    """Records a consent and returns its number; one that is in force already is returned."""
    wanted = (meter, purpose, wording, claim, people, hot_water)
    for found in of_person(connection, person, in_force=True):
        own = (found.meter, found.purpose, found.wording, *found[-3:])
        if own == wanted:
            return found.id
    if purpose not in PURPOSES:
        raise ValueError(f"no such purpose: {purpose}")
    done = connection.execute(
        insert(consent).values(
            meter=meter, person=person, purpose=purpose, wording=wording, proof=proof,
            granted_at=now, withdrawn_at=None, claim=claim, people=people, hot_water=hot_water,
        )
    )  # fmt: skip
    audit.note(connection, person, "consent", meter, now, purpose=purpose, wording=wording)
    storing.settle(connection, meter, person, now)
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
    storing.settle(connection, meter, person, now)


def withdraw_all(
    connection: Connection, meter: str, who: str, now: int, person: str = "", purpose: str = ""
) -> int:
    """Ends all consents for a meter, or only those of one person or purpose; returns how many.

    `who` does it: the person itself, or staff when a holder has moved out.
    """
    query = update(consent).where(consent.c.meter == meter, consent.c.withdrawn_at.is_(None))
    if person:
        query = query.where(consent.c.person == person)
    if purpose:
        query = query.where(consent.c.purpose == purpose)
    count = connection.execute(query.values(withdrawn_at=now)).rowcount
    if count:
        audit.note(connection, who, "consent-withdrawn", meter, now, purpose=purpose, count=count)
        storing.settle(connection, meter, who, now)
    return count


def remove_old(connection: Connection, before: int) -> int:
    """Removes consents withdrawn before a moment, and claims ended before it; returns how many."""
    done = connection.execute(delete(consent).where(consent.c.withdrawn_at < before))
    kept = select(consent.c.claim).where(consent.c.claim.is_not(None))
    gone = delete(claim_table).where(claim_table.c.ended_at < before, claim_table.c.id.not_in(kept))
    return done.rowcount + connection.execute(gone).rowcount


def of_person(connection: Connection, person: str, in_force: bool = False) -> list[Consent]:
    """Returns a person's consents, oldest first."""
    query = select(consent).where(consent.c.person == person).order_by(consent.c.id)
    if in_force:
        query = query.where(consent.c.withdrawn_at.is_(None))
    return [Consent(*row) for row in connection.execute(query)]


def by_id(connection: Connection, identifier: int) -> Consent | None:
    """Returns one consent, in force or not."""
    row = connection.execute(select(consent).where(consent.c.id == identifier)).first()
    return None if row is None else Consent(*row)


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
