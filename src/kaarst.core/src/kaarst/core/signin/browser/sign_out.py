"""Signing out: here, at the provider, and from there."""

from kaarst.core.page import Page
from kaarst.core.sealing import NotOpened
from kaarst.core.signin import current
from kaarst.core.signin import doors
from kaarst.core.signin import notes
from kaarst.core.signin.oidc import flow
from kaarst.core.signin.oidc import tokens
from kaarst.core.signin.oidc.refusals import Refused
from kaarst.core.signin.oidc.refusals import Unreachable
from kaarst.core.signin.sessions import boxes
from kaarst.core.signin.sessions import store
from plone import api
from plone.protect.interfaces import IDisableCSRFProtection
from Products.CMFPlone.browser.login.logout import LogoutView
from zExceptions import HTTPMethodNotAllowed
from zope.component import getUtility
from zope.component import queryUtility
from zope.interface import alsoProvides


class SignOut(LogoutView):
    """As Plone's; who came from a provider is led on there, so that its login ends as well."""

    def __call__(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        session = current.session(self.request)
        super().__call__()
        if session is None:
            return
        address = self._provider(session.kind)
        if address:
            self.request.response.redirect(address)

    def _provider(self, kind: str) -> str:
        door = queryUtility(doors.IDoor, kind)
        if door is None or not door.enabled():
            return ""
        try:
            back = f"{api.portal.get().absolute_url()}/logged-out"
            return flow.sign_out_address(door.client(), back)
        except (Refused, Unreachable, NotOpened) as error:
            notes.unreachable(kind, error)
            return ""


class BackChannel(Page):
    """The provider says that a login has ended (OpenID Connect Back-Channel Logout 1.0)."""

    kind = store.BUNDID

    def __call__(self):
        self.private()
        if self.request.method != "POST":
            raise HTTPMethodNotAllowed("POST")
        # The token is signed by the provider; there is no browser whose rights could be misused.
        alsoProvides(self.request, IDisableCSRFProtection)
        response = self.request.response
        response.setHeader("Content-Type", "text/plain; charset=utf-8")
        door = getUtility(doors.IDoor, self.kind)
        try:
            if not door.enabled():
                raise Refused("provider", "switched off")
            client = door.client()
            claims = tokens.logout_token(
                self.text("logout_token", 30_000), client.issuer, client.client_id
            )
            if not boxes.first_time(f"logout\0{client.issuer}\0{claims['jti']}", 1200):
                raise Refused("replay", "the logout token was used before")
        except Refused as error:
            notes.refused(self.kind, error)
            response.setStatus(400)
            return "refused\n"
        except (Unreachable, NotOpened) as error:
            notes.unreachable(self.kind, error)
            response.setStatus(503)
            return "not now\n"
        count = store.end_from_provider(
            api.portal.get().getId(),
            self.kind,
            subject=_text(claims.get("sub")),
            session=_text(claims.get("sid")),
        )
        if count:
            notes.signed_out(self.kind, "", "provider", count)
        return ""


def _text(value) -> str:
    return value if isinstance(value, str) else ""
