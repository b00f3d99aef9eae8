"""The pages of the text templates: the folder, and a template with samples in its placeholders."""

from datetime import datetime
from functools import cached_property
from kaarst.services.documents import checks
from kaarst.services.documents import paper
from kaarst.services.documents import placeholders
from kaarst.services.documents import values
from kaarst.services.documents.interfaces import DECISION
from kaarst.services.documents.interfaces import KINDS
from kaarst.services.documents.letter import blocks
from kaarst.services.forms.validators import BERLIN
from plone import api
from Products.Five import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import NotFound
from zope.i18n import translate


class TemplatesView(BrowserView):
    """All templates of the town, decision letters first."""

    def may_add(self):
        return api.user.has_permission("kaarst.services: Add TextTemplate", obj=self.context)

    def groups(self):
        """`{title, templates}` of each kind."""
        found = sorted(self.context.objectValues(), key=lambda item: item.title.casefold())
        for term in KINDS:
            templates = [item for item in found if item.kind == term.value]
            if templates:
                title = translate(term.title, context=self.request)
                yield {"title": title, "templates": templates}


class LetterPage(BrowserView):
    """What shows a letter."""

    letter_template = ViewPageTemplateFile("templates/letter.pt")

    def parts(self, text):
        """A text as HTML: headings, paragraphs and lists; whatever else is in it stays text."""
        return self.letter_template(blocks=blocks(text or ""))


class TemplateView(LetterPage):
    """One template: how it reads with samples, and all placeholders it may use."""

    @property
    def kind(self):
        return translate(KINDS.getTerm(self.context.kind).title, context=self.request)

    @property
    def is_letter(self):
        return self.context.kind == DECISION

    @property
    def language(self):
        return (self.context.language or api.portal.get_default_language())[:2]

    @cached_property
    def forms(self):
        """The forms it is offered for; of one for every case, all forms."""
        return checks.forms(self.context.forms)

    @cached_property
    def questions(self):
        found = {}
        for form in self.forms:
            for name, question in checks.questionnaire(form).questions.items():
                if not question.is_upload:
                    found.setdefault(name, question.label)
        return found

    def sample(self, text):
        """A text with samples in its placeholders."""
        questions = {**checks.questions_of_all_forms(), **self.questions}
        return placeholders.fill(text or "", values.samples(questions, self.language)).text

    def placeholders(self):
        """`(as it is typed, what it stands for)`."""
        return values.listed(self.questions, self.language)


class PreviewView(TemplateView):
    """A decision letter with samples, as PDF."""

    def __call__(self):
        if not self.is_letter:
            raise NotFound("preview")
        context = self.context
        letter = paper.Letter(
            number=values.SAMPLES["number"],
            recipient=f"{values.SAMPLES['name']}\nMusterweg 1\n41564 Kaarst",
            heading=self.sample(context.letter_heading),
            text=self.sample(context.text),
            remedy=self.sample(context.remedy),
            clerk=values.SAMPLES["clerk"],
            day=datetime.now(BERLIN).date(),
            language=self.language,
        )
        return show_pdf(self.request, paper.pdf(letter), f"{context.getId()}.pdf")


def show_pdf(request, data, name):
    """Sends a PDF that we have made ourselves, to be looked at in the browser."""
    response = request.response
    response.setHeader("Content-Type", "application/pdf")
    response.setHeader("Content-Disposition", f'inline; filename="{name}"')
    response.setHeader("X-Content-Type-Options", "nosniff")
    response.setHeader("Cache-Control", "no-store")
    return data
