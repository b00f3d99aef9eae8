"""`POST {form}/@file-case`: a clerk sends a form for a citizen."""

from datetime import datetime
from datetime import UTC
from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonPost
from kaarst.services import _
from kaarst.services.cases import letters
from kaarst.services.cases.content import current_user
from kaarst.services.cases.counter import channels
from kaarst.services.cases.desk import find_desk
from kaarst.services.forms import answers
from kaarst.services.forms import submission
from kaarst.services.forms import uploads
from kaarst.services.forms.editor import require_checked
from kaarst.services.forms.rest import asked_version
from kaarst.services.forms.rest import decoded


FIELDS = ("data", "version", "channel", "received")


class FileCasePost(JsonPost):
    """`data`, `channel`, and if wanted `received` (a day) and `version` → number and PIN."""

    max_body = uploads.Limits().total * 4 // 3 + 1_000_000

    def handle(self, data):
        require_checked(self.context)
        unknown = sorted(data.keys() - set(FIELDS))
        if unknown:
            raise invalid({unknown[0]: _("There is no such field.")})
        if not isinstance(data.get("data"), dict):
            raise invalid({"data": _("Please send an object with the answers.")})
        version = asked_version(self.context, data.get("version"))
        raw, errors = decoded(version.asked, data["data"])
        checked = answers.check(version.asked, raw)
        origin, wrong = channels.checked(
            data.get("channel"), data.get("received"), current_user(), datetime.now(UTC)
        )
        errors = {**checked.errors, **errors, **wrong}
        if errors:
            raise invalid(errors)
        try:
            receipt = submission.receive(
                self.context, version.asked, checked.values, version, origin
            )
        except submission.FormClosed:
            raise ApiError(
                409, "FormClosed", _("This form is closed at present. Please call us or come by.")
            ) from None
        return 201, {
            "@id": find_desk().case(receipt.number).absolute_url(),
            "number": receipt.number,
            "pin": receipt.pin,
            "state": receipt.state,
            "status_url": letters.status_url(),
        }
