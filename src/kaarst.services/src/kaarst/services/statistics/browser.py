"""`@@case-statistics`: a picture, tables, and the same as CSV."""

from datetime import datetime
from functools import cached_property
from kaarst.services import _
from kaarst.services.cases.counter import channels
from kaarst.services.cases.page import Page
from kaarst.services.forms.validators import BERLIN
from kaarst.services.statistics import figures
from kaarst.services.statistics import picture
from kaarst.services.statistics.store import found
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import urlencode
from zope.i18n import translate

import csv
import io
import re


MOST_MONTHS = 36
DIGITS = re.compile("[0-9]{1,3}")
COLUMNS = {
    "received": _("Received"),
    "decided": _("Decided"),
    "withdrawn": _("Withdrawn"),
    "late": _("Decided late"),
    "median_days": _("Half of them within (days)"),
    "ninetieth_days": _("90 % within (days)"),
}
NOW = {"open": _("Open now"), "overdue": _("Overdue now")}
HEADINGS = {
    "months": _("By month"),
    "departments": _("By department"),
    "forms": _("By form"),
    "channels": _("By channel"),
}
# A cell that begins like this is a formula for a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def months_wanted(text) -> int:
    """How many months; twelve for what is no number from 1 to 36."""
    number = int(text) if isinstance(text, str) and DIGITS.fullmatch(text) else 12
    return number if 0 < number <= MOST_MONTHS else 12


def made(site, months: int, department: str | None) -> figures.Report:
    """The Report of a site for the last `months`."""
    today = datetime.now(BERLIN).date()
    kept = found(site)
    facts = kept.facts() if kept is not None else ()
    return figures.report(facts, figures.months_until(today, months), today, department)


class StatisticsView(Page):
    """Figures without a single name."""

    template = ViewPageTemplateFile("page.pt")

    def __call__(self):
        self.private()
        return self.template()

    @cached_property
    def months(self):
        return months_wanted(self.request.form.get("months"))

    @cached_property
    def department(self):
        """The one that was chosen, or None for all."""
        return self.text("department") or None

    @cached_property
    def report(self):
        return made(self.context, self.months, self.department)

    def choices(self):
        """All departments there are: `{name, chosen}`."""
        for name in made(self.context, self.months, None).departments:
            if name:
                yield {"name": name, "chosen": name == self.department}

    def columns(self):
        return [self.say(title) for title in COLUMNS.values()]

    def now_columns(self):
        return [self.say(title) for title in NOW.values()]

    def month_rows(self):
        return [self._row(month_word(month), row) for month, row in self.report.months.items()]

    def department_rows(self):
        nameless = self.say(_("No department"))
        return [self._row(name or nameless, row) for name, row in self.report.departments.items()]

    def form_rows(self):
        return [self._row(name, row) for name, row in self.report.forms.items()]

    def channel_rows(self):
        found = self.report.channels.items()
        return [self._row(self.say(channels.title(name)), row) for name, row in found]

    def total(self):
        return self._row(self.say(_("Altogether")), self.report.total)

    def _row(self, label, row):
        values = row.as_dict()
        shown = {name: "–" if values[name] is None else values[name] for name in values}
        return {
            "label": label,
            "cells": [shown[name] for name in COLUMNS],
            "now": [shown[name] for name in NOW],
        }

    def heading(self, name):
        return self.say(HEADINGS[name])

    def chart(self):
        bars = [
            (month_word(month), row.received, row.decided)
            for month, row in self.report.months.items()
        ]
        return picture.bars(
            bars,
            self.say(_("Cases received and decided, by month")),
            self.say(_("The table below has the same figures.")),
            (self.say(COLUMNS["received"]), self.say(COLUMNS["decided"])),
        )

    def csv_url(self):
        query = {"months": self.months, "department": self.department or ""}
        return f"{self.context.absolute_url()}/@@case-statistics.csv?{urlencode(query)}"

    def say(self, message):
        return translate(message, context=self.request)


class StatisticsCSV(StatisticsView):
    """The same, one row a month, department and form; for spreadsheets in Germany."""

    def __call__(self):
        self.private()
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";")
        kinds = (
            (_("Month"), self.month_rows()),
            (_("Department"), self.department_rows()),
            (_("Form"), self.form_rows()),
            (_("Channel"), self.channel_rows()),
            (_("Altogether"), [self.total()]),
        )
        writer.writerow(["", "", *self.columns(), *self.now_columns()])
        for kind, rows in kinds:
            for row in rows:
                line = [self.say(kind), row["label"], *row["cells"], *row["now"]]
                writer.writerow([harmless(cell) for cell in line])
        response = self.request.response
        response.setHeader("Content-Type", "text/csv; charset=utf-8")
        response.setHeader("Content-Disposition", 'attachment; filename="statistik.csv"')
        # With a mark at the beginning Excel reads it as UTF-8.
        return "\ufeff" + out.getvalue()


def harmless(cell):
    """A cell that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def month_word(month: str) -> str:
    """03/26"""
    year, number = month.split("-")
    return f"{number}/{year[2:]}"
