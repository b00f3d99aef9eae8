"""Seams of kaarst.services."""

from collective.easyform.interfaces import IEasyFormLayer
from zope.publisher.interfaces.browser import IDefaultBrowserLayer


class IKaarstServicesLayer(IEasyFormLayer, IDefaultBrowserLayer):
    """Marks requests to a site in which kaarst.services is installed.

    It extends easyform's layer so that our pages in the place of easyform's win whatever the order
    in which the two were installed.
    """
