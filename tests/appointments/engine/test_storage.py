"""Both storages keep to the same contract; the persistent one under two hands at once."""

from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from datetime import timedelta
from kaarst.appointments.engine.claims import BOOKED
from kaarst.appointments.engine.claims import Claim
from kaarst.appointments.engine.claims import HELD
from kaarst.appointments.engine.closing import retire
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.interfaces import ILedgers
from kaarst.appointments.engine.interfaces import IRecords
from kaarst.appointments.engine.interfaces import IStorage
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import Hold
from kaarst.appointments.engine.storage.memory import MemoryStorage
from kaarst.appointments.engine.storage.zodb import ZODBStorage
from persistent import GHOST
from tests.appointments.engine.model import at
from tests.appointments.engine.model import BEFORE
from tests.appointments.engine.model import counters
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.POSException import ConflictError
from zope.interface.verify import verifyObject

import pytest
import transaction


DAY = date(2026, 6, 15)
NEXT = DAY + timedelta(days=1)
NOW = 1_000


@dataclass(frozen=True)
class Note:
    id: str
    text: str = ""


@pytest.fixture
def db():
    db = DB(DemoStorage())
    with db.transaction() as connection:
        connection.root.storage = ZODBStorage([Note])
    yield db
    db.close()


@pytest.fixture(params=["memory", "zodb"])
def storage(request):
    if request.param == "memory":
        yield MemoryStorage()
    else:
        with request.getfixturevalue("db").transaction() as connection:
            yield connection.root.storage


def test_the_interfaces(storage):
    verifyObject(IStorage, storage)
    verifyObject(ILedgers, storage.ledgers)
    verifyObject(IRecords, storage.records(Note))


def test_full_cells_by_resource_and_day(storage):
    ledgers = storage.ledgers
    ledgers.place("a", DAY, "1", Claim(BOOKED, 0b11), NOW)
    ledgers.place("a", NEXT, "2", Claim(HELD, 0b100, NOW + 9), NOW)
    assert ledgers.full(["a", "b"], DAY, NEXT, NOW) == {"a": {DAY: 0b11, NEXT: 0b100}, "b": {}}
    assert ledgers.full(["a"], NEXT, NEXT, NOW + 9) == {"a": {NEXT: 0}}
    assert list(ledgers.stored()) == [("a", DAY), ("a", NEXT)]


def test_claims_come_and_go(storage):
    ledgers = storage.ledgers
    assert ledgers.claims("a", DAY) == {}
    assert not ledgers.remove("a", DAY, "1")
    ledgers.place("a", DAY, "1", Claim(HELD, 0b11, NOW + 9), NOW)
    with pytest.raises(Taken):
        ledgers.place("a", DAY, "2", Claim(BOOKED, 0b10), NOW)
    ledgers.place("a", DAY, "2", Claim(BOOKED, 0b10), NOW, capacity=2)
    assert ledgers.sweep("a", DAY, NOW) == []
    assert ledgers.sweep("a", DAY, NOW + 9) == ["1"]
    assert ledgers.sweep("a", NEXT, NOW + 9) == []
    assert ledgers.claims("a", DAY) == {"2": Claim(BOOKED, 0b10)}
    assert ledgers.remove("a", DAY, "2")
    assert ledgers.claims("a", DAY) == {}


def test_ledgers_are_made_ahead_and_discarded(storage):
    ledgers = storage.ledgers
    ledgers.place("a", DAY, "1", Claim(BOOKED, 0b11), NOW)
    assert ledgers.prepare(["a", "b"], DAY, NEXT) == 3
    assert ledgers.prepare(["a", "b"], DAY, NEXT) == 0
    assert ledgers.discard(NEXT) == 2
    assert list(ledgers.stored()) == [("a", NEXT), ("b", NEXT)]


def test_records(storage):
    notes = storage.records(Note)
    notes.put(Note("1", "one"))
    notes.put(Note("2", "two"))
    notes.put(replace(notes.get("1"), text="uno"))
    assert notes.get("1") == Note("1", "uno")
    assert sorted(note.text for note in notes) == ["two", "uno"]
    assert len(notes) == 2
    assert [notes.remove("1"), notes.remove("1")] == [True, False]
    assert notes.get("1") is None


def side_by_side(db, *changes):
    """Apply every change to the same state, commit one after the other; who was refused."""
    managers = [transaction.TransactionManager() for _ in changes]
    storages = [db.open(manager).root.storage for manager in managers]
    for change, storage in zip(changes, storages, strict=True):
        change(storage)
    refused = []
    for number, manager in enumerate(managers):
        try:
            manager.commit()
        except ConflictError:
            manager.abort()
            refused.append(number)
    return refused


def placing(resource, day, key, cells):
    return lambda storage: storage.ledgers.place(resource, day, key, Claim(BOOKED, cells), NOW)


def test_side_by_side_on_a_prepared_day(db):
    with db.transaction() as connection:
        connection.root.storage.ledgers.prepare(["a", "b"], DAY, NEXT)
    refused = side_by_side(
        db,
        placing("a", DAY, "1", 0b0011),
        placing("a", DAY, "2", 0b1100),
        placing("b", DAY, "3", 0b0011),
        placing("a", DAY, "4", 0b0110),
    )
    assert refused == [3]


def test_side_by_side_on_a_day_without_a_ledger_the_second_tries_again(db):
    refused = side_by_side(db, placing("a", DAY, "1", 0b0011), placing("a", DAY, "2", 0b0011))
    assert refused == [1]


def test_records_side_by_side(db):
    with db.transaction() as connection:
        connection.root.storage.records(Note).put(Note("old"))
    changes = [lambda storage, n=n: storage.records(Note).put(Note(f"new {n}")) for n in range(20)]
    assert side_by_side(db, *changes) == []
    assert side_by_side(
        db,
        lambda storage: storage.records(Note).put(Note("old", "one")),
        lambda storage: storage.records(Note).put(Note("old", "two")),
        lambda storage: storage.records(Note).remove("new 1"),
    ) == [1]
    with db.transaction() as connection:
        notes = connection.root.storage.records(Note)
        assert len(notes) == 20
        assert notes.get("old").text == "one"


def test_a_record_saved_before_its_class_changed_is_read(db):
    with db.transaction() as connection:
        storage = connection.root.storage
        storage.records(Note).put(Note("1", "one"))
        saved = storage.records(Note)._shards.get("1")
        saved.state = {"id": "1", "colour": "red"}
        assert storage.records(Note).get("1") == Note("1", "")


def test_writing_what_is_there_already_writes_nothing(db):
    with db.transaction() as connection:
        connection.root.storage.records(Note).put(Note("1", "one"))
    with db.transaction() as connection:
        connection.root.storage.records(Note).put(Note("1", "one"))
        connection.root.storage.ledgers.sweep("a", DAY, NOW)
        assert not connection._registered_objects


def test_who_goes_through_the_bookings_of_years_leaves_no_trace(db):
    def states(connection):
        shards = connection.root.storage._records["Booking"]
        return [record._p_state for record in shards.values()]

    made = [Booking(str(n), "desk", (), n, n, (), 0) for n in range(30)]
    with db.transaction() as connection:
        connection.root.storage.add_kind(Booking)
        for one in made:
            connection.root.storage.records(Booking).put(one)
    with db.transaction() as connection:
        connection.cacheMinimize()
        bookings = connection.root.storage.records(Booking)
        assert bookings.get("1") == made[1]
        assert sorted(bookings, key=lambda one: one.start) == made
        # What somebody looked at before stays.
        assert states(connection).count(GHOST) == 29
        # What is changed meanwhile is stored.
        for one in bookings:
            bookings.put(replace(one, number=f"KAA-{one.id}"))
    with db.transaction() as connection:
        assert {one.number for one in connection.root.storage.records(Booking)} == {
            f"KAA-{n}" for n in range(30)
        }


def test_making_room_again_keeps_what_is_there(db):
    with db.transaction() as connection:
        storage = connection.root.storage
        storage.records(Note).put(Note("1", "one"))
        storage.add_kind(Note)
        assert len(storage.records(Note)) == 1


@pytest.mark.parametrize("prepared", [True, False])
@pytest.mark.parametrize("deleted_first", [True, False])
def test_who_books_a_counter_beside_its_deletion_is_refused_or_the_deletion_is(
    db, prepared, deleted_first
):
    desk_plan = plan(resources=counters(1), horizon=20)
    with db.transaction() as connection:
        storage = connection.root.storage
        for kind in (Booking, Hold):
            storage.add_kind(kind)
        if prepared:
            storage.ledgers.prepare(["counter-1"], MONDAY, MONDAY)
    changes = [
        lambda storage: retire(Desk(desk_plan, storage, BEFORE), "counter-1"),
        lambda storage: Desk(desk_plan, storage, BEFORE).book(["card"], at(MONDAY, "08:00"), {}),
    ]
    assert side_by_side(db, *(changes if deleted_first else reversed(changes))) == [1]
