"""What becomes of the readings when meters are deleted, and the question before it."""

from html import escape
from kaarst.metering import _
from kaarst.metering.page import number_text
from kaarst.metering.store import registers
from kaarst.metering.store.engine import default_store
from kaarst.metering.store.joined import at_the_end
from kaarst.metering.units import MICRO
from plone import api
from plone.app.linkintegrity.browser.info import DeleteConfirmationInfo
from plone.base.interfaces import IPloneSiteRoot
from zope.i18n import translate

import time


def forget_readings(meter, event) -> None:
    """However a meter is deleted, its registers go with it: in the same transaction.

    Not when the whole site is: the store may serve another one.
    """
    if IPloneSiteRoot.providedBy(event.object):
        return
    key, who = meter.getId(), api.user.get_current().getId() or ""
    now = int(time.time() * 1000)
    at_the_end(default_store(), lambda connection: registers.remove(connection, key, who, now))


def keys_within(content) -> list[str]:
    """The keys of all meters at or below some content."""
    catalog = api.portal.get_tool("portal_catalog")
    path = "/".join(content.getPhysicalPath())
    return sorted(
        brain.getId for brain in catalog.unrestrictedSearchResults(portal_type="Meter", path=path)
    )


class DeleteInfo(DeleteConfirmationInfo):
    """Beside links that would break, what would be lost; part of Plone's question."""

    def __call__(self, items=None):
        breaches = super().__call__(items=items) or ""
        lost = [self._sentence(one) for one in (items or [self.context])]
        said = "".join(
            f'<div class="alert alert-warning"><p>{escape(one)}</p></div>' for one in lost if one
        )
        return said + breaches

    def _sentence(self, content) -> str:
        keys = keys_within(content)
        if not keys:
            return ""
        with default_store().reading() as connection:
            found, readings, _first = registers.extent(connection, keys)
        if not found:
            return ""
        language = (self.request.get("LANGUAGE") or "de").split("-")[0]
        return translate(
            _(
                "delete_readings",
                default="With “${title}” go ${registers} registers and ${readings} readings, for "
                "good. If the meter was only taken out, end its registers instead: then its "
                "readings stay.",
                mapping={
                    "title": content.title,
                    "registers": found,
                    "readings": number_text(readings * MICRO, language, 0),
                },
            ),
            context=self.request,
        )
