"""Spelling and endings."""

from hypothesis import given
from hypothesis import strategies as st
from kaarst.services.catalogue.search.words import fold
from kaarst.services.catalogue.search.words import is_stop_word
from kaarst.services.catalogue.search.words import terms
from kaarst.services.catalogue.search.words import words

import pytest


@pytest.mark.parametrize(
    "group",
    [
        ("Straße", "STRASSE", "strasse"),
        ("Müll", "Muell", "mull", "MU\u0308LL"),
        ("Café", "cafe"),
        ("Führungszeugnis", "fuehrungszeugnis"),
    ],
)
def test_spellings_of_one_word_are_one(group):
    assert len({fold(word) for word in group}) == 1


@pytest.mark.parametrize("word", ["neue", "bauen", "quelle", "steuer"])
def test_e_after_a_vowel_that_is_no_umlaut_stays(word):
    assert fold(word) == word


@pytest.mark.parametrize(
    "group",
    [
        ("umgezogen", "umziehen", "Umzug", "umzuziehen"),
        ("angemeldet", "anmelden", "Anmeldung"),
        ("verloren", "verlieren", "Verlust", "verlorener"),
        ("beglaubigte", "beglaubigen", "Beglaubigung", "beglaubigt"),
        ("geheiratet", "heiraten", "Heirat"),
        ("gestorben", "sterben"),
        ("wohnen", "Wohnung", "Wohnungen"),
        ("Ausweis", "Ausweise", "Ausweises"),
    ],
)
def test_forms_of_a_word_share_a_term(group):
    shared = set(terms(group[0]))
    for word in group[1:]:
        shared &= set(terms(word))
    assert shared


def test_different_words_share_none():
    assert not set(terms("Hund")) & set(terms("Hand"))
    assert not set(terms("anmelden")) & set(terms("abmelden"))


def test_words_know_their_place():
    text = "Wo ist das Bürgerbüro?"
    assert [text[word.start : word.end] for word in words(text)] == [
        "Wo",
        "ist",
        "das",
        "Bürgerbüro",
    ]


@pytest.mark.parametrize("word", ["ich", "Wie", "möchte", "FÜR", "fuer"])
def test_stop_words_in_any_spelling(word):
    assert is_stop_word(word)


@given(st.text())
def test_any_text_has_words_and_terms(text):
    for word in words(text):
        assert all(isinstance(term, str) for term in terms(word.text))
        assert fold(fold(word.text)) is not None
