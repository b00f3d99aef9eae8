"""How long the names of staff are kept: the worker, the privacy page, and requests of persons."""

from datetime import datetime
from datetime import UTC
from kaarst.core import _
from kaarst.core.audit import deleted
from kaarst.core.interfaces import IJob
from kaarst.core.interfaces import IPersonalData
from kaarst.core.interfaces import IRetention
from kaarst.core.personal.person import Finding
from kaarst.core.signin.staff import directory
from kaarst.core.signin.staff import settings
from zope.interface import implementer

import time


DAY = 86400


@implementer(IJob)
class ForgetStaff:
    """Deletes name and address of those who have not signed in for long."""

    interval = DAY

    def run(self, site):
        days = settings.record("forget_days")
        if days:
            deleted("staff", directory.forget_before(site.getId(), time.time() - days * DAY))


@implementer(IRetention)
class StaffNames:
    """The directory."""

    order = 60
    data = _("Names and e-mail addresses of staff who have signed in")
    purpose = _("So that a case says who works on it")

    def period(self, site):
        days = settings.record("forget_days", 180)
        return _("${days} days after the last login", mapping={"days": days})


@implementer(IPersonalData)
class StaffData:
    """The directory, for requests after Art. 15 and 17 GDPR."""

    title = _("Directory of staff")
    order = 95
    tables = ("staff_directory",)

    def find(self, site, person):
        for one in directory.everybody(site.getId()):
            if person.has_email([one.email]):
                when = datetime.fromtimestamp(one.last, UTC)
                yield Finding(one.user, one.name or one.user, when)

    def export(self, site, id):
        one = directory.person(site.getId(), id)
        if one is None:
            raise KeyError(id)
        last = datetime.fromtimestamp(one.last, UTC).isoformat(timespec="seconds")
        return {
            "user": one.user,
            "name": one.name,
            "email": one.email,
            "groups": list(one.groups),
            "last_login": last,
        }, ()

    def erase(self, site, id):
        if not directory.forget(site.getId(), id):
            raise KeyError(id)
