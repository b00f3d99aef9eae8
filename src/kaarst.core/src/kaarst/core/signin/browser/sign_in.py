"""`/sign-in`: the ways in; away to the provider, and back."""

from kaarst.core import _
from kaarst.core import ratelimit
from kaarst.core.page import TitledPage
from kaarst.core.sealing import NotOpened
from kaarst.core.signin import current
from kaarst.core.signin import device
from kaarst.core.signin import doors
from kaarst.core.signin import mail
from kaarst.core.signin import notes
from kaarst.core.signin import settings
from kaarst.core.signin.browser.browser_cookie import browser_secret
from kaarst.core.signin.browser.browser_cookie import let_in
from kaarst.core.signin.levels import Level
from kaarst.core.signin.levels import named
from kaarst.core.signin.levels import TITLES
from kaarst.core.signin.levels import WAYS
from kaarst.core.signin.oidc.refusals import Refused
from kaarst.core.signin.oidc.refusals import Unreachable
from kaarst.core.signin.sessions import store
from kaarst.core.town.checks import valid_email
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import urlencode
from zExceptions import HTTPMethodNotAllowed
from zExceptions import NotFound
from zope.component import queryUtility
from zope.schema import ValidationError


CALLBACK = "sign-in-callback"
#: Departures to the provider from one address in an hour.
DEPARTURES = 120
SENTENCES = {
    "denied": _("You broke off the login. Nothing has happened."),
    "state": _(
        "refused_state",
        "This login was begun in another browser, took too long, or was used already.",
    ),
    "code": _("refused_code", "This link or code was used already, is too old, or mistyped."),
    "level": _(
        "refused_level",
        "You have signed in, but not at the level that is needed here. You stay as you were.",
    ),
    "factor": _(
        "refused_factor",
        "This needs a second factor, such as a code from an app. You stay as you were.",
    ),
}
OTHERWISE = _(
    "refused_otherwise",
    "The login was not accepted. Please try again, or tell us when it happened.",
)


class Door(TitledPage):
    """What the pages share: where one comes from, and where one is led."""

    failed = ViewPageTemplateFile("templates/failed.pt")
    heading = _("Sign in")
    reason = ""

    def came_from(self) -> str:
        """An address of this site where the visitor wants to go on, or an empty text."""
        return inside(self.text("came_from", 2000))

    def home(self) -> str:
        """Where one goes on without another wish: the account."""
        return f"{self.context.absolute_url()}/my-town"

    def way(self, kind: str, **query) -> str:
        """The address of a way in, with what is wanted."""
        query = {"came_from": self.came_from(), "level": self.text("level", 20), **query}
        return addressed(f"{self.context.absolute_url()}/{kind}", query)

    def enter(self, token: str, came_from: str, kind: str, before=None):
        """Gives the browser its session and leads it on. `before`: the session that it replaces."""
        if before is not None:
            store.end(current.sent_token(self.request, self.context.getId()))
        found = store.find(token, self.context.getId())
        same = before is not None and before.user == found.user
        let_in(self.request, token)
        notes.signed_in(kind, found.user, found.level, same)
        self.private()
        door = queryUtility(doors.IDoor, kind)
        came_from = inside(came_from)
        landing = door.landing(found, came_from) if door is not None else came_from
        return self.request.response.redirect(landing or self.home())

    def refuse(self, kind: str, error: Exception, came_from: str = "", level: int = 0):
        """The page that says so; the reason is written down."""
        self.private()
        self.again = addressed(
            # Staff have one way in, citizens choose.
            f"{self.context.absolute_url()}/{'sign-in-staff' if kind == store.STAFF else 'sign-in'}",
            {"came_from": inside(came_from), "level": Level(level).word if level else ""},
        )
        if isinstance(error, Refused):
            notes.refused(kind, error)
            self.reason = SENTENCES.get(error.reason, OTHERWISE)
            self.request.response.setStatus(403)
        else:
            notes.unreachable(kind, error)
            self.reason = _("Signing in is not possible at the moment. Please try again later.")
            self.request.response.setStatus(503)
            self.request.response.setHeader("Retry-After", "120")
        return self.failed()


class SignIn(Door):
    """The ways in. Who is signed in high enough is led on."""

    template = ViewPageTemplateFile("templates/sign_in.pt")
    heading = _("How to sign in")
    message = typed = ""

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            return self._send()
        return self.template()

    def _send(self):
        """No authenticator: there is no session to misuse, and the letter names no one."""
        if not mail.enabled():
            raise NotFound("sign-in")
        self.typed = self.text("email")
        try:
            if not self.typed:
                raise ValidationError
            valid_email(self.typed)
        except ValidationError:
            self.request.response.setStatus(400)
            self.message = _("This e-mail address is not complete. For example: name@example.org")
            return self.template()
        secret = browser_secret(self.request, make=True)
        mail.send(self.request, self.typed, secret, self.came_from())
        return self.request.response.redirect(f"{self.context.absolute_url()}/sign-in-code")

    # For the template

    @property
    def wanted(self) -> Level:
        return named(self.text("level", 20), Level.NONE)

    def wanted_title(self):
        return TITLES[self.wanted] if self.wanted else ""

    def present(self):
        """The level that one has already; empty for visitors."""
        found = current.session(self.request)
        return TITLES[found.level] if found is not None else ""

    def bundid(self) -> list[dict]:
        """`{url, title, text}` for each level that can be asked for, the lowest first."""
        if not settings.enabled():
            return []
        return [
            {"url": self.way("sign-in-bundid", level=level.word), "way": WAYS[level]}
            for level in WAYS
            if level >= self.wanted
        ]

    def by_mail(self) -> bool:
        return mail.enabled() and self.wanted == Level.NONE

    def staff(self) -> str:
        door = queryUtility(doors.IDoor, store.STAFF)
        if door is not None and door.enabled():
            return addressed(
                f"{self.context.absolute_url()}/sign-in-staff", {"came_from": self.came_from()}
            )
        return addressed(f"{self.context.absolute_url()}/login", {"came_from": self.came_from()})


class Depart(Door):
    """Away to a provider; `kind` names the door."""

    kind = store.BUNDID

    def __call__(self):
        self.private()
        if self.request.method != "GET":
            raise HTTPMethodNotAllowed("GET")
        door = queryUtility(doors.IDoor, self.kind)
        if door is None or not door.enabled():
            raise NotFound(self.__name__)
        ratelimit.hit(f"sign-in:{ratelimit.client(self.request)}", DEPARTURES, 3600)
        wanted = named(self.text("level", 20), Level.NONE)
        way = doors.Way(self.kind, self.came_from(), wanted)
        back = f"{self.context.absolute_url()}/{CALLBACK}"
        secret = browser_secret(self.request, make=True)
        try:
            address = doors.leave(way, secret, back, self.max_age())
        except (Refused, Unreachable, NotOpened) as error:
            return self.refuse(self.kind, error, way.came_from, wanted)
        return self.request.response.redirect(address)

    def max_age(self) -> int | None:
        """Somebody who is signed in and wants more has to show anew that it is them."""
        return None


class Callback(Door):
    """Back from a provider with a code."""

    def __call__(self):
        self.private()
        if self.request.method != "GET":
            raise HTTPMethodNotAllowed("GET")
        names = ("code", "state", "iss", "error")
        answer = {name: found for name in names if (found := self.text(name, 4000))}
        before = current.session(self.request)
        found = doors.begun(browser_secret(self.request), answer.get("state", ""))
        if found is None:
            return self.refuse("unknown", Refused("state", "no such login in this browser"))
        pending, way = found
        agent = device.described(self.request.getHeader("User-Agent"))
        try:
            token = doors.come_back(pending, way, answer, agent)
        except (Refused, Unreachable, NotOpened) as error:
            return self.refuse(way.kind, error, way.came_from, way.wanted)
        return self.enter(token, way.came_from, way.kind, before)


def inside(address: str) -> str:
    """The address if it is one of this site, else an empty text (no open redirect)."""
    if not address or any(one.isspace() or one == "\\" for one in address):
        return ""
    site = api.portal.get().absolute_url()
    return address if address == site or address.startswith((f"{site}/", f"{site}?")) else ""


def addressed(url: str, query: dict) -> str:
    """An address with what is not empty in the query."""
    text = urlencode({name: value for name, value in query.items() if value})
    return f"{url}?{text}" if text else url
