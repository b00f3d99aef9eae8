"""Through the town's doors, as browsers and front ends come: in, up, out, and not in."""

from kaarst.core import sealing
from kaarst.core import stores
from kaarst.core.audit import kinds
from kaarst.core.outbox import mail_of
from kaarst.core.outbox import outbox
from kaarst.core.signin import citizens
from kaarst.core.signin import plugin
from kaarst.core.signin.oidc import provider
from kaarst.core.signin.sessions import store
from lxml import html
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from tests.core.signin.visitors import entries
from tests.core.signin.visitors import ERIKA
from tests.core.signin.visitors import logout_token
from tests.core.signin.visitors import Visitor
from tests.oidc_provider import CLIENT
from urllib.parse import parse_qs
from urllib.parse import parse_qsl
from urllib.parse import quote
from urllib.parse import urlsplit

import pytest
import re
import requests
import secrets
import transaction


def test_in_and_out(town, bundid, visitor):
    assert visitor.session() is None
    there = quote(f"{visitor.base}/contact?a=1", safe="")
    answer = visitor.sign_in(f"?came_from={there}")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{visitor.base}/contact?a=1"
    cookie = next(value for value in answer.raw.headers.getlist("Set-Cookie") if "session" in value)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "no-store" in answer.headers["Cache-Control"]
    found = visitor.session()
    assert (found["way"], found["level"], found["name"]) == (
        "bundid", "substantial", "Erika Mustermann",
    )  # fmt: skip
    assert found["attributes"]["givenName"] == {"value": "Erika", "level": "substantial"}
    assert found["attributes"]["mail"] == {"value": "erika@example.org", "level": "none"}
    # There is no user of that name, neither to be found nor in the site's memory.
    (session,) = store.of_user(town.getId(), store.find(visitor.token, town.getId()).user)
    transaction.begin()
    assert town.acl_users.getUserById(session.user) is None
    assert town.acl_users.searchUsers(id=session.user) == ()
    assert session.user not in town.portal_memberdata._members
    assert "erika" not in session.user
    out = visitor.get("logout")
    assert urlsplit(out.headers["Location"]).path == "/realm/end"
    query = parse_qs(urlsplit(out.headers["Location"]).query)
    assert query["post_logout_redirect_uri"] == [f"{visitor.base}/logged-out"]
    assert visitor.session() is None
    assert store.find(session.id, town.getId()) is None


def test_a_higher_level_replaces_the_lower_one(town, bundid, visitor):
    bundid.person["acr"] = "STORK-QAA-Level-1"
    visitor.sign_in()
    first, before = visitor.token, visitor.session()
    assert before["level"] == "basic"
    assert before["attributes"]["givenName"]["level"] == "basic"
    # Too low for what was asked for: refused, and nothing lost.
    refused = visitor.sign_in("?level=high")
    assert refused.status_code == 403
    assert bundid.asked[-1]["acr_values"] == "STORK-QAA-Level-4"
    assert visitor.session() == before
    bundid.person["acr"] = "STORK-QAA-Level-4"
    assert visitor.sign_in("?level=high").status_code == 302
    assert visitor.session()["level"] == "high"
    # A new token, and the old one is over (session fixation).
    assert visitor.token != first
    assert store.find(first, town.getId()) is None


def test_answers_that_belong_to_nobody_are_refused(town, bundid, visitor):
    stranger = Visitor(town, bundid)
    # Login CSRF: somebody else's answer, put under my browser.
    theirs = stranger.back()
    assert visitor.http.get(theirs, allow_redirects=False).status_code == 403
    assert visitor.session() is None
    # The same with a login of my own under way.
    visitor.back()
    assert visitor.http.get(theirs, allow_redirects=False).status_code == 403
    assert visitor.session() is None
    # A replayed answer.
    mine = visitor.back()
    assert visitor.http.get(mine, allow_redirects=False).status_code == 302
    assert visitor.http.get(mine, allow_redirects=False).status_code == 403
    for junk in ("", "?state=", "?state=x&code=y", "?code=y", "?state=%00&code=%ff"):
        assert visitor.get(f"sign-in-callback{junk}").status_code in (400, 403)
    # A session that somebody planted beforehand stays without anybody.
    planted = secrets.token_urlsafe(32)
    name = next(one.name for one in visitor.http.cookies if "session" in one.name)
    stranger.http.cookies.set(name, planted, domain="localhost.local")
    stranger.sign_in()
    assert stranger.token != planted
    assert store.find(planted, town.getId()) is None


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "javascript:alert(1)",
        "{base}.evil.example/",
        "{base}@evil.example/",
        "{base}/\\evil",
        "{base}\t/",
        "/relative",
    ],
)
def test_nobody_is_led_to_another_site(town, bundid, visitor, address):
    wanted = quote(address.format(base=visitor.base), safe="")
    answer = visitor.sign_in(f"?came_from={wanted}")
    assert answer.headers["Location"] == f"{visitor.base}/my-town"


def test_every_refusal_is_written_down(town, bundid, visitor):
    def spoil(claim, value):
        return lambda claims: {**claims, claim: value}

    for claim, value, reason in (
        ("iss", "https://evil.example", "issuer"),
        ("aud", "other", "audience"),
        ("nonce", "other", "nonce"),
        ("exp", 1, "expired"),
        ("bpk2", "", "claims"),
    ):
        before = len(entries(kinds.SIGN_IN_REFUSED))
        bundid.spoil["claims"] = spoil(claim, value)
        answer = visitor.sign_in()
        assert answer.status_code == 403
        # The visitor learns nothing that helps an attacker.
        assert (
            reason not in html.fromstring(answer.text).get_element_by_id("content").text_content()
        )
        found = entries(kinds.SIGN_IN_REFUSED)
        assert len(found) == before + 1
        assert found[0].detail and reason in str(found[0].detail)
        assert "erika" not in str(found[0])
    assert visitor.session() is None


def test_when_the_provider_is_away_the_page_says_so(town, bundid, visitor):
    back = visitor.back()
    bundid.silent = True
    answer = visitor.http.get(back, allow_redirects=False)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    provider.forget()
    assert visitor.get("sign-in-bundid").status_code == 503


def test_a_front_end_exchanges_its_id_token_once(town, bundid, visitor):
    def ask(claims=None, **data):
        token = bundid.sign(claims or bundid.claims("n", audience="app"))
        return visitor.http.post(
            f"{visitor.base}/@sign-in",
            json={"id_token": token, "nonce": "n", **data},
            headers={"Accept": "application/json"},
            timeout=30,
        )

    answer = ask()
    assert answer.status_code == 200
    bearer = {"Authorization": f"Bearer {answer.json()['token']}", "Accept": "application/json"}
    visitor.http.cookies.clear()
    assert visitor.get("@session", headers=bearer).json()["session"]["level"] == "substantial"
    again = visitor.http.post(
        f"{visitor.base}/@sign-in",
        json={
            "id_token": bundid.sign(bundid.claims("n", audience="app", iat=1000, exp=1)),
            "nonce": "n",
        },
        headers={"Accept": "application/json"},
    )
    assert (again.status_code, again.json()["reason"]) == (403, "expired")
    used = bundid.sign(bundid.claims("n", audience="app"))
    sent = {"id_token": used, "nonce": "n"}
    json = {"Accept": "application/json"}
    taken = visitor.http.post(f"{visitor.base}/@sign-in", json=sent, headers=json)
    assert taken.status_code == 200
    replayed = visitor.http.post(
        f"{visitor.base}/@sign-in", json=sent, headers={"Accept": "application/json"}
    )
    assert replayed.json()["reason"] == "replay"
    # Neither the pages' own client nor another one.
    for audience in (CLIENT, "other", ["app", "other"]):
        refused = ask(bundid.claims("n", audience=audience))
        assert (refused.status_code, refused.json()["reason"]) == (403, "audience")
    assert ask(nonce="other").json()["reason"] == "nonce"
    assert ask(nonce=5).status_code == 400
    ended = visitor.http.post(
        f"{visitor.base}/@sign-out", json={"everywhere": True}, headers=bearer
    ).json()
    assert ended["ended"] == 2
    assert visitor.get("@session", headers=bearer).json()["session"] is None


def test_the_provider_ends_logins(town, bundid, visitor):
    visitor.sign_in()
    assert visitor.session() is not None
    for wrong in ("", "x", logout_token(bundid, aud="other", sub=ERIKA["sub"])):
        assert visitor.post("bundid-sign-out", logout_token=wrong).status_code == 400
    assert visitor.session() is not None
    token = logout_token(bundid, sub=ERIKA["sub"])
    assert visitor.post("bundid-sign-out", logout_token=token).status_code in (200, 204)
    assert visitor.session() is None
    assert visitor.post("bundid-sign-out", logout_token=token).status_code == 400


def test_by_mail(town, bundid, visitor):
    answer = visitor.post("sign-in", email="Erika@Example.org ", came_from=f"{visitor.base}/a")
    assert answer.headers["Location"] == f"{visitor.base}/sign-in-code"
    transaction.begin()
    text = mail_of(list(outbox(town).queued.values())[-1]).decode()
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", text)[0]
    # The secret of the link stands behind the #, which browsers keep to themselves.
    link = re.search(r"sign-in-link#([\w=-]{43})", text.replace("=\r\n", "").replace("=\n", ""))[1]
    # The code is of no use in another browser.
    stranger = Visitor(town, bundid)
    assert stranger.post("sign-in-code", code=code).status_code == 403
    stranger.post("sign-in", email="other@example.org")
    assert stranger.post("sign-in-code", code=code).status_code == 403
    assert stranger.session() is None
    answer = visitor.post("sign-in-code", code=code.lower().replace("-", " "))
    assert answer.headers["Location"] == f"{visitor.base}/a"
    found = visitor.session()
    assert (found["way"], found["level"], found["email"]) == ("mail", "none", "erika@example.org")
    # Both are used up.
    assert stranger.post("sign-in-link", link=link).status_code == 403
    assert visitor.post("sign-in-code", code=code).status_code == 403


def test_guessing_codes_ends_soon(town, bundid, visitor):
    visitor.post("sign-in", email="erika@example.org")
    found = [visitor.post("sign-in-code", code="ABCD-EFG2").status_code for _try in range(7)]
    assert found == [403] * 5 + [429] * 2
    many = [visitor.post("sign-in", email="erika@example.org").status_code for _try in range(5)]
    assert many[-1] == 429


def test_one_town_is_not_another(town, bundid, visitor):
    """The same person at the same broker has another id in another town."""
    visitor.sign_in()
    mine = store.find(visitor.token, town.getId()).user
    other = secrets.token_bytes(32)
    secret = stores.existing(town, citizens.SECRET)
    assert citizens.user_id(store.BUNDID, bundid.issuer, "erika-bpk2") == mine
    try:
        stores.remove(town, citizens.SECRET)
        stores.store(town, citizens.SECRET, lambda: other)
        assert citizens.user_id(store.BUNDID, bundid.issuer, "erika-bpk2") != mine
    finally:
        stores.remove(town, citizens.SECRET)
        stores.store(town, citizens.SECRET, lambda: secret)
    assert store.find(visitor.token, "another-town") is None


def test_logins_are_listed_and_ended(town, bundid, visitor):
    phone = Visitor(town, bundid)
    visitor.sign_in()
    phone.sign_in()
    page = html.fromstring(visitor.get("my-logins").text)
    handles = [one.get("value") for one in page.xpath("//button[@name='end']")]
    assert len(handles) == 3
    authenticator = page.xpath("//input[@name='_authenticator']/@value")[0]
    # Without the page's own mark nothing ends (CSRF).
    assert visitor.post("my-logins", end="all").status_code == 403
    assert phone.session() is not None
    visitor.post("my-logins", end="all", _authenticator=authenticator)
    assert phone.session() is None
    assert visitor.session() is None


def test_the_plugin_goes_with_the_package(town):
    assert plugin.ID in town.acl_users
    plugin.uninstall(town)
    assert plugin.ID not in town.acl_users
    plugin.install(town)
    plugin.install(town)
    assert town.acl_users.plugins.listPluginIds(plugin.INTERFACES[0])[0] == plugin.ID


def test_the_ways_in_on_a_page(town, visitor):
    page = html.fromstring(visitor.get("sign-in?level=substantial").text)
    found = [
        dict(parse_qsl(urlsplit(one).query))
        for one in page.xpath("//main//a[contains(@href, 'bundid')]/@href")
    ]
    assert [one["level"] for one in found] == ["substantial", "high"]
    assert page.xpath("//main//input[@name='email']") == []
    page = html.fromstring(visitor.get("sign-in").text)
    assert len(page.xpath("//main//input[@name='email']")) == 1
    wrong = visitor.post("sign-in", email="kein ort")
    assert wrong.status_code == 400
    assert "kein ort" in wrong.text


def test_the_client_secret_is_sealed_and_never_shown(town, bundid):
    http = requests.Session()
    http.auth = (SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
    address = f"{town.absolute_url()}/@@bundid-settings"

    def save(secret):
        form = html.fromstring(http.get(address).text).xpath("//form[@id='bundid-settings']")[0]
        name = "form.widgets.client_secret"
        assert not form.xpath(f".//input[@name='{name}']/@value")[0:1] or form.fields[name] == ""
        data = [(key, value) for key, value in form.form_values() if key != name]
        data += [(name, secret), ("form.buttons.save", "Save")]
        assert http.post(address, data=data).status_code == 200
        transaction.begin()
        return town.portal_registry["kaarst.bundid.client_secret"]

    first = save("geheim")
    assert first != "geheim"
    assert sealing.opened(first) == "geheim"
    assert first not in http.get(address).text
    # Left empty, it stays as it is.
    assert save("") == first
