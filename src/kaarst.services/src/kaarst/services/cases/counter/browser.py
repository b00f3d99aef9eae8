"""A clerk fills in a form for a citizen, and gets number and PIN to hand out."""

from AccessControl import getSecurityManager
from datetime import datetime
from datetime import UTC
from functools import cached_property
from kaarst.services import _
from kaarst.services.cases.content import current_user
from kaarst.services.cases.counter import channels
from kaarst.services.cases.counter.service import FILE
from kaarst.services.cases.desk import find_desk
from kaarst.services.cases.page import Page
from kaarst.services.forms import answers
from kaarst.services.forms import submission
from kaarst.services.forms.validators import BERLIN
from kaarst.services.forms.view import FormView
from plone import api
from plone.protect.authenticator import check as check_authenticator
from Products.CMFCore.permissions import View
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import Unauthorized
from zope.i18n import translate


VIEW = "kaarst.services: View cases"


def may(permission, context):
    return bool(getSecurityManager().checkPermission(permission, context))


class FileForCitizen(FormView):
    """The form as citizens see it, with the channel on top; no proof of work and no limit."""

    thanks_template = ViewPageTemplateFile("templates/filed.pt")
    on_behalf = True
    draft = None
    origin_errors = {}

    @property
    def page_title(self):
        return translate(_("Fill in for somebody"), context=self.request)

    def __call__(self):
        if not may(View, self.context):
            raise Unauthorized(self.__name__)
        return super().__call__()

    def _sent(self):
        self.send()
        return self.thanks_template() if self.receipt else self.form_template()

    def send(self):
        """Checks what was typed; sets `receipt`, or `errors` and `origin_errors`."""
        check_authenticator(self.request)
        self.raw = self.read()
        taken = self._take_held()
        if self._change_entries():
            return
        self.origin, self.origin_errors = channels.checked(
            self.request.form.get("channel"),
            self.request.form.get("received"),
            current_user(),
            datetime.now(UTC),
        )
        checked = answers.check(self.asked, self.raw, self.limits)
        if not checked.errors and self.origin is not None:
            self._receive(checked, taken)
            return
        self.errors = checked.errors
        self._hold(checked)
        self.request.response.setStatus(400)

    @cached_property
    def challenge(self):
        """Whoever is signed in as a clerk is no program."""
        return None

    def action_url(self):
        return f"{self.context.absolute_url()}/@@file-case"

    def mistakes(self):
        labels = {"channel": _("Which way has it come?"), "received": _("Received on")}
        own = [
            {"id": name, "label": self.translate(label), "message": self.origin_error(name)}
            for name, label in labels.items()
            if name in self.origin_errors
        ]
        return own + super().mistakes()

    def origin_error(self, field):
        return self.translate(self.origin_errors.get(field, ""))

    def channels(self):
        """To choose from: `{id, title, chosen}`."""
        chosen = self.request.form.get("channel", "counter")
        for id, title in channels.CHANNELS.items():
            yield {"id": id, "title": self.translate(title), "chosen": id == chosen}

    def received(self):
        typed = self.request.form.get("received")
        return typed if isinstance(typed, str) else self.today()

    def today(self):
        return datetime.now(BERLIN).date().isoformat()

    def case_url(self):
        """Of the case that was made; None for who may not work on it."""
        case = find_desk().case(self.receipt.number)
        return case.absolute_url() if may(VIEW, case) else None


class NewCase(Page):
    """All forms that take something, for a clerk to fill in for somebody."""

    template = ViewPageTemplateFile("templates/choose.pt")

    @property
    def page_title(self):
        return translate(_("Fill in for somebody"), context=self.request)

    def __call__(self):
        self.private()
        return self.template()

    def forms(self):
        """By title: `{title, service, url}`."""
        found = []
        for brain in api.content.find(portal_type="EasyForm", review_state="published"):
            form = brain.getObject()
            if not submission.is_open(form) or not may(FILE, form):
                continue
            service = submission.service_of(form)
            found.append(
                {
                    "title": form.Title(),
                    "service": service.Title() if service is not None else "",
                    "url": f"{form.absolute_url()}/@@file-case",
                }
            )
        return sorted(found, key=lambda item: item["title"].casefold())
