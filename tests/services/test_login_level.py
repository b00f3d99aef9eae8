"""A form asks for a level of login; on the way to it nothing typed is lost."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from html import unescape
from kaarst.core.signin.levels import Level
from kaarst.core.stores import existing
from kaarst.services.forms import submission
from kaarst.services.forms.drafts import store as drafts
from kaarst.services.forms.login import demand
from plone import api
from tests.services import logins
from tests.services.test_prefill import field
from tests.services.test_prefill import site  # noqa: F401
from types import SimpleNamespace
from urllib.parse import parse_qs
from urllib.parse import urlsplit

import pytest
import re
import requests
import transaction


JSON = {"Accept": "application/json"}
TYPED = {"q_who": "Eva Falsch", "q_born": "1971-03-01", "q_abroad": "false", "q_town": "Kaars"}


@pytest.fixture
def strict(site):  # noqa: F811
    """The form, which wants a login at the level "substantial" now."""
    registry = site.portal.portal_registry
    registry["kaarst.bundid.enabled"] = True
    registry["kaarst.bundid.issuer"] = "http://127.0.0.1:9/realm"
    registry["kaarst.bundid.client_id"] = "kaarst"
    site.form.login_level = "substantial"
    transaction.commit()
    yield site
    logins.end_all(site.portal)


def kept(site):  # noqa: F811
    transaction.begin()
    found = existing(site.portal, drafts.STORE)
    return list(found.values()) if found is not None else []


def test_what_cannot_be_read_asks_for_the_highest():
    def read(word):
        return demand.needed(SimpleNamespace(login_level=word))

    assert [read(word) for word in (None, "none", "basic")] == [0, 0, Level.BASIC]
    assert read("substantial") == Level.SUBSTANTIAL
    assert read("evil") == read(7) == Level.HIGH


def test_too_low_is_refused_everywhere(strict):
    told = requests.get(f"{strict.url}/@form", headers=JSON).json()
    assert told["level"] == "substantial"
    data = {"data": {"who": "Eva", "born": "1971-03-01", "abroad": False}}
    basic = logins.signed_in(strict.portal, Level.BASIC, logins.NOT_SO_SURE)
    for browser in (requests.Session(), basic):
        refused = browser.post(f"{strict.url}/@form", json=data, headers=JSON)
        assert refused.status_code == 403
        assert (refused.json()["type"], refused.json()["level"]) == ("LevelTooLow", "substantial")
        page = browser.post(strict.url, data={**TYPED, "send": "1"})
        assert page.status_code == 403
        assert 'value="Eva Falsch"' in field(page, "who")
        assert "Nothing was sent yet" in page.text and 'name="sign_in"' in page.text
    assert "You are signed in" not in requests.get(strict.url).text
    shown = re.sub(r"<[^>]+>", "", unescape(basic.get(strict.url).text))
    assert "At present you are signed in at the level" in " ".join(shown.split())
    # Nor does the way round the page lead to a case.
    transaction.begin()
    with pytest.raises(demand.LevelTooLow), api.env.adopt_user(username="test-user"):
        submission.receive_values(
            strict.form, {"who": "Eva", "born": "1971-03-01", "abroad": False}
        )
    assert strict.cases() == []
    # Somebody began at the right level, and stands lower when it is sent.
    erika = logins.signed_in(strict.portal)
    page = erika.get(strict.url)
    assert 'name="sign_in"' not in page.text and "readonly" in field(page, "who")
    key = re.search(r'name="client_key"[^>]*value="([^"]+)"', page.text)[1]
    sent = {**TYPED, "q_who": "Erika Mustermann", "q_born": "1970-02-28", "client_key": key}
    assert basic.post(strict.url, data={**sent, "send": "1"}).status_code == 403
    assert erika.post(strict.url, data={**sent, "send": "1"}).status_code == 200
    (case,) = strict.cases()
    # The same once more at the lower level, or by nobody, does not give the receipt away.
    for browser in (basic, requests.Session()):
        again = browser.post(strict.url, data={**sent, "send": "1"})
        assert again.status_code == 403 and case.number not in again.text


def test_what_was_typed_stands_there_after_signing_in(strict):
    browser = requests.Session()
    left = browser.post(strict.url, data={**TYPED, "sign_in": "1"}, allow_redirects=False)
    assert left.status_code == 303
    door = urlsplit(left.headers["Location"])
    assert door.path.endswith("/sign-in")
    assert parse_qs(door.query) == {"level": ["substantial"], "came_from": [strict.url]}
    cookie = left.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert f"Path={urlsplit(strict.url).path}" in cookie
    (draft,) = kept(strict)
    assert draft.passing and draft.sealed_pin == ""
    assert draft.expires - datetime.now(UTC) <= timedelta(hours=1)
    assert (
        draft.key not in left.headers["Location"]
        and drafts.sealed(strict.form)(draft.number) is None
    )
    # Another browser finds nothing, whatever it guesses.
    for guess in ("", draft.number, f"{draft.number}:", f"{draft.number}:{'x' * 43}"):
        other = requests.get(strict.url, cookies={"kaarst-form": guess})
        assert "Kaars" not in field(other, "town")
    erika = logins.signed_in(strict.portal)
    # The cookie as it was given.
    erika.headers["Cookie"] += f"; {cookie.partition(';')[0]}"
    page = erika.get(strict.url)
    assert "no-store" in page.headers["Cache-Control"]
    assert "What you have typed stands here again" in page.text
    assert 'value="Kaars"' in field(page, "town")
    # What the login vouches for takes the place of what was typed.
    assert 'value="Erika Mustermann"' in field(page, "who") and "readonly" in field(page, "who")
    assert 'value="1970-02-28"' in field(page, "born")
    handle = re.search(r'name="kept"[^>]*value="([^"]+)"', page.text)[1]
    assert handle == draft.handle
    sent = {"q_town": "Kaars", "q_abroad": "false", "kept": handle, "send": "1"}
    done = erika.post(strict.url, data=sent)
    assert done.status_code == 200, done.text
    (case,) = strict.cases()
    values = {answer["field"]: answer["value"] for answer in case.answers}
    assert values["who"] == "Erika Mustermann" and values["town"] == "Kaars"
    # It is in the case now, and stands in no form any more.
    assert "Kaars" not in field(erika.get(strict.url), "town")


def test_it_is_thrown_away_or_saved_for_longer(strict):
    def leave():
        requests.post(strict.url, data={**TYPED, "sign_in": "1"}, allow_redirects=False)
        (passing,) = [draft for draft in kept(strict) if draft.passing and not draft.sent]
        return passing.handle

    handle = leave()
    saved = requests.post(strict.url, data={**TYPED, "kept": handle, "save_draft": "1"})
    assert saved.status_code == 200 and 'id="draft-pin"' in saved.text
    assert sorted(one.passing for one in kept(strict) if not one.sent) == [False]
    handle = leave()
    gone = requests.post(
        strict.url,
        data={"kept": handle, "empty_form": "1"},
        cookies={"kaarst-form": handle},
        allow_redirects=False,
    )
    assert gone.status_code == 303 and "kaarst-form" in gone.headers["Set-Cookie"]
    assert handle not in [draft.handle for draft in kept(strict)]
