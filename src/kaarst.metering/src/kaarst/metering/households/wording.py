"""What people agree to, by purpose and version. A version that somebody has agreed to is never changed.

Who changes a text writes a new version beside the old one: the consents name the version.
"""

from kaarst.metering import _
from kaarst.metering.store.consents import COMPARISON
from kaarst.metering.store.consents import OWN_USE


#: The version that is shown now.
CURRENT = "2026-12"
_SHOWN = _(
    "own_use_1",
    default="I agree that the town shows me the readings of this meter, and what is reckoned "
    "from them: consumption, cost and base load, also as they arrive.",
)
_HOLDER = _(
    "own_use_3",
    default="I hold this meter myself. If other people live here, they know of it.",
)
_COMPARED = (
    _(
        "comparison_1",
        default="I agree that the monthly consumption of this meter goes into averages of "
        "households like mine. For this the town stores how many people live here and "
        "whether water is heated with electricity, as I have said.",
    ),
    _(
        "comparison_2",
        default="Averages are shown only of at least five households none of which stands out, "
        "never as they arrive: to others who take part, and to everybody after at least a month.",
    ),
    _(
        "comparison_3",
        default="I can withdraw this consent at any time, also without the other one. Averages "
        "made later do without my meter.",
    ),
)
#: (purpose, version) → paragraphs.
WORDINGS = {
    (OWN_USE, "2026-12"): (
        _SHOWN,
        _(
            "own_use_2b",
            default="For this the town stores the readings of the meter with their time: single "
            "readings for three years (condensed to quarters of an hour after five weeks), hourly "
            "figures for ten years, daily figures as long as I agree. They are given to nobody else.",
        ),
        _HOLDER,
        _(
            "own_use_4b",
            default="I can withdraw this consent at any time, here with one click. Then the readings "
            "of my time are deleted at once and no more are stored, unless the town needs them for "
            "something else and says so here. What was done before remains lawful. That I agreed and "
            "when is kept as evidence until three years after the year of the withdrawal.",
        ),
    ),
    (OWN_USE, "2026-11"): (
        _SHOWN,
        _(
            "own_use_2",
            default="For this the town stores the readings of the meter with their time: single "
            "readings for three years (condensed to quarters of an hour after five weeks), hourly "
            "figures for ten years, daily figures for good. They are given to nobody else.",
        ),
        _HOLDER,
        _(
            "own_use_4",
            default="I can withdraw this consent at any time, here with one click. From that moment "
            "on nobody sees these readings by it any more; what was done before remains lawful. "
            "That I agreed and when is kept as evidence until three years after the year of the "
            "withdrawal.",
        ),
    ),
    (COMPARISON, "2026-12"): _COMPARED,
    (COMPARISON, "2026-11"): _COMPARED,
}


def paragraphs(purpose: str, version: str = CURRENT) -> tuple:
    """Returns the text; KeyError for a version that never was."""
    return WORDINGS[purpose, version]
