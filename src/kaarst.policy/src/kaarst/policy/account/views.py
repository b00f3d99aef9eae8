"""`/my-town`: what is to be done, what somebody has sent, booked and begun, and what is kept of them."""

from datetime import date
from functools import cached_property
from kaarst.appointments.bookings import details
from kaarst.core import reference
from kaarst.core.account import feed
from kaarst.core.account import holder
from kaarst.core.account import records
from kaarst.core.account import store
from kaarst.core.account.keeping import months
from kaarst.core.account.sections import agreed
from kaarst.core.account.sections import entries
from kaarst.core.account.sections import sealed
from kaarst.core.acting.seeing import reader
from kaarst.core.audit import kinds
from kaarst.core.audit import readings_about
from kaarst.core.audit.recording import LogUnavailable
from kaarst.core.mailbox import mails
from kaarst.core.mailbox import read
from kaarst.core.opening_hours import BERLIN
from kaarst.core.page import TitledPage
from kaarst.core.personal.parcel import packed
from kaarst.core.reference_lookup import explain
from kaarst.core.reference_lookup import guarded
from kaarst.core.reference_lookup import REFUSALS
from kaarst.core.rest.language import translated
from kaarst.core.signin.start import AfterLogin
from kaarst.core.town import town
from kaarst.policy import _
from kaarst.policy.interfaces import IKaarstPolicyLayer
from kaarst.services.cases import letters
from plone import api
from plone.base.interfaces import IPloneSiteRoot
from plone.base.interfaces import IRedirectAfterLogin
from plone.protect import CheckAuthenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from typing import ClassVar
from urllib.parse import urlencode
from zExceptions import BadRequest
from zExceptions import NotFound
from zExceptions import Unauthorized
from zope.component import adapter
from zope.interface import implementer


#: As many readings as the page shows.
READINGS = 20
SEEN = {
    kinds.READ: _("has looked at it"),
    kinds.DOWNLOAD: _("has saved a file"),
    kinds.EXPORT: _("has saved it in a list"),
}


class MyTown(TitledPage):
    """The account of who is signed in; says to everybody else what an account is.

    What a POST wants says its `step`: one of the `do_…` below.
    """

    account_page = ViewPageTemplateFile("templates/my_town.pt")
    about_page = ViewPageTemplateFile("templates/about.pt")
    message_page = ViewPageTemplateFile("templates/message.pt")
    delete_page = ViewPageTemplateFile("templates/delete.pt")
    message = typed = calendar_url = ""
    mail = None
    errors: ClassVar[dict] = {}

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            if not store.is_citizen():
                raise Unauthorized("my-town")
            step = STEPS.get(self.text("step", 20))
            if step is None or not (self.account or step == "do_open"):
                raise BadRequest("step")
            return getattr(self, step)()
        return self._page()

    def _page(self):
        return self.account_page() if self.account else self.about_page()

    def _refuse(self, errors):
        self.errors = errors
        self.request.response.setStatus(400)
        return self._page()

    def _done(self, message):
        api.portal.show_message(message, self.request)
        return self.request.response.redirect(self.url())

    # What buttons do

    def do_open(self):
        email, errors = self._entered()
        if errors:
            return self._refuse(errors)
        holder.open_account(email, self._notify())
        return self._done(_("Your account is open. What you send from now on stands here."))

    def do_notices(self):
        email, errors = self._entered()
        if errors:
            return self._refuse(errors)
        holder.open_account(email, self._notify())
        return self._done(_("Your settings are saved."))

    def _entered(self):
        return holder.checked(self.text("email", 200), self._notify())

    def _notify(self) -> bool:
        return self.text("notify", 5) == "1"

    def do_take(self):
        self.typed = self.text("number")
        try:
            guarded(self.request, self.typed, self.text("pin"), sealed)
        except REFUSALS as error:
            self.message = explain(error, self.request.response)
            return self._page()
        store.take(reference.normalise(self.typed))
        return self._done(_("It stands in your account now."))

    def do_leave(self):
        try:
            store.leave(reference.normalise(self.text("number")), store.current())
        except reference.InvalidNumber:
            return self._page()
        return self._done(_("It is out of your account. With number and PIN you still find it."))

    def do_read(self):
        try:
            number = reference.normalise(self.text("number"))
            self.mail = read(self.account, number, self.text("id"))
        except (KeyError, reference.InvalidNumber):
            raise NotFound("message") from None
        return self.message_page()

    def do_calendar(self):
        # Drawn now and only now: it is kept as a hash, and nobody can look it up later.
        self.calendar_url = feed.renew(holder.record())
        return self._page()

    def do_calendar_end(self):
        feed.revoke(holder.record())
        return self._done(_("The calendar's address does not work any more."))

    def do_export(self):
        given = translated(holder.exported(self.context, self.account), self.language)
        response = self.request.response
        response.setHeader("Content-Type", "application/zip")
        response.setHeader("Content-Disposition", 'attachment; filename="mein-konto.zip"')
        response.setHeader("X-Content-Type-Options", "nosniff")
        title = self.translate(_("What stands in your account in ${town}", mapping=self.names))
        return packed(given, title, self.language)

    def do_delete(self):
        if self.text("sure", 5) != "1":
            return self.delete_page()
        holder.delete_own(self.context)
        return self._done(
            _("Your account is deleted with all that stood in it, and you are signed out.")
        )

    # For the templates

    @property
    def names(self) -> dict:
        return {"town": town().name}

    @property
    def page_title(self):
        if self.mail is not None:
            return self.translate(self.mail.subject)
        return self.translate(_("My ${town}", mapping=self.names))

    @cached_property
    def account(self) -> str:
        return store.current()

    @cached_property
    def record(self):
        return records.by_id(self.account)

    def url(self) -> str:
        return f"{self.context.absolute_url()}/my-town"

    def who(self) -> str:
        """Who looks at what an account is: "visitor", "staff" or "citizen"."""
        if api.user.is_anonymous():
            return "visitor"
        return "citizen" if store.is_citizen() else "staff"

    @cached_property
    def sections(self) -> list[dict]:
        """`{id, title, nothing, entries}`, in the order of the page."""
        return [
            {
                "id": name.rpartition(".")[2],
                "title": section.title,
                "nothing": section.nothing,
                "entries": there,
            }
            for name, section, there in entries(self.account)
        ]

    @cached_property
    def todo(self) -> list:
        """What waits for its owner, from all sections: what is due first stands first."""
        found = [one for section in self.sections for one in section["entries"] if one.todo]
        return sorted(found, key=lambda one: (one.due or date.max, one.when))

    @cached_property
    def mails(self) -> list:
        """All messages, the newest first."""
        return mails(self.account)

    @cached_property
    def unread(self) -> list:
        return [one for one in self.mails if one.read_at is None]

    @cached_property
    def news(self) -> list:
        """What is unread and not said already by what is to be done."""
        waiting = {one.number for one in self.todo}
        return [one for one in self.unread if one.number not in waiting]

    @property
    def filled(self) -> list[dict]:
        """The sections in which something stands."""
        return [section for section in self.sections if section["entries"]]

    @property
    def empty(self) -> list[dict]:
        """The others, which need a line each."""
        return [section for section in self.sections if not section["entries"]]

    def consents(self) -> list:
        return agreed(self.account)

    def readings(self) -> list[dict] | None:
        """Who looked at it, the newest first: `{when, who, what, number}`; None if nobody can say."""
        try:
            found = readings_about(store.numbers(self.account))
        except LogUnavailable:
            return None
        return [
            {
                "when": self.when(one.when),
                "who": self._reader(one),
                "what": SEEN[one.kind],
                "number": one.number,
            }
            for one in found[:READINGS]
        ]

    def _reader(self, one) -> str:
        """Who has looked: a department, or who acts for the holder."""
        if one.authorisation:
            return self.translate(reader(one.authorisation, self.account))
        return one.department or self.translate(_("Town hall"))

    def has_calendar(self) -> bool:
        return feed.is_on(self.account)

    def email(self) -> str:
        """What stands in the field: what was typed, what is kept, or what the login proposes."""
        if "email" in self.request.form:
            return self.text("email", 200)
        return self.record.email if self.record else holder.proposed_email()

    def notified(self) -> bool:
        if self.request.method == "POST":
            return self._notify()
        return bool(self.record and self.record.notify)

    def months(self) -> int:
        return months(self.context)

    def opened(self) -> str:
        """The day on which its holder opened it; nothing for users of the site, who did not."""
        record = self.record
        if record is None or not record.wording:
            return ""
        return f"{record.opened_at.astimezone(BERLIN):%d.%m.%Y}"

    def number(self) -> str:
        """What its holder tells the town hall, which then may write; empty for users of the site."""
        return self.record.number if self.record else ""

    def status_url(self) -> str:
        return letters.status_url()

    def appointment_url(self) -> str:
        return details.my_url()

    def sign_in_url(self) -> str:
        return f"{self.context.absolute_url()}/sign-in?{urlencode({'came_from': self.url()})}"

    def when(self, moment) -> str:
        return f"{moment.astimezone(BERLIN):%d.%m.%Y, %H:%M}"

    def day(self, moment) -> str:
        return f"{moment.astimezone(BERLIN):%d.%m.%Y}"

    def day_of(self, day) -> str:
        """A date, without a time of the day."""
        return f"{day:%d.%m.%Y}"


#: What the buttons may ask for.
STEPS = {name.removeprefix("do_"): name for name in vars(MyTown) if name.startswith("do_")}


@implementer(IRedirectAfterLogin)
@adapter(IPloneSiteRoot, IKaarstPolicyLayer)
class ToTheAccount:
    """Leads who has an account there, unless signing in was on the way to a page.

    Everybody else goes on to where their work is.
    """

    def __init__(self, context, request):
        self.context, self.request = context, request

    def __call__(self, came_from=None, is_initial_login=False):
        home = api.portal.get().absolute_url()
        if store.is_citizen():
            return came_from if came_from and came_from.rstrip("/") != home else f"{home}/my-town"
        return AfterLogin(self.context, self.request)(came_from, is_initial_login)
