"""How sure it is who somebody is: levels of trust of a login and of each of its values.

BundID interface description 10.2 and the Onlinezugangsgesetz, § 3 (4) and § 8, know three levels
(eIDAS, Regulation (EU) 910/2014, Art. 8, calls them low, substantial and high). They are written
as STORK-QAA-Levels 1, 3 and 4; brokers pass them on under these or under their own names.
"""

from enum import IntEnum
from kaarst.core import _


class Level(IntEnum):
    """The greater, the surer. The numbers are those of STORK-QAA and are stored."""

    NONE = 0
    BASIC = 1
    SUBSTANTIAL = 3
    HIGH = 4

    @property
    def word(self) -> str:
        """As it is written in settings and in JSON."""
        return self.name.lower()


TITLES = {
    Level.NONE: _("level_none", "without a login"),
    Level.BASIC: _("level_basic", "basic"),
    Level.SUBSTANTIAL: _("level_substantial", "substantial"),
    Level.HIGH: _("level_high", "high"),
}
#: What a citizen does to reach a level.
WAYS = {
    Level.BASIC: _("level_basic_way", "BundID with user name and password"),
    Level.SUBSTANTIAL: _("level_substantial_way", "BundID with your ELSTER certificate"),
    Level.HIGH: _("level_high_way", "BundID with your identity card (online ID function)"),
}
STORK = "STORK-QAA-Level-"


def named(word: object, default: Level | None = None) -> Level:
    """Returns the level of a word, a number, or a STORK-QAA name.

    Raises ValueError for what is none, unless there is a `default`.
    """
    text = str(word).strip() if isinstance(word, str | int) else ""
    if text.startswith(STORK):
        text = text[len(STORK) :]
    for level in Level:
        if text.lower() == level.word or text == str(level.value):
            return level
    # STORK's second level is not used by the BundID and vouches for less than "substantial".
    if text == "2":
        return Level.BASIC
    if default is None:
        raise ValueError(f"no level: {text[:40]!r}")
    return default
