"""Finding appointments by what somebody says on the phone. Plain Python."""

from collections.abc import Mapping
from kaarst.core.reference import InvalidNumber
from kaarst.core.reference import normalise

import re
import unicodedata


#: With fewer digits than this too many telephone numbers would do.
LEAST_DIGITS = 4
#: How people write what they hear.
SAME = (("ae", "a"), ("oe", "o"), ("ue", "u"))


def matches(asked: str, number: str, person: Mapping[str, str]) -> bool:
    """Whether an appointment is meant by what was typed: number, telephone, e-mail or name.

    A number is forgiven what `kaarst.core.reference` forgives. Of a telephone number the last
    digits are enough. Of a name the beginnings of its words, in any order: "muster eri" means
    Erika Mustermann, "muller" and "mueller" mean Müller.
    """
    asked = asked.strip()
    if not asked:
        return False
    try:
        return normalise(asked) == number
    except InvalidNumber:
        pass
    if "@" in asked:
        return asked.casefold() == person.get("email", "").casefold()
    digits = _digits(asked)
    if digits and not re.search(r"[^\W\d_]", asked):
        return len(digits) >= LEAST_DIGITS and _digits(person.get("phone", "")).endswith(digits)
    words = _words(person.get("name", ""))
    return all(any(word.startswith(one) for word in words) for one in _words(asked))


def _digits(text: str) -> str:
    """The digits as dialled in the country: "+49 2131" and "02131" alike."""
    text = re.sub(r"^\s*(\+|00)\s*49\s*(\(0\))?", "0", text)
    return re.sub(r"\D", "", text)


def _words(text: str) -> list[str]:
    found = unicodedata.normalize("NFD", text.casefold())
    found = "".join(one for one in found if not unicodedata.combining(one))
    for written, meant in SAME:
        found = found.replace(written, meant)
    return re.findall(r"\w+", found)
