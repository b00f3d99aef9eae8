"""The one action a form has: what was sent becomes a case."""

from collective.easyform.actions import Action
from collective.easyform.actions import ActionFactory
from collective.easyform.api import get_context
from kaarst.services import _
from kaarst.services.forms.interfaces import ICaseAction
from kaarst.services.forms.interfaces import KEEP_DAYS
from plone.supermodel.exportimport import BaseHandler
from zope.interface import implementer


@implementer(ICaseAction)
class CaseAction(Action):
    """Makes a case of what was sent."""

    def __init__(self, due_days=None, keep_days=None, **options):
        self.due_days = due_days
        self.keep_days = keep_days or KEEP_DAYS
        super().__init__(**options)

    def onSuccess(self, fields, request):
        """Called by collective.easyform with checked values by field name."""
        from kaarst.services.forms.submission import receive_values

        receive_values(get_context(self), fields)


CaseActionFactory = ActionFactory(
    CaseAction, _("Make a case of it"), "kaarst.services.UseCaseAction"
)
CaseActionHandler = BaseHandler(CaseAction)
