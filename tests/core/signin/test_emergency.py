"""Local passwords for emergencies only: who is kept out, and that the use of the account shows."""

from datetime import timedelta
from kaarst.core import stores
from kaarst.core.audit import kinds
from kaarst.core.outbox import outbox
from kaarst.core.signin.staff import emergency
from kaarst.core.signin.staff.settings import IStaff
from plone import api
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from tests.core.signin.visitors import entries
from zope.interface import Invalid
from zope.schema.interfaces import ConstraintNotSatisfied

import pytest
import requests
import transaction


PASSWORD = "Sehr-geheim-2026"
JSON = {"Accept": "application/json"}


@pytest.fixture
def town(functional_portal):
    """Two Managers with local accounts; the password of one is for emergencies."""
    for name in ("notfall", "lena"):
        api.user.create(email=f"{name}@example.org", username=name, password=PASSWORD)
        api.user.grant_roles(username=name, roles=["Manager"])
    configure(
        functional_portal,
        enabled=True,
        issuer="https://login.example.org",
        client_id="town",
        emergency_account="notfall",
        alert_address="wache@example.org",
    )
    return functional_portal


def configure(portal, **values):
    for name, value in values.items():
        portal.portal_registry[f"kaarst.staff.{name}"] = value
    transaction.commit()


def form(site, name):
    """Signs in by the form; returns the browser and the answer."""
    browser = requests.Session()
    data = {"__ac_name": name, "__ac_password": PASSWORD, "buttons.login": "1"}
    return browser, browser.post(f"{site}/login", data=data, allow_redirects=False)


def token(site, name, **more):
    body = {"login": name, "password": PASSWORD, **more}
    answer = requests.post(f"{site}/@login", json=body, headers=JSON)
    return answer.json().get("token", "") if answer.status_code == 200 else ""


def sees(site, browser=requests, **more):
    """Whether what only Managers see is shown."""
    answer = browser.get(
        f"{site}/@controlpanels", headers={**JSON, **more.pop("headers", {})}, **more
    )
    assert answer.status_code in (200, 401)
    return answer.status_code == 200


def bearer(found):
    return {"headers": {"Authorization": f"Bearer {found}"}}


def letters(town):
    transaction.begin()
    return [one for one in outbox(town).letters() if one.to == "wache@example.org"]


def test_everybody_else_is_refused(town):
    site = town.absolute_url()
    cookie, answer = form(site, "lena")
    assert answer.status_code == 302
    jwt = token(site, "lena")
    assert sees(site, cookie) and sees(site, auth=("lena", PASSWORD)) and sees(site, **bearer(jwt))
    assert sees(site, auth=("notfall", PASSWORD))
    assert (entries(kinds.EMERGENCY), letters(town)) == ([], [])

    configure(town, local_passwords="emergency")
    # What was begun before is over as well.
    assert not sees(site, cookie)
    assert not sees(site, **bearer(jwt))
    # By form, with the sentence of a wrong password; by HTTP Basic; over REST.
    browser, answer = form(site, "lena")
    assert answer.status_code == 200 and "__ac" not in browser.cookies
    assert "Login failed" in answer.text or "Anmeldung fehlgeschlagen" in answer.text
    assert not sees(site, auth=("lena", PASSWORD))
    assert not token(site, "lena")
    # What else stands in the JSON counts for nothing.
    for more in ({"kaarst_session": "x"}, {"extractor": "kaarst_sessions"}, {"token": jwt}):
        assert not token(site, "lena", **more)
    body = {"login": "notfall", "password": "falsch", "token": jwt, "kaarst_session": "x"}
    answer = requests.get(f"{site}/@controlpanels", json=body, headers=JSON)
    assert answer.status_code == 401
    assert entries(kinds.EMERGENCY) == []
    # Zope's root is not touched.
    assert sees(site, auth=(SITE_OWNER_NAME, SITE_OWNER_PASSWORD))

    # Without the provider nobody is locked out.
    configure(town, enabled=False)
    assert sees(site, auth=("lena", PASSWORD))
    configure(town, enabled=True, emergency_account="")
    assert not sees(site, auth=("lena", PASSWORD))
    assert not sees(site, auth=("notfall", PASSWORD))


def test_the_use_shows(town):
    site = town.absolute_url()
    configure(town, local_passwords="emergency")
    health = emergency.EmergencyHealth()
    assert health.check(town).state == "ok"
    known = len(entries(kinds.EMERGENCY))

    # A page that is only read, with HTTP Basic, by which nobody signs in.
    answer = requests.get(f"{site}/@@overview-controlpanel", auth=("notfall", PASSWORD))
    assert answer.status_code == 200 and "confirm-action" not in answer.url
    assert sees(site, auth=("notfall", PASSWORD))
    found = entries(kinds.EMERGENCY)
    assert len(found) == known + 1
    assert (found[0].actor, found[0].actor_kind) == ("notfall", "staff")
    (letter,) = letters(town)
    assert "Notfallkonto" in letter.subject or "Emergency account" in letter.subject
    assert health.check(town).state == "warning"

    # Each sign-in is recorded; of a letter an hour is enough.
    assert form(site, "notfall")[1].status_code == 302
    assert sees(site, **bearer(token(site, "notfall")))
    assert len(entries(kinds.EMERGENCY)) == known + 3
    assert len(letters(town)) == 1
    use = stores.existing(town, stores.EMERGENCY)
    use.last -= timedelta(hours=2)
    use.told -= timedelta(hours=2)
    transaction.commit()
    assert sees(site, auth=("notfall", PASSWORD))
    assert len(letters(town)) == 2
    # Nobody to tell: that keeps nobody out.
    use.last -= timedelta(hours=2)
    use.told -= timedelta(hours=2)
    configure(town, alert_address="keine Adresse")
    assert sees(site, auth=("notfall", PASSWORD))
    assert len(letters(town)) == 2
    assert len(entries(kinds.EMERGENCY)) == known + 5

    transaction.begin()
    assert health.check(town).state == "warning"
    use.last -= timedelta(days=1)
    assert health.check(town).state == "ok"


def test_the_form_wants_an_account_that_is_there(town):
    class Typed:
        enabled, local_passwords, emergency_account = False, "emergency", "notfall"

    IStaff.validateInvariants(Typed)
    for wrong in ("", None, "nobody", SITE_OWNER_NAME):
        Typed.emergency_account = wrong
        with pytest.raises(Invalid):
            IStaff.validateInvariants(Typed)
    IStaff["alert_address"].validate("wache@example.org")
    with pytest.raises((Invalid, ConstraintNotSatisfied)):
        IStaff["alert_address"].validate("keine Adresse")
