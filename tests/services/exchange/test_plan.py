"""What an import would do: matching, changes, names, mistakes. No site."""

from kaarst.services.catalogue.exchange import plan
from kaarst.services.catalogue.exchange import sheet
from kaarst.services.catalogue.exchange.fields import FIELDS
from kaarst.services.catalogue.exchange.records import Parsed
from kaarst.services.catalogue.exchange.records import Record

import pytest


EMPTY = {name: field.empty for name, field in FIELDS.items()}
KEY = "99115005060000"
TITLES = {"topics": ["Umzug", "Hund"], "department": ["Bürgerbüro"], "contact_points": ["A", "A"]}


def known(uid, title, refusal=None, **values):
    return plan.Known(uid, {**EMPTY, "title": title, **values}, refusal)


SITE = [
    known("u1", "Reisepass", leika_key=KEY, fees=("Pass: 70 €",)),
    known("u2", "Wohnsitz anmelden", topics=("Umzug",)),
    known("u3", "Doppelt"),
    known("u4", "Doppelt"),
]


def made(*records, services=SITE):
    parsed = Parsed([Record(id, values, line) for line, (id, values) in enumerate(records, 2)])
    return plan.make(parsed, plan.Site(services, TITLES))


def only(*records, **more):
    (item,) = made(*records, **more).items
    return item


@pytest.mark.parametrize(
    "id,values,uid",
    [
        ("u1", {"title": "Anders"}, "u1"),
        ("fremd", {"title": " reisepass "}, "u1"),
        ("", {"title": "Passantrag", "leika_key": KEY}, "u1"),
        ("", {"title": "Passantrag"}, None),
    ],
)
def test_a_service_is_found_by_id_title_or_key(id, values, uid):
    item = only((id, values))
    assert (item.known.uid if item.known else None) == uid


def test_what_the_file_does_not_say_stays():
    item = only(("u1", {"description": "Für Reisen"}))
    assert item.action == plan.CHANGED
    assert [(one.name, one.before, one.after) for one in item.changes] == [
        ("description", "", "Für Reisen")
    ]
    assert only(("u1", {"title": "Reisepass", "fees": ("Pass: 70 €",)})).action == plan.SAME


def test_names_are_found_or_reported():
    item = only(("", {"title": "X", "topics": ("umzug", "Mars"), "department": "Mond"}))
    assert item.record.values["topics"] == ("Umzug",) and "department" not in item.record.values
    assert [(note.message, note.wrong) for note in item.notes] == [
        ("note_name_unknown", False),
        ("note_name_unknown", False),
    ]
    assert (
        only(("", {"title": "X", "contact_points": ("A",)})).notes[0].message == "note_name_twice"
    )
    # Not one of them known: the service keeps what it has.
    assert only(("u2", {"topics": ("Mars",)})).action == plan.SAME
    assert only(("u2", {"topics": ()})).action == plan.CHANGED


def test_services_of_the_same_file_may_be_related():
    first, _second = made(
        ("", {"title": "Eins", "related_services": ("zwei", "Reisepass")}), ("", {"title": "Zwei"})
    ).items
    assert first.record.values["related_services"] == ("Zwei", "Reisepass")


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"title": ""},
        {"title": "X", "leika_key": "1234"},
        {"title": "X", "fees": ("ohne Betrag",)},
        {"title": "X", "online_url": "javascript:alert(1)"},
        {"title": "X", "phone": "anrufen"},
        {"title": "X", "fees_en": ("nothing",)},
        {"title": "X", "text": "x" * 100_001},
        {"title": "doppelt"},
    ],
)
def test_what_an_editor_may_not_type_is_wrong(values):
    item = only(("", values))
    assert item.action == plan.WRONG and all(note.line == 2 for note in item.notes)


def test_nobody_guesses_which_service_is_meant():
    actions = [item.action for item in made(("u1", {}), ("", {"title": "Reisepass"})).items]
    assert actions == [plan.SAME, plan.WRONG]
    twice = made(("", {"title": "Neu"}), ("", {"title": "neu"})).items
    assert [item.action for item in twice] == [plan.WRONG, plan.WRONG]


def test_a_service_that_cannot_be_changed_now_is_wrong_only_if_it_would_be():
    locked = [known("u9", "Pass", refusal="locked")]
    assert only(("u9", {"title": "Pass"}), services=locked).action == plan.SAME
    assert only(("u9", {"title": "Neu"}), services=locked).action == plan.WRONG


def test_the_digest_names_what_would_happen():
    assert made(("u1", {"title": "A"})).digest == made(("u1", {"title": "A"})).digest
    assert made(("u1", {"title": "A"})).digest != made(("u1", {"title": "B"})).digest


def test_notes_of_reading_come_with_their_service():
    parsed = sheet.read(b"Titel;Online-Stufe (0 bis 4);x\nA;9;1\nB;1;1\n")
    result = plan.make(parsed, plan.Site([], TITLES))
    assert [item.action for item in result.items] == [plan.WRONG, plan.NEW]
    assert len(result.notes) == 1
