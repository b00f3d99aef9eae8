"""What editors choose from."""

from kaarst.appointments import _
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary


def _choice(*terms) -> SimpleVocabulary:
    return SimpleVocabulary([SimpleTerm(value, str(value), title) for value, title in terms])


KINDS = _choice(
    ("counter", _("Counter")),
    ("staff", _("Member of staff")),
    ("room", _("Room")),
    ("kit", _("Kit")),
)
STEPS = _choice(*((minutes, str(minutes)) for minutes in (5, 10, 15, 20, 30, 60)))
LENGTH_RULES = _choice(
    ("further_ones_shorter", _("One in full, the others as long as they take beside it")),
    ("one_after_another", _("Each in full, one after another")),
    ("side_by_side", _("As long as the longest of them")),
)
RELEASES = _choice(
    ("blocks", _("An hour here and there at every counter")),
    ("resources", _("Whole counters")),
)
RULES = _choice(("break", _("Break")), ("open", _("Further opening hours")))
MEETINGS = _choice(
    ("desk", _("At the desk")),
    ("video", _("By video")),
    ("home", _("At the citizen's home")),
)
VIDEO = _choice(("jitsi", "Jitsi"), ("opentalk", "OpenTalk"), ("other", _("Another one")))
