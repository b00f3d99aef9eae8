"""`digitalwuensche`: the list for everybody, voting, and what editors say to it.

The list itself is the same for all visitors and is kept in memory for a minute; it sets no cookie and
reads none. The answer to a vote is a page of its own.
"""

from functools import cached_property
from kaarst.core import ratelimit
from kaarst.core.page import Page
from kaarst.core.proof import NotProven
from kaarst.core.proof.guard import message as proof_message
from kaarst.core.rest import ApiError
from kaarst.core.rest.services import check_origin
from kaarst.services import _
from kaarst.services.wishes import listing
from kaarst.services.wishes import voting
from kaarst.services.wishes.ranking import IN_WORK
from kaarst.services.wishes.ranking import LONGEST_TEXT
from kaarst.services.wishes.ranking import LONGEST_TITLE
from kaarst.services.wishes.ranking import ONLINE
from kaarst.services.wishes.ranking import PLANNED
from kaarst.services.wishes.ranking import PROPOSED
from kaarst.services.wishes.ranking import STATES
from kaarst.services.wishes.store import AlreadyVoted
from kaarst.services.wishes.store import found
from kaarst.services.wishes.store import make_store
from plone import api
from plone.protect import CheckAuthenticator
from plone.protect.interfaces import IDisableCSRFProtection
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import urlsplit
from zExceptions import NotFound
from zope.i18n import translate
from zope.interface import alsoProvides


COOKIE = "kaarst_wishes"
YEAR = 365 * 24 * 3600
#: A field that people do not see and that programs like to fill in.
HONEYPOT = "homepage_url"
MANAGE = "kaarst.services: Manage wishes"
WORDS = {
    PROPOSED: _("Proposed"),
    PLANNED: _("Planned"),
    IN_WORK: _("In work"),
    ONLINE: _("Online"),
}
DONE = _("Thank you, your vote has been counted.")
WITHDRAWN = _("Your vote has been taken back.")
ALREADY = _("You have voted for this already.")
CLOSED = _("This is online already.")
FOREIGN = _("This form was sent from another website. Please send it once more.")
TOO_MANY = _(
    "wishes_too_many",
    default="There were many votes from your connection. Please try again later.",
)


class WishesPage(Page):
    """The ranked list."""

    template = ViewPageTemplateFile("templates/wishes.pt")
    message = ""
    done = ""
    challenge = None
    #: The wish that was voted for with this request, and the one the answer is about.
    voted = told = ""

    def __call__(self):
        voting.require_seen(self.context)
        return self.template()

    @property
    def page_title(self) -> str:
        return self.say(_("Which service shall go online next?"))

    @cached_property
    def wishes(self):
        return listing.wishes(self.context)

    def groups(self):
        """`{id, title, wishes}`: what is to be done, and what is online."""
        for id, title, is_open in (
            ("open", _("Vote here"), True),
            ("online", _("Online already"), False),
        ):
            found = [wish for wish in self.wishes if wish.is_open == is_open]
            if found:
                yield {"id": id, "title": self.say(title), "wishes": found}

    def state(self, wish) -> str:
        return self.say(WORDS[wish.state])

    def votes(self, wish) -> str:
        if wish.votes == 1:
            return self.say(_("1 vote"))
        return self.say(_("${count} votes", mapping={"count": wish.votes}))

    @property
    def url(self) -> str:
        return f"{self.context.absolute_url()}/digitalwuensche"

    @property
    def is_open(self) -> bool:
        return listing.is_open()

    @cached_property
    def may_manage(self) -> bool:
        return api.user.has_permission(MANAGE, obj=self.context)

    @cached_property
    def may_propose(self) -> bool:
        return voting.is_staff()

    def say(self, message) -> str:
        return translate(message, context=self.request) if message else ""


class VotePage(WishesPage):
    """Takes a vote, or takes it back; the answer is the list, fresh and for this reader."""

    def __call__(self):
        voting.require_seen(self.context)
        if self.request.method != "POST":
            return self.request.response.redirect(self.url)
        # The origin is checked instead; the page that sends this is the same for all.
        alsoProvides(self.request, IDisableCSRFProtection)
        self.private()
        refused = self._refused()
        if refused:
            status, self.message = refused
            self.request.response.setStatus(status)
        if not voting.is_staff():
            # For the same vote once more, or for the next one.
            self.challenge = voting.guard(self.request).challenge()
        return self.template()

    def _refused(self):
        """Does what was asked; returns (status, message) if it was not done."""
        form = self.request.form
        self.told = self.text("withdraw") or self.text("vote")
        try:
            check_origin(self.context, self.request)
            if form.get(HONEYPOT):
                return 400, _(
                    "The field that is to stay empty was filled in. Please send this once more."
                )
            who = voting.voter(self.context, self.request.cookies.get(COOKIE))
            if "withdraw" in form:
                if voting.withdraw(self.context, self.text("withdraw"), who):
                    self.done = WITHDRAWN
                return None
            self._prove(who)
            voting.vote(self.context, self.request, self.text("vote"), who)
        except ApiError:
            return 403, FOREIGN
        except NotProven as error:
            return 403, proof_message(error)
        except ratelimit.TooManyRequests as error:
            self.request.response.setHeader("Retry-After", str(error.retry_after))
            return 429, TOO_MANY
        except AlreadyVoted:
            self.voted = self.text("vote")
            return 409, ALREADY
        except voting.Closed:
            return 409, CLOSED
        self.voted = self.text("vote")
        self.done = DONE
        if who.token:
            self._keep(who.token)
        return None

    def _prove(self, who) -> None:
        if who.group == voting.STAFF:
            return
        content = f"{who.key}|{self.text('vote')}"
        proof, wait = self.text("altcha", 2000), self.text("proof_wait", 2000)
        voting.guard(self.request).check(proof, wait, content)

    def _keep(self, token: str) -> None:
        """Only now, and only for this page: who reads and does not vote gets no cookie."""
        site = urlsplit(self.context.absolute_url())
        self.request.response.setCookie(
            COOKIE,
            token,
            max_age=YEAR,
            path=site.path or "/",
            http_only=True,
            same_site="Lax",
            secure=site.scheme == "https",
        )


class ProposePage(WishesPage):
    """`@@propose-wish`: an idea of the staff for something that is no service yet."""

    def __call__(self):
        if self.request.method != "POST":
            return self.request.response.redirect(self.url)
        CheckAuthenticator(self.request)
        title = " ".join(self.text("title", LONGEST_TITLE).split())
        if not title:
            self.request.response.setStatus(400)
            self.message = _("Please give the proposal a name.")
            return self.template()
        make_store(self.context).propose(title, self.text("description", LONGEST_TEXT))
        api.portal.show_message(_("The proposal is on the list."), self.request)
        return self.request.response.redirect(self.url)


class ManagePage(WishesPage):
    """`@@manage-wishes`: states, notes, and whether citizens see the list."""

    template = ViewPageTemplateFile("templates/manage.pt")

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            self.act()
            return self.request.response.redirect(f"{self.context.absolute_url()}/@@manage-wishes")
        return self.template()

    def act(self):
        form = self.request.form
        if "switch" in form:
            opened = self.text("switch") == "open"
            api.portal.set_registry_record(listing.OPEN, opened)
            self.tell(
                _("Citizens see the list and vote.")
                if opened
                else _("Only the staff see the list.")
            )
            return
        if "remove" in form:
            remove(self.context, self.text("remove"))
            self.tell(_("The proposal was deleted with its votes."))
            return
        decide(self.context, self.text("id"), self.text("state"), self.text("note", LONGEST_TEXT))
        self.tell(_("Saved."))

    def tell(self, message):
        api.portal.show_message(message, self.request)

    def states(self, wish):
        for state in STATES:
            yield {"id": state, "title": self.say(WORDS[state]), "chosen": state == wish.state}


def decide(site, id: str, state: str, note: str) -> None:
    """Says what the town says to a wish. Raises NotFound for what is on no list, or no state."""
    if state not in STATES or listing.wish(site, id) is None:
        raise NotFound("wish")
    make_store(site).say(id, state, note)


def remove(site, id: str) -> None:
    """Deletes an idea of the staff. Raises NotFound for anything else."""
    kept = found(site)
    if kept is None or id not in kept.said or not kept.said[id].title:
        raise NotFound("wish")
    kept.remove(id)
