"""A clerk files for a citizen: the channel, the day it came, number and PIN to hand out."""

from datetime import datetime
from datetime import UTC
from kaarst.core.outbox import outbox
from kaarst.services.cases.counter.channels import checked
from kaarst.services.statistics.browser import made
from plone.app.testing import TEST_USER_ID
from tests.services.test_case_pages import DATA
from tests.services.test_case_pages import town  # noqa: F401

import pytest
import re
import requests
import time_machine
import transaction


NOW = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # the third in Germany


@pytest.mark.parametrize(
    ("channel", "day", "fields"),
    [
        ("counter", "", []),
        ("phone", None, []),
        ("letter", "2026-03-03", []),
        ("email", "2025-03-03", []),
        ("", "", ["channel"]),
        (None, "x", ["channel", "received"]),
        (["counter"], "2026-03-04", ["channel", "received"]),
        ("counter", "2025-03-01", ["received"]),
        ("counter", 7, ["received"]),
    ],
)
def test_channel_and_day(channel, day, fields):
    origin, errors = checked(channel, day, "sascha", NOW)
    assert sorted(errors) == fields
    assert (origin is None) == bool(fields)


def test_an_earlier_day_counts_from_its_middle():
    origin, _errors = checked("letter", "2026-02-27", "sascha", NOW)
    assert origin.received == datetime(2026, 2, 27, 11, tzinfo=UTC)
    assert checked("letter", "2026-03-03", "sascha", NOW)[0].received == NOW


def test_filed_over_rest_and_in_the_browser(town):  # noqa: F811
    with time_machine.travel("2026-03-05T10:00:00+01:00", tick=True):
        url = f"{town.url}/barriere-melden/@file-case"
        body = {
            "data": {"barrier": "Zu klein.", "email": "erika@example.org"},
            "channel": "letter",
            "received": "2026-03-02",
        }
        assert requests.post(url, json=body, headers=town.json).status_code == 401
        filed = town.clerk.post(url, json=body, headers=town.json)
        assert filed.status_code == 201, filed.text
        for wrong in ({"channel": "fax"}, {"received": "2026-03-06"}, {"data": {}}, {"x": 1}):
            answer = town.clerk.post(url, json={**body, **wrong}, headers=town.json)
            assert answer.status_code == 400 and answer.json()["errors"], wrong
        form = f"{town.url}/nachweis/@@file-case"
        page = town.clerk.get(form).text
        assert 'id="channel"' in page and "save_draft" not in page
        token = re.search(r'_authenticator(?:"[^>]*value="|=)(\w{40})', page).group(1)
        typed = {
            "q_name": "Erika", "q_day": "2026-01-31", "channel": "phone", "received": "",
            "client_key": re.search(r'name="client_key"[^>]*value="([^"]+)"', page).group(1),
            "_authenticator": token,
        }  # fmt: skip
        wrong = town.clerk.post(form, data=typed | {"channel": "fax"})
        assert wrong.status_code == 400 and "#channel" in wrong.text and "#q_proof" in wrong.text
        assert 'value="Erika"' in wrong.text
        file = {"q_proof": ("a.pdf", b"%PDF-1.4\n%%EOF\n")}
        thanks = town.clerk.post(form, data=typed, files=file).text
    answer = filed.json()
    number = re.search(r'id="receipt-number"[^>]*>([^<]+)', thanks).group(1)
    pin = re.search(r'id="receipt-pin"[^>]*>([^<]+)', thanks).group(1)
    state = town.post("@case", {"number": number, "pin": pin}).json()
    assert state["state"] == "received"
    page = town.clerk.get(answer["@id"]).text
    assert re.search(r'id="case-channel">[^<]*By letter|id="case-channel">Per Brief', page)
    transaction.begin()
    letter, call = town.desk[answer["number"]], town.desk[number]
    assert (letter.channel, letter.filed_by) == ("letter", TEST_USER_ID)
    assert letter.received.date().isoformat() == "2026-03-02" and letter.due.day == 30
    assert [(entry["what"], entry["who"]) for entry in call.history[:2]] == [
        ("received", ""), ("filed", TEST_USER_ID),
    ]  # fmt: skip
    assert call.channel == "phone" and call.documents[0]["file"].filename == "a.pdf"
    (mail,) = outbox(town.portal).letters()
    assert letter.number in mail.subject and answer["pin"].encode() not in mail.content.data
    with time_machine.travel("2026-03-06"):
        assert {"letter", "phone"} == set(made(town.portal, 1, None).channels)
    listed = town.clerk.get(f"{town.url}/vorgaenge/@@new-case").text
    assert "/nachweis/@@file-case" in listed
    assert "login" in requests.get(f"{town.url}/vorgaenge/@@new-case").url
    assert DATA["name"] in town.clerk.get(f"{town.url}/vorgaenge/{number}").text
