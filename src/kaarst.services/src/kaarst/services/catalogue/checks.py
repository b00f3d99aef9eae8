"""Checks of what editors type, each with a sentence that says what to do."""

from kaarst.services import _
from kaarst.services.catalogue.fees import parse_fee
from urllib.parse import urlsplit
from zope.schema.interfaces import ConstraintNotSatisfied

import re


class NotAWebAddress(ConstraintNotSatisfied):
    __doc__ = _("Please enter the whole address, starting with https://.")


class NotALeikaKey(ConstraintNotSatisfied):
    __doc__ = _("A LeiKa key has 14 digits and starts with 99.")


class NotAFee(ConstraintNotSatisfied):
    __doc__ = _(
        "error_fee",
        default="Please write each fee as “what for: amount”, for example “Identity card: 37,00 €”.",
    )


def web_address(value: str) -> bool:
    """An absolute http(s) address with a host."""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - raises ValueError when the port is no number
    except ValueError:
        raise NotAWebAddress(value) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", value):
        raise NotAWebAddress(value)
    return True


def leika_key(value: str) -> bool:
    """14 digits, the first two 99 (Leistungskatalog der öffentlichen Verwaltung)."""
    if not re.fullmatch(r"99\d{12}", value):
        raise NotALeikaKey(value)
    return True


def fee_lines(value: list[str]) -> bool:
    """Every line that is not empty reads as a fee."""
    for line in value:
        if line and line.strip() and parse_fee(line) is None:
            raise NotAFee(line)
    return True
