"""Somebody who clicks through the pages, and an appointment to click at."""

from kaarst.appointments.bookings import office
from lxml import html

import requests
import transaction


PASSWORD = "a long enough password"


class Browser:
    """Somebody who is logged in, and clicks."""

    def __init__(self, name: str):
        self.session = requests.Session()
        self.session.auth = (name, PASSWORD) if name else None
        self.session.headers["Accept-Language"] = "de"

    def get(self, content, name, **query):
        return self._read(
            self.session.get(f"{content.absolute_url()}/{name}", params=query, timeout=60)
        )

    def submit(self, form, button=None, **values):
        """Sends a form as its page has it; `button` is the value of the button pressed."""
        data = [
            (field.name, value)
            for field in form.inputs
            for value in _values(field)
            if field.name and field.name not in values
        ]
        data += list(values.items())
        for pressed in form.xpath(".//button[@type='submit'][@name]"):
            if pressed.get("value") == button:
                data.append((pressed.get("name"), button))
        return self._read(self.session.post(form.get("action"), data=data, timeout=60))

    def _read(self, answer):
        self.status, self.url = answer.status_code, answer.url
        self.page = html.fromstring(answer.text) if answer.text.strip() else None
        return self.page


def _values(field):
    if getattr(field, "type", "") in ("checkbox", "radio"):
        return [field.value] if field.checked and isinstance(field.value, str) else []
    return [field.value] if isinstance(field.value, str) else []


def form_with(page, button):
    """The first form with a button of this value."""
    return page.xpath(f".//form[.//button[@value='{button}']]")[0]


def made(desk, *, later: int = 0, name: str = "Erika Mustermann"):
    """An appointment soon; `later` takes a later start."""
    engine = office.engine(desk)
    request = engine.plan.request(["reisepass"])
    starts = [
        start
        for day, found in engine.search().days(request, *engine.search().window)
        if found
        for start in engine.search().instants(request, day)[:60]
    ]
    receipt = office.book(
        desk, ["reisepass"], starts[later], {"name": name, "email": "e@example.org"}
    )
    transaction.commit()
    return receipt
