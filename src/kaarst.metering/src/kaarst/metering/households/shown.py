"""`households` of the energy page: what households used by group and month, as page, CSV and REST."""

from functools import cached_property
from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from kaarst.metering import _
from kaarst.metering.analysis.report import MEDIA
from kaarst.metering.analysis.series import UNITS
from kaarst.metering.dashboards import words
from kaarst.metering.dashboards.ask import Period
from kaarst.metering.dashboards.rest import amount
from kaarst.metering.dashboards.rest import Conditional
from kaarst.metering.households import publishing
from kaarst.metering.households.pages import PEOPLE
from kaarst.metering.meters import choices
from kaarst.metering.page import Page
from kaarst.metering.page import RESOURCES
from kaarst.metering.store import figures
from kaarst.metering.store.engine import default_store
from kaarst.metering.store.figures import Figure
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import NotFound

import csv
import io
import time


COLUMNS = ("month", "medium", "unit", "people", "electric_hot_water", "households", "mean")
HOUSEHOLDS = {
    5: _("5 to 9 households"),
    10: _("10 to 19 households"),
    20: _("20 households or more"),
}


def public(energy, now: int, medium: str | None = None) -> list[Figure]:
    """Returns what everybody may see; NotFound where the town does not publish figures of households."""
    if not energy.household_figures:
        raise NotFound("households")
    with default_store().reading() as connection:
        return figures.figures(connection, publishing.public_before(now), medium)


def as_json(one: Figure) -> dict:
    """A figure with words of programs; `mean` is null where it is withheld."""
    return {
        "month": f"{publishing.month_of(one):%Y-%m}",
        "medium": one.medium,
        "unit": UNITS[one.medium],
        "people": "5+" if one.people == PEOPLE[-1] else str(one.people),
        "electric_hot_water": one.hot_water,
        "households": None if one.least is None else f"{one.least}+",
        "mean": amount(one.mean),
    }


class HouseholdsPage(Page):
    """A table by people and hot water for one month, with the months there are to choose from."""

    template = ViewPageTemplateFile("templates/households.pt")
    heading = _("What households use")

    def __call__(self):
        if not self.context.household_figures:
            raise NotFound("households")
        return self.template()

    def own_style_url(self) -> str:
        return f"{self.portal_url()}/{RESOURCES}/households.css"

    def portal_url(self) -> str:
        return self.context.portal_url()

    @cached_property
    def figures(self) -> list[Figure]:
        return public(self.context, round(time.time() * 1000))

    @cached_property
    def media(self) -> list[str]:
        known = {one.medium for one in self.figures}
        return [medium for medium in MEDIA if medium in known]

    @cached_property
    def medium(self) -> str:
        asked = self.text("medium", 20)
        return asked if asked in self.media else next(iter(self.media), "")

    @cached_property
    def months(self) -> list[str]:
        """The months of the medium, newest first, as "2026-09"."""
        return list(dict.fromkeys(_month(one) for one in self.figures if one.medium == self.medium))

    @cached_property
    def month(self) -> str:
        asked = self.text("month", 10)
        return asked if asked in self.months else next(iter(self.months), "")

    # For the template

    def media_choices(self) -> list[dict]:
        return [
            {
                "value": medium,
                "text": self.translate(choices.MEDIA.getTerm(medium).title),
                "selected": "selected" if medium == self.medium else None,
            }
            for medium in self.media
        ]

    def month_choices(self) -> list[dict]:
        return [
            {
                "value": month,
                "text": self._name(month),
                "selected": "selected" if month == self.month else None,
            }
            for month in self.months
        ]

    def title_of_table(self) -> str:
        medium = self.translate(choices.MEDIA.getTerm(self.medium).title)
        return f"{medium}, {self._name(self.month)}"

    def rows(self) -> list[dict]:
        """`{people, cells: [{amount, count}]}`: without and with hot water by electricity."""
        found = {
            (one.people, one.hot_water): one
            for one in self.figures
            if one.medium == self.medium and _month(one) == self.month
        }
        return [
            {
                "people": self._people(people),
                "cells": [self._cell(found[people, hot_water]) for hot_water in (False, True)],
            }
            for people in PEOPLE
        ]

    def any_withheld(self) -> bool:
        return any(cell["amount"] is None for row in self.rows() for cell in row["cells"])

    def csv_url(self) -> str:
        return self.url("households.csv")

    def _cell(self, one: Figure) -> dict:
        if one.mean is None:
            return {"amount": None, "count": ""}
        return {
            "amount": words.amount(one.mean, UNITS[one.medium], self.language),
            "count": self.translate(HOUSEHOLDS[one.least]),
        }

    def _people(self, people: int) -> str:
        if people == PEOPLE[-1]:
            return self.translate(_("${count} people or more", mapping={"count": people}))
        if people == 1:
            return self.translate(_("1 person"))
        return self.translate(_("${count} people", mapping={"count": people}))

    def _name(self, month: str) -> str:
        first = next(publishing.month_of(one) for one in self.figures if _month(one) == month)
        return words.period_name(Period("month", first), self.language)


class HouseholdsCSV(Page):
    """All months: comma, decimal point and words in English; a withheld mean is empty (RFC 4180)."""

    def __call__(self):
        found = public(self.context, round(time.time() * 1000))
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        for row in map(as_json, found):
            writer.writerow({**row, "electric_hot_water": str(row["electric_hot_water"]).lower()})
        response = self.request.response
        response.setHeader("Content-Type", "text/csv; charset=utf-8")
        response.setHeader("Content-Disposition", 'attachment; filename="households.csv"')
        response.setHeader("Access-Control-Allow-Origin", "*")
        return out.getvalue()


class HouseholdFiguresGet(Conditional):
    """The same for programs, of all media or of one."""

    def handle(self):
        medium = self.request.form.get("medium") or None
        if medium is not None and medium not in MEDIA:
            message = _("Known are: ${media}.", mapping={"media": ", ".join(MEDIA)})
            raise invalid({"medium": message})
        try:
            found = public(self.context, round(time.time() * 1000), medium)
        except NotFound:
            raise ApiError(404, "NotFound", _("There are no readings here.")) from None
        url = self.context.absolute_url()
        return {
            "@id": f"{url}/@household-figures",
            "title": self.context.title,
            "items": [as_json(one) for one in found],
            "csv": f"{url}/households.csv",
        }


def _month(one: Figure) -> str:
    return f"{publishing.month_of(one):%Y-%m}"
