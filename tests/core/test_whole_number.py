"""Which texts are whole numbers."""

from hypothesis import given
from hypothesis import strategies as st
from kaarst.core.whole_number import whole_number

import pytest


@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1 ", "1.0", "²", "٣", "1" * 16, 7, None])
def test_what_is_none(text):
    assert whole_number(text) is None


def test_what_is_one():
    assert whole_number("007") == 7
    assert whole_number("9" * 15) == 10**15 - 1
    assert whole_number("2026", 4) == 2026
    assert whole_number("12026", 4) is None


@given(st.text(max_size=20))
def test_no_text_fails(text):
    number = whole_number(text)
    assert number is None or int(text) == number
