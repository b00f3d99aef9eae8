"""Seams of kaarst.services."""

from zope.publisher.interfaces.browser import IDefaultBrowserLayer


class IKaarstServicesLayer(IDefaultBrowserLayer):
    """Marks requests to a site in which kaarst.services is installed."""
