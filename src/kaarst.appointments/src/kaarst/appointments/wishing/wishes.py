"""What citizens and staff do with wishes, for pages and REST alike."""

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from datetime import timedelta
from kaarst.appointments.bookings import mail as booking_mail
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotPossible
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.retention import forget_wishes
from kaarst.appointments.engine.wishes import OFFERED
from kaarst.appointments.engine.wishes import WAITING
from kaarst.appointments.engine.wishes import Wish
from kaarst.appointments.engine.wishes import WishList
from kaarst.appointments.wishing import mail
from kaarst.appointments.wishing.serving import serving
from kaarst.core.pins import sealed_pin


# Parts of a day to choose from: the minutes after midnight between which a time may begin.
PARTS = {"any": (0, 1440), "morning": (0, 719), "afternoon": (720, 1440)}
# How long before an appointment somebody must know of it, in minutes.
NOTICES = (60, 180, 1440, 2880)
DEFAULT_NOTICE = 180


@dataclass(frozen=True)
class Limits:
    """What suits somebody. `until` is the last day, `weekdays` (0 is Monday) none for any."""

    until: date
    weekdays: tuple[int, ...] = ()
    part: str = "any"
    notice: int = DEFAULT_NOTICE


@dataclass(frozen=True)
class Asked:
    """A wish just made. `pin` is in the clear here and nowhere else, "" for that of a booking."""

    wish: Wish
    pin: str


def ask(
    desk,
    services: Sequence[str],
    person: Mapping[str, str],
    limits: Limits,
    language: str = "",
    booking: Booking | None = None,
) -> Asked:
    """Wait for a time that suits; raises `NotBookable`, `NotPossible` for a booking that has ended.

    A wish for a booking is known by its number and PIN; asked again, it is changed, unless
    something is offered for it.
    """
    if booking is not None and not office.may_change(booking):
        raise NotPossible(booking.state)
    known = of_booking(booking) if booking is not None else None
    number = "" if booking is not None else office.new_number()
    pin, seal = ("", "") if booking is not None else sealed_pin()
    earliest, latest = PARTS[limits.part]
    with serving(desk) as wishes:
        wish = wishes.ask(
            services,
            office.person_with(person, language),
            raster.midnight(limits.until + timedelta(days=1)),
            booking=booking.id if booking is not None else "",
            key=known.id if known is not None else "",
            weekdays=limits.weekdays,
            earliest=earliest,
            latest=latest,
            notice=limits.notice,
            number=booking.number if booking is not None else number,
            seal=seal,
        )
    if number:
        store.existing().numbers.insert(number, wish.id)
        wish = replace(wish, sent_for=office.sent_for(number))
        _records().put(wish)
    if wish.state == WAITING:
        mail.tell_asked(desk, wish)
    return Asked(wish, pin)


def accept(wish: Wish, actor: str = office.CITIZEN) -> Booking:
    """Take what is offered; number and PIN stay. Raises `Gone`, `Taken`, `NotPossible`.

    Whose time was taken or closed meanwhile (`Taken`) waits again.
    """
    desk = desk_of(wish)
    details = {} if wish.booking else {"number": wish.number, "seal": wish.seal}
    with serving(desk) as wishes:
        try:
            booking, refused = wishes.accept(wish.id, actor=actor, **details), None
        except Taken as error:
            wishes.lose(wish.id)
            booking, refused = None, error
        if booking is not None and not wish.booking:
            # From now on the number leads to the appointment; the wish has no use for it.
            done = wishes.wishes.get(wish.id)
            wishes.wishes.put(replace(done, number="", seal="", sent_for=""))
    if refused is not None:
        # Raised out here: what is left of the time is offered even so.
        raise refused
    if wish.booking:
        booking_mail.tell_moved(desk, booking)
        return booking
    booking = office.note_sent_for(desk, booking, wish.sent_for)
    store.existing().numbers[booking.number] = booking.id
    booking_mail.tell_booked(desk, booking)
    return booking


def refuse(wish: Wish) -> Wish:
    """Not this time, but go on waiting; raises `Gone`."""
    with serving(desk_of(wish)) as wishes:
        return wishes.refuse(wish.id)


def withdraw(wish: Wish) -> Wish:
    """Wait no longer; raises `Gone`."""
    with serving(desk_of(wish)) as wishes:
        return wishes.withdraw(wish.id)


def end_all(desk) -> None:
    """End all wishes at a desk (content) that goes, and tell everybody."""
    with serving(desk) as wishes:
        wishes.ended += [wishes.withdraw(one.id) for one in active(desk)]


def place(wish: Wish) -> int:
    """How many wait longer at the same desk; raises `Gone`."""
    return WishList(office.engine(desk_of(wish))).place(wish.id)


def active(desk) -> list[Wish]:
    """Who waits or has an offer at a desk, the longest first."""
    found = [one for one in _records() if one.desk == office.uid(desk) and is_active(one)]
    return sorted(found, key=lambda one: one.turn)


def is_active(wish: Wish) -> bool:
    """Whether it still can get an offer or has one."""
    return wish.state in (WAITING, OFFERED)


def of_booking(booking: Booking) -> Wish | None:
    """The wish that would move a booking, None if there is none."""
    return next((one for one in _records() if one.booking == booking.id and is_active(one)), None)


def sealed(number: str) -> tuple[Wish, str] | None:
    """The wish with this number, or that of the booking with it, and the seal; for `guarded`."""
    kept = store.existing()
    key = kept.numbers.get(number)
    wish = kept.engine.records(Wish).get(key) if key else None
    if wish is not None:
        return (wish, wish.seal) if wish.seal else None
    booked = office.sealed(number)
    wish = of_booking(booked[0]) if booked is not None else None
    return (wish, booked[1]) if wish is not None else None


def desk_of(wish: Wish):
    """The desk (content); raises `Gone` when it was deleted."""
    desk = office.desk_of(wish)
    if desk is None:
        raise Gone(wish.id)
    return desk


def forget(kept, desk: str, before: int) -> None:
    """Remove wishes of a desk that ended and were made before an instant, with their numbers."""
    for wish in forget_wishes(kept.engine, desk, before):
        if wish.number and kept.numbers.get(wish.number) == wish.id:
            kept.numbers.pop(wish.number)


def _records():
    return store.existing().engine.records(Wish)
