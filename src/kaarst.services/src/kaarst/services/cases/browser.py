"""The clerks' pages of a case: what was sent, messages, work, documents."""

from functools import cached_property
from kaarst.core import pins
from kaarst.core.account import store as accounts
from kaarst.services import _
from kaarst.services.cases import assignment
from kaarst.services.cases import files
from kaarst.services.cases import history
from kaarst.services.cases import messages
from kaarst.services.cases import trust
from kaarst.services.cases import words
from kaarst.services.cases.asking import writing
from kaarst.services.cases.asking.until import is_over
from kaarst.services.cases.combining import merge
from kaarst.services.cases.content import current_user
from kaarst.services.cases.content import NoCase
from kaarst.services.cases.counter import channels
from kaarst.services.cases.decisions import issue
from kaarst.services.cases.departments import handover
from kaarst.services.cases.departments import rights
from kaarst.services.cases.desk import allowed
from kaarst.services.cases.desk import checked_by_another
from kaarst.services.cases.download import download
from kaarst.services.cases.inbox import keys
from kaarst.services.cases.inbox.keys import WithKeys
from kaarst.services.cases.page import Page
from kaarst.services.cases.papers.listing import listed
from kaarst.services.cases.receipt.seal import seal
from kaarst.services.cases.workflow import naming
from kaarst.services.cases.workflow.plan import CLOSED
from kaarst.services.documents import placeholders
from kaarst.services.documents import values
from kaarst.services.documents.interfaces import MESSAGE
from kaarst.services.scanning import kept
from plone import api
from plone.protect.authenticator import check as check_authenticator
from plone.protect.interfaces import IDisableCSRFProtection
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import NotFound
from zope.i18n import translate
from zope.interface import alsoProvides
from zope.interface import implementer
from zope.publisher.interfaces import IPublishTraverse


MAIL_ROOM = _("No department (mail room)")


def require_case(context):
    """Raises NotFound where no case is."""
    if isinstance(context.aq_base, NoCase):
        raise NotFound(context.getId())


class CasePage(Page):
    """What the views of a case share."""

    clerk = True

    def exists(self):
        """Raises NotFound where no case is."""
        require_case(self.context)
        self.private()

    def note_reading(self, what=history.READ, note=""):
        """Personal data were read: that goes into the history, and is the only thing a GET writes."""
        if history.is_new_reading(self.context.history, current_user(), what, note):
            self.context.note(what, note)
            alsoProvides(self.request, IDisableCSRFProtection)

    def offered(self):
        """The transitions that have a button of their own: `{id: title}`."""
        may = allowed(self.context)
        plan = self.plan(self.context.workflow_id)
        return {id: naming.button(plan, id) for id in words.BUTTONS if id in may}


class CaseView(WithKeys, CasePage):
    """One case: answers, documents, messages, history, and what can be done."""

    template = ViewPageTemplateFile("templates/case.pt")
    pin = None
    message = typed = typed_until = ""
    asked = False
    known_keys = keys.CASE

    def __call__(self):
        self.exists()
        self.note_reading()
        if self.text("reply") in self.replies:
            chosen = self.replies[self.text("reply")]
            known = values.of_case(self.context, issue.language(self.context))
            self.typed = placeholders.fill(chosen.text, known).text
        return self.template()

    @cached_property
    def replies(self):
        """The text templates for messages that are offered here: `{id: template}`."""
        return issue.templates(self.context, MESSAGE)

    def is_mixed(self):
        """Whether a login knew any answer; then each answer says how sure it is."""
        return trust.is_mixed(self.context)

    def login(self):
        """The login it was sent with, in words; empty for what a clerk has filled in."""
        return translate(trust.login(self.context), context=self.request)

    def merged_lower(self):
        """The level of what was merged into it, in words, where that is less sure; else empty."""
        return trust.merged_lower(self.context)

    def steps(self):
        """The answers by step: `{title, answers: [{label, text, is_verified, trust}]}`."""
        found = {}
        for answer in self.context.answers:
            found.setdefault(answer["step"], []).append(
                {
                    "label": answer["label"],
                    "text": self._readable(answer),
                    "is_verified": bool(answer.get("verified_by")),
                    "trust": translate(trust.of_answer(answer), context=self.request),
                }
            )
        return [{"title": title, "answers": answers} for title, answers in found.items()]

    def _readable(self, answer):
        if answer["type"] == "yes_no":
            return translate(_("Yes") if answer["value"] else _("No"), context=self.request)
        return answer["text"]

    def documents(self):
        for document in self.context.documents:
            yield {
                "id": document["id"],
                "label": translate(messages.label(document), context=self.request),
                "filename": document["file"].filename,
                "kilobytes": -(-document["file"].getSize() // 1024),
                "url": f"{self.context.absolute_url()}/@@document/{document['id']}",
                "held_back": kept.state(document["file"]) in kept.HELD_BACK,
                "scan": self._scan(document),
            }

    def _scan(self, document):
        """What the virus scan has said; nothing about what the town wrote itself."""
        state = kept.state(document["file"])
        if state == kept.UNCHECKED and document.get("from_town"):
            return ""
        return translate(kept.WORDS[state], context=self.request)

    @cached_property
    def _names(self):
        return {}

    def name(self, who):
        """The name of a user id; of an empty one, that it was the citizen."""
        if who == history.BY_ITSELF:
            return translate(_("By itself"), context=self.request)
        if who not in self._names:
            user = api.user.get(userid=who) if who else None
            name = user.getProperty("fullname") if user is not None else ""
            self._names[who] = name or who or translate(_("Citizen"), context=self.request)
        return self._names[who]

    def history(self):
        """Newest first, with that of merged cases: `{case, when, who, what, note}`."""
        entries = [("", entry) for entry in self.context.history]
        desk = self.context.aq_parent
        for number in merge.all_merged(desk, self.context):
            merged = desk.case(number)
            entries += [(number, entry) for entry in merged.history] if merged else []
        entries.sort(key=lambda pair: pair[1]["when"])
        for number, entry in reversed(entries):
            what = words.EVENTS.get(entry["what"], entry["what"])
            yield {
                "case": number,
                "when": self.when(entry["when"]),
                "who": self.name(entry["who"]),
                "colleague": self.name(entry["on_behalf_of"]) if "on_behalf_of" in entry else "",
                "what": translate(what, context=self.request),
                "note": entry["note"],
            }

    def channel(self):
        """Which way it came, and who has filled it in for the citizen."""
        word = translate(channels.title(self.context.channel), context=self.request)
        who = self.context.filed_by
        return f"{word} ({self.name(who)})" if who else word

    def receipt_seal(self):
        """Stands on every true receipt of this case."""
        return seal(self.context, self.context.aq_parent.receipt_key)

    def notes(self):
        """Oldest first: `{when, who, text}`."""
        for note in self.context.notes:
            yield {**note, "when": self.when(note["when"]), "who": self.name(note["who"])}

    def messages(self):
        """Oldest first: `{when, who, text, asks, documents, read, until, over}`."""
        documents = {document["id"]: document for document in self.documents()}
        open_question = self.context.question
        for message in self.context.messages:
            yield {
                **message,
                "when": self.when(message["when"]),
                "who": self.name(message["who"]),
                "read": self.when(message["read_at"]) if message.get("read_at") else "",
                "until": self.day(day) if (day := message.get("until")) else "",
                "over": message is open_question and is_over(day, self.today()),
                "documents": [documents[id] for id in message["documents"]],
            }

    def decisions(self):
        """Newest first: `{when, who, heading, url, read}`."""
        documents = {document["id"]: document for document in self.documents()}
        known = self.context.decisions_read
        for decision in reversed(self.context.decisions):
            yield {
                "when": self.when(decision.when),
                "who": self.name(decision.who),
                "heading": decision.heading,
                "read": self.when(read) if (read := known.get(decision.id)) else "",
                "filename": documents[decision.document]["filename"],
                "url": documents[decision.document]["url"],
            }

    def in_account(self):
        """Whether the citizen finds messages in an account as well."""
        return bool(accounts.holders(self.context.number))

    def papers(self):
        """Newest first: `{heading, state, url}`."""
        return list(listed(self.context, self.request))

    def can_write(self):
        return self.context.state not in CLOSED

    def transitions(self):
        """What may be done now, the usual first: `{id, title, style}`."""
        for place, (name, title) in enumerate(self.offered().items()):
            yield {
                "id": name,
                "title": translate(title, context=self.request),
                "style": "btn-primary" if place == 0 and name in words.ONWARD else "btn-secondary",
            }

    @cached_property
    def clerks(self):
        """Who may have the case: `{user id: name}`."""
        return assignment.clerks(self.context)

    def clerk_name(self):
        return self.name(self.context.clerk)

    def department(self):
        """Title of the department the case belongs to."""
        found = rights.title_of(self.context.department)
        return found or translate(MAIL_ROOM, context=self.request)

    @cached_property
    def other_departments(self):
        """Where the case may be handed over to: `[(UID, title)]`."""
        nameless = translate(MAIL_ROOM, context=self.request)
        return [(uid, title or nameless) for uid, title in handover.choices(self.context).items()]

    def colleague(self):
        """Name of the clerk the user stands in for, or an empty text."""
        clerk = self.context.stands_in_for(current_user())
        return self.name(clerk) if clerk else ""

    def me(self):
        return current_user()

    def waits_for_another(self):
        """Whether the case is to be decided, but by somebody else."""
        return not checked_by_another(self.context)

    def tasks(self):
        """What is to be done in this state: `{text, done}`."""
        state = self.context.state
        for text in self.plan(self.context.workflow_id).state(state).tasks:
            yield {"text": text, "done": (state, text) in self.context.tasks_done}


class WorkOnCase(CasePage):
    """Moves a case on; only by POST, with the token of the page."""

    def __call__(self):
        self.exists()
        if self.request.method == "POST":
            check_authenticator(self.request)
            transition = self.text("transition")
            if transition in self.offered():
                tool = api.portal.get_tool("portal_workflow")
                tool.doActionFor(self.context, transition, comment=self.text("note"))
            else:
                message = _("This is not possible any more. Somebody was faster.")
                api.portal.show_message(message, self.request, type="warning")
        self.request.response.redirect(self.context.absolute_url())


class TickTasks(CaseView):
    """Ticks what was done in this state; what was ticked before and is not now is open again."""

    def __call__(self):
        self.exists()
        if self.request.method == "POST":
            check_authenticator(self.request)
            self.tick()
        self.request.response.redirect(f"{self.context.absolute_url()}#tasks-title")

    def tick(self):
        case, state = self.context, self.context.state
        typed = self.request.form.get("done", [])
        done = set(typed if isinstance(typed, list) else [typed])
        kept = [task for task in case.tasks_done if task[0] != state]
        for task in self.tasks():
            if task["text"] in done:
                kept.append((state, task["text"]))
                if not task["done"]:
                    case.note(history.TASK, task["text"])
        case.tasks_done = tuple(kept)


class WriteMessage(CaseView):
    """Writes to the citizen, who is told by mail that there is something to read."""

    def __call__(self):
        self.exists()
        if self.request.method == "POST":
            check_authenticator(self.request)
            self.write()
        if self.message:
            self.request.response.setStatus(400)
            return self.template()
        return self.request.response.redirect(f"{self.context.absolute_url()}#messages-title")

    def write(self):
        typed = self.request.form.get("text", "")
        self.typed = typed.strip() if isinstance(typed, str) else ""
        self.asked, self.typed_until = bool(self.request.form.get("asks")), self.text("until")
        documents, self.message = files.checked(files.files_of(self.request.form, "files"))
        until, errors = writing.checked(self.typed, self.asked, self.typed_until)
        if errors:
            self.message = next(iter(errors.values()))
        elif not self.can_write():
            self.message = _("This case is closed. Please take it up again before you write.")
        if not self.message:
            messages.tell(self.context, self.typed, documents, current_user(), self.asked, until)


class NewPin(CaseView):
    """Gives a citizen who has lost the PIN a new one; the old one ends at once."""

    def __call__(self):
        self.exists()
        if self.request.method != "POST":
            return self.request.response.redirect(self.context.absolute_url())
        check_authenticator(self.request)
        self.pin = pins.new_pin()
        self.context.sealed_pin = pins.seal_pin(self.pin)
        # Whoever had got hold of the old one may have brought the case into an account with it.
        accounts.leave_all(self.context.number)
        self.context.note(history.NEW_PIN)
        return self.template()


@implementer(IPublishTraverse)
class DocumentView(CasePage):
    """A document, always as a download."""

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
        try:
            kept.require_released(file)
        except kept.HeldBack:
            reason = kept.WORDS[kept.state(file)]
            api.portal.show_message(reason, self.request, type="warning")
            return self.request.response.redirect(self.context.absolute_url())
        self.note_reading(history.DOWNLOADED, file.filename)
        return download(self.request, file)
