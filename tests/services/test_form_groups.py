"""Repeating groups and conditions: one rule for page, REST and JSON Schema. Without a site."""

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from kaarst.services.forms import allowlist
from kaarst.services.forms import answers
from kaarst.services.forms import jsonschema
from kaarst.services.forms import questions
from kaarst.services.forms import recorded
from kaarst.services.forms import rows
from kaarst.services.forms import uploads
from tests.services.test_form_models import model

import pytest


DOGS = model(
    '<field name="first" type="zope.schema.Bool"><title>Erster Hund in Kaarst?</title></field>'
    '<field name="from_where" type="zope.schema.Choice" kaarst:only_if="first=true">'
    "<title>Woher?</title><values><element>Neuss</element><element>Ausland</element></values></field>"
    '<field name="country" type="zope.schema.TextLine" kaarst:only_if="from_where=Ausland">'
    "<title>Land</title></field>"
    '<fieldset name="two" label="Hunde" order="2">'
    f'<field name="dogs" type="{allowlist.GROUP}"><title>Ihre Hunde</title>'
    "<entry>Hund</entry><least>1</least><most>3</most></field>"
    '<field name="name" type="zope.schema.TextLine" kaarst:group="dogs"><title>Name</title></field>'
    '<field name="listed" type="zope.schema.Bool" kaarst:group="dogs">'
    "<title>Listenhund?</title></field>"
    '<field name="permit" type="zope.schema.TextLine" kaarst:group="dogs"'
    ' kaarst:only_if="listed=true"><title>Erlaubnis</title></field>'
    '<field name="passport" type="zope.schema.TextLine" kaarst:group="dogs"'
    ' kaarst:only_if="first=true"><title>Heimtierausweis</title></field>'
    '<field name="born" type="zope.schema.Date" kaarst:group="dogs"><title>Geboren</title>'
    "<required>False</required></field></fieldset>"
)
REX = {"name": "Rex", "listed": False}
GOOD = {"first": False, "dogs": [REX, {"name": "Ida", "listed": True, "permit": "12"}]}


@pytest.fixture(scope="module")
def asked():
    return questions.read(DOGS, "Halter")


def errors(asked, raw):
    return {name: str(text) for name, text in answers.check(asked, raw).errors.items()}


def test_reads_a_group(asked):
    assert list(asked.questions) == ["first", "from_where", "country", "dogs"]
    group = asked.questions["dogs"]
    assert list(group.asked_members) == ["name", "listed", "permit", "passport", "born"]
    assert (group.minimum, group.maximum, group.required) == (1, 3, True)
    assert group.needs == {"first"}
    assert group.entry_title(2) == "Hund 2"


def test_is_recorded_entry_by_entry(asked):
    checked = answers.check(asked, GOOD)
    assert checked.errors == {}
    kept = {item["field"]: item for item in recorded.record(asked, checked.values)}
    assert list(kept) == [
        "first",
        "dogs.0.name",
        "dogs.0.listed",
        "dogs.1.name",
        "dogs.1.listed",
        "dogs.1.permit",
    ]
    assert kept["dogs.1.permit"]["label"] == "Hund 2: Erlaubnis"
    assert kept["dogs.1.permit"]["step"] == "Hunde"


CASES = [
    ({}, {"first": "error_choose", "dogs": "error_too_few_entries"}),
    ({"first": False, "dogs": []}, {"dogs": "error_too_few_entries"}),
    ({"first": False, "dogs": [REX] * 4}, {"dogs": "error_too_many_entries"}),
    ({"first": False, "dogs": "Rex"}, {"dogs": "error_type"}),
    ({"first": False, "dogs": ["Rex"]}, {"dogs": "error_type"}),
    ({"first": False, "dogs": [REX, {}]}, {"dogs.1.name": "error_required"}),
    ({"first": False, "dogs": [{**REX, "x": 1}]}, {"dogs.0.x": "error_unknown_field"}),
    ({"first": False, "dogs": [{**REX, "listed": True}]}, {"dogs.0.permit": "error_required"}),
    ({"first": False, "dogs": [{**REX, "born": "gestern"}]}, {"dogs.0.born": "error_date"}),
    ({"first": True, "from_where": "Neuss", "dogs": [REX]}, {"dogs.0.passport": "error_required"}),
    ({"first": True, "dogs": [{**REX, "passport": "1"}]}, {"from_where": "error_choose"}),
    (
        {"first": True, "from_where": "Ausland", "dogs": [{**REX, "passport": "1"}]},
        {"country": "error_required"},
    ),
]


@pytest.mark.parametrize(("raw", "expected"), CASES)
def test_says_what_is_wrong_in_which_entry(asked, raw, expected):
    found = errors(asked, raw)
    assert {name: found.get(name) for name in expected} == expected
    assert (
        Draft202012Validator(
            jsonschema.schema(asked, uploads.Limits()),
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        ).is_valid(raw)
        is False
    )


def test_what_is_not_asked_is_neither_demanded_nor_stored(asked):
    # "Ausland" was chosen before "first" became false: neither it nor the country counts.
    raw = {**GOOD, "from_where": "Ausland", "country": "Peru"}
    raw["dogs"] = [{**REX, "permit": "alt", "passport": "alt"}]
    checked = answers.check(asked, raw)
    assert checked.errors == {}
    assert checked.values == {"first": False, "dogs": [REX]}
    del raw["country"]
    assert Draft202012Validator(jsonschema.schema(asked, uploads.Limits())).is_valid(raw)


def test_the_rules_are_published(asked):
    rules = {rule["field"]: rule["only_if"] for rule in jsonschema.rules(asked)}
    assert rules["country"] == {"field": "from_where", "is": "one_of", "values": ["Ausland"]}
    assert rules["dogs.permit"] == {"field": "dogs.listed", "is": "one_of", "values": [True]}
    assert rules["dogs.passport"] == {"field": "first", "is": "one_of", "values": [True]}


def test_reads_what_a_browser_sends(asked):
    form = {
        "q_first": "false",
        "q_dogs": ["5", "2", "x", "2"],
        "q_dogs.2.name": "Rex",
        "q_dogs.2.listed": "false",
        "q_dogs.5.name": " Ida ",
        "q_dogs.5.born": "1.2.2024",
        "q_dogs.7.name": "gehört zu keinem Eintrag",
    }
    raw = answers.from_html(asked, form)
    assert raw["dogs"] == [REX, {"name": "Ida", "born": "2024-02-01"}]
    assert answers.from_html(asked, {"q_dogs": "0"})["dogs"] == [{}]


def test_draws_entries_and_an_empty_one(asked):
    group = asked.questions["dogs"]
    assert rows.default(group) == [dict.fromkeys(group.asked_members)]
    row = rows.build(group, [REX], {"dogs.0.permit": "Fehlt."})
    permit = next(each for each in row.entries[0].rows if each.question.name == "permit")
    assert (permit.name, permit.error) == ("q_dogs.0.permit", "Fehlt.")
    assert permit.condition == "q_dogs.0.listed=true"
    assert permit.verified_by == ""
    passport = next(each for each in row.entries[0].rows if each.question.name == "passport")
    assert passport.condition == "q_first=true"
    assert row.blank.rows[0].name == "q_dogs.__n__.name"
    assert (row.may_add, row.may_remove) == (True, False)


def test_no_files_and_no_groups_in_a_group():
    for kind in (allowlist.GROUP, "plone.namedfile.field.NamedBlobFile"):
        bad = f'<field name="a" type="{kind}" kaarst:group="g"><title>A</title></field>'
        with pytest.raises(allowlist.ModelNotAllowed):
            allowlist.clean_fields(model(bad))


def test_a_group_that_is_gone_leaves_its_questions():
    lost = questions.read(model('<field name="a" type="zope.schema.TextLine" kaarst:group="g" />'))
    assert list(lost.questions) == ["a"]


VALUES = st.none() | st.booleans() | st.sampled_from(["", "Neuss", "Ausland", "x", "2024-01-01"])
ENTRIES = st.dictionaries(
    st.sampled_from(["name", "listed", "permit", "passport", "born", "x"]), VALUES
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "first": VALUES,
            "from_where": VALUES,
            "country": VALUES,
            "dogs": VALUES | st.lists(ENTRIES | VALUES, max_size=5),
        },
    )
)
def test_whatever_the_schema_takes_is_taken(raw):
    """And nothing raises, whatever comes."""
    asked = questions.read(DOGS, "Halter")
    found = answers.check(asked, raw).errors
    schema = jsonschema.schema(asked, uploads.Limits())
    checker = Draft202012Validator.FORMAT_CHECKER
    if Draft202012Validator(schema, format_checker=checker).is_valid(raw):
        assert found == {}
