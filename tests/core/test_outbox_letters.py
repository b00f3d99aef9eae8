"""What is written down, and what becomes of it."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from hypothesis import given
from hypothesis import strategies as st
from kaarst.core.outbox.letters import DISCARDS_KEPT
from kaarst.core.outbox.letters import GIVE_UP_AFTER
from kaarst.core.outbox.letters import Letter
from kaarst.core.outbox.letters import LONGEST_PAUSE
from kaarst.core.outbox.letters import Outbox
from kaarst.core.outbox.writing import address
from kaarst.core.outbox.writing import from_line
from kaarst.core.outbox.writing import InvalidMail
from kaarst.core.outbox.writing import LARGEST_MAIL
from kaarst.core.outbox.writing import written

import pytest
import time_machine


def read(mail, sender="rathaus@kaarst.example"):
    """The mail as a receiver sees it."""
    return message_from_bytes(
        from_line("Stadt Kaarst – Bürgerbüro", sender) + mail.as_bytes(), policy=default
    )


def test_a_mail_arrives_as_it_was_meant():
    mail = read(
        written(
            "erika@köln.example",
            "Ihre Anmeldung – KAA-7Q4M",
            "Guten Tag Frau Müller,\nhier ist Ihr Vorgang.\n",
            html="<p>Guten Tag Frau <b>Müller</b></p>",
            attachments=[("Bestätigung größer.pdf", "application/pdf", b"%PDF-1.7\x00\xff")],
            reply_to="buergerbuero@kaarst.example",
            domain="kaarst.example",
        )
    )
    assert mail["From"].addresses[0].display_name == "Stadt Kaarst – Bürgerbüro"
    assert mail["To"] == "erika@xn--kln-sna.example"
    assert mail["Subject"] == "Ihre Anmeldung – KAA-7Q4M"
    assert mail["Reply-To"] == "buergerbuero@kaarst.example"
    assert mail["Message-ID"].endswith("@kaarst.example>")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_body(("plain",)).get_content().startswith("Guten Tag Frau Müller,")
    assert "<b>Müller</b>" in mail.get_body(("html",)).get_content()
    (attachment,) = mail.iter_attachments()
    assert attachment.get_filename() == "Bestätigung größer.pdf"
    assert attachment.get_content() == b"%PDF-1.7\x00\xff"


INJECTED = "Betreff\nBcc: everybody@example.org"


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": INJECTED},
        {"subject": "a\rb"},
        {"subject": "a\x00b"},
        {"to": "erika@kaarst.example\nBcc: everybody@example.org"},
        {"to": "erika@kaarst.example, everybody@example.org"},
        {"to": "erika"},
        {"to": ""},
        {"to": None},
        {"to": "Erika <erika@kaarst.example>"},
        {"to": "erika@[127.0.0.1]"},
        {"reply_to": "a@b.example\r\nX: y"},
        {"subject": None},
        {"text": None},
        {"text": "\ud800"},
        {"attachments": [("a\nb.pdf", "application/pdf", b"")]},
        {"attachments": [("a.pdf", "application/pdf\r\nX: y", b"")]},
        {"attachments": [("a.bin", "application/x", bytes(LARGEST_MAIL))]},
    ],
)
def test_what_cannot_be_sent_is_refused_at_once(wrong):
    mail = {"to": "erika@kaarst.example", "subject": "Betreff", "text": "Text"} | wrong
    with pytest.raises(InvalidMail):
        written(**mail)


@given(st.text(max_size=60))
def test_no_subject_makes_another_header(subject):
    try:
        mail = read(written("erika@kaarst.example", subject, "Text"))
    except InvalidMail:
        return
    assert set(mail.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
        "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip


@given(st.text(max_size=60))
def test_no_address_makes_another_header(text):
    try:
        found = address(text)
    except InvalidMail:
        return
    assert found.isascii()
    assert found.count("@") == 1
    assert not any(character.isspace() for character in found)


@pytest.fixture
def box():
    with time_machine.travel("2026-10-24T10:00:00+00:00", tick=False) as clock:
        outbox = Outbox()
        outbox.clock = clock
        yield outbox


def add(box, to="erika@kaarst.example"):
    letter = Letter(to, "Betreff", b"data", "<1@kaarst.example>")
    box.add(letter)
    return letter


def test_the_oldest_goes_first(box):
    first = add(box)
    box.clock.shift(1)
    second = add(box)
    assert box.due() == [first.id, second.id]
    box.sent(first.id)
    box.sent(first.id)
    assert box.due() == [second.id]


def test_pauses_grow_until_it_is_given_up(box):
    letter = add(box)
    pauses = []
    while letter.state == "queued":
        box.postpone(letter.id, "421 try later")
        pauses.append(letter.due - letter.created - sum(pauses, timedelta()))
        if letter.state == "queued":
            assert box.due() == []
            box.clock.move_to(letter.due)
            assert box.due() == [letter.id]
    assert [pause.total_seconds() / 60 for pause in pauses[:4]] == [1, 2, 4, 8]
    assert max(pauses) == LONGEST_PAUSE
    assert box.letters() == [letter]
    assert len(box.failed) == 1
    assert letter.last_error == "421 try later"
    assert letter.attempts < 40
    assert box.due() == []


def test_a_refused_letter_is_kept_and_can_be_repeated(box):
    letter = add(box)
    box.refuse(letter.id, "550 no such user")
    assert (letter.state, box.due()) == ("failed", [])
    box.clock.shift(GIVE_UP_AFTER.total_seconds())
    box.repeat(letter.id)
    assert (letter.state, box.due()) == ("queued", [letter.id])
    box.postpone(letter.id, "421")
    assert letter.state == "queued"
    box.repeat(letter.id)
    assert box.due() == [letter.id]


def test_discarding_keeps_who_and_why(box):
    waiting, failed = add(box), add(box)
    box.refuse(failed.id, "550")
    box.discard(waiting.id, "admin", "sent by post")
    box.discard(failed.id, "admin", "wrong address")
    assert box.letters() == []
    assert box.discards == (
        ("2026-10-24T10:00:00+00:00", waiting.id, "admin", "sent by post"),
        ("2026-10-24T10:00:00+00:00", failed.id, "admin", "wrong address"),
    )
    for do in (box.repeat, lambda id: box.discard(id, "admin", "again")):
        with pytest.raises(KeyError):
            do(waiting.id)
    for _ in range(DISCARDS_KEPT + 5):
        box.discard(add(box).id, "admin", "many")
    assert len(box.discards) == DISCARDS_KEPT


def test_erasing_finds_waiting_and_failed(box):
    add(box, "Erika@Kaarst.example")
    failed = add(box)
    box.refuse(failed.id, "550")
    other = add(box, "max@kaarst.example")
    assert box.erase(" erika@kaarst.EXAMPLE ") == 2
    assert box.letters() == [other]


def test_what_has_gone_meanwhile_is_no_error(box):
    letter = add(box)
    box.erase(letter.to)
    box.postpone(letter.id, "421")
    box.refuse(letter.id, "550")
    assert box.letters() == []
