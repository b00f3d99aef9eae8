"""Compounds, misspelt words and snippets."""

from hypothesis import given
from hypothesis import strategies as st
from kaarst.services.catalogue.search.compounds import Compounds
from kaarst.services.catalogue.search.ngrams import NgramIndex
from kaarst.services.catalogue.search.snippets import mark
from kaarst.services.catalogue.search.snippets import snippet
from kaarst.services.catalogue.search.spelling import Spelling
from kaarst.services.catalogue.search.words import terms

import pytest


COMPOUNDS = Compounds(
    ["Wohnung", "Geber", "Bestätigung", "Hund", "Steuer", "Bau", "Amt", "anmelden"]
)


@pytest.mark.parametrize(
    "word,parts",
    [
        ("wohnungsgeberbestatigung", ["wohnung", "geber", "bestatigung"]),
        ("hundesteuer", ["hund", "steuer"]),
        ("bauamt", []),
        ("hochbauamt", ["bauamt"]),
        ("zweitwohnung", ["wohnung"]),
        ("hundehalter", ["hund"]),
        ("anmelden", []),
        ("xyz", []),
    ],
)
def test_takes_apart_what_it_knows(word, parts):
    known = Compounds(
        [*["Wohnung", "Geber", "Bestätigung", "Hund", "Steuer", "Bauamt", "anmelden"]]
    )
    assert [part for part, _weight in known.split(word)] == parts


def test_last_part_says_what_it_is():
    weights = dict(COMPOUNDS.split("hundesteuer"))
    assert weights["steuer"] > weights["hund"]


@given(st.text(alphabet="abchundsteuer", max_size=60))
def test_any_word_can_be_tried(word):
    assert all(0 < weight < 1 for _part, weight in COMPOUNDS.split(word))


def test_nearest_words_best_first():
    spelling = Spelling(["verloren", "verlogen", "gebogen"])
    assert [word for word, _likeness in spelling.nearest("verlohren")][0] == "verloren"


@pytest.mark.parametrize("word,known", [("perso", "persona"), ("hut", "hund")])
def test_short_words_must_be_nearly_right(word, known):
    assert Spelling([known]).nearest(word) == ()


def test_words_that_begin_alike():
    spelling = Spelling(["sperr", "sperrmull", "sperrgut", "spar"])
    assert spelling.beginning_with("sperr") == ["sperrgut", "sperrmull"]


def test_lines_that_share_letters():
    index = NgramIndex([["reisepass"], ["personalausweis"]])
    likeness = index.search(["raisepass"])
    assert likeness[0] > 0.5
    assert likeness.get(1, 0) < 0.2
    assert index.search(["reisepass"])[0] == pytest.approx(1)


@given(st.text())
def test_marking_changes_no_text(text):
    assert "".join(piece.text for piece in mark(text, {"hund"})) == text


def test_snippet_shows_the_word_in_its_sentence():
    text = "Das ist der erste Satz. Wer einen Hund hält, zahlt Steuer. " + "Und so weiter. " * 20
    pieces = snippet(text, set(terms("Hunde")))
    assert [piece.text for piece in pieces if piece.marked] == ["Hund"]
    shown = "".join(piece.text for piece in pieces)
    assert shown.startswith("Wer einen Hund hält")
    assert shown.endswith("…")
    assert len(shown) < 200


def test_no_snippet_without_the_word():
    assert snippet("Ein Text über Katzen.", set(terms("Hund"))) == []
