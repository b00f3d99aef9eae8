"""Where a clerk begins the day."""

from kaarst.services.cases.desk import find_desk
from kaarst.services.interfaces import IKaarstServicesLayer
from plone import api
from plone.base.interfaces import IRedirectAfterLogin
from zope.component import adapter
from zope.interface import implementer
from zope.interface import Interface


@implementer(IRedirectAfterLogin)
@adapter(Interface, IKaarstServicesLayer)
class ToTheDesk:
    """Leads who works on cases to the list of cases, unless signing in was on the way to a page."""

    def __init__(self, context, request):
        pass

    def __call__(self, came_from=None, is_initial_login=False):
        desk = find_desk()
        home = api.portal.get().absolute_url()
        wants_a_page = came_from and came_from.rstrip("/") != home
        if wants_a_page or desk is None:
            return came_from
        if api.user.has_permission("kaarst.services: Work on cases", obj=desk):
            return desk.absolute_url()
        return came_from
