"""The queue of a desk today, for displays and phones that ask every few seconds."""

from kaarst.appointments.hall import queues
from kaarst.core.rest import JsonGet
from plone import api

import hashlib
import json


# All screens and phones of a town hall ask the same.
PUBLIC_SECONDS = 1


class Followed(JsonGet):
    """What is asked for again and again; 304 while nothing has changed."""

    def reply(self):
        body = super().reply()
        response = self.request.response
        if response.getStatus() != 200:
            return body
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:24]
        response.setHeader("ETag", f'"{digest}"')
        caches = f"public, max-age={PUBLIC_SECONDS}" if api.user.is_anonymous() else "no-cache"
        response.setHeader("Cache-Control", caches)
        known = self.request.getHeader("If-None-Match") or ""
        if digest in known:
            return self.reply_no_content(status=304)
        return body


class QueueGet(Followed):
    """`calls`, `next`, `waiting`, `minutes`."""

    def handle(self):
        return queues.board_json(self.context)
