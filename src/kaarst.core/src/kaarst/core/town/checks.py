"""What the control panel accepts; each check says what is wrong in one sentence."""

from email_validator import EmailNotValidError
from email_validator import validate_email
from kaarst.core import _
from kaarst.core.town import colour
from kaarst.core.town import svg
from stdnum import iban
from stdnum.exceptions import ValidationError as NumberError
from zope.schema import ValidationError

import base64
import binascii
import re


MAX_COAT_OF_ARMS = 512 * 1024
PNG = b"\x89PNG\r\n\x1a\n"


class TownInvalid(ValidationError):
    """A setting that cannot be used; the first argument is a sentence that says why."""

    def doc(self):
        return self.args[0]


def valid_prefix(value: str) -> bool:
    if not re.fullmatch(r"[A-Z]{2,4}", value or ""):
        raise TownInvalid(_("Please give two to four capital letters, for example KAA."))
    return True


def valid_accent(value: str) -> bool:
    try:
        ratio = colour.contrast(value, colour.WHITE)
    except ValueError:
        raise TownInvalid(
            _("Please give the colour as # and six digits, for example #14508c.")
        ) from None
    if ratio < colour.READABLE:
        raise TownInvalid(
            _(
                "This colour is too light: its contrast with white is ${ratio} : 1, and 4.5 : 1 is needed. "
                "Please take a darker one.",
                mapping={"ratio": f"{ratio:.1f}".replace(".", ",")},
            )
        )
    return True


def valid_email(value: str | None) -> bool:
    if not value:
        return True
    try:
        validate_email(value, check_deliverability=False)
    except EmailNotValidError:
        raise TownInvalid(
            _("“${text}” is not an e-mail address.", mapping={"text": value})
        ) from None
    return True


def valid_phone(value: str | None) -> bool:
    if value and (
        not re.fullmatch(r"\+?[0-9 ()/–-]+", value)
        or sum(map(str.isdigit, value)) not in range(3, 16)
    ):
        raise TownInvalid(
            _(
                "“${text}” is not a telephone number. Please write it like this: 02131 987-0",
                mapping={"text": value},
            )
        )
    return True


def valid_bank_accounts(value: str | None) -> bool:
    for line in filter(None, map(str.strip, (value or "").splitlines())):
        try:
            iban.validate(line.rpartition(":")[2])
        except NumberError:
            raise TownInvalid(
                _("“${text}” does not end with a valid IBAN.", mapping={"text": line})
            ) from None
    return True


def valid_postal_places(value: str | None) -> bool:
    for line in filter(None, map(str.strip, (value or "").splitlines())):
        if not re.fullmatch(r"[0-9]{5} +[^\W\d_].*", line):
            raise TownInvalid(
                _(
                    "error_postal_places",
                    default="“${text}” is no postal code with its places. Please write it like this: "
                    "41564 Kaarst, Büttgen",
                    mapping={"text": line},
                )
            )
    return True


def split_stored(value: bytes) -> tuple[str, bytes]:
    """File name and data of what the upload widget stores (filenameb64:…;datab64:…).

    Raises ValueError when it is nothing of that kind.
    """
    found = re.fullmatch(rb"filenameb64:([^;]*);datab64:(.*)", value, re.DOTALL)
    if found is None:
        raise ValueError("not an uploaded file")
    try:
        return (
            base64.b64decode(found[1], validate=True).decode("utf-8"),
            base64.b64decode(found[2], validate=True),
        )
    except binascii.Error as error:
        raise ValueError("not base64") from error


def valid_coat_of_arms(value: bytes | None) -> bool:
    if not value:
        return True
    try:
        data = split_stored(value)[1]
    except ValueError:
        raise TownInvalid(_("The file could not be read. Please choose it again.")) from None
    if len(data) > MAX_COAT_OF_ARMS:
        raise TownInvalid(_("The file is larger than 512 kB. Please make it smaller."))
    if data.startswith(PNG):
        return True
    try:
        svg.clean(data)
    except svg.NotAnImage:
        raise TownInvalid(_("Please choose an SVG or PNG file.")) from None
    return True
