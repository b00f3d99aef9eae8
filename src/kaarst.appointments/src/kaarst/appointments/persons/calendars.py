"""Connected calendars as data about the staff: whose mailbox it is, and who connected it.

Titles and people of the events in them are not kept, only times under a hash.
"""

from dataclasses import replace
from datetime import datetime
from datetime import UTC
from kaarst.appointments import _
from kaarst.appointments.bookings import store
from kaarst.appointments.calendars.records import Connection
from kaarst.appointments.calendars.records import Feed
from kaarst.core.interfaces import IPersonalData
from kaarst.core.personal.person import Finding
from plone import api
from plone.app.uuid.utils import uuidToObject
from zope.interface import implementer


KINDS = {"connection": Connection, "feed": Feed}
CONNECTED = _(
    "hold_calendar_connected",
    "The calendar is connected, and without it appointments would be made over its events. "
    "Have it disconnected first, on the page Calendars of the desk.",
)


@implementer(IPersonalData)
class Calendars:
    """The address of a calendar, its user, and the account of whoever connected it."""

    title = _("Connected calendar")
    order = 23

    def find(self, site, person):
        for kind, record in _records(site):
            its = isinstance(record, Connection) and person.has_email([record.address, record.user])
            if its or person.has_email([_address(record.actor)]):
                moment = datetime.fromtimestamp(record.made, UTC)
                title = f"{moment:%Y-%m-%d} ({_place(record)})"
                hold = CONNECTED if its else None
                yield Finding(f"{kind}:{record.id}", title, moment, hold, "anonymised")

    def export(self, site, id):
        record = _get(site, id)
        data = {
            "connected": datetime.fromtimestamp(record.made, UTC).isoformat(),
            "where": _place(record),
            "connected by": record.actor,
        }
        if isinstance(record, Connection):
            data |= {
                "your address": record.address,
                "your user": record.user,
                "busy times known": len(record.busy),
                "appointments entered": len(record.delivered),
            }
        return data, ()

    def erase(self, site, id):
        record = _get(site, id)
        records = store.existing(site).engine.records(type(record))
        records.put(replace(record, actor=""))


def _records(site):
    kept = store.existing(site)
    for name, kind in KINDS.items():
        for record in kept.engine.records(kind) if kept is not None else ():
            yield name, record


def _get(site, id: str):
    name, _colon, key = id.partition(":")
    kept = store.existing(site)
    record = kept.engine.records(KINDS[name]).get(key) if kept is not None else None
    if record is None:
        raise KeyError(id)
    return record


def _place(record) -> str:
    """The desk and what the calendar was connected to, by their titles."""
    found = (
        uuidToObject(key, unrestricted=True) for key in dict.fromkeys((record.desk, record.id))
    )
    return ", ".join(one.title for one in found if one is not None)


def _address(user_id: str) -> str:
    member = api.user.get(userid=user_id) if user_id else None
    return member.getProperty("email", "") if member is not None else ""
