"""The desk of a site, and what is done there as soon as something happens to a case."""

from kaarst.core.interfaces import IJob
from kaarst.services import _
from kaarst.services.cases.interfaces import ICaseDesk
from plone import api
from plone.dexterity.utils import createContent
from Products.CMFCore.WorkflowCore import WorkflowException
from zope.i18n import translate
from zope.interface import implementer


DESK_ID = "vorgaenge"
#: In these states nothing more happens, and the time of keeping runs.
CLOSED = ("decided", "withdrawn")


def find_desk(site=None):
    """The desk of `site`, or None while kaarst.services is not installed."""
    site = site or api.portal.get()
    desk = site.get(DESK_ID) if DESK_ID in site.objectIds() else None
    return desk if ICaseDesk.providedBy(desk) else None


def make_desk(site):
    """Makes the desk if the site has none; called when the package is installed."""
    if find_desk(site) is None:
        title = translate(_("Cases"), target_language=api.portal.get_default_language())
        desk = createContent("CaseDesk", title=title, exclude_from_nav=True)
        desk.id = DESK_ID
        site._setObject(DESK_ID, desk)
    return find_desk(site)


def before_transition(case, event):
    """The clock stands still only with a message to the citizen, whichever way somebody asks for it.

    Raises WorkflowException.
    """
    asks = event.transition is not None and event.transition.getId() == "ask"
    if asks and not (case.messages and case.messages[-1]["asks"]):
        raise WorkflowException(_("Please write what you need: a question is a message."))


def after_transition(case, event):
    """A case has changed its state: into the history and onto the list; the clock stops or goes on."""
    if event.transition is None:
        return
    note = (event.kwargs or {}).get("comment", "")
    case.note(event.transition.getId(), note)
    if "waiting" in (event.old_state.getId(), event.new_state.getId()):
        case.wind_clock(event.new_state.getId() != "waiting")
    case.set_retention(event.new_state.getId() in CLOSED)
    case.changed()


@implementer(IJob)
class SettleCases:
    """Moves new and changed cases into the catalogue of the clerk's list."""

    interval = 5

    def run(self, site):
        desk = find_desk(site)
        if desk is not None:
            desk.index.settle()
