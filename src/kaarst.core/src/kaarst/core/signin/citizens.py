"""Citizens sign in: by BundID through the town's broker, on a page or in another front end."""

from kaarst.core import _
from kaarst.core import stores
from kaarst.core.signin import attributes
from kaarst.core.signin import settings
from kaarst.core.signin.doors import IDoor
from kaarst.core.signin.levels import Level
from kaarst.core.signin.oidc import tokens
from kaarst.core.signin.oidc.refusals import Refused
from kaarst.core.signin.sessions import boxes
from kaarst.core.signin.sessions import store
from kaarst.core.signin.sessions.store import Knowledge
from plone import api
from zope.interface import implementer

import hashlib
import hmac
import secrets


SECRET = "kaarst.core.signin"
MINUTE, HOUR = 60, 3600


def make(site) -> None:
    """Makes the secret out of which a site's user ids come; when the package is installed."""
    stores.store(site, SECRET, lambda: secrets.token_bytes(32))


def user_id(kind: str, *parts: str) -> str:
    """The id of a person at this site: always the same, and telling nothing.

    Out of what the login says of the person (the bPK2 and its issuer, an e-mail address) and a
    secret of the site, so that one town's ids are of no use in another, and an id that gets out
    leads back to nobody.
    """
    return made_of(stores.existing(api.portal.get(), SECRET), kind, *parts)


def made_of(secret: bytes, kind: str, *parts: str) -> str:
    """Returns the id that a site with this secret gives."""
    digest = hmac.new(secret, "\0".join((kind, *parts)).encode(), hashlib.sha256).hexdigest()
    return f"{kind}-{digest[:40]}"


@implementer(IDoor)
class BundIdDoor:
    """The BundID, through the town's broker."""

    title = _("BundID")

    def enabled(self):
        return settings.enabled()

    def client(self):
        return settings.client()

    def acr_values(self, wanted):
        return settings.acr_values(wanted)

    def accept(self, claims, wanted, device, login=None):
        return accept(claims, wanted, device)

    def checked(self, session, token):
        return session

    def landing(self, session, came_from):
        return came_from or f"{api.portal.get().absolute_url()}/my-town"


def take(id_token: str, nonce: str | None, device: str) -> str:
    """Returns the token of a new session for an ID token that a front end of the town was given.

    Each ID token counts once. Raises Refused, Unreachable.
    """
    allowed = [name for name in settings.record("front_ends") or [] if name]
    if not allowed or not settings.enabled():
        raise Refused("audience", "no front end is allowed")
    claims = tokens.id_token(id_token, settings.issuer(), allowed, nonce)
    if not boxes.first_time(id_token, max(int(claims["exp"]) - int(claims["iat"]), 0) + 600):
        raise Refused("replay", "the ID token was used before")
    return accept(claims, Level.NONE, device)


def accept(claims: dict, wanted: Level, device: str) -> str:
    """Returns the token of a new session for claims that were checked; Refused if it is too low."""
    level = settings.level_of(claims)
    if level < wanted:
        raise Refused("level", f"{level.word} instead of {wanted.word}")
    bpk2 = claims.get(settings.record("user_claim"))
    if not isinstance(bpk2, str) or not bpk2.strip():
        raise Refused("claims", "the login names nobody (bPK2)")
    known = attributes.read(claims, settings.rules(), level)
    name, mail = attributes.full_name(known), known.get("mail")
    return store.begin(
        api.portal.get().getId(),
        user_id(store.BUNDID, settings.issuer(), bpk2.strip()),
        store.BUNDID,
        level,
        Knowledge(
            name=name.value if name else "", email=mail.value if mail else "", attributes=known
        ),
        idle=settings.record("idle_minutes") * MINUTE,
        longest=settings.record("longest_hours") * HOUR,
        device=device,
        provider_session=claims["sid"] if isinstance(claims.get("sid"), str) else "",
        provider_subject=claims["sub"],
    )
