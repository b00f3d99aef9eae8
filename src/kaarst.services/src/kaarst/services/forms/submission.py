"""From checked answers to a case: one transaction, one receipt."""

from dataclasses import dataclass
from datetime import datetime
from datetime import UTC
from kaarst.core import reference
from kaarst.core.town import town
from kaarst.services import _
from kaarst.services.cases import deadline
from kaarst.services.cases import history
from kaarst.services.cases import letters
from kaarst.services.cases.content import Case
from kaarst.services.cases.desk import find_desk
from kaarst.services.cases.interfaces import CaseReceived
from kaarst.services.forms import answers
from kaarst.services.forms import questions
from kaarst.services.forms import uploads
from kaarst.services.forms.interfaces import ICaseAction
from kaarst.services.forms.validators import BERLIN
from kaarst.services.scanning.kept import keep
from plone import api
from plone.supermodel import loadString
from zope.event import notify
from zope.schema import getFieldsInOrder


class FormClosed(Exception):
    """The form takes nothing: its action is switched off, or the site has no desk."""


@dataclass(frozen=True)
class Receipt:
    """What the citizen gets. `pin` is in the clear here and nowhere else."""

    number: str
    pin: str
    state: str
    mailed_to: str


def questionnaire(form):
    """The questions of a form as it is now."""
    return questions.read(form.fields_model, form.default_fieldset_label or "")


def case_action(form):
    """The form's action, or None when an editor has switched it off or removed it."""
    for _name, action in getFieldsInOrder(loadString(form.actions_model).schema):
        if ICaseAction.providedBy(action) and action.required:
            return action
    return None


def is_open(form):
    """Whether the form takes anything at present."""
    return case_action(form) is not None and find_desk() is not None


def receive(form, asked, values):
    """Makes a case of checked `values` (see answers.Checked) and returns its Receipt.

    `asked`: the Questionnaire they were checked by. Raises FormClosed.
    """
    action, desk = case_action(form), find_desk()
    if action is None or desk is None:
        raise FormClosed(form.getId())
    pin = reference.new_pin()
    now = datetime.now(UTC)
    due = None
    if action.due_days:
        due = deadline.due(now.astimezone(BERLIN).date(), action.due_days)
    mailed_to = values.get(asked.email, "") if asked.email else ""
    case = desk.receive(
        town().prefix,
        Case(
            title=form.Title(),
            language=form.Language(),
            sealed_pin=reference.seal_pin(pin),
            received=now,
            due=due,
            period=action.due_days,
            keep_days=action.keep_days,
            email=mailed_to,
            name=answers.sender(asked, values),
            form_title=form.Title(),
            form_path="/".join(form.getPhysicalPath()[len(api.portal.get().getPhysicalPath()) :]),
            form_version=asked.version,
            service_title=service_title(form),
            answers=tuple(answers.record(asked, values)),
            documents=tuple(_documents(asked, values)),
        ),
    )
    case.note(history.RECEIVED, who="")
    if mailed_to:
        send_confirmation(case, mailed_to)
    notify(CaseReceived(case))
    return Receipt(case.number, pin, case.state, mailed_to)


def receive_values(form, values):
    """For callers that hold values of the form's fields and no Checked (the easyform action).

    They are checked like any other; raises ValueError for what a citizen could not have sent.
    """
    asked = questionnaire(form)
    raw = {}
    for name, value in values.items():
        if name in asked.questions and value is not None:
            raw[name] = _as_json(value)
    checked = answers.check(asked, raw)
    if checked.errors:
        raise ValueError(", ".join(checked.errors))
    return receive(form, asked, checked.values)


def _as_json(value):
    if hasattr(value, "filename"):
        return uploads.Upload(value.filename, value.data)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return list(value) if isinstance(value, set | tuple) else value


def _documents(asked, values):
    number = 0
    for name, question in asked.questions.items():
        value = values.get(name)
        if isinstance(value, uploads.Document):
            number += 1
            yield {
                "id": str(number),
                "field": name,
                "label": question.label,
                "file": keep(value),
            }


def service_title(form):
    """The title of the first service that names this form, or an empty text."""
    for relation in api.relation.get(
        target=form, relationship="form", unrestricted=True, as_dict=False
    ):
        service = relation.from_object
        if service is not None and service.portal_type == "Service":
            return service.Title()
    return ""


def send_confirmation(case, address):
    """Queues the confirmation mail. It holds the number and not the PIN.

    Mail passes through and stays in places we do not know; with number and PIN together, whoever
    reads it could read the case.
    """
    letters.send(case, address, RECEIVED, _("mail_received_text", MAIL))


RECEIVED = _("mail_received_subject", "Received: ${title} (${number})")
MAIL = """Good day,

we have received what you sent: ${title}
Received: ${received}
Your number: ${number}

You can see at any time how far we are. You need your number and your PIN:
${url}

The PIN was shown once after you had sent the form. For your safety it is not in this mail.
If you do not have it any more, please call us or come by: we will give you a new one.

Kind regards
${town}"""
