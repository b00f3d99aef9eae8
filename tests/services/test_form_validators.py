"""The checks editors choose: IBAN, date of birth, signature, telephone, postal code."""

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from kaarst.services.forms import answers
from kaarst.services.forms import jsonschema
from kaarst.services.forms import questions
from kaarst.services.forms import uploads
from kaarst.services.forms import validators
from tests.services.test_form_models import model

import pytest
import time_machine


LINE = (
    '<field name="a" type="zope.schema.TextLine" easyform:validators="{}"><title>A</title></field>'
)
BIRTH = '<field name="a" type="zope.schema.Date" easyform:validators="isBirthDate"><title>A</title></field>'


def told(asked, value):
    message = answers.check(asked, {"a": value}).errors.get("a")
    return str(message) if message else ""


def line(check):
    return questions.read(model(LINE.format(check)))


GOOD = {
    "isIBAN": ["DE89 3704 0044 0532 0130 00", "de89370400440532013000", "NL91ABNA0417164300"],
    "isSignature": ["Erika Mustermann", "Anne-Marie de la Cruz", "Ö. Ünal"],
    "isPhoneNumber": ["02131 987-0", "+49 (2131) 9870"],
    "isPostalCode": ["41564", "01067"],
}
BAD = {
    # Check digits, length of the country, an unknown country, the bank's own check.
    "isIBAN": ["DE88370400440532013000", "DE8937040044053201300", "XX89370400440532013000", "1234"],
    "isSignature": ["Erika", "xx 12", "- -", "Erika 2"],
    "isPhoneNumber": ["112", "Telefon", "++49 2131 98"],
    "isPostalCode": ["4156", "415644", "ABCDE"],
}


@pytest.mark.parametrize("check", GOOD)
def test_takes_and_refuses(check):
    asked = line(check)
    schema = Draft202012Validator(jsonschema.schema(asked, uploads.Limits()))
    for value in GOOD[check]:
        assert told(asked, value) == "", value
        assert schema.is_valid({"a": value}), value
    for value in BAD[check]:
        assert told(asked, value).startswith("error_"), value


@time_machine.travel("2026-03-01T00:30:00+01:00", tick=False)
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-03-01", ""),
        ("2026-03-02", "error_birth_future"),
        ("1901-01-01", ""),
        ("1900-12-31", "error_birth_past"),
        ("0980-02-29", "error_birth_past"),
        ("1981-02-29", "error_date"),
    ],
)
def test_dates_of_birth(day, expected):
    assert told(questions.read(model(BIRTH)), day) == expected


@given(st.text(max_size=40) | st.from_regex(r"\A[A-Z]{2}[0-9]{2}[0-9A-Z ]{8,30}\Z"))
def test_no_text_raises_and_the_schema_refuses_nothing_good(text):
    for check in GOOD:
        validators.VALIDATORS[check](text)
        asked = line(check)
        if told(asked, text) == "":
            assert Draft202012Validator(jsonschema.schema(asked, uploads.Limits())).is_valid(
                {"a": text}
            )
