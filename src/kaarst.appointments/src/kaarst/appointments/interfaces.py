"""Seams of kaarst.appointments."""

from zope.publisher.interfaces.browser import IDefaultBrowserLayer


class IKaarstAppointmentsLayer(IDefaultBrowserLayer):
    """Marks requests to a site in which kaarst.appointments is installed."""
