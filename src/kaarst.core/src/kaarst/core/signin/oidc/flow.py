"""The two halves of a login: away to the provider, and back with a code.

OpenID Connect Core 1.0, section 3.1, with PKCE (RFC 7636, S256), `state` and `nonce`, as RFC 9700
(best current practice for OAuth 2.0) asks for. What has to be remembered in between is a Pending;
who keeps it binds it to the browser and gives it out once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from kaarst.core.signin.oidc import tokens
from kaarst.core.signin.oidc.provider import answered
from kaarst.core.signin.oidc.provider import Client
from kaarst.core.signin.oidc.provider import provider
from kaarst.core.signin.oidc.refusals import Refused
from urllib.parse import urlencode

import base64
import hashlib
import hmac
import secrets


@dataclass(frozen=True)
class Pending:
    """A login that has begun. `acr`: what was asked for; `max_age`: seconds, or None."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    acr: tuple[str, ...] = ()
    max_age: int | None = None


@dataclass(frozen=True)
class Login:
    """What the provider says. `claims`: of the ID token, with those of userinfo that it lacks."""

    claims: dict
    id_token: str
    access_token: str
    refresh_token: str = ""

    def __repr__(self):
        return "Login()"


def begin(
    client: Client, redirect_uri: str, acr: tuple[str, ...] = (), max_age: int | None = None
) -> tuple[str, Pending]:
    """Returns the provider's address to send the browser to, and what to remember.

    `acr`: what the login should reach, the best first. Raises Unreachable, Refused.
    """
    pending = Pending(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(64),
        redirect_uri=redirect_uri,
        acr=acr,
        max_age=max_age,
    )
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": redirect_uri,
        "scope": client.scope,
        "state": pending.state,
        "nonce": pending.nonce,
        "code_challenge": _challenge(pending.verifier),
        "code_challenge_method": "S256",
    }
    if acr:
        query["acr_values"] = " ".join(acr)
    if max_age is not None:
        query["max_age"] = str(max_age)
    address = provider(client.issuer).endpoint("authorization_endpoint")
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}", pending


def finish(client: Client, pending: Pending, answer: Mapping[str, str]) -> Login:
    """Returns the login for what the browser brought back. Raises Refused or Unreachable."""
    if not hmac.compare_digest(answer.get("state", ""), pending.state):
        raise Refused("state", "the answer belongs to another login")
    if answer.get("error"):
        raise Refused("denied", "the provider or the person broke it off")
    # RFC 9207, section 2.4: an answer names the right issuer, and one that always does never none.
    named = provider(client.issuer).document().get("authorization_response_iss_parameter_supported")
    if answer.get("iss", "" if named is True else client.issuer) != client.issuer:
        raise Refused("issuer", "the answer comes from another issuer")
    if not answer.get("code"):
        raise Refused("code", "the answer brings no code")
    got = _redeemed(client, pending, answer["code"])
    claims = tokens.id_token(
        got.get("id_token"), client.issuer, (client.client_id,), pending.nonce, pending.max_age
    )
    access_token, refresh_token = _tokens(got)
    if access_token:
        claims = {**userinfo(client, access_token, claims["sub"]), **claims}
    return Login(claims, got["id_token"], access_token, refresh_token)


def refreshed(client: Client, refresh_token: str) -> tuple[str, str]:
    """Returns a new access token and, if there is one, the next refresh token (else empty).

    OpenID Connect Core 1.0, section 12. Raises Refused where the login has ended, or Unreachable.
    """
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    access_token, refresh_token = _tokens(_posted(client, form))
    if not access_token:
        raise Refused("provider", "the provider gives no new access token")
    return access_token, refresh_token


def userinfo(client: Client, access_token: str, subject: str) -> dict:
    """Returns what the provider says of the person now; empty where it has no such service.

    Raises Refused where the token does not count any more, or the answer is about somebody else.
    """
    address = provider(client.issuer).endpoint("userinfo_endpoint")
    if not address:
        return {}
    found = answered("GET", address, headers={"Authorization": f"Bearer {access_token}"})
    if found.get("sub") != subject:
        raise Refused("claims", "userinfo is about somebody else")
    return found


def sign_out_address(client: Client, back: str) -> str:
    """Returns the provider's address that ends the login there too, or an empty text.

    OpenID Connect RP-Initiated Logout 1.0.
    """
    address = provider(client.issuer).endpoint("end_session_endpoint")
    if not address:
        return ""
    query = {"client_id": client.client_id, "post_logout_redirect_uri": back}
    # Without the hint the provider asks the person; the token itself would stand in addresses.
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def _redeemed(client: Client, pending: Pending, code: str) -> dict:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": pending.redirect_uri,
        "code_verifier": pending.verifier,
    }
    try:
        return _posted(client, form)
    except Refused as error:
        raise Refused("code", "the provider does not take the code") from error


def _posted(client: Client, form: dict) -> dict:
    address = provider(client.issuer).endpoint("token_endpoint")
    if client.secret:
        return answered("POST", address, data=form, auth=(client.client_id, client.secret))
    return answered("POST", address, data={**form, "client_id": client.client_id})


def _tokens(got: dict) -> tuple[str, str]:
    found = (got.get(name) for name in ("access_token", "refresh_token"))
    access_token, refresh_token = (one if isinstance(one, str) else "" for one in found)
    return access_token, refresh_token


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
