"""Checked answers as a case keeps them, and who sent them."""

from datetime import date
from kaarst.services.forms import prefill
from kaarst.services.forms import uploads


def record(questionnaire, values, trusted=None):
    """The answers as they are kept: plain dicts in the form's order.

    Each has `step`, `field`, `label`, `type` (the question's kind), `value` (JSON value; for an
    upload the file's name) and `text` (readable; empty for yes and no, which are translated).
    `trusted`: Values of the login by field, as prefill.check returns them; these answers have
    `level` (how sure the login was, in a word) besides, and `verified_by` if it vouches for them.
    """
    return [
        _recorded(step, question, value, field, label, trusted or {})
        for step in questionnaire.steps
        for asked in step.questions
        for question, value, field, label in _flat(asked, values)
    ]


def _flat(asked, values):
    """`(question, value, field, label)` of an answer; of a group, of each answer of each entry.

    The field of the second dog's name is `dogs.1.name`, and its label “Dog 2: Name”.
    """
    if asked.name not in values:
        return
    value = values[asked.name]
    if not asked.is_group:
        yield asked, value, asked.name, asked.label
        return
    for number, entry in enumerate(value):
        for member in asked.asked_members.values():
            if member.name in entry:
                yield (
                    member,
                    entry[member.name],
                    f"{asked.name}.{number}.{member.name}",
                    f"{asked.entry_title(number + 1)}: {member.label}",
                )


def _recorded(step, question, value, field, label, trusted):
    kept = {
        "step": step.label,
        "field": field,
        "label": label,
        "type": question.kind,
        "value": _plain(value),
        "text": _readable(question, value),
    }
    known = trusted.get(field)
    if known is not None and (known.level or known.trust == prefill.VERIFIED):
        kept["level"] = known.level.word
        if known.trust == prefill.VERIFIED:
            kept["verified_by"] = str(known.source)
    return kept


def sender(questionnaire, values):
    """The name of who fills in the form, from the fields a browser fills with it; or an empty text."""
    names = {}
    for question in questionnaire.questions.values():
        value = values.get(question.name)
        if isinstance(value, str) and value.strip():
            names.setdefault(question.autocomplete or question.name, value.strip())
    person = " ".join(names[part] for part in ("given-name", "family-name") if part in names)
    return names.get("name") or person or names.get("organization", "")


def _plain(value):
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, uploads.Document):
        return value.filename
    return value


def _readable(question, value):
    if isinstance(value, bool):
        return ""
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, uploads.Document):
        return value.filename
    if isinstance(value, list):
        return ", ".join(question.option_label(item) for item in value)
    return question.option_label(str(value)) if question.kind == "choice" else str(value)
