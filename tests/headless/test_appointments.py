"""The story of appointments, as other front ends live it: over REST alone, in the running city."""

from datetime import datetime
from icalendar import Calendar
from kaarst.core.opening_hours import BERLIN
from kaarst.policy.demo.accounts import PASSWORD
from pathlib import Path
from tests.appointments.described import Described
from types import SimpleNamespace

import json
import os
import pytest
import re
import requests
import subprocess
import sys
import uuid


pytestmark = pytest.mark.timeout(600)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DESK = "termine/app-schalter"
BOTH = ["app-ausweis", "app-pass"]


def at(address):
    """What `Described` takes for a content."""
    return SimpleNamespace(absolute_url=lambda: address)


class Apps:
    """The citizen's, the clerk's and the manager's app; they know nothing but addresses."""

    def __init__(self, web):
        self.site, self.desk = at(web.url("").rstrip("/")), at(web.url(DESK))
        self.described = Described(self.site, PASSWORD)

    def get(self, name, /, who="", **query):
        place = self.site if name in ("@earliest", "@desks") else self.desk
        return self.described.call("GET", place, name, query, who)

    def post(self, name, /, who="", **data):
        """To a desk, or to the site what is asked by number and PIN."""
        place = self.site if name.startswith(("@booking", "@wish")) else self.desk
        if name in ("@bookings", "@wishes"):
            place = self.desk
        key = {"Idempotency-Key": str(uuid.uuid4())}
        return self.described.call("POST", place, name, data, who, **key)

    def content(self, method, address, **data):
        """plone.restapi's own, for who sets up the desk."""
        answer = requests.request(
            method,
            address,
            json=data,
            auth=("termine", PASSWORD),
            headers={"Accept": "application/json"},
            timeout=60,
        )
        assert answer.ok, answer.text
        return answer

    def starts(self, *services, **query):
        found = self.get("@slots", service=list(services), **query).json()
        return [start for day in found["days"] for start in day["slots"]]

    def booked(self, services, start, name="Erika Mustermann"):
        hold = self.post("@holds", services=services, start=start).json()["hold"]
        answer = self.post("@bookings", hold=hold, name=name, email="e@example.org")
        assert answer.status_code == 201, answer.text
        return answer.json()


def mine(booked):
    return {name: booked[name] for name in ("number", "pin")}


@pytest.fixture(scope="module")
def apps(city):
    """A desk of their own, set up over REST: one counter, open around the clock."""
    # Before midnight nobody is given a ticket any more.
    late = datetime.now(BERLIN).hour >= 22
    apps = Apps(city.later(days=3 / 24) if late else city.webs[0])
    page, desk = apps.desk.absolute_url().rpartition("/")[0], apps.desk.absolute_url()
    hours = {f"hours_{day}": "00:00–24:00" for day in WEEKDAYS}
    settings = {"hours_of_place": False, "hours_closed_on_holidays": False, "lead": 0}
    # One start an hour: what becomes free is one start, and not the end of an earlier one.
    settings |= {"step": 60, "check_in_from": 120}
    apps.content(
        "POST", page, **{"@type": "Desk", "id": "app-schalter", "title": "App"}, **hours, **settings
    )
    for name in BOTH:
        part = {"@type": "Offering", "id": name, "title": name, "minutes": 15, "added": 10}
        apps.content("POST", desk, **part)
    apps.content("POST", desk, **{"@type": "Resource", "title": "Zimmer 7", "kind": "counter"})
    apps.content("POST", f"{desk}/@workflow/publish")
    yield apps
    apps.content("DELETE", desk)


def test_two_services_together_earliest_confirmed_moved_cancelled(apps):
    (found,) = apps.get("@earliest", service=BOTH).json()["items"]
    assert found["@id"] == apps.desk.absolute_url() and found["minutes"] == 25
    held = apps.post("@holds", services=BOTH, start=found["earliest"]).json()
    rival = apps.post("@holds", services=BOTH, start=found["earliest"])
    assert rival.status_code == 409 and len(rival.json()["alternatives"]) == 3
    booked = apps.post("@bookings", hold=held["hold"], name="Erika Mustermann").json()
    assert (booked["start"], booked["end"]) == (held["start"], held["end"])
    seen = apps.post("@booking", **mine(booked)).json()
    assert [one["id"] for one in seen["services"]] == BOTH and seen["changeable"]
    other = apps.starts(*BOTH)[-1]
    moved = apps.post("@booking-move", **mine(booked), start=other).json()
    assert moved["start"] == other
    event = Calendar.from_ical(moved["ics"]).walk("VEVENT")[0]
    assert event.decoded("dtstart") == datetime.fromisoformat(other)
    gone = apps.post("@booking-cancel", **mine(booked)).json()
    assert gone["state"] == "cancelled"
    event = Calendar.from_ical(gone["ics"]).walk("VEVENT")[0]
    assert (event["status"], event["sequence"]) == ("CANCELLED", 2)
    assert apps.starts(*BOTH)[0] <= found["earliest"]


def test_a_freed_time_is_offered_passed_on_and_taken_and_a_morning_is_closed(apps, city):
    start = apps.starts("app-pass", to="")[-1]
    booked = apps.booked(["app-pass"], start)
    waiting = {}
    for name in ("Anna", "Bela"):
        wish = {"services": ["app-pass"], "until": start[:10], "name": name}
        answer = apps.post("@wishes", **wish, email=f"{name}@example.org")
        assert answer.status_code == 201, answer.text
        waiting[name] = mine(answer.json())
    # Within one second it is chance who came first; from then on it is not.
    ahead = {apps.post("@wish", **mine).json()["ahead"]: mine for mine in waiting.values()}
    silent, quick = ahead[0], ahead[1]
    apps.post("@booking-cancel", **mine(booked))
    assert apps.post("@wish", **silent).json()["offer"]["start"] == start
    assert apps.post("@wish", **quick).json()["offer"] is None
    # Nobody can snipe it.
    assert start not in apps.starts("app-pass", **{"from": start[:10], "to": start[:10]})
    assert apps.post("@holds", services=["app-pass"], start=start).status_code == 409
    # Two days, for at night the time to answer stands still.
    city.work("kaarst.appointments.wishes", days=2)
    assert apps.post("@wish", **silent).json()["state"] == "waiting"
    late = apps.post("@wish-accept", **silent)
    assert late.status_code == 409
    assert apps.post("@wish", **quick).json()["offer"]["start"] == start
    taken = apps.post("@wish-accept", **quick).json()
    assert taken["number"] == quick["number"] and taken["start"] == start
    listed = apps.get("@waiting-list", who="termine").json()["items"]
    assert [one["number"] for one in listed] == [silent["number"]]
    apps.post("@wish-withdraw", **silent)

    # The manager changes the hours, closes that day and moves who is hit.
    day = start[:10]
    desk = apps.desk.absolute_url()
    weekday = WEEKDAYS[datetime.fromisoformat(day).weekday()]
    apps.content("PATCH", desk, **{f"hours_{weekday}": "00:00–23:50"})
    week = apps.get("@week", who="termine", date=day).json()["items"][0]
    assert (
        next(one["open"][0]["end"] for one in week["days"] if one["date"] == day)[11:16] == "23:50"
    )
    end = next(one["open"][0]["end"] for one in week["days"] if one["date"] == day)
    begin = next(one["open"][0]["start"] for one in week["days"] if one["date"] == day)
    closed = apps.post("@closures", "termine", start=begin, end=end, reason="Fortbildung").json()
    (hit,) = closed["hit"]
    assert hit["number"] == quick["number"] and len(hit["alternatives"]) == 3
    assert apps.starts("app-pass", **{"from": day, "to": day}) == []
    apps.post("@appointment-move", "termine", number=hit["number"], start=hit["alternatives"][0])
    moved = apps.post("@booking", **quick).json()
    assert moved["start"] == hit["alternatives"][0] and moved["state"] == "confirmed"
    assert apps.post("@closure-end", "termine", id=closed["id"]).json() == {"ended": True}
    apps.post("@booking-cancel", **quick)


def test_the_hall_the_reception_draws_the_display_calls(apps):
    booked = apps.booked(["app-pass"], apps.starts("app-pass")[0])
    here = apps.post("@booking-check-in", **mine(booked)).json()["ticket"]
    drawn = apps.post("@tickets", "termine", services=["app-ausweis"]).json()
    assert (here["state"], drawn["state"]) == ("waiting", "waiting")
    board = apps.get("@queue")
    assert board.json()["waiting"] == 2
    same = requests.get(
        f"{apps.desk.absolute_url()}/@queue",
        headers={"Accept": "application/json", "If-None-Match": board.headers["ETag"]},
        timeout=60,
    )
    assert same.status_code == 304
    (counter,) = apps.get("@day", "termine").json()["counters"]
    # Who has an appointment is called when it is due; before that, in the order of arrival.
    numbers = []
    for _ in range(2):
        called = apps.post("@call-next", "termine", counter=counter["id"]).json()["ticket"]
        (call,) = apps.get("@queue").json()["calls"]
        assert (call["number"], call["counter"]) == (called["number"], "Zimmer 7")
        phone = apps.get("@ticket", number=called["number"]).json()
        assert (phone["state"], phone["counter"]) == ("called", "Zimmer 7")
        apps.post("@ticket-finish", "termine", ticket=called["number"])
        numbers.append(called["number"])
    assert set(numbers) == {here["number"], drawn["number"]}
    assert apps.get("@queue").json()["calls"] == []
    assert apps.post("@booking", **mine(booked)).json()["state"] == "finished"
    figures = apps.get("@figures", "termine", to=booked["start"][:10]).json()
    assert figures["visitors"] == 1
    table = apps.content("GET", f"{apps.desk.absolute_url()}/figures.csv")
    assert table.headers["Content-Type"].startswith("text/csv")


DOCUMENTATION = Path(__file__).parents[2] / "docs" / "headless.md"
# Stands for curl, which a machine may lack; ends the script when it is refused.
CURL = """\
#!{python}
import json, requests, sys
words, headers, method, body, address = iter(sys.argv[1:]), {{}}, "GET", None, ""
for word in words:
    if word == "-H":
        name, _colon, value = next(words).partition(":")
        headers[name] = value.strip()
    elif word == "-X":
        method = next(words)
    elif word == "-d":
        body = next(words).encode()
    elif word != "-s":
        address = word
answer = requests.request(method, address, data=body, headers=headers, timeout=60)
print(json.dumps(answer.json()))
sys.exit(0 if answer.ok else 22)
"""


def test_the_examples_of_the_documentation(apps, tmp_path):
    text = DOCUMENTATION.read_text("utf-8")
    section = text.partition("\n## From a wish to an appointment\n")[2].partition("\n## ")[0]
    words = re.search(r"```console\nB=.*?\n(.*?)```", text, re.S)[1]
    examples = "".join(re.findall(r"```console\n(.*?)```", section, re.S))
    curl = tmp_path / "curl"
    curl.write_text(CURL.format(python=sys.executable))
    curl.chmod(0o755)
    script = f"set -eu -o pipefail\nB={apps.site.absolute_url()}\n{words}{examples}"
    done = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        timeout=200,
        env={
            **os.environ,
            "PATH": f"{tmp_path}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        },
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    said = [json.loads(line) for line in done.stdout.splitlines()]
    # Desks, earliest, times, the booking, the day, free times.
    assert len(said) == 6
    assert said[1]["items"] and said[3]["pin"] and said[3]["mailed_to"] == "erika@example.org"
    assert {"items", "counters", "waiting"} <= set(said[4]) and said[5]["earliest"]
