"""`@session`, `@sign-in`, `@sign-in-mail`, `@sign-in-code` and `@sign-out`, for other front ends."""

from datetime import datetime
from datetime import UTC
from kaarst.core import _
from kaarst.core import ratelimit
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.core.rest import texts
from kaarst.core.rest.errors import ApiError
from kaarst.core.rest.errors import invalid
from kaarst.core.signin import citizens
from kaarst.core.signin import current
from kaarst.core.signin import device
from kaarst.core.signin import mail
from kaarst.core.signin import notes
from kaarst.core.signin import settings
from kaarst.core.signin.levels import Level
from kaarst.core.signin.oidc.refusals import Refused
from kaarst.core.signin.oidc.refusals import Unreachable
from kaarst.core.signin.sessions import boxes
from kaarst.core.signin.sessions import store
from kaarst.core.town.checks import valid_email
from plone import api
from zExceptions import NotFound
from zope.schema import ValidationError


class SessionGet(JsonGet):
    """Who is asking, and in which ways one can sign in here."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        found = current.session(self.request)
        return {
            "session": described(found) if found is not None else None,
            "ways": {"bundid": _bundid(), "mail": mail.enabled()},
        }


class SignInPost(JsonPost):
    """An ID token that the front end was given, for a token of this site's interfaces."""

    max_body = 50_000
    changes = False

    def handle(self, data):
        if not settings.enabled():
            raise NotFound("@sign-in")
        (id_token,) = texts(data, "id_token", limit=30_000)
        nonce = data.get("nonce")
        if nonce is not None and not isinstance(nonce, str):
            raise invalid({"nonce": _("Please send a text.")})
        ratelimit.hit(f"sign-in:{ratelimit.client(self.request)}", 120, 3600)
        return entered(
            self.request, store.BUNDID, lambda: citizens.take(id_token, nonce, _agent(self))
        )


class SignInMailPost(JsonPost):
    """An e-mail address: sends a code to it. `browser` has to come back with the code."""

    max_body = 10_000
    changes = False

    def handle(self, data):
        if not mail.enabled():
            raise NotFound("@sign-in-mail")
        (address,) = texts(data, "email")
        try:
            valid_email(address)
        except ValidationError:
            message = _("This e-mail address is not complete. For example: name@example.org")
            raise invalid({"email": message}) from None
        secret = boxes.token()
        mail.send(self.request, address, secret)
        return 202, {"browser": secret, "expires_in": mail.MINUTES * 60}


class SignInCodePost(JsonPost):
    """The code from the e-mail, for a token of this site's interfaces."""

    max_body = 10_000
    changes = False

    def handle(self, data):
        code, secret = texts(data, "code", "browser")
        return entered(
            self.request, store.MAIL, lambda: mail.by_code(code, secret, _agent(self))[0]
        )


class SignOutPost(JsonPost):
    """Ends the session of who is asking; with `everywhere` all of theirs."""

    max_body = 1_000
    changes = False

    def handle(self, data):
        found = current.session(self.request)
        if found is None:
            return 200, {"ended": 0}
        if data.get("everywhere") is True:
            count = store.end_all(found.site, found.user)
        else:
            count = store.end_one(found.site, found.user, found.handle)
        notes.signed_out(found.kind, found.user, "self", count)
        return 200, {"ended": count}


def entered(request, way: str, begin) -> tuple[int, dict]:
    """Begins a session and describes it, or refuses with 403 or 503."""
    try:
        token = begin()
    except Refused as error:
        notes.refused(way, error)
        message = _("The login was not accepted.")
        raise ApiError(403, "SignInRefused", message, more={"reason": error.reason}) from None
    except Unreachable as error:
        notes.unreachable(way, error)
        message = _("Signing in is not possible at the moment. Please try again later.")
        raise ApiError(
            503, "ProviderUnreachable", message, headers={"Retry-After": "120"}
        ) from None
    found = store.find(token, api.portal.get().getId())
    notes.signed_in(way, found.user, found.level)
    return 200, {"token": f"{current.BEARER}{token}", "session": described(found)}


def described(found) -> dict:
    """A session as JSON; of the attributes those that forms ask for."""
    return {
        "way": found.kind,
        "level": found.level.word,
        "name": found.knowledge.name,
        "email": found.knowledge.email,
        "expires": datetime.fromtimestamp(found.ends, UTC).isoformat(timespec="seconds"),
        "attributes": {
            name: {"value": one.value, "level": one.level.word}
            for name, one in found.knowledge.attributes.items()
        },
    }


def _bundid():
    if not settings.enabled():
        return None
    return {
        "issuer": settings.issuer(),
        "levels": {
            level.word: settings.record(f"acr_{level.word}")
            for level in Level
            if level > Level.NONE
        },
    }


def _agent(service) -> str:
    return device.described(service.request.getHeader("User-Agent"))
