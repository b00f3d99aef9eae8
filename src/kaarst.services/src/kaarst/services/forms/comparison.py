"""What changed between two versions of a form, in sentences an editor reads. Plain Python."""

from dataclasses import dataclass
from kaarst.services import _
from kaarst.services.forms import allowlist
from kaarst.services.forms.conditions import EMPTY
from kaarst.services.forms.conditions import FILLED
from kaarst.services.forms.conditions import NONE_OF
from kaarst.services.forms.conditions import ONE_OF
from kaarst.services.forms.conditions import YES
from kaarst.services.forms.snapshot import RICH

import html
import re


ADDED, REMOVED, CHANGED = "added", "removed", "changed"
TEXTS = {
    "title": _("Title"),
    "description": _("Description"),
    "submitLabel": _("Text of the button"),
    "formPrologue": _("Text before the form"),
    "formEpilogue": _("Text after the form"),
    "thankstitle": _("Heading after sending"),
    "thanksdescription": _("What happens next"),
    "thanksPrologue": _("Text before number and PIN"),
    "thanksEpilogue": _("Text after number and PIN"),
}
#: Attributes of a Question, and what they are called.
ASPECTS = {
    "label": _("Question"),
    "hint": _("Help text"),
    "kind": _("Kind of answer"),
    "required": _("Has to be filled in"),
    "only_if": _("Only if"),
    "options": _("Answers to choose from"),
    "validators": _("Checks"),
    "default": _("Filled in before"),
    "min_length": _("Shortest text"),
    "max_length": _("Longest text"),
    "minimum": _("Smallest value"),
    "maximum": _("Largest value"),
    "autocomplete": _("The browser may fill in"),
    "html": _("Text"),
    "entry": _("What one entry is called"),
    "group": _("Part of the group"),
    "address": _("Part of the address"),
}
KINDS = {
    "line": _("One line of text"),
    "text": _("Several lines of text"),
    "email": _("E-mail address"),
    "yes_no": _("Yes or no"),
    "number": _("Whole number"),
    "date": _("Date"),
    "choice": _("One answer of several"),
    "choices": _("Several answers"),
    "file": _("File"),
    "image": _("Picture"),
    "group": _("Repeating group"),
    "signature": _("Signature"),
    "label": _("Text between the questions"),
    "rich_label": _("Text between the questions"),
}
#: Conditions in words, by what they say of one answer and of several or none.
SINGLE = {
    ONE_OF: _("condition_in_words", "“${label}” is “${answer}”"),
    NONE_OF: _("condition_is_not", "“${label}” is answered, and not with “${answer}”"),
}
SEVERAL = {
    ONE_OF: _("condition_one_of", "“${label}” is one of ${answers}"),
    NONE_OF: _("condition_none_of", "“${label}” is answered, and with none of ${answers}"),
    FILLED: _("condition_filled", "“${label}” is filled in"),
    EMPTY: _("condition_empty", "“${label}” is left empty"),
}
TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Detail:
    """One aspect of something changed. `before` and `after` are texts or messages, or empty."""

    label: object
    before: object
    after: object


@dataclass(frozen=True)
class Change:
    """One thing that was added, removed or changed; `details` tell the aspects."""

    kind: str
    sentence: object
    details: tuple = ()


def compare(old, new):
    """Yields the Changes between two Snapshots, in the new form's order."""
    before, after = old.asked, new.asked
    yield from _steps(before, after)
    yield from _questions(before, after)
    yield from _order(before, after)
    yield from _texts(old, new)
    yield from _settings(old, new)


def _steps(before, after):
    old = {step.name: step for step in before.steps}
    new = {step.name: step for step in after.steps}
    for name, step in new.items():
        if name not in old:
            yield Change(ADDED, _step(_("step_added", "New step: “${step}”"), step))
        elif (step.label, step.hint) != (old[name].label, old[name].hint):
            details = [
                Detail(label, was, now)
                for label, was, now in (
                    (_("Name of the step"), old[name].label, step.label),
                    (_("Help text"), old[name].hint, step.hint),
                )
                if was != now
            ]
            yield Change(
                CHANGED, _step(_("step_changed", "Step changed: “${step}”"), step), tuple(details)
            )
    for name, step in old.items():
        if name not in new:
            yield Change(REMOVED, _step(_("step_removed", "Step removed: “${step}”"), step))


def _step(message, step):
    return _(message, default=message.default, mapping={"step": step.label or "1"})


def _places(questionnaire):
    """Question and step by name; texts between the questions too."""
    return {
        question.name: (question, step)
        for step in questionnaire.steps
        for asked in step.questions
        for question in (asked, *asked.members)
    }


def _questions(before, after):
    old, new = _places(before), _places(after)
    for name, (question, step) in new.items():
        if name not in old:
            yield Change(ADDED, _in_step(_("question_added", "New: “${label}”"), question))
            continue
        was, old_step = old[name]
        details = [*_details(was, question, before, after)]
        if old_step.name != step.name:
            details.append(Detail(_("Step"), old_step.label, step.label))
        if details:
            sentence = _in_step(_("question_changed", "Changed: “${label}”"), question)
            yield Change(CHANGED, sentence, tuple(details))
    for name, (question, _where) in old.items():
        if name not in new:
            yield Change(REMOVED, _in_step(_("question_removed", "Removed: “${label}”"), question))


def _in_step(message, question):
    return _(message, default=message.default, mapping={"label": question.label})


def _details(old, new, before, after):
    for name, label in ASPECTS.items():
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            yield Detail(label, _readable(name, was, before), _readable(name, now, after))


def _readable(name, value, questionnaire):
    if name == "only_if":
        return in_words(value, questionnaire) if value else ""
    if name == "group":
        group = questionnaire.questions.get(value)
        return group.label if group is not None else value
    if name == "kind":
        return KINDS.get(value, value)
    if name == "options":
        return ", ".join(option.label for option in value)
    if name == "html":
        return plain(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, tuple):
        return ", ".join(value)
    if hasattr(value, "strftime"):
        return f"{value:%d.%m.%Y}"
    return "" if value is None else str(value)


def in_words(condition, questionnaire):
    """A Condition as a sentence with the words of the form."""
    known = dict(questionnaire.questions)
    for group in questionnaire.questions.values():
        known.update(group.asked_members)
    question = known.get(condition.field)
    words = {"label": question.label if question is not None else condition.field}
    named = [_answer(question, value) for value in condition.values]
    if len(named) == 1:
        words["answer"] = named[0]
        return _(
            SINGLE[condition.relation], default=SINGLE[condition.relation].default, mapping=words
        )
    words["answers"] = ", ".join(named)
    return _(
        SEVERAL[condition.relation], default=SEVERAL[condition.relation].default, mapping=words
    )


def _answer(question, value):
    if question is not None and question.kind == "yes_no":
        return _("Yes") if value.lower() in YES else _("No")
    return value if question is None else question.option_label(value)


def _order(before, after):
    """Steps in which questions that stayed stand in another order."""
    steps = {step.name: step for step in before.steps}
    for step in after.steps:
        if step.name not in steps:
            continue
        old = [question.name for question in steps[step.name].questions]
        new = [question.name for question in step.questions]
        stayed = set(old) & set(new)
        if [n for n in old if n in stayed] != [n for n in new if n in stayed]:
            yield Change(
                CHANGED, _step(_("order_changed", "Another order in the step “${step}”"), step)
            )


def _texts(old, new):
    for name, label in TEXTS.items():
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            if name in RICH:
                was, now = plain(was), plain(now)
            yield Change(CHANGED, label, (Detail("", was, now),))


def plain(source):
    """The words of HTML, for reading; nothing that could be run."""
    return " ".join(html.unescape(TAGS.sub(" ", source)).split())


def _settings(old, new):
    was, now = settings(old.actions_model), settings(new.actions_model)
    details = tuple(
        Detail(name, was.get(name, ""), now.get(name, ""))
        for name in dict.fromkeys([*was, *now])
        if was.get(name) != now.get(name)
    )
    if details:
        yield Change(CHANGED, _("What happens with the answers"), details)


def settings(actions_model):
    """The options of the action as texts, by the name they have in the XML."""
    root = allowlist.parse(allowlist.clean_actions(actions_model))
    return {
        allowlist.tag(option): (option.text or "").strip()
        for element in root.iter(f"{{{allowlist.SUPERMODEL}}}field")
        for option in element
        if allowlist.tag(option) != "title"
    }
