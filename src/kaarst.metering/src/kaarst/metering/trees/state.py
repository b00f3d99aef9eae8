"""Whether a tree is thirsty, and why: the state with its reason in a sentence.

What was measured counts before what is calculated. Suction (tension) is judged by the years since
planting and the depth, water content by the soil. Where neither can be, the water balance of 30 days
decides; where nothing can be known the state is "unknown", and the reason says what is missing.
"""

from collections.abc import Container
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from kaarst.core.opening_hours.wording import date_text
from kaarst.metering import _
from kaarst.metering.rollup.calendar import ZONE
from kaarst.metering.trees import probes as signs
from kaarst.metering.trees.balance import Balance
from kaarst.metering.trees.probes import Probe
from kaarst.metering.trees.soil import SOILS
from kaarst.metering.trees.soil import SOON_SHARE
from kaarst.metering.trees.soil import THIRSTY_SHARE
from zope.i18nmessageid import Message


THIRSTY, SOON, GOOD, UNKNOWN = "thirsty", "soon", "good", "unknown"
#: The most urgent first.
STATES = (THIRSTY, SOON, UNKNOWN, GOOD)
#: Until water has come down to a probe, what it said before does not count.
SETTLING = timedelta(hours=24)
#: Trees planted less than so many years ago have no roots below the probe in 40 cm.
YOUNG = 3
_YOUNG_DEPTH = 50
#: Months in which trees with leaves are watered: April to October.
SEASON = range(4, 11)
_FAULTS = {
    signs.NEVER: _("The probe at ${depth} cm has not sent anything yet."),
    signs.SILENT: _("The probe at ${depth} cm has been silent since ${day}."),
    signs.TORN: _(
        "The probe at ${depth} cm is torn off or broken: what it sends is no measurement."
    ),
    signs.FROZEN: _(
        "tree_frozen",
        default="The probe at ${depth} cm has said the same for days while its neighbours moved: "
        "it is not believed.",
    ),
}


@dataclass(frozen=True)
class Reason:
    """A sentence with values: numbers and days are written as the reader's language has it."""

    text: Message
    values: dict = field(default_factory=dict)

    def message(self, language: str = "de") -> Message:
        """The sentence, still to be translated, for readers of `language`."""
        return Message(
            self.text, mapping={k: _written(v, language) for k, v in self.values.items()}
        )


@dataclass(frozen=True)
class Site:
    """What is known of a tree: year planted, soil (a key of SOILS or "")."""

    planted: int
    soil: str = ""


@dataclass(frozen=True)
class Watering:
    """Water that people brought. `at` is aware."""

    at: datetime
    litres: int


@dataclass(frozen=True)
class Judgement:
    """`since`: the moment (aware) of what the state rests on. `notes`: what else must be said."""

    state: str
    reason: Reason
    since: datetime
    notes: tuple[Reason, ...] = ()
    litres: int = 0


def tension_limits(age: int, depth: int) -> tuple[int | None, int] | None:
    """From which suction in kPa a tree is soon thirsty and thirsty; None where nobody has tried it.

    By years since planting, at 30, 60 and 90 cm.
    """
    shallow = depth <= 45
    if age <= 1:
        return 25, 33
    if age == 2:
        return (62, 81) if shallow else (25, 33)
    if age == 3 and not shallow:
        return None, 80
    return None


def limit(site: Site, probe: Probe, now: datetime) -> Decimal | None:
    """The value of a probe beyond which the tree is thirsty; None where nobody knows."""
    age = now.astimezone(ZONE).year - site.planted
    if probe.kind == signs.TENSION:
        found = tension_limits(age, probe.depth)
        return None if found is None else Decimal(found[1])
    soil = SOILS.get(site.soil)
    return None if soil is None else soil.content(THIRSTY_SHARE)


def judge(
    site: Site,
    probes: list[Probe],
    balance: Balance,
    last: Watering | None,
    now: datetime,
    season: Container[int] = SEASON,
) -> Judgement:
    """The state of a tree at a moment. `now` and all other moments are aware."""
    notes = tuple(_fault(probe) for probe in probes if probe.fault)
    sound = [probe for probe in probes if not probe.fault]
    if last is not None and timedelta(0) <= now - last.at < SETTLING:
        reason = Reason(
            _("Watered on ${day} with ${litres} l; the water takes a day to come down."),
            {"day": _local(last.at), "litres": last.litres},
        )
        return Judgement(GOOD, reason, last.at, notes)
    age = now.astimezone(ZONE).year - site.planted
    found = [one for probe in sound if (one := _measured(site, age, probe)) is not None]
    if found:
        state, reason, probe = min(found, key=lambda one: STATES.index(one[0]))
    elif sound:
        state, reason, probe = UNKNOWN, _not_judged(site, age, sound[0]), sound[0]
    else:
        state, reason = _balanced(balance, now, season)
        return Judgement(state, reason, now, notes, _dose(state, balance))
    return Judgement(state, reason, probe.at, notes, _dose(state, balance))


def _dose(state: str, balance: Balance) -> int:
    return balance.dose if state in (THIRSTY, SOON) else 0


def _measured(site: Site, age: int, probe: Probe) -> tuple[str, Reason, Probe] | None:
    if probe.kind == signs.TENSION:
        return _by_tension(age, probe)
    return _by_content(site, age, probe)


def _by_tension(age: int, probe: Probe):
    limits = tension_limits(age, probe.depth)
    if limits is None:
        return None
    warn, act = limits
    values = {"value": probe.value, "depth": probe.depth, "limit": act}
    if probe.value > act:
        text = _(
            "tree_tension_thirsty",
            default="At ${depth} cm the soil holds its water with ${value} kPa. At the age of this "
            "tree more than ${limit} kPa is too much.",
        )
        return THIRSTY, Reason(text, values), probe
    if warn is not None and probe.value > warn:
        text = _(
            "tree_tension_soon",
            default="At ${depth} cm the soil holds its water with ${value} kPa. From ${limit} kPa "
            "on this tree is thirsty.",
        )
        return SOON, Reason(text, values), probe
    text = _(
        "tree_tension_good",
        default="At ${depth} cm the soil holds its water with only ${value} kPa. This tree is "
        "thirsty from ${limit} kPa on.",
    )
    return GOOD, Reason(text, values), probe


def _by_content(site: Site, age: int, probe: Probe):
    soil = SOILS.get(site.soil)
    if soil is None or (age < YOUNG and probe.depth > _YOUNG_DEPTH):
        return None
    share = soil.share(probe.value)
    percent = round(min(max(share, Decimal(0)), Decimal(1)) * 100)
    values = {"value": probe.value, "depth": probe.depth, "percent": percent, "soil": soil.code}
    if share < THIRSTY_SHARE:
        text = _(
            "tree_content_thirsty",
            default="At ${depth} cm ${value} % of the soil is water. In this soil (${soil}) only "
            "${percent} % of what a tree can drink is left; below 30 % it suffers.",
        )
        return THIRSTY, Reason(text, values), probe
    if share < SOON_SHARE:
        text = _(
            "tree_content_soon",
            default="At ${depth} cm ${value} % of the soil is water. In this soil (${soil}) "
            "${percent} % of what a tree can drink is left; below 30 % it suffers.",
        )
        return SOON, Reason(text, values), probe
    text = _(
        "tree_content_good",
        default="At ${depth} cm ${value} % of the soil is water. In this soil (${soil}) ${percent} % "
        "of what a tree can drink is left.",
    )
    return GOOD, Reason(text, values), probe


def _not_judged(site: Site, age: int, probe: Probe) -> Reason:
    values = {"value": probe.value, "depth": probe.depth, "age": age}
    if probe.kind == signs.TENSION:
        text = _(
            "tree_too_old",
            default="At ${depth} cm the soil holds its water with ${value} kPa. What that means for "
            "a tree ${age} years after planting has not been tried.",
        )
    elif site.soil not in SOILS:
        text = _(
            "tree_no_soil",
            default="At ${depth} cm ${value} % of the soil is water. What that means depends on the "
            "soil, and this tree's soil is not known.",
        )
    else:
        text = _(
            "tree_too_deep",
            default="The probe lies at ${depth} cm. The roots of so young a tree do not reach it.",
        )
    return Reason(text, values)


def _balanced(balance: Balance, now: datetime, season: Container[int]) -> tuple[str, Reason]:
    local = now.astimezone(ZONE)
    if local.month not in season:
        text = _("There are no measurements, and at this time of the year trees need no watering.")
        return GOOD, Reason(text)
    if not balance.known:
        text = _("There are no measurements, and nobody has entered how much it rained.")
        return UNKNOWN, Reason(text)
    values = {"need": balance.need, "rain": balance.rained, "watered": balance.watered}
    if not balance.missing:
        text = _(
            "tree_balance_good",
            default="Calculated, not measured: in 30 days it got ${rain} l of rain and ${watered} l "
            "from us and needs ${need} l.",
        )
        return GOOD, Reason(text, values)
    text = _(
        "tree_balance_short",
        default="Calculated, not measured: in 30 days it needs ${need} l and got only ${rain} l of "
        "rain and ${watered} l from us.",
    )
    # The town's own rule: with less than half of what it needs a tree counts as thirsty.
    return (SOON if balance.supplied * 2 >= balance.need else THIRSTY), Reason(text, values)


def _fault(probe: Probe) -> Reason:
    values = {"depth": probe.depth}
    if probe.at is not None:
        values["day"] = _local(probe.at)
    return Reason(_FAULTS[probe.fault], values)


def _local(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def _written(value, language: str) -> str:
    if isinstance(value, date):
        return date_text(value, language)
    if isinstance(value, Decimal):
        return number(value, language)
    return str(value)


def number(value: Decimal, language: str) -> str:
    """ "17,2" or "17.2": with one decimal place at most."""
    text = f"{round(value, 1):f}".removesuffix(".0")
    return text.replace(".", ",") if language == "de" else text
