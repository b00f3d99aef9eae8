"""`GET {service or folder}/@service-export?format=`: a file as plone.restapi writes files."""

from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.services import _
from kaarst.services.catalogue.exchange import browser
from kaarst.services.catalogue.exchange.files import FORMATS

import base64


class ServiceExportGet(JsonGet):
    """Name, type and base64."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        name = self.request.form.get("format", "xml")
        format = FORMATS.get(name) if isinstance(name, str) else None
        if format is None:
            raise invalid({"format": _("Please choose xml or csv.")})
        return {
            "filename": browser.filename(self.context, format),
            "content-type": format.content_type,
            "encoding": "base64",
            "data": base64.b64encode(format.write(browser.records(self.context))).decode(),
        }
