"""Checks that an editor may put on a field.

Each takes a value (never None) and returns a message, or None when the value will do. The first
three carry the names that collective.easyform gave them, so that models made with it still work.
"""

from datetime import date
from datetime import datetime
from kaarst.services import _
from zoneinfo import ZoneInfo

import re


BERLIN = ZoneInfo("Europe/Berlin")
LINK = re.compile(r"https?://|www\.|<a\s", re.IGNORECASE)
POSTAL_CODE = re.compile(r"^[0-9]{5}$")
# The oldest person known became 122.
OLDEST = 125
# Digits with the separators people write; at least six digits, so that "112" is not a call-back.
PHONE = re.compile(r"^\+?[0-9 ()/.-]{6,30}$")


def is_email(value):
    """One address, by syntax; whether it exists is not asked."""
    from email_validator import EmailNotValidError
    from email_validator import validate_email

    try:
        validate_email(value, check_deliverability=False)
    except EmailNotValidError:
        return _(
            "error_email",
            "This is not an e-mail address. It looks like name@example.org.",
        )


def is_checked(value):
    if value is not True:
        return _("error_checked", "Please tick this box. Without it, we cannot go on.")


def is_not_link(value):
    if isinstance(value, str) and LINK.search(value):
        return _("error_link", "Please write this without links.")


def is_postal_code(value):
    """A German postal code; kept as text because of the leading zero."""
    if not POSTAL_CODE.match(str(value)):
        return _("error_postal_code", "A postal code has five digits, for example 41564.")


def is_phone_number(value):
    if not PHONE.match(str(value)) or sum(char.isdigit() for char in str(value)) < 6:
        return _(
            "error_phone_number",
            "This is not a telephone number. It looks like 02131 987-0.",
        )


def is_not_in_future(value):
    if isinstance(value, date) and value > today():
        return _("error_future", "This date is in the future. Please check it.")


def is_not_in_past(value):
    if isinstance(value, date) and value < today():
        return _("error_past", "This date is in the past. Please check it.")


def is_iban(value):
    """An account number after ISO 13616: country, length, bank code and both check digits."""
    from stdnum import iban

    if not iban.is_valid(str(value)):
        return _(
            "error_iban",
            "This is not a valid IBAN. Please compare it with your bank card; it looks like "
            "DE89 3704 0044 0532 0130 00.",
        )


def is_birth_date(value):
    """A day on which somebody alive may have been born."""
    if not isinstance(value, date):
        return None
    if value > today():
        return _("error_birth_future", "This date of birth is in the future. Please check it.")
    if value.year < today().year - OLDEST:
        return _("error_birth_past", "This date of birth is too long ago. Please check the year.")
    return None


def is_signature(value):
    """A whole name, typed in the place of a signature; beside it stands a box to tick."""
    words = [word for word in str(value).split() if any(char.isalpha() for char in word)]
    if len(words) < 2 or any(char.isdigit() for char in str(value)):
        return _("error_signature", "Please sign with your first name and family name.")


def today():
    """The date in Germany."""
    return datetime.now(BERLIN).date()


VALIDATORS = {
    "isValidEmail": is_email,
    "isChecked": is_checked,
    "isNotLinkSpam": is_not_link,
    "isPostalCode": is_postal_code,
    "isPhoneNumber": is_phone_number,
    "isIBAN": is_iban,
    "isBirthDate": is_birth_date,
    "isSignature": is_signature,
    "isNotInFuture": is_not_in_future,
    "isNotInPast": is_not_in_past,
}
TITLES = {
    "isValidEmail": _("E-mail address"),
    "isChecked": _("Must be ticked"),
    "isNotLinkSpam": _("No links"),
    "isPostalCode": _("German postal code"),
    "isPhoneNumber": _("Telephone number"),
    "isIBAN": _("IBAN"),
    "isBirthDate": _("Date of birth"),
    "isSignature": _("Signature: whole name"),
    "isNotInFuture": _("Date not in the future"),
    "isNotInPast": _("Date not in the past"),
}
