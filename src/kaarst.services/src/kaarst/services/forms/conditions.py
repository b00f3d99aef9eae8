"""When a question is asked: only after certain answers to another one. Plain Python.

Written in the XML of a form as `field=a|b` (one of these), `field!=a|b` (answered, and none of
these), `field:filled` and `field:empty`. The script of the page reads the same text and the JSON
Schema says the same; a test compares all three. One rule holds for all: a question that is not asked
is not answered.
"""

from dataclasses import dataclass

import re


ONE_OF, NONE_OF, FILLED, EMPTY = "one_of", "none_of", "filled", "empty"
#: What stands between several answers; an answer that has it cannot be chosen.
SEPARATOR = "|"
NAME = r"[a-z][a-z0-9_]{0,59}"
#: At most as many answers as fit into 400 characters.
PATTERN = re.compile(rf"({NAME})(?:(!?=)([^=<>{{}}$]{{1,400}})|:(filled|empty))")
ANSWER = re.compile(r"[^=<>{}$|]{1,200}")
YES, NO = ("true", "ja"), ("false", "nein")


@dataclass(frozen=True)
class Condition:
    """Asked only if the answer to `field` is one (or none) of `values`, is there, or is missing.

    Of several choices it is enough if one is among the values.
    """

    field: str
    values: tuple = ()
    relation: str = ONE_OF

    def holds(self, answers):
        """`answers`: checked answers by field name."""
        answer = answers.get(self.field)
        given = not (answer is None or answer == "" or answer == [])
        if self.relation in (FILLED, EMPTY):
            return given is (self.relation == FILLED)
        return given and self._is_among(answer) is (self.relation == ONE_OF)

    def _is_among(self, answer):
        if isinstance(answer, bool):
            return any(value.lower() in (YES if answer else NO) for value in self.values)
        if isinstance(answer, list | set | tuple):
            return any(value in answer for value in self.values)
        return str(answer) in self.values

    def about(self, name):
        """As a text, about a field that is called `name` there."""
        if self.relation in (FILLED, EMPTY):
            return f"{name}:{self.relation}"
        sign = "=" if self.relation == ONE_OF else "!="
        return f"{name}{sign}{SEPARATOR.join(self.values)}"

    def __str__(self):
        return self.about(self.field)


def parse(text):
    """The Condition that a text says, or None."""
    match = PATTERN.fullmatch(text or "")
    if match is None:
        return None
    field, sign, values, presence = match.groups()
    if presence:
        return Condition(field, (), presence)
    values = tuple(dict.fromkeys(values.split(SEPARATOR)))
    if not all(values):
        return None
    return Condition(field, values, ONE_OF if sign == "=" else NONE_OF)


def clicked(field, relation, answers):
    """The Condition of three parts as an editor clicks them, or None if they are none (yet).

    `answers`: texts like `field=answer`.
    """
    if not field:
        return None
    if relation in (FILLED, EMPTY):
        return Condition(field, (), relation)
    values = tuple(answer.partition("=")[2] for answer in answers or () if of(answer) == field)
    return Condition(field, values, relation or ONE_OF) if values else None


def of(answer):
    """The field that an answer of an editor's choice belongs to."""
    return answer.partition("=")[0]


def problem(field, relation, answers):
    """What is wrong with three parts: `question`, `answers`, `foreign`, or None."""
    answers = answers or ()
    if not field:
        return "question" if answers else None
    if relation in (FILLED, EMPTY):
        return None
    if any(of(answer) != field for answer in answers):
        return "foreign"
    return None if answers else "answers"
