"""Asking a small catalogue as people ask."""

from hypothesis import given
from hypothesis import strategies as st
from kaarst.services.catalogue.search.index import Document
from kaarst.services.catalogue.search.index import Index
from kaarst.services.catalogue.search.query import search
from tests.services.search.catalogue import small_index

import pytest
import time


INDEX = small_index()


def first(query):
    hits = search(INDEX, query).hits
    return hits[0].key if hits else None


@pytest.mark.parametrize(
    "query,key",
    [
        ("ich bin umgezogen", "wohnsitz"),
        ("ich ziehe um", "wohnsitz"),
        ("wie melde ich meine neue Wohnung an", "wohnsitz"),
        ("wonsitz", "wohnsitz"),
        ("Wohnsitzanmeldung", "wohnsitz"),
        ("PERSONALAUSWEIS", "personalausweis"),
        ("personal ausweis", "personalausweis"),
        ("wo bekomme ich einen neuen ausweis", "personalausweis"),
        ("perso verlohren", "verlust"),
        ("mein Ausweis wurde gestohlen", "verlust"),
        ("hund anmelden kosten", "hund"),
        ("hundeanmeldung", "hund"),
        ("hunde steuer", "hund"),
        ("muelltonne", "tonnen"),
        ("mühltone", "tonnen"),
        ("Papiertonne", "tonnen"),
        ("strassenschaden", "strasse"),
        ("schlaglöcher", "strasse"),
    ],
)
def test_finds_what_is_meant(query, key):
    assert first(query) == key


@pytest.mark.parametrize("query", ["", "   ", "?!", "xqzvw", "qqqq wwww", "🐕", "\x00"])
def test_nothing_for_nothing(query):
    assert search(INDEX, query).hits == ()


def test_exact_title_comes_before_a_mention():
    index = Index(
        [
            Document("mention", "Ausweise", text="Reisepass Reisepass Reisepass Reisepass"),
            Document("title", "Reisepass"),
        ]
    )
    assert [hit.key for hit in search(index, "reisepass").hits] == ["title", "mention"]


def test_says_how_it_read_a_misspelt_query():
    assert search(INDEX, "perso verlohren").corrected == "perso verloren"
    assert search(INDEX, "Perso verloren").corrected == ""


def test_keeps_to_what_is_allowed():
    assert "verlust" not in [hit.key for hit in search(INDEX, "ausweis", {"personalausweis"}).hits]
    assert search(INDEX, "hund", set()).hits == ()


def test_word_of_a_hidden_document_is_not_given_away():
    index = Index([Document("secret", "Geheimprojekt Nordstern"), Document("open", "Reisepass")])
    assert search(index, "nordstirn", {"open"}).corrected == ""
    assert search(index, "nordstirn", {"secret"}).corrected == "Nordstern"


def test_best_line_is_named():
    assert search(INDEX, "umziehen").hits[0].line == "umziehen"


def test_empty_catalogue():
    assert search(Index([]), "ausweis").hits == ()
    assert search(Index([Document("empty", "")]), "ausweis").hits == ()


@given(st.text())
def test_any_text_is_a_query(query):
    result = search(INDEX, query)
    assert all(0 < hit.score <= 1.000001 for hit in result.hits)


def test_long_query_takes_no_longer():
    started = time.perf_counter()
    search(INDEX, "bescheinigungsangelegenheit " * 20_000)
    assert time.perf_counter() - started < 0.5
