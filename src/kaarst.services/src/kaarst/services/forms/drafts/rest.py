"""`POST {form}/@form-draft` and its companions: begun forms over REST.

Number and PIN go in the body; an unknown number and a wrong PIN get the same 404.
"""

from kaarst.core import ratelimit
from kaarst.core.reference_lookup import guarded
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonPost
from kaarst.services import _
from kaarst.services.forms import jsonschema
from kaarst.services.forms import uploads
from kaarst.services.forms import versions
from kaarst.services.forms.drafts import store
from kaarst.services.forms.editor import require_checked
from kaarst.services.forms.gate import HOUR
from kaarst.services.forms.rest import asked_version
from kaarst.services.forms.rest import decoded
from kaarst.services.forms.rest import FormPost
from kaarst.services.forms.validators import BERLIN
from kaarst.services.forms.view import DRAFTS


class DraftService(JsonPost):
    """What the services for begun forms share."""

    max_body = FormPost.max_body

    def found(self, data, allowed):
        """The draft for number and PIN in `data`, which may hold the `allowed` names besides.

        Raises ApiError 400, and what guarded raises.
        """
        require_checked(self.context)
        self.only(data, ("number", "pin", *allowed))
        number, pin = data.get("number"), data.get("pin")
        if not isinstance(number, str) or not isinstance(pin, str):
            raise invalid({"number": _("Please send number and PIN.")})
        return guarded(self.request, number, pin, store.sealed(self.context))

    def only(self, data, allowed):
        unknown = [name for name in data if name not in allowed]
        if unknown or ("data" in allowed and not isinstance(data.get("data"), dict)):
            raise invalid({"data": _("Please send an object with the answers.")})

    def save(self, data, version, draft=None):
        """Saves `data`; raises ApiError 400 if anything of it cannot be saved."""
        asked = version.asked
        raw, errors = decoded(asked, data)
        for name in set(data) - set(asked.questions):
            errors[str(name)[:60]] = _("error_unknown_field", "The form has no such field.")
        if errors:
            raise invalid(errors)
        gone = [name for name in data if data[name] is None]
        saved = store.save(self.context, version, raw, uploads.Limits(), draft, gone)
        if saved.errors:
            raise invalid(saved.errors)
        return saved


def described(draft):
    """A draft without its answers."""
    return {
        "number": draft.number,
        "version": draft.version,
        "saved": draft.saved.astimezone(BERLIN).isoformat(timespec="seconds"),
        "expires": draft.expires.astimezone(BERLIN).isoformat(timespec="seconds"),
    }


class DraftPost(DraftService):
    """Begins a draft: `{"data", "version"}` → `number` and `pin`."""

    def handle(self, data):
        require_checked(self.context)
        self.only(data, ("data", "version"))
        version = asked_version(self.context, data.get("version"))
        ratelimit.hit(f"draft:False:{ratelimit.client(self.request)}", DRAFTS, HOUR)
        saved = self.save(data["data"], version)
        url = f"{self.context.absolute_url()}/@@form-draft?number={saved.draft.number}"
        return 201, {**described(saved.draft), "pin": saved.pin, "resume_url": url}


class DraftSave(DraftService):
    """Saves anew. A file that does not come again is kept; null removes it."""

    def handle(self, data):
        draft = self.found(data, ("data",))
        version = versions.find(self.context, draft.version)
        return 200, described(self.save(data["data"], version, draft).draft)


class DraftResume(DraftService):
    """The answers so far, and the version of the form they were begun with."""

    changes = False

    def handle(self, data):
        draft = self.found(data, ())
        asked = versions.find(self.context, draft.version).asked
        files = {
            name: {
                "filename": file.filename,
                "content-type": file.contentType,
                "size": file.getSize(),
            }
            for name, file in draft.files.items()
        }
        return 200, {
            **described(draft),
            "data": dict(draft.raw),
            "files": files,
            "schema": jsonschema.schema(asked, uploads.Limits()),
            "steps": jsonschema.steps(asked),
            "rules": jsonschema.rules(asked),
        }


class DraftDelete(DraftService):
    """Deletes a draft with its files."""

    def handle(self, data):
        store.drop(self.found(data, ()))
        return 200, {"deleted": True}
