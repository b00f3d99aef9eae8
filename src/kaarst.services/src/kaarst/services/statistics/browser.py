"""`@@case-statistics`: a picture, tables, and the same as CSV."""

from datetime import datetime
from functools import cached_property
from kaarst.services import _
from kaarst.services.cases.counter import channels
from kaarst.services.cases.page import Page
from kaarst.services.forms.submission import service_of
from kaarst.services.forms.validators import BERLIN
from kaarst.services.statistics import dropout
from kaarst.services.statistics import figures
from kaarst.services.statistics import picture
from kaarst.services.statistics.store import found
from plone import api
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


def dropped(site, months: int, department: str | None = None) -> dict[str, list[dropout.Row]]:
    """Form → rows of its steps, for the last `months`.

    Of a department: of the forms that are its own today, and of those from which it had cases.
    """
    kept = found(site)
    counts = kept.reached() if kept is not None else ()
    rows = dropout.report(counts, figures.months_until(datetime.now(BERLIN).date(), months))
    if department is None:
        return rows
    theirs = forms_of(department) | set(made(site, months, department).forms)
    return {form: found for form, found in rows.items() if form in theirs}


def forms_of(department: str) -> set[str]:
    """Titles of the forms whose services are the department's (its title) today."""
    titles = set()
    for brain in api.content.find(portal_type="EasyForm", unrestricted=True):
        form = brain._unrestrictedGetObject()
        service = service_of(form)
        place = getattr(getattr(service, "department", None), "to_object", None)
        if place is not None and place.Title() == department:
            titles.add(form.Title())
    return titles


class StatisticsView(Page):
    """Figures without a single name."""

    template = ViewPageTemplateFile("page.pt")

    @property
    def page_title(self):
        return self.say(_("Figures about cases"))

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

    def dropout(self):
        """Forms with their steps: `{form, id, rows, picture}`."""
        found = dropped(self.context, self.months, self.department)
        for place, (form, rows) in enumerate(found.items(), 1):
            labelled = [(self.step_label(row), row) for row in rows]
            yield {
                "form": form,
                "id": f"dropout-{place}",
                "rows": [{"label": label, "row": row} for label, row in labelled],
                "picture": picture.steps(
                    [(label, row.reached) for label, row in labelled],
                    self.say(_("How many reached each step: ${form}", mapping={"form": form})),
                    self.say(_("The table below has the same figures.")),
                    f"dropout-{place}",
                ),
            }

    def step_label(self, row):
        """“2. Dog”, or that it was sent."""
        if row.number == dropout.SENT:
            return self.say(_("Form sent"))
        return (
            f"{row.number}. {row.title}"
            if row.title
            else self.say(_("step_number", "Step ${number}", mapping={"number": row.number}))
        )

    def dropout_csv_url(self):
        query = {"months": self.months, "department": self.department or ""}
        return f"{self.context.absolute_url()}/@@case-dropout.csv?{urlencode(query)}"

    def csv_url(self):
        query = {"months": self.months, "department": self.department or ""}
        return f"{self.context.absolute_url()}/@@case-statistics.csv?{urlencode(query)}"

    def say(self, message):
        return translate(message, context=self.request)


class CSV(StatisticsView):
    """A table for spreadsheets in Germany."""

    filename = "statistik.csv"

    def __call__(self):
        self.private()
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";")
        for line in self.lines():
            writer.writerow([harmless(cell) for cell in line])
        response = self.request.response
        response.setHeader("Content-Type", "text/csv; charset=utf-8")
        response.setHeader("Content-Disposition", f'attachment; filename="{self.filename}"')
        # With a mark at the beginning Excel reads it as UTF-8.
        return "\ufeff" + out.getvalue()


class DropoutCSV(CSV):
    """One row a form and step."""

    filename = "abbruch.csv"

    def lines(self):
        titles = (_("Form"), _("Step"), _("Reached"), _("Went no further"))
        yield [self.say(title) for title in titles]
        for form, rows in dropped(self.context, self.months, self.department).items():
            for row in rows:
                yield [form, self.step_label(row), row.reached, row.lost]


class StatisticsCSV(CSV):
    """The same figures, one row a month, department and form."""

    def lines(self):
        kinds = (
            (_("Month"), self.month_rows()),
            (_("Department"), self.department_rows()),
            (_("Form"), self.form_rows()),
            (_("Channel"), self.channel_rows()),
            (_("Altogether"), [self.total()]),
        )
        yield ["", "", *self.columns(), *self.now_columns()]
        for kind, rows in kinds:
            for row in rows:
                yield [self.say(kind), row["label"], *row["cells"], *row["now"]]


def harmless(cell):
    """A cell that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def month_word(month: str) -> str:
    """03/26"""
    year, number = month.split("-")
    return f"{number}/{year[2:]}"
