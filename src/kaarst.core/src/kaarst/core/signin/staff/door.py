"""Staff come in: who they are, and what the provider's groups give them here."""

from kaarst.core import _
from kaarst.core.signin import settings as citizens
from kaarst.core.signin.doors import IDoor
from kaarst.core.signin.levels import Level
from kaarst.core.signin.oidc import flow
from kaarst.core.signin.oidc.refusals import Refused
from kaarst.core.signin.sessions import store
from kaarst.core.signin.sessions.store import Knowledge
from kaarst.core.signin.staff import checks
from kaarst.core.signin.staff import directory
from kaarst.core.signin.staff import identity
from kaarst.core.signin.staff import mapping
from kaarst.core.signin.staff import settings
from plone import api
from urllib.parse import urlencode
from zope.interface import implementer


MINUTE, HOUR = 60, 3600


@implementer(IDoor)
class StaffDoor:
    """The town's own provider. A login with a second factor is asked for as a level."""

    title = _("Town hall")

    def enabled(self):
        return settings.enabled()

    def client(self):
        return settings.client()

    def acr_values(self, wanted):
        return tuple(settings.record("acr") or ()) if wanted > Level.NONE else ()

    def accept(self, claims, wanted, device, login=None):
        client = self.client()
        if (client.issuer, client.client_id) == (citizens.issuer(), citizens.record("client_id")):  # fmt: skip
            raise Refused("provider", "staff and citizens have the same client")
        said = _asked(client, claims, login)
        user = identity.user_id(claims.get(settings.record("user_claim")))
        identity.check_free(user)
        factors = mapping.factors_said(claims)
        if wanted > Level.NONE and not checks.is_sure(factors):
            raise Refused("factor", "signed in without an accepted second factor")
        theirs = mapping.groups_said(said.get(settings.record("groups_claim")))
        rights = checks.rights_of(theirs, factors)
        name, email = (
            _text(claims.get(settings.record(one))) for one in ("name_claim", "mail_claim")
        )
        site = api.portal.get().getId()
        try:
            directory.enter(site, user, client.issuer, claims["sub"], name, email)
        except directory.Taken:
            raise Refused("claims", "the user name belongs to another person") from None
        everything = checks.rights_of(theirs, factors, sure=True)
        directory.belongs(site, user, everything.groups, everything.roles)
        return store.begin(
            site,
            user,
            store.STAFF,
            # It vouches for none of a citizen's answers.
            Level.NONE,
            Knowledge(
                name=name,
                email=email,
                roles=rights.roles,
                groups=rights.groups,
                factors=factors,
                access_token=login.access_token,
                refresh_token=login.refresh_token,
                subject=claims["sub"],
                withheld=rights.withheld,
            ),
            idle=settings.record("idle_minutes") * MINUTE,
            longest=settings.record("longest_hours") * HOUR,
            device=device,
            provider_session=_text(claims.get("sid")),
            provider_subject=claims["sub"],
        )

    def checked(self, session, token):
        return checks.checked(session, token)

    def landing(self, session, came_from):
        site = api.portal.get().absolute_url()
        onward = came_from if came_from.rstrip("/") != site else ""
        if session.knowledge.withheld:
            query = f"?{urlencode({'came_from': onward})}" if onward else ""
            return f"{site}/staff-factor{query}"
        return onward or f"{site}/staff-start"


def _asked(client, claims, login) -> dict:
    """What userinfo says. Groups count from there alone: it is what is asked again and again."""
    token = login.access_token if login is not None else ""
    said = flow.userinfo(client, token, claims["sub"]) if token else {}
    if not said:
        raise Refused("provider", "the provider cannot be asked again (no userinfo)")
    return said


def _text(value) -> str:
    return " ".join(value.split())[:300] if isinstance(value, str) else ""
