"""The page on which a citizen fills in a form, and the page that says thank you.

One address for both: the answer to a sent form is the thank-you page itself, because a PIN has no
place in an address. Sending the same page again gives the same receipt.
"""

from functools import cached_property
from kaarst.core.acting import intent
from kaarst.core.whole_number import whole_number
from kaarst.services import _
from kaarst.services.forms import answers
from kaarst.services.forms import gate
from kaarst.services.forms import held
from kaarst.services.forms import once
from kaarst.services.forms import prefill
from kaarst.services.forms import proof
from kaarst.services.forms import rows
from kaarst.services.forms import submission
from kaarst.services.forms import uploads
from kaarst.services.forms import versions
from kaarst.services.forms.drafts import store as drafts
from kaarst.services.forms.drawn import DrawnForm
from kaarst.services.forms.editor import require_checked
from kaarst.services.forms.login import demand
from kaarst.services.forms.login.page import EMPTY
from kaarst.services.forms.login.page import SIGN_IN
from kaarst.services.forms.login.page import WithLogin
from plone import api
from plone.protect.interfaces import IDisableCSRFProtection
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.interface import alsoProvides

import secrets


# Sent forms an hour from one address, mistakes included; a family or an office shares one.
SENDINGS = 120
KEY = "client_key"
VERSION = "form_version"
HELD = "held_"
# Of a form that is to be finished later: the handle of what was saved, and the buttons.
DRAFT = "draft"
SAVE = "save_draft"
GO_ON = "go_on"
# New drafts, and saves of one, an hour from one address.
DRAFTS = 30
SAVES = 1500
# The buttons of a group: its name, or its name and the number of the entry.
ADD = "add_entry"
REMOVE = "remove_entry"
# A proof that no program sends this, as ALTCHA's clients name it; or the token of who has waited.
PROOF = "altcha"
WAIT = "proof_wait"


class FormView(WithLogin, intent.Drawn, DrawnForm):
    """A form, to be filled in and sent."""

    form_template = ViewPageTemplateFile("templates/form.pt")
    thanks_template = ViewPageTemplateFile("templates/thanks.pt")
    closed_template = ViewPageTemplateFile("templates/closed.pt")

    receipt = None
    saved_template = ViewPageTemplateFile("drafts/templates/saved.pt")
    #: What came of saving the form for later: a drafts.store.Saved.
    saved = None
    message = ""
    is_preview = False
    #: Whether a clerk fills it in for somebody; `origin` is a cases.counter.channels.Origin then.
    on_behalf = False
    origin = None

    def start(self):
        """What every page of a form begins with."""
        require_checked(self.context)
        self.limits = uploads.Limits()
        self.raw, self.errors, self.held = {}, {}, {}

    def __call__(self):
        self.start()
        # Every page has a key of its own, so it is fetched anew; but who comes back to a form may find
        # what was typed. What somebody has sent, and what an account filled in, is kept nowhere.
        opened, is_sent = self.is_open(), self.request.method == "POST"
        if opened and not is_sent:
            self.come_back()
        empty = not is_sent and api.user.is_anonymous() and not self.is_back
        empty = empty and not (opened and self.known)
        self.request.response.setHeader(
            "Cache-Control", "private, no-cache" if empty else "private, no-store"
        )
        if not opened:
            return self.closed_template()
        if is_sent:
            return self._sent()
        if self.is_back:
            self.begin_from_draft()
        else:
            self.raw = self._prefilled()
        return self.form_template()

    def _sent(self):
        """The page that answers what was sent."""
        if SIGN_IN in self.request.form:
            return self.leave()
        if EMPTY in self.request.form:
            return self.begin_anew()
        if GO_ON in self.request.form and self.draft is not None:
            self.begin_from_draft()
            return self.form_template()
        if SAVE in self.request.form:
            self.raw = self.read()
            self.save_draft()
            return self.saved_template() if self.saved else self.form_template()
        self.send()
        return self.thanks_template() if self.receipt else self.form_template()

    @cached_property
    def draft(self):
        """The begun form this page carries, or None; see drafts.store."""
        return drafts.by_handle(self.context, self.request.form.get(DRAFT))

    def read(self):
        """What the browser sent."""
        return answers.from_html(self.asked, self.request.form)

    def take_from_draft(self):
        """Files that were saved with the begun form stand where none was chosen anew."""
        for name in self.begun.files if self.begun is not None else ():
            question = self.asked.questions.get(name)
            if question is None or name in self.raw:
                continue
            if question.is_upload:
                document = self.begun.document(name)
                self.raw[name] = document
                self.held[name] = ("", document.filename)

    def begin_from_draft(self):
        """The form as it was saved: what was typed, chosen and drawn."""
        self.raw = dict(self.begun.raw)
        for name in self.begun.files:
            # A page that is sent brings what is drawn along, or it was taken away.
            question = self.asked.questions.get(name)
            if question is not None and question.is_signature:
                self.raw[name] = self.begun.document(name)
        self.take_from_draft()
        self.fill_in_known()

    def save_draft(self):
        """Saves the form for later. Sets `saved`, `errors` and, if nothing was saved, `message`."""
        self.keep()
        if self.saved is not None:
            self.settle_passing()

    def keep(self, passing=False):
        """The same, `passing` or with number and PIN; sets what this page goes on with."""
        self._take_held()
        before = self.passing if passing else self.draft
        new = before is None
        refused = gate.refusal(
            self.context,
            self.request,
            f"draft:{not new}",
            DRAFTS if new else SAVES,
            lambda seconds: _("Too much was saved from your connection. Please wait a little."),
        )
        if refused is not None:
            self.message = refused.message
            self.request.response.setStatus(refused.status)
            return
        alsoProvides(self.request, IDisableCSRFProtection)
        gone = [
            name
            for name, question in self.asked.questions.items()
            if question.is_signature and name not in self.raw
        ]
        result = drafts.save(
            self.context, self.version, self.raw, self.limits, before, gone, passing
        )
        self.errors = result.errors
        if result.draft is not None:
            self.saved = result
            self.__dict__["passing" if passing else "draft"] = result.draft
            self.request.response.setHeader("Cache-Control", "no-store")
        else:
            self.request.response.setStatus(400)

    def is_open(self):
        return submission.is_open(self.context)

    @cached_property
    def version(self):
        """The Version that is shown: the current one, or that with which somebody began."""
        number = self.request.form.get(VERSION)
        try:
            if self.begun is not None:
                return versions.find(self.context, self.begun.version)
            return versions.taken(self.context, int(number))
        except (TypeError, ValueError, versions.NoVersion):
            return versions.current(self.context)

    @cached_property
    def snapshot(self):
        return self.version.snapshot

    @cached_property
    def asked(self):
        return self.snapshot.asked

    @cached_property
    def known(self):
        """What the login of who fills it in knows, by field name; see prefill."""
        if self.on_behalf or self.is_preview or self.asked is None:
            return {}
        return prefill.known(self.asked, self.request)

    @cached_property
    def client_key(self):
        """Names this copy of the page, so that sending it twice makes one case."""
        key = self.request.form.get(KEY)
        return key if once.is_key(key) else secrets.token_urlsafe(24)

    def send(self):
        """Checks what was sent; sets `receipt`, or `message` and `errors`."""
        self.raw = self.read()
        taken = self._take_held()
        if self._change_entries():
            return
        status = self._refused()
        if status is None:
            checked, trusted = prefill.check(self.asked, self.raw, self.limits, self.known)
            if not checked.errors:
                self._receive(checked, taken, trusted)
                return
            status, self.errors = 400, checked.errors
            self._hold(checked)
        elif status in (403, 409):
            # It is sent once more in a moment; nobody is to choose the files again.
            self._hold(answers.check(self.asked, self.raw, self.limits))
        self.request.response.setStatus(status)

    def _change_entries(self):
        """Adds or removes an entry of a group if that is the button that was pressed.

        For people without scripts: the page comes again with all they typed. The files they
        chose are kept like those of a form with mistakes.
        """
        add, remove = self.request.form.get(ADD), self.request.form.get(REMOVE)
        name, _dot, index = str(remove or add or "").partition(".")
        group = self.asked.questions.get(name)
        if group is None or not group.is_group:
            return False
        entries = self.raw.setdefault(name, [])
        place = whole_number(index)
        if remove and place is not None and place < len(entries) > group.minimum:
            del entries[place]
        elif add and len(entries) < group.maximum:
            entries.append(rows.empty_entry(group))
        self._hold(answers.check(self.asked, self.raw, self.limits))
        return True

    def _refused(self):
        """A status and `message` if the form is not even looked at."""
        refused = gate.refusal(self.context, self.request, "form", SENDINGS, too_many)
        if refused is not None:
            self.message = refused.message
            return refused.status
        # Where it comes from is checked. Who has signed in or out since the page was drawn has
        # a token that does not fit any more, and is to lose nothing.
        alsoProvides(self.request, IDisableCSRFProtection)
        if self.lacking:
            self.message = demand.message(self.needed)
            return 403
        if not self.on_behalf and not self.is_preview and (refused := self.acting_refused()):
            self.message = refused
            self._draw_unlocked()
            return 409
        posted = self.request.form
        refused = proof.check(
            self.guard, posted.get(PROOF), posted.get(WAIT), self.client_key, self.raw
        )
        self.message = refused or ""
        return 403 if refused else None

    def _draw_unlocked(self):
        """Nobody knows yet in whose name it is sent: what was typed stays, nothing is locked."""
        for name, known in self.known.items():
            if self.raw.get(name) in (None, ""):
                self.raw[name] = prefill.typed(self.asked.questions[name], known)
        self.__dict__["known"] = {}

    @cached_property
    def guard(self):
        return proof.guard(self.context, self.request)

    @cached_property
    def challenge(self):
        """For the template, if a proof is wanted; see kaarst.core.proof."""
        return self.guard.challenge()

    def _receive(self, checked, taken, trusted=None):
        self.receipt = once.receive(
            self.context,
            self.asked,
            checked.values,
            self.client_key,
            self.version,
            self.origin,
            trusted,
        )
        for token in taken:
            held.drop(token)
        if self.draft is not None:
            drafts.settle(self.draft)
        self.settle_passing()
        self.request.response.setHeader("Cache-Control", "no-store")

    def _take_held(self):
        """Puts files of an earlier attempt among what was sent. Returns their tokens."""
        taken = []
        for name, question in self.asked.questions.items():
            token = self.request.form.get(f"{HELD}{name}")
            if question.is_upload and token:
                document = held.take(self.context, token)
                if document is not None and name not in self.raw:
                    self.raw[name] = document
                    self.held[name] = (token, document.filename)
                taken.append(token)
        self.take_from_draft()
        return taken

    def _hold(self, checked):
        """Keeps the files that were in order, so that they need not be chosen again."""
        for name, document in checked.documents.items():
            if name not in self.held and name not in checked.errors:
                self.held[name] = (held.hold(self.context, document), document.filename)

    def _prefilled(self):
        """What the login knows, what a link brings (`?page=...` for a field named page), defaults."""
        raw = {}
        for name, question in self.asked.questions.items():
            given, known = self.request.form.get(name), self.known.get(name)
            if known is not None:
                raw[name] = prefill.typed(question, known)
                continue
            if question.kind in ("line", "text", "choice") and isinstance(given, str):
                raw[name] = given[: question.max_length or 200]
            else:
                raw[name] = rows.default(question)
        return raw


def too_many(seconds):
    """What somebody reads who is to wait so many seconds."""
    return _(
        "message_too_many",
        "A great many forms have come from your connection. Please wait ${minutes} minutes "
        "and send this once more. Nothing you typed is lost.",
        mapping={"minutes": -(-seconds // 60)},
    )
