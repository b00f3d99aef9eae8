"""Booking on the pages without scripts: going back, sending twice, changing one's mind, the mail's link."""

from email import message_from_bytes
from email.policy import default
from kaarst.appointments.bookings import store
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import Hold
from kaarst.core.outbox import mail_of
from kaarst.core.outbox import outbox
from plone import api
from tests.appointments.clicking import Browser
from tests.appointments.clicking import form_with
from tests.appointments.test_hall import desk  # noqa: F401

import re
import requests
import transaction


def kept(kind):
    transaction.begin()
    return list(store.existing().engine.records(kind))


def times(page):
    """The form with the times of a day, and the times."""
    (form,) = page.find_class("k-times")
    return form, [button.get("value") for button in form.xpath(".//button[@name='start']")]


def value(page, name):
    return page.xpath(f"//form[@id='details']//input[@name='{name}']")[0].value


def change(citizen, page, **typed):
    """Presses the button beside the one that books."""
    form = page.get_element_by_id("details")
    (button,) = form.xpath(".//button[@formaction]")
    form.set("action", button.get("formaction"))
    return citizen.submit(form, **typed)


def receipt(page):
    return [page.get_element_by_id(f"receipt-{name}").text_content() for name in ("number", "pin")]


def test_who_changes_their_mind_holds_one_time_and_loses_nothing(desk):  # noqa: F811
    citizen = Browser("")
    first = citizen.get(desk.aq_parent, "times", service="reisepass")
    form, starts = times(first)
    page = citizen.submit(form, starts[3])
    assert citizen.status == 200 and value(page, "start") == starts[3]

    # Back by a button: what is held counts as free, and what was typed comes along.
    page = change(citizen, page, name="Erika Mustermann", email="e@example")
    other, again = times(page)
    assert starts[3] in again and citizen.url.endswith("/times")
    assert page.get_element_by_id("calendar").get("method") == "post"
    page = citizen.submit(page.get_element_by_id("calendar"), again[0][:10])
    page = citizen.submit(times(page)[0], again[5])
    assert (value(page, "start"), value(page, "name")) == (again[5], "Erika Mustermann")
    assert len(kept(Hold)) == 1

    # Back as browsers do it, to a page that knows nothing of that.
    page = citizen.submit(form, starts[7])
    assert value(page, "start") == starts[7] and len(kept(Hold)) == 2
    page = citizen.submit(form, starts[8])
    page = citizen.submit(form, starts[8])
    assert value(page, "start") == starts[8] and len(kept(Hold)) == 2

    details = page.get_element_by_id("details")
    page = citizen.submit(details, name="Erika Mustermann")
    known = receipt(page)
    # Sent again, or gone back to the times and chosen the same: it is booked once.
    assert receipt(citizen.submit(details, name="Erika Mustermann")) == known
    assert receipt(citizen.submit(form, starts[8])) == known
    assert len(kept(Booking)) == 1


def test_the_link_in_the_mail_moves_and_cancels_without_a_pin(desk):  # noqa: F811
    citizen = Browser("")
    form, starts = times(citizen.get(desk.aq_parent, "times", service="reisepass"))
    details = citizen.submit(form, starts[-1]).get_element_by_id("details")
    page = citizen.submit(details, name="Erika Mustermann", email="e@example.org")
    number, pin = receipt(page)
    transaction.begin()
    (letter,) = outbox(api.portal.get()).queued.values()
    assert "my-appointment#" not in repr(letter.content.draft)
    mail = message_from_bytes(mail_of(letter), policy=default)
    text = mail.get_body().get_content()
    assert pin not in text
    (entry,) = mail.iter_attachments()
    assert "Bürgerbüro" in entry.get_content()
    assert entry["Content-Type"].params == {"charset": "utf-8", "method": "PUBLISH"}
    (page, key) = re.search(
        r"(http\S+my-appointment)\?lang=en#" + number + r"\.(\S{22})", text
    ).groups()
    assert page == f"{desk.aq_parent.absolute_url()}/my-appointment"

    look_up = citizen.get(desk.aq_parent, "my-appointment").get_element_by_id("look-up")
    other = key[:-1] + ("A" if key[-1] != "A" else "B")
    citizen.submit(look_up, number=number, pin=other)
    assert citizen.status == 404
    page = citizen.submit(look_up, number=number.lower(), pin=key)
    page = citizen.submit(form_with(page, "move"), "move")
    page = citizen.submit(*times(page)[:1], times(page)[1][-2])
    assert "was moved" in page.get_element_by_id("content").text_content()
    # The key opens the next steps too, and other doors not at all.
    wish = citizen.submit(page.get_element_by_id("wish"))
    assert citizen.status == 200 and wish.xpath("//input[@name='name']")[0].value
    answer = requests.post(
        f"{desk.aq_parent.absolute_url()}/@booking",
        json={"number": number, "pin": key},
        headers={"Accept": "application/json"},
        timeout=60,
    )
    assert answer.status_code == 404
    page = citizen.submit(form_with(page, "cancel"), "cancel")
    assert page.get_element_by_id("state").text_content() == "Cancelled"
    # Gone back and sent again: nothing says that it is booked.
    page = citizen.submit(details, name="Erika Mustermann")
    assert page.get_element_by_id("state").text_content() == "Cancelled"


def test_what_cannot_be_booked_says_why_and_what_to_do(desk):  # noqa: F811
    citizen = Browser("")
    page = citizen.get(desk.aq_parent, "times", service=["reisepass", "gibt-es-nicht"])
    assert citizen.status == 200
    assert "not offered any more" in page.get_element_by_id("message").text_content()
    page = citizen.get(desk.aq_parent, "times", service="gibt-es-nicht")
    assert "not offered any more" in page.get_element_by_id("message").text_content()
    with api.env.adopt_roles(["Manager"]):
        api.content.delete(desk["personalausweis"], check_linkintegrity=False)
        second = api.content.create(desk.aq_parent, "Desk", title="Zweite", hours_of_place=False)
        api.content.create(second, "Offering", title="Personalausweis", minutes=15)
        api.content.transition(second, "publish")
    transaction.commit()
    page = citizen.get(desk.aq_parent, "times", service=["reisepass", "personalausweis"])
    assert "Please make two" in page.get_element_by_id("message").text_content()
    links = page.xpath("//ul[@class='k-plain']//a")
    assert [link.text_content().strip() for link in links] == [
        "Free times for Reisepass",
        "Free times for Personalausweis",
    ]
