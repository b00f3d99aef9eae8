"""The content class, its key, and what a meter's tariff is."""

from Acquisition import aq_base
from Acquisition import aq_inner
from Acquisition import aq_parent
from kaarst.metering import _
from kaarst.metering.interfaces import IMeter
from kaarst.metering.interfaces import ITariff
from kaarst.metering.meters.keys import LIMIT
from kaarst.metering.meters.keys import refuse
from kaarst.metering.store import tariffs
from kaarst.metering.store.engine import default_store
from kaarst.metering.store.joined import at_the_end
from plone import api
from plone.base.interfaces import IPloneSiteRoot
from plone.dexterity.content import Item
from zExceptions import Forbidden
from zope.globalrequest import getRequest
from zope.i18n import translate
from zope.interface import implementer
from zope.interface import provider
from zope.schema.interfaces import IVocabularyFactory
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary

import time


@implementer(ITariff)
class Tariff(Item):
    """A tariff. Cannot be copied: the copy would have the key of the other."""

    def cb_isCopyable(self):
        return False


@provider(IVocabularyFactory)
def vocabulary(context) -> SimpleVocabulary:
    """All tariffs of the site, by title."""
    catalog = api.portal.get_tool("portal_catalog")
    brains = catalog.unrestrictedSearchResults(portal_type="Tariff", sort_on="sortable_title")
    titles = {brain.getId: brain.Title for brain in brains}
    return SimpleVocabulary([SimpleTerm(key, key, title) for key, title in titles.items()])


def key_of(meter) -> str:
    """The key of a meter's tariff: its own, or that of a meter of the same medium before it, or ""."""
    medium = meter.medium
    while IMeter.providedBy(meter) and meter.medium == medium:
        own = getattr(aq_base(meter), "tariff", None)
        if own:
            return own
        meter = aq_parent(aq_inner(meter))
    return ""


def meters_with(key: str) -> list:
    """All meters that have a tariff by their own setting, by building and title."""
    catalog = api.portal.get_tool("portal_catalog")
    found = [
        brain._unrestrictedGetObject()
        for brain in catalog.unrestrictedSearchResults(portal_type="Meter")
    ]
    found = [one for one in found if getattr(aq_base(one), "tariff", None) == key]
    return sorted(found, key=lambda one: (aq_parent(aq_inner(one)).title, one.title))


def check_moved(tariff, event) -> None:
    """A key that has versions stays, and there is only one of it."""
    if event.newParent is None:
        return
    key = tariff.getId()
    renamed = event.oldParent is not None and event.oldName != event.newName
    with default_store().reading() as connection:
        if renamed and tariffs.tariff(connection, event.oldName).versions:
            refuse(_("The short name of a tariff cannot be changed: its prices are kept under it."))
    catalog = api.portal.get_tool("portal_catalog")
    path = "/".join(tariff.getPhysicalPath())
    others = catalog.unrestrictedSearchResults(portal_type="Tariff", getId=key)
    if len(key) > LIMIT or any(one.getPath() != path for one in others):
        refuse(_("There is another tariff with this short name in the site."))


def forget_versions(tariff, event) -> None:
    """However a tariff is deleted: not while a meter needs it, and its versions go with it."""
    if IPloneSiteRoot.providedBy(event.object):
        return
    key = tariff.getId()
    users = meters_with(key) if event.object is tariff else []
    if users:
        sentence = _(
            "tariff_in_use",
            default="“${title}” cannot be deleted: meters have it, for example “${meter}”. "
            "Please give them another tariff first.",
            mapping={"title": tariff.title, "meter": users[0].title},
        )
        raise Forbidden(translate(sentence, context=getRequest()))
    who, now = api.user.get_current().getId() or "", int(time.time() * 1000)
    at_the_end(default_store(), lambda connection: tariffs.remove(connection, key, who, now))
