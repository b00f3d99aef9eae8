"""By when the town wants an answer: the rule, both sides' pages, the calendar, reminders."""

from datetime import date
from kaarst.core.account import records
from kaarst.core.account import store as accounts
from kaarst.core.outbox import mail_of
from kaarst.core.outbox import outbox
from kaarst.services.cases.asking import until
from kaarst.services.cases.asking.reminding import RemindCitizens
from kaarst.services.persons.account import CaseDates
from kaarst.services.persons.account import Cases
from kaarst.services.persons.mailbox import CaseMails
from tests import citizens
from tests.services.test_messages import case  # noqa: F401
from tests.services.test_messages import town  # noqa: F401

import pytest
import requests
import time_machine
import transaction


DAY = date(2026, 3, 20)
BPK = "bpk2-Zm9vYmFyMTIzNDU2Nzg5MA"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", None), (None, None), ("2026-03-21", date(2026, 3, 21)), ("2027-03-21", date(2027, 3, 21)),
        ("2026-03-20", "past"), ("2025-01-01", "past"), ("2027-03-22", "far"), ("bald", "form"), (7, "form"),
    ],
)  # fmt: skip
def test_the_day_that_is_typed(typed, found):
    try:
        assert until.read(typed, DAY) == found
    except until.Wrong as error:
        assert error.args == (found,)


@pytest.mark.parametrize(
    ("asked", "today", "sent", "due"),
    [
        (date(2026, 3, 1), date(2026, 3, 16), (), ""),
        (date(2026, 3, 1), date(2026, 3, 17), (), until.BEFORE),
        (date(2026, 3, 1), date(2026, 3, 18), (until.BEFORE,), ""),
        (date(2026, 3, 1), date(2026, 3, 20), (), until.BEFORE),
        (date(2026, 3, 18), date(2026, 3, 19), (), ""),
        (date(2026, 3, 18), date(2026, 3, 21), (), until.OVER),
        (date(2026, 3, 1), date(2026, 3, 21), (until.BEFORE, until.OVER), ""),
        (date(2026, 3, 1), date(2026, 4, 4), (), ""),
    ],
)
def test_when_one_is_reminded(asked, today, sent, due):
    assert until.reminder(DAY, asked, today, sent) == due
    assert until.reminder(None, asked, today, sent) == ""


def at(day):
    return time_machine.travel(f"2026-03-{day:02}T09:00:00+01:00", tick=True)


def reminded(case, day):  # noqa: F811
    """The subjects of what the worker sends on a day."""
    transaction.begin()
    before = {letter.id for letter in outbox(case.town.portal).letters()}
    with at(day):
        RemindCitizens().run(case.town.portal)
        transaction.commit()
    new = [one for one in outbox(case.town.portal).letters() if one.id not in before]
    return [(one.to, one.subject, mail_of(one).decode()) for one in new]


def test_a_day_for_the_answer(case):  # noqa: F811
    portal = case.town.portal
    citizens.known(portal, BPK)
    record = records.make(portal).open(BPK, email="other@example.org", notify=True)
    accounts.take(case.number, record.id)
    transaction.commit()
    with at(4):
        for wrong in ({"until": "2026-03-20"}, {"asks": "1", "until": "2026-03-04"}):
            page = case.clerk("write-message", text="Bitte ein Bild von 4711.", **wrong)
            assert page.status_code == 400 and f'value="{wrong["until"]}"' in page.text
            assert "Bitte ein Bild" in page.text
        assert not case.stored.messages
        case.clerk("write-message", text="Bitte ein Bild von 4711.", asks="1", until="2026-03-20")
        assert case.stored.answer_by == DAY
        shown = case.citizen("status").text
        assert "Please answer by" in shown and "20.03.2026" in shown
        (date_in_calendar,) = CaseDates().dates(case.number)
        assert date_in_calendar.start == DAY and case.number not in date_in_calendar.uid
        (mail,) = CaseMails().mails(case.number)
        assert mail.asks and mail.until == DAY
        entry = Cases().entry(case.number)
        assert entry.due == DAY and not entry.todo.startswith("Overdue")
        listed = case.town.clerk.get(f"{case.town.url}/vorgaenge").text
        assert "20.03.2026" in listed and "k-overdue" not in listed
    # Before and after, once each, to both addresses, and what it is stands in no mail.
    assert reminded(case, 16) == []
    letters = reminded(case, 17)
    assert sorted(to for to, _subject, _text in letters) == [
        "erika@example.org",
        "other@example.org",
    ]
    for to, subject, text in letters:
        assert "4711" not in subject + text
        assert (case.number in text) == (to == "erika@example.org")
    assert reminded(case, 19) == []
    assert len(reminded(case, 21)) == 2 and reminded(case, 22) == []
    with at(21):
        assert "Overdue" in case.citizen("status").text
        assert Cases().entry(case.number).todo.startswith("Overdue")
        assert "k-overdue" in case.town.clerk.get(case.url).text
        assert "k-overdue" in case.town.clerk.get(f"{case.town.url}/vorgaenge").text
        (item,) = case.town.clerk.get(
            f"{case.town.url}/vorgaenge/@cases", headers=case.town.json
        ).json()["items"]
        assert item["answer_by"] == "2026-03-20"
        assert case.town.post("@case", case.key).json()["answer_by"] == "2026-03-20"
        case.citizen("case-reply", text="Hier ist es.")
        assert case.stored.answer_by is None and not list(CaseDates().dates(case.number))
        assert case.town.post("@case", case.key).json()["answer_by"] is None
        assert "Overdue" not in case.citizen("status").text


def test_a_clerk_writes_over_rest(case):  # noqa: F811
    def write(number=case.number, client=case.town.clerk, **body):
        url = f"{case.town.url}/vorgaenge/{number}/@message"
        return client.post(url, json=body, headers=case.town.json)

    with at(4):
        for body, field in (
            ({}, "text"),
            ({"text": 3}, "text"),
            ({"text": "x", "asks": 1}, "asks"),
            ({"text": "x", "until": "2026-03-20"}, "until"),
            ({"text": "x", "asks": True, "until": "morgen"}, "until"),
            ({"text": "x", "documents": [1]}, "documents"),
        ):
            refused = write(**body)
            assert refused.status_code == 400, body
            assert field in [one["field"] for one in refused.json()["errors"]]
        assert write(client=requests, text="x").status_code == 401
        assert write("KAA-7Q4M-2XPD-K", text="x").status_code in (401, 404)
        sent = write(text="Bitte ein Bild", asks=True, until="2026-03-20")
        assert sent.status_code == 201 and sent.json()["until"] == "2026-03-20"
        assert case.stored.state == "waiting" and case.stored.answer_by == DAY
    case.citizen("case-withdraw")
    assert write(text="Noch etwas").status_code == 409
