"""What a citizen types about himself, checked. Gives messages beside the field names."""

from collections.abc import Collection
from collections.abc import Mapping
from kaarst.appointments import _
from kaarst.appointments.desks.meeting import HOME
from kaarst.core.outbox import InvalidMail
from kaarst.core.outbox.writing import address
from kaarst.core.town.checks import valid_phone
from zope.schema import ValidationError

import re


LIMITS = {"name": 120, "email": 254, "phone": 40}
ADDRESS = {"street": 120, "postal_code": 5, "city": 80}


def checked(
    data: Mapping, *, email: bool = False, desk=None
) -> tuple[dict[str, str], dict[str, object]]:
    """Returns what was typed, stripped, and the mistakes by field.

    A name is needed, an e-mail address only with `email`, and where to come to for a `desk`
    (content) whose people come to the citizen's home.
    """
    typed, mistakes = {}, {}
    at_home = desk is not None and desk.meets == HOME
    for name, limit in {**LIMITS, **(ADDRESS if at_home else {})}.items():
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
    if at_home:
        mistakes |= _wrong_address(typed, desk.postal_codes or ())
    return typed, mistakes


def _wrong_address(typed: Mapping[str, str], codes: Collection[str]) -> dict[str, object]:
    wrong: dict[str, object] = {}
    if not re.search(r"[^\W\d]{2}.*\d", typed["street"]):
        wrong["street"] = _("Please give street and house number. For example: Am Neumarkt 2")
    if not re.fullmatch(r"[0-9]{5}", typed["postal_code"]):
        wrong["postal_code"] = _("A postal code has five digits.")
    elif codes and typed["postal_code"] not in {code.strip() for code in codes}:
        wrong["postal_code"] = _(
            "postal_code_too_far",
            default="We only come to ${codes}. Please call us.",
            mapping={"codes": ", ".join(codes)},
        )
    if not re.search(r"[^\W\d]{2}", typed["city"]):
        wrong["city"] = _("Please give the town.")
    return wrong
