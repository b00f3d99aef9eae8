"""How long conversations are kept, and what becomes of them with the account."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.core.account import store as accounts
from kaarst.core.interfaces import IAccountData
from kaarst.core.interfaces import IAccountSection
from kaarst.core.interfaces import IJob
from kaarst.core.interfaces import IRetention
from kaarst.services import _
from kaarst.services.cases.conversations.content import KEEP_DAYS
from kaarst.services.cases.conversations.content import of_account
from kaarst.services.cases.departments.scope import EVERYTHING
from kaarst.services.cases.desk import find_desk
from kaarst.services.cases.history import BY_ITSELF
from kaarst.services.cases.words import CONVERSATION
from kaarst.services.persons.account import entry
from plone import api
from zope.interface import implementer


#: So long after the town's last message an unanswered conversation is over.
QUIET = timedelta(days=60)
MOST = 5000


@implementer(IAccountSection)
class Conversations:
    """What somebody and the town hall write to each other without an application."""

    order = 12
    title = _("My conversations with the town hall")
    nothing = _("None so far.")

    def entry(self, number):
        desk = find_desk()
        case = desk.case(number) if desk is not None else None
        return entry(case) if case is not None and case.is_conversation else None

    def sealed(self, number):
        """None: the section of the cases knows every number of the desk."""


@implementer(IAccountData)
class AccountConversations:
    """They are read in the account and nowhere else, so they go with it."""

    order = 30

    def export(self, site, account):
        """Nothing: what they say is given out as of their numbers."""
        return ()

    def erase(self, site, account):
        desk = find_desk(site)
        if desk is None:
            return
        for case in list(of_account(desk, account)):
            if accounts.holders(case.number) == {account} and not case.merged_into:
                accounts.leave(case.number, account)
                desk.delete(case.number)


@implementer(IJob)
class CloseQuiet:
    """Closes conversations that nobody goes on with; an answer opens them again."""

    interval = 24 * 3600

    def run(self, site):
        desk = find_desk(site)
        if desk is None:
            return
        now = datetime.now(UTC)
        for state in ("in_progress", "waiting"):
            _count, found = desk.index.find(state=state, size=MOST, scope=EVERYTHING)
            for summary in found:
                if summary["workflow"] == CONVERSATION:
                    close_quiet(desk.case(summary["number"]), now)


def close_quiet(case, now: datetime) -> bool:
    """Closes a conversation whose last message is the town's, and old. Returns whether it did."""
    last = case.messages[-1] if case is not None and case.messages else None
    if last is None or not last["who"] or now - last["when"] < QUIET:
        return False
    tool = api.portal.get_tool("portal_workflow")
    # Told: that nothing more happens is no news.
    tool.doActionFor(case, "decide", by=BY_ITSELF, told=True)
    return True


@implementer(IRetention)
class KeptConversations:
    """For the privacy page."""

    order = 11
    data = _("Messages that you and the town hall write to each other without an application")
    purpose = _("So that both sides can read them in your account")

    def period(self, site):
        return _(
            "period_conversations",
            "until you delete your account, at most ${days} days after the conversation is closed, "
            "which happens by itself ${quiet} days after our last message",
            mapping={"days": KEEP_DAYS, "quiet": QUIET.days},
        )
