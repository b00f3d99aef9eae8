"""The feed of a section: what is new in it, wherever it lies below."""

from kaarst.policy.interfaces import IKaarstPolicyLayer
from plone import api
from plone.app.contenttypes.interfaces import IFolder
from plone.base.interfaces.syndication import IFeed
from Products.CMFPlone.browser.syndication.adapters import FolderFeed
from zope.component import adapter
from zope.interface import implementer


#: What people subscribe to.
TYPES = ("News Item", "Event")


@implementer(IFeed)
@adapter(IFolder)
class SectionFeed(FolderFeed):
    """News and events below the folder, the newest first; of other sections what Plone gives."""

    def _brains(self):
        if not IKaarstPolicyLayer.providedBy(self.context.REQUEST):
            return super()._brains()
        found = api.content.find(
            context=self.context,
            portal_type=TYPES,
            sort_on="effective",
            sort_order="descending",
            sort_limit=self.limit,
        )
        return found[: self.limit] or super()._brains()
