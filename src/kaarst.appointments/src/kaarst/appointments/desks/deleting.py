"""A desk at which people have appointments is not deleted: they would stand before a closed door."""

from datetime import timedelta
from kaarst.appointments import _
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.records import CONFIRMED
from kaarst.appointments.page import Page
from plone.app.content.browser.actions import DeleteConfirmationForm
from plone.base.interfaces import IPloneSiteRoot
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import Forbidden
from zope.globalrequest import getRequest
from zope.i18n import translate


# Nobody has an appointment later than the longest horizon an editor can set.
FURTHEST = timedelta(days=401)


def coming(desk) -> int:
    """How many appointments at a desk (content) are still to come."""
    if store.existing() is None:
        return 0
    engine = office.engine(desk)
    today = raster.day_of(engine.now)
    # Not by `office.may_change`: while it is deleted the desk is no longer found by its id.
    return sum(
        booking.state == CONFIRMED and booking.start > engine.now
        for booking in engine.on_days(today, today + FURTHEST)
    )


def refuse(desk, event) -> None:
    """However a desk, or the page it lies in, is deleted. Not when the whole site is."""
    if IPloneSiteRoot.providedBy(event.object):
        return
    count = coming(desk)
    if count:
        raise Forbidden(translate(sentence(desk, count), context=getRequest()))


def sentence(desk, count: int):
    """Why it is not deleted, and what to do instead."""
    return _(
        "desk_not_deleted",
        default="“${desk}” cannot be deleted. Appointments still to come there: ${count}. Please "
        "move or cancel them first, or close the desk and retract it, so that nobody can book any more.",
        mapping={"desk": desk.title, "count": count},
    )


class DeleteView(DeleteConfirmationForm):
    """Plone's question, or the reason why not."""

    def __call__(self):
        count = coming(self.context)
        if not count:
            return super().__call__()
        self.request.response.setStatus(409)
        return RefusedView(self.context, self.request)(sentence(self.context, count))


class RefusedView(Page):
    """Says why, and leads to the appointments."""

    template = ViewPageTemplateFile("templates/not_deleted.pt")
    heading = _("This desk cannot be deleted")

    def __call__(self, message):
        self.private()
        self.message = self.translate(message)
        return self.template()
