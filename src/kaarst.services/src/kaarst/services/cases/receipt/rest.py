"""`POST /@case-receipt`: the receipt by number and PIN, for other front ends."""

from kaarst.core.reference_lookup import guarded
from kaarst.core.reference_lookup import number_and_pin
from kaarst.core.rest import JsonPost
from kaarst.services.cases.desk import find_desk
from kaarst.services.cases.receipt import paper

import base64


class CaseReceiptPost(JsonPost):
    """Number and PIN → the PDF as plone.restapi writes files: name, type and base64."""

    max_body = 10_000
    changes = False

    def handle(self, data):
        number, pin = number_and_pin(data, shared=True)
        case = guarded(self.request, number, pin, find_desk().sealed, shared=True)
        return 200, {
            "filename": paper.filename(case),
            "content-type": "application/pdf",
            "encoding": "base64",
            "data": base64.b64encode(paper.pdf(case)).decode(),
        }
