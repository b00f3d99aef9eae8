"""`@@personal-data`: the data protection officer's page.

Whom it is about stands in the body of a POST only, never in an address or a log.
"""

from datetime import date
from datetime import datetime
from kaarst.core import _
from kaarst.core import reference
from kaarst.core.personal import log
from kaarst.core.personal import request as requests
from kaarst.core.personal.parcel import packed
from kaarst.core.personal.person import Person
from kaarst.core.rest.language import translated
from plone import api
from plone.protect import CheckAuthenticator
from Products.Five.browser import BrowserView
from zoneinfo import ZoneInfo
from zope.i18n import translate

import logging


logger = logging.getLogger(__name__)

BERLIN = ZoneInfo("Europe/Berlin")
LABELS = {
    "email": _("E-mail address"),
    "number": _("Number of a case or an appointment"),
    "name": _("Name"),
    "born": _("Date of birth"),
}
FIELDS = tuple(LABELS)
DONE = {
    requests.GIVEN: _("given out"),
    requests.ERASED: _("erased"),
}


def read(data: dict) -> tuple[Person, dict]:
    """Returns the Person of typed texts and messages by field, empty if all is in order."""
    typed = {name: data.get(name) for name in FIELDS}
    typed = {
        name: value.strip()[:200] if isinstance(value, str) else "" for name, value in typed.items()
    }
    errors, number, born = {}, "", None
    if typed["number"]:
        try:
            number = reference.normalise(typed["number"])
        except reference.InvalidNumber:
            errors["number"] = _("This number is incomplete or mistyped.")
    if typed["born"]:
        try:
            born = date.fromisoformat(typed["born"])
        except ValueError:
            errors["born"] = _("This is not a date.")
    person = Person(typed["email"], number, typed["name"], born)
    if not errors and not person.is_enough:
        errors["email"] = requests.WHO_IS_MEANT
    return person, errors


class PersonalDataView(BrowserView):
    """Search, give out, erase; each step looks for the person anew."""

    found = None
    message = ""
    ask = False

    @property
    def page_title(self):
        return translate(_("Requests for personal data"), context=self.request)

    def __call__(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        self.typed, self.errors, self.picked = dict.fromkeys(FIELDS, ""), {}, []
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            return self.answer()
        return self.index()

    def answer(self):
        form = self.request.form
        self.person, self.errors = read(form)
        self.typed = {name: str(form.get(name) or "")[:200] for name in FIELDS}
        if self.errors:
            self.request.response.setStatus(400)
            return self.index()
        picked = form.get("keys", [])
        self.picked = [key for key in (picked if isinstance(picked, list) else [picked]) if key]
        try:
            if "give" in form:
                return self.give()
            if "erase" in form:
                self.erase()
        except requests.Held as held:
            self.refuse(409, held.message)
        except requests.Gone:
            self.refuse(409, _("Something you chose is not there any more. Please look again."))
        self.found = requests.look(self.context, self.person)
        return self.index()

    def give(self):
        if not self.picked:
            self.refuse(400, _("Please choose what is meant."))
            self.found = requests.look(self.context, self.person)
            return self.index()
        language = api.portal.get_current_language()[:2]
        given = requests.give(self.context, self.person, self.picked)
        title = translated(_("What we know about you"), language)
        response = self.request.response
        response.setHeader("Content-Type", "application/zip")
        response.setHeader("Content-Disposition", 'attachment; filename="auskunft.zip"')
        response.setHeader("X-Content-Type-Options", "nosniff")
        return packed(translated(given, language), title, language)

    def erase(self):
        if not self.picked:
            self.refuse(400, _("Please choose what is meant."))
        elif "sure" not in self.request.form:
            self.ask = True
            self.refuse(400, _("Please confirm below that it is to be erased for good."))
        else:
            count = requests.erase(self.context, self.person, self.picked)
            who = api.user.get_current().getId()
            logger.info("%s erased %s records of a person", who, count)
            self.picked = []
            message = _("${count} records were erased for good.", mapping={"count": count})
            api.portal.show_message(message, self.request)

    def refuse(self, status, message):
        self.message = message
        self.request.response.setStatus(status)

    # For the template

    def findings(self):
        """`{key, kind, title, when, hold, anonymised, picked}`."""
        titles = {name: source.title for name, source in requests.sources()}
        for key, finding in self.found or ():
            yield {
                "key": key,
                "kind": titles[key.partition("/")[0]],
                "title": finding.title,
                "when": self.when(finding.when),
                "hold": finding.hold,
                "anonymised": finding.erased_by == "anonymised",
                "picked": key in self.picked,
            }

    def log(self):
        """What was done, the newest first: `{when, reference, who, what, kinds}`."""
        titles = {name: source.title for name, source in requests.sources()}
        for entry in log.entries(self.context)[:50]:
            kinds = [
                {"title": titles.get(name, name), "count": count}
                for name, count in entry["kinds"].items()
            ]
            yield {
                **entry,
                "when": self.when(datetime.fromisoformat(entry["when"])),
                "what": DONE[entry["what"]],
                "kinds": kinds,
            }

    def label(self, name):
        return LABELS[name]

    def when(self, moment):
        return f"{moment.astimezone(BERLIN):%d.%m.%Y, %H:%M}"
