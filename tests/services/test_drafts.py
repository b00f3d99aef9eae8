"""Begun forms: saved, found again, finished, deleted; without scripts and over REST."""

from kaarst.core.pins import check_pin
from kaarst.core.stores import existing
from kaarst.services.forms import versions
from kaarst.services.forms.drafts import store
from tests.services.test_answers import PDF
from tests.services.test_form_groups import DOGS
from tests.services.test_form_groups_page import inputs
from tests.services.test_form_lock import site  # noqa: F401

import base64
import pytest
import re
import requests
import time_machine
import transaction


UPLOAD = (
    '<field name="proof" type="plone.namedfile.field.NamedBlobFile"><title>Nachweis</title></field>'
)
FORM = DOGS.replace("</fieldset>", f"</fieldset>{UPLOAD}")
FILE = {"filename": "impfung.pdf", "data": base64.b64encode(PDF).decode()}
DATA = {"first": False, "dogs": [{"name": "Rex", "listed": False}]}
HALF = {"q_first": "false", "q_dogs": "0", "q_dogs.0.name": "Rex"}


class Drafts:
    """A site with a form that has a group and an upload."""

    def __init__(self, site):  # noqa: F811
        self.site, self.url, self.portal = site, site.url, site.portal
        site.form.fields_model = FORM
        versions.publish(site.form)
        site.portal.manage_permission("plone.restapi: Use REST API", ["Anonymous"], acquire=1)
        transaction.commit()

    def all(self):
        transaction.begin()
        return list(existing(self.portal, store.STORE).values())

    def cases(self):
        transaction.begin()
        return list(self.portal["vorgaenge"].cases())

    def api(self, name, body, status):
        answer = requests.post(self.url(f"/{name}"), json=body, headers=self.site.json)
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest.fixture
def drafts(site):  # noqa: F811
    return Drafts(site)


def found(pattern, text):
    return re.search(pattern, text).group(1).strip()


def test_saved_without_scripts_and_finished_in_another_browser(drafts):
    upload = {"q_proof": ("impfung.exe", PDF)}
    page = requests.post(drafts.url(), data={**HALF, "save_draft": "1"}, files=upload)
    assert page.status_code == 200, page.text[-2000:]
    number = found(r'id="draft-number"[^>]*>([^<]+)<', page.text)
    pin = found(r'id="draft-pin"[^>]*>([^<]+)<', page.text)
    assert page.headers["Cache-Control"] == "no-store"
    (draft,) = drafts.all()
    assert (draft.number, draft.version) == (number, 2)
    assert check_pin(pin, draft.sealed_pin)
    assert draft.raw == {"first": False, "dogs": [{"name": "Rex"}]}
    assert draft.files["proof"].data == PDF
    link = found(r'href="([^"]+@@form-draft\?number[^"]+)"', page.text)
    assert number in link
    assert pin not in link and pin.replace(" ", "") not in link
    assert drafts.cases() == []

    asked = requests.get(link)
    assert f'value="{number}"' in asked.text
    assert "Rex" not in asked.text
    resume = drafts.url("/@@form-draft")
    assert requests.post(resume, data={"number": number, "pin": "12345678"}).status_code == 404
    assert requests.post(resume, data={"number": "x", "pin": pin}).status_code == 400
    back = requests.post(resume, data={"number": number.lower(), "pin": pin.replace(" ", "")})
    assert back.status_code == 200
    assert "impfung.pdf" in back.text
    assert back.cookies.get_dict() == {}
    fields = [(n, v) for n, v in inputs(back.text) if n and n.startswith("q_") and n != "q_proof"]
    assert ("q_dogs.0.name", "Rex") in fields
    assert ("q_first", "false") in fields
    handle = found(r'name="draft"\s+type="hidden"\s+value="([^"]+)"', back.text)

    # Saved again: the same number, no new PIN, the file is still there.
    fields = [(n, "Rexi" if n == "q_dogs.0.name" else v) for n, v in fields]
    again = requests.post(drafts.url(), data=[*fields, ("draft", handle), ("save_draft", "1")])
    assert again.status_code == 200
    assert 'id="draft-pin"' not in again.text
    (draft,) = drafts.all()
    assert draft.raw["dogs"] == [{"name": "Rexi"}]
    assert draft.files["proof"].data == PDF
    go_on = requests.post(drafts.url(), data={"draft": handle, "go_on": "1"})
    assert 'value="Rexi"' in go_on.text

    # Not everything is there yet: nothing is lost.
    body = [*fields, ("draft", handle), ("send", "1"), ("client_key", "k" * 32)]
    refused = requests.post(drafts.url(), data=body)
    assert refused.status_code == 400
    assert "impfung.pdf" in refused.text
    body.append(("q_dogs.0.listed", "false"))
    sent = [requests.post(drafts.url(), data=body) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [200, 200]
    assert len({found(r'id="receipt-pin"[^>]*>([^<]+)<', answer.text) for answer in sent}) == 1
    (case,) = drafts.cases()
    assert case.documents[0]["file"].data == PDF
    assert case.form_version == "2"
    assert requests.post(resume, data={"number": number, "pin": pin}).status_code == 404
    with time_machine.travel(drafts.all()[0].expires):
        store.DropOldDrafts().run(drafts.portal)
    assert list(existing(drafts.portal, store.STORE)) == []
    transaction.abort()


def test_twenty_begun_forms_outlive_a_change(drafts):
    """The form is changed and published while 20 drafts are open: all 20 can be finished."""
    begun = []
    for count in range(20):
        if count % 2:
            made = drafts.api("@form-draft", {"data": {**DATA, "proof": FILE}, "version": 2}, 201)
            begun.append((made["number"], made["pin"]))
        else:
            page = requests.post(
                drafts.url(), data={**HALF, "save_draft": "1"}, files={"q_proof": ("a.pdf", PDF)}
            ).text
            numbers = [
                found(rf'id="draft-{name}"[^>]*>([^<]+)<', page) for name in ("number", "pin")
            ]
            begun.append(tuple(numbers))
    transaction.begin()
    # Another question is asked, one is gone, the group has another name; and again.
    drafts.site.form.fields_model = UPLOAD.join(
        [
            '<model xmlns="http://namespaces.plone.org/supermodel/schema"><schema>',
            "</schema></model>",
        ]
    ).replace("proof", "evidence")
    versions.publish(drafts.site.form)
    drafts.site.form.title = "Ganz anders"
    assert versions.publish(drafts.site.form).number == 4
    transaction.commit()
    assert "Ihre Hunde" not in requests.get(drafts.url()).text

    for count, (number, pin) in enumerate(begun):
        if count % 2:
            resumed = drafts.api("@form-draft-resume", {"number": number, "pin": pin}, 200)
            assert (resumed["version"], resumed["data"]) == (2, DATA)
            assert resumed["files"]["proof"]["filename"] == "impfung.pdf"
            assert "dogs" in resumed["schema"]["properties"]
            body = {"data": resumed["data"], "draft": {"number": number, "pin": pin}}
            drafts.api("@form", body, 201)
        else:
            page = requests.post(
                drafts.url("/@@form-draft"), data={"number": number, "pin": pin}
            ).text
            fields = [(n, v) for n, v in inputs(page) if n and n != "q_proof"]
            fields = dict(fields) | {"q_dogs.0.listed": "true", "q_dogs.0.permit": "A 1"}
            sent = requests.post(drafts.url(), data={**fields, "send": "1"})
            assert sent.status_code == 200
    cases = drafts.cases()
    assert len(cases) == 20
    for case in cases:
        assert case.form_version == "2"
        assert case.form_title == "Anmeldung"
        values = {answer["label"]: answer["value"] for answer in case.answers}
        assert values["Hund 1: Name"] == "Rex"
        assert case.documents[0]["file"].data == PDF
    assert all(draft.sent for draft in drafts.all())


def test_a_draft_keeps_its_version_as_long_as_it_lives(drafts):
    with time_machine.travel("2026-03-01T12:00:00+01:00", tick=False):
        made = drafts.api("@form-draft", {"data": DATA}, 201)
    begun = {"number": made["number"], "pin": made["pin"]}
    with time_machine.travel("2026-03-25T12:00:00+01:00", tick=False):
        drafts.api("@form-draft-save", {**begun, "data": {**DATA, "proof": FILE}}, 200)
        drafts.site.form.title = "Neu"
        versions.publish(drafts.site.form)
        transaction.commit()
    with time_machine.travel("2026-04-23T12:00:00+02:00", tick=False):
        store.DropOldDrafts().run(drafts.portal)
        transaction.commit()
        # Without the draft the old version is taken until 24 April; with it, as long as it lives.
        drafts.api("@form-draft-save", {**begun, "data": DATA}, 200)
    with time_machine.travel("2026-05-20T12:00:00+02:00", tick=False):
        drafts.api("@form", {"data": {**DATA, "proof": FILE}, "version": 2}, 409)
        drafts.api("@form", {"data": DATA, "draft": begun}, 201)
    assert drafts.cases()[0].form_title == "Anmeldung"


def test_over_rest_bad_input_is_refused_and_changes_nothing(drafts):
    made = drafts.api("@form-draft", {"data": {**DATA, "proof": FILE}}, 201)
    begun = {"number": made["number"], "pin": made["pin"]}
    assert made["pin"] not in made["resume_url"]
    wrong = {"number": made["number"], "pin": "00000000"}
    for name in ("@form-draft-save", "@form-draft-resume", "@form-draft-delete"):
        more = {"data": {}} if name.endswith("save") else {}
        drafts.api(name, {**wrong, **more}, 404)
        drafts.api(name, {"number": 1, "pin": made["pin"], **more}, 400)
        drafts.api(name, {**begun, **more, "x": 1}, 400)
    for data in (None, [], {"x": 1}, {"proof": "x"}, {"proof": {**FILE, "data": "TVo="}}):
        drafts.api("@form-draft", {"data": data}, 400)
        drafts.api("@form-draft-save", {**begun, "data": data}, 400)
    drafts.api("@form-draft", {"data": {"first": "x" * 600_000}}, 400)
    drafts.api("@form-draft", {"data": {}, "version": 99}, 409)
    for draft in ({}, [], {"number": made["number"]}, "x"):
        drafts.api("@form", {"data": DATA, "draft": draft}, 400)
    drafts.api("@form", {"data": DATA, "draft": wrong}, 404)
    (draft,) = drafts.all()
    assert (draft.raw, list(draft.files)) == (DATA, ["proof"])
    assert drafts.cases() == []

    drafts.api("@form-draft-save", {**begun, "data": {**DATA, "proof": None}}, 200)
    assert drafts.all()[0].files == {}
    drafts.api("@form-draft-delete", begun, 200)
    assert drafts.all() == []
    drafts.api("@form-draft-resume", begun, 404)


def test_a_draft_belongs_to_one_form(drafts):
    from plone import api

    with api.env.adopt_roles(["Manager"]):
        other = api.content.copy(drafts.site.form, drafts.portal, id="andere")
        api.content.transition(other, "publish")
    transaction.commit()
    made = drafts.api("@form-draft", {"data": DATA}, 201)
    body = {"number": made["number"], "pin": made["pin"]}
    url = f"{other.absolute_url()}/@form-draft-resume"
    assert requests.post(url, json=body, headers=drafts.site.json).status_code == 404
    (draft,) = drafts.all()
    assert store.by_handle(drafts.site.form, draft.handle) is draft
    assert store.by_handle(other, draft.handle) is None
    for handle in (None, "", "x", f"{draft.number}:", f"{draft.number}:ü", 1):
        assert store.by_handle(drafts.site.form, handle) is None


def test_a_script_saves_what_is_typed(drafts):
    url = drafts.url("/@@form-draft-save")
    first = requests.post(url, data=HALF, files={"q_proof": ("a.pdf", PDF)}).json()
    assert first["errors"] == {}
    typed = {**HALF, "q_dogs.0.name": "Ida", "draft": first["draft"]}
    second = requests.post(url, data=typed, files={"q_proof": ("a.pdf", b"MZ")}).json()
    assert (second["number"], second["pin"]) == (first["number"], "")
    assert list(second["errors"]) == ["proof"]
    (draft,) = drafts.all()
    assert draft.raw["dogs"] == [{"name": "Ida"}]
    assert draft.files["proof"].data == PDF
    foreign = requests.post(url, data=HALF, headers={"Origin": "http://evil.example"})
    assert foreign.status_code == 403
    assert requests.get(url).status_code == 400
    assert requests.post(url, data={**HALF, "homepage_url": "x"}).status_code == 400
    assert len(drafts.all()) == 1
    gone = {"number": first["number"], "pin": first["pin"], "delete": "1"}
    assert requests.post(drafts.url("/@@form-draft"), data=gone).status_code == 200
    assert drafts.all() == []
