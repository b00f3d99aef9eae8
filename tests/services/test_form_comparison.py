"""What an editor reads about two versions of a form. Without a site."""

from kaarst.services.forms import comparison
from kaarst.services.forms.allowlist import CASE_ACTION
from kaarst.services.forms.snapshot import Snapshot
from tests.services.test_form_models import model

import dataclasses


ACTION = model(f'<field name="case" type="{CASE_ACTION}"><title>Vorgang</title>{{}}</field>')
OLD = Snapshot(
    title="Hund anmelden",
    fields_model=model(
        '<field name="name" type="zope.schema.TextLine"><title>Name</title></field>'
        '<field name="race" type="zope.schema.TextLine"><title>Rasse</title></field>'
        '<fieldset name="dogs" label="Hunde" order="2">'
        '<field name="more" type="zope.schema.Bool"><title>Weitere Hunde?</title></field>'
        '<field name="kind" type="zope.schema.Choice"><title>Art</title><values>'
        '<element key="a">Klein</element><element key="b">Groß</element></values></field>'
        "</fieldset>"
    ),
    actions_model=ACTION.format("<due_days>14</due_days>"),
    default_fieldset_label="Halter",
    thanksPrologue="<p>Vielen <b>Dank</b></p>",
)
NEW = dataclasses.replace(
    OLD,
    title="Hund anmelden (neu)",
    fields_model=model(
        '<field name="race" type="zope.schema.TextLine"><title>Rasse des Hundes</title>'
        "<required>False</required></field>"
        '<field name="chip" type="zope.schema.TextLine"><title>Chip</title></field>'
        '<fieldset name="dogs" label="Ihre Hunde" order="2">'
        '<field name="kind" type="zope.schema.Choice" kaarst:only_if="more=true"><title>Art</title>'
        '<values><element key="a">Klein</element></values></field>'
        '<field name="more" type="zope.schema.Bool"><title>Weitere Hunde?</title></field>'
        "</fieldset>"
    ),
    actions_model=ACTION.format("<due_days>28</due_days>"),
    thanksPrologue="<p>Danke</p><script>alert(1)</script>",
)


def text(message):
    if not message:
        return ""
    result = getattr(message, "default", None) or str(message)
    for key, value in (getattr(message, "mapping", None) or {}).items():
        result = result.replace("${" + key + "}", text(value))
    return result


def told(old, new):
    return {
        (change.kind, text(change.sentence)): [
            (text(detail.label), text(detail.before), text(detail.after))
            for detail in change.details
        ]
        for change in comparison.compare(old, new)
    }


def test_nothing_changed():
    assert told(OLD, OLD) == {}
    assert OLD.digest == dataclasses.replace(OLD).digest != NEW.digest


def test_tells_each_change_in_words():
    changes = told(OLD, NEW)
    assert changes.pop(("added", "New: “Chip”")) == []
    assert changes.pop(("removed", "Removed: “Name”")) == []
    assert changes.pop(("changed", "Changed: “Rasse des Hundes”")) == [
        ("Question", "Rasse", "Rasse des Hundes"),
        ("Has to be filled in", "Yes", "No"),
    ]
    assert changes.pop(("changed", "Step changed: “Ihre Hunde”")) == [
        ("Name of the step", "Hunde", "Ihre Hunde")
    ]
    assert changes.pop(("changed", "Changed: “Art”")) == [
        ("Only if", "", "“Weitere Hunde?” is “Yes”"),
        ("Answers to choose from", "Klein, Groß", "Klein"),
    ]
    assert changes.pop(("changed", "Another order in the step “Ihre Hunde”")) == []
    assert changes.pop(("changed", "Title")) == [("", "Hund anmelden", "Hund anmelden (neu)")]
    assert changes.pop(("changed", "Text before number and PIN")) == [
        ("", "Vielen Dank", "Danke alert(1)")
    ]
    assert changes.pop(("changed", "What happens with the answers")) == [("due_days", "14", "28")]
    assert changes == {}


def test_steps_come_and_go():
    without = dataclasses.replace(
        OLD,
        fields_model=model(
            '<field name="name" type="zope.schema.TextLine"><title>N</title></field>'
        ),
    )
    assert ("removed", "Step removed: “Hunde”") in told(OLD, without)
    assert ("added", "New step: “Hunde”") in told(without, OLD)
