"""The pages on which editors adapt how cases go."""

from functools import cached_property
from kaarst.services import _
from kaarst.services.cases import words
from kaarst.services.cases.page import Page
from kaarst.services.cases.workflow import definitions
from kaarst.services.cases.workflow import editing
from kaarst.services.cases.workflow import naming
from kaarst.services.cases.workflow.plan import OPTIONAL
from kaarst.services.cases.workflow.plan import RESTRICTABLE
from plone import api
from plone.protect.authenticator import check as check_authenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import NotFound
from zope.i18n import negotiate
from zope.i18n import translate


class WorkflowsView(Page):
    """All workflows of cases: what they are used for, copy, delete."""

    clerk = True
    template = ViewPageTemplateFile("templates/workflows.pt")
    message = typed = ""

    @property
    def page_title(self):
        return translate(_("How cases go"), context=self.request)

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            check_authenticator(self.request)
            return self.delete() if "delete" in self.request.form else self.copy()
        return self.template()

    def copy(self):
        self.typed = self.text("title")
        like = self.text("like")
        if like not in definitions.ids():
            raise NotFound(like)
        self.message = editing.wrong_name(self.typed) or ""
        if self.message:
            self.request.response.setStatus(400)
            return self.template()
        id = definitions.new_id(self.typed)
        definitions.write(definitions.read(like).copy(id, self.typed))
        return self.request.response.redirect(self.edit_url(id))

    def delete(self):
        id = self.text("delete")
        if id in definitions.ids():
            self.message = editing.reason_to_keep(id) or ""
            if self.message:
                self.request.response.setStatus(409)
                return self.template()
            definitions.delete(id)
            api.portal.show_message(_("The workflow is deleted."), self.request)
        return self.request.response.redirect(f"{self.context.absolute_url()}/case-workflows")

    def edit_url(self, id):
        return f"{self.context.absolute_url()}/case-workflow?id={id}"

    def workflows(self):
        """`{id, title, url, steps, kept}`; `kept`: why it cannot be deleted."""
        for id in definitions.ids():
            plan = self.plan(id)
            kept = editing.reason_to_keep(id)
            way = [state for state in plan.state_ids if state not in ("waiting", "withdrawn")]
            yield {
                "id": id,
                "title": plan.title,
                "url": self.edit_url(id),
                "steps": [self.state_word(state, id) for state in way],
                "kept": kept,
            }


class WorkflowView(Page):
    """One workflow: its steps, their words, tasks and mails, and who may."""

    clerk = True
    template = ViewPageTemplateFile("templates/workflow.pt")
    errors = {}

    @property
    def page_title(self):
        return self.edited.title

    def __call__(self):
        self.private()
        id = self.text("id")
        if id not in definitions.ids():
            raise NotFound(id)
        self.edited = definitions.read(id)
        if self.request.method == "POST":
            check_authenticator(self.request)
            return self.save()
        return self.template()

    def save(self):
        self.edited = editing.plan_of(self.edited, self._sent(), negotiate(self.request))
        self.errors = editing.errors(self.edited, negotiate(self.request))
        if self.errors:
            self.request.response.setStatus(400)
            return self.template()
        definitions.write(self.edited)
        api.portal.show_message(_("Saved. It holds for all cases at once."), self.request)
        url = f"{self.context.absolute_url()}/case-workflow?id={self.edited.id}"
        return self.request.response.redirect(url)

    def _sent(self):
        """The form as `editing.plan_of` wants it; what the page did not show is left out."""
        form = self.request.form
        states = {
            id: {
                "title": self._typed(f"state-{id}-title"),
                "meaning": self._typed(f"state-{id}-meaning"),
                "mail": f"state-{id}-mail" in form,
                "tasks": self._typed(f"state-{id}-tasks").splitlines(),
            }
            for id in self.edited.state_ids
            if f"state-{id}-title" in form
        }
        transitions = {
            id: {
                "title": self._typed(f"transition-{id}-title"),
                "groups": self._several(f"transition-{id}-groups"),
            }
            for id in self.edited.transition_ids
            if f"transition-{id}-title" in form
        }
        options = [id for id in OPTIONAL if f"option-{id}" in form]
        title = self._typed("title")
        return {"title": title, "options": options, "states": states, "transitions": transitions}

    def _typed(self, name):
        value = self.request.form.get(name, "")
        return value if isinstance(value, str) else ""

    def _several(self, name):
        value = self.request.form.get(name, [])
        found = value if isinstance(value, list) else [value]
        return [item for item in found if isinstance(item, str)]

    def options(self):
        for id in OPTIONAL:
            title = translate(editing.OPTION_TITLES[id], context=self.request)
            yield {"id": id, "title": title, "chosen": id in self.edited.options}

    @cached_property
    def groups(self):
        return editing.clerk_groups()

    def states(self):
        """Each with the words in force: `{id, usual, title, meaning, mail, tasks}`."""
        for id in self.edited.state_ids:
            state = self.edited.state(id)
            usual = translate(words.FOR_CLERKS[id], context=self.request)
            meaning = state.meaning or translate(words.MEANING[id], context=self.request)
            yield {
                "id": id,
                "usual": usual,
                "title": state.title or usual,
                "meaning": meaning,
                "mail": state.mail,
                "tasks": "\n".join(state.tasks),
            }

    def transitions(self):
        """Each with the words in force: `{id, title, usual, restrictable, groups}`."""
        for id in words.BUTTONS:
            if id not in self.edited.transition_ids or id == "ask":
                continue
            chosen = self.edited.transition(id).groups
            yield {
                "id": id,
                "usual": translate(words.BUTTONS[id], context=self.request),
                "title": translate(naming.button(self.edited, id), context=self.request),
                "restrictable": id in RESTRICTABLE,
                "groups": [
                    {"id": group, "title": title, "chosen": group in chosen}
                    for group, title in self.groups.items()
                ],
            }

    def error(self, field):
        return self.errors.get(field)
