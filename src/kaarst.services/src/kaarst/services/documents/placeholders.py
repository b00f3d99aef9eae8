"""Placeholders in texts that editors write once and clerks use in many cases.

A placeholder is a name in curly brackets, for example `{number}`; `{answer:dog_name}` is what was
answered to the question of that short name. Names are read without regard to case, and each has a
German one beside it, because those who type them are no programmers. Filling puts text into text:
what a citizen has typed is never looked through for placeholders again.
"""

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass

import re


#: What a placeholder is called, and its name in German.
NAMES = {
    "number": "nummer",
    "name": "name",
    "form": "formular",
    "service": "leistung",
    "received": "eingang",
    "today": "datum",
    "clerk": "bearbeitung",
    "town": "stadt",
}
#: Begins the placeholder of an answer.
ANSWERS = ("answer", "antwort")
BRACKETS = re.compile(r"\{([^{}]*)\}")
_GERMAN = {german: name for name, german in NAMES.items()}


class WrongPlaceholder(ValueError):
    """A text has a placeholder that nothing is known for. `wrong`: as it was typed."""

    def __init__(self, wrong: str):
        super().__init__(wrong)
        self.wrong = wrong


class OpenBracket(ValueError):
    """A text has a curly bracket without its partner."""


@dataclass(frozen=True)
class Filled:
    """A text with its placeholders filled. `missing`: those for which the case has nothing."""

    text: str
    missing: tuple[str, ...] = ()


def canonical(typed: str) -> str | None:
    """The name a placeholder has here, or None: `Nummer` is `number`, `Antwort: x` is `answer:x`."""
    name, colon, field = (part.strip() for part in typed.partition(":"))
    if colon:
        return f"answer:{field}" if name.casefold() in ANSWERS and field else None
    name = _GERMAN.get(name.casefold(), name.casefold())
    return name if name in NAMES else None


def used(text: str) -> list[str]:
    """What stands in curly brackets, as typed, in order and each once."""
    return list(dict.fromkeys(BRACKETS.findall(text)))


def check(text: str, fields: Iterable[str]) -> None:
    """Raises WrongPlaceholder or OpenBracket. `fields`: short names of questions there are."""
    answers = {f"answer:{field}" for field in fields}
    for typed in used(text):
        name = canonical(typed)
        if name is None or (name.startswith("answer:") and name not in answers):
            raise WrongPlaceholder(f"{{{typed}}}")
    if re.search("[{}]", BRACKETS.sub("", text)):
        raise OpenBracket


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """`text` with `values` in the place of placeholders.

    `values`: by canonical name. A placeholder that has no value, or an empty one, stays as it is.
    """
    missing = []

    def value(match):
        found = values.get(canonical(match[1]) or "", "")
        if not found:
            missing.append(match[0])
        return found or match[0]

    return Filled(BRACKETS.sub(value, text), tuple(dict.fromkeys(missing)))


def left(text: str) -> list[str]:
    """Placeholders that still stand in a text, so that none of them is sent to a citizen."""
    return [f"{{{typed}}}" for typed in used(text) if canonical(typed)]
