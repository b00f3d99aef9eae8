"""A form as the questions it asks, read from the XML of its fields.

This is what the page, the REST service and the check of the answers share. It knows nothing of
Plone, and nothing in it can run code: the XML has passed `allowlist` before.
"""

from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from functools import cached_property
from functools import lru_cache
from kaarst.services.forms import allowlist
from lxml import etree

import hashlib


# Names a field type has in the XML, and what it is here.
KINDS = {
    "zope.schema.TextLine": "line",
    "zope.schema.Text": "text",
    "plone.schema.email.Email": "email",
    "zope.schema.Bool": "yes_no",
    "zope.schema.Int": "number",
    "zope.schema.Date": "date",
    "zope.schema.Choice": "choice",
    "zope.schema.Set": "choices",
    "plone.namedfile.field.NamedBlobFile": "file",
    "plone.namedfile.field.NamedBlobImage": "image",
    "collective.easyform.fields.Label": "label",
    "collective.easyform.fields.RichLabel": "rich_label",
}
# The longest text taken where the editor set no limit.
LONGEST = {"line": 500, "email": 254, "text": 20_000}


@dataclass(frozen=True)
class Option:
    """One of several answers to choose from."""

    value: str
    label: str


@dataclass(frozen=True)
class Condition:
    """Asked only if the answer to `field` is `value` (for several choices: contains it)."""

    field: str
    value: str

    def holds(self, values):
        """`values`: checked answers by field name."""
        answer = values.get(self.field)
        if isinstance(answer, bool):
            return self.value.lower() in (("true", "ja") if answer else ("false", "nein"))
        if isinstance(answer, list | set | tuple):
            return self.value in answer
        return answer is not None and str(answer) == self.value


@dataclass(frozen=True)
class Question:
    """One field. Lengths in characters; `minimum` and `maximum` are numbers or dates."""

    name: str
    kind: str
    label: str
    hint: str = ""
    required: bool = True
    default: str | tuple | None = None
    min_length: int | None = None
    max_length: int | None = None
    minimum: int | date | None = None
    maximum: int | date | None = None
    options: tuple = ()
    validators: tuple = ()
    autocomplete: str = ""
    only_if: Condition | None = None
    html: str = ""

    @property
    def is_asked(self):
        """False for texts between the questions."""
        return self.kind not in ("label", "rich_label")

    @property
    def is_upload(self):
        return self.kind in ("file", "image")

    @property
    def is_confirmation(self):
        """A single box to tick, where Yes and No would be the wrong question."""
        return self.kind == "yes_no" and "isChecked" in self.validators

    def option_label(self, value):
        for option in self.options:
            if option.value == value:
                return option.label
        return value


@dataclass(frozen=True)
class Step:
    """Questions shown together. `label` is empty where the editor gave none."""

    name: str
    label: str
    hint: str
    questions: tuple


@dataclass(frozen=True)
class Questionnaire:
    """A whole form. `version` names exactly these questions; sixteen hexadecimal digits."""

    steps: tuple
    version: str

    @cached_property
    def questions(self):
        """All that is asked, by name, in order."""
        return {
            question.name: question
            for step in self.steps
            for question in step.questions
            if question.is_asked
        }

    @cached_property
    def email(self):
        """The name of the field with the sender's address, or None."""
        for question in self.questions.values():
            if question.kind == "email" or "isValidEmail" in question.validators:
                return question.name
        return None


@lru_cache(maxsize=256)
def read(fields_model, first_label=""):
    """Returns the Questionnaire of a model; raises allowlist.ModelNotAllowed.

    `first_label` is the name of the step that holds the fields outside any fieldset.
    """
    root = allowlist.parse(allowlist.clean_fields(fields_model))
    loose, steps = [], []
    for element in root[0]:
        if allowlist.tag(element) == "field":
            loose.append(_question(element))
        else:
            steps.append(
                (
                    int(element.get("order") or 0),
                    Step(
                        element.get("name"),
                        element.get("label") or element.get("name"),
                        element.get("description") or "",
                        tuple(_question(field) for field in element),
                    ),
                )
            )
    steps = [step for order, step in sorted(steps, key=lambda pair: pair[0]) if step.questions]
    if loose:
        steps.insert(0, Step("default", first_label or "", "", tuple(loose)))
    names = {question.name for step in steps for question in step.questions if question.is_asked}
    steps = [
        replace(step, questions=tuple(_without_lost_condition(q, names) for q in step.questions))
        for step in steps
    ]
    canonical = etree.tostring(root, method="c14n") + first_label.encode()
    return Questionnaire(tuple(steps), hashlib.sha256(canonical).hexdigest()[:16])


def _without_lost_condition(question, names):
    """A field whose condition speaks of a field that is gone is always asked, not never."""
    if question.only_if and question.only_if.field not in names - {question.name}:
        return replace(question, only_if=None)
    return question


def _question(element):
    kind = KINDS[element.get("type")]
    texts = {allowlist.tag(child): (child.text or "").strip() for child in element}
    validators = element.get(f"{{{allowlist.EASYFORM}}}validators") or ""
    convert = {"number": _integer, "date": _date}.get(kind, lambda text: None)
    condition = allowlist.CONDITION.match(element.get(f"{{{allowlist.KAARST}}}only_if") or "")
    return Question(
        name=element.get("name"),
        kind=kind,
        label=texts.get("title", "") or element.get("name"),
        hint=texts.get("description", ""),
        required=texts.get("required", "").lower() != "false",
        default=_default(element, kind, texts),
        min_length=_integer(texts.get("min_length")),
        max_length=_integer(texts.get("max_length")) or LONGEST.get(kind),
        minimum=convert(texts.get("min")),
        maximum=convert(texts.get("max")),
        options=tuple(_options(element)),
        validators=tuple(name for name in validators.split("|") if name),
        autocomplete=element.get(f"{{{allowlist.KAARST}}}autocomplete") or "",
        only_if=Condition(*condition.groups()) if condition else None,
        html=texts.get("rich_label", ""),
    )


def _default(element, kind, texts):
    if kind == "choices":
        for child in element:
            if allowlist.tag(child) == "default":
                return tuple((item.text or "").strip() for item in child) or None
        return None
    return texts.get("default") or None


def _options(element):
    for values in element.iter(f"{{{allowlist.SUPERMODEL}}}values"):
        for item in values:
            text = (item.text or "").strip()
            value = item.get("key")
            yield Option(text if value is None else value, text)


def _integer(text):
    try:
        return int(text)
    except (TypeError, ValueError):
        return None


def _date(text):
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None
