"""What a login knows is a form's answer, as sure as the login is of each value."""

from kaarst.core.signin.attributes import Attribute
from kaarst.core.signin.levels import Level
from kaarst.core.signin.levels import TITLES
from kaarst.core.signin.sessions import store
from kaarst.services.cases import trust
from kaarst.services.cases.combining.merge import merge
from kaarst.services.cases.combining.merge import unmerge
from kaarst.services.cases.combining.split import split
from kaarst.services.cases.receipt import paper
from kaarst.services.cases.receipt.seal import seal
from kaarst.services.forms.login import knowledge
from kaarst.services.forms.prefill import SELF_DECLARED
from kaarst.services.forms.prefill import VERIFIED
from kaarst.services.persons.cases import described
from lxml import html
from plone import api
from plone.app.testing import TEST_USER_NAME
from plone.app.testing import TEST_USER_PASSWORD
from tests.services import logins
from tests.services.test_prefill import field
from tests.services.test_prefill import site  # noqa: F401

import requests
import transaction


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


def kept_with_the_cases(site):  # noqa: F811
    """The clerk, the paper and the export say how sure everything is, also of a part of a case."""
    sure, basic, linked = sorted(site.cases(), key=lambda case: case.received)
    logins_of = [(case.login_way, case.login_level) for case in (sure, basic, linked)]
    assert logins_of == [("bundid", "substantial"), ("bundid", "basic"), ("mail", "none")]
    auth = (TEST_USER_NAME, TEST_USER_PASSWORD)
    pages = [
        " ".join(
            html.fromstring(requests.get(one.absolute_url(), auth=auth).text).text_content().split()
        )
        for one in (sure, basic)
    ]
    assert "Login BundID, level “substantial”" in pages[0]
    assert "Erika Mustermann confirmed: BundID, level “substantial”" in pages[0]
    assert "(own statement; the login knows it at the level “basic”)" in pages[0]
    assert "Login BundID, level “basic”" in pages[1] and "confirmed" not in pages[1]
    paper_of = paper.content(sure)
    assert ["Login", "BundID, level “substantial”"] in paper_of["facts"]
    (step,) = paper_of["steps"]
    assert "(confirmed: BundID, level “substantial”)" in step["answers"][0][1]
    assert paper.pdf(sure).startswith(b"%PDF")
    told = described(sure)["login"]
    assert (told["way"], told["level"]) == ("bundid", "substantial")
    assert told["answers"]["who"] == {"level": "substantial", "verified_by": "BundID"}
    with api.env.adopt_user(username=TEST_USER_NAME):
        part = split(sure, ["who"], [], "Ein Teil.")
    assert part.login_level == "substantial"
    assert [one.get("verified_by") for one in part.answers] == ["BundID"]
    merged_with_a_lower_one(sure, basic, linked)
    # What is on the paper is sealed: a word of trust more needs another seal.
    key = site.portal["vorgaenge"].receipt_key
    before = seal(sure, key)
    sure.answers = tuple({**one, "verified_by": "BundID"} for one in sure.answers)
    assert seal(sure, key) != before
    transaction.abort()


def merged_with_a_lower_one(sure, basic, linked):
    """Verified answers stay verified; as a whole it is as sure as the least sure case, until undone."""
    marks = [one.get("verified_by") for one in sure.answers]
    with api.env.adopt_user(username=TEST_USER_NAME):
        merge(linked, basic)
        assert trust.lowest(basic) == Level.NONE and trust.merged_lower(basic) == TITLES[Level.NONE]
        merge(basic, sure)
        assert "BundID" in marks and marks == [one.get("verified_by") for one in sure.answers]
        assert sure.login_level == "substantial" and trust.lowest(sure) == Level.NONE
        assert described(sure)["login"]["lowest"] == "none"
        # The receipt says what was sent then.
        assert ["Login", "BundID, level “substantial”"] in paper.content(sure)["facts"]
        unmerge(basic)
        assert trust.lowest(sure) == Level.SUBSTANTIAL and not trust.merged_lower(sure)
        assert trust.lowest(basic) == Level.NONE


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
        kept_with_the_cases(site)
    finally:
        logins.end_all(site.portal)
