"""A decision or another letter from the first word to the file, and what can be done with it.

Only a released one goes out to the citizen: `issue.issue` and `letter.send` are called from here alone.
"""

from datetime import datetime
from datetime import UTC
from kaarst.core.address import not_by_address
from kaarst.services import _
from kaarst.services.cases.content import current_user
from kaarst.services.cases.decisions import issue
from kaarst.services.cases.papers import definition
from kaarst.services.cases.papers import letter
from kaarst.services.cases.papers import plan as plans
from kaarst.services.cases.workflow.plan import CLOSED
from OFS.SimpleItem import SimpleItem
from plone import api
from Products.CMFCore.interfaces import IWorkflowAware
from Products.CMFCore.WorkflowCore import WorkflowException
from zExceptions import NotFound
from zope.interface import Attribute
from zope.interface import implementer


class NotPossible(Exception):
    """`args[0]`: why, as a Message."""


DECISION, LETTER = "decision", "letter"
CLOSED_CASE = _("This case is closed. Please take it up again before you write.")
NEEDS_REVIEW = _("A decision has to be reviewed by somebody else before it is released.")
OWN = _("Somebody else has to release it: you have written it.")
NOT_ANY_MORE = _("This is not possible any more. Somebody was faster.")
FIXED = _("Only a draft can be changed. Give it back first.")
NOT_NOW = _("This case cannot be decided now. Perhaps somebody was faster.")


class IPaper(IWorkflowAware):
    """A letter that is being written, or was."""

    kind = Attribute("DECISION or LETTER, which decides nothing.")
    texts = Attribute("A kaarst.services.cases.decisions.issue.Draft.")
    hands = Attribute("Tuple of the user ids of all who have written or changed it.")
    changed = Attribute("When it was last changed, aware, UTC.")
    decision = Attribute("Id of the decision it has become, or an empty text.")
    document = Attribute("Id of the PDF the citizen has, once it is released; else an empty text.")


@implementer(IPaper)
@not_by_address
class Paper(SimpleItem):
    """A letter of a case. Its state is a workflow's; it lives in `case.papers`."""

    meta_type = portal_type = "CasePaper"
    decision = document = ""

    def __init__(self, id, texts, who, kind):
        self.kind = kind
        self.id = id
        self.texts = texts
        self.hands = (who,)
        self.changed = datetime.now(UTC)

    @property
    def state(self):
        return api.portal.get_tool("portal_workflow").getInfoFor(self, "review_state")


def all_of(case) -> list[Paper]:
    """The papers of a case, wrapped, oldest first."""
    return [paper.__of__(case) for paper in case.papers]


def find(case, id) -> Paper:
    """Raises NotFound."""
    for paper in all_of(case):
        if paper.getId() == id:
            return paper
    raise NotFound(id)


def errors(draft) -> dict:
    """What keeps a draft from being saved: it may be incomplete, but not endless."""
    found = draft.errors()
    return {
        name: text
        for name, text in found.items()
        if len(getattr(draft, name)) > issue.LONGEST[name]
    }


def release_errors(kind: str, draft) -> dict:
    """What keeps a letter from being released: `{field: Message}`."""
    found = draft.errors()
    if kind == LETTER and not draft.remedy.strip():
        # What decides nothing cannot be objected to.
        found.pop("remedy", None)
    return found


def write(case, draft, kind=DECISION) -> Paper:
    """A new paper of the case, as a draft."""
    last = max((int(paper.getId()) for paper in case.papers), default=0)
    paper = Paper(str(last + 1), draft, current_user(), kind)
    case.papers.append(paper)
    paper = paper.__of__(case)
    api.portal.get_tool("portal_workflow").notifyCreated(paper)
    case.note("paper_written", draft.heading)
    case.changed()
    return paper


def change(paper, draft) -> None:
    """Other words for a draft. Raises NotPossible in any other state."""
    if paper.state != plans.DRAFT:
        raise NotPossible(FIXED)
    if draft == paper.texts:
        return
    paper.texts = draft
    paper.changed = datetime.now(UTC)
    paper.hands = tuple(dict.fromkeys((*paper.hands, current_user())))
    paper.aq_parent.changed()


def discard(paper) -> None:
    """Throws a draft away. Raises NotPossible for what is more than a draft."""
    case = paper.aq_parent
    if paper.state != plans.DRAFT:
        raise NotPossible(FIXED)
    case.papers[:] = [kept for kept in case.papers if kept.getId() != paper.getId()]
    case.note("paper_discarded", paper.texts.heading)
    case.changed()


def allowed(paper) -> list[str]:
    """The transitions that the user may take a paper through now, in the order of the page."""
    tool = api.portal.get_tool("portal_workflow")
    found = {item["id"] for item in tool.getTransitionsFor(paper)}
    if "release" in found and not _may_release(paper):
        found.discard("release")
    return [id for id in plans.LEADS_TO if id in found]


def move(paper, transition: str, comment: str = ""):
    """Takes a paper on. A released decision is issued and returned; a letter is sent.

    To be released, the texts have to be without errors (`release_errors`). Raises NotPossible.
    """
    case = paper.aq_parent
    if transition not in allowed(paper):
        own = transition == "release" and not _may_release(paper)
        raise NotPossible(OWN if own else NOT_ANY_MORE)
    releases = transition == "release"
    if releases and paper.kind == DECISION and not issue.may_decide(case):
        raise NotPossible(NOT_NOW)
    if releases and paper.kind == LETTER and case.state in CLOSED:
        raise NotPossible(CLOSED_CASE)
    tool = api.portal.get_tool("portal_workflow")
    try:
        tool.doActionFor(paper, transition, comment=comment)
    except WorkflowException as error:
        raise NotPossible(error.args[0] if error.args else NOT_ANY_MORE) from None
    note = f"{paper.texts.heading}: {comment}" if comment else paper.texts.heading
    case.note(f"paper_{transition}", note)
    if not releases:
        return None
    if paper.kind == LETTER:
        paper.document = letter.send(case, paper.texts)
        return None
    decision = issue.issue(case, paper.texts)
    paper.decision, paper.document = decision.id, decision.document
    return decision


def issue_at_once(case, draft):
    """Written and released in one go, where nobody else has to look. Raises NotPossible."""
    if definition.read().four_eyes:
        raise NotPossible(NEEDS_REVIEW)
    return move(write(case, draft), "release")


def before_transition(paper, event):
    """Nobody releases their own words where four eyes are wanted, whichever way they ask for it."""
    releases = event.transition is not None and event.transition.getId() == "release"
    if releases and not _may_release(paper):
        raise WorkflowException(OWN)


def _may_release(paper):
    return plans.may_release(definition.read(), paper.hands, current_user())
