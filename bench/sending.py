"""Clients that send one form again and again, and what came of it."""

from collections import Counter
from dataclasses import dataclass
from dataclasses import field

import http.client
import itertools
import json
import threading
import time
import urllib.parse


#: Every so many-th form is sent a second time by another client at the same moment, as by somebody
#: who presses the button twice.
REPEATED = 5
MISSING = "Das Menü der Seite ist mit der Tastatur nicht zu erreichen, nur mit der Maus."


@dataclass
class Outcome:
    """What the clients saw. `seconds` by kind of client, `answers` by number of the form."""

    seconds: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)
    statuses: Counter = field(default_factory=Counter)
    took: float = 0.0

    def add(self, kind, number, status, seconds, receipt):
        self.seconds.setdefault(kind, []).append(seconds)
        self.statuses[status] += 1
        if receipt is not None:
            self.answers.setdefault(number, []).append(receipt)

    @property
    def repeated(self):
        """How many forms were answered more than once."""
        return sum(len(receipts) > 1 for receipts in self.answers.values())


def text_of(number):
    """The answer by which a form is found again in the database."""
    return f"{number}: {MISSING}"


class JsonSender:
    """Sends `{form}/@form`. `port` is of a web process, `path` of the form."""

    kind = "REST"

    def __init__(self, port, path):
        self.connection = http.client.HTTPConnection("localhost", port, timeout=300)
        self.path = f"{path}/@form"

    def send(self, number):
        """Returns (status, receipt); None instead of a receipt if the form was not taken."""
        data = {"barrier": text_of(number), "email": f"person-{number}@example.org"}
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Idempotency-Key": f"measured-form-{number:08d}",
        }
        self.connection.request("POST", self.path, json.dumps({"data": data}), headers)
        answer = self.connection.getresponse()
        body = answer.read()
        return answer.status, json.loads(body)["number"] if answer.status == 201 else None


class PageSender:
    """Sends the page of a form as a browser does.

    `fields`: what a page holds beside the answers; `prefix`: before the names of the answers;
    `thanks`: what only the page that says thank you contains; `key`: of the name that makes a
    copy of the page one of its kind, if it has one.
    """

    kind = "page"

    def __init__(self, port, path, fields, prefix, thanks, key=""):
        self.connection = http.client.HTTPConnection("localhost", port, timeout=300)
        self.path, self.fields, self.prefix = path, fields, prefix
        self.thanks, self.key = thanks.encode(), key

    def send(self, number):
        """Returns (status, True); None instead of True if the form was not taken."""
        answers = {"page": "", "barrier": text_of(number), "aids": "", "name": ""}
        answers["email"] = f"person-{number}@example.org"
        values = {self.prefix + name: value for name, value in answers.items()} | self.fields
        if self.key:
            values[self.key] = f"measured-form-{number:08d}"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urllib.parse.urlencode(values)
        self.connection.request("POST", self.path, body, headers)
        answer = self.connection.getresponse()
        page = answer.read()
        taken = answer.status == 200 and self.thanks in page
        return answer.status, True if taken else None


def send(senders, seconds):
    """Lets all senders work for so many seconds, each with the next form. Returns the Outcome."""
    outcome, lock = Outcome(), threading.Lock()
    # What is sent twice is sent twice by the same kind of client: a page and REST are two forms.
    kinds = sorted({sender.kind for sender in senders})
    jobs = {kind: _jobs(start, len(kinds)) for start, kind in enumerate(kinds)}
    until = time.monotonic() + seconds

    def work(sender):
        while time.monotonic() < until:
            with lock:
                number = next(jobs[sender.kind])
            began = time.monotonic()
            try:
                status, receipt = sender.send(number)
            except (OSError, http.client.HTTPException) as error:
                status, receipt = type(error).__name__, None
                sender.connection.close()
            with lock:
                outcome.add(sender.kind, number, status, time.monotonic() - began, receipt)

    began = time.monotonic()
    threads = [threading.Thread(target=work, args=(sender,)) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outcome.took = time.monotonic() - began
    return outcome


def _jobs(start, step):
    """Numbers without end, some of them twice."""
    for number in itertools.count():
        for _turn in range(2 if number % REPEATED == 0 else 1):
            yield start + number * step
