"""`@@scans`: where operators see which files are held back, and decide about them."""

from kaarst.services import _
from kaarst.services.cases.page import Page
from kaarst.services.scanning import clamd
from kaarst.services.scanning import kept
from kaarst.services.scanning.queue import found
from plone import api
from plone.protect import CheckAuthenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.i18n import translate

import logging


logger = logging.getLogger(__name__)

SHOWN = 200
DONE = {
    "release": _("The file was released."),
    "erase": _("The file was deleted."),
}
DECISIONS = {"release": _("released"), "erase": _("deleted")}


class ScanDesk(Page):
    """Files by case, type and size; names and contents are nobody's business here."""

    template = ViewPageTemplateFile("desk.pt")
    reason_missing = ""

    @property
    def page_title(self):
        return translate(_("Files and their virus scan"), context=self.request)

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            self.act()
            if not self.reason_missing:
                return self.request.response.redirect(f"{self.context.absolute_url()}/@@scans")
            self.request.response.setStatus(400)
        return self.template()

    def act(self):
        """Does what a button says. A scan that is over meanwhile is said to be over."""
        id, scans = self.text("id"), found(self.context)
        what = next((name for name in DONE if name in self.request.form), "repeat")
        reason = self.text("reason")
        try:
            if what == "repeat":
                scans.repeat(id)
                self.say(_("The file is scanned again."))
            elif not reason:
                self.reason_missing = id
            else:
                who = api.user.get_current().getId() or ""
                getattr(scans, what)(id, who, reason)
                logger.info("%s: %s of the file of scan %s: %s", who, what, id, reason)
                self.say(DONE[what])
        except (KeyError, AttributeError):
            self.say(_("There is nothing left to decide about this file."), "warning")

    def say(self, message, type="info"):
        api.portal.show_message(message, self.request, type)

    def files(self):
        """`{id, number, type, kilobytes, created, stopped, state, found, attempts, error}`."""
        scans = found(self.context)
        for scan in scans.all()[:SHOWN] if scans is not None else ():
            yield {
                "id": scan.id,
                "number": scan.number,
                "type": scan.file.contentType,
                "kilobytes": -(-scan.file.getSize() // 1024),
                "created": self.when(scan.created),
                "stopped": scan.state != kept.WAITING,
                "state": translate(kept.WORDS[scan.state], context=self.request),
                "found": scan.found,
                "attempts": scan.attempts,
                "error": scan.last_error if scan.state != kept.INFECTED else "",
            }

    def decisions(self):
        """Who decided what and why, the newest first."""
        scans = found(self.context)
        for when, _id, number, what, who, reason in reversed(scans.decisions if scans else ()):
            word = translate(DECISIONS[what], context=self.request)
            yield {
                "when": self.when(when),
                "number": number,
                "what": word,
                "who": who,
                "why": reason,
            }

    def has_daemon(self):
        return bool(clamd.setting())
