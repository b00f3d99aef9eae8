"""The content classes: a case, and the desk that holds all cases of a town."""

from AccessControl.Permission import Permission
from BTrees.OOBTree import OOBTree
from datetime import datetime
from datetime import timedelta
from kaarst.core import reference
from kaarst.core.account import store as accounts
from kaarst.core.address import not_by_address
from kaarst.core.shards import Shards
from kaarst.services.cases import deadline
from kaarst.services.cases import history
from kaarst.services.cases.departments.shares import Shares
from kaarst.services.cases.deputies.store import Deputies
from kaarst.services.cases.index import CaseIndex
from kaarst.services.cases.interfaces import ICase
from kaarst.services.cases.interfaces import ICaseDesk
from kaarst.services.cases.summary import summary
from kaarst.services.cases.workflow.plan import CLOSED
from kaarst.services.forms.interfaces import KEEP_DAYS
from kaarst.services.forms.validators import BERLIN
from kaarst.services.scanning.queue import forget
from kaarst.services.statistics import store as statistics
from persistent.list import PersistentList
from plone import api
from plone.dexterity.content import Item
from types import MappingProxyType
from zExceptions import NotFound
from zope.interface import implementer
from zope.publisher.interfaces import IPublishTraverse
from ZPublisher.BaseRequest import DefaultPublishTraverse

import secrets


CASE_SHARDS = 256
#: What the workflow of cases gives to nobody but the clerks of their department.
GUARDED = (
    "View",
    "Access contents information",
    "Sharing page: Delegate roles",
    "kaarst.services: View cases",
    "kaarst.services: Work on cases",
)


@not_by_address
class OutsideTheCatalogue:
    """Mixed into content that portal_catalog never hears of."""

    def indexObject(self):
        """Does nothing."""

    def unindexObject(self):
        """Does nothing."""

    def reindexObject(self, idxs=None):
        """Does nothing."""

    def reindexObjectSecurity(self, skip_self=False):
        """Does nothing."""

    def notifyModified(self):
        """Does nothing: modification dates of cases are in their history."""


@implementer(ICase)
@not_by_address
class Case(OutsideTheCatalogue, Item):
    """A case. Made by `CaseDesk.receive`, changed by its workflow only."""

    portal_type = "Case"
    #: Who may see it is said by its department, never by what lies above it.
    __ac_local_roles_block__ = True
    number = ""
    received = None
    due = None
    sealed_pin = ""
    form_title = ""
    #: Of a message without an application; see cases.conversations.
    subject = ""
    is_conversation = False
    form_path = ""
    form_version = ""
    service_title = ""
    email = ""
    name = ""
    channel = ""
    filed_by = ""
    sent_for = None
    #: The kind of the login it was sent with, and its level in a word; empty without one.
    login_way = ""
    login_level = ""
    split_from = ""
    split_into = ()
    merged = ()
    merged_into = ""
    answers = ()
    documents = ()
    period = None
    pauses = ()
    decisions = ()
    #: Id of a decision → when the citizen read it in the account.
    decisions_read = MappingProxyType({})
    workflow_id = "case_workflow"
    tasks_done = ()
    clerk = ""
    department = ""
    keep_days = KEEP_DAYS
    delete_on = None

    def __init__(self, id=None, **values):
        super().__init__(id)
        self.history = PersistentList()
        self.messages = PersistentList()
        self.notes = PersistentList()
        self.papers = PersistentList()
        for name, value in values.items():
            setattr(self, name, value)

    @property
    def state(self):
        return api.portal.get_tool("portal_workflow").getInfoFor(self, "review_state")

    def document(self, id):
        """The dict of a document; raises NotFound."""
        for document in self.documents:
            if document["id"] == id:
                return document
        raise NotFound(id)

    def add_document(self, file, **more):
        """Keeps a NamedBlobFile from the town, or with `from_town=False` from the citizen; returns its id."""
        id = str(max((int(kept["id"]) for kept in self.documents), default=0) + 1)
        kept = {"id": id, "field": "", "label": "", "from_town": True, "file": file, **more}
        self.documents = (*self.documents, kept)
        return id

    def note(self, what, note="", who=None):
        """Adds to the history; `who` is the user of the request if not given."""
        if who is None:
            who = current_user()
        colleague = self.stands_in_for(who)
        self.history.append(history.entry(who, what, note, on_behalf_of=colleague))

    def stands_in_for(self, who):
        """User id of the clerk for whom `who` (user id) works on it today, or an empty text."""
        desk = self.aq_parent
        if not self.clerk or who in ("", self.clerk) or not ICaseDesk.providedBy(desk):
            return ""
        return self.clerk if self.clerk in desk.deputies.for_whom(who) else ""

    @property
    def clock_stands(self):
        """Since when the clock stands still because the citizen is to answer; or None."""
        return self.pauses[-1].begin if self.pauses and self.pauses[-1].end is None else None

    def wind_clock(self, runs):
        """Stops the clock or lets it go on, from today, and works out when the case is due."""
        change = deadline.resumed if runs else deadline.paused
        self.pauses = change(self.pauses, datetime.now(BERLIN).date())
        if self.period:
            received = self.received.astimezone(BERLIN).date()
            self.due = deadline.due(received, self.period, self.pauses)

    @property
    def about(self):
        """What it is called where it is shown; mails and statistics say only the form's title."""
        return self.subject or self.form_title

    @property
    def is_closed(self):
        """Whether the citizen can write nothing any more; an answer opens a conversation again."""
        return self.state in CLOSED and not (self.is_conversation and not self.merged_into)

    @property
    def question(self):
        """The message that the town waits for an answer to, or None."""
        if self.state != "waiting":
            return None
        return next((one for one in reversed(self.messages) if one["asks"]), None)

    @property
    def answer_by(self):
        """The day by which the answer is wanted, or None."""
        question = self.question
        return question.get("until") if question is not None else None

    def set_retention(self, closed):
        """From today the case is kept for its period, or, taken up again, without an end."""
        today = datetime.now(BERLIN).date()
        self.delete_on = today + timedelta(days=self.keep_days) if closed else None

    def changed(self):
        """Brings the clerk's list up to date."""
        desk = self.aq_parent
        if ICaseDesk.providedBy(desk):
            desk.index.put(self.summary())
            statistics.count(self)

    def summary(self):
        """What the clerk's list shows of the case now."""
        return summary(
            self.number,
            self.state,
            self.received,
            self.due,
            self.about,
            self.service_title,
            self.answers,
            self.delete_on,
            self.workflow_id,
            self.clerk,
            more=self._more_texts(),
            department=self.department,
            answer_by=self.answer_by,
        )

    def _more_texts(self):
        """What else a search finds a case by: messages, notes, names of documents, decisions."""
        yield self.name
        yield self.email
        for message in self.messages:
            yield message["text"]
        for note in self.notes:
            yield note["text"]
        for document in self.documents:
            yield document["file"].filename or ""
        for decision in self.decisions:
            yield decision.heading
        for paper in self.papers:
            yield paper.texts.heading


@implementer(ICase)
@not_by_address
class NoCase(OutsideTheCatalogue, Item):
    """Stands where no case is, so that strangers cannot tell which numbers are taken.

    It is guarded like the case of a department that has no clerks.
    """

    portal_type = "Case"
    __ac_local_roles_block__ = True

    def __init__(self, id):
        super().__init__(id)
        for name in GUARDED:
            Permission(name, (), self).setRoles(())

    def document(self, id):
        """None; it is here so that its address answers like that of a case."""
        raise NotFound(id)


def current_user():
    """The user id of the member of staff who is logged in; empty for citizens and visitors."""
    if api.user.is_anonymous() or accounts.is_only_citizen():
        return ""
    return api.user.get_current().getId()


@implementer(ICaseDesk, IPublishTraverse)
@not_by_address
class CaseDesk(Item):
    """Holds all cases of a town, spread so that simultaneous ones do not conflict.

    The cases are no contained content in Plone's sense: adding one changes neither the desk nor an
    ordering, a counter, an intid or the catalogue.
    """

    def __init__(self, id=None, **values):
        super().__init__(id, **values)
        self._cases = Shards(CASE_SHARDS)
        self.index = CaseIndex()
        self.deputies = Deputies()
        self.shares = Shares()
        #: Number → day of deletion, for who has to prove it.
        self.deleted = OOBTree()
        #: For the seals of receipts; never shown.
        self.receipt_key = secrets.token_bytes(32)

    def receive(self, prefix, case):
        """Stores a new case under a new number and returns it, wrapped in the desk.

        `prefix`: of the town, for the number. The case gets its first workflow state.
        """
        while True:
            number = reference.new_number(prefix)
            case.id = case.number = number
            try:
                self._cases.insert(number, case)
                break
            except KeyError:
                continue
        case = case.__of__(self)
        api.portal.get_tool("portal_workflow").notifyCreated(case)
        self.index.put(case.summary())
        statistics.count(case)
        return case

    def case(self, number):
        """Returns the case with this number (in its normal form), wrapped; or None."""
        case = self._cases.get(number)
        return None if case is None else case.__of__(self)

    def sealed(self, number):
        """For kaarst.core.reference_lookup: the case and its sealed PIN, or None.

        Of a case that was merged into another one, that other one.
        """
        case = self.case(number)
        return None if case is None else (self.remaining(case), case.sealed_pin)

    def remaining(self, case):
        """The case itself, or the one it was merged into, over several steps as well."""
        while case.merged_into:
            case = self[case.merged_into]
        return case

    def delete(self, number):
        """Deletes a case with its documents and messages; what is left is that there was one.

        What was merged into it goes with it.
        """
        case = self._cases.get(number)
        for merged in case.merged if case is not None else ():
            self.delete(merged)
        self._cases.pop(number, None)
        self.index.remove(number)
        forget(number)
        statistics.forget(number)
        self.deleted[number] = datetime.now(BERLIN).date()

    def __len__(self):
        return len(self._cases)

    def __bool__(self):
        return True

    def __contains__(self, name):
        """Whether an address leads on from here: every number does, so that none tells anything.

        The publisher asks it before PUT, PATCH and the like.
        """
        try:
            return bool(reference.normalise(name))
        except reference.InvalidNumber:
            return False

    def cases(self):
        """All cases, wrapped, in no meaningful order."""
        for case in self._cases.values():
            yield case.__of__(self)

    def __getitem__(self, number):
        case = self.case(number)
        if case is None:
            raise KeyError(number)
        return case

    def publishTraverse(self, request, name):
        """Finds a case by its number in the address."""
        try:
            number = reference.normalise(name)
        except reference.InvalidNumber:
            return DefaultPublishTraverse(self, request).publishTraverse(request, name)
        return self.case(number) or NoCase(number).__of__(self)
