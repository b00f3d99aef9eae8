"""Who holds which meter: letters with number and PIN, and since when the readings are the holder's.

A claim is made by staff and redeemed by one account. Together with a consent in force it decides what
a person may see of a meter: readings from `since` on and none after `until`. Ending a claim ends all
consents that rest on it, in the same transaction, and with them what they allowed to be stored.
"""

from collections.abc import Iterable
from dataclasses import replace
from kaarst.metering.errors import MeteringError
from kaarst.metering.store import audit
from kaarst.metering.store import consents
from kaarst.metering.store.registers import FOREVER
from kaarst.metering.store.registers import Register
from kaarst.metering.store.schema import claim as table
from kaarst.metering.store.schema import consent
from kaarst.metering.store.schema import storing
from sqlalchemy import Connection
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import update
from typing import NamedTuple

import secrets


#: How long a letter may lie about.
REDEEM_WITHIN = 90 * 86_400_000


class Claim(NamedTuple):
    """One letter; moments in UTC milliseconds. `until`: None while the holder lives there."""

    id: int
    meter: str
    number: str
    sealed: str
    since: int
    until: int | None
    made_at: int
    made_by: str
    redeem_by: int
    redeemed_at: int | None
    redeemed_by: str | None
    ended_at: int | None
    ended_by: str | None

    def is_open(self, now: int) -> bool:
        """Whether somebody can still do something with it."""
        return self.ended_at is None and (self.redeemed_at is not None or now <= self.redeem_by)

    def is_for(self, person: str) -> bool:
        """Whether this account may redeem it, or has done so."""
        return self.redeemed_by in (None, person)


class Held(NamedTuple):
    """A meter that a person may see now: by which consents, and of which time."""

    meter: str
    claim: int
    number: str
    since: int
    until: int
    consents: dict[str, consents.Consent]

    @property
    def own_use(self) -> consents.Consent:
        return self.consents[consents.OWN_USE]

    @property
    def comparison(self) -> consents.Consent | None:
        return self.consents.get(consents.COMPARISON)


def make(
    connection: Connection,
    meter: str,
    number: str,
    sealed: str,
    since: int,
    who: str,
    now: int,
) -> Claim:
    """Records a letter for the holder of a meter since a moment; MeteringError for a number taken."""
    if find(connection, number) is not None:
        raise MeteringError("bad-mapping", problem=f"{number} twice")
    connection.execute(
        insert(table).values(
            meter=meter, number=number, sealed=sealed, since=since, made_at=now, made_by=who[:100],
            redeem_by=now + REDEEM_WITHIN,
        )
    )  # fmt: skip
    audit.note(connection, who, "claim", meter, now, number=number, since=since)
    return find(connection, number)


def find(connection: Connection, number: str) -> Claim | None:
    """Returns the claim with a number in its normal form."""
    row = connection.execute(select(table).where(table.c.number == number)).first()
    return None if row is None else Claim(*row)


def of_meter(connection: Connection, meter: str) -> list[Claim]:
    """Returns all letters for a meter, the newest first."""
    query = select(table).where(table.c.meter == meter).order_by(table.c.id.desc())
    return [Claim(*row) for row in connection.execute(query)]


def claimed(connection: Connection) -> set[str]:
    """Returns the meters that ever belonged to somebody: what they say is no business of the town."""
    return set(connection.execute(select(table.c.meter).distinct()).scalars())


def redeem(connection: Connection, number: str, person: str, now: int) -> Claim:
    """Notes that an account has proved to hold the meter.

    Raises KeyError for a number that is none or no longer open, MeteringError "claim-used" for one
    that belongs to another account.
    """
    found = find(connection, number)
    if found is None or not found.is_open(now):
        raise KeyError(number)
    if not found.is_for(person):
        raise MeteringError("claim-used")
    if found.redeemed_at is None:
        connection.execute(
            update(table)
            .where(table.c.id == found.id, table.c.redeemed_at.is_(None))
            .values(redeemed_at=now, redeemed_by=person)
        )
        audit.note(connection, person, "claim-redeemed", found.meter, now, number=number)
    return find(connection, number)


def end(connection: Connection, meter: str, until: int, who: str, now: int) -> int:
    """Ends all claims to a meter: nothing after `until` is theirs, and no consent is in force.

    Returns how many consents ended. One who moved in later than `until` has held nothing at all.
    """
    connection.execute(
        update(table)
        .where(table.c.meter == meter, table.c.ended_at.is_(None))
        .values(until=until, ended_at=now, ended_by=who[:100])
    )
    audit.note(connection, who, "claims-ended", meter, now, until=until)
    return consents.withdraw_all(connection, meter, who, now)


def forget(connection: Connection, person: str, now: int) -> None:
    """Ends what an account holds, because the account is deleted, and forgets whose it was.

    Letters and consents stay as evidence of what was allowed when, under a random name that leads
    to nobody and is the same in all of them.
    """
    nobody = f"deleted-{secrets.token_hex(8)}"
    meters = connection.execute(
        select(consent.c.meter).where(consent.c.person == person, consent.c.withdrawn_at.is_(None))
    )
    for meter in set(meters.scalars()):
        consents.withdraw_all(connection, meter, nobody, now, person)
    named = (consent.c.person, table.c.redeemed_by, storing.c.changed_by, audit.table.c.who)
    for column in named:
        connection.execute(
            update(column.table).where(column == person).values({column.name: nobody})
        )


def held(connection: Connection, person: str, meter: str | None = None) -> list[Held]:
    """Returns the meters that a person may see at this moment, in the order of consent.

    This is the only way to a household's readings: an own-use consent in force that rests on a claim
    which has not ended.
    """
    query = (
        select(table.c.number, table.c.since, table.c.until, consent)
        .join(table, table.c.id == consent.c.claim)
        .where(
            consent.c.person == person,
            consent.c.withdrawn_at.is_(None),
            table.c.ended_at.is_(None),
            table.c.redeemed_by == person,
            table.c.meter == consent.c.meter,
        )
        .order_by(consent.c.id)
    )
    if meter is not None:
        query = query.where(consent.c.meter == meter)
    found: dict[str, Held] = {}
    for number, since, until, *values in connection.execute(query):
        one = consents.Consent(*values)
        known = found.get(one.meter)
        if known is None:
            ends = FOREVER if until is None else until
            known = found[one.meter] = Held(one.meter, one.claim, number, since, ends, {})
        known.consents[one.purpose] = one
    return [one for one in found.values() if consents.OWN_USE in one.consents]


def bounded(chain: Iterable[Register], since: int, until: int) -> list[Register]:
    """Returns registers of which only the readings in [since, until] are seen by any analysis."""
    return [
        replace(one, seen_from=max(since, one.seen_from), seen_until=min(until, one.seen_until))
        for one in chain
    ]
