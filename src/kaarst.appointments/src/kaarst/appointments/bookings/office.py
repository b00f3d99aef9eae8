"""What citizens and staff do with appointments, for pages and REST alike.

Everything happens in the transaction of the request. What two of them do side by side is settled
by the ledgers: the second one is repeated by the publisher and finds what the first one took.
"""

from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from kaarst.appointments.bookings import calendar
from kaarst.appointments.bookings import mail
from kaarst.appointments.bookings import store
from kaarst.appointments.desks.plan import plan_of
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.desk import LATEST_WORD
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import CONFIRMED
from kaarst.appointments.engine.records import Hold
from kaarst.appointments.engine.transfer import transfer
from kaarst.appointments.wishing.serving import KEPT_SECONDS
from kaarst.appointments.wishing.serving import serving
from kaarst.core import pins
from kaarst.core import reference
from kaarst.core.acting import current as acting
from kaarst.core.town import town
from plone import api
from plone.app.uuid.utils import uuidToObject
from plone.uuid.interfaces import IUUID

import time


CITIZEN = "citizen"
#: A line in the history: who acts has booked for somebody else. Goes with the personal data.
FOR_ANOTHER = "for-another"
NUMBERS_TRIED = 20


@dataclass(frozen=True)
class Receipt:
    """A booking just made. `pin` is in the clear here and nowhere else.

    `entry`: what a calendar file says of it (`calendar.words_of`).
    """

    booking: Booking
    pin: str
    entry: Mapping


def engine(desk, now: int | None = None) -> Desk:
    """The engine's desk for a content of type Desk, at an instant (by default now)."""
    return Desk(plan_of(desk), store.existing().engine, now)


def desks(site=None) -> list:
    """The desks the current user may see, in the editors' order."""
    site = site if site is not None else api.portal.get()
    brains = site.portal_catalog(portal_type="Desk", sort_on="path")
    found = [brain.getObject() for brain in brains]
    return sorted(found, key=lambda desk: desk.aq_parent.getObjectPosition(desk.getId()))


def desk_of(booking: Booking | Hold):
    """The desk of an appointment, also one that was taken off the site; None once deleted."""
    desk = uuidToObject(booking.desk, unrestricted=True)
    return desk if desk is not None and desk.portal_type == "Desk" else None


def hold(desk, services: Sequence[str], start: int) -> Hold:
    """Keep a time for who fills in the form; raises `Taken`, `NotBookable`."""
    return engine(desk).hold(services, start, kept=KEPT_SECONDS)


def hold_anew(desk, key: str, services: Sequence[str], start: int) -> Hold:
    """Let go of what is held, if anything, and keep a time instead: the same one first of all.

    Only what is not kept again is offered to those who wait. Raises `Taken`, `NotBookable`.
    """
    at = desk_of_hold(key)
    if at not in (None, uid(desk)):
        _let_go_elsewhere(key, at)
    with serving(desk) as wishes:
        if at == wishes.desk.plan.id:
            with suppress(Gone):
                wishes.desk.let_go(key)
        try:
            return wishes.desk.hold(services, start, kept=KEPT_SECONDS)
        except (Taken, NotBookable) as error:
            refused = error
    # Raised out here: what was let go of is free even so, and those who wait come first.
    raise refused


def _let_go_elsewhere(key: str, at: str) -> None:
    """Let go of what was held at another desk, which has the id `at`."""
    desk = uuidToObject(at, unrestricted=True)
    if desk is not None:
        let_go(desk, key)


def let_go(desk, key: str) -> bool:
    """Give back what is held, for those who wait; False where nothing is held under this key."""
    with serving(desk) as wishes, suppress(Gone):
        if desk_of_hold(key) == wishes.desk.plan.id:
            wishes.desk.let_go(key)
            return True
    return False


def confirm(desk, key: str, person: Mapping[str, str], language: str = "") -> Receipt:
    """Make a booking of what was held; raises `Gone` and `Taken`.

    When the time is up and the hold was swept, nothing is lost yet: see `confirm_or_book`.
    """
    number, (pin, seal) = new_number(), pins.sealed_pin()
    booking = engine(desk).confirm(
        key,
        person_with(person, language),
        number=number,
        seal=seal,
        actor=CITIZEN,
    )
    return _kept(desk, _sent(desk, booking), pin)


def confirm_or_book(
    desk, key: str, services: Sequence[str], start: int, person: Mapping[str, str], language=""
) -> Receipt:
    """Like `confirm`, but a hold that has gone is no reason to give up if the time is still free.

    Raises `Taken` with alternatives, `NotBookable`.
    """
    try:
        return confirm(desk, key, person, language)
    except (Gone, Taken):
        held = hold_anew(desk, key, services, start)
        return confirm(desk, held.id, person, language)


def desk_of_hold(key: str) -> str | None:
    """The id of the desk at which something is held under this key."""
    hold = store.existing().engine.records(Hold).get(key)
    return hold.desk if hold is not None else None


def book_at_once(
    desk, services: Sequence[str], start: int, person: Mapping[str, str], language: str = ""
) -> Receipt:
    """Book what was not kept before, for who knows the name already; raises `Taken`,
    `NotBookable`."""
    receipt = book(desk, services, start, person, language, actor=CITIZEN)
    return replace(receipt, booking=_sent(desk, receipt.booking))


def sent_for(number: str) -> str:
    """Puts what was just sent into the account of who is asking.

    Returns in words who acts for whom, and until when; "" for who acts for nobody else.
    """
    acted = acting.sent(number)
    if acted is None:
        return ""
    return f"{acted['by']} → {acted['name']} ({date.fromisoformat(acted['until']):%d.%m.%Y})"


def note_sent_for(desk, booking: Booking, detail: str) -> Booking:
    """Whoever has acted for another one, as `sent_for` says it, stands in the history."""
    if not detail:
        return booking
    at = engine(desk)
    noted = booking.noting(at.now, CITIZEN, FOR_ANOTHER, detail)
    at.bookings.put(noted)
    return noted


def _sent(desk, booking: Booking) -> Booking:
    return note_sent_for(desk, booking, sent_for(booking.number))


def book(desk, services, start: int, person: Mapping[str, str], language="", **options) -> Receipt:
    """Book at once, as at the reception. Options as of the engine's `Desk.book`."""
    number, (pin, seal) = new_number(), pins.sealed_pin()
    booking = engine(desk).book(
        services,
        start,
        person_with(person, language or api.portal.get_default_language()),
        number=number,
        seal=seal,
        **options,
    )
    return _kept(desk, booking, pin)


def sealed(number: str) -> tuple[Booking, str] | None:
    """The booking with this number and the seal of its PIN, for `guarded`."""
    kept = store.existing()
    key = kept.numbers.get(number)
    booking = kept.engine.records(Booking).get(key) if key else None
    return (booking, booking.seal) if booking is not None and booking.seal else None


def cancel(booking: Booking, actor: str = CITIZEN, reason: str = "") -> Booking:
    """Cancel, and tell the citizen; raises `NotPossible`, `Gone` when the desk is gone."""
    desk = _desk(booking)
    with serving(desk) as wishes:
        cancelled = wishes.desk.cancel(booking.id, actor=actor, reason=reason)
    mail.tell_cancelled(desk, cancelled, reason if actor != CITIZEN else "")
    return cancelled


def move(booking: Booking, start: int, actor: str = CITIZEN, **options) -> Booking:
    """Give another start, and tell the citizen; raises `NotPossible`, `Taken`, `Gone`."""
    desk = _desk(booking)
    with serving(desk) as wishes:
        moved = wishes.desk.move(booking.id, start, actor=actor, **options)
    if moved.start != booking.start:
        mail.tell_moved(desk, moved)
    return moved


def move_elsewhere(booking: Booking, place, start: int, actor: str = CITIZEN) -> Booking:
    """Give a start at the desk `place`, under the same number and PIN, and tell the citizen.

    An earlier time at the old desk is not waited for any more. Raises as `transfer`.
    """
    with serving(_desk(booking)) as wishes:
        there = Desk(plan_of(place), wishes.desk.storage, wishes.desk.now)
        moved = transfer(wishes.desk, there, booking.id, start, actor=actor)
        wishes.forget(booking.id)
    mail.tell_moved(place, moved)
    return moved


def announce_late(booking: Booking, minutes: int) -> Booking:
    """Let the desk know that somebody comes later; raises `NotPossible`, `Gone`."""
    return engine(_desk(booking)).announce_late(booking.id, minutes, actor=CITIZEN)


def may_be_late(booking: Booking, now: int | None = None) -> bool:
    """Whether a citizen can say so: on the day, until shortly after the beginning."""
    now = int(time.time()) if now is None else now
    today = raster.day_of(now) == raster.day_of(booking.start)
    return booking.state == CONFIRMED and today and now <= booking.start + LATEST_WORD


def may_change(booking: Booking, now: int | None = None) -> bool:
    """Whether a citizen may still move or cancel: until it begins."""
    now = int(time.time()) if now is None else now
    return booking.state == CONFIRMED and booking.start > now and desk_of(booking) is not None


def _desk(booking: Booking):
    desk = desk_of(booking)
    if desk is None:
        raise Gone(booking.id)
    return desk


def person_with(person: Mapping[str, str], language: str) -> dict[str, str]:
    """What is kept of somebody: what was given, and the language to write in."""
    known = {name: text for name, text in person.items() if text}
    return {**known, "language": language} if language else known


def new_number() -> str:
    """A number that nothing at this site has."""
    numbers = store.existing().numbers
    for _ in range(NUMBERS_TRIED):
        number = reference.new_number(town().prefix)
        if number not in numbers:
            return number
    raise RuntimeError("no free number was found")


def _kept(desk, booking: Booking, pin: str) -> Receipt:
    store.existing().numbers.insert(booking.number, booking.id)
    entry = calendar.words_of(desk, booking)
    mail.tell_booked(desk, booking, entry)
    return Receipt(booking, pin, entry)


def uid(desk) -> str:
    """The id under which the engine knows a desk."""
    return IUUID(desk)
