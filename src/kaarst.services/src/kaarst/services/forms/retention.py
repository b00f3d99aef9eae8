"""How long files of a form are kept that was not sent yet."""

from kaarst.core.interfaces import IRetention
from kaarst.services import _
from kaarst.services.forms.held import LIFETIME
from zope.interface import implementer


@implementer(IRetention)
class HeldFiles:
    """Files that came with a form that had mistakes in it."""

    order = 20
    data = _("Files of a form that you have not finished")
    purpose = _("So that you need not choose them again after a mistake")

    def period(self, site):
        return _("${count} hours", mapping={"count": LIFETIME.seconds // 3600})
