"""Fees as editors write them, one a line, and as programs read them.

Plain Python, without Plone.
"""

from dataclasses import dataclass
from decimal import Decimal

import re


# 1.234,50 or 37,00 or 37 or 37.00; thousands with a dot or a thin space as in German typesetting
_NUMBER = r"(?:\d{1,3}(?:[.\u202f\u00a0 ]\d{3})+|\d+)(?:[.,]\d{1,2})?"
_EURO = r"(?:€|EUR|Euro)"
_AMOUNT = re.compile(
    rf"(?P<least>{_NUMBER})\s*{_EURO}?\s*(?:(?:bis|to|-|–)\s*(?P<most>{_NUMBER})\s*)?{_EURO}(?!\w)",
    re.IGNORECASE,
)
_FREE = re.compile(r"\b(?:gebührenfrei|kostenlos|kostenfrei|frei|keine|free)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Fee:
    """One fee.

    `label`: what it is for. `text`: the amount as the editor wrote it. `least` and `most`: euros,
    equal unless the editor gave a range, both `None` when no amount can be read from the text
    ("nach Aufwand"). A free service has 0.
    """

    label: str
    text: str
    least: Decimal | None
    most: Decimal | None


def parse_fee(line: str) -> Fee | None:
    """The fee in a line "what for: amount"; `None` when a part of it is missing.

    The last colon divides, so that a label may have colons of its own. A line that is nothing but
    an amount, or only says that the service is free, has an empty label. A number without a
    currency is no amount.
    """
    line = " ".join(line.split())
    label, colon, text = line.rpartition(":")
    label, text = label.strip(), text.strip()
    if colon and not (label and text):
        return None
    amount = _AMOUNT.search(text)
    if amount:
        least = _decimal(amount["least"])
        most = _decimal(amount["most"]) if amount["most"] else least
    elif _FREE.search(text):
        least = most = Decimal(0)
    elif colon and not re.fullmatch(_NUMBER, text):
        least = most = None
    else:
        return None
    return Fee(label, text, least, most)


def parse_fees(lines) -> list[Fee]:
    """All fees; a line that cannot be read keeps its text and has no amount."""
    fees = []
    for line in lines or ():
        if line and line.strip():
            fees.append(parse_fee(line) or Fee("", line.strip(), None, None))
    return fees


def _decimal(number: str) -> Decimal:
    number = re.sub(r"[\s\u202f\u00a0]", "", number)
    whole, cents = number, ""
    if match := re.fullmatch(r"(.*)[.,](\d{1,2})", number):
        whole, cents = match.groups()
    return Decimal(re.sub(r"[.,]", "", whole) + "." + (cents or "0"))
