"""`@openapi`: the description of the interface, for programs and for those who write them."""

from kaarst.core.openapi.document import document
from plone import api
from plone.restapi.services import Service
from Products.Five.browser import BrowserView

import json


def of_site(context) -> dict:
    title = api.portal.get_registry_record("plone.site_title", default="") or "Kaarst"
    return document(title, context.absolute_url())


class OpenAPIGet(Service):
    """The document for a client that asks for JSON."""

    def reply(self):
        return of_site(self.context)


class OpenAPIView(BrowserView):
    """The same for whoever opens the address in a browser or with curl."""

    def __call__(self):
        self.request.response.setHeader("Content-Type", "application/json")
        return json.dumps(of_site(self.context), indent=2)
