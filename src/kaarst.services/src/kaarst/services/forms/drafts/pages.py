"""Pages for begun forms: what the script saves to, and where one comes back to."""

from kaarst.core.reference import InvalidNumber
from kaarst.core.reference_lookup import explain
from kaarst.core.reference_lookup import guarded
from kaarst.core.reference_lookup import REFUSALS
from kaarst.core.rest import ApiError
from kaarst.core.rest.services import check_origin
from kaarst.services import _
from kaarst.services.forms.drafts import store
from kaarst.services.forms.view import FormView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile

import json


class SaveDraft(FormView):
    """For the script: saves what is in the form and answers in JSON."""

    def __call__(self):
        self.start()
        response = self.request.response
        response.setHeader("Content-Type", "application/json; charset=utf-8")
        response.setHeader("Cache-Control", "no-store")
        if self.request.method != "POST" or not self.is_open():
            response.setStatus(400)
            return json.dumps({"message": ""})
        self.send()
        answer = {"message": self.translate(self.message), "errors": {}}
        for name, message in self.errors.items():
            answer["errors"][name] = self.translate(message)
        if self.saved is not None and self.saved.draft is not None:
            draft = self.saved.draft
            answer.update(
                draft=draft.handle,
                number=draft.number,
                pin=self.saved.pin,
                link=self.resume_url(),
                until=self.until(),
            )
        return json.dumps(answer)

    def send(self):
        self.raw = self.read()
        self.save_draft()


class ResumeDraft(FormView):
    """Where one comes back to a begun form, with its number and PIN."""

    resume_template = ViewPageTemplateFile("templates/resume.pt")
    error = number_error = deleted = ""

    def __call__(self):
        self.start()
        self.request.response.setHeader("Cache-Control", "private, no-store")
        if not self.is_open():
            return self.closed_template()
        if self.request.method != "POST":
            return self.resume_template()
        draft = self._found()
        if draft is None:
            return self.resume_template()
        if self.request.form.get("delete"):
            store.drop(draft)
            self.deleted = True
            return self.resume_template()
        # From here on it is the form, filled in.
        self.__dict__["draft"] = draft
        self.begin_from_draft()
        return self.form_template()

    def _found(self):
        """The draft for what was typed, or None and a message."""
        form, response = self.request.form, self.request.response
        number, pin = str(form.get("number", "")), str(form.get("pin", ""))
        try:
            check_origin(self.context, self.request)
            return guarded(self.request, number, pin, store.sealed(self.context))
        except InvalidNumber as error:
            self.number_error = explain(error, response)
        except REFUSALS as error:
            self.error = explain(error, response)
        except ApiError:
            response.setStatus(403)
            self.error = _("This form was sent from another website. Please send it once more.")
        return None

    def typed_number(self):
        number = self.request.form.get("number", "")
        return number[:64] if isinstance(number, str) else ""
