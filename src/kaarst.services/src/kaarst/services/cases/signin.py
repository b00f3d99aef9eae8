"""Where a clerk begins the day."""

from kaarst.core.interfaces import IStartPage
from kaarst.services.cases.desk import find_desk
from plone import api
from zope.interface import implementer


@implementer(IStartPage)
class CasesToWorkOn:
    """The list of cases, for who works on them."""

    order = 10

    def url(self):
        desk = find_desk()
        if desk is None or not api.user.has_permission("kaarst.services: Work on cases", obj=desk):
            return ""
        return desk.absolute_url()
