"""An OpenID Connect provider on loopback whose answers a test may spoil, one thing at a time.

It keeps to the rules where a test does not say otherwise: codes count once, PKCE is checked, client
and redirect address have to fit. `bundid` of the demo city is another one, from PyPI.
"""

from cryptography.hazmat.primitives.asymmetric import rsa
from functools import lru_cache
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from jwt.algorithms import RSAAlgorithm
from urllib.parse import parse_qs
from urllib.parse import parse_qsl
from urllib.parse import urlencode
from urllib.parse import urlsplit

import base64
import hashlib
import json
import jwt
import secrets
import threading
import time


CLIENT, SECRET = "kaarst", "geheim-nur-im-test"


@lru_cache
def rsa_key(name):
    """A key of 2048 bits; the same name gives the same one."""
    return rsa.generate_private_key(65537, 2048)


class Provider:
    """Starts a server; `person` are the claims of whoever signs in next."""

    def __init__(self):
        self.person, self.codes, self.tokens, self.asked = {}, {}, {}, []
        self.kid, self.gone, self.silent = "one", set(), False
        #: Whether there are refresh tokens, and for whom.
        self.refreshes, self.sessions = False, {}
        #: What is spoilt: functions of (claims) for the ID token, or other names.
        self.spoil = {}
        handler = type("Handler", (_Handler,), {"provider": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}/realm"
        self._thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def settings(self, **more):
        """What a town sets up for it."""
        return {
            "enabled": True,
            "issuer": self.issuer,
            "client_id": CLIENT,
            "front_ends": ["app"],
            **more,
        }

    def sign(self, claims, kid=None, **headers):
        """An ID token."""
        name = kid or self.kid
        return jwt.encode(claims, rsa_key(name), "RS256", {"kid": name, **headers})

    def claims(self, nonce=None, audience=CLIENT, **more):
        """Those of an ID token for the present person."""
        now = int(time.time())
        found = {"iss": self.issuer, "aud": audience, "iat": now, "exp": now + 300, **self.person}
        found["jti"] = secrets.token_hex(8)
        if nonce is not None:
            found["nonce"] = nonce
        return {**found, **more}

    def approve(self, address):
        """Does what a person does at the provider; returns the address that leads back."""
        query = dict(parse_qsl(urlsplit(address).query))
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        self.asked.append(query)
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        back = {"code": code, "state": query["state"], "iss": self.issuer}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    # What the server answers

    def document(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/end",
            **self.spoil.get("document", {}),
        }

    def keys(self):
        public = RSAAlgorithm.to_jwk(rsa_key(self.kid).public_key(), as_dict=True)
        return {"keys": [{**public, "kid": self.kid, "use": "sig", "alg": "RS256"}]}

    def token(self, form, authorization):
        if form.get("grant_type") == "refresh_token":
            return self.refreshed(form.get("refresh_token", ""))
        begun = self.codes.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if begun is None or authorization not in ("", f"Basic {basic}"):
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != begun["code_challenge"] or form["redirect_uri"] != begun["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        claims = self.claims(begun["nonce"])
        claims = self.spoil.get("claims", lambda claims: claims)(claims)
        signed = self.spoil.get("sign", self.sign)(claims)
        access = secrets.token_urlsafe(16)
        self.tokens[access] = self.sessions[access] = self.person
        refresh = {"refresh_token": f"again-{access}"} if self.refreshes else {}
        return 200, {
            "id_token": signed, "access_token": access, "token_type": "Bearer", **refresh,
        }  # fmt: skip

    def refreshed(self, token):
        """Each refresh token counts once; of somebody who is gone none does."""
        access = token.removeprefix("again-")
        person = self.sessions.pop(access, None) if self.refreshes else None
        if person is None or person["sub"] in self.gone:
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe(16)
        self.tokens[access] = self.sessions[access] = person
        return 200, {"access_token": access, "refresh_token": f"again-{access}"}

    def userinfo(self, authorization):
        person = self.tokens.get(authorization.removeprefix("Bearer "))
        if person is None or person["sub"] in self.gone:
            return 401, {"error": "invalid_token"}
        return 200, {"sub": person["sub"], **self.spoil.get("userinfo", {})}


class _Handler(BaseHTTPRequestHandler):
    provider = None

    def log_message(self, *arguments):
        pass

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(503 if self.provider.silent else status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        path = urlsplit(self.path).path.removeprefix("/realm")
        if path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.provider.approve(self.path))
            self.send_header("Content-Length", "0")
            return self.end_headers()
        if path == "/.well-known/openid-configuration":
            return self.answer(200, self.provider.document())
        if path == "/keys":
            return self.answer(200, self.provider.keys())
        if path == "/userinfo":
            return self.answer(*self.provider.userinfo(self.headers.get("Authorization", "")))
        return self.answer(404, {})

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        form = {name: one[0] for name, one in parse_qs(self.rfile.read(length).decode()).items()}
        if urlsplit(self.path).path == "/realm/token":
            return self.answer(*self.provider.token(form, self.headers.get("Authorization", "")))
        return self.answer(404, {})
