"""`@@deputies`: who stands in for whom, and naming a deputy."""

from kaarst.services import _
from kaarst.services.cases.content import current_user
from kaarst.services.cases.departments import rights
from kaarst.services.cases.deputies import naming
from kaarst.services.cases.deputies.store import this_day
from kaarst.services.cases.page import Page
from plone import api
from plone.protect.authenticator import check as check_authenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.i18n import translate


FIELDS = {"deputy": _("Deputy"), "first": _("First day"), "last": _("Last day")}


class DeputiesView(Page):
    """My deputies, whom I stand in for, and a form to name somebody."""

    template = ViewPageTemplateFile("templates/deputies.pt")
    errors = {}

    @property
    def page_title(self):
        return self.say(_("Deputies"))

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            check_authenticator(self.request)
            return self.end() if self.text("end") else self.name()
        return self.template()

    def name(self):
        found, self.errors = naming.checked(self.request.form)
        if self.errors:
            self.request.response.setStatus(400)
            return self.template()
        deputy, first, last = found
        self.context.deputies.add(current_user(), deputy, first, last)
        return self._back(_("Your deputy is named."))

    def end(self):
        naming.end(self.context, self.text("end"))
        return self._back(_("It has ended."))

    def _back(self, message):
        api.portal.show_message(message, self.request)
        return self.request.response.redirect(f"{self.context.absolute_url()}/@@deputies")

    def say(self, message):
        return translate(message, context=self.request)

    def agreements(self):
        """Mine and those in which I stand in: `{id, mine, name, first, last, now}`."""
        today = this_day()
        for one in naming.mine(self.context):
            own = one.clerk == current_user()
            user = api.user.get(userid=one.deputy if own else one.clerk)
            name = rights.name_of(user) if user is not None else "–"
            yield {
                "id": one.id,
                "end_label": self.say(_("End it: ${name}", mapping={"name": name})),
                "mine": own,
                "name": name,
                "first": self.day(one.first),
                "last": self.day(one.last),
                "now": one.holds(today),
            }

    def colleagues(self):
        for id, name in naming.colleagues().items():
            yield {"id": id, "name": name, "chosen": id == self.text("deputy")}

    def days(self):
        """The two fields for days: `{id, title, value, message}`."""
        for name in ("first", "last"):
            yield {
                "id": name,
                "title": self.say(FIELDS[name]),
                "value": self.text(name) or this_day().isoformat(),
                "message": self.error(name),
            }

    def error(self, name):
        return self.say(self.errors.get(name, ""))

    def mistakes(self):
        """All that is wrong, for the summary on top: `{id, title, message}`."""
        for name, title in FIELDS.items():
            if name in self.errors:
                yield {"id": name, "title": self.say(title), "message": self.error(name)}
