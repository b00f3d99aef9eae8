"""The address of the form builder: four questions, checked together. No site."""

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from kaarst.services.forms import addresses
from kaarst.services.forms import allowlist
from kaarst.services.forms import answers
from kaarst.services.forms import jsonschema
from kaarst.services.forms import questions
from kaarst.services.forms import recorded
from kaarst.services.forms import uploads
from tests.services.test_form_models import model

import pytest


OWN = {"41564": ("Kaarst", "Büttgen", "Holzbüttgen")}
ADDRESS = (
    '<field name="a" type="kaarst.services.forms.fields.Address">{}<title>Anschrift</title></field>'
)
NEEDED = questions.read(model(ADDRESS.format("")))
OPTIONAL = questions.read(model(ADDRESS.format("<required>False</required>")))
NAMES = ("a_street", "a_postcode", "a_place", "a_country")


@pytest.fixture(autouse=True)
def town(monkeypatch):
    monkeypatch.setattr(answers, "own_places", lambda: OWN)


def told(asked, *values):
    raw = {name: value for name, value in zip(NAMES, values, strict=False) if value is not None}
    return {name[2:]: str(message) for name, message in answers.check(asked, raw).errors.items()}


def valid(asked, *values):
    raw = {name: value for name, value in zip(NAMES, values, strict=False) if value is not None}
    return Draft202012Validator(jsonschema.schema(asked, uploads.Limits())).is_valid(raw)


GOOD = [
    ("Am Neumarkt 2", "41564", "Kaarst"),
    ("Driescher Str. 5a", " 41564 ", "kaarst-BÜTTGEN"),
    ("Hof Müller, ohne Nummer", "41564", "Buettgen"),
    ("Unter den Linden 1", "10117", "Berlin"),
    ("Platz 1", "01067", "Dresden", "Deutschland"),
    ("Dam 1", "1012 JS", "Amsterdam", "Niederlande"),
    ("Herengracht", "1000AA", "Amsterdam", "NL"),
]
BAD = [
    (("Am Neumarkt", "41564", "Kaarst"), {"street": "error_house_number"}),
    (("12", "41564", "Kaarst"), {"street": "error_street"}),
    (("Weg 1", "4156", "Kaarst"), {"postcode": "error_postal_code_or_country"}),
    (("Weg 1", "1012 JS", "Amsterdam"), {"postcode": "error_postal_code_or_country"}),
    (("Weg 1", "41564", "Neuss"), {"place": "error_place"}),
    (("Weg 1", "41564", "Vorst"), {"place": "error_place"}),
    (("Weg 1", "!!", "Paris", "France"), {"postcode": "error_foreign_code"}),
    (("Weg 1", "41564"), {"place": "error_required"}),
]


@pytest.mark.parametrize("values", GOOD)
def test_takes_addresses_here_and_elsewhere(values):
    for asked in (NEEDED, OPTIONAL):
        assert told(asked, *values) == {}
        assert valid(asked, *values)


@pytest.mark.parametrize("values,expected", BAD)
def test_says_what_is_wrong_beside_the_field(values, expected):
    for asked in (NEEDED, OPTIONAL):
        assert told(asked, *values) == expected


def test_is_needed_or_not_as_a_whole():
    assert told(OPTIONAL) == {} and valid(OPTIONAL)
    missing = dict.fromkeys(("street", "postcode", "place"), "error_required")
    assert told(NEEDED) == missing and not valid(NEEDED)
    # Who begins has to go on.
    assert told(OPTIONAL, None, None, None, "France") == missing
    assert not valid(OPTIONAL, None, None, "Kaarst")
    assert not valid(OPTIONAL, "Weg 1", "1012 JS", "Amsterdam")


def test_asks_four_questions_that_a_browser_fills_in():
    asked = NEEDED.questions
    assert tuple(asked) == NAMES
    assert [question.autocomplete for question in asked.values()] == [
        "address-line1",
        "postal-code",
        "address-level2",
        "country-name",
    ]
    assert asked["a_street"].label == "Anschrift: Straße und Hausnummer"
    raw = {"a_street": "Weg 1", "a_postcode": "41564", "a_place": "Kaarst"}
    kept = recorded.record(NEEDED, answers.check(NEEDED, raw).values)
    assert [item["value"] for item in kept] == ["Weg 1", "41564", "Kaarst"]


def test_each_entry_of_a_group_has_its_own():
    asked = questions.read(
        model(
            '<field name="g" type="kaarst.services.forms.fields.RepeatingGroup"><title>G</title></field>'
            + ADDRESS.format("").replace('name="a"', 'name="a" kaarst:group="g"')
        )
    )
    entries = [
        {"a_street": "Weg 1", "a_postcode": code, "a_place": "Neuss"} for code in ("41460", "41564")
    ]
    errors = answers.check(asked, {"g": entries}).errors
    assert {name: str(message) for name, message in errors.items()} == {
        "g.1.a_place": "error_place"
    }


def test_no_other_field_may_have_the_name_of_a_part():
    other = '<field name="a_place" type="zope.schema.TextLine"><title>B</title></field>'
    with pytest.raises(allowlist.ModelNotAllowed, match="a_place"):
        questions.read(model(ADDRESS.format("") + other))


TEXT = st.none() | st.text(max_size=20) | st.sampled_from(["41564", "Kaarst", "Weg 1", "France"])


@given(st.tuples(TEXT, TEXT, TEXT, TEXT))
def test_nothing_raises_and_the_schema_refuses_nothing_good(values):
    addresses.belongs(values[2] or "", ("Kaarst",))
    for asked in (NEEDED, OPTIONAL):
        if told(asked, *values) == {}:
            assert valid(asked, *values)
