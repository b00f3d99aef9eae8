"""What people type into forms, read into numbers, moments and choices. Plain Python, no Plone.

Nothing raises: what cannot be read is None, and `mistakes` says why, a sentence for each field.
"""

from collections.abc import Collection
from collections.abc import Mapping
from datetime import date
from datetime import datetime
from decimal import Decimal
from decimal import InvalidOperation
from kaarst.metering import _
from kaarst.metering.rollup.calendar import to_milliseconds
from kaarst.metering.rollup.calendar import ZONE
from zope.i18nmessageid import Message

import re


MISSING = _("Please fill in this field.")
_THOUSANDS = re.compile(r"-?\d{1,3}(\.\d{3})+")
_LIMIT = Decimal(10) ** 12


class Entered:
    """The fields of a form, as they came. `mistakes`: field → translatable sentence."""

    def __init__(self, form: Mapping):
        self._form = form
        self.mistakes: dict[str, Message] = {}

    def mistake(self, name: str, sentence: Message):
        """Notes the first thing that is wrong with a field."""
        self.mistakes.setdefault(name, sentence)

    def text(self, name: str, limit: int = 200, required: bool = False) -> str:
        """Returns a line without control characters, "" if there is none."""
        value = self._form.get(name, "")
        value = value.strip() if isinstance(value, str) else ""
        if len(value) > limit or not all(sign.isprintable() for sign in value):
            self.mistake(name, _("too_long", default="At most ${limit} characters, in one line.", mapping={"limit": limit}))  # fmt: skip
            return ""
        if required and not value:
            self.mistake(name, MISSING)
        return value

    def choice(self, name: str, known: Collection[str], required: bool = True) -> str:
        """Returns one of the known values, "" for any other."""
        value = self._form.get(name, "")
        if isinstance(value, str) and value in known:
            return value
        if required or value:
            self.mistake(name, _("Please choose one of the options."))
        return ""

    def decimal(self, name: str, required: bool = False, negative: bool = False) -> Decimal | None:
        """Returns a number with a decimal comma or point; "12.345" could be either and is refused."""
        value = self.text(name, 40, required)
        if not value:
            return None
        tidy = value.replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
        if _THOUSANDS.fullmatch(tidy):
            self.mistake(name, _("Please write it without a point for thousands, decimals after a comma."))  # fmt: skip
            return None
        if "," in tidy:
            tidy = tidy.replace(".", "").replace(",", ".")
        try:
            found = Decimal(tidy if tidy.isascii() else "NaN")
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite() or abs(found) >= _LIMIT:
            self.mistake(name, _("Please write a number, for example 1234,5."))
            return None
        if found < 0 and not negative:
            self.mistake(name, _("This cannot be less than nothing."))
            return None
        return found

    def whole(self, name: str, least: int, most: int, required: bool = False) -> int | None:
        """Returns a whole number between two, both included."""
        value = self.text(name, 20, required)
        if not value:
            return None
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            self.mistake(name, _("whole_between", default="Please write a whole number from ${least} to ${most}.", mapping={"least": least, "most": most}))  # fmt: skip
            return None
        return int(value)

    def moment(self, name: str, required: bool = False) -> int | None:
        """Returns UTC milliseconds of a local date and time, as `datetime-local` sends it."""
        value = self.text(name, 30, required)
        if not value:
            return None
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            found = None
        if found is None or found.tzinfo is not None or not 1990 <= found.year < 2100:
            self.mistake(name, _("Please write a date and a time."))
            return None
        return to_milliseconds(found.replace(tzinfo=ZONE))

    def day(self, name: str, required: bool = False) -> date | None:
        """Returns a date, as `date` sends it."""
        value = self.text(name, 30, required)
        if not value:
            return None
        try:
            found = date.fromisoformat(value)
        except ValueError:
            found = None
        if found is None or not 1990 <= found.year < 2100:
            self.mistake(name, _("Please write a date."))
            return None
        return found

    def texts(self, name: str, limit: int = 200) -> list[str]:
        """Returns what was sent under one name, once or several times."""
        value = self._form.get(name, [])
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list | tuple):
            return []
        return [one for one in found if isinstance(one, str)][:limit]
