"""The clerk's list: what it finds is what a plain search through all cases finds."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from kaarst.services.cases.departments.scope import EVERYTHING
from kaarst.services.cases.departments.scope import Scope
from kaarst.services.cases.index import CaseIndex
from kaarst.services.cases.summary import matches
from kaarst.services.cases.summary import summary
from unittest.mock import patch

import kaarst.services.cases.index
import pytest
import time


START = datetime(2026, 1, 1, tzinfo=UTC)
STATES = ["received", "in_progress", "decided"]
CLERKS = ["", "anna", "bernd"]
DEPARTMENTS = ["", "steuern", "standesamt"]
TEXTS = ["Erika Mustermann", "Max Müller", "Straße 5", "and or not", "Köln-Süd"]


def case(number, state="received", minutes=0, text=TEXTS[0], whose=("", "")):
    received = START + timedelta(minutes=minutes)
    answers = [{"text": text}]
    due = received.date() + timedelta(days=30) if number % 3 else None
    clerk, department = whose
    return summary(
        f"KAA-{number:04d}",
        state,
        received,
        due,
        "Anmeldung",
        "",
        answers,
        clerk=clerk,
        department=department,
    )


steps = st.lists(
    st.tuples(
        st.integers(0, 12),
        st.sampled_from(STATES),
        st.integers(0, 5),
        st.sampled_from(TEXTS),
        st.tuples(st.sampled_from(CLERKS), st.sampled_from(DEPARTMENTS)),
    )
    | st.sampled_from([1, 3, 50]),
    max_size=30,
)
places = st.frozensets(st.sampled_from(DEPARTMENTS))
scopes = st.just(EVERYTHING) | st.builds(
    Scope, places, st.dictionaries(st.sampled_from(CLERKS[1:]), places)
)


def urgency(found):
    return found["state"] == "decided", found["due"] or "9999", found["received"], found["number"]


def age(found):
    return found["received"], found["number"]


@pytest.mark.parametrize("urgent", [False, True])
@pytest.mark.parametrize("few", [0, 2000], ids=["walked", "sorted"])
@settings(max_examples=60, deadline=None)
@given(
    steps,
    st.sampled_from(["", *STATES]),
    st.sampled_from(["", "müll", "STRASSE", "and", "x"]),
    st.sampled_from([None, "", "anna", frozenset(("anna", "bernd"))]),
    scopes,
)
def test_finds_what_is_there_settled_or_not(few, urgent, done, state, text, clerk, scope):
    index, truth = CaseIndex(), {}
    for step in done:
        if isinstance(step, int):
            index.settle(step)
        else:
            found = case(*step)
            truth[found["number"]] = found
            index.put(found)
    expected = sorted(
        (found for found in truth.values() if matches(found, state, text, clerk, scope=scope)),
        key=urgency if urgent else age,
    )
    with patch.object(kaarst.services.cases.index, "FEW", few):
        asked = {"clerk": clerk, "urgent": urgent, "scope": scope}
        assert index.find(state, text, **asked) == (len(expected), expected)
        for start in range(len(expected) + 2):
            rows = expected[start : start + 3]
            assert index.find(state, text, start, 3, **asked) == (len(expected), rows)
    counted = {name: count for name, count in index.count(scope=scope).items() if count}
    assert counted == {
        name: count
        for name in STATES
        if (count := sum(matches(found, name, scope=scope) for found in truth.values()))
    }


def test_removes():
    index = CaseIndex()
    index.put(case(1))
    index.put(case(2))
    index.settle()
    index.put(case(3))
    for number in ("KAA-0001", "KAA-0003", "KAA-0009"):
        index.remove(number)
    assert [row["number"] for row in index.find(scope=EVERYTHING)[1]] == ["KAA-0002"]


def test_words_are_found_by_their_beginning_and_whatever_their_case():
    found = case(1, text="Hauptstraße 5, 41564 Kaarst")
    for text in ("haupt", "HAUPTSTRASSE", "41564 kaarst", "kaa 0001", "KAA-0001", ""):
        assert matches(found, text=text, scope=EVERYTHING), text
    for text in ("straße", "kaarst büttgen"):
        assert not matches(found, text=text, scope=EVERYTHING), text


def test_ten_thousand_cases_are_read_in_a_moment():
    index = CaseIndex()
    for number in range(10_000):
        index.put(case(number, STATES[number % 3], number, TEXTS[number % 5]))
    while index.settle():
        pass
    index.put(case(10_001))
    began = time.perf_counter()
    total, rows = index.find("received", "must", 0, 50, scope=EVERYTHING)
    assert time.perf_counter() - began < 0.5
    assert total > 600
    assert len(rows) == 50
