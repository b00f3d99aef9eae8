"""A desk at which people have appointments is not deleted: they would stand before a closed door.

Nor is one of its counters, nor does that go to another desk, where nobody looks for them.
"""

from Acquisition import aq_base
from kaarst.appointments import _
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.desks import misfits
from kaarst.appointments.desks import sharing
from kaarst.appointments.engine import closing
from kaarst.appointments.engine.wishes import WishList
from kaarst.appointments.page import Page
from kaarst.appointments.wishing.serving import serving
from plone.app.content.browser.actions import DeleteConfirmationForm
from plone.base.interfaces import IPloneSiteRoot
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import Forbidden
from zope.globalrequest import getRequest
from zope.i18n import translate


def coming(desk) -> int:
    """How many appointments at a desk are still to come."""
    return len(_coming(desk))


def _coming(desk) -> list:
    if store.existing() is None:
        return []
    # Not by `office.may_change`: while it is deleted the desk is no longer found by its id.
    return misfits.coming(office.engine(desk))


def refuse(desk, event) -> None:
    """However a desk, or the page it lies in, is deleted. Not when the whole site is."""
    if IPloneSiteRoot.providedBy(event.object):
        return
    count = coming(desk)
    if count:
        raise Forbidden(translate(sentence(desk, count), context=getRequest()))


def refuse_resource(resource, event) -> None:
    """However a counter, a person, a room or a kit is deleted; by itself, or with its desk."""
    if IPloneSiteRoot.providedBy(event.object):
        return
    why = why_kept(resource, event.object)
    if why is not None:
        raise Forbidden(translate(why, context=getRequest()))
    desk = sharing.desk_of(resource)
    if store.existing() is None or desk is None or sharing.is_shared(resource):
        return
    if event.object is resource:
        with serving(desk) as wishes:
            closing.retire(wishes.desk, sharing.ledger_of(resource))
    else:
        engine = office.engine(desk)
        closing.retire(engine, sharing.ledger_of(resource))
        # Its holds have ended, those of offers too; that the desk goes is told to all who wait.
        WishList(engine).settle()


def refuse_moving(resource, event) -> None:
    """However a counter, a person, a room or a kit is put into another desk."""
    if None in (event.oldParent, event.newParent) or event.object is not resource:
        # Added, deleted, or moved with its desk.
        return
    former, new = sharing.desk_of(event.oldParent), sharing.desk_of(event.newParent)
    count = coming_to(resource, former) if aq_base(former) is not aq_base(new) else 0
    if count:
        why = _(
            "resource_not_moved",
            default="“${title}” cannot be moved to another desk. Appointments still to come there: "
            "${count}. Please move them first.",
            mapping={"title": resource.title, "count": count},
        )
        raise Forbidden(translate(why, context=getRequest()))


def why_kept(resource, deleted=None):
    """Why a resource (content) is not deleted, None where it may go.

    `deleted`: what is deleted as a whole, the resource itself unless given. Its desk asks for
    itself whether there are appointments.
    """
    deleted = deleted if deleted is not None else resource
    inside = deleted.getPhysicalPath()
    others = [
        one for one in sharing.users_of(resource) if one.getPhysicalPath()[: len(inside)] != inside
    ]
    if others:
        return _(
            "resource_shared_not_deleted",
            default="“${title}” cannot be deleted: ${desks} shares it. Please delete it there first.",
            mapping={
                "title": resource.title,
                "desks": ", ".join(one.aq_parent.title for one in others),
            },
        )
    count = coming_to(resource) if aq_base(deleted) is aq_base(resource) else 0
    if not count:
        return None
    return _(
        "resource_not_deleted",
        default="“${title}” cannot be deleted. Appointments still to come there: ${count}. Please "
        "close it and move them first.",
        mapping={"title": resource.title, "count": count},
    )


def coming_to(resource, desk=None) -> int:
    """How many appointments at its desk still need a resource (content)."""
    desk = desk if desk is not None else sharing.desk_of(resource)
    key = sharing.ledger_of(resource)
    if desk is None:
        return 0
    return sum(any(piece.resource == key for piece in one.pieces) for one in _coming(desk))


def coming_for(offering) -> int:
    """How many appointments at its desk are for a bookable service (content)."""
    desk = sharing.desk_of(offering)
    if desk is None:
        return 0
    return sum(offering.getId() in one.services for one in _coming(desk))


def refuse_offering(offering, event) -> None:
    """However a bookable service is deleted or gets another short name, by which bookings know it.

    Its desk asks for itself when it goes as a whole.
    """
    if event.oldParent is None or aq_base(event.object) is not aq_base(offering):
        return
    why = why_offered(offering)
    if why is not None:
        raise Forbidden(translate(why, context=getRequest()))


def why_offered(offering):
    """Why a bookable service (content) is not deleted, None where it may go."""
    count = coming_for(offering)
    if not count:
        return None
    return _(
        "offering_not_deleted",
        default="“${title}” cannot be deleted and keeps its short name. Appointments still to come for "
        "it: ${count}. Please cancel them first, or wait until they are over.",
        mapping={"title": offering.title, "count": count},
    )


def sentence(desk, count: int):
    """Why it is not deleted, and what to do instead."""
    return _(
        "desk_not_deleted",
        default="“${desk}” cannot be deleted. Appointments still to come there: ${count}. Please "
        "move or cancel them first, or close the desk and retract it, so that nobody can book any more.",
        mapping={"desk": desk.title, "count": count},
    )


class DeleteView(DeleteConfirmationForm):
    """Plone's question about a desk, or the reason why not."""

    def __call__(self):
        why = self.why()
        if why is None:
            return super().__call__()
        self.request.response.setStatus(409)
        return RefusedView(sharing.desk_of(self.context), self.request)(why)

    def why(self):
        """Why it is not deleted, None where it may go."""
        count = coming(self.context)
        return sentence(self.context, count) if count else None


class DeleteResourceView(DeleteView):
    """The same about a counter, a person, a room or a kit."""

    def why(self):
        return why_kept(self.context)


class DeleteOfferingView(DeleteView):
    """The same about a bookable service."""

    def why(self):
        return why_offered(self.context)


class RefusedView(Page):
    """Says why, and leads to the appointments."""

    template = ViewPageTemplateFile("templates/not_deleted.pt")
    heading = _("This cannot be deleted")

    def __call__(self, message):
        self.private()
        self.message = self.translate(message)
        return self.template()
