"""One person, room or kit at several desks: one ledger, so that nobody is in two places at once.

Which ledger it is gets settled when the resource is made, and never changes: what was booked in
one ledger would be unknown in another. How many appointments it can have at once is the same at all
of them.
"""

from Acquisition import aq_base
from collections.abc import Iterator
from kaarst.appointments.desks.plan import children
from kaarst.appointments.desks.plan import ledger_of
from plone import api
from plone.app.uuid.utils import uuidToObject
from plone.uuid.interfaces import IUUID
from zope.interface import provider
from zope.schema.interfaces import IContextSourceBinder
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary


def is_shared(resource) -> bool:
    """Whether a resource (content) is one that belongs to another desk."""
    return ledger_of(resource) != IUUID(resource)


def titles(desk) -> dict[str, str]:
    """What the resources of a desk are called, by the id of their ledger."""
    return {ledger_of(one): one.title for one in children(desk, "Resource")}


def own(desk) -> dict[str, str]:
    """The same without those that belong to another desk."""
    return {IUUID(one): one.title for one in children(desk, "Resource") if not is_shared(one)}


def origin(resource):
    """The resource (content) that a shared one is the same as, None once that is deleted."""
    return uuidToObject(ledger_of(resource), unrestricted=True)


def desk_of(content):
    """The desk a resource or a form in it belongs to, None outside of any."""
    while content is not None and getattr(aq_base(content), "portal_type", None) != "Desk":
        content = getattr(content, "aq_parent", None)
    return content


def all_desks(site) -> list:
    """All desks of a site, published or not."""
    brains = site.portal_catalog.unrestrictedSearchResults(portal_type="Desk")
    return [brain._unrestrictedGetObject() for brain in brains]


def sharers(desk, ledger: str, site=None) -> list:
    """The desks that have the resource with this ledger, `desk` first."""
    others = all_desks(site if site is not None else api.portal.get())
    return [desk, *(one for one in others if one != desk and ledger in titles(one))]


def users_of(resource) -> Iterator:
    """The resources (content) of other desks that are the same as this one."""
    key = IUUID(resource)
    for desk in all_desks(api.portal.get()):
        for one in children(desk, "Resource"):
            if ledger_of(one) == key and IUUID(one) != key:
                yield one


@provider(IContextSourceBinder)
def at_other_desks(context) -> SimpleVocabulary:
    """What another desk has: "Frau Meier (Bürgerbüro Kaarst)"."""
    here = desk_of(context)
    site = api.portal.get()
    known = titles(here) if here is not None else {}
    terms = [
        SimpleTerm(key, key, f"{title} ({desk.title})")
        for desk in (all_desks(site) if hasattr(site, "portal_catalog") else ())
        if here is None or IUUID(desk) != IUUID(here)
        for key, title in own(desk).items()
        if key not in known or ledger_of(context) == key
    ]
    return SimpleVocabulary(sorted(terms, key=lambda term: term.title))


def settle(resource, event) -> None:
    """When it is added, and only then. Its capacity is that of what it is the same as."""
    if resource.same_as and not getattr(aq_base(resource), "shared_ledger", ""):
        found = uuidToObject(resource.same_as, unrestricted=True)
        if found is not None and found.portal_type == "Resource" and not is_shared(found):
            resource.shared_ledger = IUUID(found)
            resource.capacity = found.capacity


def keep_alike(resource, event) -> None:
    """When it is changed: one desk would book what the other one takes for full."""
    key = ledger_of(resource)
    for desk in all_desks(api.portal.get()):
        for one in children(desk, "Resource"):
            if ledger_of(one) == key and one.capacity != resource.capacity:
                one.capacity = resource.capacity
