"""What the page of a form draws: steps, fields and messages, ready for the template."""

from dataclasses import dataclass
from datetime import date
from kaarst.services.forms import signatures
from kaarst.services.forms import uploads
from kaarst.services.forms.answers import PREFIX


# How a kind of question is drawn.
CONTROLS = {
    "line": "input",
    "email": "input",
    "number": "input",
    "date": "input",
    "text": "textarea",
    "yes_no": "radios",
    "choice": "radios",
    "choices": "checkboxes",
    "file": "file",
    "image": "file",
    "label": "label",
    "rich_label": "label",
    "group": "group",
    "signature": "signature",
}
# These say what they want, whether the editor wrote something or not.
EXPLAINED = ("file", "signature")
INPUT_TYPES = {"line": "text", "email": "email", "number": "text", "date": "date"}
# More than this many radio buttons are a list to choose from.
MOST_RADIOS = 7


@dataclass
class Row:
    """One question with what was typed and what is wrong with it."""

    question: object
    typed: object
    error: str
    held: tuple = ()
    #: Before the question's name in HTML; a question of a group has that of its entry.
    prefix: str = PREFIX
    #: Names of the questions of the same entry.
    siblings: frozenset = frozenset()
    #: Of a group: its entries, and an empty one for the script.
    entries: tuple = ()
    blank: object = None
    #: The login that vouches for what is typed, which cannot be changed then.
    verified_by: str = ""

    @property
    def name(self):
        return self.prefix + self.question.name

    @property
    def control(self):
        control = CONTROLS[self.question.kind]
        if self.question.is_confirmation:
            return "confirmation"
        if control == "radios" and len(self.question.options) > MOST_RADIOS:
            return "select"
        return control

    @property
    def is_group(self):
        return self.control in ("radios", "checkboxes")

    @property
    def input_type(self):
        if self.question.autocomplete == "tel" or "isPhoneNumber" in self.question.validators:
            return "tel"
        return INPUT_TYPES[self.question.kind]

    @property
    def input_mode(self):
        numeric = self.question.kind == "number" or "isPostalCode" in self.question.validators
        return "numeric" if numeric else None

    @property
    def width(self):
        """Fields are as wide as what belongs into them."""
        code = (
            "isPostalCode" in self.question.validators
            or self.question.autocomplete == "postal-code"
        )
        if code or self.question.kind in ("number", "date"):
            return "k-short"
        return None

    @property
    def drawn(self):
        """Of a signature: the picture as a `data:` address, or an empty text."""
        return signatures.to_html(self.typed)

    @property
    def value(self):
        if self.drawn:
            return ""
        if isinstance(self.typed, date):
            return self.typed.isoformat()
        return "" if self.typed is None else str(self.typed)

    @property
    def described_by(self):
        ids = (
            [f"{self.name}-hint"]
            if self.hint or self.verified_by or self.control in EXPLAINED
            else []
        )
        ids += [f"{self.name}-error"] if self.error else []
        return " ".join(ids) or None

    @property
    def hint(self):
        return self.question.hint

    @property
    def accept(self):
        return uploads.ACCEPT.get(self.question.kind)

    @property
    def condition(self):
        """For the script: what the condition says, about the field's name in HTML."""
        only_if = self.question.only_if
        if not only_if:
            return None
        prefix = self.prefix if only_if.field in self.siblings else PREFIX
        return only_if.about(prefix + only_if.field)

    @property
    def may_add(self):
        """Whether a group takes one more entry."""
        return len(self.entries) < self.question.maximum

    @property
    def may_remove(self):
        return len(self.entries) > self.question.minimum

    def options(self):
        """`{id, value, label, chosen}` of everything that can be chosen."""
        choices = self.question.options
        chosen = self.typed if isinstance(self.typed, list | tuple) else [self.typed]
        for number, option in enumerate(choices):
            yield {
                "id": self.name if number == 0 else f"{self.name}-{number}",
                "value": option.value,
                "label": option.label,
                "chosen": option.value in chosen,
            }


@dataclass
class Entry:
    """One entry of a group. `index` counts from 0, or stands for what the script puts there."""

    group: str
    index: object
    title: str
    rows: list

    @property
    def value(self):
        """What the button that removes it sends."""
        return f"{self.group}.{self.index}"


#: In the empty entry, replaced by the script.
BLANK = "__n__"


def build(question, typed, errors, held=(), prefix=PREFIX, path="", siblings=frozenset()):
    """The Row of a question. `errors`: translated, by field name as answers.check gives them."""
    error = errors.get(path + question.name, "")
    row = Row(question, typed, error, held, prefix, siblings)
    if question.is_group:
        typed = typed if isinstance(typed, list) else []
        row.entries = tuple(
            _entry(row, number, values, errors) for number, values in enumerate(typed)
        )
        row.blank = _entry(row, BLANK, empty_entry(question), {})
    return row


def _entry(group, index, values, errors):
    question = group.question
    number = index + 1 if isinstance(index, int) else BLANK
    values = values if isinstance(values, dict) else {}
    rows = [
        build(
            member,
            values.get(member.name),
            errors,
            prefix=f"{group.name}.{index}.",
            path=f"{question.name}.{index}.",
            siblings=frozenset(question.asked_members),
        )
        for member in question.members
    ]
    return Entry(question.name, index, question.entry_title(number), rows)


def empty_entry(group):
    """An untouched entry of a group."""
    return {name: default(member) for name, member in group.asked_members.items()}


def default(question):
    """What stands in an untouched field, as from_html would have read it."""
    if question.is_group:
        return [empty_entry(question) for _ in range(question.minimum)]
    if question.kind == "yes_no" and question.default:
        return question.default.lower() == "true"
    return list(question.default) if isinstance(question.default, tuple) else question.default
