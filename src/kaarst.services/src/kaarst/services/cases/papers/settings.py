"""The page on which editors adapt the states of decisions."""

from kaarst.services import _
from kaarst.services.cases.page import Page
from kaarst.services.cases.papers import definition
from kaarst.services.cases.papers import editing
from kaarst.services.cases.papers import plan as plans
from kaarst.services.cases.workflow.editing import clerk_groups
from plone import api
from plone.protect.authenticator import check as check_authenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.i18n import negotiate
from zope.i18n import translate


class DocumentWorkflowView(Page):
    """Names of states and buttons, who may, and whether somebody else has to look."""

    clerk = True
    template = ViewPageTemplateFile("templates/settings.pt")
    errors = {}

    @property
    def page_title(self):
        return translate(_("How decisions go"), context=self.request)

    def __call__(self):
        self.private()
        self.edited = definition.read()
        if self.request.method == "POST":
            check_authenticator(self.request)
            return self.save()
        return self.template()

    def save(self):
        language = negotiate(self.request)
        self.edited = editing.plan_of(self._sent(), language)
        self.errors = editing.errors(self.edited, language)
        if self.errors:
            self.request.response.setStatus(400)
            return self.template()
        definition.write(self.edited)
        api.portal.show_message(_("Saved. It holds for all cases at once."), self.request)
        url = f"{self.context.absolute_url()}/case-document-workflow"
        return self.request.response.redirect(url)

    def _sent(self):
        form = self.request.form
        return {
            "four_eyes": "four_eyes" in form,
            "states": {
                id: self.text(f"state-{id}") for id in plans.STATES if f"state-{id}" in form
            },
            "transitions": {
                id: {
                    "title": self.text(f"transition-{id}"),
                    "groups": self._several(f"groups-{id}"),
                }
                for id in plans.LEADS_TO
                if f"transition-{id}" in form
            },
        }

    def _several(self, name):
        value = self.request.form.get(name, [])
        found = value if isinstance(value, list) else [value]
        return [item for item in found if isinstance(item, str)]

    def states(self):
        for id, usual in plans.STATES.items():
            title = translate(self.edited.state(id), context=self.request)
            yield {
                "field": f"state-{id}",
                "usual": translate(usual, context=self.request),
                "title": title,
                "error": self.errors.get(f"state-{id}", ""),
            }

    def transitions(self):
        for id, usual in plans.BUTTONS.items():
            chosen = self.edited.transition(id).groups
            yield {
                "id": id,
                "field": f"transition-{id}",
                "usual": translate(usual, context=self.request),
                "title": translate(self.edited.button(id), context=self.request),
                "error": self.errors.get(f"transition-{id}", ""),
                "groups": [
                    {"id": group, "title": title, "chosen": group in chosen}
                    for group, title in clerk_groups().items()
                ],
            }
