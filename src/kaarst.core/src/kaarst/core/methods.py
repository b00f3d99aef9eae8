"""Pages are read and sent; other methods are for services.

Zope takes a DELETE, PUT or PROPFIND that is no request of plone.rest for one of WebDAV. Nobody uses
that here, and on a page it would end in an error of the server's (AttributeError, 500).
"""

from kaarst.core.interfaces import IKaarstCoreLayer
from plone.base.interfaces import IPloneSiteRoot
from plone.browserlayer.utils import registered_layers
from plone.rest.interfaces import IAPIRequest
from plone.rest.interfaces import IService
from zExceptions import MethodNotAllowed
from zope.component import adapter
from zope.traversing.interfaces import IBeforeTraverseEvent
from ZPublisher.interfaces import IPubAfterTraversal


PAGES = ("GET", "HEAD", "POST")


@adapter(IPloneSiteRoot, IBeforeTraverseEvent)
def refuse_webdav(site, event) -> None:
    """Raises MethodNotAllowed (405) before anything is looked up."""
    request = event.request
    if _method(request) in PAGES or IAPIRequest.providedBy(request):
        return
    if IKaarstCoreLayer in registered_layers():
        raise _refusal()


@adapter(IPubAfterTraversal)
def refuse_pages(event) -> None:
    """Raises MethodNotAllowed (405) where a request for a service has come to a page."""
    request = event.request
    if _method(request) in PAGES or not IKaarstCoreLayer.providedBy(request):
        return
    if not IService.providedBy(request.get("PUBLISHED")):
        raise _refusal()


def _method(request) -> str:
    return request.get("REQUEST_METHOD", "GET").upper()


def _refusal() -> MethodNotAllowed:
    refused = MethodNotAllowed("This address is read (GET) or sent to (POST).")
    refused.setHeader("Allow", ", ".join(PAGES))
    return refused
