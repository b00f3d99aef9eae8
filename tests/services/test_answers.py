"""Answers: read from HTML and from JSON, judged by the same code. Without a site."""

from datetime import date
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from kaarst.services.forms import answers
from kaarst.services.forms import jsonschema
from kaarst.services.forms import questions
from kaarst.services.forms import recorded
from kaarst.services.forms import uploads

import json
import pytest
import time_machine


MODEL = """<model xmlns="http://namespaces.plone.org/supermodel/schema"
  xmlns:easyform="http://namespaces.plone.org/supermodel/easyform" xmlns:kaarst="urn:kaarst:form">
<schema>
<field name="name" type="zope.schema.TextLine" kaarst:autocomplete="name">
  <title>Name</title><max_length>40</max_length></field>
<field name="email" type="plone.schema.email.Email"><title>E-Mail</title>
  <required>False</required></field>
<fieldset name="b" label="Zweiter Schritt" order="2">
<field name="count" type="zope.schema.Int"><title>Anzahl</title><min>1</min><max>9</max></field>
<field name="day" type="zope.schema.Date" easyform:validators="isNotInFuture">
  <title>Tag</title><min>2020-01-01</min></field>
<field name="abroad" type="zope.schema.Bool"><title>Aus dem Ausland?</title></field>
<field name="country" type="zope.schema.TextLine" kaarst:only_if="abroad=true">
  <title>Land</title></field>
</fieldset>
<fieldset name="a" label="Dritter Schritt" order="3">
<field name="hint" type="collective.easyform.fields.RichLabel"><title>Hinweis</title>
  <rich_label>&lt;p&gt;Bitte&lt;/p&gt;</rich_label></field>
<field name="kind" type="zope.schema.Choice"><title>Art</title>
  <values><element key="one">Eins</element><element>Zwei</element></values></field>
<field name="many" type="zope.schema.Set"><title>Mehrere</title><required>False</required>
  <value_type type="zope.schema.Choice"><values><element>a</element><element>b</element></values>
  </value_type></field>
<field name="proof" type="plone.namedfile.field.NamedBlobFile"><title>Nachweis</title>
  <required>False</required></field>
<field name="sure" type="zope.schema.Bool" easyform:validators="isChecked">
  <title>Es stimmt</title></field>
</fieldset>
</schema></model>"""
GOOD = {
    "name": "Erika Mustermann",
    "email": "erika@example.org",
    "count": 2,
    "day": "2026-02-28",
    "abroad": True,
    "country": "Österreich",
    "kind": "one",
    "many": ["b", "a"],
    "sure": True,
}


@pytest.fixture(scope="module")
def asked():
    return questions.read(MODEL, "Erster Schritt")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-03-01T12:00:00+01:00"):
        yield


def errors(asked, **changes):
    raw = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return {name: str(text) for name, text in answers.check(asked, raw).errors.items()}


def test_reads_steps_in_order(asked):
    assert [step.label for step in asked.steps] == [
        "Erster Schritt",
        "Zweiter Schritt",
        "Dritter Schritt",
    ]
    assert list(asked.questions) == [*GOOD][:-1][:6] + ["kind", "many", "proof", "sure"]
    assert asked.email == "email"


def test_version_changes_with_every_question(asked):
    assert asked.version == questions.read(MODEL, "Erster Schritt").version
    assert (
        asked.version != questions.read(MODEL.replace("Anzahl", "Zahl"), "Erster Schritt").version
    )
    assert asked.version == questions.read("<!-- x -->" + MODEL, "Erster Schritt").version


def test_takes_good_answers(asked):
    checked = answers.check(asked, GOOD)
    assert checked.errors == {}
    assert checked.values["day"] == date(2026, 2, 28)
    assert checked.values["many"] == ["a", "b"]
    kept = {item["field"]: item for item in recorded.record(asked, checked.values)}
    assert kept["kind"]["text"] == "Eins"
    assert kept["kind"]["value"] == "one"
    assert kept["day"]["text"] == "28.02.2026"
    assert kept["many"]["text"] == "a, b"
    assert kept["abroad"]["value"] is True
    assert kept["count"]["step"] == "Zweiter Schritt"
    assert "proof" not in kept
    json.dumps(list(kept.values()))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": None}, {"name": "error_required"}),
        ({"name": "   "}, {"name": "error_required"}),
        ({"name": "x" * 41}, {"name": "error_too_long"}),
        ({"name": "a\nb"}, {"name": "error_characters"}),
        ({"name": "a\0b"}, {"name": "error_characters"}),
        ({"name": "a\ud800"}, {"name": "error_characters"}),
        ({"name": 1}, {"name": "error_type"}),
        ({"email": "erika"}, {"email": "error_email"}),
        ({"email": "a@b.c\nBcc: x@y.z"}, {"email": "error_characters"}),
        ({"count": 0}, {"count": "error_minimum"}),
        ({"count": 10}, {"count": "error_maximum"}),
        ({"count": "2"}, {"count": "error_number"}),
        ({"count": True}, {"count": "error_number"}),
        ({"count": 2.5}, {"count": "error_number"}),
        ({"day": "2026-02-30"}, {"day": "error_date"}),
        ({"day": "28.02.2026"}, {"day": "error_date"}),
        ({"day": "20260228"}, {"day": "error_date"}),
        ({"day": "2019-12-31"}, {"day": "error_minimum"}),
        ({"day": "2026-03-02"}, {"day": "error_future"}),
        ({"abroad": "yes"}, {"abroad": "error_choose", "country": None}),
        ({"country": None}, {"country": "error_required"}),
        ({"kind": "three"}, {"kind": "error_choose"}),
        ({"kind": ["one"]}, {"kind": "error_choose"}),
        ({"many": ["c"]}, {"many": "error_choose"}),
        ({"many": "a"}, {"many": "error_type"}),
        ({"many": [1]}, {"many": "error_type"}),
        ({"sure": False}, {"sure": "error_checked"}),
        ({"sure": None}, {"sure": "error_checked"}),
        ({"proof": "x"}, {"proof": "error_type"}),
        ({"proof": uploads.Upload("a.pdf", b"MZ")}, {"proof": "error_file_type"}),
        ({"other": "x"}, {"other": "error_unknown_field"}),
    ],
)
def test_says_what_is_wrong(asked, changes, expected):
    assert errors(asked, **changes) == {k: v for k, v in expected.items() if v}


def test_a_question_that_is_not_asked_is_neither_required_nor_kept(asked):
    raw = {**GOOD, "abroad": False, "country": "Österreich"}
    checked = answers.check(asked, raw)
    assert checked.errors == {}
    assert "country" not in checked.values


def test_a_condition_on_a_field_that_is_gone_or_later_holds_nobody_up():
    model = MODEL.replace("abroad=true", "gone=true")
    assert errors(questions.read(model), country=None) == {"country": "error_required"}
    model = MODEL.replace('name="name" type', 'kaarst:only_if="kind=one" name="name" type')
    assert errors(questions.read(model), name=None) == {"name": "error_required"}
    assert errors(questions.read(model), name=None, kind="Zwei") == {}
    # Two that wait for each other are both asked never, and the form can still be sent.
    circle = MODEL.replace('name="abroad"', 'kaarst:only_if="country=x" name="abroad"')
    assert errors(questions.read(circle), abroad=None, country=None) == {}


def test_html_becomes_what_json_clients_send(asked):
    form = {
        "q_name": " Erika Mustermann ",
        "q_email": "",
        "q_count": " 2 ",
        "q_day": "28.2.2026",
        "q_abroad": "false",
        "q_kind": "Zwei",
        "q_many": "b",
        "q_sure": "true",
        "name": "not this one",
    }
    raw = answers.from_html(asked, form)
    assert raw == {
        "name": "Erika Mustermann",
        "count": 2,
        "day": "2026-02-28",
        "abroad": False,
        "kind": "Zwei",
        "many": ["b"],
        "sure": True,
    }
    assert answers.check(asked, raw).errors == {}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*GOOD, "proof", "other", ""]), VALUES))
def test_nothing_raises_and_what_passes_can_be_stored(asked, raw):
    checked = answers.check(asked, raw)
    assert checked.values.keys().isdisjoint(checked.errors)
    json.dumps(recorded.record(asked, checked.values)).encode()


@given(st.dictionaries(st.sampled_from([*GOOD]), VALUES))
def test_the_schema_refuses_nothing_that_we_take(asked, changes):
    """What passes our check passes the published schema; the reverse is asked below."""
    raw = {
        name: value for name, value in {**GOOD, **changes}.items() if value not in (None, "", [])
    }
    schema = jsonschema.schema(asked, uploads.Limits())
    if not answers.check(asked, raw).errors and not any(
        isinstance(value, str) and value != value.strip() for value in raw.values()
    ):
        Draft202012Validator(schema).validate(raw)


def test_the_schema_is_valid_and_refuses_the_same(asked):
    schema = jsonschema.schema(asked, uploads.Limits())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert list(validator.iter_errors(GOOD)) == []
    for changes in (
        {"name": None},
        {"name": "x" * 41},
        {"count": 0},
        {"country": None},
        {"kind": "three"},
        {"many": ["c"]},
        {"sure": False},
        {"other": "x"},
    ):
        raw = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
        assert list(validator.iter_errors(raw)), changes
    without = {**GOOD, "abroad": False}
    del without["country"]
    assert list(validator.iter_errors(without)) == []


def test_rules_for_clients(asked):
    assert jsonschema.rules(asked) == [
        {"field": "country", "only_if": {"field": "abroad", "is": "one_of", "values": [True]}}
    ]
    assert [step["fields"] for step in jsonschema.steps(asked)][2] == [
        "kind",
        "many",
        "proof",
        "sure",
    ]


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"


def test_limits_each_file_and_the_sum(asked):
    model = MODEL.replace(
        '<field name="sure"',
        '<field name="second" type="plone.namedfile.field.NamedBlobFile"><title>B</title></field>'
        '<field name="sure"',
    )
    asked = questions.read(model)
    limits = uploads.Limits(one=len(PDF), total=2 * len(PDF) - 1)
    raw = {**GOOD, "proof": uploads.Upload("a.pdf", PDF), "second": uploads.Upload("b.pdf", PDF)}
    checked = answers.check(asked, raw, limits)
    assert {name: str(text) for name, text in checked.errors.items()} == {
        "proof": "error_files_too_large",
        "second": "error_files_too_large",
    }
    assert checked.documents == {}
    raw["second"] = uploads.Upload("b.pdf", PDF + b"\n")
    assert str(answers.check(asked, raw, limits).errors["second"]) == "error_file_too_large"
