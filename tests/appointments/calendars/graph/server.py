"""A small Microsoft Graph on loopback: answers as documented (see shapes), with a memory of its own.

It is no copy of the service and proves nothing about it. What it is for: that our requests are
the documented ones, and that each documented answer is dealt with.
"""

from contextlib import contextmanager
from datetime import datetime
from datetime import UTC
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from kaarst.appointments.calendars.graph.clouds import Cloud
from tests.appointments.calendars.graph import shapes
from urllib.parse import parse_qs
from urllib.parse import quote
from urllib.parse import unquote
from urllib.parse import urlsplit

import json
import re
import requests
import threading


TENANT = "84bd8158-6d4d-4958-8b9f-9d6445542f95"
CLIENT = "24d3b144-21ae-4080-943f-7067b395b913"
SECRET = "q~8Q~geheim~äöü~nur-im-rumpf"
MAILBOX = "schalter1@contoso.onmicrosoft.com"
PAGE = 2


class Graph:
    """Events by id, what was asked, and what is to go wrong next."""

    def __init__(self, address):
        self.address = address
        self.cloud = Cloud("Test", address, address)
        self.forget()

    def forget(self):
        self.events, self.removed, self.subscriptions = {}, {}, {}
        self.asked, self.wrong = [], []
        self.version, self.token, self.can_edit = 0, "token-1", True
        self.transactions = set()

    def refuse(self, part, status, body=None, **headers):
        """The next request whose path ends with this is answered so."""
        self.wrong.append((part, status, body, headers))

    def write(self, key, start="2026-10-26T09:00:00", end="2026-10-26T10:00:00", **more):
        """Somebody writes an event in Outlook; times in UTC."""
        self.version += 1
        self.events[key] = shapes.event(key, self.version, start, end, **more)
        self.removed.pop(key, None)
        return self.events[key]

    def take_out(self, key):
        self.version += 1
        self.removed[key] = self.version
        del self.events[key]

    def tell(self, **more):
        """Tell all subscribers of a change; returns the answers' status."""
        found = []
        for key, one in self.subscriptions.items():
            told = shapes.notification(key, one["clientState"], **more)
            answer = requests.post(one["notificationUrl"], json={"value": [told]}, timeout=60)
            found.append(answer.status_code)
        return found

    # Answers: status, body

    def answer(self, method, path, query, headers, body):
        for one in self.wrong:
            if urlsplit(path).path.endswith(one[0]):
                self.wrong.remove(one)
                return one[1], one[2], one[3]
        if path == f"/{TENANT}/oauth2/v2.0/token":
            return self.give_token(parse_qs(body.decode()))
        if path.endswith("/oauth2/v2.0/token"):
            return 400, shapes.token_error("invalid_request", 90002), {}
        if headers.get("Authorization") != f"Bearer {self.token}":
            return 401, shapes.error("InvalidAuthenticationToken"), {}
        data = json.loads(body) if body else {}
        if match := re.fullmatch(r"/v1\.0/subscriptions(?:/(.+))?", path):
            return self.subscribe(method, match[1], data)
        if not path.startswith(f"/v1.0/users/{MAILBOX}/"):
            return 404, shapes.error("ErrorInvalidUser"), {}
        rest = path.removeprefix(f"/v1.0/users/{MAILBOX}/")
        if rest == "calendar":
            return 200, shapes.calendar(self.can_edit), {}
        if rest == "calendar/getSchedule":
            return 200, shapes.schedule(MAILBOX, self.view(data)), {}
        if rest == "calendarView":
            return 200, self.look(path, query), {}
        if rest == "calendarView/delta":
            return self.delta(path, query)
        if rest == "events":
            uid = re.search(r"ep/value eq '([^']+)'", query["$filter"])[1]
            return 200, shapes.page([self.shown(one) for one in self.with_uid(uid)]), {}
        if rest == "calendar/events" and method == "POST":
            return self.create(data)
        return self.one(method, unquote(rest.removeprefix("events/")), headers, data)

    def give_token(self, asked):
        if asked["client_secret"] != [SECRET]:
            return 401, shapes.token_error("invalid_client", 7000215), {}
        assert asked["grant_type"] == ["client_credentials"]
        assert asked["scope"] == [f"{self.address}/.default"] and asked["client_id"] == [CLIENT]
        return 200, shapes.token(self.token), {}

    def view(self, data):
        assert data["schedules"] == [MAILBOX] and data["availabilityViewInterval"] == 5
        start, end = (instant(data[name]) for name in ("startTime", "endTime"))
        slots = ["0"] * ((end - start) // 300)
        codes = {"free": "0", "tentative": "1", "busy": "2", "oof": "3", "workingElsewhere": "0"}
        for one in self.events.values():
            for number in range(len(slots)):
                moment = start + number * 300
                if instant(one["start"]) < moment + 300 and instant(one["end"]) > moment:
                    slots[number] = max(slots[number], codes[one["showAs"]])
        return "".join(slots)

    def look(self, path, query):
        start = datetime.fromisoformat(query["startDateTime"]).timestamp()
        end = datetime.fromisoformat(query["endDateTime"]).timestamp()
        found = [
            self.shown(one, query["$select"].split(","), "$expand" in query)
            for one in self.events.values()
            if instant(one["start"]) < end and instant(one["end"]) > start
        ]
        skip = int(query.get("$skip", 0))
        rest = "&".join(
            f"{name}={quote(value)}" for name, value in query.items() if name != "$skip"
        )
        more = f"{self.address}{path}?{rest}&$skip={skip + PAGE}"
        return shapes.page(found[skip : skip + PAGE], next=more if found[skip + PAGE :] else None)

    def delta(self, path, query):
        known = query.get("$deltatoken") or query.get("$skiptoken")
        if known is None:
            assert {"startDateTime", "endDateTime"} == query.keys()
        since, _dot, skip = (known or "0.0").partition(".")
        if not since.isdigit():
            return 410, shapes.error("SyncStateNotFound"), {}
        # The version stands in the ETag: W/"7".
        changed = [
            one for one in self.events.values() if int(one["@odata.etag"][3:-1]) > int(since)
        ]
        found = changed + [
            shapes.removed(key) for key, at in self.removed.items() if at > int(since)
        ]
        skip = int(skip or 0)
        here = f"{self.address}{path}"
        if found[skip + PAGE :]:
            links = {"next": f"{here}?$skiptoken={since}.{skip + PAGE}"}
        else:
            links = {"delta": f"{here}?$deltatoken={self.version}"}
        return 200, shapes.page(found[skip : skip + PAGE], **links), {}

    def create(self, data):
        if data["transactionId"] in self.transactions:
            return 409, shapes.error("ErrorDuplicateTransactionId"), {}
        self.transactions.add(data["transactionId"])
        return 201, self.shown(self.written(f"AAMk{len(self.transactions)}/+=", data)), {}

    def one(self, method, key, headers, data):
        present = self.events.get(key)
        if present is None:
            return 404, shapes.error("ErrorItemNotFound"), {}
        if method == "GET":
            return 200, self.shown(present), {}
        if headers.get("If-Match", present["@odata.etag"]) != present["@odata.etag"]:
            return 412, shapes.error("ErrorIrresolvableConflict"), {}
        if method == "DELETE":
            self.take_out(key)
            return 204, None, {}
        return 200, self.shown(self.written(key, {**present, **data})), {}

    def subscribe(self, method, key, data):
        if method == "POST":
            # As documented: the address is asked before the answer is given.
            token = "Validation: Testing <client> application & reserved"
            answer = requests.post(
                f"{data['notificationUrl']}?validationToken={quote(token)}",
                headers={"Content-Type": "text/plain; charset=utf-8"},
                timeout=30,
            )
            plain = answer.headers["Content-Type"].startswith("text/plain")
            if answer.status_code != 200 or not plain or answer.text != token:
                return 400, shapes.error("ValidationError"), {}
            key = f"sub-{len(self.subscriptions) + 1}"
            self.subscriptions[key] = data
            return 201, shapes.subscription(key, data), {}
        if key not in self.subscriptions:
            return 404, shapes.error("ResourceNotFound"), {}
        if method == "DELETE":
            del self.subscriptions[key]
            return 204, None, {}
        self.subscriptions[key] |= data
        return 200, shapes.subscription(key, self.subscriptions[key]), {}

    def written(self, key, data):
        names = (
            "subject",
            "showAs",
            "isAllDay",
            "location",
            "body",
            "singleValueExtendedProperties",
        )
        more = {name: data[name] for name in names if name in data}
        start, end = (datetime.fromtimestamp(instant(data[one]), UTC) for one in ("start", "end"))
        return self.write(key, f"{start:%Y-%m-%dT%H:%M:%S}", f"{end:%Y-%m-%dT%H:%M:%S}", **more)

    def with_uid(self, uid):
        wanted = shapes.extended(uid)
        return [
            one
            for one in self.events.values()
            if one.get("singleValueExtendedProperties") == wanted
        ]

    def shown(self, event, select=None, expand=False):
        """Extended properties are shown only to those who ask for them."""
        named = {name for name in event if name.startswith("@")}
        wanted = named | set(select) if select else set(event)
        wanted -= {"singleValueExtendedProperties"} if not expand else set()
        wanted |= {"singleValueExtendedProperties"} if expand else set()
        return {name: value for name, value in event.items() if name in wanted}


def instant(value):
    assert value["timeZone"] == "UTC"
    return int(datetime.fromisoformat(value["dateTime"]).replace(tzinfo=UTC).timestamp())


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def reply(self):
        graph = self.server.graph
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        graph.asked.append((self.command, self.path, dict(self.headers), body))
        status, data, headers = graph.answer(self.command, parts.path, query, self.headers, body)
        text = (
            data if isinstance(data, bytes) else b"" if data is None else json.dumps(data).encode()
        )
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PATCH = do_DELETE = reply

    def log_message(self, *args):
        pass


@contextmanager
def running():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.graph = Graph(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.graph
        finally:
            server.shutdown()
            thread.join()
