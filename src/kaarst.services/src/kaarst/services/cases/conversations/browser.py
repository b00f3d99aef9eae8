"""The two pages on which a conversation begins: the citizen's and the clerk's."""

from functools import cached_property
from kaarst.core import ratelimit
from kaarst.core.account import store as accounts
from kaarst.core.acting.intent import Drawn
from kaarst.core.rest import ApiError
from kaarst.core.rest.services import check_origin
from kaarst.services import _
from kaarst.services.cases import files
from kaarst.services.cases.asking import writing
from kaarst.services.cases.browser import MAIL_ROOM
from kaarst.services.cases.conversations import content
from kaarst.services.cases.conversations import entered
from kaarst.services.cases.desk import find_desk
from kaarst.services.cases.inbox.query import Inbox
from kaarst.services.cases.page import Page
from plone import api
from plone.protect.authenticator import check as check_authenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from typing import ClassVar
from zope.i18n import translate


#: Instead of the empty UID in a form.
NONE = "none"
TOO_MANY = _("You have sent a great deal in the last hour. Please try again later.")


class Letter(Page):
    """What both pages share: who is to get it, subject, text, files."""

    heading = ""
    asked_department = ""
    mail_room = ""
    errors: ClassVar[dict] = {}
    sent = False

    @property
    def page_title(self):
        return self.say(self.heading)

    def department_label(self):
        return self.say(self.asked_department)

    def say(self, message):
        return translate(message, context=self.request)

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            check_authenticator(self.request)
            try:
                check_origin(self.context, self.request)
                self.send()
            except ApiError:
                message = _("This was sent from another website. Please send it once more.")
                self.errors = {"": message}
            except ratelimit.TooManyRequests:
                self.errors = {"": TOO_MANY}
            if self.errors:
                self.request.response.setStatus(400)
        return self.template() if not self.sent else self.done()

    @cached_property
    def desk(self):
        return find_desk()

    @cached_property
    def departments(self) -> dict[str, str]:
        """UID → title, as the field offers them."""
        raise NotImplementedError

    def choices(self):
        """`{id, title, chosen}`."""
        for uid, title in self.departments.items():
            yield {
                "id": uid or NONE,
                "title": title or self.say(self.mail_room),
                "chosen": uid == self.department,
            }

    @cached_property
    def department(self) -> str:
        """The department that is chosen; None while none is."""
        typed = self.text("department")
        if typed or self.request.method == "POST":
            return "" if typed == NONE else typed or None
        return next(iter(self.departments)) if len(self.departments) == 1 else None

    @cached_property
    def typed(self) -> dict:
        """What was typed: subject and message, the latter with its lines."""
        text = self.request.form.get("text", "")
        return {
            "subject": self.text("subject", 1000),
            "text": text.strip() if isinstance(text, str) else "",
        }

    def checked(self):
        """The Documents that were sent; notes what is wrong in `errors`."""
        documents, message = files.checked(files.files_of(self.request.form, "files"))
        errors = entered.errors(**self.typed, department=self.department, known=self.departments)
        self.errors = {**errors, **({"files": message} if message else {})}
        return documents

    def mistakes(self):
        """`{name, message}` for the list on top."""
        return [
            {"name": name, "message": self.say(message)} for name, message in self.errors.items()
        ]

    def error(self, name):
        return self.say(self.errors[name]) if name in self.errors else ""

    def described_by(self, name, *hints):
        """What a field refers to: its mistake, if there is one, and its hints."""
        wrong = [f"{name}-error"] if name in self.errors else []
        return " ".join([*wrong, *hints]) or None


class WriteToTown(Drawn, Letter):
    """A citizen with an account writes to the town hall."""

    template = ViewPageTemplateFile("templates/to_town.pt")
    heading = _("Write to the town hall")
    asked_department = _("Who is to get it?")
    mail_room = _("I do not know who is responsible")

    def __call__(self):
        if not accounts.current():
            # What an account is, and how to open one, stands there.
            return self.request.response.redirect(f"{self.context.absolute_url()}/my-town")
        return super().__call__()

    @cached_property
    def departments(self):
        return content.departments(self.desk)

    @cached_property
    def service(self):
        return entered.service(self.text("service"))

    @cached_property
    def department(self):
        if self.service is not None and not self.text("department"):
            return entered.department_for(self.service, self.departments)
        return Letter.department.func(self)

    def sender(self):
        """The name under which it is sent, or an empty text."""
        known = content.sender()
        return known.value if known is not None else ""

    def send(self):
        documents = self.checked()
        if not self.errors and (refused := self.acting_refused()):
            self.errors = {"": refused}
        if self.errors:
            return
        entered.count()
        title = self.service.Title() if self.service is not None else ""
        content.begin(
            self.desk, **self.typed, documents=documents, department=self.department, service=title
        )
        self.sent = True

    def done(self):
        api.portal.show_message(
            _("Your message is sent. The answer will stand in your account."), self.request
        )
        return self.request.response.redirect(f"{self.context.absolute_url()}/my-town")


class WriteToCitizen(Letter):
    """A clerk writes to somebody who has an account, without a case."""

    template = ViewPageTemplateFile("templates/to_citizen.pt")
    heading = _("Write to a citizen")
    asked_department = _("For which department do you write?")
    mail_room = MAIL_ROOM
    case = None

    @cached_property
    def departments(self):
        """The departments of the clerk; where somebody only stands in, one answers and begins nothing."""
        own = self.desk_scope.departments
        return {uid: title for uid, title in Inbox(self.context).departments.items() if uid in own}

    @cached_property
    def desk_scope(self):
        return Inbox(self.context).scope

    @property
    def asks(self):
        return bool(self.request.form.get("asks"))

    def send(self):
        documents = self.checked()
        until, wrong = writing.checked(self.typed["text"], self.asks, self.text("until"))
        self.errors = {**wrong, **self.errors}
        found, message = None, ""
        if not self.errors:
            # Last: a search is recorded, and nobody is searched for in vain.
            found, message = entered.holder(self.context, self.text("to"))
        if message:
            self.errors = {"to": message}
        if self.errors:
            return
        self.case = content.write(
            self.context,
            found.account,
            **self.typed,
            documents=documents,
            department=self.department,
            asks=self.asks,
            until=until,
            name=found.name,
        )
        self.sent = True

    def done(self):
        return self.request.response.redirect(self.case.absolute_url())
