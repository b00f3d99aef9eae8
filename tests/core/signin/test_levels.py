"""Levels and attributes: what a login says, and what is made of it."""

from hypothesis import given
from hypothesis import strategies as st
from kaarst.core.signin import attributes
from kaarst.core.signin.attributes import Attribute
from kaarst.core.signin.attributes import Rule
from kaarst.core.signin.device import described
from kaarst.core.signin.levels import Level
from kaarst.core.signin.levels import named

import pytest


def test_levels_by_all_their_names():
    assert named("STORK-QAA-Level-1") == named("basic") == named("1") == Level.BASIC
    assert named("STORK-QAA-Level-3") == named(" Substantial ") == Level.SUBSTANTIAL
    assert named("STORK-QAA-Level-4") == named("high") == Level.HIGH
    # What lies between counts as the lower one.
    assert named("STORK-QAA-Level-2") == Level.BASIC
    assert Level.NONE < Level.BASIC < Level.SUBSTANTIAL < Level.HIGH
    for word in ("", "5", "STORK-QAA-Level-", "höchst", None, ["high"]):
        with pytest.raises(ValueError):
            named(word)
        assert named(word, Level.NONE) == Level.NONE


def test_each_attribute_has_a_level_of_its_own():
    claims = {
        "given_name": "Erika",
        "given_name_level": "STORK-QAA-Level-4",
        "email": "erika@example.org",
        "email_level": "high",
        "address": {"street_address": "Am Neumarkt 2", "postal_code": 41564},
        "gender": "",
        "birthdate": "1964-08-12",
    }
    rules = {
        **attributes.default_rules(),
        "postalAddress": Rule("address.street_address", level=Level.SUBSTANTIAL),
        "postalCode": Rule("address.postal_code", level=Level.HIGH),
    }
    assert attributes.read(claims, rules) == {
        "givenName": Attribute("Erika", Level.HIGH),
        # Nobody has verified it, whatever the broker says.
        "mail": Attribute("erika@example.org", Level.BASIC),
        "postalAddress": Attribute("Am Neumarkt 2", Level.SUBSTANTIAL),
        "postalCode": Attribute("41564", Level.HIGH),
        "birthdate": Attribute("1964-08-12", Level.NONE),
    }
    # Nothing is surer than the login that brought it.
    low = attributes.read(claims, rules, Level.BASIC)
    assert {one.level for one in low.values()} == {Level.BASIC, Level.NONE}
    assert attributes.full_name(low) is None


@given(
    st.dictionaries(
        st.text(),
        st.recursive(
            st.none() | st.booleans() | st.text() | st.integers(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        ),
    )
)
def test_whatever_a_broker_sends_is_text_or_left_out(claims):
    rules = {
        name: Rule(claim, claim) for name, claim in zip(attributes.BY_NAME, claims, strict=False)
    }
    for one in attributes.read(claims, rules).values():
        assert one.value and one.value.isprintable() and len(one.value) <= attributes.LONGEST
        assert one.level in Level


def test_a_browser_in_words():
    windows = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"
    )
    assert described(windows) == "Chrome, Windows"
    assert described(f"{windows} Edg/130.0") == "Edge, Windows"
    assert (
        described("Mozilla/5.0 (Android 14; Mobile; rv:130.0) Firefox/130.0") == "Firefox, Android"
    )
    assert described(None) == described("curl/8") == ""
