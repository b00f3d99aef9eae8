"""Import and export in a site: all or nothing, by the page and over REST."""

from html import unescape
from kaarst.services.catalogue.exchange import files
from kaarst.services.catalogue.exchange import plan
from kaarst.services.catalogue.exchange import site
from kaarst.services.catalogue.exchange.fields import FIELDS
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from plone.app.testing import TEST_USER_NAME
from plone.app.testing import TEST_USER_PASSWORD
from plone.testing.zope import Browser
from tests.services.conftest import EDITOR_ROLES
from tests.services.content import make_catalogue
from tests.services.content import rich

import base64
import io
import pytest
import re
import requests
import transaction


AUTH = (TEST_USER_NAME, TEST_USER_PASSWORD)


def fill(folder):
    """A catalogue in which every field of one service says something."""
    service = folder["wohnsitz-anmelden"]
    for name, value in {
        "leika_key": "99115005060000",
        "online_level": 3,
        "title_en": "Registering your address",
        "description_en": "Whoever moves, registers.\nSoon.",
        "synonyms_en": ["moved"],
        "text_en": rich("<p>At once &amp; free.</p>"),
        "documents_en": ["Passport"],
        "fees_en": ["Registration: free", "Copy: 5,50 €"],
        "deadline_en": "two weeks",
        "processing_time_en": "at once",
        "requirements_en": rich("<p>Everybody</p>"),
        "title_easy": "Neue Wohnung",
        "text_easy": rich("<p>Sie ziehen um.</p>"),
    }.items():
        setattr(service, name, value)
    service.reindexObject()


def values(context):
    return {record.title: record.values for record in map(site.record, site.services(context))}


def imported(data, container):
    made = plan.make(files.read(data), site.state())
    return made, site.carry_out(made, container)


@pytest.mark.parametrize("name", ["xml", "csv"])
def test_export_into_an_empty_catalogue_gives_equal_services(portal, name):
    setRoles(portal, TEST_USER_ID, ["Manager"])
    folder = make_catalogue(portal)
    fill(folder)
    before = values(folder)
    full = before["Wohnsitz anmelden"]
    assert all(full[field] != FIELDS[field].empty for field in FIELDS)
    data = files.FORMATS[name].write(map(site.record, site.services(folder)))
    # Into the catalogue it comes from it does nothing.
    assert not plan.make(files.read(data), site.state()).does_something
    folder.manage_delObjects(list(folder.objectIds()))
    setRoles(portal, TEST_USER_ID, EDITOR_ROLES)
    made, done = imported(data, folder)
    assert done == {"new": 4, "changed": 0} and not made.notes
    assert values(folder) == before
    assert {api.content.get_state(service) for service in folder.objectValues()} == {"private"}


def test_a_changed_service_keeps_form_state_and_what_the_file_does_not_say(portal):
    setRoles(portal, TEST_USER_ID, ["Manager"])
    folder = make_catalogue(portal)
    form = api.content.create(portal, "EasyForm", title="Formular")
    service = folder["wohnsitz-anmelden"]
    api.relation.create(service, form, "form")
    setRoles(portal, TEST_USER_ID, EDITOR_ROLES)
    before = site.record(service).values
    table = "Titel;Frist;Lebenslagen;Bereich\nwohnsitz anmelden;sofort;;Mond\n"
    made, done = imported(table.encode(), folder)
    assert done == {"new": 0, "changed": 1}
    assert service.form.to_object == form and service.workflow == "case_workflow"
    assert api.content.get_state(service) == "published" and service.getId() == "wohnsitz-anmelden"
    changes = {"title": "wohnsitz anmelden", "deadline": "sofort", "topics": ()}
    assert site.record(service).values == {**before, **changes}
    (brain,) = api.content.find(UID=service.UID())
    assert brain.Title == "wohnsitz anmelden"
    assert [note.message for note in made.items[0].notes] == ["note_name_unknown"]


class Town:
    """A catalogue behind a real server, with an editor."""

    def __init__(self, portal, functional):
        portal.portal_registry["plone.default_language"] = "de"
        setRoles(portal, TEST_USER_ID, ["Manager"])
        self.portal, self.folder = portal, make_catalogue(portal)
        portal.manage_permission("plone.restapi: Use REST API", ["Anonymous"], acquire=1)
        setRoles(portal, TEST_USER_ID, EDITOR_ROLES)
        transaction.commit()
        self.url = f"{portal.absolute_url()}/leistungen"
        self.browser = Browser(functional["app"])
        self.browser.followRedirects = True
        self.browser.raiseHttpErrors = False
        self.browser.addHeader("Authorization", f"Basic {AUTH[0]}:{AUTH[1]}")

    def titles(self):
        transaction.begin()
        return sorted(service.title for service in self.folder.objectValues())

    def upload(self, text):
        self.browser.open(f"{self.url}/@@service-exchange")
        control = self.browser.getControl(name="file")
        control.add_file(io.BytesIO(text.encode()), "text/csv", "leistungen.csv")
        return self.press("preview")

    def press(self, button):
        self.browser.getControl(name=button).click()
        words = re.sub("<[^>]*>", " ", self.browser.contents)
        return re.sub(r"\s+([,:.])?", r" \1", unescape(words)).replace(" ,", ",").replace(" :", ":")

    def rest(self, method, name, auth=AUTH, **more):
        headers = {"Accept": "application/json", "Accept-Language": "de"}
        return requests.request(
            method, f"{self.url}/{name}", auth=auth, headers=headers, timeout=30, **more
        )


@pytest.fixture
def town(functional_portal, functional):
    return Town(functional_portal, functional)


def test_an_editor_imports_after_a_look_at_the_report(town):
    before = town.titles()
    assert "Die Datei ist leer." in town.upload("")
    table = (
        "Titel;Frist;Gebühren;Lebenslagen\nNeu <b>;bald;A: 5 €;Mars\nReisepass;nie;;\nX;;ohne;\n"
    )
    page = town.upload(table)
    for words in (
        "1 neue Leistungen",
        "1 Leistungen mit Fehlern",
        "Neu <b>",
        "nie",
        "Zeile 4, X: Gebühren: Bitte schreiben Sie",
        "Mars",
    ):
        assert words in page
    assert "Neu <b>" not in town.browser.contents and town.titles() == before
    # Not without saying that one is left out, and not when something has changed since.
    assert "haben Fehler" in town.press("confirm") and town.titles() == before
    town.folder["reisepass"].deadline = "gestern"
    transaction.commit()
    town.browser.getControl(name="leave_out").value = ["1"]
    assert "in der Zwischenzeit geändert" in town.press("confirm") and town.titles() == before
    town.browser.getControl(name="leave_out").value = ["1"]
    assert "Importiert: 1 neu, 1 geändert." in town.press("confirm")
    assert town.titles() == sorted([*before, "Neu <b>"])
    assert town.folder["reisepass"].deadline == "nie"
    assert api.content.get_state(town.folder["neu-b"]) == "private"
    # The export has it, private or not.
    town.browser.open(f"{town.url}/@@service-export.csv")
    assert "Neu <b>" in town.browser.contents and "\ufeffKennung;Titel" in town.browser.contents
    town.browser.open(f"{town.url}/reisepass/@@service-export.xml")
    assert b"xzufi:leistung>" in town.browser.contents and b"nie" in town.browser.contents


def sent(text, **more):
    return {"file": {"data": base64.b64encode(text.encode()).decode()}, **more}


def test_rest(town):
    before = town.titles()
    table = "Titel;Frist\nRest;bald\n;x\n"
    dry = town.rest("POST", "@service-import", json=sent(table, dry_run=True)).json()
    assert [item["action"] for item in dry["items"]] == ["new", "wrong"] and not dry["done"]
    refused = town.rest("POST", "@service-import", json=sent(table))
    assert refused.status_code == 409 and refused.json()["items"] == dry["items"]
    assert town.titles() == before
    done = town.rest("POST", "@service-import", json=sent(table, leave_out=True))
    assert done.json()["done"] and town.titles() == sorted([*before, "Rest"])
    answer = town.rest("GET", "@service-export?format=csv").json()
    parsed = files.read(base64.b64decode(answer["data"]))
    assert sorted(record.title for record in parsed.records) == town.titles()
    assert answer["filename"] == "leistungen.csv"
    for body, field in (
        ({}, "file"),
        ({"file": {"data": "%%"}}, "file"),
        (sent("nichts"), "file"),
        (sent(table, dry_run=1), "dry_run"),
    ):
        answer = town.rest("POST", "@service-import", json=body)
        assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == field
    assert town.rest("GET", "@service-export?format=pdf").status_code == 400


def test_it_is_for_editors_only(town):
    before = town.titles()
    table = "Titel\nFremd\n"
    for method, name, more in (
        ("GET", "@service-export", {}),
        ("POST", "@service-import", {"json": sent(table)}),
    ):
        assert town.rest(method, name, auth=None, **more).status_code == 401
    for name in ("@@service-exchange", "@@service-export.csv", "reisepass/@@service-export.xml"):
        assert "Kennung" not in town.rest("GET", name, auth=None).text
    editor = ("lektorat", "geheimes Wort 2026!")
    with api.env.adopt_roles(["Manager"]):
        api.user.create(username=editor[0], password=editor[1], email="lektorat@example.org")
        api.user.grant_roles(username=editor[0], roles=["Editor"])
    transaction.commit()
    # An editor who may not add services.
    answer = town.rest("POST", "@service-import", auth=editor, json=sent(table))
    assert answer.status_code == 403
    assert town.titles() == before
    # A foreign page cannot make an editor's browser import.
    answer = town.rest("POST", "@@service-exchange", data={"confirm": "1"})
    assert answer.status_code == 403
