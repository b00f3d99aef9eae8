"""The state of all trees of a page: what was entered and what was measured, brought together."""

from dataclasses import dataclass
from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from decimal import Decimal
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import ZONE
from kaarst.metering.store.engine import default_store
from kaarst.metering.trees import balance as water
from kaarst.metering.trees import entered
from kaarst.metering.trees import measured
from kaarst.metering.trees.balance import Balance
from kaarst.metering.trees.balance import DAYS
from kaarst.metering.trees.measured import Measured
from kaarst.metering.trees.probes import Probe
from kaarst.metering.trees.state import judge
from kaarst.metering.trees.state import Judgement
from kaarst.metering.trees.state import Site
from kaarst.metering.trees.state import STATES
from kaarst.metering.trees.state import Watering
from kaarst.metering.trees.waterings import rain_days
from kaarst.metering.trees.waterings import waterings


@dataclass(frozen=True)
class Standing:
    """How a tree is: `tree` is the content, `last` its last watering or None."""

    tree: object
    judgement: Judgement
    balance: Balance
    probes: tuple[Probe, ...]
    last: Watering | None

    @property
    def urgency(self) -> tuple:
        """Sorts the most urgent tree first, then by street."""
        tree = self.tree
        return (
            STATES.index(self.judgement.state),
            tree.district or "",
            tree.street or "",
            tree.title,
        )


def trees_of(page) -> list:
    """All trees of a page."""
    return [one for one in page.objectValues() if one.portal_type == "Tree"]


def survey(page, now: datetime | None = None, trees: list | None = None) -> list[Standing]:
    """The standing of the trees of a page (or of the given ones), the most urgent first."""
    now = now or datetime.now(UTC)
    with default_store().reading() as connection:
        found = measured.read(connection, now)
        rain = rain_of(page, connection, now)
    season = season_of(page)
    chosen = trees_of(page) if trees is None else trees
    standings = [_standing(tree, found, rain, season, now) for tree in chosen]
    return sorted(standings, key=lambda one: one.urgency)


def rain_of(page, connection, now: datetime) -> list[Decimal | None]:
    """Millimetres of the last 30 local days, today last; None where neither gauge nor file knows."""
    return [amount for _day, amount, _source in rain_sources(page, connection, now)]


def rain_sources(page, connection, now: datetime) -> list[tuple[date, Decimal | None, str]]:
    """Each of the last 30 local days, its millimetres, and who says so: "gauge", "file" or ""."""
    milliseconds = round(now.timestamp() * 1000)
    counted = measured.rain(connection, page.rain_gauge or "", milliseconds)
    uploaded = rain_days(page)
    found = []
    for number in range(day_of(milliseconds) - DAYS + 1, day_of(milliseconds) + 1):
        day = day_date(number)
        tenths = uploaded.get(day.toordinal())
        if number in counted:
            found.append((day, counted[number], "gauge"))
        elif tenths is not None:
            found.append((day, Decimal(tenths) / 10, "file"))
        else:
            found.append((day, None, ""))
    return found


def season_of(page) -> tuple[int, ...]:
    """The months in which trees are watered; a season may reach over the new year."""
    first, last = page.season_first, page.season_last
    if first <= last:
        return tuple(range(first, last + 1))
    return (*range(first, 13), *range(1, last + 1))


def _standing(tree, found: Measured, rain, season, now: datetime) -> Standing:
    pairs = [pair for line in tree.probes or () if (pair := entered.probe(line))]
    probes = tuple(found.probe(key, depth) for key, depth in pairs)
    given = [one for one in waterings(tree, now - timedelta(days=DAYS)) if one.at <= now]
    age = max(now.astimezone(ZONE).year - tree.planted, 0)
    litres = sum(one.litres for one in given)
    balance = water.of_tree(age, Decimal(str(tree.area)), rain, litres)
    last = given[-1] if given else None
    site = Site(tree.planted, tree.soil or "")
    judgement = judge(site, list(probes), balance, last, now, season)
    return Standing(tree, judgement, balance, probes, last)
