"""The clerks' pages: the list, a case, its documents; and the citizen's page for the state."""

from datetime import date
from datetime import datetime
from kaarst.core import ratelimit
from kaarst.core import reference
from kaarst.core.reference_lookup import guarded
from kaarst.services import _
from kaarst.services.cases import history
from kaarst.services.cases import words
from kaarst.services.cases.content import current_user
from kaarst.services.cases.content import NoCase
from kaarst.services.cases.desk import find_desk
from kaarst.services.cases.receipt.seal import seal
from kaarst.services.forms.validators import BERLIN
from plone import api
from plone.namedfile.utils import stream_data
from plone.protect.authenticator import check as check_authenticator
from plone.protect.interfaces import IDisableCSRFProtection
from Products.CMFCore.WorkflowCore import WorkflowException
from Products.Five import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import quote
from urllib.parse import urlencode
from zExceptions import NotFound
from zope.i18n import translate
from zope.interface import alsoProvides
from zope.interface import implementer
from zope.publisher.interfaces import IPublishTraverse


BATCH = 50


class Page(BrowserView):
    """What the pages share."""

    def style_url(self):
        return f"{api.portal.get().absolute_url()}/++resource++kaarst.services/form.css"

    def private(self):
        """Personal data stay out of every cache."""
        self.request.response.setHeader("Cache-Control", "no-store")

    def when(self, moment):
        """A moment (aware, or ISO 8601) as people in Germany read it."""
        moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        return f"{moment.astimezone(BERLIN):%d.%m.%Y, %H:%M}"

    def day(self, day):
        """A date (or ISO 8601) as people in Germany read it."""
        day = date.fromisoformat(day) if isinstance(day, str) else day
        return f"{day:%d.%m.%Y}"

    def state_word(self, state):
        return translate(words.STATES.get(state, state), context=self.request)

    def text(self, name, default=""):
        """A text out of the request; whatever else comes is none."""
        value = self.request.form.get(name, default)
        return value.strip()[:200] if isinstance(value, str) else default


class DeskView(Page):
    """All cases, oldest first."""

    template = ViewPageTemplateFile("templates/desk.pt")

    def __call__(self):
        self.private()
        state = self.text("state")
        self.state = state if state in words.STATES else ""
        self.query = self.text("q")
        start = self.text("b_start", "0")
        self.start = int(start) if start.isdecimal() and len(start) < 8 else 0
        self.total, self.found = self.context.index.find(self.state, self.query, self.start, BATCH)
        return self.template()

    def states(self):
        """For the filter: `{id, title, count, chosen}`."""
        counts = self.context.index.count()
        for state in words.STATES:
            yield {
                "id": state,
                "title": self.state_word(state),
                "count": counts.get(state, 0),
                "chosen": state == self.state,
            }

    def rows(self):
        today = datetime.now(BERLIN).date().isoformat()
        for found in self.found:
            open_ = found["state"] in ("received", "in_progress")
            yield {
                **found,
                "url": f"{self.context.absolute_url()}/{found['number']}",
                "overdue": bool(open_ and found["due"] and found["due"] < today),
            }

    def last(self):
        return min(self.start + BATCH, self.total)

    def page_url(self, start):
        query = {"state": self.state, "q": self.query, "b_start": start}
        given = {name: value for name, value in query.items() if value}
        return f"{self.context.absolute_url()}?{urlencode(given)}"

    def before(self):
        return self.page_url(max(self.start - BATCH, 0)) if self.start else None

    def after(self):
        return self.page_url(self.start + BATCH) if self.start + BATCH < self.total else None


class CasePage(Page):
    """What the views of a case share."""

    def exists(self):
        """Raises NotFound where no case is."""
        if isinstance(self.context.aq_base, NoCase):
            raise NotFound(self.context.getId())
        self.private()

    def note_reading(self, what=history.READ, note=""):
        """Personal data were read: that goes into the history, and is the only thing a GET writes."""
        if history.is_new_reading(self.context.history, current_user(), what, note):
            self.context.note(what, note)
            alsoProvides(self.request, IDisableCSRFProtection)


class CaseView(CasePage):
    """One case: answers, documents, history, and what can be done."""

    template = ViewPageTemplateFile("templates/case.pt")
    pin = None

    def __call__(self):
        self.exists()
        self.note_reading()
        return self.template()

    def steps(self):
        """The answers by step: `{title, answers: [{label, text}]}`."""
        found = {}
        for answer in self.context.answers:
            found.setdefault(answer["step"], []).append(
                {"label": answer["label"], "text": self._readable(answer)}
            )
        return [{"title": title, "answers": answers} for title, answers in found.items()]

    def _readable(self, answer):
        if answer["type"] == "yes_no":
            return translate(_("Yes") if answer["value"] else _("No"), context=self.request)
        return answer["text"]

    def documents(self):
        for document in self.context.documents:
            yield {
                "label": document["label"],
                "filename": document["file"].filename,
                "kilobytes": -(-document["file"].getSize() // 1024),
                "url": f"{self.context.absolute_url()}/@@document/{document['id']}",
            }

    def history(self):
        """Newest first: `{when, who, what, note}`."""
        names = {}
        for entry in reversed(self.context.history):
            who = entry["who"]
            if who not in names:
                user = api.user.get(userid=who) if who else None
                name = user.getProperty("fullname") if user is not None else ""
                names[who] = name or who or translate(_("Citizen"), context=self.request)
            what = words.EVENTS.get(entry["what"], entry["what"])
            yield {
                "when": self.when(entry["when"]),
                "who": names[who],
                "what": translate(what, context=self.request),
                "note": entry["note"],
            }

    def receipt_seal(self):
        """Stands on every true receipt of this case."""
        return seal(self.context, self.context.aq_parent.receipt_key)

    def transitions(self):
        """What may be done now: `{id, title}`."""
        tool = api.portal.get_tool("portal_workflow")
        for transition in tool.getTransitionsFor(self.context):
            title = _(transition["title"])
            yield {"id": transition["id"], "title": translate(title, context=self.request)}


class WorkOnCase(CasePage):
    """Moves a case on; only by POST, with the token of the page."""

    def __call__(self):
        self.exists()
        if self.request.method == "POST":
            check_authenticator(self.request)
            tool = api.portal.get_tool("portal_workflow")
            try:
                tool.doActionFor(self.context, self.text("transition"), comment=self.text("note"))
            except WorkflowException:
                message = _("This is not possible any more. Somebody was faster.")
                api.portal.show_message(message, self.request, type="warning")
        self.request.response.redirect(self.context.absolute_url())


class NewPin(CaseView):
    """Gives a citizen who has lost the PIN a new one; the old one ends at once."""

    def __call__(self):
        self.exists()
        if self.request.method != "POST":
            return self.request.response.redirect(self.context.absolute_url())
        check_authenticator(self.request)
        self.pin = reference.new_pin()
        self.context.sealed_pin = reference.seal_pin(self.pin)
        self.context.note(history.NEW_PIN)
        return self.template()


@implementer(IPublishTraverse)
class DocumentView(CasePage):
    """A document, always as a download: no browser is to show or run what a stranger has sent."""

    id = None

    def publishTraverse(self, request, name):
        if self.id is not None:
            raise NotFound(name)
        self.id = name
        return self

    def __call__(self):
        self.exists()
        document = self.context.document(self.id)
        file = document["file"]
        self.note_reading(history.DOWNLOADED, file.filename)
        response = self.request.response
        response.setHeader("Content-Type", file.contentType)
        response.setHeader("Content-Length", str(file.getSize()))
        name = quote(file.filename)
        response.setHeader("Content-Disposition", f"attachment; filename*=UTF-8''{name}")
        response.setHeader("X-Content-Type-Options", "nosniff")
        response.setHeader("Content-Security-Policy", "default-src 'none'; sandbox")
        return stream_data(file)


class StatusView(Page):
    """The citizen's question “how far are you?”, by number and PIN, which only a POST carries."""

    template = ViewPageTemplateFile("templates/status.pt")
    case = None
    message = ""
    number = ""
    pin = ""

    @property
    def page_title(self):
        return translate(_("State of your case"), context=self.request)

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            self.look_up()
        return self.template()

    def look_up(self):
        self.number, self.pin = self.text("number"), self.text("pin")
        desk = find_desk()
        response = self.request.response
        try:
            self.case = guarded(self.request, self.number, self.pin, desk.sealed)
        except reference.InvalidNumber:
            self.message = _(
                "This number is incomplete or mistyped. It looks like KAA-7Q4M-2XPD-K."
            )
            response.setStatus(400)
        except NotFound:
            self.message = _("We find no case with this number and this PIN. Please check both.")
            response.setStatus(404)
        except ratelimit.TooManyRequests as error:
            self.message = _(
                "message_too_many_pins",
                "There were too many wrong attempts. Please wait ${minutes} minutes, or call us.",
                mapping={"minutes": -(-error.retry_after // 60)},
            )
            response.setHeader("Retry-After", str(error.retry_after))
            response.setStatus(429)

    def meaning(self):
        return translate(words.MEANING[self.case.state], context=self.request)

    def steps(self):
        return words.steps(self.case.history, self.case.state)
