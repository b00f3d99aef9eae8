"""Services of a site as records, and the carrying out of a plan."""

from collections.abc import Iterator
from kaarst.services import _
from kaarst.services.catalogue.exchange.fields import clean
from kaarst.services.catalogue.exchange.fields import FIELDS
from kaarst.services.catalogue.exchange.fields import LINES
from kaarst.services.catalogue.exchange.fields import NAME
from kaarst.services.catalogue.exchange.fields import NAMES
from kaarst.services.catalogue.exchange.fields import RICH
from kaarst.services.catalogue.exchange.plan import CHANGED
from kaarst.services.catalogue.exchange.plan import Item
from kaarst.services.catalogue.exchange.plan import Known
from kaarst.services.catalogue.exchange.plan import NEW
from kaarst.services.catalogue.exchange.plan import Plan
from kaarst.services.catalogue.exchange.plan import Site
from kaarst.services.catalogue.exchange.records import Record
from kaarst.services.catalogue.search.words import fold
from plone import api
from plone.app.textfield.value import RichTextValue
from plone.dexterity.utils import createContentInContainer
from typing import Any
from z3c.relationfield import RelationValue
from z3c.relationfield.event import updateRelations
from zope.component import getUtility
from zope.event import notify
from zope.intid.interfaces import IIntIds
from zope.lifecycleevent import ObjectModifiedEvent


#: The type of what a field with titles points to.
TARGETS = {
    "topics": "Topic",
    "department": "Department",
    "contact_points": "ContactPoint",
    "related_services": "Service",
}
LOCKED = _("Somebody is editing this service at the moment.")
NOT_YOURS = _("You may not change this service.")


class NotAllowed(Exception):
    """The user may not add services at this place."""


def services(context=None) -> Iterator:
    """The services at or below `context` (everywhere if None) that the user may view, by title."""
    query = {"portal_type": "Service"}
    if context is not None:
        query["path"] = "/".join(context.getPhysicalPath())
    brains = api.portal.get_tool("portal_catalog").searchResults(**query)
    yield from (
        brain.getObject()
        for brain in sorted(brains, key=lambda brain: (fold(brain.Title), brain.UID))
    )


def record(service) -> Record:
    """A service as it stands in a file."""
    return Record(service.UID(), {name: value(service, name) for name in FIELDS})


def value(service, name: str) -> Any:
    """A field of a service, as Records have it. Of related content the titles the user may see."""
    field, kept = FIELDS[name], getattr(service, name, None)
    if field.kind == RICH:
        kept = getattr(kept, "raw", kept)
    elif name in TARGETS:
        relations = kept if field.kind == NAMES else [kept]
        titles = tuple(filter(None, map(_title, relations or ())))
        kept = titles if field.kind == NAMES else "".join(titles)
    return clean(field, kept)


def _title(relation) -> str:
    target = getattr(relation, "to_object", None)
    visible = target is not None and api.user.has_permission("View", obj=target)
    return target.Title() if visible else ""


def state() -> Site:
    """What the user's site has, to make a plan for."""
    catalog = api.portal.get_tool("portal_catalog")
    titles = {
        name: [brain.Title for brain in catalog.searchResults(portal_type=portal_type)]
        for name, portal_type in TARGETS.items()
        if portal_type != "Service"
    }
    return Site([_known(service) for service in services()], titles)


def _known(service) -> Known:
    refusal = None
    if not api.user.has_permission("Modify portal content", obj=service):
        refusal = NOT_YOURS
    elif api.content.get_view("plone_lock_info", service).is_locked_for_current_user():
        refusal = LOCKED
    return Known(service.UID(), record(service).values, refusal)


def carry_out(plan: Plan, container) -> dict[str, int]:
    """Makes and changes what the plan says; returns how many by action. Services that are wrong are
    left out.

    New ones are made in `container`, private as everything new is; changed ones keep their form,
    their workflow and their state. All in the caller's transaction. Raises NotAllowed.
    """
    new, changed = plan.having(NEW), plan.having(CHANGED)
    if new and not api.user.has_permission("kaarst.services: Add Service", obj=container):
        raise NotAllowed
    contents = [(item, _make(container, item)) for item in new]
    contents += [(item, api.content.get(UID=item.known.uid)) for item in changed]
    # Only now every service has its new title, by which others name it.
    targets = {name: _by_title(portal_type) for name, portal_type in TARGETS.items()}
    for item, service in contents:
        _change(service, item, targets)
    return {NEW: len(new), CHANGED: len(changed)}


def _make(container, item: Item):
    service = createContentInContainer(container, "Service", title=item.title)
    _set_plain(service, item)
    return service


def _change(service, item: Item, targets) -> None:
    _set_plain(service, item)
    for change in item.changes:
        if change.name in TARGETS:
            _relate(service, change.name, change.after, targets[change.name])
    updateRelations(service, None)
    notify(ObjectModifiedEvent(service))


def _set_plain(service, item: Item) -> None:
    for change in item.changes:
        field, after = FIELDS[change.name], change.after
        if field.name in TARGETS:
            continue
        if field.kind == RICH:
            after = RichTextValue(after, "text/html", "text/x-html-safe") if after else None
        elif field.kind == LINES:
            after = list(after)
        setattr(service, field.name, after)


def _by_title(portal_type: str) -> dict[str, Any]:
    catalog = api.portal.get_tool("portal_catalog")
    found = {brain.Title: brain for brain in catalog.searchResults(portal_type=portal_type)}
    return {title: brain.getObject() for title, brain in found.items()}


def _relate(service, name: str, titles, targets) -> None:
    intids = getUtility(IIntIds)
    wanted = titles if FIELDS[name].kind != NAME else [titles] if titles else []
    relations = [
        RelationValue(intids.getId(targets[title])) for title in wanted if title in targets
    ]
    single = relations[0] if relations else None
    setattr(service, name, single if FIELDS[name].kind == NAME else relations)
