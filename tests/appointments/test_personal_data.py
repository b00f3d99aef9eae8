"""Art. 15 and 17 GDPR over appointments and wishes."""

from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.wishes import Wish
from kaarst.core.personal import request
from kaarst.core.personal.parcel import packed
from kaarst.core.personal.person import Person
from tests.appointments.test_rest import book
from tests.appointments.test_rest import bookings
from tests.appointments.test_rest import desk  # noqa: F401
from tests.appointments.test_rest import site  # noqa: F401

import pytest
import time
import time_machine
import transaction


ERIKA = Person(email="erika@example.org")


@pytest.fixture
def erikas(desk, site):  # noqa: F811
    """Her booking, beside one of somebody else."""
    book(desk, name="Hans Beispiel", email="hans@example.org")
    number = book(desk, name="Erika Mustermann", email="Erika@example.org")["number"]
    return next(one for one in bookings(site) if one.number == number)


def found(site, person=ERIKA):  # noqa: F811
    return {key: one for key, one in request.find(site, person) if key.startswith("appointment")}


def test_an_appointment_is_found_by_address_and_number(site, erikas):  # noqa: F811
    key = f"appointments/{erikas.id}"
    assert list(found(site)) == [key]
    assert list(found(site, Person(number=erikas.number))) == [key]
    (given,) = request.give(site, ERIKA, [key])
    assert given["data"]["your name"] == "Erika Mustermann"
    assert packed([{**given, "kind": "Termin"}], "x", "de").startswith(b"PK")


def test_one_that_is_to_come_is_held(site, erikas):  # noqa: F811
    with pytest.raises(request.Held):
        request.erase(site, ERIKA, [f"appointments/{erikas.id}"])
    assert store.existing(site).engine.records(Booking).get(erikas.id).person


def test_one_that_is_over_is_anonymised_and_still_counted(desk, site, erikas):  # noqa: F811
    with time_machine.travel(erikas.end + 60, tick=True):
        assert request.erase(site, ERIKA, list(found(site))) == 1
        transaction.commit()
        (kept,) = [one for one in bookings(site) if one.id == erikas.id]
        assert (kept.person, kept.number, kept.seal) == ({}, "", "")
        assert (kept.start, kept.services) == (erikas.start, erikas.services)
        assert all(event.actor == event.detail == "" for event in kept.history)
        assert erikas.number not in store.existing(site).numbers
        assert found(site) == {} and len(bookings(site)) == 2


def test_a_cancelled_one_can_be_erased_at_once(site, erikas):  # noqa: F811
    office.cancel(erikas)
    assert request.erase(site, ERIKA, [f"appointments/{erikas.id}"]) == 1


def test_a_wish_is_found_and_deleted(site, desk):  # noqa: F811
    wish = Wish("w1", office.uid(desk), (), int(time.time()), 0, {"email": "erika@example.org"})
    store.existing(site).engine.records(Wish).put(wish)
    assert list(found(site)) == ["appointment-wishes/w1"]
    request.erase(site, ERIKA, ["appointment-wishes/w1"])
    assert store.existing(site).engine.records(Wish).get("w1") is None
