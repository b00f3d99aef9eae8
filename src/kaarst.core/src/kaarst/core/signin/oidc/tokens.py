"""Checks what a provider has signed: ID tokens and logout tokens.

OpenID Connect Core 1.0, section 3.1.3.7, and Back-Channel Logout 1.0, section 2.6. Signature and
times are PyJWT's work; which algorithms count is ours, never the token's.
"""

from collections.abc import Collection
from jwt.exceptions import ExpiredSignatureError
from jwt.exceptions import ImmatureSignatureError
from jwt.exceptions import InvalidAudienceError
from jwt.exceptions import InvalidIssuerError
from jwt.exceptions import InvalidSignatureError
from jwt.exceptions import PyJWTError
from kaarst.core.signin.oidc.provider import ALGORITHMS
from kaarst.core.signin.oidc.provider import provider
from kaarst.core.signin.oidc.refusals import Refused

import hmac
import jwt
import time


#: Seconds that two clocks may be apart.
SKEW = 120
#: Characters; longer ones are not looked at.
LONGEST = 30_000
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


def id_token(
    token: str,
    issuer: str,
    audiences: Collection[str],
    nonce: str | None,
    max_age: int | None = None,
) -> dict:
    """Returns the claims of an ID token that is meant for one of `audiences` (client ids).

    `nonce`: the one that was sent, or None where there was none to send (a front end's own login).
    `max_age`: seconds since the person themself has signed in, where that was asked for.
    Raises Refused or Unreachable.
    """
    claims = _verified(token, issuer, audiences, ("iss", "sub", "aud", "exp", "iat"))
    _check_party(claims, audiences)
    if nonce is not None and not hmac.compare_digest(str(claims.get("nonce", "")), nonce):
        raise Refused("nonce", "the ID token answers another login")
    if max_age is not None:
        since = claims.get("auth_time")
        if not isinstance(since, int) or since < time.time() - max_age - SKEW:
            raise Refused("expired", "the person has not signed in anew")
    return claims


def logout_token(token: str, issuer: str, client_id: str) -> dict:
    """Returns the claims of a logout token; it names `sub`, `sid` or both. Raises Refused."""
    claims = _verified(token, issuer, (client_id,), ("iss", "aud", "iat", "jti"))
    events = claims.get("events")
    if not isinstance(events, dict) or LOGOUT_EVENT not in events or "nonce" in claims:
        raise Refused("claims", "no logout token")
    if not (isinstance(claims.get("sub"), str) or isinstance(claims.get("sid"), str)):
        raise Refused("claims", "the logout token names nobody")
    if claims["iat"] < time.time() - 600:
        raise Refused("expired", "the logout token is old")
    return claims


def _verified(token, issuer, audiences, required) -> dict:
    if not isinstance(token, str) or len(token) > LONGEST:
        raise Refused("claims", "no token")
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise Refused("algorithm", "signed in a way that does not count")
        kid = header.get("kid")
        return jwt.decode(
            token,
            provider(issuer).key(kid if isinstance(kid, str) else None).key,
            algorithms=ALGORITHMS,
            audience=list(audiences),
            issuer=issuer,
            leeway=SKEW,
            options={"require": list(required), "verify_iat": True},
        )
    except InvalidSignatureError as error:
        raise Refused("signature", "the signature is wrong") from error
    except InvalidIssuerError as error:
        raise Refused("issuer", "of another issuer") from error
    except InvalidAudienceError as error:
        raise Refused("audience", "made for another client") from error
    except (ExpiredSignatureError, ImmatureSignatureError) as error:
        raise Refused("expired", "over, or not valid yet") from error
    # A key of another kind than the algorithm wants is a TypeError inside PyJWT.
    except (PyJWTError, TypeError, ValueError) as error:
        raise Refused("claims", f"not readable ({type(error).__name__})") from error


def _check_party(claims: dict, audiences: Collection[str]) -> None:
    """With several audiences the one that the token was issued to is named, and has to be us."""
    party, audience = claims.get("azp"), claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if (several or party is not None) and party not in audiences:
        raise Refused("audience", "issued to another client")
