"""`GET` and `POST /vorgaenge/@deputies`, `POST /vorgaenge/@deputies-end`."""

from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.core.rest import texts
from kaarst.services.cases.content import current_user
from kaarst.services.cases.deputies import naming
from kaarst.services.cases.deputies.store import this_day
from zExceptions import NotFound


class DeputiesGet(JsonGet):
    """The agreements the user has a part in, and who may be named."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        return {
            "items": [described(one) for one in naming.mine(self.context)],
            "colleagues": [{"id": id, "name": name} for id, name in naming.colleagues().items()],
        }


class DeputiesPost(JsonPost):
    """`deputy`, `first`, `last` → the agreement."""

    max_body = 10_000

    def handle(self, data):
        found, errors = naming.checked(data)
        if errors:
            raise invalid(errors)
        return 201, described(self.context.deputies.add(current_user(), *found))


class DeputiesEndPost(JsonPost):
    """`id` of an agreement; either of the two may end it."""

    max_body = 10_000

    def handle(self, data):
        (id,) = texts(data, "id")
        if not naming.end(self.context, id):
            raise NotFound(id)
        return 200, {"id": id}


def described(one):
    """An agreement as JSON."""
    return {
        "id": one.id,
        "clerk": one.clerk,
        "deputy": one.deputy,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "now": one.holds(this_day()),
    }
