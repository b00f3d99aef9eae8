"""What citizens and the worker do with draws, for pages and REST alike."""

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from datetime import timedelta
from kaarst.appointments.bookings import mail as booking_mail
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.desks.meeting import HOME
from kaarst.appointments.desks.plan import plan_of
from kaarst.appointments.desks.times import minutes_of
from kaarst.appointments.drawing import mail
from kaarst.appointments.engine import lottery
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.lottery import Draw
from kaarst.appointments.engine.lottery import Entry
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.wishing.wishes import PARTS
from kaarst.core.pins import sealed_pin
from plone.uuid.interfaces import IUUID


# The days for which one can take part, from today on; past ones are shown as long.
DAYS = 14
# So many seconds after entries are closed lots are drawn. Who sends the form in the last second is
# stored a little later, and a draw that did not see that would never answer.
SETTLING = 120


@dataclass(frozen=True)
class Entered:
    """An entry just made. `pin` is in the clear here and nowhere else."""

    entry: Entry
    pin: str


def draws_lots(desk) -> bool:
    """Whether what a desk (content) holds back is drawn by lot. Never for visits at home."""
    return bool(desk.release_draw) and desk.ahead < 100 and desk.meets != HOME


def announce(desk, site=None, now: int | None = None) -> None:
    """Make the draws of the days to come, so that their commitments stand before any entry."""
    engine = Desk(plan_of(desk), store.existing(site).engine, now)
    minutes, before = minutes_of(desk.draw_time), desk.release_days + 1
    today = raster.day_of(engine.now)
    for day in raster.days(
        today, min(engine.plan.last_day(engine.now), today + timedelta(days=DAYS))
    ):
        closes = raster.wall_clock(day - timedelta(days=before), minutes)
        if closes > engine.now and engine.plan.hours.open_cells(day):
            lottery.announce(engine, day, minutes, before)


def draws(desk) -> list[Draw]:
    """The draws of a desk that are announced or have taken place, by day."""
    name = IUUID(desk)
    found = [one for one in store.existing().engine.records(Draw) if one.desk == name]
    return sorted(found, key=lambda one: one.day)


def open_draws(desk) -> list[Draw]:
    """Those in which one can still take part."""
    if not draws_lots(desk):
        return []
    now = office.engine(desk).now
    return [one for one in draws(desk) if not one.drawn and one.closes > now]


def enter(
    desk,
    key: str,
    services: Sequence[str],
    person: Mapping[str, str],
    part: str = "any",
    language: str = "",
) -> Entered:
    """Take part in the draw with this key; raises `Gone`, `Closed`, `NotBookable`.

    `part` is a part of the day, one of PARTS.
    """
    draw = next((one for one in open_draws(desk) if one.id == key), None)
    if draw is None:
        raise Gone(key)
    number, (pin, seal) = office.new_number(), sealed_pin()
    earliest, latest = PARTS[part]
    entry = lottery.enter(
        office.engine(desk),
        draw,
        services,
        office.person_with(person, language),
        earliest=earliest,
        latest=latest,
        number=number,
        seal=seal,
    )
    kept = store.existing()
    kept.numbers.insert(number, entry.id)
    entry = replace(entry, sent_for=office.sent_for(number))
    kept.engine.records(Entry).put(entry)
    mail.tell_entered(desk, draw, entry)
    return Entered(entry, pin)


def withdraw(entry: Entry) -> None:
    """Take no part any more; raises `Closed`, `Gone`."""
    lottery.withdraw(office.engine(desk_of(entry)), entry.id)
    store.existing().numbers.pop(entry.number, None)


def draw_due(desk, site, now: int | None = None) -> None:
    """Draw lots where entries have been closed for a while, book for the winners, tell everybody."""
    kept = store.existing(site)
    engine = Desk(plan_of(desk), kept.engine, now)
    for draw in kept.engine.records(Draw):
        if draw.desk != engine.plan.id or draw.drawn or draw.closes + SETTLING > engine.now:
            continue
        done, results = lottery.draw_lots(engine, draw.id)
        for entry in results:
            _tell(desk, kept, done, entry)


def _tell(desk, kept, draw: Draw, entry: Entry) -> None:
    if entry.void:
        mail.tell_void(desk, draw, entry)
    elif not entry.booking:
        mail.tell_lost(desk, draw, entry)
    else:
        booking = kept.engine.records(Booking).get(entry.booking)
        booking_mail.tell_booked(desk, office.note_sent_for(desk, booking, entry.sent_for))
        # From now on the number leads to the appointment; the entry has no use for it.
        kept.numbers[entry.number] = entry.booking
        kept.engine.records(Entry).put(replace(entry, number="", seal="", sent_for=""))


def call_off(desk) -> None:
    """Tell who takes part at a desk (content) that goes; what has been drawn stays."""
    kept = store.existing()
    due = {one.id: one for one in draws(desk) if not one.drawn}
    for entry in [one for one in kept.engine.records(Entry) if one.draw in due]:
        mail.tell_called_off(desk, due[entry.draw], entry)
        remove(kept, entry.id)
    for key in due:
        kept.engine.records(Draw).remove(key)


def sealed(number: str) -> tuple[Entry, str] | None:
    """The entry with this number and the seal of its PIN, for `guarded`."""
    kept = store.existing()
    key = kept.numbers.get(number)
    entry = kept.engine.records(Entry).get(key) if key else None
    return (entry, entry.seal) if entry is not None and entry.seal else None


def draw_of(entry: Entry) -> Draw:
    """The draw somebody takes part in; raises `Gone`."""
    draw = store.existing().engine.records(Draw).get(entry.draw)
    if draw is None:
        raise Gone(entry.draw)
    return draw


def desk_of(entry: Entry):
    """The desk (content); raises `Gone` when it was deleted."""
    desk = office.desk_of(draw_of(entry))
    if desk is None:
        raise Gone(entry.id)
    return desk


def may_withdraw(entry: Entry) -> bool:
    """Whether entries are still open."""
    draw = draw_of(entry)
    return not draw.drawn and draw.closes > office.engine(desk_of(entry)).now


def forget(kept, before: date) -> int:
    """Remove draws for days before this date with their entries and numbers; how many entries."""
    past = {one.id for one in kept.engine.records(Draw) if one.day < before.toordinal()}
    gone = [entry.id for entry in kept.engine.records(Entry) if entry.draw in past]
    for key in gone:
        remove(kept, key)
    lottery.forget(kept.engine, before)
    return len(gone)


def remove(kept, key: str) -> bool:
    """Remove an entry at the request of its person; whether it was there."""
    entries = kept.engine.records(Entry)
    entry = entries.get(key)
    if entry is None:
        return False
    entries.remove(key)
    if kept.numbers.get(entry.number) == key:
        kept.numbers.pop(entry.number)
    return True
