"""`/appointments-notification`: where Microsoft Graph says that something has changed.

After learn.microsoft.com/graph/change-notifications-delivery-webhooks. What comes here is never
believed: it only makes the worker look, and only when it names the secret of the subscription.
"""

from kaarst.appointments.bookings import store
from kaarst.appointments.calendars.records import Connection
from kaarst.appointments.calendars.records import Notice
from kaarst.appointments.calendars.subscribing import heard
from Products.Five import BrowserView
from urllib.parse import parse_qs
from zExceptions import BadRequest
from zExceptions import HTTPMethodNotAllowed

import json
import time


LONGEST_TOKEN = 4096
LARGEST = 256 * 1024


class NotificationView(BrowserView):
    """Answers at once; reading the calendar is the worker's."""

    def __call__(self):
        response = self.request.response
        response.setHeader("Cache-Control", "no-store")
        response.setHeader("X-Content-Type-Options", "nosniff")
        response.setHeader("Content-Type", "text/plain; charset=utf-8")
        if self.request.method != "POST":
            raise HTTPMethodNotAllowed("POST")
        query = parse_qs(self.request.environ.get("QUERY_STRING", ""))
        if tokens := query.get("validationToken"):
            return self.validate(tokens[0])
        self.note()
        response.setStatus(202)
        return ""

    def validate(self, token: str) -> str:
        """The token as plain text: whoever can give it back is who was meant."""
        if len(token) > LONGEST_TOKEN or not token.isprintable():
            raise BadRequest("validationToken")
        return token

    def note(self) -> None:
        kept = store.existing(self.context)
        body = self.request.get("BODY") or b""
        if kept is None or len(body) > LARGEST:
            raise BadRequest("body")
        try:
            told = json.loads(body)["value"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise BadRequest("body") from None
        if not isinstance(told, list):
            raise BadRequest("value")
        records = kept.engine.records
        heard(records(Connection), records(Notice), told, int(time.time()))
