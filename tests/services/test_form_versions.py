"""Versions of a form: published, never changed, compared, gone back to; by page and over REST."""

from kaarst.services.forms import allowlist
from kaarst.services.forms import submission
from kaarst.services.forms import versions
from kaarst.services.forms.interfaces import DEFAULT_FIELDS
from plone import api
from plone.app.textfield.value import RichTextValue
from tests.services.test_form_lock import DEFAULT
from tests.services.test_form_lock import SCRIPT
from tests.services.test_form_lock import site  # noqa: F401
from zope.annotation.interfaces import IAnnotations

import pytest
import re
import requests
import time_machine
import transaction


OTHER = DEFAULT_FIELDS.replace("Ihr Anliegen", "Ihre Frage")
SENT = {"q_name": "Erika", "q_message": "Guten Tag"}


def test_making_the_page_public_makes_version_1(form):
    version = versions.current(form)
    assert (version.number, version.publisher) == (1, api.user.get_current().getId())
    assert version.published.tzinfo is not None
    assert version.is_sound
    assert not versions.has_changes(form)
    assert versions.publish(form) is version
    assert len(versions.all_versions(form)) == 1


def test_a_version_is_never_changed(form):
    version = versions.current(form)
    with pytest.raises(TypeError):
        version.texts = {}
    version.texts["fields_model"] = DEFAULT
    assert not version.is_sound
    assert not submission.is_open(form)


def test_citizens_get_what_was_published(form):
    form.fields_model, form.title = OTHER, "Neu"
    assert versions.has_changes(form)
    assert submission.questionnaire(form).questions["message"].label == "Ihr Anliegen"
    assert versions.publish(form, "Neue Frage").number == 2
    assert submission.questionnaire(form).questions["message"].label == "Ihre Frage"
    assert versions.find(form, 1).asked.questions["message"].label == "Ihr Anliegen"
    assert versions.find(form, 1).texts["title"] == "Anmeldung bei Zuzug"
    assert versions.current(form).note == "Neue Frage"
    for unknown in (0, 3, -1, True, "1", 2**40, None):
        with pytest.raises(versions.NoVersion):
            versions.find(form, unknown)


def test_goes_back_with_a_new_version(form):
    form.formPrologue = RichTextValue("<p>Vorher</p>", "text/html", "text/x-html-safe")
    versions.publish(form)
    form.fields_model, form.formPrologue = OTHER, None
    versions.publish(form)
    made = versions.restore(form, 2, "zurück")
    assert made.number == 4
    assert made.digest == versions.find(form, 2).digest
    assert form.formPrologue.raw == "<p>Vorher</p>"
    assert "Ihr Anliegen" in form.fields_model
    assert not versions.has_changes(form)


def test_an_old_version_is_taken_for_thirty_days(form):
    with time_machine.travel("2026-03-01T12:00:00+01:00", tick=False):
        form.fields_model = OTHER
        versions.publish(form)
    with time_machine.travel("2026-03-31T11:00:00+02:00", tick=False):
        assert versions.taken(form, 1).number == 1
    with time_machine.travel("2026-03-31T14:00:00+02:00", tick=False):
        with pytest.raises(versions.NoVersion):
            versions.taken(form, 1)
        assert versions.taken(form, 2).number == 2


def test_a_copy_begins_without_versions(portal, form):
    copied = api.content.copy(form, portal, id="kopie")
    assert versions.current(copied) is None
    assert not submission.is_open(copied)
    assert versions.current(form).number == 1


def test_going_back_cannot_bring_in_what_is_not_allowed(form):
    """A version put into the database by other means neither runs nor comes back."""
    evil = versions.draft(form).as_dict()
    for name, source in (("fields_model", DEFAULT), ("actions_model", SCRIPT)):
        bad = versions.Snapshot(**{**evil, name: source})
        IAnnotations(form)[versions.KEY][2] = versions.Version(2, bad)
        assert not versions.find(form, 2).is_sound
        assert not submission.is_open(form)
        with pytest.raises(allowlist.ModelNotAllowed):
            versions.restore(form, 2)
        assert versions.draft(form).as_dict() == evil
        # Publishing what the editor sees makes the form good again.
        del IAnnotations(form)[versions.KEY][2]
    form.__dict__["_fields_model"] = DEFAULT
    form.__dict__["_actions_model"] = SCRIPT
    made = versions.publish(form)
    for dangerous in ("TDefault", "CustomScript"):
        assert dangerous not in str(made.texts)


def publish_page(site, **data):  # noqa: F811
    data["_authenticator"] = site.token(site.editor, "/@@form-versions")
    return site.editor.post(site.url("/@@form-versions"), data=data)


def stored(site):  # noqa: F811
    transaction.begin()
    return [version.number for version in versions.all_versions(site.form)]


def test_the_editor_publishes_compares_and_goes_back(site):  # noqa: F811
    site.form.fields_model = OTHER
    transaction.commit()
    bar = site.editor.get(site.url("/fields")).text
    assert 'class="k-version-bar' in bar
    preview = site.editor.get(site.url("/@@form-preview")).text
    assert "Ihre Frage" in preview
    assert "Ihre Frage" not in requests.get(site.url()).text
    assert "k-version-bar" not in requests.get(site.url()).text
    tried = site.editor.post(site.url("/@@form-preview"), data=SENT)
    assert tried.status_code == 200
    assert site.editor.post(site.url("/@@form-preview"), data={}).status_code == 400
    transaction.begin()
    assert len(site.portal["vorgaenge"]) == 0

    page = site.editor.get(site.url("/@@form-versions")).text
    assert "<del>Ihr Anliegen</del>" in page
    assert "<ins>Ihre Frage</ins>" in page
    # Without the token nothing happens.
    site.editor.post(site.url("/@@form-versions"), data={"publish": "1"})
    assert stored(site) == [1]
    assert publish_page(site, publish="1", note="Neue Frage").status_code == 200
    assert stored(site) == [2, 1]
    assert "Ihre Frage" in requests.get(site.url()).text
    assert "<ins>Ihre Frage</ins>" in site.editor.get(site.url("/@@form-versions?old=1&new=2")).text
    for wrong in ("old=9&new=1", "old=x&new=1", "old=1&new=", "old=1&new=-3"):
        answer = site.editor.get(site.url(f"/@@form-versions?{wrong}"))
        assert answer.status_code == 404, wrong
    assert site.editor.get(site.url("/@@form-preview?number=1")).text.count("Ihr Anliegen")
    assert publish_page(site, restore="1").status_code == 200
    assert stored(site) == [3, 2, 1]
    assert "Ihr Anliegen" in requests.get(site.url()).text
    assert publish_page(site, restore="77").status_code == 404
    assert stored(site) == [3, 2, 1]
    for path in ("/@@form-versions", "/@@form-preview"):
        assert "Ihr Anliegen" not in requests.get(site.url(path)).text


def test_a_form_begun_before_a_change_is_still_taken(site):  # noqa: F811
    page = requests.get(site.url()).text
    number = re.search(r'name="form_version"\s+type="hidden"\s+value="(\d+)"', page).group(1)
    new = '<field name="extra" type="zope.schema.TextLine"><title>Neu</title></field></schema>'
    site.form.fields_model = OTHER.replace("</schema>", new)
    versions.publish(site.form)
    transaction.commit()
    assert requests.post(site.url(), data=SENT).status_code == 400
    sent = requests.post(site.url(), data={**SENT, "form_version": number})
    assert sent.status_code == 200
    transaction.begin()
    (case,) = site.portal["vorgaenge"].cases()
    assert case.form_version == "1"
    assert [answer["label"] for answer in case.answers] == ["Ihr Name", "Ihr Anliegen"]


def test_over_rest(site):  # noqa: F811
    url, options = site.url("/@form-versions"), {"headers": site.json}
    assert site.editor.get(url, **options).json()["has_changes"] is False
    site.form.fields_model = OTHER
    transaction.commit()
    listed = site.editor.get(url, **options).json()
    assert listed["has_changes"] is True
    assert [change["kind"] for change in listed["changes"]] == ["changed"]
    for body in ({"x": 1}, {"note": 1}, {"restore": "1"}, {"restore": 9}, {"restore": True}):
        assert site.editor.post(url, json=body, **options).status_code == 400, body
    assert stored(site) == [1]
    made = site.editor.post(url, json={"note": "Neu"}, **options)
    assert (made.status_code, made.json()["number"], made.json()["note"]) == (201, 2, "Neu")
    assert site.editor.post(url, json={"restore": 1}, **options).json()["number"] == 3
    assert stored(site) == [3, 2, 1]
    for answer in (
        requests.get(url, **options),
        requests.post(url, json={}, **options),
    ):
        assert answer.status_code == 401
    assert stored(site) == [3, 2, 1]

    # A submission names its version.
    send, data = site.url("/@form"), {"name": "Erika", "message": "Guten Tag"}
    for number, status in ((1, 201), (3, 201), (None, 201), (4, 409), ("1", 409), (0, 409)):
        answer = requests.post(send, json={"data": data, "version": number}, **options)
        assert answer.status_code == status, (number, answer.text)
    transaction.begin()
    cases = site.portal["vorgaenge"].cases()
    assert sorted(case.form_version for case in cases) == ["1", "3", "3"]
