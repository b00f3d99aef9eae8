"""What a login knows is a form's answer, as sure as the login is of each value."""

from kaarst.core.signin.attributes import Attribute
from kaarst.core.signin.levels import Level
from kaarst.core.signin.sessions import store
from kaarst.services.forms.login import knowledge
from kaarst.services.forms.prefill import SELF_DECLARED
from kaarst.services.forms.prefill import VERIFIED
from tests.services import logins
from tests.services.test_prefill import field
from tests.services.test_prefill import site  # noqa: F401


def test_each_value_has_its_own_trust():
    found = knowledge.values(logins.ERIKA, "BundID")
    assert (found["given-name"].value, found["given-name"].trust) == ("Erika", VERIFIED)
    assert found["bday"].level == Level.SUBSTANTIAL and found["bday"].source == "BundID"
    assert (found["email"].trust, found["email"].level) == (SELF_DECLARED, Level.BASIC)
    assert (found["name"].value, found["name"].trust) == ("Erika Mustermann", VERIFIED)
    # A name is as sure as its less sure half, and a half is no name.
    half = {**logins.ERIKA, "surname": Attribute("Mustermann", Level.BASIC)}
    assert knowledge.values(half, "")["name"].trust == SELF_DECLARED
    assert "name" not in knowledge.values({"surname": Attribute("M", Level.HIGH)}, "")
    assert knowledge.values({}, "BundID") == {}


def test_a_whole_address_is_more_than_a_street():
    address = {
        "postalAddress": Attribute("Am Markt 1", Level.HIGH),
        "postalCode": Attribute("41564", Level.SUBSTANTIAL),
    }
    found = knowledge.values(address, "")
    assert found["address-line1"].value == "Am Markt 1" and "street-address" not in found
    address["localityName"] = Attribute("Kaarst", Level.BASIC)
    whole = knowledge.values(address, "")["street-address"]
    assert (whole.value, whole.trust) == ("Am Markt 1, 41564 Kaarst", SELF_DECLARED)


def test_in_the_form_and_in_the_case(site):  # noqa: F811
    try:
        erika = logins.signed_in(site.portal)
        page = erika.get(site.url)
        assert 'value="Erika Mustermann"' in field(page, "who") and "readonly" in field(page, "who")
        assert 'value="1970-02-28"' in field(page, "born")
        assert 'value="erika@example.org"' in field(page, "mail")
        assert "readonly" not in field(page, "mail")
        assert "Confirmed by your login (BundID)" in " ".join(page.text.split())
        told = erika.get(f"{site.url}/@form", headers={"Accept": "application/json"}).json()
        assert told["prefill"]["born"]["level"] == "substantial"
        assert told["prefill"]["mail"]["trust"] == "self-declared"

        def send(browser, **data):
            sent = {"data": {"abroad": False, **data}}
            return browser.post(
                f"{site.url}/@form", json=sent, headers={"Accept": "application/json"}
            )

        assert send(erika, who="Eva Falsch").status_code == 400
        assert send(erika, mail="erika@example.org").status_code == 201
        # Somebody at a lower level is only proposed the same, and it stays their own statement.
        basic = logins.signed_in(site.portal, Level.BASIC, logins.NOT_SO_SURE)
        page = basic.get(site.url)
        assert 'value="Erika Mustermann"' in field(page, "who") and "readonly" not in page.text
        sent = {"who": "Erika Mustermann", "born": "1971-03-01"}
        assert send(basic, **sent).status_code == 201
        # Nor does one get verified what another one's login knows, or by a link in a mail.
        mail = {"mail": Attribute("other@example.org", Level.BASIC)}
        linked = logins.signed_in(site.portal, Level.NONE, mail, store.MAIL, "mail-1")
        assert 'value="other@example.org"' in field(linked.get(site.url), "mail")
        assert send(linked, **sent).status_code == 201
        trust = [
            {one["field"]: (one.get("verified_by"), one.get("level")) for one in case.answers}
            for case in sorted(site.cases(), key=lambda case: case.received)
        ]
        sure, bare = ("BundID", "substantial"), (None, None)
        assert trust == [
            {"who": sure, "born": sure, "mail": (None, "basic"), "abroad": bare},
            {"who": (None, "basic"), "born": bare, "abroad": bare},
            {"who": bare, "born": bare, "abroad": bare},
        ]
    finally:
        logins.end_all(site.portal)
