"""`POST {folder}/@service-import`: what a file would do, and doing it."""

from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonPost
from kaarst.services import _
from kaarst.services.catalogue.exchange import files
from kaarst.services.catalogue.exchange import plan
from kaarst.services.catalogue.exchange import site
from kaarst.services.catalogue.exchange.browser import LEAVE_OUT
from kaarst.services.catalogue.exchange.records import LARGEST
from kaarst.services.catalogue.exchange.records import NotReadable
from zope.interface import Invalid

import base64
import binascii


NO_FILE = _("note_no_file", default="A file is an object with “data” in base64.")
NO_FLAG = _("Please send true or false.")


class ServiceImportPost(JsonPost):
    """`{"file": {"data", "encoding"}, "dry_run", "leave_out"}` → the report.

    All in one transaction. A file with mistakes is a 409 with the report, and nothing happens, unless
    `leave_out` says that services with mistakes are left out.
    """

    max_body = LARGEST * 4 // 3 + 10_000

    def handle(self, data):
        errors = {
            name: NO_FLAG
            for name in ("dry_run", "leave_out")
            if not isinstance(data.get(name, False), bool)
        }
        try:
            content = decoded(data.get("file"))
        except Invalid as error:
            errors["file"] = error.args[0]
        if errors:
            raise invalid(errors)
        try:
            made = plan.make(files.read(content), site.state())
        except NotReadable as error:
            raise invalid({"file": error.message}) from None
        report = described(made)
        if data.get("dry_run", False):
            return 200, {"done": False, **report}
        if made.having(plan.WRONG) and not data.get("leave_out", False):
            raise ApiError(409, "ServicesWithMistakes", LEAVE_OUT, more=report)
        try:
            site.carry_out(made, self.context)
        except site.NotAllowed:
            raise ApiError(403, "Forbidden", _("You may not add services here.")) from None
        return 200, {"done": True, **report}


def decoded(file) -> bytes:
    """The content of a file as plone.restapi writes files. Raises Invalid with a message."""
    if not isinstance(file, dict) or not isinstance(file.get("data"), str):
        raise Invalid(NO_FILE)
    if file.get("encoding", "base64") != "base64":
        raise Invalid(NO_FILE)
    try:
        return base64.b64decode(file["data"], validate=True)
    except (binascii.Error, ValueError):
        raise Invalid(NO_FILE) from None


def described(made: plan.Plan) -> dict:
    """The report: services in the order of the file, and notes about the file itself."""
    return {
        "items": [
            {
                "title": item.title,
                "line": item.record.line,
                "action": item.action,
                "UID": item.known.uid if item.known else None,
                "changes": [change.name for change in item.changes],
                "notes": [_note(note) for note in item.notes],
            }
            for item in made.items
        ],
        "notes": [_note(note) for note in made.notes],
    }


def _note(note) -> dict:
    return {"line": note.line, "message": note.message, "wrong": note.wrong}
