"""A form as the questions it asks, read from the XML of its fields.

This is what the page, the REST service and the check of the answers share. It knows nothing of
Plone, and nothing in it can run code: the XML has passed `allowlist` before.
"""

from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from functools import cached_property
from functools import lru_cache
from kaarst.services.forms import addresses
from kaarst.services.forms import allowlist
from kaarst.services.forms import conditions
from kaarst.services.forms.conditions import Condition
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
    allowlist.GROUP: "group",
    allowlist.ADDRESS: "address",
    allowlist.SIGNATURE: "signature",
}
# The longest text taken where the editor set no limit.
LONGEST = {"line": 500, "email": 254, "text": 20_000, "signature": 200}
# The most entries of a group where the editor set no number.
MOST_ENTRIES = 10


@dataclass(frozen=True)
class Option:
    """One of several answers to choose from."""

    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """One field. Lengths in characters; `minimum` and `maximum` are numbers or dates.

    A repeating group (kind "group") has `members`, the questions asked for each entry; `entry` is
    what one is called, `minimum` and `maximum` how many there may be. `group` is the name of the
    group a question was put into, `address` that of the address it is a part of.
    """

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
    group: str = ""
    members: tuple = ()
    entry: str = ""
    address: str = ""

    @property
    def is_group(self):
        return self.kind == "group"

    @property
    def asked_members(self):
        """The questions of each entry by name, without texts between them."""
        return {member.name: member for member in self.members if member.is_asked}

    @property
    def needs(self):
        """Names of the questions outside it that decide whether it, or part of it, is asked."""
        inside = {member.name for member in self.members}
        conditions = [item.only_if for item in (self, *self.members) if item.only_if]
        return {condition.field for condition in conditions} - inside

    def entry_title(self, number):
        """“Dog 2”: `number` counts from 1."""
        return f"{self.entry or self.label} {number}"

    @property
    def is_asked(self):
        """False for texts between the questions."""
        return self.kind not in ("label", "rich_label")

    @property
    def is_upload(self):
        return self.kind in ("file", "image")

    @property
    def is_signature(self):
        """A name that is typed, or a picture that is drawn in its place."""
        return self.kind == "signature"

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
            loose.extend(_questions(element))
        else:
            steps.append(
                (
                    int(element.get("order") or 0),
                    Step(
                        element.get("name"),
                        element.get("label") or element.get("name"),
                        element.get("description") or "",
                        tuple(question for field in element for question in _questions(field)),
                    ),
                )
            )
    steps = [step for order, step in sorted(steps, key=lambda pair: pair[0]) if step.questions]
    if loose:
        steps.insert(0, Step("default", first_label or "", "", tuple(loose)))
    steps = _with_conditions_that_hold(_with_groups(steps))
    canonical = etree.tostring(root, method="c14n") + first_label.encode()
    return Questionnaire(tuple(steps), hashlib.sha256(canonical).hexdigest()[:16])


def _with_groups(steps):
    """Puts the questions of a group into it, wherever they stand; without a group they stay."""
    every = [question for step in steps for question in step.questions]
    groups = {question.name for question in every if question.is_group}
    members = {name: [] for name in groups}
    for question in every:
        if question.group in groups:
            members[question.group].append(question)
    result = []
    for step in steps:
        stay = [question for question in step.questions if question.group not in groups]
        stay = [
            replace(question, members=tuple(members[question.name]))
            if question.is_group
            else question
            for question in stay
        ]
        # A group without questions would be an empty box.
        stay = [question for question in stay if question.asked_members or not question.is_group]
        if stay:
            result.append(replace(step, questions=tuple(stay)))
    return result


def _with_conditions_that_hold(steps):
    """In a group a condition may speak of the same entry and of what is asked outside groups."""
    names = {
        question.name
        for step in steps
        for question in step.questions
        if question.is_asked and not question.is_group
    }
    return [
        replace(step, questions=tuple(_checked_conditions(q, names) for q in step.questions))
        for step in steps
    ]


def _checked_conditions(question, names):
    inside = names | set(question.asked_members)
    members = tuple(_without_lost_condition(member, inside) for member in question.members)
    return replace(_without_lost_condition(question, names), members=members)


def _without_lost_condition(question, names):
    """A field whose condition speaks of a field that is gone is always asked, not never."""
    if question.only_if and question.only_if.field not in names - {question.name}:
        return replace(question, only_if=None)
    return question


def _questions(element):
    """What a field asks: one question, or those of an address."""
    question = _question(element)
    if question.kind != "address":
        return [question]
    return [
        replace(
            question,
            name=addresses.part_name(question.name, part),
            kind="line",
            label=f"{question.label}: {part.words}",
            hint=question.hint if part is addresses.STREET else "",
            required=question.required and part.needed,
            default=None,
            min_length=None,
            max_length=part.longest,
            validators=(),
            autocomplete=part.autocomplete,
            address=question.name,
        )
        for part in addresses.PARTS
    ]


def _question(element):
    kind = KINDS[element.get("type")]
    texts = {allowlist.tag(child): (child.text or "").strip() for child in element}
    validators = element.get(f"{{{allowlist.EASYFORM}}}validators") or ""
    convert = {"number": _integer, "date": _date}.get(kind, lambda text: None)
    if kind == "group":
        least, most = _integer(texts.get("least")) or 0, _integer(texts.get("most"))
        texts["required"] = str(least > 0)
        texts["min"], texts["max"] = least, max(most or MOST_ENTRIES, least, 1)
        convert = _integer
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
        only_if=conditions.parse(element.get(f"{{{allowlist.KAARST}}}only_if")),
        html=texts.get("rich_label", ""),
        group=element.get(f"{{{allowlist.KAARST}}}group") or "",
        entry=texts.get("entry", ""),
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
