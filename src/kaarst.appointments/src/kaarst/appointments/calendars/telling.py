"""A mail about new conflicts, to whoever connected the calendar."""

from collections.abc import Sequence
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings.mail import moment_text
from kaarst.appointments.calendars.records import Connection
from kaarst.appointments.engine.records import Booking
from kaarst.core.outbox import enqueue
from kaarst.core.outbox import InvalidMail
from plone import api
from plone.app.uuid.utils import uuidToObject
from zope.i18n import translate


TEXT = """Good day,

events in a connected calendar lie on these appointments (${desk}):

${appointments}

Other times are proposed here; one click moves an appointment and tells the citizen:
${url}
"""


def tell_all_conflicts(link: Connection, hit: Sequence[Booking]) -> None:
    """Tell of the appointments of each desk that shares what the calendar belongs to."""
    for key in dict.fromkeys(one.desk for one in hit):
        desk = uuidToObject(key, unrestricted=True)
        if desk is not None:
            tell_conflicts(desk, link, [one for one in hit if one.desk == key])


def tell_conflicts(desk, link: Connection, hit: Sequence[Booking]) -> bool:
    """Name the appointments, without names of citizens; whether there was an address."""
    member = api.user.get(userid=link.actor) if link.actor else None
    address = member.getProperty("email", "") if member is not None else ""
    if not hit or not address:
        return False
    language = api.portal.get_default_language()
    lines = [
        f"- {moment_text(one.start, language)}: {', '.join(details.titles(desk, one.services))}"
        for one in hit
    ]
    subject = _("calendar_conflict_subject", default="Appointments collide with a calendar")
    text = _(
        "calendar_conflict_text",
        default=TEXT,
        mapping={
            "desk": desk.title,
            "appointments": "\n".join(lines),
            "url": f"{desk.absolute_url()}/conflicts",
        },
    )
    try:
        enqueue(
            api.portal.get(),
            to=address,
            subject=translate(subject, target_language=language),
            text=translate(text, target_language=language),
        )
    except InvalidMail:
        # The conflicts are on the desk's page all the same.
        return False
    return True
