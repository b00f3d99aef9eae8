"""What a citizen types about himself, checked. Gives messages beside the field names."""

from collections.abc import Mapping
from kaarst.appointments import _
from kaarst.core.outbox import InvalidMail
from kaarst.core.outbox.writing import address
from kaarst.core.town.checks import valid_phone
from zope.schema import ValidationError


LIMITS = {"name": 120, "email": 254, "phone": 40}


def checked(data: Mapping, *, email: bool = False) -> tuple[dict[str, str], dict[str, object]]:
    """Returns what was typed, stripped, and the mistakes by field.

    A name is needed; an address only with `email`.
    """
    typed, mistakes = {}, {}
    for name, limit in LIMITS.items():
        value = data.get(name, "")
        if not isinstance(value, str):
            value, mistakes[name] = "", _("Please fill in this field.")
        value = " ".join(value.split())
        typed[name] = value
        if len(value) > limit:
            mistakes[name] = _("At most ${count} characters.", mapping={"count": limit})
        elif any(ord(character) < 32 or ord(character) == 127 for character in value):
            mistakes[name] = _("Please check this entry.")
    if not typed["name"]:
        mistakes["name"] = _("Please enter your name.")
    if typed["email"]:
        try:
            typed["email"] = address(typed["email"])
        except InvalidMail:
            mistakes["email"] = _(
                "This e-mail address is not complete. For example: name@example.org"
            )
    elif email:
        mistakes["email"] = _("Please enter your e-mail address.")
    if typed["phone"]:
        try:
            valid_phone(typed["phone"])
        except ValidationError:
            mistakes["phone"] = _("This telephone number is not complete. For example: 02131 987-0")
    return typed, mistakes
