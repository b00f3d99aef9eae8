"""Groups and conditions as editors choose them and as citizens without scripts fill them in."""

from kaarst.services.forms import questions
from kaarst.services.forms import versions
from kaarst.services.forms.conditions import Condition
from tests.services.test_form_groups import DOGS
from tests.services.test_form_lock import site  # noqa: F401
from urllib.parse import quote

import html
import pytest
import re
import requests
import transaction


@pytest.fixture
def dogs(site):  # noqa: F811
    site.form.fields_model = DOGS
    versions.publish(site.form)
    transaction.commit()
    return site


def inputs(page):
    """Names and values of the fields of a page; a blank entry in <template> does not count."""
    page = re.sub(r"<template>.*?</template>", "", page, flags=re.DOTALL)
    found = []
    for tag in re.findall(r"<input\b[^>]*>", page):
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if attributes.get("type") not in ("radio", "checkbox") or "checked" in attributes:
            found.append((attributes.get("name"), attributes.get("value", "")))
    return found


def press(dogs, fields, **button):
    return requests.post(dogs.url(), data=[*fields, *button.items()])


def test_without_scripts_entries_come_and_go_and_nothing_typed_is_lost(dogs):
    first = inputs(requests.get(dogs.url()).text)
    assert [value for name, value in first if name == "q_dogs"] == ["0"]
    typed = [(n, "Rex" if n == "q_dogs.0.name" else v) for n, v in first if n.startswith("q_")]
    typed.append(("q_first", "false"))
    more = press(dogs, typed, add_entry="dogs")
    assert more.status_code == 200
    assert 'id="form-errors"' not in more.text
    fields = [(n, v) for n, v in inputs(more.text) if n.startswith("q_")]
    assert [value for name, value in fields if name == "q_dogs"] == ["0", "1"]
    assert ("q_dogs.0.name", "Rex") in fields
    fields = [(n, "Ida" if n == "q_dogs.1.name" else v) for n, v in fields]
    less = press(dogs, fields, remove_entry="dogs.0")
    fields = [(n, v) for n, v in inputs(less.text) if n.startswith("q_")]
    assert ("q_dogs.0.name", "Ida") in fields
    assert ("q_dogs", "1") not in fields
    # The last one that must be there stays; an unknown button is no button.
    same = press(dogs, fields, remove_entry="dogs.0")
    assert ("q_dogs", "0") in inputs(same.text)
    for wrong in ({"remove_entry": "dogs.9"}, {"add_entry": "nothing"}, {"add_entry": "first"}):
        assert press(dogs, fields, **wrong).status_code in (200, 400)

    refused = press(dogs, fields, send="1")
    assert refused.status_code == 400
    assert 'href="#q_dogs.0.listed"' in refused.text
    assert "Hund 1: Listenhund?" in refused.text
    sent = press(dogs, [*fields, ("q_dogs.0.listed", "false")], send="1")
    assert sent.status_code == 200
    transaction.begin()
    (case,) = dogs.portal["vorgaenge"].cases()
    assert [(item["field"], item["value"]) for item in case.answers] == [
        ("first", False),
        ("dogs.0.name", "Ida"),
        ("dogs.0.listed", False),
    ]
    assert case.answers[1]["label"] == "Hund 1: Name"


def test_over_rest(dogs):
    described = requests.get(dogs.url("/@form"), headers=dogs.json).json()
    assert described["schema"]["properties"]["dogs"]["maxItems"] == 3
    data = {"first": False, "dogs": [{"name": "Rex"}]}
    answer = requests.post(dogs.url("/@form"), json={"data": data}, headers=dogs.json)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["dogs.0.listed"]
    data["dogs"][0]["listed"] = False
    headers = {**dogs.json, "Idempotency-Key": "0123456789abcdef"}
    first = requests.post(dogs.url("/@form"), json={"data": data}, headers=headers)
    assert first.status_code == 201
    again = requests.post(dogs.url("/@form"), json={"data": data}, headers=headers)
    assert again.json() == first.json()


def save_field(dogs, name, **options):
    path = f"/fields/{name}/@@edit"
    page = html.unescape(dogs.editor.get(dogs.url(path)).text)
    data = {
        "_authenticator": dogs.token(dogs.editor, path),
        "form.widgets.title": "Frage",
        "form.widgets.description": "",
        "form.widgets.required-empty-marker": "1",
        "form.buttons.save": "Save",
    }
    data.update({f"form.widgets.IQuestionOptions.{key}": options[key] for key in options})
    dogs.answered = html.unescape(dogs.editor.post(dogs.url(path), data=data).text)
    transaction.begin()
    return page


def condition(question="--NOVALUE--", answers=(), relation="one_of", group="--NOVALUE--"):
    """The part of the field editor about the condition."""
    return {
        "only_if_question": [question],
        "only_if_relation": [relation],
        "only_if_answers": [quote(answer, safe="") for answer in answers],
        "only_if_answers-empty-marker": "1",
        "group": [group],
    }


def test_the_editor_chooses_condition_and_group(dogs):
    page = save_field(dogs, "country", **condition("first", ["first=true"]))
    assert "Erster Hund in Kaarst?: Yes" in page
    assert "Woher?: Ausland" in page
    # A question outside cannot depend on one of many entries.
    assert "Listenhund" not in page
    asked = questions.read(dogs.form.fields_model, "")
    assert asked.questions["country"].only_if == Condition("first", ("true",))

    page = save_field(dogs, "born", **condition("listed", ["listed=false"], group="dogs"))
    assert "Listenhund?: No" in page
    born = questions.read(dogs.form.fields_model, "").questions["dogs"].asked_members["born"]
    assert born.only_if == Condition("listed", ("false",))
    listing = html.unescape(dogs.editor.get(dogs.url("/fields")).text)
    assert "for each entry of “Ihre Hunde”" in listing
    assert "only if “Listenhund?” is “No”" in listing


def test_the_editor_chooses_other_conditions(dogs):
    def only_if():
        return questions.read(dogs.form.fields_model, "").questions["country"].only_if

    both = ["from_where=Ausland", "from_where=Neuss"]
    save_field(dogs, "country", **condition("from_where", both[:1], "none_of"))
    assert only_if() == Condition("from_where", ("Ausland",), "none_of")
    save_field(dogs, "country", **condition("first", both, "filled"))
    assert only_if() == Condition("first", (), "filled")
    listing = html.unescape(dogs.editor.get(dogs.url("/fields")).text)
    assert "only if “Erster Hund in Kaarst?” is filled in" in listing
    # What does not fit together is said, and changes nothing.
    for wrong, message in (
        (condition("first", both), "only answers of the question that was chosen above"),
        (condition("first"), "at least one answer of this question"),
        (condition(answers=both), "choose the question these answers belong to"),
    ):
        save_field(dogs, "country", **wrong)
        assert message in dogs.answered
        assert only_if() == Condition("first", (), "filled")
    save_field(dogs, "country", **condition())
    assert only_if() is None


def test_a_condition_written_by_hand_stays(dogs):
    source = DOGS.replace(
        '<field name="first"',
        '<field name="count" type="zope.schema.Int"><title>Zahl</title></field>'
        '<field name="why" type="zope.schema.TextLine" kaarst:only_if="count=7"><title>W</title>'
        '</field><field name="first"',
    )
    dogs.form.fields_model = source
    transaction.commit()
    page = save_field(dogs, "why", **condition("count", ["count=7"]))
    assert "count=7" in page
    assert 'only_if="count=7"' in dogs.form.fields_model


def test_the_editor_adds_a_group(dogs):
    path = "/fields/@@add-field"
    assert "Repeating group" in dogs.editor.get(dogs.url(path)).text
    dogs.editor.post(
        dogs.url(path),
        data={
            "_authenticator": dogs.token(dogs.editor, path),
            "form.widgets.title": "Ihre Katzen",
            "form.widgets.factory:list": "Repeating group",
            "form.widgets.fieldset_id": "0",
            "form.widgets.required-empty-marker": "1",
            "form.buttons.add": "Add",
        },
    )
    transaction.begin()
    assert 'name="ihre_katzen" type="kaarst.services.forms.fields.Rep' in dogs.form.fields_model
    page = dogs.editor.get(dogs.url("/fields/ihre_katzen/@@edit")).text
    for setting in ("entry", "least", "most"):
        assert f'name="form.widgets.{setting}"' in page
