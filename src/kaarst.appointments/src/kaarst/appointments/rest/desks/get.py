"""All desks with what can be booked there."""

from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings.rights import OVERBOOK
from kaarst.appointments.desks.meeting import DESK
from kaarst.appointments.desks.plan import service_of
from kaarst.appointments.drawing import lots
from kaarst.appointments.rest.common import place_json
from kaarst.appointments.wishing.serving import may_wait
from kaarst.core.rest import JsonGet
from plone import api


#: What an app for those who work there needs to know; a citizen may none of it.
RIGHTS = {
    "work": "kaarst.appointments: Work at desks",
    "overbook": OVERBOOK,
    "configure": "kaarst.appointments: Configure desks",
    "calendars": "kaarst.appointments: Configure calendars",
    "figures": "kaarst.appointments: See figures",
}


class DesksGet(JsonGet):
    """The desks open for citizens, each with its services."""

    def handle(self):
        return {
            "@id": f"{self.context.absolute_url()}/@desks",
            "items": [self._desk(desk) for desk in office.desks(self.context)],
        }

    def _desk(self, desk):
        has = api.user.has_permission
        return {
            "@id": desk.absolute_url(),
            "id": desk.getId(),
            "title": desk.title,
            "description": desk.description or "",
            "place": place_json(desk),
            "horizon": desk.horizon,
            "at_most": desk.at_most,
            "hold_minutes": desk.hold,
            "check_in_from": desk.check_in_from if desk.meets == DESK else None,
            "rules": rules_json(desk),
            "may": [name for name, right in RIGHTS.items() if has(right, obj=desk)],
            "services": [self._offering(offering) for offering in details.offerings(desk)],
        }

    def _offering(self, offering):
        service = service_of(offering)
        seen = service is not None and api.user.has_permission("View", obj=service)
        return {
            "id": offering.getId(),
            "title": offering.title,
            "description": offering.description or "",
            "minutes": offering.minutes,
            "at_most": offering.people,
            "bring": details.to_bring(offering),
            "service": service.absolute_url() if seen else None,
        }


def rules_json(desk) -> dict:
    """How the times of a desk are given out, for everyone to read; times of day are local ones."""
    held_back = desk.ahead < 100
    return {
        "ahead": desk.ahead,
        "release": {
            "days_before": desk.release_days,
            "time": desk.release_time or "00:00",
            "of": desk.release_by,
        }
        if held_back
        else None,
        "draw_until": (desk.draw_time or "00:00") if lots.draws_lots(desk) else None,
        "walk_in": bool(desk.walk_in) and desk.meets == DESK,
        "wishes": {
            "answer": desk.wish_answer,
            "notice": desk.wish_notice,
            "unanswered": desk.wish_unanswered,
            "quiet_from": desk.wish_quiet_from or None,
            "quiet_until": desk.wish_quiet_until or None,
        }
        if may_wait(desk)
        else None,
    }
