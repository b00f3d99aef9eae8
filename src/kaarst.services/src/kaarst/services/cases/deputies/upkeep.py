"""Agreements that are over go; the privacy page says so."""

from kaarst.core.interfaces import IJob
from kaarst.core.interfaces import IRetention
from kaarst.services import _
from kaarst.services.cases.deputies.store import this_day
from kaarst.services.cases.desk import find_desk
from zope.interface import implementer


@implementer(IJob)
class ForgetDeputies:
    """Takes out the agreements that are over."""

    interval = 3600

    def run(self, site):
        desk = find_desk(site)
        if desk is not None:
            desk.deputies.forget_over(this_day())


@implementer(IRetention)
class Deputies:
    """Who stands in for whom at the town hall."""

    order = 90
    data = _("Who stands in for whom at the town hall")
    purpose = _("So that a colleague can go on with your case")

    def period(self, site):
        return _("until the agreement is over")
