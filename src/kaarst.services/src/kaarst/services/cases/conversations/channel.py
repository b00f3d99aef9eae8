"""The way from the page of a service to its department, for who has an account."""

from kaarst.core.account import store as accounts
from kaarst.core.interfaces import IServiceChannel
from kaarst.services import _
from kaarst.services.catalogue.channels.base import Channel
from kaarst.services.catalogue.interfaces import IService
from kaarst.services.interfaces import IKaarstServicesLayer
from plone import api
from zope.component import adapter
from zope.interface import implementer


@implementer(IServiceChannel)
@adapter(IService, IKaarstServicesLayer)
class MessageChannel(Channel):
    """A message about the service; the answer stands in the account."""

    kind = "mail"
    order = 60
    title = _("Write to us about it")
    description = _("The answer stands in your account.")

    @property
    def available(self):
        return bool(accounts.current())

    @property
    def url(self):
        return f"{api.portal.get().absolute_url()}/write-to-town-hall?service={self.service.UID()}"
