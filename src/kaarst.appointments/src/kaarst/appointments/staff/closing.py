"""Closing counters for a while, and moving the appointments that are hit."""

from datetime import datetime
from kaarst.appointments import _
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import refusals
from kaarst.appointments.bookings.hits import hit_by
from kaarst.appointments.desks import week
from kaarst.appointments.engine import closing
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.records import CONFIRMED
from kaarst.appointments.staff.moving import MovingPage
from kaarst.appointments.wishing.serving import serving
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class ClosuresView(MovingPage):
    """The closures of a desk; each lists the appointments it hits, with times to move them to."""

    template = ViewPageTemplateFile("templates/closures.pt")
    heading = _("Close for a while")
    path = "closures"

    def steps(self):
        return {**super().steps(), "close": self.close, "reopen": self.reopen}

    def close(self) -> bool:
        """Closes; False and `message` where the times cannot be."""
        start, end = self._moment("first"), self._moment("last")
        names = [one for one in self.texts("resource") if self.engine.plan.resource(one)]
        try:
            if start is None or end is None:
                raise ValueError("no times")
            if end <= self.engine.now:
                raise ValueError("over")
            with serving(self.context, self.engine.now) as wishes:
                closure, found = closing.close(
                    wishes.desk, start, end, names, reason=self.text("reason"), actor=self.actor()
                )
        except ValueError:
            self.request.response.setStatus(400)
            self.message = refusals.CLOSING
            return False
        api.portal.show_message(_("Closed."), self.request)
        if hit := len(hit_by(self.engine, closure)):
            message = _(
                "Appointments that have to be moved: ${count}. They stand below.",
                mapping={"count": hit},
            )
            api.portal.show_message(message, self.request, type="warning")
        self._say_where_else(found)
        return True

    def _say_where_else(self, found) -> None:
        """What desks share is closed at all of them: somebody has to move those there as well."""
        own = self.engine.plan.id
        ahead = [one for one in found if one.state == CONFIRMED and one.desk != own]
        desks = {one.desk: office.desk_of(one) for one in ahead}
        titles = sorted(desk.title for desk in desks.values() if desk is not None)
        if titles:
            message = _(
                "closed_elsewhere",
                default="It also hits appointments at ${desks}. Please move them there.",
                mapping={"desks": ", ".join(titles)},
            )
            api.portal.show_message(message, self.request, type="warning")

    def reopen(self) -> bool:
        with serving(self.context, self.engine.now) as wishes:
            closing.reopen(wishes.desk, self.text("key"))
        api.portal.show_message(_("Open again."), self.request)
        return True

    def listed(self):
        """What one closure hits."""
        key = self.text("key")
        closures = week.closures(self.engine.plan, self.engine.storage, self.engine.now)
        closure = next((one for one in closures if one.id == key), None)
        if closure is None:
            raise Gone(key)
        return hit_by(self.engine, closure)

    def _moment(self, name: str) -> int | None:
        """A field of type datetime-local: wall time here."""
        try:
            moment = datetime.fromisoformat(self.text(name))
        except ValueError:
            return None
        if moment.tzinfo is not None or not 2000 <= moment.year < 2100:
            return None
        return raster.wall_clock(moment.date(), moment.hour * 60 + moment.minute)

    # For the template

    def resources(self):
        return [{"key": key, "title": title} for key, title in self.resource_titles().items()]

    def closures(self):
        """`{key, own, start, end, reason, who, hit}`, by start; the `own` ones can be opened."""
        titles = self.resource_titles()
        for one in week.closures(self.engine.plan, self.engine.storage, self.engine.now):
            names = dict.fromkeys(piece.resource for piece in one.pieces)
            own = one.desk == self.engine.plan.id
            if not own:
                names = [name for name in names if name in titles]
            yield {
                "key": one.id,
                "own": own,
                "start": self.when(one.start),
                "end": self.when(one.end),
                "reason": one.reason,
                "who": ", ".join(titles.get(name, "–") for name in names),
                "hit": [self.hit(booking) for booking in hit_by(self.engine, one)],
            }
