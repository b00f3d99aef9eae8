"""The clerk's page to write a decision: choose a template, read, change, look at it, issue it."""

from kaarst.services import _
from kaarst.services.cases.browser import CasePage
from kaarst.services.cases.decisions import issue
from kaarst.services.cases.papers import content as papers
from kaarst.services.cases.papers import definition
from kaarst.services.documents.browser import LetterPage
from kaarst.services.documents.browser import show_pdf
from plone import api
from plone.protect.authenticator import check as check_authenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.i18n import translate


UNCHECKED = _("Please look through the letter first and tick the box.")


class DecideView(CasePage, LetterPage):
    """Writes a decision. Nothing is stored before it is issued; what was typed is kept on the page."""

    template = ViewPageTemplateFile("templates/decide.pt")
    draft = None
    chosen = ""
    errors = {}

    @property
    def page_title(self):
        return translate(_("Write a decision"), context=self.request)

    def __call__(self):
        self.exists()
        if not issue.may_decide(self.context):
            return self.too_late()
        self.note_reading()
        self.offered_templates = issue.templates(self.context)
        if self.request.method == "POST":
            check_authenticator(self.request)
            return self.send()
        self.chosen = self.text("template")
        if self.chosen in self.offered_templates:
            self.draft = issue.draft(self.context, self.offered_templates[self.chosen])
        return self.template()

    def too_late(self):
        message = _("This case cannot be decided now. Perhaps somebody was faster.")
        api.portal.show_message(message, self.request, type="warning")
        self.request.response.redirect(self.context.absolute_url())

    def send(self):
        self.chosen = self.text("template")
        self.draft = issue.Draft(**{field: self._typed(field) for field in issue.FIELDS})
        self.errors = self.draft.errors()
        looks = "preview" in self.request.form
        if "save" in self.request.form:
            return self.save()
        if not self.errors and looks:
            return show_pdf(self.request, issue.pdf(self.context, self.draft), "Bescheid.pdf")
        if not looks and not self.request.form.get("checked"):
            self.errors["checked"] = UNCHECKED
        if self.errors:
            self.request.response.setStatus(400)
            return self.template()
        try:
            papers.issue_at_once(self.context, self.draft)
        except papers.NotPossible as error:
            self.errors = {"checked": error.args[0]}
            self.request.response.setStatus(409)
            return self.template()
        message = _("The decision is issued.")
        api.portal.show_message(message, self.request)
        return self.request.response.redirect(self.context.absolute_url())

    def save(self):
        """Keeps it as a draft, to be gone on with or reviewed; it may be incomplete."""
        self.errors = papers.errors(self.draft)
        if self.errors:
            self.request.response.setStatus(400)
            return self.template()
        paper = papers.write(self.context, self.draft)
        api.portal.show_message(_("Saved."), self.request)
        url = f"{self.context.absolute_url()}/@@paper?id={paper.getId()}"
        return self.request.response.redirect(url)

    def needs_review(self):
        """Whether somebody else has to release it."""
        return definition.read().four_eyes

    def _typed(self, field):
        value = self.request.form.get(field, "")
        return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""

    def error_list(self):
        """For the summary on top: `{field, message}`, in the order of the page."""
        for field in (*issue.FIELDS, "checked"):
            if field in self.errors:
                yield {"field": field, "message": self.errors[field]}

    def missing(self):
        return ", ".join(self.draft.missing)
