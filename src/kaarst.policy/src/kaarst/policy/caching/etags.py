"""What the pages' ETags are made of (`plone.app.caching.interfaces.IETagValue`).

Plone's own parts do not suffice: they know neither settings nor the clock nor a new release, and
a page and its JSON have the same address.
"""

from kaarst.core import changes
from kaarst.policy.caching import spans
from kaarst.policy.caching.release import release
from plone import api
from plone.app.caching.interfaces import IETagValue
from plone.rest.interfaces import IAPIRequest
from zope.component import adapter
from zope.interface import implementer
from zope.interface import Interface


@implementer(IETagValue)
@adapter(Interface, Interface)
class Part:
    def __init__(self, published, request):
        self.published = published
        self.request = request

    def __call__(self) -> str:
        raise NotImplementedError


class State(Part):
    """`kaarst.state`: new with every change of content or settings, in whatever process."""

    def __call__(self):
        return changes.state(api.portal.get()) or ""


class Release(Part):
    """`kaarst.release`: new with every update of the code."""

    def __call__(self):
        return release()


class Format(Part):
    """`kaarst.format`: tells the page from its JSON."""

    def __call__(self):
        return "json" if IAPIRequest.providedBy(self.request) else "html"


class Moment(Part):
    """`kaarst.moment`: new when a notice begins or ends, a page appears or expires, a day ends."""

    def __call__(self):
        return spans.stamp(api.portal.get())


class Minute(Part):
    """`kaarst.minute`: for pages that show what holds now."""

    def __call__(self):
        return spans.minute()
