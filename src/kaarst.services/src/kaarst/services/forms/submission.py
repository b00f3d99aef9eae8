"""From checked answers to a case: one transaction, one receipt."""

from dataclasses import dataclass
from datetime import datetime
from datetime import UTC
from kaarst.core import pins
from kaarst.core.town import town
from kaarst.services import _
from kaarst.services.cases import deadline
from kaarst.services.cases import history
from kaarst.services.cases import letters
from kaarst.services.cases.content import Case
from kaarst.services.cases.counter import channels
from kaarst.services.cases.desk import find_desk
from kaarst.services.cases.interfaces import CaseReceived
from kaarst.services.cases.workflow.definitions import of_service
from kaarst.services.forms import answers
from kaarst.services.forms import recorded
from kaarst.services.forms import uploads
from kaarst.services.forms import versions
from kaarst.services.forms.interfaces import ICaseAction
from kaarst.services.forms.login import demand
from kaarst.services.forms.login import knowledge
from kaarst.services.forms.validators import BERLIN
from kaarst.services.scanning.kept import keep
from plone import api
from plone.supermodel import loadString
from zope.event import notify
from zope.i18n import translate
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
    """The questions citizens are asked: those of the last published version, or None."""
    version = versions.current(form)
    return None if version is None else version.asked


def case_action(form, version=None):
    """The action of a version (the current one if not given), or None.

    None when an editor has switched it off or removed it, and for a form never published.
    """
    version = version or versions.current(form)
    if version is None or not version.is_sound:
        return None
    for _name, action in getFieldsInOrder(loadString(version.texts["actions_model"]).schema):
        if ICaseAction.providedBy(action) and action.required:
            return action
    return None


def is_open(form):
    """Whether the form takes anything at present; what is closed is closed for every version."""
    return case_action(form) is not None and find_desk() is not None


def receive(form, asked, values, version=None, origin=None, trusted=None):
    """Makes a case of checked `values` (see answers.Checked) and returns its Receipt.

    `asked`: the Questionnaire they were checked by. `version`: the Version it is of, if not the
    current one; the case is called and kept as that version says. `origin`: a channels.Origin if
    a clerk files it for somebody. `trusted`: what a login knows of them, as prefill.check returns it.
    Raises FormClosed, demand.LevelTooLow.
    """
    if origin is None:
        demand.require(form)
    desk = find_desk()
    version = version or versions.current(form)
    if desk is None or case_action(form) is None:
        raise FormClosed(form.getId())
    action = case_action(form, version) or case_action(form)
    title = version.texts["title"]
    pin, service = pins.new_pin(), service_of(form)
    received = origin.received if origin is not None else datetime.now(UTC)
    due = None
    if action.due_days:
        due = deadline.due(received.astimezone(BERLIN).date(), action.due_days)
    mailed_to = values.get(asked.email, "") if asked.email else ""
    way, level = knowledge.present() if origin is None else ("", "")
    case = desk.receive(
        town().prefix,
        Case(
            title=title,
            language=form.Language(),
            sealed_pin=pins.seal_pin(pin),
            received=received,
            due=due,
            period=action.due_days,
            keep_days=action.keep_days,
            email=mailed_to,
            name=recorded.sender(asked, values),
            form_title=title,
            form_path="/".join(form.getPhysicalPath()[len(api.portal.get().getPhysicalPath()) :]),
            form_version=str(version.number),
            service_title=service.Title() if service is not None else "",
            workflow_id=of_service(service),
            channel=origin.channel if origin is not None else "",
            filed_by=origin.clerk if origin is not None else "",
            department=department_of(service),
            login_way=way,
            login_level=level,
            answers=tuple(recorded.record(asked, values, trusted)),
            documents=tuple(_documents(asked, values)),
        ),
    )
    _note_receipt(case)
    if mailed_to:
        send_confirmation(case, mailed_to)
    notify(CaseReceived(case))
    return Receipt(case.number, pin, case.state, mailed_to)


def _note_receipt(case):
    """When it came, and who has filed it for whom and which way."""
    case.history.append(history.entry("", history.RECEIVED, when=case.received))
    if case.channel:
        language = api.portal.get_default_language()
        way = translate(channels.title(case.channel), target_language=language)
        case.note(history.FILED, way, who=case.filed_by)


def receive_values(form, values):
    """For callers that hold values of the form's fields and no Checked (the easyform action).

    They are checked like any other; raises ValueError for what a citizen could not have sent.
    """
    asked = questionnaire(form)
    if asked is None:
        raise FormClosed(form.getId())
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


def service_of(form):
    """The first service that names this form, or None."""
    for relation in api.relation.get(
        target=form, relationship="form", unrestricted=True, as_dict=False
    ):
        service = relation.from_object
        if service is not None and service.portal_type == "Service":
            return service
    return None


def department_of(service):
    """UID of the department that is responsible for a service (or None), or an empty text."""
    department = getattr(getattr(service, "department", None), "to_object", None)
    return department.UID() if department is not None else ""


def send_confirmation(case, address):
    """Queues the confirmation mail. It holds the number and not the PIN.

    Mail passes through and stays in places we do not know; with number and PIN together, whoever
    reads it could read the case.
    """
    text = _("mail_filed_text", MAIL_FILED) if case.channel else _("mail_received_text", MAIL)
    letters.send(case, address, RECEIVED, text)


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
MAIL_FILED = """Good day,

we have filled in for you: ${title}
Received: ${received}
Your number: ${number}

You can see at any time how far we are. You need your number and your PIN:
${url}

We have given you the PIN. For your safety it is not in this mail.
If you do not have it any more, please call us or come by: we will give you a new one.

Kind regards
${town}"""
