"""The page on which a citizen fills in a form, and the page that says thank you.

One address for both: the answer to a sent form is the thank-you page itself, because a PIN has no
place in an address. Sending the same page again gives the same receipt.
"""

from functools import cached_property
from kaarst.core import ratelimit
from kaarst.core.rest import ApiError
from kaarst.core.rest.services import check_origin
from kaarst.services import _
from kaarst.services.cases import letters
from kaarst.services.forms import answers
from kaarst.services.forms import held
from kaarst.services.forms import once
from kaarst.services.forms import proof
from kaarst.services.forms import rows
from kaarst.services.forms import submission
from kaarst.services.forms import uploads
from kaarst.services.forms import versions
from kaarst.services.forms.drafts import store as drafts
from kaarst.services.forms.editor import require_checked
from kaarst.services.forms.validators import BERLIN
from kaarst.services.forms.validators import VALIDATORS
from plone import api
from Products.Five import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.i18n import translate

import secrets


# Sent forms an hour from one address, mistakes included; a family or an office shares one.
SENDINGS = 120
HOUR = 3600
# A field that people do not see and that programs like to fill in.
HONEYPOT = "homepage_url"
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
TRAPPED = _(
    "message_honeypot",
    "The field that is to stay empty was filled in. Please send this once more.",
)
WORDS = {
    "back": _("Back"),
    "change": _("Change"),
    "review": _("Your entries at a glance"),
    "next": _("Next"),
    "send": _("Send"),
    "yes": _("Yes"),
    "no": _("No"),
    "thanks": _("Thank you, we have received it"),
    "required": answers.REQUIRED,
    "choose": answers.CHOOSE,
    "upload": answers.UPLOAD,
    "checked": VALIDATORS["isChecked"](None),
    "too_large": uploads.too_large(uploads.Limits()),
}


class FormView(BrowserView):
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
        empty = self.request.method != "POST" and api.user.is_anonymous()
        self.request.response.setHeader(
            "Cache-Control", "private, no-cache" if empty else "private, no-store"
        )
        if not self.is_open():
            return self.closed_template()
        if self.request.method == "POST":
            return self._sent()
        self.raw = self._prefilled()
        return self.form_template()

    def _sent(self):
        """The page that answers what was sent."""
        if GO_ON in self.request.form and self.draft is not None:
            self.raw = dict(self.draft.raw)
            self.take_from_draft()
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
        for name in self.draft.files if self.draft is not None else ():
            question = self.asked.questions.get(name)
            if question is not None and question.is_upload and name not in self.raw:
                document = self.draft.document(name)
                self.raw[name] = document
                self.held[name] = ("", document.filename)

    def save_draft(self):
        """Saves the form for later. Sets `saved`, `errors` and, if nothing was saved, `message`."""
        self._take_held()
        try:
            check_origin(self.context, self.request)
            client = ratelimit.client(self.request)
            limit = SAVES if self.draft is not None else DRAFTS
            ratelimit.hit(f"draft:{bool(self.draft)}:{client}", limit, HOUR)
        except ApiError:
            self.message = _("This form was sent from another website. Please send it once more.")
            self.request.response.setStatus(403)
            return
        except ratelimit.TooManyRequests as error:
            self.request.response.setHeader("Retry-After", str(error.retry_after))
            self.request.response.setStatus(429)
            self.message = _("Too much was saved from your connection. Please wait a little.")
            return
        if self.request.form.get(HONEYPOT):
            self.request.response.setStatus(400)
            self.message = TRAPPED
            return
        result = drafts.save(self.context, self.version, self.raw, self.limits, self.draft)
        self.errors = result.errors
        if result.draft is not None:
            self.saved = result
            self.__dict__["draft"] = result.draft
            self.request.response.setHeader("Cache-Control", "no-store")
        else:
            self.request.response.setStatus(400)

    def resume_url(self):
        """Where one comes back to the begun form. It holds the number and not the PIN."""
        return f"{self.context.absolute_url()}/@@form-draft?number={self.draft.number}"

    def until(self):
        """The last day of the begun form."""
        return f"{self.draft.expires.astimezone(BERLIN):%d.%m.%Y}"

    def is_open(self):
        return submission.is_open(self.context)

    @cached_property
    def version(self):
        """The Version that is shown: the current one, or that with which somebody began."""
        number = self.request.form.get(VERSION)
        try:
            if self.draft is not None:
                return versions.find(self.context, self.draft.version)
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
            checked = answers.check(self.asked, self.raw, self.limits)
            if not checked.errors:
                self._receive(checked, taken)
                return
            status, self.errors = 400, checked.errors
            self._hold(checked)
        elif status == 403:
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
        if remove and index.isdigit() and int(index) < len(entries) > group.minimum:
            del entries[int(index)]
        elif add and len(entries) < group.maximum:
            entries.append(rows.empty_entry(group))
        self._hold(answers.check(self.asked, self.raw, self.limits))
        return True

    def _refused(self):
        """A status and `message` if the form is not even looked at."""
        try:
            check_origin(self.context, self.request)
            ratelimit.hit(f"form:{ratelimit.client(self.request)}", SENDINGS, HOUR)
        except ApiError:
            self.message = _("This form was sent from another website. Please send it once more.")
            return 403
        except ratelimit.TooManyRequests as error:
            self.request.response.setHeader("Retry-After", str(error.retry_after))
            self.message = _(
                "message_too_many",
                "A great many forms have come from your connection. Please wait ${minutes} minutes "
                "and send this once more. Nothing you typed is lost.",
                mapping={"minutes": -(-error.retry_after // 60)},
            )
            return 429
        if self.request.form.get(HONEYPOT):
            self.message = TRAPPED
            return 400
        posted = self.request.form
        refused = proof.check(
            self.guard, posted.get(PROOF), posted.get(WAIT), self.client_key, self.raw
        )
        self.message = refused or ""
        return 403 if refused else None

    @cached_property
    def guard(self):
        return proof.guard(self.context, self.request)

    @cached_property
    def challenge(self):
        """For the template, if a proof is wanted; see kaarst.core.proof."""
        return self.guard.challenge()

    def _receive(self, checked, taken):
        self.receipt = once.receive(
            self.context,
            self.asked,
            checked.values,
            self.client_key,
            self.version,
            self.origin,
        )
        for token in taken:
            held.drop(token)
        if self.draft is not None:
            drafts.settle(self.draft)
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
        """Defaults, and what a link to the form brings: `?page=...` for a field named page."""
        raw = {}
        for name, question in self.asked.questions.items():
            given = self.request.form.get(name)
            if question.kind in ("line", "text", "choice") and isinstance(given, str):
                raw[name] = given[: question.max_length or 200]
            else:
                raw[name] = rows.default(question)
        return raw

    # For the templates

    def steps(self):
        """`{id, title, label, hint, rows}` of each step."""
        steps = self.asked.steps
        for number, step in enumerate(steps, 1):
            yield {
                "id": f"step-{number}",
                "number": number,
                "title": self._step_title(number, len(steps), step.label),
                "label": step.label or self.translate(_("Your details")),
                "hint": step.hint,
                "rows": [self._row(question) for question in step.questions],
            }

    def _step_title(self, number, count, label):
        label = label or self.translate(_("Your details"))
        if count == 1:
            return label
        return self.translate(
            _(
                "step_title",
                "Step ${number} of ${count}: ${label}",
                mapping={"number": number, "count": count, "label": label},
            )
        )

    def step_words(self):
        """The names of the steps for the script: `data-step1` and so on."""
        return {f"data-step{step['number']}": step["label"] for step in self.steps()}

    def _row(self, question):
        errors = {name: self.translate(message) for name, message in self.errors.items()}
        held_file = self.held.get(question.name, ())
        return rows.build(question, self.raw.get(question.name), errors, held_file)

    def mistakes(self):
        """`{id, label, message}` of what is wrong, in the form's order."""
        found = []
        for name, question in self.asked.questions.items():
            labels = {name: question.label}
            for number in range(question.maximum if question.is_group else 0):
                for member in question.asked_members.values():
                    label = f"{question.entry_title(number + 1)}: {member.label}"
                    labels[f"{name}.{number}.{member.name}"] = label
            found += [
                {
                    "id": answers.PREFIX + path,
                    "label": label,
                    "message": self.translate(self.errors[path]),
                }
                for path, label in labels.items()
                if path in self.errors
            ]
        return found

    def yes_no(self, row):
        """The two radio buttons of a yes-or-no question."""
        for number, (value, word) in enumerate((("true", "yes"), ("false", "no"))):
            yield {
                "id": row.name if number == 0 else f"{row.name}-{number}",
                "value": value,
                "label": self.word(word),
                "chosen": row.typed is (value == "true"),
            }

    def word(self, name):
        """One of WORDS in the reader's language; also for the script, which has no words."""
        return self.translate(WORDS[name])

    def has_optional(self):
        return any(not question.required for question in self.asked.questions.values())

    def megabytes(self):
        return self.limits.one // uploads.MEGABYTE

    def action_url(self):
        """Where the form is sent to."""
        return self.context.absolute_url()

    def script_url(self):
        return f"{self.context.portal_url()}/++resource++kaarst.services/form.js"

    def style_url(self):
        return f"{self.context.portal_url()}/++resource++kaarst.services/form.css"

    def status_url(self):
        return letters.status_url()

    def translate(self, message):
        return translate(message, context=self.request) if message else ""

    def text(self, name):
        """A text of the version shown, by the name of the form's attribute."""
        return getattr(self.snapshot, name)

    def rich(self, name):
        """HTML of a rich text of the version, transformed to be safe; or an empty text."""
        html = self.text(name)
        return versions.rich_value(html).output_relative_to(self.context) if html else ""

    def safe_html(self, html):
        """HTML an editor wrote into a label."""
        transforms = self.context.portal_transforms
        return transforms.convertTo("text/x-html-safe", html, mimetype="text/html").getData()
