"""What plone.app.caching does with a page of this site, and the default for those logged in."""

from kaarst.policy import _
from kaarst.policy.interfaces import IKaarstPolicyLayer
from plone import api
from plone.app.caching.operations.default import BaseCaching
from plone.caching.interfaces import ICachingOperation
from plone.caching.interfaces import ICachingOperationType
from plone.resource.file import FilesystemFile
from zope.browserresource.file import FileResource
from zope.component import adapter
from zope.interface import implementer
from zope.interface import Interface
from zope.interface import provider
from ZPublisher.interfaces import IPubAfterTraversal


NO_STORE = "private, no-store"
#: The same for everybody, and loaded with every page.
STATIC = (FileResource, FilesystemFile)


@provider(ICachingOperationType)
class Pages(BaseCaching):
    """Browsers ask each time and get a 304; anonymous visitors' pages are kept in memory.

    For who is logged in nothing is kept anywhere: not on the server, and not in a browser at the
    counter of a library either.
    """

    title = _("Pages: fresh each time, kept in memory for visitors")
    description = _(
        "Browsers ask each time and are told if nothing has changed. What visitors see is kept in "
        "memory, what people who are logged in see is kept nowhere."
    )
    prefix = "kaarst.policy.pages"
    sort = 3.5
    options = ("etags", "lastModified", "ramCache", "vary", "anonOnly")
    maxage = smaxage = 0

    def interceptResponse(self, rulename, response, class_=None):
        if not api.user.is_anonymous():
            return None
        # Plone takes the base away after this, but not from a page out of memory: there it would
        # lead "to the content" to another address.
        response.setBase(None)
        return super().interceptResponse(rulename, response, class_)

    def modifyResponse(self, rulename, response, class_=None):
        if not api.user.is_anonymous():
            never(response)
            return
        super().modifyResponse(rulename, response, class_)


@provider(ICachingOperationType)
@implementer(ICachingOperation)
@adapter(Interface, Interface)
class Never:
    """Nothing is kept anywhere."""

    title = _("Never: kept nowhere")
    description = _("For forms, personal data and whatever changes without an editor.")
    prefix = "kaarst.policy.never"
    sort = 6
    options = ()

    def __init__(self, published, request):
        self.published = published
        self.request = request

    def interceptResponse(self, rulename, response):
        return None

    def modifyResponse(self, rulename, response):
        never(response)


def never(response) -> None:
    """Keeps an answer out of every cache."""
    for name in ("etag", "last-modified"):
        response.headers.pop(name, None)
    response.setHeader("Cache-Control", NO_STORE)


@adapter(IPubAfterTraversal)
def keep_out(event) -> None:
    """Who is logged in gets `no-store` for whatever does not say otherwise, but for static files."""
    request = event.request
    if not IKaarstPolicyLayer.providedBy(request) or api.user.is_anonymous():
        return
    published = request.get("PUBLISHED")
    published = getattr(published, "__self__", published)
    if not isinstance(published, STATIC):
        request.response.setHeader("Cache-Control", NO_STORE)
