"""Cases and begun forms in the citizen's account."""

from datetime import datetime
from hashlib import sha256
from kaarst.core.account import store as accounts
from kaarst.core.account.feed import Date
from kaarst.core.account.sections import Entry
from kaarst.core.acting import current as acting
from kaarst.core.interfaces import IAccountData
from kaarst.core.interfaces import IAccountDates
from kaarst.core.interfaces import IAccountSection
from kaarst.services import _
from kaarst.services.cases import letters
from kaarst.services.cases.asking.until import is_over
from kaarst.services.cases.desk import find_desk
from kaarst.services.cases.workflow import naming
from kaarst.services.forms.drafts import store as drafts
from kaarst.services.forms.validators import BERLIN
from plone.app.uuid.utils import uuidToObject
from zope.interface import implementer


@implementer(IAccountSection)
class Cases:
    """What was sent with a form."""

    order = 10
    title = _("My cases")
    nothing = _("You have sent nothing yet while you were signed in.")

    def entry(self, number):
        desk = find_desk()
        case = desk.case(number) if desk is not None else None
        return entry(case) if case is not None and not case.is_conversation else None

    shared_title = _("Cases")
    shared_entry = entry

    def sealed(self, number):
        desk = find_desk()
        return desk.sealed(number) if desk is not None else None


def entry(case) -> Entry:
    """A case in the account of its citizen."""
    return Entry(
        number=case.number,
        title=case.about,
        state=naming.title(naming.plan_of(case), case.state),
        when=case.received,
        url=letters.status_url(),
        todo=asked(case),
        due=case.answer_by,
    )


def asked(case):
    """What the citizen is to send, in words; an empty text while the town waits for nothing."""
    if case.state != "waiting":
        return ""
    until = case.answer_by
    if until is None:
        return _("We need something from you.")
    day = {"date": f"{until:%d.%m.%Y}"}
    if is_over(until, datetime.now(BERLIN).date()):
        return _("Overdue: we needed something from you by ${date}.", mapping=day)
    return _("We need something from you by ${date}.", mapping=day)


@implementer(IAccountSection)
class Drafts:
    """Forms that were begun and not sent yet."""

    order = 5
    title = _("Begun forms")
    nothing = _("You have put no form aside.")

    def entry(self, number):
        draft = drafts.living(number)
        form = uuidToObject(draft.form_uid, unrestricted=True) if draft is not None else None
        if form is None or draft.sent:
            return None
        return Entry(
            number=number,
            title=form.Title(),
            state=_("not sent yet"),
            when=draft.saved,
            url=f"{form.absolute_url()}/@@form-draft",
            todo=_("Please finish this form."),
        )

    def sealed(self, number):
        draft = drafts.living(number)
        if draft is None or draft.sent or draft.passing:
            return None
        return draft, draft.sealed_pin


@implementer(IAccountDates)
class CaseDates:
    """By when the town wants an answer."""

    def dates(self, number):
        desk = find_desk()
        case = desk.case(number) if desk is not None else None
        question = case.question if case is not None else None
        if question is None or not question.get("until"):
            return
        # The number is nobody's business who reads the calendar; the PIN's seal is nobody's guess.
        said = f"{number}{case.sealed_pin}{question['id']}"
        title = _("Answer the town hall: ${title}", mapping={"title": case.about})
        uid = sha256(said.encode()).hexdigest()[:32]
        yield Date(f"{uid}@services.kaarst", title, question["until"])


@implementer(IAccountDates)
class DraftDates:
    """Until when a begun form is kept."""

    def dates(self, number):
        draft = drafts.living(number)
        form = uuidToObject(draft.form_uid, unrestricted=True) if draft is not None else None
        if form is None or draft.sent:
            return
        # The number is nobody's business who reads the calendar.
        uid = sha256(f"{number}{draft.key}".encode()).hexdigest()[:32]
        title = _("Last day to finish: ${title}", mapping={"title": form.Title()})
        yield Date(f"{uid}@services.kaarst", title, draft.expires.astimezone(BERLIN).date())


@implementer(IAccountData)
class AccountDrafts:
    """Begun forms go with the account: they are nobody's but their owner's.

    What they say is given out as of their numbers.
    """

    order = 20

    def export(self, site, account):
        return ()

    def erase(self, site, account):
        for number in accounts.numbers(account):
            draft = drafts.living(number)
            if draft is not None:
                drafts.drop(draft)


def keep_case(case, event):
    """Who sends a form while signed in finds the case in the account; a clerk files for others."""
    if not case.filed_by:
        # Who sends it for somebody else is written into it; that other one finds it as well.
        case.sent_for = acting.sent(case.number)
