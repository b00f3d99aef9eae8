"""Letters that wait to be sent, and those that could not be.

Times are UTC. A letter is written down in the transaction in which it was caused: no record
without its letter and no letter without its record. The mail's own `Message-ID` is fixed then, so
that a letter that is sent twice after a crash is recognisably the same.
"""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.core.shards import Shards
from persistent import Persistent
from uuid import uuid4


FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
# Mail servers try for four to five days (RFC 5321, 4.5.4.1); a citizen who hears nothing asks
# before that, and somebody should have looked.
GIVE_UP_AFTER = timedelta(days=3)
DISCARDS_KEPT = 200


class Content(Persistent):
    """The mail itself, apart from its letter: who only counts letters does not load it.

    Either `data`, the mail without its From line, or `draft`: the name of an `ILetterWriter` and
    the words it makes the mail of. See kaarst.core.outbox.drafts.
    """

    data: bytes | None = None
    draft: tuple[str, dict] | None = None

    def __init__(self, data: bytes | None, draft: tuple[str, dict] | None = None):
        if data is not None:
            self.data = data
        if draft is not None:
            self.draft = draft


class Letter(Persistent):
    """One mail to one recipient.

    `state`: "queued" or "failed". `due`: not before this. `last_error`: what the mail server or
    the system said, empty before. What it says: kaarst.core.outbox.drafts.mail_of.
    """

    def __init__(
        self,
        to: str,
        subject: str,
        data: bytes | None,
        message_id: str,
        draft: tuple[str, dict] | None = None,
    ):
        self.id = uuid4().hex
        self.to = to
        self.subject = subject
        self.content = Content(data, draft)
        self.message_id = message_id
        self.created = self.due = datetime.now(UTC)
        self.state = "queued"
        self.attempts = 0
        self.last_error = ""


class Outbox(Persistent):
    """All letters of a site."""

    def __init__(self):
        self.queued = Shards(64)
        self.failed = Shards(4)
        self.discards: tuple[tuple[str, str, str, str], ...] = ()

    def add(self, letter: Letter) -> None:
        """Queues a new letter."""
        self.queued.insert(letter.id, letter)

    def due(self) -> list[str]:
        """The ids of the letters to be sent now, the oldest first."""
        now = datetime.now(UTC)
        ready = (letter for letter in self.queued.values() if letter.due <= now)
        return [letter.id for letter in sorted(ready, key=lambda letter: letter.created)]

    def letters(self) -> list[Letter]:
        """All letters: the failed before the queued, the newest first."""
        failed, queued = (
            sorted(shards.values(), key=lambda letter: letter.created, reverse=True)
            for shards in (self.failed, self.queued)
        )
        return failed + queued

    def sent(self, id: str) -> None:
        """Removes a letter that has left. One that is gone already is no error."""
        self.queued.pop(id, None)

    def postpone(self, id: str, error: str) -> None:
        """Notes a failure that may pass, and when to try again; at last gives the letter up."""
        letter = self.queued.get(id)
        if letter is None:
            return
        now = datetime.now(UTC)
        letter.attempts += 1
        letter.last_error = error
        if now - letter.created >= GIVE_UP_AFTER:
            self._move(letter, "failed")
            return
        letter.due = now + min(FIRST_PAUSE * 2 ** min(letter.attempts - 1, 20), LONGEST_PAUSE)

    def refuse(self, id: str, error: str) -> None:
        """Notes a failure that will not pass. The letter is kept."""
        letter = self.queued.get(id)
        if letter is not None:
            letter.attempts += 1
            letter.last_error = error
            self._move(letter, "failed")

    def repeat(self, id: str) -> None:
        """Makes a letter due at once, also a failed one. Raises KeyError."""
        letter = self.failed.get(id) or self.queued[id]
        letter.due = datetime.now(UTC)
        if letter.state == "failed":
            # Three days from now, not from when it was written.
            letter.created = letter.due
            self._move(letter, "queued")

    def discard(self, id: str, who: str, reason: str) -> None:
        """Throws a letter away for good and keeps who did it and why. Raises KeyError."""
        shards = self.failed if id in self.failed else self.queued
        del shards[id]
        entry = (datetime.now(UTC).isoformat(timespec="seconds"), id, who, reason)
        self.discards = (*self.discards, entry)[-DISCARDS_KEPT:]

    def erase(self, recipient: str, subject: str | None = None) -> int:
        """Removes all letters to an address, or those with a subject. Returns how many."""
        wanted = recipient.strip().casefold()
        count = 0
        for shards in (self.queued, self.failed):
            for letter in list(shards.values()):
                if letter.to.casefold() == wanted and subject in (None, letter.subject):
                    del shards[letter.id]
                    count += 1
        return count

    def _move(self, letter: Letter, state: str) -> None:
        shards = {"queued": self.queued, "failed": self.failed}
        del shards[letter.state][letter.id]
        letter.state = state
        shards[state].insert(letter.id, letter)
