"""What a file says, before anybody looks at the site. Plain Python, without Plone."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from kaarst.services import _
from typing import Any
from zope.i18nmessageid import Message


#: Bytes of a file, services in it, characters of one value.
LARGEST = 10_000_000
MOST = 5_000
LONGEST = 100_000


@dataclass(frozen=True)
class Record:
    """A service of a file.

    `id`: the UID under which a site knows it, or "". `values` by field (see fields.FIELDS), only
    what the file speaks of: a value that is missing leaves the service as it is, an empty one empties
    it. `line`: where it begins in the file, from 1.
    """

    id: str
    values: Mapping[str, Any]
    line: int = 0

    @property
    def title(self) -> str:
        return self.values.get("title", "")


@dataclass(frozen=True)
class Note:
    """Something the report tells. `line`: in the file, 0 for all of it; `title`: of the service, or "".

    `wrong`: the service cannot be imported like this; otherwise only a part of it was left out.
    `record`: number of the Record it is about, from 0, or None.
    """

    line: int
    title: str
    message: Message
    wrong: bool = False
    record: int | None = None


@dataclass
class Parsed:
    """A file that was read."""

    records: list[Record] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def note(self, line: int, message: Message) -> None:
        """Notes something about the file as a whole."""
        self.notes.append(Note(line, "", message))

    def note_next(self, line: int, title: str, message: Message, wrong: bool = False) -> None:
        """Notes something about the record that is appended next."""
        self.notes.append(Note(line, title, message, wrong, len(self.records)))


class NotReadable(Exception):
    """The file as a whole cannot be read. `message`: for people, translatable."""

    def __init__(self, message: Message):
        super().__init__(str(message))
        self.message = message


def check_size(data: bytes) -> None:
    """Raises NotReadable for an empty file and one that is too large."""
    if not data.strip():
        raise NotReadable(_("The file is empty."))
    if len(data) > LARGEST:
        raise NotReadable(
            _(
                "The file is too large: at most ${count} MB are read.",
                mapping={"count": LARGEST // 1_000_000},
            )
        )


def check_count(records: list[Record]) -> None:
    """Raises NotReadable for more services than one import takes."""
    if len(records) > MOST:
        raise NotReadable(
            _(
                "The file has too many services: at most ${count} are read at once.",
                mapping={"count": MOST},
            )
        )
