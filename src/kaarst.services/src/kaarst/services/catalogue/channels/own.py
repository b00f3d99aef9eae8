"""Form, other authority, telephone and counter."""

from functools import cached_property
from kaarst.core.interfaces import IServiceChannel
from kaarst.core.places.contact import phone_url
from kaarst.core.places.relations import first
from kaarst.core.places.relations import related
from kaarst.core.signin.levels import TITLES
from kaarst.core.signin.levels import WAYS
from kaarst.services import _
from kaarst.services.catalogue.channels.base import Channel
from kaarst.services.catalogue.interfaces import IService
from kaarst.services.forms.login import demand
from kaarst.services.interfaces import IKaarstServicesLayer
from plone import api
from urllib.parse import urlsplit
from zope.component import adapter
from zope.interface import implementer


@implementer(IServiceChannel)
@adapter(IService, IKaarstServicesLayer)
class FormChannel(Channel):
    """The form on this site, once it is published and the reader may see it."""

    kind = "form"
    order = 10
    title = _("Apply online")

    @property
    def description(self):
        needed = demand.needed(self._form)
        if not needed:
            return _("You need no account. Your entries are sent encrypted.")
        return _(
            "channel_needs_login",
            "For this you sign in at the level “${level}”: ${way}. Your entries are sent encrypted.",
            mapping={"level": TITLES[needed], "way": WAYS[needed]},
        )

    @property
    def help_url(self):
        """Where one reads how to get the login; empty where none is needed."""
        return demand.help_url() if demand.needed(self._form) else ""

    @cached_property
    def _form(self):
        form = first(self.service, "form")
        if form is None or api.content.get_state(form, default="published") != "published":
            return None
        return form

    @property
    def available(self):
        return self._form is not None

    @property
    def url(self):
        return self._form.absolute_url()


@implementer(IServiceChannel)
@adapter(IService, IKaarstServicesLayer)
class OtherAuthorityChannel(Channel):
    """A page of another authority."""

    kind = "link"
    order = 20

    @property
    def available(self):
        return bool(self.service.online_url)

    @property
    def url(self):
        return self.service.online_url

    @property
    def title(self):
        return _("Apply at ${host}", mapping={"host": self._host})

    @property
    def description(self):
        return _("You leave this website. Another authority is responsible there.")

    @property
    def _host(self):
        return (urlsplit(self.service.online_url).hostname or "").removeprefix("www.")


@implementer(IServiceChannel)
@adapter(IService, IKaarstServicesLayer)
class PhoneChannel(Channel):
    """A call in which the service can be dealt with."""

    kind = "phone"
    order = 40
    description = _("Have the papers at hand when you call.")

    @property
    def available(self):
        return bool(self.service.phone)

    @property
    def url(self):
        return phone_url(self.service.phone)

    @property
    def title(self):
        return _("By telephone: ${number}", mapping={"number": self.service.phone})


@implementer(IServiceChannel)
@adapter(IService, IKaarstServicesLayer)
class CounterChannel(Channel):
    """The contact points, further down on the page."""

    kind = "counter"
    order = 50
    title = _("In person")

    @cached_property
    def _points(self):
        return related(self.service, "contact_points")

    @property
    def available(self):
        return bool(self._points)

    @property
    def url(self):
        return f"{self.service.absolute_url()}#who-helps"

    @property
    def description(self):
        return self._points[0].title
