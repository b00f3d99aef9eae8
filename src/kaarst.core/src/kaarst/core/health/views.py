"""`@health` at a site, and `@@health` at Zope's root."""

from AccessControl import getSecurityManager
from kaarst.core.health.report import report
from plone.restapi.services import Service
from Products.Five.browser import BrowserView

import json


DETAILS = "kaarst.core: View health details"
# At Zope's root there is no site whose mail or cases could be asked for.
OF_THE_INSTANCE = ("disk", "object-database", "sql-database", "worker")


def may_see_details(context) -> bool:
    """Messages tell attackers about the inside; names and states do not."""
    return bool(getSecurityManager().checkPermission(DETAILS, context))


class HealthGet(Service):
    """The health of a site."""

    def reply(self):
        status, found = report(self.context, may_see_details(self.context))
        self.request.response.setStatus(status)
        self.request.response.setHeader("Cache-Control", "no-store")
        return found


class HealthView(BrowserView):
    """The same for a monitor that does not ask for JSON in its Accept header."""

    only: tuple[str, ...] | None = None

    def __call__(self):
        status, found = report(self.context, may_see_details(self.context), self.only)
        response = self.request.response
        response.setStatus(status)
        response.setHeader("Cache-Control", "no-store")
        response.setHeader("Content-Type", "application/json")
        return json.dumps(found, indent=2)


class RootHealthView(HealthView):
    """The health of the instance."""

    only = OF_THE_INSTANCE
