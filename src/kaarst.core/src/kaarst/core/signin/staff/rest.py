"""`@staff-sessions`: who of the staff is signed in, for programs of administrators."""

from datetime import datetime
from datetime import UTC
from kaarst.core.rest import ApiService
from kaarst.core.rest import JsonGet
from kaarst.core.rest.services import check_origin
from kaarst.core.signin.staff import presence
from plone.protect.interfaces import IDisableCSRFProtection
from zExceptions import NotFound
from zope.interface import alsoProvides
from zope.interface import implementer
from zope.publisher.interfaces import IPublishTraverse


class StaffSessionsGet(JsonGet):
    """Everybody of the staff with their logins; never a token."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        return {"items": [_colleague(one) for one in presence.everybody(self.context)]}


@implementer(IPublishTraverse)
class StaffSessionsDelete(ApiService):
    """`@staff-sessions/<user>` ends all logins of a person, `@staff-sessions/<user>/<id>` one."""

    def __init__(self, context, request):
        super().__init__(context, request)
        self.path: list[str] = []

    def publishTraverse(self, request, name):
        self.path.append(name)
        return self

    def answer(self):
        alsoProvides(self.request, IDisableCSRFProtection)
        self.request.response.setHeader("Cache-Control", "no-store")
        check_origin(self.context, self.request)
        if len(self.path) not in (1, 2):
            raise NotFound("@staff-sessions")
        count = presence.end(self.context, *self.path)
        if not count:
            raise NotFound("@staff-sessions")
        return 200, {"ended": count}


def _colleague(one: presence.Colleague) -> dict:
    return {
        "user": one.user,
        "name": one.name,
        "way": one.way,
        "groups": list(one.groups),
        "roles": list(one.roles),
        "first_seen": _moment(one.first),
        "last_login": _moment(one.last),
        "sessions": [
            {
                "id": presence.reference(session),
                "device": session.device,
                "started": _moment(session.started),
                "seen": _moment(session.seen),
                "ends": _moment(session.ends),
            }
            for session in one.sessions
        ],
    }


def _moment(seconds: float) -> str | None:
    if not seconds:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
