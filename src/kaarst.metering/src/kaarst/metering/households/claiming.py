"""The steps of a holder: number and PIN, consent, withdrawal. Pages and REST share them."""

from kaarst.core import reference
from kaarst.core.account import store as account
from kaarst.core.reference_lookup import guarded
from kaarst.metering.errors import MeteringError
from kaarst.metering.households import wording
from kaarst.metering.meters.keys import LIMIT
from kaarst.metering.meters.keys import meter_of
from kaarst.metering.store import claims
from kaarst.metering.store import consents
from kaarst.metering.store import storing
from kaarst.metering.store.engine import default_store
from zExceptions import NotFound

import time


#: Before the numbers of letters, so that they are told from those of cases and appointments.
PREFIX = "ZAE"


def now() -> int:
    """UTC milliseconds."""
    return int(time.time() * 1000)


def sealed(number: str) -> tuple[claims.Claim, str] | None:
    """Returns a claim with which something can be done, and its sealed PIN; for `guarded`.

    Several towns may share the store: a letter counts where its meter is. An unknown number costs the
    same look.
    """
    if not number.startswith(f"{PREFIX}-"):
        return None
    with default_store().reading() as connection:
        found = claims.find(connection, number)
    here = meter_of(found.meter if found is not None else number) is not None
    if found is None or not here or not found.is_open(now()):
        return None
    return found, found.sealed


def prove(request, number: str, pin: str) -> claims.Claim:
    """Returns the claim with this number if the PIN is its own, and puts it into the account.

    Raises what `guarded` does, and MeteringError where another account has used the letter.
    """
    found = guarded(request, number, pin, sealed)
    if not found.is_for(account.current()):
        raise MeteringError("claim-used")
    account.take(found.number)
    return found


def agree(number: str) -> claims.Claim:
    """Records that the account that holds this number agrees to the wording shown now.

    Raises NotFound for a number that is none of theirs, and MeteringError.
    """
    number = reference.normalise(number)
    if not account.holds(number):
        raise NotFound(number)
    moment, person = now(), account.current()
    with default_store().writing() as connection:
        try:
            found = claims.redeem(connection, number, person, moment)
        except KeyError:
            raise NotFound(number) from None
        consents.grant(
            connection, found.meter, person, consents.OWN_USE, wording.CURRENT, "letter", moment,
            claim=found.id,
        )  # fmt: skip
    return found


def compare(key: str, people: int, hot_water: bool) -> None:
    """Records that the holder agrees to be compared, in place of what was said before."""
    person, moment = account.current(), now()
    with default_store().writing() as connection:
        held = _held(connection, key)
        stated = (wording.CURRENT, people, hot_water)
        known = held.comparison
        if known is not None and (known.wording, known.people, known.hot_water) == stated:
            return
        consents.withdraw_all(connection, key, person, moment, person, consents.COMPARISON)
        consents.grant(
            connection, key, person, consents.COMPARISON, wording.CURRENT, "letter", moment,
            claim=held.claim, people=people, hot_water=hot_water,
        )  # fmt: skip


def stored(key: str) -> storing.Storing:
    """Returns why readings of a meter are stored, and whether they are."""
    with default_store().reading() as connection:
        return storing.of_meter(connection, key)


def withdraw(key: str, purpose: str = "") -> None:
    """Withdraws all consents of who is asking for a meter, or one; NotFound if there is none.

    With the last consent to own use go the readings that rest on it (`store.storing`).
    """
    person = account.current()
    _check_key(key)
    with default_store().writing() as connection:
        if not person or not consents.withdraw_all(connection, key, person, now(), person, purpose):
            raise NotFound(key)


def held(key: str) -> claims.Held:
    """Returns what who is asking may see of a meter; NotFound for everybody and everything else."""
    with default_store().reading() as connection:
        return _held(connection, key)


def _held(connection, key: str) -> claims.Held:
    person = account.current()
    _check_key(key)
    found = claims.held(connection, person, key) if person else []
    # A neighbouring town may have somebody of the same name, where the site itself keeps its citizens.
    if not found or meter_of(key) is None:
        raise NotFound(key)
    return found[0]


def _check_key(key: str) -> None:
    """Databases refuse some signs in the middle of their work; no key has them."""
    if not 0 < len(key) <= LIMIT or not key.isprintable():
        raise NotFound(key)


def all_held() -> list[claims.Held]:
    """Returns all meters that who is asking may see."""
    person = account.current()
    if not person:
        return []
    with default_store().reading() as connection:
        found = claims.held(connection, person)
    return [one for one in found if meter_of(one.meter) is not None]


def waiting() -> list[claims.Claim]:
    """Returns the letters in the account of who is asking on which no consent rests (any more)."""
    person = account.current()
    used = {one.claim for one in all_held()}
    found = []
    for number in account.numbers(person) if person else ():
        there = sealed(number)
        if there is not None and there[0].is_for(person) and there[0].id not in used:
            found.append(there[0])
    return found


def name_of(key: str) -> dict:
    """What a meter is called for its holder: `{title, place, medium}`; the key where it is gone."""
    meter = meter_of(key)
    if meter is None:
        return {"title": key, "place": "", "medium": ""}
    building = meter
    while building.portal_type == "Meter":
        building = building.aq_parent
    place = building.street or building.title
    return {"title": meter.title, "place": place, "medium": meter.medium}
