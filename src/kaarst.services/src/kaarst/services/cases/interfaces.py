"""Seams of the cases."""

from kaarst.services import _
from plone.supermodel import model
from zope import schema
from zope.interface import Attribute
from zope.interface import implementer
from zope.interface import Interface
from zope.interface.interfaces import IObjectEvent
from zope.interface.interfaces import ObjectEvent


class ICase(model.Schema):
    """Something a citizen has sent and the town works on.

    It is no part of the catalogue and of nothing else that public pages share.
    """

    number = schema.TextLine(title=_("Number"), readonly=True)
    received = schema.Datetime(title=_("Received"), readonly=True)
    due = schema.Date(title=_("Due"), required=False, readonly=True)

    sealed_pin = Attribute("The sealed PIN (kaarst.core.pins.seal_pin).")
    form_title = Attribute("Title of the form when it was sent.")
    subject = Attribute("What a conversation is about; empty for what was sent with a form.")
    is_conversation = Attribute("Whether it is a message without an application.")
    about = Attribute("What it is called where it is shown: the subject, or the form's title.")
    form_path = Attribute("Path of the form below the site, without a leading slash.")
    form_version = Attribute("Version of the questions that were asked.")
    service_title = Attribute("Title of the service the form belongs to, or an empty text.")
    answers = Attribute("Tuple of dicts as kaarst.services.forms.recorded.record returns them.")
    documents = Attribute(
        "Tuple of dicts: `id`, `field`, `label`, `file` (a NamedBlobFile); `from_town` if a clerk "
        "has sent it to the citizen, `decision` (an id) if it is the PDF of a decision."
    )
    messages = Attribute("List of dicts: see kaarst.services.cases.messages.")
    clerk = Attribute("User id of who works on it, or an empty text.")
    department = Attribute("UID of the department it belongs to, or an empty text.")
    workflow_id = Attribute("Id of its workflow in portal_workflow; never changes.")
    tasks_done = Attribute("Tuple of (state, task) that a clerk has ticked.")
    name = Attribute("Who has sent it, as far as the form asked; or an empty text.")
    notes = Attribute("List of dicts: see kaarst.services.cases.notes.")
    papers = Attribute("List of kaarst.services.cases.papers.content.Paper.")
    split_from = Attribute("Number of the case it was split off from, or an empty text.")
    split_into = Attribute("Tuple of the numbers of its parts.")
    merged = Attribute("Tuple of the numbers of the cases that were merged into it.")
    merged_into = Attribute("Number of the case it was merged into, or an empty text.")
    decisions = Attribute("Tuple of kaarst.services.cases.decisions.issue.Decision.")
    channel = Attribute("Which way it came (cases.counter.channels); empty: sent by the citizen.")
    filed_by = Attribute("User id of the clerk who has filled it in for the citizen, or empty.")
    email = Attribute("Where the citizen is told that there is something new, or an empty text.")
    period = Attribute("Days from receipt until it is due, or None.")
    keep_days = Attribute("Days the case is kept after it was closed.")
    delete_on = Attribute("Day (in Germany) on which it is deleted, or None while it is open.")
    pauses = Attribute("Tuple of kaarst.services.cases.deadline.Pause.")
    history = Attribute("List of dicts: see kaarst.services.cases.history.")


class ICaseDesk(model.Schema):
    """Holds all cases of a town and the list the clerks work from."""


class ICaseReceived(IObjectEvent):
    """A case was made of what a citizen has sent; same transaction."""


@implementer(ICaseReceived)
class CaseReceived(ObjectEvent):
    """A case was made of what a citizen has sent."""


class ISummary(Interface):
    """What the clerk's list shows of a case. A plain dict in the database."""

    number = Attribute("Number.")
    state = Attribute("Workflow state.")
    received = Attribute("Received, ISO 8601 in UTC with offset; sorts by time.")
    due = Attribute("Due date, ISO 8601, or an empty text.")
    delete_on = Attribute("Day of deletion, ISO 8601, or an empty text.")
    answer_by = Attribute("Day by which the citizen is to answer, ISO 8601, or an empty text.")
    workflow = Attribute("Id of its workflow.")
    clerk = Attribute("User id of who works on it, or an empty text.")
    department = Attribute("UID of the department it belongs to, or an empty text.")
    title = Attribute("Title of the form.")
    text = Attribute("Words to search in: number, title, service, answers; casefolded.")
