"""What the templates of a form ask for: steps, rows, messages, texts and addresses."""

from kaarst.services import _
from kaarst.services.cases import letters
from kaarst.services.forms import answers
from kaarst.services.forms import prefill
from kaarst.services.forms import rows
from kaarst.services.forms import steps
from kaarst.services.forms import uploads
from kaarst.services.forms import versions
from kaarst.services.forms.validators import BERLIN
from kaarst.services.forms.validators import VALIDATORS
from Products.Five import BrowserView
from zope.i18n import translate


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


class DrawnForm(BrowserView):
    """A page that draws a form. `known`: what a login knows, by field name; see prefill.

    Who makes use of it sets `snapshot` (the Snapshot shown), `asked` (its Questionnaire), `raw`, `errors`
    and `held` (what was typed, what is wrong and what is uploaded, by field name), `limits` and,
    where a begun form is shown, `draft`.
    """

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
        row = rows.build(question, self.raw.get(question.name), errors, held_file)
        known = self.known.get(question.name)
        if known is not None and known.trust == prefill.VERIFIED:
            row.verified_by = known.source
        return row

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

    def steps_url(self):
        """The script that counts which steps are reached."""
        return f"{self.context.portal_url()}/++resource++kaarst.services/steps.js"

    def counted(self):
        """The last step this page has counted; empty for a page that is drawn for the first time."""
        return steps.counted(self.request)

    def signature_url(self):
        """The script to draw a signature with, if the form asks for one."""
        if any(question.is_signature for question in self.asked.questions.values()):
            return f"{self.context.portal_url()}/++resource++kaarst.services/signature.js"
        return ""

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

    def resume_url(self):
        """Where one comes back to the begun form. It holds the number and not the PIN."""
        return f"{self.context.absolute_url()}/@@form-draft?number={self.draft.number}"

    def until(self):
        """The last day of the begun form."""
        return f"{self.draft.expires.astimezone(BERLIN):%d.%m.%Y}"
