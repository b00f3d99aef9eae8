"""Art. 15 and 17 GDPR over begun forms."""

from datetime import date
from kaarst.core.personal import request
from kaarst.core.personal.person import Person
from kaarst.core.stores import existing
from kaarst.services.forms import uploads
from kaarst.services.forms import versions
from kaarst.services.forms.drafts import store
from kaarst.services.persons.drafts import texts
from tests.services.test_answers import PDF
from tests.services.test_cases import WITH_UPLOAD

import pytest


DAY = '<field name="day" type="zope.schema.Date"><title>Geburtstag</title></field></schema>'
ERIKA = {"name": "Erika Mustermann", "email": "Erika@example.org", "day": "1980-02-29"}


@pytest.fixture
def draft(portal, form):
    """Erika's draft with a file, beside somebody else's."""
    form.fields_model = WITH_UPLOAD.replace("</schema>", DAY)
    versions.publish(form)
    version = versions.current(form)
    other = {**ERIKA, "email": "x@example.org", "day": "1980-02-28"}
    store.save(form, version, other, uploads.Limits())
    proof = uploads.Upload("nachweis.pdf", PDF)
    saved = store.save(form, version, {**ERIKA, "proof": proof}, uploads.Limits())
    assert saved.errors == {}
    return saved.draft


@pytest.mark.parametrize(
    "person",
    [
        Person(email="erika@example.org"),
        Person(name="mustermann erika", born=date(1980, 2, 29)),
        Person(number="NUMBER"),
    ],
)
def test_a_draft_is_found_given_out_and_deleted(portal, draft, person):
    if person.number:
        person = Person(number=draft.number)
    found = [key for key, _ in request.find(portal, person)]
    assert found == [f"drafts/{draft.number}"]
    (given,) = request.give(portal, person, found)
    assert given["data"]["answers"] == {
        "Name": "Erika Mustermann",
        "E-Mail": "Erika@example.org",
        "Geburtstag": "1980-02-29",
    }
    assert given["files"] == [("nachweis.pdf", PDF)]
    assert request.erase(portal, person, found) == 1
    (left,) = existing(portal, store.STORE).values()
    assert left.raw["email"] == "x@example.org"


def test_a_draft_outlives_its_form_and_is_still_found(portal, form, draft):
    draft.form_uid = "gone"
    (given,) = request.give(portal, Person(number=draft.number), None)
    assert given["data"]["answers"]["email"] == "Erika@example.org"


def test_answers_of_repeated_groups_are_looked_through():
    raw = {"people": [{"name": "Mia", "more": {"email": "m@example.org"}}], "count": 2, "yes": True}
    assert list(texts(raw)) == ["Mia", "m@example.org"]
