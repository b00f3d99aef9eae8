"""Bookings and wishes of a person: found by address or number, given out, anonymised.

A name alone does not find a booking, because nobody is asked for a date of birth with it.
"""

from datetime import datetime
from datetime import UTC
from kaarst.appointments import _
from kaarst.appointments.bookings import store
from kaarst.appointments.drawing import lots
from kaarst.appointments.engine.lottery import Entry
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.retention import nameless
from kaarst.appointments.engine.wishes import Wish
from kaarst.core.interfaces import IPersonalData
from kaarst.core.personal.person import Finding
from zope.interface import implementer

import time


AHEAD = _(
    "hold_appointment_ahead",
    "The appointment is still to come. Cancel it first, or the person does.",
)


@implementer(IPersonalData)
class Bookings:
    """Name, address and number in appointments; the figures stay for the statistics."""

    title = _("Appointment")
    order = 20

    def find(self, site, person):
        for booking in _records(site, Booking):
            if person.has_number(booking.number) or person.has_email(_address(booking)):
                ahead = booking.takes_place and booking.end > time.time()
                title = f"{_moment(booking.start):%Y-%m-%d %H:%M} UTC ({booking.number})"
                hold = AHEAD if ahead else None
                yield Finding(
                    booking.id, title, _moment(booking.start), hold, "anonymised", booking.number
                )

    def export(self, site, id):
        booking = store.existing(site).engine.records(Booking).get(id)
        if booking is None:
            raise KeyError(id)
        data = {
            "number": booking.number,
            "start": _moment(booking.start).isoformat(),
            "end": _moment(booking.end).isoformat(),
            "made": _moment(booking.made).isoformat(),
            "state": booking.state,
            "channel": booking.channel,
            **{f"your {name}": value for name, value in booking.person.items()},
            "history": [
                {"when": _moment(event.at).isoformat(), "what": event.action}
                for event in booking.history
            ],
        }
        return data, ()

    def erase(self, site, id):
        kept = store.existing(site)
        bookings = kept.engine.records(Booking)
        booking = bookings.get(id)
        if booking is None:
            raise KeyError(id)
        kept.numbers.pop(booking.number, None)
        bookings.put(nameless(booking))


@implementer(IPersonalData)
class Wishes:
    """Who waits for an earlier time."""

    title = _("Wish for an earlier appointment")
    order = 21

    def find(self, site, person):
        for wish in _records(site, Wish):
            if person.has_number(wish.number) or person.has_email(_address(wish)):
                moment = _moment(wish.since)
                # An offer is held for it: it ends by itself in a few hours.
                hold = AHEAD if wish.hold else None
                yield Finding(wish.id, f"{moment:%Y-%m-%d}", moment, hold)

    def export(self, site, id):
        wish = store.existing(site).engine.records(Wish).get(id)
        if wish is None:
            raise KeyError(id)
        data = {
            "since": _moment(wish.since).isoformat(),
            "number": wish.number,
            "before": _moment(wish.before).isoformat(),
            "state": wish.state,
            "sent for": wish.sent_for or None,
            **{f"your {name}": value for name, value in wish.person.items()},
        }
        return data, ()

    def erase(self, site, id):
        kept = store.existing(site)
        wish = kept.engine.records(Wish).get(id)
        if wish is None:
            raise KeyError(id)
        kept.engine.records(Wish).remove(id)
        if kept.numbers.get(wish.number) == id:
            kept.numbers.pop(wish.number)


@implementer(IPersonalData)
class Draws:
    """Who takes part in a draw of appointments."""

    title = _("Draw of appointments")
    order = 22

    def find(self, site, person):
        for entry in _records(site, Entry):
            if person.has_number(entry.number) or person.has_email(_address(entry)):
                moment = _moment(entry.entered)
                yield Finding(entry.id, f"{moment:%Y-%m-%d} ({entry.ticket})", moment)

    def export(self, site, id):
        entry = store.existing(site).engine.records(Entry).get(id)
        if entry is None:
            raise KeyError(id)
        data = {
            "entered": _moment(entry.entered).isoformat(),
            "number": entry.number,
            "ticket": entry.ticket,
            "sent for": entry.sent_for or None,
            **{f"your {name}": value for name, value in entry.person.items()},
        }
        return data, ()

    def erase(self, site, id):
        if not lots.remove(store.existing(site), id):
            raise KeyError(id)


def _records(site, kind):
    kept = store.existing(site)
    return list(kept.engine.records(kind)) if kept is not None else []


def _address(record):
    return [record.person.get("email", "")]


def _moment(instant):
    return datetime.fromtimestamp(instant, UTC)
