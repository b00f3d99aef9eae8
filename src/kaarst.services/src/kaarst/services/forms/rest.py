"""`GET` and `POST {form}/@form`: a form for front ends that draw it themselves."""

from kaarst.core import ratelimit
from kaarst.core.acting import intent
from kaarst.core.proof.service import for_clients
from kaarst.core.reference_lookup import guarded
from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.services import _
from kaarst.services.cases import letters
from kaarst.services.forms import jsonschema
from kaarst.services.forms import prefill
from kaarst.services.forms import proof
from kaarst.services.forms import submission
from kaarst.services.forms import uploads
from kaarst.services.forms import versions
from kaarst.services.forms.drafts import store as drafts
from kaarst.services.forms.editor import require_checked
from kaarst.services.forms.gate import HOUR
from kaarst.services.forms.login import demand
from kaarst.services.forms.validators import BERLIN
from kaarst.services.forms.view import SENDINGS
from zExceptions import NotFound

import base64
import binascii


#: What a client may send.
FIELDS = ("data", "version", "proof", "draft", "acting")
WRONG_FILE = _("error_file_encoding", "A file is an object with “filename” and “data” in base64.")


class FormGet(JsonGet):
    """The form as JSON Schema, with its version, steps and rules."""

    def handle(self):
        require_checked(self.context)
        version = versions.current(self.context)
        if version is None or not version.is_sound:
            raise NotFound("This form was never published.")
        asked = version.asked
        known = prefill.known(asked, self.request)
        acting = intent.described(self.request)
        if known or acting:
            self.request.response.setHeader("Cache-Control", "private, no-store")
        return {
            "@id": f"{self.context.absolute_url()}/@form",
            "title": version.texts["title"],
            "description": version.texts["description"],
            "open": submission.is_open(self.context),
            "level": demand.needed(self.context).word,
            "version": version.number,
            "published": version.published.astimezone(BERLIN).isoformat(timespec="seconds"),
            "schema": jsonschema.schema(asked, uploads.Limits()),
            "steps": jsonschema.steps(asked),
            "rules": jsonschema.rules(asked),
            "prefill": prefill.described(known),
            "acting": acting,
            "challenge": for_clients(proof.guard(self.context, self.request)),
        }


class FormPost(JsonPost):
    """Answers → a case. The body: `{"data": {...}, "version": "...", "proof": "..."}`.

    The version is optional; `acting` too: for whom the login acted when the form was read, as `@form`
    says it (409 if that has changed). A begun form is sent with `"draft": {"number", "pin"}`: it brings its
    own version, and the files that are not among the data. The proof is wanted only where `@form` gives a `challenge`.
    """

    # All files, in base64, and the rest.
    max_body = uploads.Limits().total * 4 // 3 + 1_000_000

    def handle(self, data):
        require_checked(self.context)
        ratelimit.hit(f"form:{ratelimit.client(self.request)}", SENDINGS, HOUR)
        unknown = [name for name in data if name not in FIELDS]
        if not isinstance(data.get("data"), dict) or unknown:
            raise invalid({"data": _("Please send an object with the answers.")})
        require_level(self.context)
        intent.require(self.request, data)
        draft = self._draft(data.get("draft"))
        if draft is not None:
            version = versions.find(self.context, draft.version)
        else:
            version = asked_version(self.context, data.get("version"))
        asked = version.asked
        raw, errors = decoded(asked, data["data"])
        for name in draft.files if draft is not None else ():
            if name not in data["data"]:
                raw[name] = draft.document(name)
        key = self.request.getHeader("Idempotency-Key") or ""
        guard = proof.guard(self.context, self.request)
        proof.check_api(guard, data.get("proof"), key, raw)
        known = prefill.known(asked, self.request)
        checked, trusted = prefill.check(asked, raw, uploads.Limits(), known)
        errors = {**checked.errors, **errors}
        if errors:
            raise invalid(errors)
        try:
            receipt = submission.receive(
                self.context, asked, checked.values, version, trusted=trusted
            )
        except submission.FormClosed:
            raise ApiError(
                409, "FormClosed", _("This form is closed at present. Please call us or come by.")
            ) from None
        if draft is not None:
            drafts.settle(draft)
        return 201, {
            "number": receipt.number,
            "pin": receipt.pin,
            "state": receipt.state,
            "status_url": letters.status_url(),
        }

    def _draft(self, given):
        """The draft that is sent, or None; raises what guarded raises."""
        if given is None:
            return None
        number, pin = (given.get("number"), given.get("pin")) if isinstance(given, dict) else (0, 0)
        if not isinstance(number, str) or not isinstance(pin, str):
            raise invalid({"draft": _("Please send number and PIN.")})
        return guarded(self.request, number, pin, drafts.sealed(self.context))


def require_level(form):
    """Raises ApiError 403 with the `level` that is needed."""
    try:
        demand.require(form)
    except demand.LevelTooLow as error:
        message = demand.message(error.needed)
        raise ApiError(403, "LevelTooLow", message, more={"level": error.needed.word}) from None


def asked_version(form, number):
    """The Version a client made its data for, the current one if it names none.

    Raises ApiError 409 for a version that is not taken any more, or never was, and for a form that
    was never published.
    """
    current = versions.current(form)
    if current is None or not current.is_sound:
        raise ApiError(
            409, "FormClosed", _("This form is closed at present. Please call us or come by.")
        )
    if number is None:
        return current
    try:
        return versions.taken(form, number)
    except versions.NoVersion:
        raise ApiError(
            409,
            "FormChanged",
            _("The form has changed in the meantime. Please read it again."),
            more={"version": current.number},
        ) from None


def decoded(asked, data):
    """The data with files as Uploads, and messages for files that cannot be read."""
    raw, errors = dict(data), {}
    for name, question in asked.questions.items():
        is_drawn = question.is_signature and isinstance(raw.get(name), dict)
        if (question.is_upload or is_drawn) and raw.get(name) is not None:
            found = upload(raw[name])
            if found is None:
                errors[name] = WRONG_FILE
            else:
                raw[name] = found
    return raw, errors


def upload(value):
    """An Upload out of plone.restapi's way to write files, or None."""
    if not isinstance(value, dict) or value.get("encoding", "base64") != "base64":
        return None
    filename, data = value.get("filename"), value.get("data")
    if not isinstance(filename, str) or not filename.strip() or not isinstance(data, str):
        return None
    if set(value) - {"filename", "content-type", "data", "encoding"}:
        return None
    try:
        return uploads.Upload(filename, base64.b64decode(data, validate=True))
    except (binascii.Error, ValueError):
        return None
