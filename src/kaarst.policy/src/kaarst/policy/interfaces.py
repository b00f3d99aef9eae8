"""Seams of kaarst.policy."""

from zope.publisher.interfaces.browser import IDefaultBrowserLayer


class IKaarstPolicyLayer(IDefaultBrowserLayer):
    """Marks requests to a site in which kaarst.policy is installed."""
