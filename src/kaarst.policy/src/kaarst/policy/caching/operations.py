"""What plone.app.caching does with a page of this site, and the default for those logged in."""

from AccessControl import getSecurityManager
from kaarst.policy import _
from kaarst.policy.caching import again
from kaarst.policy.interfaces import IKaarstPolicyLayer
from plone import api
from plone.app.caching.operations.default import BaseCaching
from plone.app.caching.operations.utils import cachedResponse
from plone.app.caching.operations.utils import fetchFromRAMCache
from plone.app.caching.operations.utils import getETagAnnotation
from plone.app.caching.operations.utils import getRAMCacheKey
from plone.caching.interfaces import ICachingOperation
from plone.caching.interfaces import ICachingOperationType
from plone.caching.utils import lookupOptions
from plone.registry.interfaces import IRegistry
from plone.resource.file import FilesystemFile
from zope.browserresource.file import FileResource
from zope.component import adapter
from zope.component import getUtility
from zope.interface import implementer
from zope.interface import Interface
from zope.interface import provider
from ZPublisher.interfaces import IPubAfterTraversal


NO_STORE = "private, no-store"
#: The same for everybody, and loaded with every page.
STATIC = (FileResource, FilesystemFile)
#: Headers that ask for less than the whole page.
CONDITIONS = frozenset(
    ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_RANGE", "HTTP_RANGE")
)
STOPS = "plone.app.caching.interfaces.IPloneCacheSettings.cacheStopRequestVariables"


def is_visitor() -> bool:
    """Whether nobody is logged in; after the traversal. Asked several times a request."""
    return getSecurityManager().getUser().getUserName() == "Anonymous User"


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
        if not is_visitor():
            return None
        # Plone takes the base away after this, but not from a page out of memory: there it would
        # lead "to the content" to another address.
        response.setBase(None)
        if CONDITIONS.isdisjoint(self.request.environ):
            return self._from_memory(rulename, response)
        return super().interceptResponse(rulename, response, class_)

    def _from_memory(self, rulename, response):
        """The same as the base class for what most requests are: plain, without conditions.

        It asks the registry and the tools less: of a page out of memory, asking is most of the work.
        """
        options = lookupOptions(self.__class__, rulename)
        if not options.get("ramCache", self.ramCache) or options.get("lastModified"):
            return super().interceptResponse(rulename, response)
        if self.request.method != "GET" or self._is_stopped():
            return None
        etag = getETagAnnotation(self.published, self.request, keys=options.get("etags"))
        kept = fetchFromRAMCache(self.request, etag=etag)
        if kept is None:
            return None
        key = getRAMCacheKey(self.request, etag=etag)
        again.note(api.portal.get(), self.published, self.request, key, rulename, self.prefix)
        return cachedResponse(self.published, self.request, response, *kept)

    def _is_stopped(self):
        """Whether the request holds something (a message to be shown) that no kept page shows."""
        names = getUtility(IRegistry).get(STOPS, ())
        found = (self.request.form, self.request.cookies, self.request.other)
        return any(name in mapping for name in names for mapping in found)

    def modifyResponse(self, rulename, response, class_=None):
        if not is_visitor():
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
    if not IKaarstPolicyLayer.providedBy(request) or is_visitor():
        return
    published = request.get("PUBLISHED")
    published = getattr(published, "__self__", published)
    if not isinstance(published, STATIC):
        request.response.setHeader("Cache-Control", NO_STORE)
