"""`@@outbox`: where operators see what was not sent, and decide about it."""

from kaarst.core import _
from kaarst.core import audit
from kaarst.core.outbox.letters import Letter
from kaarst.core.outbox.transport import transport
from kaarst.core.stores import existing
from kaarst.core.stores import OUTBOX
from plone import api
from plone.protect import CheckAuthenticator
from Products.Five.browser import BrowserView

import logging


logger = logging.getLogger(__name__)

SHOWN = 200


class OutboxDesk(BrowserView):
    """Lists letters by recipient, subject and state; what they say is nobody's business here."""

    def __call__(self):
        self.reason_missing = ""
        # Who is written to stands here.
        audit.record(audit.kinds.READ, detail={"page": self.__name__})
        if self.request.method == "POST":
            self.act()
            if not self.reason_missing:
                return self.request.response.redirect(f"{self.context.absolute_url()}/@@outbox")
        return self.index()

    def act(self) -> None:
        """Does what a button says. A letter that has gone meanwhile is said to be gone."""
        CheckAuthenticator(self.request)
        form = self.request.form
        id = str(form.get("id", ""))
        box = existing(self.context, OUTBOX)
        try:
            if "repeat" in form:
                box.repeat(id)
                self.say(_("The e-mail is sent again."))
            elif "discard" in form:
                self.discard(box, id, str(form.get("reason", "")).strip()[:500])
        except (KeyError, AttributeError):
            self.say(_("This e-mail is no longer in the outbox."), "warning")

    def discard(self, box, id: str, reason: str) -> None:
        if not reason:
            self.reason_missing = id
            return
        who = api.user.get_current().getId() or ""
        box.discard(id, who, reason)
        logger.info("%s discarded mail %s: %s", who, id, reason)
        self.say(_("The e-mail was discarded."))

    def say(self, message, type: str = "info") -> None:
        api.portal.show_message(message, self.request, type)

    def letters(self) -> list[dict]:
        """What the page shows of the letters, failed ones first."""
        box = existing(self.context, OUTBOX)
        return [self.shown(letter) for letter in box.letters()[:SHOWN]] if box is not None else []

    def shown(self, letter: Letter) -> dict:
        times = {
            name: api.portal.get_localized_time(getattr(letter, name), long_format=True)
            for name in ("created", "due")
        }
        names = ("id", "to", "subject", "state", "attempts", "last_error")
        return {name: getattr(letter, name) for name in names} | times

    def discards(self) -> list[dict]:
        """Who threw what away and why, the newest first."""
        box = existing(self.context, OUTBOX)
        names = ("when", "id", "who", "reason")
        entries = reversed(box.discards) if box is not None else ()
        return [dict(zip(names, entry, strict=True)) for entry in entries]

    def has_transport(self) -> bool:
        return transport(self.context) is not None
