"""What stands on the receipt of a case, and the PDF made of it."""

from kaarst.core.town import town
from kaarst.services import _
from kaarst.services.cases import trust
from kaarst.services.cases.letters import status_url
from kaarst.services.cases.receipt.seal import digest
from kaarst.services.cases.receipt.seal import seal
from kaarst.services.cases.receipt.seal import sent_with_form
from kaarst.services.documents.typeset import typeset
from kaarst.services.forms.validators import BERLIN
from kaarst.services.scanning.kept import ERASED
from kaarst.services.scanning.kept import FAILED
from kaarst.services.scanning.kept import INFECTED
from kaarst.services.scanning.kept import state
from pathlib import Path
from plone import api
from zope.i18n import translate

import base64
import io
import segno


# A drawing is shown before its scan has ended, because it was written anew, but not against its result.
BLOCKED = (ERASED, FAILED, INFECTED)
TEMPLATE = Path(__file__).with_name("receipt.typ")


def pdf(case) -> bytes:
    """The receipt of `case` in the language of its form."""
    return typeset(TEMPLATE, content(case))


def filename(case) -> str:
    """Under which name it is saved."""
    return f"{case.number}.pdf"


def content(case) -> dict:
    """Everything on the paper, as text in the language of the form."""
    language = (case.language or api.portal.get_default_language())[:2]

    def say(message):
        return translate(message, target_language=language)

    return {
        "language": language,
        "town": town().full_name,
        "address": [line for line in (town().street, town().postal_code_and_city) if line],
        "title": say(_("Confirmation of receipt")),
        "date": [case.received.year, case.received.month, case.received.day],
        "facts": [[say(label), say(text)] for label, text in _facts(case) if text],
        "steps": _steps(case, say),
        "documents_title": say(_("Documents")),
        "documents": [
            {
                "label": document["label"],
                "name": document["file"].filename,
                "size": f"{-(-document['file'].getSize() // 1024)} kB",
                "digest": digest(document),
            }
            for document in sent_with_form(case)
        ],
        "next": say(_("How to follow your case")),
        "follow": say(
            _("You can see at any time how far we are. You need this number and your PIN.")
        ),
        "url": status_url(),
        "code": _code(status_url()),
        "code_text": say(_("Code to scan: the page that shows the state of your case")),
        "seal_title": say(_("Seal of the receipt")),
        "seal": seal(case, case.aq_parent.receipt_key),
        "page": say(_("Page")),
        "of": say(_("page_of_pages", "of")),
    }


def _facts(case):
    received = f"{case.received.astimezone(BERLIN):%d.%m.%Y, %H:%M}"
    return (
        (_("Your number"), case.number),
        (_("Form"), case.form_title),
        (_("Service"), case.service_title),
        (_("Received"), received),
        (_("Login"), trust.login(case)),
        (_("Sent for somebody else"), _for_whom(case.sent_for)),
        (_("We want to be done by"), f"{case.due:%d.%m.%Y}" if case.due else ""),
    )


def _for_whom(sent):
    if not sent:
        return ""
    mapping = {"by": sent["by"], "name": sent["name"]}
    return _("case_sent_by_for", "Sent by ${by} for ${name}.", mapping=mapping)


def _steps(case, say):
    steps, drawings, mixed = {}, _drawings(case), trust.is_mixed(case)
    for answer in case.answers:
        text = answer["text"]
        if answer["type"] == "yes_no":
            text = say(_("Yes") if answer["value"] else _("No"))
        drawn = drawings.get(answer["field"], "") if answer["type"] == "signature" else ""
        if drawn:
            text = say(_("drawn by hand"))
        if mixed:
            text = f"{text} ({say(trust.of_answer(answer))})"
        steps.setdefault(answer["step"], []).append([answer["label"], text, drawn])
    first = say(_("What was sent"))
    return [{"title": title or first, "answers": answers} for title, answers in steps.items()]


def _drawings(case):
    """Signatures that were drawn, as SVG by field: of these points nothing is left but the points."""
    signed = {answer["field"] for answer in case.answers if answer["type"] == "signature"}
    return {
        document["field"]: _in_svg(document["file"].data)
        for document in sent_with_form(case)
        if document["field"] in signed and state(document["file"]) not in BLOCKED
    }


def _in_svg(png):
    data = base64.b64encode(png).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 400" width="1200" height="400">'
        f'<image width="1200" height="400" href="data:image/png;base64,{data}"/></svg>'
    )


def _code(text):
    """A QR code as SVG."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="svg", xmldecl=False, scale=4, border=2)
    return drawn.getvalue().decode()
