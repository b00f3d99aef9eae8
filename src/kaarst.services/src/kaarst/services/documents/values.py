"""What placeholders stand for: in a case, and as samples while a template is being written."""

from datetime import datetime
from kaarst.core.town import town
from kaarst.services import _
from kaarst.services.documents import placeholders
from kaarst.services.forms.validators import BERLIN
from plone import api
from zope.i18n import translate


#: What each placeholder stands for, for the list that editors see.
MEANINGS = {
    "number": _("Number of the case"),
    "name": _("Name of the person who has sent the form"),
    "form": _("Title of the form"),
    "service": _("Title of the service"),
    "received": _("Day on which it was received"),
    "today": _("Day on which the letter is written"),
    "clerk": _("Your name, of the person who writes the letter"),
    "town": _("Name of the town"),
}
SAMPLES = {
    "number": "KAA-7Q4M-2XPD-K",
    "name": "Erika Mustermann",
    "form": _("Registering a dog"),
    "service": _("Dog tax"),
    "clerk": "Sascha Mustermann",
}


def of_case(case, language) -> dict[str, str]:
    """By canonical name; `language` is the one the letter is written in."""
    values = {
        "number": case.number,
        "name": case.name,
        "form": case.form_title,
        "service": case.service_title,
        "received": _day(case.received),
        "clerk": clerk_name(),
        **_of_today(),
    }
    for answer in case.answers:
        text = answer["text"]
        if answer["type"] == "yes_no":
            yes_or_no = _("Yes") if answer["value"] else _("No")
            text = translate(yes_or_no, target_language=language)
        values[f"answer:{answer['field']}"] = text
    return values


def samples(questions, language) -> dict[str, str]:
    """Samples by canonical name. `questions`: labels by short name; an answer is its label in brackets."""
    values = {name: translate(text, target_language=language) for name, text in SAMPLES.items()}
    values.update(_of_today(), received=_day(datetime.now(BERLIN)))
    values.update({f"answer:{name}": f"[{label}]" for name, label in questions.items()})
    return values


def listed(questions, language) -> list[tuple[str, str]]:
    """All placeholders as they are typed in `language`, each with what it stands for."""
    german = language == "de"
    found = []
    for name, meaning in MEANINGS.items():
        typed = placeholders.NAMES[name] if german else name
        found.append((f"{{{typed}}}", translate(meaning, target_language=language)))
    answer = placeholders.ANSWERS[german]
    return found + [(f"{{{answer}:{name}}}", label) for name, label in questions.items()]


def clerk_name():
    """The name of who is logged in, as it stands under a letter."""
    if api.user.is_anonymous():
        return ""
    user = api.user.get_current()
    return user.getProperty("fullname") or user.getUserName()


def _of_today():
    return {"today": _day(datetime.now(BERLIN)), "town": town().name}


def _day(moment):
    return f"{moment.astimezone(BERLIN):%d.%m.%Y}"
