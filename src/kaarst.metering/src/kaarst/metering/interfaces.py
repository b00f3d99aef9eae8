"""Seams of kaarst.metering."""

from zope.publisher.interfaces.browser import IDefaultBrowserLayer


class IKaarstMeteringLayer(IDefaultBrowserLayer):
    """Marks requests to a site in which kaarst.metering is installed."""
