"""Enters Plone sites outside of a web request, as if a visitor with all rights had come."""

from AccessControl.SecurityManagement import newSecurityManager
from AccessControl.SecurityManagement import noSecurityManager
from AccessControl.users import system
from Acquisition import aq_base
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from kaarst.core.interfaces import IKaarstCoreLayer
from OFS.interfaces import IFolder
from plone.base.interfaces import IPloneSiteRoot
from plone.registry.interfaces import IRegistry
from Products.CMFCore.indexing import processQueue
from urllib.parse import urlsplit
from zope.component import queryUtility
from zope.component.hooks import setSite
from zope.event import notify
from zope.globalrequest import clearRequest
from zope.globalrequest import setRequest
from zope.interface import alsoProvides
from zope.publisher.interfaces.browser import IDefaultBrowserLayer
from zope.traversing.interfaces import BeforeTraverseEvent
from ZPublisher.BaseRequest import RequestContainer
from ZPublisher.HTTPRequest import WSGIRequest
from ZPublisher.HTTPResponse import HTTPResponse


PUBLIC_URL = "kaarst.core.public_url"


def site_paths(app) -> list[tuple[str, ...]]:
    """Returns the paths of all Plone sites, also of those inside plain folders."""
    found = []
    for item in app.objectValues():
        if IPloneSiteRoot.providedBy(item):
            found.append(item.getPhysicalPath())
        elif IFolder.providedBy(aq_base(item)):
            found.extend(site_paths(item))
    return found


@contextmanager
def entered(app, path: tuple[str, ...]) -> Iterator:
    """Yields the site at `path` with site, request, browser layers and the system user set.

    Yields None when kaarst.core is not installed there. Addresses that are made inside begin
    with the registry record `kaarst.core.public_url` where it is set.
    """
    request = _request(app)
    try:
        setRequest(request)
        newSecurityManager(request, system)
        root = aq_base(app).__of__(RequestContainer(REQUEST=request))
        request["PARENTS"] = [root]
        site = root.unrestrictedTraverse(path)
        setSite(site)
        notify(BeforeTraverseEvent(site, request))
        _virtual_host(request, path)
        yield site if IKaarstCoreLayer.providedBy(request) else None
        # What waits to be indexed would be so when the transaction ends. Outside of the site nobody
        # knows its types, and content without the defaults of their fields stands in no menu.
        processQueue()
    finally:
        setSite(None)
        noSecurityManager()
        clearRequest()
        request.clear()


def _request(app) -> WSGIRequest:
    environ = {
        "REQUEST_METHOD": "GET",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
    }
    request = WSGIRequest(BytesIO(), environ, HTTPResponse(stdout=BytesIO(), stderr=BytesIO()))
    alsoProvides(request, IDefaultBrowserLayer)
    return request


def _virtual_host(request, path: tuple[str, ...]) -> None:
    """Makes the site's addresses begin with its public one, as a proxy would."""
    registry = queryUtility(IRegistry)
    url = urlsplit((registry.get(PUBLIC_URL) or "") if registry is not None else "")
    if url.scheme not in ("http", "https") or not url.hostname:
        return
    request.setServerURL(url.scheme, url.hostname, str(url.port) if url.port else None)
    request.other["VirtualRootPhysicalPath"] = path
    request._script = [part for part in url.path.split("/") if part]
    request._resetURLS()
