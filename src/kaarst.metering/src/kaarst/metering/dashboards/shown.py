"""A report in words: what a page shows of it."""

from functools import cached_property
from kaarst.metering import _
from kaarst.metering.analysis.report import before
from kaarst.metering.analysis.report import Report
from kaarst.metering.analysis.series import Item
from kaarst.metering.dashboards import picture
from kaarst.metering.dashboards import words
from kaarst.metering.dashboards.ask import Period
from kaarst.metering.meters import choices
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import to_datetime


#: What a report's slots are compared with, by the kind of the period.
EARLIER = {
    "day": _("A week before"),
    "week": _("The week before"),
    "year": _("The year before"),
}
PERIODS = {"day": _("Day"), "week": _("Week"), "month": _("Month"), "year": _("Year")}
#: Below this share of a change nothing is said to have changed.
SAME = 0.005
#: And below this one nothing is left of it when it is written down.
NOTHING = 0.0005


class Shown:
    """Says what a report says, in one language.

    `translate` takes a message and returns text; `prefix` begins the ids.
    """

    def __init__(
        self, report: Report, period: Period, language: str, translate, prefix: str = "use"
    ):
        self.report, self.period = report, period
        self.language, self.translate, self.prefix = language, translate, prefix

    def amount(self, micro: int | None) -> str:
        return words.amount(micro, self.report.unit, self.language)

    @property
    def title(self) -> str:
        return self.translate(choices.MEDIA.getTerm(self.report.medium).title)

    @property
    def total(self) -> str:
        return self.amount(self.report.total.consumption)

    @property
    def cost(self) -> str:
        cost = self.report.total.cost
        if cost is None or not cost.complete:
            return ""
        return words.euros(cost.total, self.language)

    @property
    def period_name(self) -> str:
        return words.period_name(self.period, self.language)

    @property
    def running(self) -> bool:
        """Whether the period is not over yet."""
        return any(item.consumption is None for item in self.report.items[-1:])

    @property
    def change(self) -> str:
        """How this period compares with the same part of the one before, "" where one is unknown."""
        new, old = self.report.compared
        if not (new.complete and old.complete and old.consumption):
            return ""
        share = (new.consumption - old.consumption) / old.consumption
        other = Period(self.period.kind, before(self.period.kind, self.period.first))
        mapping = {
            "percent": words.percent(share, self.language),
            "before": words.period_name(other, self.language),
        }
        if abs(share) < SAME:
            message = _("As much as ${before}", mapping=mapping)
        elif share > 0:
            message = _("${percent} more than ${before}", mapping=mapping)
        else:
            message = _("${percent} less than ${before}", mapping=mapping)
        text = self.translate(message)
        if self.running:
            by_hour = self.period.kind == "day"
            until = _("until the same hour") if by_hour else _("until the same day")
            text = f"{text} ({self.translate(until)})"
        return text

    @property
    def incomplete(self) -> bool:
        """Whether something is missing in what is over."""
        known = [item for item in self.report.items if item.consumption is not None]
        return any(not item.complete for item in known[: -1 if self.running else None])

    # The picture and its table

    @cached_property
    def rows(self) -> list[dict]:
        """`{name, amount, earlier, cost, complete, known}` of every slot that has begun."""
        earlier = self.report.earlier
        rows = []
        for place, item in enumerate(self.report.items):
            other = earlier[place] if place < len(earlier) else None
            rows.append(
                {
                    "name": words.slot_name(item.start, self.period.kind, self.language),
                    "amount": self.amount(item.consumption),
                    "earlier": self.amount(other.consumption) if other else "",
                    "cost": self._cost(item),
                    "complete": item.complete,
                    "known": item.consumption is not None,
                }
            )
        return rows

    def _cost(self, item: Item) -> str:
        known = item.cost is not None and item.cost.complete
        return words.euros(item.cost.total, self.language) if known else ""

    @property
    def has_costs(self) -> bool:
        return any(row["cost"] for row in self.rows)

    @property
    def has_earlier(self) -> bool:
        return any(item.consumption is not None for item in self.report.earlier)

    @property
    def earlier_title(self) -> str:
        return self.translate(EARLIER[self.period.kind])

    @cached_property
    def picture(self) -> str:
        earlier = self.report.earlier
        columns = [
            picture.Column(
                words.slot_label(item.start, self.period.kind, self.language),
                _value(item),
                item.complete,
                _value(earlier[place]) if place < len(earlier) else None,
            )
            for place, item in enumerate(self.report.items)
        ]
        top = picture.ceiling(columns)
        scale = tuple(
            f"{words.short(value, self.language)}{words.THIN}{self.report.unit}"
            for value in (top, top / 2)
        )
        text = self.translate(
            _(
                "picture_text",
                default="${total} in all. The table below has the same figures.",
                mapping={"total": self.total},
            )
        )
        title = f"{self.title}, {self.period_name}"
        return picture.columns(columns, title, text, f"{self.prefix}-{self.report.medium}", scale)

    # Tiles

    def tiles(self) -> list[dict]:
        """`{id, title, value, text}`, only those of which something is known."""
        made = (
            self._power(), self._today(), self._month(), self._year(), self._night(),
            self._fed_in(), self._energy(), self._emissions(),
        )  # fmt: skip
        return [tile for tile in made if tile]

    def _tile(self, id, title, value, *texts):
        told = " ".join(self.translate(text) for text in texts if text)
        return {"id": id, "title": self.translate(title), "value": value, "text": told}

    def _power(self):
        if self.report.power is None:
            return None
        watts, moment = self.report.power
        at = to_datetime(moment)
        # What a silent meter draws is unknown; the page listens nevertheless, it may speak again.
        if watts is None:
            unknown = self.translate(_("not known"))
            return self._tile("now", _("Now"), unknown, f"{at:%d.%m.%Y, %H:%M}")
        return self._tile("now", _("Now"), words.power(watts, self.language), f"{at:%H:%M:%S}")

    def _today(self):
        found = self.report.usual
        if found.used is None:
            return None
        clock = {"time": f"{to_datetime(found.until):%H:%M}"}
        text = _("Until ${time}.", mapping=clock)
        usual = None
        if found.usual is not None:
            day = words.weekday(day_date(day_of(found.until)), self.language)
            usual = _(
                "Usual by then on this weekday (${day}): ${amount}.",
                mapping={"day": day, "amount": self.amount(found.usual)},
            )
        return self._tile("today", _("Today"), self.amount(found.used), text, usual)

    def _month(self):
        found = self.report.forecast
        if found.expected is None:
            return None
        so_far = _("So far: ${amount}.", mapping={"amount": self.amount(found.used)})
        budget = None
        if self.report.budget:
            mapping = {
                "percent": words.percent(found.expected / self.report.budget, self.language),
                "amount": self.amount(self.report.budget),
            }
            budget = _("That is ${percent} of the budget of ${amount}.", mapping=mapping)
        return self._tile(
            "month", _("Expected this month"), self.amount(found.expected), so_far, budget
        )

    def _year(self):
        years, weather = self.report.years, self.report.adjusted
        if years.change is None:
            return None
        text = _(
            "year_text",
            default="Compared with the same days of last year, as far as both are known (${days} days).",
            mapping={"days": years.known},
        )
        adjusted = None
        if weather is not None and weather.change is not None:
            adjusted = _(
                "Without the weather (degree days): ${change}.",
                mapping={"change": self._signed(weather.change)},
            )
        return self._tile("year", _("This year"), self._signed(years.change), text, adjusted)

    def _signed(self, share: float) -> str:
        if abs(share) < NOTHING:
            return f"±{words.percent(0, self.language)}"
        sign = "+" if share > 0 else words.MINUS
        return f"{sign}{words.percent(share, self.language)}"

    def _night(self):
        found = self.report.base
        if found is None:
            return None
        if self.report.unit == "kWh":
            value = words.power(found.rate / 1000, self.language)
        else:
            litres = words.number(found.rate / 1000, self.language)
            value = self.translate(_("${litres} l an hour", mapping={"litres": litres}))
        text = _(
            "Runs even at night, seen over ${nights} nights.", mapping={"nights": found.nights}
        )
        cost = None
        if self.report.base_cost:
            cost = _(
                "To leave it so costs ${cost} a year.",
                mapping={"cost": words.euros(self.report.base_cost, self.language, whole=True)},
            )
        return self._tile("night", _("Base load"), value, text, cost)

    def _fed_in(self):
        found = self.report.fed_in
        if found is None or not found.consumption:
            return None
        earned = None
        if found.cost is not None and found.cost.working:
            earned = _(
                "Paid for it: ${amount}.",
                mapping={"amount": words.euros(-found.cost.working, self.language)},
            )
        return self._tile("fed-in", _("Fed in"), self.amount(found.consumption), earned)

    def _energy(self):
        if self.report.energy is None:
            return None
        value = f"{words.number(self.report.energy, self.language)}{words.THIN}kWh"
        text = _("In this period, by the gas quality of the tariff.")
        return self._tile("energy", _("Energy in it"), value, text)

    def _emissions(self):
        if self.report.emissions is None:
            return None
        value = f"{words.number(self.report.emissions, self.language)}{words.THIN}kg"
        return self._tile("emissions", _("CO2"), value, _("In this period."))


def _value(item: Item) -> float | None:
    return None if item.consumption is None else item.consumption / 1_000_000
