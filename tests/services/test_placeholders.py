"""Texts with placeholders, and the parts of a letter: plain Python."""

from hypothesis import given
from hypothesis import strategies as st
from kaarst.services.documents.letter import blocks
from kaarst.services.documents.placeholders import canonical
from kaarst.services.documents.placeholders import check
from kaarst.services.documents.placeholders import fill
from kaarst.services.documents.placeholders import left
from kaarst.services.documents.placeholders import OpenBracket
from kaarst.services.documents.placeholders import WrongPlaceholder

import pytest


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("number", "number"),
        ("Nummer", "number"),
        (" leistung ", "service"),
        ("answer:dog_name", "answer:dog_name"),
        ("Antwort: dog_name", "answer:dog_name"),
        ("answer:", None),
        ("pin", None),
        ("number:x", None),
        ("", None),
    ],
)
def test_names(typed, name):
    assert canonical(typed) == name


def test_check_says_what_is_wrong():
    check("Guten Tag {name}, {Antwort:dog} {nummer}", ["dog"])
    check("", [])
    for text, wrong in (
        ("{nummer} {vorname}", "{vorname}"),
        ("{answer:cat}", "{answer:cat}"),
        ("{}", "{}"),
        ("{case.sealed_pin}", "{case.sealed_pin}"),
        ("{name.__class__}", "{name.__class__}"),
    ):
        with pytest.raises(WrongPlaceholder) as error:
            check(text, ["dog"])
        assert error.value.wrong == wrong
    for text in ("Guten Tag {name", "name}", "{{name}}"):
        with pytest.raises(OpenBracket):
            check(text, [])


def test_fill_says_what_is_missing():
    values = {"number": "KAA-1", "answer:dog": "Bello", "name": ""}
    filled = fill("{Nummer}: {antwort:dog}, {name} {name} {clerk}", values)
    assert filled.text == "KAA-1: Bello, {name} {name} {clerk}"
    assert filled.missing == ("{name}", "{clerk}")
    assert left(filled.text) == ["{name}", "{clerk}"]
    assert left("{not a placeholder}") == []


@given(st.text(), st.text())
def test_what_was_typed_is_never_filled_again(name, dog):
    filled = fill("{name}|{answer:dog}", {"name": name, "answer:dog": dog})
    assert filled.text == f"{name or '{name}'}|{dog or '{answer:dog}'}"


def test_the_parts_of_a_letter():
    text = "# Gründe\nErste Zeile\r\nzweite Zeile\n\nNeuer Absatz\n- eins\n– zwei\n\n\n* kein Punkt\n#hash"
    assert blocks(text) == [
        {"kind": "heading", "lines": ["Gründe"]},
        {"kind": "paragraph", "lines": ["Erste Zeile", "zweite Zeile"]},
        {"kind": "paragraph", "lines": ["Neuer Absatz"]},
        {"kind": "list", "lines": ["eins", "zwei"]},
        {"kind": "paragraph", "lines": ["* kein Punkt", "#hash"]},
    ]
    assert blocks(" \n\n") == []


@given(st.text(alphabet="ab-# \n–*", max_size=60))
def test_no_word_is_lost(text):
    lines = [line for block in blocks(text) for line in block["lines"]]
    letters = "".join(lines)
    assert letters.count("a") == text.count("a") and letters.count("b") == text.count("b")
