"""The clerk's pages to split a case, to merge two, and to write an internal note."""

from AccessControl import getSecurityManager
from functools import cached_property
from kaarst.services import _
from kaarst.services.cases import notes
from kaarst.services.cases.browser import CasePage
from kaarst.services.cases.browser import CaseView
from kaarst.services.cases.combining import merge
from kaarst.services.cases.combining import rules
from kaarst.services.cases.combining import split
from kaarst.services.cases.content import current_user
from kaarst.services.cases.departments.rights import my_scope
from kaarst.services.cases.workflow.plan import CLOSED
from plone import api
from plone.protect.authenticator import check as check_authenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.i18n import translate


WORK = "kaarst.services: Work on cases"
#: So many cases of the same person are offered.
OFFERED = 5


class WriteNote(CaseView):
    """Writes an internal note; what is wrong with it stands beside the field."""

    def __call__(self):
        self.exists()
        if self.request.method == "POST":
            check_authenticator(self.request)
            typed = self.request.form.get("internal", "")
            self.note_typed = typed.strip() if isinstance(typed, str) else ""
            self.note_message = notes.error(self.note_typed)
            if self.note_message:
                self.request.response.setStatus(400)
                return self.template()
            notes.write(self.context, self.note_typed, current_user())
        return self.request.response.redirect(f"{self.context.absolute_url()}#notes-title")


class SplitView(CaseView):
    """Answers and documents to be chosen for a case of their own."""

    template = ViewPageTemplateFile("templates/split.pt")
    errors = {}

    @property
    def page_title(self):
        return translate(_("Split off a part"), context=self.request)

    def __call__(self):
        self.exists()
        self.note_reading()
        self.chosen_fields = self.chosen_documents = frozenset()
        self.reason = ""
        if self.request.method == "POST":
            check_authenticator(self.request)
            return self.send()
        return self.template()

    def send(self):
        self.chosen_fields = self._several("field")
        self.chosen_documents = self._several("document")
        self.reason = self.text("reason", 2000)
        typed = (self.chosen_fields, self.chosen_documents, self.reason)
        self.errors = split.errors(self.context, *typed)
        if self.errors:
            self.request.response.setStatus(400)
            return self.template()
        part = split.split(self.context, *typed)
        message = _("The part is case ${number} now.", mapping={"number": part.number})
        api.portal.show_message(message, self.request)
        return self.request.response.redirect(part.absolute_url())

    def _several(self, name):
        value = self.request.form.get(name, [])
        found = value if isinstance(value, list) else [value]
        return frozenset(item for item in found if isinstance(item, str))

    def answers(self):
        for answer in self.context.answers:
            yield {
                "field": answer["field"],
                "label": answer["label"],
                "text": self._readable(answer),
                "chosen": answer["field"] in self.chosen_fields,
            }

    def choosable(self):
        for document in split.documents(self.context):
            yield {
                "id": document["id"],
                "filename": document["file"].filename,
                "chosen": document["id"] in self.chosen_documents,
            }

    def error_list(self):
        return list(self.errors.values())


class MergeView(CaseView):
    """Which case is it a duplicate of; then both side by side, and what will happen."""

    template = ViewPageTemplateFile("templates/merge.pt")
    wrong = None

    @property
    def page_title(self):
        return translate(_("Merge with another case"), context=self.request)

    def __call__(self):
        self.exists()
        self.note_reading()
        self.typed = self.text("into")
        if self.typed and self.into is None:
            self.wrong = _("There is no such case among those you may work on.")
        elif self.into is not None:
            self.wrong = rules.merge_error(self.context, self.into)
        if self.request.method == "POST":
            check_authenticator(self.request)
            if self.into is not None and not self.wrong and self.request.form.get("confirm"):
                return self.merge()
        if self.wrong:
            self.request.response.setStatus(400)
        return self.template()

    def merge(self):
        merge.merge(self.context, self.into)
        message = _(
            "Merged. Case ${number} leads here now.", mapping={"number": self.context.number}
        )
        api.portal.show_message(message, self.request)
        return self.request.response.redirect(self.into.absolute_url())

    @cached_property
    def into(self):
        """The case that is to remain, if the user may work on it."""
        found = merge.other(self.context.aq_parent, self.typed) if self.typed else None
        may = found is not None and getSecurityManager().checkPermission(WORK, found)
        return found if may else None

    def both(self):
        """The two of them: `{title, number, about, sender, email, received}`."""
        pairs = ((_("Is merged"), self.context), (_("Remains"), self.into))
        for title, case in pairs:
            yield {
                "title": title,
                "number": case.number,
                "about": case.form_title,
                "sender": case.name,
                "email": case.email,
                "received": self.when(case.received),
            }

    def are_strangers(self):
        """Whether name or address differ: perhaps these are two people."""
        one, other = self.context, self.into
        return (one.name, one.email.casefold()) != (other.name, other.email.casefold())

    def suggestions(self):
        """Open cases that may be of the same person: `{number, title, received}`."""
        known = self.context.email or self.context.name
        if not known:
            return
        desk = self.context.aq_parent
        _total, found = desk.index.find(text=known, size=OFFERED * 4, scope=my_scope(desk))
        count = 0
        for summary in found:
            case = desk.case(summary["number"])
            if count == OFFERED or case is None or case.number == self.context.number:
                continue
            if case.state in CLOSED or not getSecurityManager().checkPermission(WORK, case):
                continue
            count += 1
            received = self.when(case.received)
            yield {"number": case.number, "title": case.form_title, "received": received}


class UnmergeView(CasePage):
    """Takes apart what was merged."""

    def __call__(self):
        self.exists()
        if self.request.method == "POST":
            check_authenticator(self.request)
            try:
                merge.unmerge(self.context)
                message, kind = _("Merging is undone."), "info"
            except merge.CannotMerge as error:
                message, kind = error.args[0], "warning"
            api.portal.show_message(message, self.request, type=kind)
        self.request.response.redirect(self.context.absolute_url())
