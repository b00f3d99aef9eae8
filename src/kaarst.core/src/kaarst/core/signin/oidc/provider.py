"""What a provider says of itself: addresses and keys (OpenID Connect Discovery 1.0).

Both are remembered by each process for some minutes: a key that the provider has withdrawn counts
no longer than that. A key that is not known is looked for once more, not oftener than every few
seconds: so a provider may change its keys, and a stranger with made-up key names cannot make the
town ask without end. Nor does everybody wait anew for a provider that has just given no answer.
"""

from dataclasses import dataclass
from jwt import PyJWK
from jwt import PyJWKSet
from jwt.exceptions import PyJWTError
from kaarst.core.signin.oidc.refusals import Refused
from kaarst.core.signin.oidc.refusals import Unreachable
from urllib.parse import urlsplit

import requests
import threading
import time
import urllib3


#: Seconds to wait for a connection and for an answer.
TIMEOUT = (3.05, 8)
REMEMBERED = 600
#: Seconds between two looks for a key that is not known, or for a provider that gave no answer.
ANEW = 5
#: Bytes; a provider's documents have some thousand.
LARGEST = 500_000
#: Addresses without which there is no login, and those that a provider may do without.
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
WHERE_THERE = ("userinfo_endpoint", "end_session_endpoint")
# Asymmetric ones only: a secret shared with the provider as a key would let `alg` confuse them.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")


@dataclass(frozen=True)
class Client:
    """The town at its provider. `secret` is empty for a public client (PKCE alone)."""

    issuer: str
    client_id: str
    secret: str = ""
    scope: str = "openid profile email"

    def __repr__(self):
        return f"Client({self.issuer!r}, {self.client_id!r})"


class Provider:
    """One issuer. Threads share it."""

    def __init__(self, issuer: str):
        self.issuer = issuer
        self._lock = threading.Lock()
        self._document: dict | None = None
        self._read = 0.0
        self._away = 0.0
        self._keys: dict[str, PyJWK] = {}
        self._keys_read = 0.0
        self._looked = 0.0

    def endpoint(self, name: str) -> str:
        """Returns an address, as `authorization_endpoint`; empty where it has none.

        Raises Unreachable, and Refused where the document is another issuer's.
        """
        value = self.document().get(name, "")
        return value if isinstance(value, str) else ""

    def document(self) -> dict:
        """The discovery document."""
        with self._lock:
            if self._document is None or time.monotonic() - self._read > REMEMBERED:
                self._document, self._read = self._fetched_document(), time.monotonic()
            return self._document

    def _fetched_document(self) -> dict:
        if self._away and time.monotonic() - self._away < ANEW:
            raise Unreachable(f"{self.issuer} gave no answer a moment ago")
        try:
            found = fetched(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        except Unreachable:
            self._away = time.monotonic()
            raise
        # Discovery 1.0, section 4.3: has to be the one that was asked for, to the letter.
        if found.get("issuer") != self.issuer:
            raise Refused("issuer", "the discovery document is of another issuer")
        self._check_addresses(found)
        return found

    def key(self, kid: str | None) -> PyJWK:
        """Returns the key of that name; without a name the only one. Raises Refused."""
        found = self._known(kid)
        if found is None:
            self._look_again()
            found = self._known(kid)
        if found is None:
            raise Refused("signature", "signed with a key that the provider does not name")
        return found

    def _known(self, kid: str | None) -> PyJWK | None:
        with self._lock:
            if time.monotonic() - self._keys_read > REMEMBERED:
                return None
            if kid is None:
                return next(iter(self._keys.values())) if len(self._keys) == 1 else None
            return self._keys.get(kid)

    def _look_again(self) -> None:
        address = self.endpoint("jwks_uri")
        with self._lock:
            if self._looked and time.monotonic() - self._looked < ANEW:
                if self._keys_read < self._looked:
                    raise Unreachable(f"the keys of {self.issuer} could not be read a moment ago")
                return
            self._looked = time.monotonic()
            try:
                keys = PyJWKSet.from_dict(fetched(address)).keys
            except PyJWTError as error:
                raise Unreachable(f"the keys of {self.issuer} cannot be read") from error
            self._keys = {
                one.key_id or "": one for one in keys if one.public_key_use in (None, "sig")
            }
            self._keys_read = time.monotonic()

    def _check_addresses(self, document: dict) -> None:
        """What carries codes, tokens and keys is encrypted, unless all of it is on this machine."""
        local = urlsplit(self.issuer).hostname in ("localhost", "127.0.0.1", "::1")
        for name in (*NEEDED, *WHERE_THERE):
            if name in WHERE_THERE and not document.get(name):
                continue
            parts = urlsplit(str(document.get(name, "")))
            if not parts.hostname or parts.scheme not in (
                ("https", "http") if local else ("https",)
            ):
                raise Refused("issuer", f"{name} is no https address")


_providers: dict[str, Provider] = {}
_lock = threading.Lock()


def provider(issuer: str) -> Provider:
    """Returns this process's provider of an issuer."""
    with _lock:
        if issuer not in _providers:
            if len(_providers) > 50:
                _providers.clear()
            _providers[issuer] = Provider(issuer)
        return _providers[issuer]


def forget() -> None:
    """Forgets all documents and keys, as when the settings have changed."""
    with _lock:
        _providers.clear()


def fetched(url: str, **options) -> dict:
    """Returns the JSON object at an address. Raises Unreachable."""
    return answered("GET", url, **options)


def answered(method: str, url: str, **options) -> dict:
    """Asks the provider and returns the JSON object of its answer.

    Raises Unreachable when there is none, Refused("provider") when it says no (4xx). Follows no
    redirect: an address of the provider that leads elsewhere is none.
    """
    try:
        with requests.request(
            method, url, timeout=TIMEOUT, allow_redirects=False, stream=True, **options
        ) as answer:
            body = answer.raw.read(LARGEST + 1, decode_content=True)
            # Too late, too early, too often: not a word about what was asked.
            if 400 <= answer.status_code < 500 and answer.status_code not in (408, 425, 429):
                raise Refused("provider", f"the provider answered {answer.status_code}")
            if answer.status_code != 200 or len(body) > LARGEST:
                raise Unreachable(f"the provider answered {answer.status_code}")
            found = requests.models.complexjson.loads(body)
    # Reading by hand, urllib3's own errors come through as they are.
    except (
        requests.RequestException,
        urllib3.exceptions.HTTPError,
        OSError,
        ValueError,
        RecursionError,
    ) as error:
        raise Unreachable(f"the provider gave no answer ({type(error).__name__})") from error
    if not isinstance(found, dict):
        raise Unreachable("the provider's answer is no JSON object")
    return found
