"""Authorisations, for other front ends: listing, giving, accepting and ending them."""

from dataclasses import replace
from kaarst.core import _
from kaarst.core.account.rest import required
from kaarst.core.acting import authorisation
from kaarst.core.acting import current
from kaarst.core.acting import giving
from kaarst.core.acting import seeing
from kaarst.core.acting import store
from kaarst.core.acting.keeping import described
from kaarst.core.reference_lookup import guarded
from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.core.rest import texts
from zExceptions import NotFound


def not_possible(error: authorisation.NotPossible) -> ApiError:
    """A 409 that says why."""
    return ApiError(409, "NotPossible", error.args[0])


def optional(data: dict, *names: str) -> dict:
    """Texts that may be missing, stripped. Raises ApiError 400."""
    found, errors = {}, {}
    for name in names:
        value = data.get(name)
        if value is None:
            value = ""
        if not isinstance(value, str) or len(value) > giving.LONGEST_NAME:
            errors[name] = _("At most ${count} characters.", mapping={"count": giving.LONGEST_NAME})
        else:
            found[name] = value.strip()
    if errors:
        raise invalid(errors)
    return found


class AuthorisationsGet(JsonGet):
    """`items`: what the account has given or holds, the newest first; `acting`: the one in use."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        account = required()
        acting = current.current(self.request)
        return {
            "acting": acting.authorisation if acting else None,
            "items": [described(one, account) for one in store.of_account(account)],
        }


class AuthorisationsPost(JsonPost):
    """Gives (`person`, or with `founded_on`) or declares one; 201, with a code if it was given."""

    max_body = 10_000

    def handle(self, data):
        account = required()
        found = optional(data, "kind", "name", "own_name", "last_day", "founded_on")
        wish = giving.Wish(**{**found, "last_day": giving.day(found["last_day"])})
        errors, sees = giving.errors(wish), data.get("sees", False)
        if not isinstance(sees, bool):
            errors["sees"] = _("Please answer with true or false.")
        if errors:
            raise invalid(errors)
        wish = replace(wish, sees=sees and not wish.founded_on)
        number = pin = ""
        try:
            if wish.kind == authorisation.PERSON or wish.founded_on:
                made, number, pin = giving.give(account, wish)
            else:
                made = giving.declare(account, wish)
        except authorisation.NotPossible as error:
            raise not_possible(error) from None
        code = {"number": number, "pin": pin} if number else {}
        return 201, {**described(made, account), **code}


class AuthorisationAcceptPost(JsonPost):
    """`{number, pin}` → what it is for; with `accept: true` it is taken on."""

    max_body = 10_000

    def handle(self, data):
        number, pin = texts(data, "number", "pin")
        name = optional(data, "own_name")["own_name"]
        account = required()
        one = guarded(self.request, number, pin, store.sealed)
        if data.get("accept") is True:
            try:
                giving.accept(account, one, name)
            except authorisation.NotPossible as error:
                raise not_possible(error) from None
        return 200, described(one, account)


class AuthorisationEndPost(JsonPost):
    """`{id}`: ends one that the account has given or holds, at once."""

    max_body = 10_000

    def handle(self, data):
        (id,) = texts(data, "id")
        account = required()
        try:
            return 200, described(giving.end(account, id), account)
        except KeyError:
            raise NotFound(id) from None


class AuthorisationActPost(JsonPost):
    """`{id}`: this login acts by it from now on; with `id: null` for nobody else any more."""

    max_body = 10_000

    def handle(self, data):
        required()
        if data.get("id") in (None, ""):
            current.stop(self.request)
            return 200, {"acting": None}
        (id,) = texts(data, "id")
        try:
            return 200, {"acting": current.begin(id, self.request).authorisation}
        except KeyError:
            raise NotFound(id) from None
        except authorisation.NotPossible as error:
            raise not_possible(error) from None


class AuthorisationHidePost(JsonPost):
    """`{id}`: who acts by it sees nothing any more of what its giver has sent and booked."""

    max_body = 10_000

    def handle(self, data):
        (id,) = texts(data, "id")
        account = required()
        try:
            return 200, described(giving.stop_showing(account, id), account)
        except KeyError:
            raise NotFound(id) from None


class AuthorisationHandOverPost(JsonPost):
    """`{id}` of somebody invited to one's own business: leads it from now on, in one's own place."""

    max_body = 10_000

    def handle(self, data):
        (id,) = texts(data, "id")
        account = required()
        try:
            given = giving.hand_over(account, id)
        except KeyError:
            raise NotFound(id) from None
        except authorisation.NotPossible as error:
            raise not_possible(error) from None
        return 200, described(given, account)


class RepresentedGet(JsonGet):
    """What the one for whom this login acts lets it see: `name`, `sections: [{id, title, items}]`."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        required()
        acting = current.current(self.request)
        return {
            "name": acting.name if acting else None,
            "sections": [
                {
                    "id": name,
                    "title": getattr(section, "shared_title", section.title),
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
                for name, section, there in seeing.entries(self.request)
            ],
        }
