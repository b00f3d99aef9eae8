"""The citizen's page: how far is it, what has the town written, what can I send, by number and PIN.

Only a POST carries the two, and every answer is a page of its own: a PIN has no place in an address
and in no cookie. Sending the same once more changes nothing.
"""

from functools import cached_property
from kaarst.core import ratelimit
from kaarst.core import reference
from kaarst.core.account import store as accounts
from kaarst.core.acting import seeing
from kaarst.core.reference_lookup import explain
from kaarst.core.reference_lookup import guarded
from kaarst.core.reference_lookup import REFUSALS
from kaarst.core.rest import ApiError
from kaarst.core.rest.services import check_origin
from kaarst.services import _
from kaarst.services.cases import files
from kaarst.services.cases import history
from kaarst.services.cases import messages
from kaarst.services.cases import reading
from kaarst.services.cases.desk import find_desk
from kaarst.services.cases.download import download
from kaarst.services.cases.page import Page
from kaarst.services.cases.workflow import naming
from kaarst.services.cases.workflow.plan import steps
from kaarst.services.documents.browser import LetterPage
from kaarst.services.scanning.kept import HeldBack
from plone.protect.interfaces import IDisableCSRFProtection
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import NotFound
from zope.i18n import translate
from zope.interface import alsoProvides


def note_fetching(case, document):
    """Notes that the citizen has a decision; returns whether that is new."""
    if not document.get("decision"):
        return False
    note = document["file"].filename
    is_new = history.is_new_reading(case.history, "", history.FETCHED, note)
    if is_new:
        case.note(history.FETCHED, note, who="")
    return is_new


def related(case):
    """Numbers of the parts of a case, and of the case it is a part of; the PIN is the same."""
    found = [case.split_from, *case.split_into]
    return [number for number in found if number and case.aq_parent.case(number) is not None]


class StatusView(LetterPage, Page):
    """The citizen's question “how far are you?”, by number and PIN, which only a POST carries."""

    template = ViewPageTemplateFile("templates/status.pt")
    case = None
    message = done = typed = ""
    number = ""
    pin = ""
    #: Whether who acts for somebody may do this with what that one has sent (kaarst.core.acting).
    shared = True

    @property
    def page_title(self):
        if self.case is not None and self.case.is_conversation:
            return translate(_("Your conversation with the town hall"), context=self.request)
        return translate(_("State of your case"), context=self.request)

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            self.look_up()
        return self.template()

    def look_up(self):
        self.number, self.pin = self.text("number"), self.text("pin")
        desk = find_desk()
        try:
            self.case = guarded(self.request, self.number, self.pin, desk.sealed, self.shared)
        except REFUSALS as error:
            self.message = explain(error, self.request.response)
        else:
            self._note_reading()

    def _note_reading(self):
        """Who reads it here, signed in, has read it in the mailbox of the account as well."""
        if not accounts.holds(self.case.number):
            return
        try:
            check_origin(self.context, self.request)
        except ApiError:
            return
        if reading.note_all(self.case):
            alsoProvides(self.request, IDisableCSRFProtection)

    def meaning(self):
        plan = self.plan(self.case.workflow_id)
        return translate(naming.meaning(plan, self.case), context=self.request)

    def led_from(self):
        """The number that was typed, if its case was merged into this one."""
        typed = reference.normalise(self.number)
        return typed if typed != self.case.number else ""

    def related(self):
        """Numbers of the parts of this case, or of what it is a part of."""
        return related(self.case)

    def steps(self):
        return steps(self.plan(self.case.workflow_id), self.case.history, self.case.state)

    def messages(self):
        """Oldest first: `{when, from_town, text, documents: [{id, filename}]}`."""
        for message in self.case.messages:
            documents = [self.case.document(id) for id in message["documents"]]
            yield {
                "when": self.when(message["when"]),
                "from_town": bool(message["who"]),
                "text": message["text"],
                "documents": [
                    {
                        "id": document["id"],
                        "filename": document["file"].filename,
                        "from_town": document["from_town"],
                    }
                    for document in documents
                ],
            }

    def decisions(self):
        """Newest first."""
        return list(reversed(self.case.decisions))

    def can_write(self):
        return not self.case.is_closed

    @cached_property
    def is_shared(self):
        """Whether it is seen only because its sender lets who is asking see it."""
        return not self.pin and seeing.may_see(self.case.number)

    def can_withdraw(self):
        return self.can_write() and not self.case.is_conversation and not self.is_shared

    def sent_for(self):
        """`{by, name}` if somebody has sent it for somebody else, or None."""
        return self.case.sent_for


class Sending(StatusView):
    """What changes a case: the same page, after looking up and checking where it comes from."""

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            self.look_up()
            if self.case is not None:
                self.send()
        if self.message:
            self.request.response.setStatus(max(self.request.response.getStatus(), 400))
        return self.template()

    def send(self):
        """Does what is to be done; sets `done` or `message`."""
        try:
            check_origin(self.context, self.request)
            # Number, PIN and origin are checked: a token adds nothing.
            alsoProvides(self.request, IDisableCSRFProtection)
            ratelimit.hit(f"message:{self.case.number}", messages.SENDINGS, messages.HOUR)
            self.act()
        except ApiError:
            self.message = _("This was sent from another website. Please send it once more.")
        except ratelimit.TooManyRequests:
            self.message = _("You have sent a great deal in the last hour. Please try again later.")
        except messages.Closed:
            self.message = _(
                "This case is closed. Please call us if there is anything left to say."
            )

    def act(self):
        """Implemented by each page."""
        raise NotImplementedError


class ReplyView(Sending):
    """The citizen writes to the town, with or without files."""

    def act(self):
        typed = self.request.form.get("text", "")
        self.typed = typed.strip() if isinstance(typed, str) else ""
        sent = files.files_of(self.request.form, "files")
        documents, self.message = files.checked(sent)
        if not self.typed and not sent:
            self.message = _("Please write something or choose a file.")
        elif len(self.typed) > messages.LONGEST:
            self.message = messages.TOO_LONG
        if not self.message:
            messages.reply(self.case, self.typed, documents)
            self.typed = ""
            self.done = _("Thank you, we have received your message.")


class WithdrawView(Sending):
    """The citizen takes the case back; nobody does that for them."""

    shared = False

    def act(self):
        messages.withdraw(self.case)
        self.done = _("You have withdrawn this. Nothing more happens.")


class DocumentView(StatusView):
    """A document that the town has sent, for the citizen."""

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            self.look_up()
        if self.case is None:
            return self.template()
        document = self.case.document(self.text("document"))
        if not document.get("from_town"):
            raise NotFound(self.text("document"))
        try:
            sent = download(self.request, document["file"])
        except HeldBack:
            self.message = _("This file is still being checked. Please try again in a few minutes.")
            self.request.response.setStatus(409)
            return self.template()
        if note_fetching(self.case, document):
            alsoProvides(self.request, IDisableCSRFProtection)
        return sent
