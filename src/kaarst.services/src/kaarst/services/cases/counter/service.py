"""The way from the page of a service to its form, for a clerk who fills it in for somebody."""

from AccessControl import getSecurityManager
from kaarst.core.interfaces import IServiceChannel
from kaarst.services import _
from kaarst.services.catalogue.channels.own import FormChannel
from kaarst.services.catalogue.interfaces import IService
from kaarst.services.interfaces import IKaarstServicesLayer
from zope.component import adapter
from zope.interface import implementer


FILE = "kaarst.services: File a case for a citizen"


@implementer(IServiceChannel)
@adapter(IService, IKaarstServicesLayer)
class FilingChannel(FormChannel):
    """The form of a service, to be filled in by a clerk; nobody else sees it."""

    kind = "clerk"
    order = 90
    title = _("Fill in for somebody")
    description = _("For the town hall: at the counter, on the phone, from a letter.")

    @property
    def available(self):
        if not getSecurityManager().checkPermission(FILE, self.service):
            return False
        return super().available and bool(getSecurityManager().checkPermission(FILE, self._form))

    @property
    def url(self):
        return f"{self._form.absolute_url()}/@@file-case"
