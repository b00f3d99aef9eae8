"""The protocol against a real provider on loopback: what is right gets in, every spoilt thing is refused."""

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization import PublicFormat
from kaarst.core.signin.oidc import flow
from kaarst.core.signin.oidc import provider
from kaarst.core.signin.oidc import tokens
from kaarst.core.signin.oidc.provider import Client
from kaarst.core.signin.oidc.refusals import Refused
from kaarst.core.signin.oidc.refusals import Unreachable
from tests.oidc_provider import CLIENT
from tests.oidc_provider import Provider
from tests.oidc_provider import rsa_key
from tests.oidc_provider import SECRET
from urllib.parse import parse_qsl
from urllib.parse import urlsplit

import base64
import hashlib
import hmac
import json
import jwt
import pytest
import time
import time_machine


BACK = "https://www.example.org/kaarst/sign-in-callback"


@pytest.fixture
def bundid():
    made = Provider()
    made.person = {"sub": "s-1", "bpk2": "erika", "acr": "STORK-QAA-Level-4"}
    provider.forget()
    yield made
    made.stop()


@pytest.fixture
def client(bundid):
    return Client(bundid.issuer, CLIENT, SECRET)


def answer_of(bundid, address):
    return dict(parse_qsl(urlsplit(bundid.approve(address)).query))


def signed_in(bundid, client, **change):
    address, pending = flow.begin(client, BACK)
    return flow.finish(client, pending, {**answer_of(bundid, address), **change})


def reason(call, *arguments, **named):
    with pytest.raises(Refused) as caught:
        call(*arguments, **named)
    return caught.value.reason


def test_a_login(bundid, client):
    address, pending = flow.begin(client, BACK, ("STORK-QAA-Level-3", "STORK-QAA-Level-4"), 0)
    query = dict(parse_qsl(urlsplit(address).query))
    assert query["acr_values"] == "STORK-QAA-Level-3 STORK-QAA-Level-4"
    assert query["max_age"] == "0"
    # What proves that it was us who began is not in the address.
    assert pending.verifier not in address
    bundid.spoil["userinfo"] = {"email": "erika@example.org", "bpk2": "somebody else"}
    login = signed_in(bundid, client)
    assert login.claims["bpk2"] == "erika"
    assert login.claims["email"] == "erika@example.org"
    assert "erika" not in repr(login)
    assert SECRET not in repr(client)


@pytest.mark.parametrize(
    ("claim", "value", "expected"),
    [
        ("iss", "https://evil.example", "issuer"),
        ("iss", None, "claims"),
        ("aud", "another-client", "audience"),
        ("aud", ["another-client"], "audience"),
        ("aud", [CLIENT, "another-client"], "audience"),
        ("azp", "another-client", "audience"),
        ("nonce", "of another login", "nonce"),
        ("nonce", None, "nonce"),
        ("exp", 1_000_000_000, "expired"),
        ("exp", None, "claims"),
        ("iat", 4_000_000_000, "expired"),
        ("nbf", 4_000_000_000, "expired"),
        ("sub", None, "claims"),
        ("sub", 42, "claims"),
    ],
)
def test_claims_that_do_not_fit_are_refused(bundid, client, claim, value, expected):
    def spoilt(claims):
        claims = {**claims, claim: value}
        return {name: one for name, one in claims.items() if one is not None}

    bundid.spoil["claims"] = spoilt
    assert reason(signed_in, bundid, client) == expected


def forged(kind, bundid):
    def sign(claims):
        good = bundid.sign(claims)
        header, body, signature = good.split(".")
        if kind == "none":
            return jwt.encode(claims, None, "none")
        if kind == "hmac":
            # The public key taken for a shared secret.
            public = rsa_key("one").public_key()
            pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            part = b".".join((_part({"alg": "HS256", "kid": "one"}), body.encode()))
            seal = hmac.new(pem, part, hashlib.sha256).digest()
            return b".".join((part, base64.urlsafe_b64encode(seal).rstrip(b"="))).decode()
        if kind == "other key":
            return jwt.encode(claims, rsa_key("evil"), "RS256", {"kid": "one"})
        if kind == "own key in the header":
            public = jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key("evil").public_key(), as_dict=True)
            return jwt.encode(claims, rsa_key("evil"), "RS256", {"kid": "evil", "jwk": public})
        if kind == "unsigned":
            return f"{header}.{body}."
        if kind == "changed":
            other = _part({**claims, "bpk2": "max"}).decode()
            return f"{header}.{other}.{signature}"
        return "no token"

    return sign


def _part(data):
    return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("none", "algorithm"),
        ("hmac", "algorithm"),
        ("other key", "signature"),
        ("own key in the header", "signature"),
        ("unsigned", "signature"),
        ("changed", "signature"),
        ("rubbish", "claims"),
    ],
)
def test_forged_tokens_are_refused(bundid, client, kind, expected):
    bundid.spoil["sign"] = forged(kind, bundid)
    assert reason(signed_in, bundid, client) == expected


def test_what_the_browser_brings_back_has_to_fit(bundid, client):
    assert reason(signed_in, bundid, client, state="another") == "state"
    assert reason(signed_in, bundid, client, code="") == "code"
    assert reason(signed_in, bundid, client, code="made up") == "code"
    assert reason(signed_in, bundid, client, iss="https://evil.example") == "issuer"
    assert reason(signed_in, bundid, client, error="access_denied") == "denied"
    # A code counts once.
    address, pending = flow.begin(client, BACK)
    answer = answer_of(bundid, address)
    flow.finish(client, pending, answer)
    assert reason(flow.finish, client, pending, answer) == "code"
    # A stolen code is of no use without the verifier of the browser that began.
    address, pending = flow.begin(client, BACK)
    _address, other = flow.begin(client, BACK)
    stolen = {**answer_of(bundid, address), "state": other.state}
    assert reason(flow.finish, client, other, stolen) == "code"


def test_an_answer_without_its_issuer_where_the_provider_always_names_it(bundid, client):
    bundid.spoil["document"] = {"authorization_response_iss_parameter_supported": True}
    address, pending = flow.begin(client, BACK)
    answer = answer_of(bundid, address)
    del answer["iss"]
    assert reason(flow.finish, client, pending, answer) == "issuer"


def test_userinfo_about_somebody_else_is_refused(bundid, client):
    bundid.spoil["userinfo"] = {"sub": "s-2"}
    assert reason(signed_in, bundid, client) == "claims"


def test_keys_change_and_clocks_differ(bundid, client):
    signed_in(bundid, client)
    bundid.kid = "two"
    with pytest.MonkeyPatch.context() as patch:
        # Not asked again at once: made-up names of keys must not keep the provider busy.
        assert reason(signed_in, bundid, client) == "signature"
        patch.setattr(provider, "ANEW", 0)
        assert signed_in(bundid, client).claims["bpk2"] == "erika"
    with time_machine.travel(time.time() - 100):
        assert signed_in(bundid, client).claims["bpk2"] == "erika"
    bundid.spoil["claims"] = lambda claims: {**claims, "exp": claims["iat"] - 100}
    assert signed_in(bundid, client).claims["bpk2"] == "erika"
    bundid.spoil["claims"] = lambda claims: {**claims, "exp": claims["iat"] - 130}
    assert reason(signed_in, bundid, client) == "expired"


def test_a_key_that_was_withdrawn_counts_no_longer_than_it_is_remembered(bundid, client):
    signed_in(bundid, client)
    bundid.kid = "two"
    bundid.spoil["sign"] = lambda claims: bundid.sign(claims, kid="one")
    # Stolen, and already withdrawn: for some minutes nobody here knows.
    assert signed_in(bundid, client).claims["bpk2"] == "erika"
    known = provider.provider(client.issuer)
    known._keys_read -= provider.REMEMBERED
    known._looked -= provider.REMEMBERED
    assert reason(signed_in, bundid, client) == "signature"
    del bundid.spoil["sign"]
    assert signed_in(bundid, client).claims["bpk2"] == "erika"


def test_a_login_of_long_ago_does_not_count_where_a_new_one_was_asked_for(bundid, client):
    address, pending = flow.begin(client, BACK, max_age=60)
    for auth_time, expected in ((int(time.time()), None), (int(time.time()) - 600, "expired")):
        bundid.person["auth_time"] = auth_time
        address, pending = flow.begin(client, BACK, max_age=60)
        answer = answer_of(bundid, address)
        if expected:
            assert reason(flow.finish, client, pending, answer) == expected
        else:
            flow.finish(client, pending, answer)


def test_documents_of_strangers_are_refused(bundid, client):
    for change in (
        {"issuer": "https://evil.example"},
        {"issuer": bundid.issuer + "/"},
        {"token_endpoint": "ftp://example.org/token"},
        {"jwks_uri": None},
    ):
        provider.forget()
        bundid.spoil["document"] = change
        assert reason(flow.begin, client, BACK) == "issuer"
    provider.forget()
    # Codes and keys never travel unencrypted, but on this machine.
    strange = provider.Provider("https://login.example.org")
    with pytest.raises(Refused):
        strange._check_addresses({"authorization_endpoint": "http://login.example.org/a"})
    # Tokens neither.
    safe = {name: f"https://login.example.org/{name}" for name in provider.NEEDED}
    strange._check_addresses(safe)
    for name in provider.WHERE_THERE:
        with pytest.raises(Refused):
            strange._check_addresses({**safe, name: "http://login.example.org/a"})


def test_a_provider_that_is_away(bundid, client):
    bundid.silent = True
    with pytest.raises(Unreachable):
        flow.begin(client, BACK)
    bundid.silent = False
    # Not everybody waits anew, and a moment later it is looked for again.
    with pytest.raises(Unreachable, match="a moment ago"):
        flow.begin(client, BACK)
    provider.forget()
    flow.begin(client, BACK)
    provider.forget()
    bundid.stop()
    with pytest.raises(Unreachable):
        flow.begin(client, BACK)


def test_logout_tokens(bundid, client):
    now = int(time.time())
    good = {
        "iss": bundid.issuer,
        "aud": CLIENT,
        "iat": now,
        "exp": now + 60,
        "jti": "1",
        "sub": "s-1",
        "events": {tokens.LOGOUT_EVENT: {}},
    }
    assert tokens.logout_token(bundid.sign(good), bundid.issuer, CLIENT)["sub"] == "s-1"
    for change, expected in (
        ({"nonce": "n"}, "claims"),
        ({"events": {}}, "claims"),
        ({"events": None}, "claims"),
        ({"sub": None}, "claims"),
        ({"jti": None}, "claims"),
        ({"aud": "other"}, "audience"),
        ({"iat": now - 1000}, "expired"),
    ):
        claims = {name: one for name, one in {**good, **change}.items() if one is not None}
        token = bundid.sign(claims)
        assert reason(tokens.logout_token, token, bundid.issuer, CLIENT) == expected
    # An ID token is no logout token.
    id_token = bundid.sign(bundid.claims("n"))
    assert reason(tokens.logout_token, id_token, bundid.issuer, CLIENT) == "claims"
