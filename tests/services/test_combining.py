"""Cases are split and merged, notes are written, and a search finds all of it."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.services.cases import notes
from kaarst.services.cases.combining import rules
from kaarst.services.cases.departments.scope import EVERYTHING
from kaarst.services.cases.retention import DeleteCases
from kaarst.services.cases.summary import matches
from kaarst.services.persons.cases import described
from tests.services.test_case_pages import town  # noqa: F401
from tests.services.test_messages import Case
from types import SimpleNamespace

import pytest
import re
import time_machine
import transaction


START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "fields", "documents", "reason", "wrong"),
    [
        ("received", ["a"], [], "Zweiter Hund", []),
        ("waiting", [], ["1"], "x", []),
        ("decided", ["a"], [], "x", [""]),
        ("received", [], [], "", ["fields", "reason"]),
        ("received", ["z"], ["9"], "x" * 201, ["documents", "fields", "reason"]),
    ],
)
def test_when_a_part_can_be_split_off(state, fields, documents, reason, wrong):
    found = rules.split_errors(state, fields, documents, reason, ["a", "b"], ["1"])
    assert sorted(found) == wrong


def case_of(number="A", state="received", merged_into="", decisions=()):
    return SimpleNamespace(number=number, state=state, merged_into=merged_into, decisions=decisions)


@pytest.mark.parametrize(
    ("duplicate", "into", "reason"),
    [
        (case_of(), case_of("B"), None),
        (case_of(), case_of(), rules.ITSELF),
        (case_of(state="decided"), case_of("B"), rules.CLOSED_CASE),
        (case_of(), case_of("B", state="withdrawn"), rules.CLOSED_OTHER),
        (case_of(merged_into="C"), case_of("B"), rules.MERGED),
        (case_of(), case_of("B", merged_into="C"), rules.MERGED),
        (case_of(decisions=(1,)), case_of("B"), rules.DECIDED),
    ],
)
def test_when_two_can_be_merged(duplicate, into, reason):
    assert rules.merge_error(duplicate, into) == reason


def test_what_comes_together_and_apart_again():
    own = ({"id": "1", "field": "proof", "label": "Nachweis"},)
    theirs = ({"id": "1", "field": "proof", "label": "Nachweis"}, {"id": "4", "field": ""})
    taken, ids = rules.taken_over(own, theirs, "B")
    assert [(doc["id"], doc["field"], doc["merged_from"]) for doc in taken] == [
        ("2", "", "B"), ("3", "", "B"),
    ]  # fmt: skip
    first = {"id": "1", "when": START, "documents": ["1"]}
    brought = {"id": "1", "when": START - timedelta(hours=1), "documents": ["4"]}
    both = rules.in_order([first], [brought], ids, "B")
    assert [(message["id"], message["documents"]) for message in both] == [
        ("1", ["3"]), ("2", ["1"]),
    ]  # fmt: skip
    assert [message["when"] for message in rules.without(both, {"B"})] == [START]


def test_a_note_says_something_and_is_not_endless():
    assert notes.error(" \n") == notes.EMPTY
    assert notes.error("x" * 5001) == notes.TOO_LONG
    assert notes.error("Hat angerufen.") is None


def posted(case, name, **data):
    return case.town.clerk.post(f"{case.url}/{name}", json=data, headers=case.town.json)


def found(town, word):  # noqa: F811
    answer = town.clerk.get(
        f"{town.url}/vorgaenge/@cases", params={"q": word}, headers=town.json
    ).json()
    return {item["number"] for item in answer["items"]}


def test_notes_are_found_and_not_the_citizens(town):  # noqa: F811
    sent = town.send()
    case = Case(town, sent["number"], sent["pin"])
    assert case.clerk("write-note", internal=" ").status_code == 400
    page = case.clerk("write-note", internal="Ruft dienstags an.").text
    assert "Ruft dienstags an." in page and "dienstags" not in case.citizen("status").text
    assert posted(case, "@notes", text="").status_code == 400
    assert posted(case, "@notes", text="Akte im Keller").json()["id"] == "2"
    listed = town.clerk.get(f"{case.url}/@notes", headers=town.json).json()["items"]
    assert [note["text"] for note in listed] == ["Ruft dienstags an.", "Akte im Keller"]
    case.citizen("case-reply", text="Mein Nachbar heißt Xaver.")
    for word in ("dienstags", "keller", "xaver", "scan.pdf"):
        assert found(town, word) == {case.number}, word
        assert matches(case.stored.summary(), text=word, scope=EVERYTHING)
    assert found(town, "mittwochs") == set()
    exported = described(case.stored)
    assert [note["text"] for note in exported["notes"]] == [note["text"] for note in listed]
    assert "who" not in str(exported["notes"])
    assert "Ruft dienstags" not in str(town.post("@case", case.key).json())


def test_a_part_is_split_off_and_merged_again(town):  # noqa: F811
    sent = town.send()
    case = Case(town, sent["number"], sent["pin"])
    assert case.clerk("split", reason="x").status_code == 400
    data = {"fields": ["name"], "documents": ["1"], "reason": "Zweiter Hund"}
    assert posted(case, "@split", **{**data, "fields": [1]}).status_code == 400
    assert posted(case, "@split", **{**data, "reason": ""}).json()["errors"][0]["field"] == "reason"
    assert (
        "Zweiter Hund"
        in case.clerk("split", **{"field:list": "name", "reason": "Zweiter Hund"}).text
    )
    number = posted(case, "@split", **data).json()["number"]
    part = Case(town, number, sent["pin"])
    stored = part.stored
    assert [answer["field"] for answer in stored.answers] == ["name"]
    assert stored.received == case.stored.received and stored.split_from == case.number
    assert len(case.stored.answers) == 3 and case.stored.split_into[-1] == number
    assert number in town.clerk.get(case.url).text and case.number in town.clerk.get(part.url).text
    # The citizen's PIN opens both, and each names the other.
    assert case.number in part.citizen("status").text
    assert number in town.post("@case", case.key).json()["related"]
    assert posted(part, "@merge", into=case.number).status_code == 200
    assert posted(case, "@split", **data).status_code == 201


def test_a_duplicate_is_merged_and_taken_apart(town):  # noqa: F811
    case, double = (Case(town, sent["number"], sent["pin"]) for sent in (town.send(), town.send()))
    double.citizen(
        "case-reply", text="Noch ein Blatt.", files={"files": ("b.pdf", b"%PDF-1.4\n%%EOF\n")}
    )
    double.clerk("write-note", internal="Zweimal geschickt")
    for wrong in ("TST-7Q4M-2XPD-K", "x", double.number):
        answer = town.clerk.get(f"{double.url}/@@merge", params={"into": wrong})
        assert answer.status_code == 400, wrong
    page = town.clerk.get(f"{double.url}/@@merge", params={"into": case.number}).text
    assert 'name="confirm"' in page
    seal = re.search(r'id="case-seal">([^<]+)', town.clerk.get(case.url).text).group(1)
    double.clerk("merge", into=case.number)
    assert double.stored.merged_into == ""
    page = double.clerk("merge", into=case.number, confirm="1").text
    assert "Noch ein Blatt." in page and "Zweimal geschickt" in page and seal in page
    assert double.number in page and "b.pdf" in page
    # Number and PIN of the merged one lead to the other.
    assert town.post("@case", double.key).json()["number"] == case.number
    double.citizen("case-reply", text="Danke!")
    assert [message["text"] for message in case.stored.messages] == ["Noch ein Blatt.", "Danke!"]
    assert double.stored.state == "withdrawn" and len(double.stored.messages) == 1
    assert posted(double, "@merge", into=case.number).status_code == 409
    double.clerk("work", transition="reopen")
    assert double.stored.state == "withdrawn"
    # It stays as long as the other one, and goes with it.
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1000)):
        transaction.begin()
        town.desk.index.settle()
        DeleteCases().run(town.portal)
        assert town.desk.case(double.number) is not None
        transaction.abort()
    assert posted(double, "@unmerge").json() == {"number": double.number, "state": "in_progress"}
    assert [message["text"] for message in case.stored.messages] == ["Danke!"]
    assert len(case.stored.documents) == 1 and not case.stored.notes
    assert posted(double, "@unmerge").status_code == 409
    assert posted(double, "@merge", into=case.number).status_code == 200
    transaction.begin()
    town.desk.delete(case.number)
    assert len(town.desk) == 0
    transaction.abort()
