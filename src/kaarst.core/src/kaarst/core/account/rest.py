"""`GET /@account`, `POST /@account-take` and `/@account-leave`, for other front ends."""

from kaarst.core import reference
from kaarst.core.account import store
from kaarst.core.account.sections import entries
from kaarst.core.account.sections import sealed
from kaarst.core.reference_lookup import guarded
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.core.rest import texts


def described() -> dict:
    """The account of who is asking, as JSON."""
    return {
        "sections": [
            {
                "id": name,
                "title": section.title,
                "items": [
                    {
                        "number": entry.number,
                        "title": entry.title,
                        "state": entry.state,
                        "when": entry.when.isoformat(timespec="seconds"),
                        "todo": entry.todo,
                    }
                    for entry in there
                ],
            }
            for name, section, there in entries(store.current())
        ]
    }


class AccountGet(JsonGet):
    """What stands in the account: `sections: [{id, title, items}]`."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        return described()


class AccountTakePost(JsonPost):
    """Number and PIN: brings a case, an appointment or a begun form into the account."""

    max_body = 10_000

    def handle(self, data):
        number, pin = texts(data, "number", "pin")
        guarded(self.request, number, pin, sealed)
        store.take(reference.normalise(number))
        return 200, described()


class AccountLeavePost(JsonPost):
    """Number: takes it out of the account; what it leads to stays, with number and PIN."""

    max_body = 10_000

    def handle(self, data):
        (number,) = texts(data, "number")
        store.leave(reference.normalise(number), store.current())
        return 200, described()
