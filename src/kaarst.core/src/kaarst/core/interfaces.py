"""Seams of kaarst.core."""

from zope.publisher.interfaces.browser import IDefaultBrowserLayer


class IKaarstCoreLayer(IDefaultBrowserLayer):
    """Marks requests to a site in which kaarst.core is installed."""
