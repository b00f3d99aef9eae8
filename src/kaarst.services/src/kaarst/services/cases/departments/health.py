"""Whether somebody sees every case."""

from kaarst.core.interfaces import Health
from kaarst.core.interfaces import IHealthCheck
from kaarst.services.cases.departments import rights
from kaarst.services.cases.desk import find_desk
from zope.interface import implementer


@implementer(IHealthCheck)
class MailRoomHealth:
    """Warning: nobody works in the mail room, so a case without a department is seen by nobody."""

    def check(self, site):
        desk = find_desk(site)
        if desk is None or rights.members(rights.local(desk)):
            return Health("ok", "The mail room has clerks.")
        return Health(
            "warning",
            "Nobody sees cases without a department: make somebody a clerk at /vorgaenge/sharing.",
        )
