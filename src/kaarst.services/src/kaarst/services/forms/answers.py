"""Answers to a form: read from an HTML form or from JSON, then checked by one and the same code.

`from_html` turns what a browser sends into what a JSON client would send; `check` judges that.
Nothing here raises for what people or programs may send: all that is wrong comes back as messages
by field name.
"""

from dataclasses import dataclass
from dataclasses import field
from datetime import date
from kaarst.core.town import own_places
from kaarst.services import _
from kaarst.services.forms import addresses
from kaarst.services.forms import signatures
from kaarst.services.forms import uploads
from kaarst.services.forms.validators import VALIDATORS

import re
import unicodedata


# Before each name in an HTML form, so that a field named "lang" stays a field.
PREFIX = "q_"
GERMAN_DATE = re.compile(r"^\s*([0-9]{1,2})\.\s*([0-9]{1,2})\.\s*([0-9]{4})\s*$")
ISO_DATE = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
ENTRY = re.compile(r"^[0-9]{1,3}$")
# Entries of a group that are read out of an HTML form; more is said to be too much.
MOST_READ = 60
INTEGER = re.compile(r"^\s*[+-]?[0-9]{1,12}\s*$")
NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

REQUIRED = _("error_required", "Please fill in this field.")
CHOOSE = _("error_choose", "Please choose an answer.")
UPLOAD = _("error_upload", "Please choose a file.")
UNKNOWN = _("error_unknown_field", "The form has no such field.")
WRONG_TYPE = _("error_type", "This value cannot be read.")


@dataclass
class Checked:
    """The result. `values` by field name (dates as date, uploads as Document), for all relevant
    questions that were answered; `errors`: messages by field name, in the form's order."""

    values: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)

    @property
    def documents(self):
        return {
            name: value
            for name, value in self.values.items()
            if isinstance(value, uploads.Document)
        }


class Bad(Exception):
    """A value that will not do; the message says why."""

    def __init__(self, message):
        self.message = message


def from_html(questionnaire, form):
    """What a browser sent, by field name, as a JSON client would have sent it.

    `form`: names and values as ZPublisher gives them. What cannot be read stays as it is, so that
    `check` says so and the page shows it again.
    """
    return _read(questionnaire.questions, form, PREFIX)


def _read(asked, form, prefix):
    raw = {}
    for name, question in asked.items():
        value = form.get(prefix + name)
        if question.is_group:
            # Each entry comes with its number in a field of the group's name, even if it is empty.
            numbers = value if isinstance(value, list) else [value]
            numbers = [item for item in numbers if isinstance(item, str) and ENTRY.match(item)]
            value = [
                _read(question.asked_members, form, f"{prefix}{name}.{number}.")
                for number in sorted(dict.fromkeys(numbers), key=int)[:MOST_READ]
            ]
        elif question.is_upload:
            value = html_file(value)
        elif question.is_signature:
            value = signatures.from_html(value, form.get(f"{prefix}{name}{signatures.DRAWN}"))
        elif question.kind == "choices":
            value = [item for item in (value if isinstance(value, list) else [value]) if item]
        elif isinstance(value, str):
            value = _html_value(question.kind, value)
        if value not in (None, "", []):
            raw[name] = value
    return raw


def _html_value(kind, text):
    if kind == "yes_no":
        return {"true": True, "false": False}.get(text, text)
    if kind == "number" and INTEGER.match(text):
        return int(text)
    german = GERMAN_DATE.match(text) if kind == "date" else None
    if german:
        day, month, year = german.groups()
        return f"{year}-{month:0>2}-{day:0>2}"
    return text if kind == "text" else text.strip()


def html_file(value):
    """An upload out of ZPublisher's FileUpload; None for an empty file field."""
    filename = getattr(value, "filename", None)
    if not filename or not hasattr(value, "read"):
        return value if isinstance(value, uploads.Upload) else None
    value.seek(0)
    return uploads.Upload(filename, value.read())


def check(questionnaire, raw, limits=None):
    """Returns the Checked of `raw`, a mapping of field names to JSON values and Uploads."""
    limits = limits or uploads.Limits()
    checked = Checked()
    _check_all(questionnaire.questions, raw, {}, checked, limits)
    _check_sum(checked, limits)
    return checked


def _check_all(asked, raw, outside, checked, limits, path=""):
    """Checks `raw` into `checked`. `outside`: answers that conditions may speak of as well."""
    for question in _conditions_first(asked, outside):
        values = {**outside, **checked.values}
        if question.only_if:
            about = question.only_if.field
            # Of an answer that cannot be read nobody knows what it would decide.
            if path + about in checked.errors and raw.get(about) not in (None, "", []):
                continue
            if not question.only_if.holds(values):
                continue
        value = raw.get(question.name)
        try:
            if question.is_group:
                value = _check_group(question, value, values, checked.errors, limits)
            else:
                value = _check_one(question, value, limits)
        except Bad as bad:
            checked.errors[path + question.name] = bad.message
        else:
            if value is not None:
                checked.values[question.name] = value
    for name, message in addresses.mistakes(asked, checked.values, own_places()).items():
        checked.values.pop(name, None)
        checked.errors.setdefault(path + name, message)
    for name in raw:
        if name not in asked:
            checked.errors[f"{path}{str(name)[:60]}"] = UNKNOWN


def _check_group(group, entries, outside, errors, limits):
    """The checked entries of a group, or None; what is wrong goes into `errors` by
    `group.number.question`, numbers counting from 0. Raises Bad for the group as a whole."""
    entries = [] if entries is None else entries
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise Bad(WRONG_TYPE)
    if len(entries) < group.minimum:
        raise Bad(
            _(
                "error_too_few_entries",
                "Please fill in at least ${count} of these.",
                mapping={"count": group.minimum},
            )
        )
    if len(entries) > group.maximum:
        raise Bad(
            _(
                "error_too_many_entries",
                "These can be at most ${count}.",
                mapping={"count": group.maximum},
            )
        )
    result = []
    for number, entry in enumerate(entries):
        one, path = Checked(), f"{group.name}.{number}."
        _check_all(group.asked_members, entry, outside, one, limits, path)
        errors.update(one.errors)
        result.append(one.values)
    return result or None


def _conditions_first(asked, outside):
    """Each question after the one its condition is about; those that wait in a circle are left out."""
    waiting, done = list(asked.values()), set(outside)
    # A condition inside a group may speak of what was not asked outside: then it does not hold.
    known = set(asked)
    while waiting:
        ready = [item for item in waiting if not (item.needs & known) - done]
        if not ready:
            return
        yield from ready
        done.update(item.name for item in ready)
        waiting = [item for item in waiting if item.name not in done]


def _check_sum(checked, limits):
    documents = checked.documents
    if sum(len(document.data) for document in documents.values()) > limits.total:
        message = _(
            "error_files_too_large",
            "All files together are larger than ${size} MB. Please send less.",
            mapping={"size": limits.total // uploads.MEGABYTE},
        )
        for name in documents:
            checked.errors[name] = message
            del checked.values[name]


def checked_value(question, value):
    """The checked value of one answer, as `check` would store it; raises Bad."""
    return _check_one(question, value, uploads.Limits())


def fits(question, value):
    """Whether the question takes this answer."""
    try:
        return checked_value(question, value) is not None
    except Bad:
        return False


def _check_one(question, value, limits):
    if value is None or value == "" or value == []:
        if question.is_confirmation and question.required:
            raise Bad(VALIDATORS["isChecked"](None))
        if question.required:
            missing = {"choice": CHOOSE, "choices": CHOOSE, "yes_no": CHOOSE}
            raise Bad(UPLOAD if question.is_upload else missing.get(question.kind, REQUIRED))
        return None
    value = CHECKS[question.kind](question, value, limits)
    if value is None and question.required:
        raise Bad(REQUIRED)
    if value is not None:
        for name in question.validators:
            message = VALIDATORS[name](value)
            # A box that need not be ticked may stay empty.
            if message and not (name == "isChecked" and not question.required):
                raise Bad(message)
    return value


def _text(question, value, limits):
    if not isinstance(value, str):
        raise Bad(WRONG_TYPE)
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if NOT_TEXT.search(value) or (question.kind != "text" and "\n" in value):
        raise Bad(_("error_characters", "This contains characters that cannot be stored."))
    if question.max_length and len(value) > question.max_length:
        raise Bad(
            _(
                "error_too_long",
                "This is too long. ${count} characters fit in here.",
                mapping={"count": question.max_length},
            )
        )
    if value and question.min_length and len(value) < question.min_length:
        raise Bad(
            _(
                "error_too_short",
                "This is too short. Please write at least ${count} characters.",
                mapping={"count": question.min_length},
            )
        )
    return value or None


def _email(question, value, limits):
    value = _text(question, value, limits)
    message = value and VALIDATORS["isValidEmail"](value)
    if message:
        raise Bad(message)
    return value


def _number(question, value, limits):
    if isinstance(value, bool) or not isinstance(value, int):
        raise Bad(_("error_number", "Please write a whole number, for example 3."))
    _check_range(question, value, str)
    return value


def _date(question, value, limits):
    try:
        if not isinstance(value, str) or not ISO_DATE.match(value):
            raise ValueError(value)
        value = date.fromisoformat(value)
    except ValueError:
        raise Bad(_("error_date", "This is not a date. It looks like 31.12.2026.")) from None
    _check_range(question, value, lambda day: f"{day:%d.%m.%Y}")
    return value


def _check_range(question, value, show):
    if question.minimum is not None and value < question.minimum:
        raise Bad(
            _(
                "error_minimum",
                "This must be at least ${limit}.",
                mapping={"limit": show(question.minimum)},
            )
        )
    if question.maximum is not None and value > question.maximum:
        raise Bad(
            _(
                "error_maximum",
                "This must be at most ${limit}.",
                mapping={"limit": show(question.maximum)},
            )
        )


def _yes_no(question, value, limits):
    if not isinstance(value, bool):
        raise Bad(CHOOSE)
    return value


def _choice(question, value, limits):
    if value not in [option.value for option in question.options]:
        raise Bad(CHOOSE)
    return value


def _choices(question, value, limits):
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Bad(WRONG_TYPE)
    known = [option.value for option in question.options]
    if not set(value) <= set(known):
        raise Bad(CHOOSE)
    return [option for option in known if option in value]


def _file(question, value, limits):
    if isinstance(value, uploads.Document):
        return value
    if not isinstance(value, uploads.Upload):
        raise Bad(WRONG_TYPE)
    document, message = uploads.look_at(value, question.kind, limits)
    if message:
        raise Bad(message)
    return document


def _signature(question, value, limits):
    if isinstance(value, uploads.Document | uploads.Upload):
        document, message = signatures.look_at(value, limits)
    else:
        document = _text(question, value, limits)
        message = document and VALIDATORS["isSignature"](document)
    if message:
        raise Bad(message)
    return document


CHECKS = {
    "line": _text,
    "text": _text,
    "email": _email,
    "number": _number,
    "date": _date,
    "yes_no": _yes_no,
    "choice": _choice,
    "choices": _choices,
    "file": _file,
    "image": _file,
    "signature": _signature,
}
