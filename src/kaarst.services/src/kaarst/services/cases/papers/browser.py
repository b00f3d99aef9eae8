"""One letter of a case: its words, its state, and who does what next."""

from kaarst.services import _
from kaarst.services.cases.browser import CasePage
from kaarst.services.cases.decisions import issue
from kaarst.services.cases.papers import content
from kaarst.services.cases.papers import definition
from kaarst.services.cases.papers import listing
from kaarst.services.cases.papers import plan as plans
from kaarst.services.documents.browser import LetterPage
from kaarst.services.documents.browser import show_pdf
from plone import api
from plone.protect.authenticator import check as check_authenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.i18n import translate


class PaperView(CasePage, LetterPage):
    """Shows the letter; a draft can be changed. What was typed is kept when something is wrong."""

    template = ViewPageTemplateFile("templates/paper.pt")
    errors = {}
    message = ""

    @property
    def page_title(self):
        return self.draft.heading or translate(listing.KINDS[self.paper.kind], context=self.request)

    def __call__(self):
        self.exists()
        self.note_reading()
        self.paper = content.find(self.context, self.text("id"))
        self.draft = self.paper.texts
        if self.request.method == "POST":
            check_authenticator(self.request)
            return self.send()
        if "pdf" in self.request.form:
            return show_pdf(self.request, issue.pdf(self.context, self.draft), "Entwurf.pdf")
        return self.template()

    def send(self):
        step = self.text("step")
        if self.can_change and "heading" in self.request.form:
            self.draft = issue.Draft(**{field: self._typed(field) for field in issue.FIELDS})
        if step == "release":
            self.errors = content.release_errors(self.paper.kind, self.draft)
        else:
            self.errors = content.errors(self.draft)
        if not self.errors:
            try:
                return self.done(step)
            except content.NotPossible as error:
                self.message = translate(error.args[0], context=self.request)
        self.request.response.setStatus(400)
        return self.template()

    def done(self, step):
        url = self.context.absolute_url()
        if step == "discard":
            content.discard(self.paper)
            api.portal.show_message(_("The draft is discarded."), self.request)
            return self.request.response.redirect(url)
        if self.can_change:
            content.change(self.paper, self.draft)
        message = _("Saved.")
        if step:
            content.move(self.paper, step, self.text("comment", 200))
            if step == "release":
                decides = self.paper.kind == content.DECISION
                message = _("The decision is issued.") if decides else _("The letter is sent.")
        api.portal.show_message(message, self.request)
        if step != "release":
            url = f"{url}/@@paper?id={self.paper.getId()}"
        return self.request.response.redirect(url)

    def _typed(self, field):
        value = self.request.form.get(field, "")
        return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""

    @property
    def can_change(self):
        return self.paper.state == plans.DRAFT

    def state(self):
        return translate(definition.read().state(self.paper.state), context=self.request)

    def steps(self):
        """What the user may do now: `{id, title}`."""
        plan = definition.read()
        for id in content.allowed(self.paper):
            yield {"id": id, "title": translate(plan.button(id), context=self.request)}

    def waits_for_another(self):
        """Whether it is to be released, but by somebody else."""
        waits = self.paper.state == plans.REVIEW
        return waits and "release" not in content.allowed(self.paper)

    def fields(self):
        """Of the form: `{name, label, value, rows, error}`."""
        labels = {
            "recipient": (_("Recipient: name and address"), 3),
            "heading": (_("Heading of the letter"), 1),
            "text": (_("Text"), 18),
            "remedy": (_("Legal remedy"), 6),
        }
        if self.paper.kind == content.LETTER:
            del labels["remedy"]
        for name, (label, rows) in labels.items():
            yield {
                "name": name,
                "label": translate(label, context=self.request),
                "value": getattr(self.draft, name),
                "rows": rows,
                "error": self.errors.get(name, ""),
            }


class NewLetter(CasePage):
    """An empty letter to the sender of the case, to be written on its page."""

    def __call__(self):
        self.exists()
        url = self.context.absolute_url()
        if self.request.method == "POST":
            check_authenticator(self.request)
            draft = issue.Draft(recipient=self.context.name)
            paper = content.write(self.context, draft, content.LETTER)
            url = f"{url}/@@paper?id={paper.getId()}"
        self.request.response.redirect(url)
