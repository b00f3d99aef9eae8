"""Who is meant, and what a person gets. Without a site."""

from datetime import date
from datetime import datetime
from datetime import UTC
from io import BytesIO
from kaarst.core.personal.parcel import packed
from kaarst.core.personal.person import Person

import json
import pytest
import zipfile


BORN = date(1980, 2, 29)


@pytest.mark.parametrize(
    ("person", "enough"),
    [
        (Person(), False),
        (Person(name="Erika Mustermann"), False),
        (Person(born=BORN), False),
        (Person(name=" - ", born=BORN), False),
        (Person(name="Erika", born=BORN), True),
        (Person(email="e@example.org"), True),
        (Person(number="KAA-1"), True),
    ],
)
def test_a_name_alone_is_not_enough(person, enough):
    assert person.is_enough is enough


def test_an_address_is_the_same_whatever_its_capitals():
    person = Person(email=" Erika@Example.org")
    assert person.has_email(["", "erika@example.ORG "])
    assert not person.has_email(["erika@example.org.uk", "berta-erika@example.org", ""])
    assert not Person().has_email([""])


def test_every_word_of_the_name_and_the_very_day():
    person = Person(name="mustermann, ERIKA", born=BORN)
    assert person.has_name(["Erika", "Mustermann"], [BORN])
    assert not person.has_name(["Erika", "Mustermann"], [date(1980, 2, 28)])
    assert not person.has_name(["Erika", "Muster"], [BORN])
    assert not person.has_name(["Erika Mustermann"], [])
    assert not Person(name="Erika").has_name(["Erika"], [BORN])


def test_a_parcel_holds_a_page_the_same_as_json_and_the_files():
    moment = datetime(2026, 3, 2, 9, tzinfo=UTC)
    answers = {"Name <b>": "Erika & Co", "Kinder": ["Max", "Mia"], "Fax": None}
    given = [
        {
            "kind": "Vorgang",
            "title": "Anmeldung",
            "when": moment,
            "data": answers,
            "files": [("scan.pdf", b"%PDF-1.7")],
        }
    ]
    with zipfile.ZipFile(BytesIO(packed(given, "Auskunft", "de"))) as archive:
        assert archive.read("dateien/1-1-scan.pdf") == b"%PDF-1.7"
        (entry,) = json.loads(archive.read("daten.json"))
        assert entry["data"] == answers and entry["files"] == ["dateien/1-1-scan.pdf"]
        assert entry["when"] == "2026-03-02T09:00:00+00:00"
        page = archive.read("daten.html").decode()
    assert "Name &lt;b&gt;" in page and "Erika &amp; Co" in page and 'href="dateien/1-1' in page
    assert "<b>" not in page and "<script" not in page
