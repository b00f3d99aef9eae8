"""Every message ends as stored, known duplicate or dead letter, and the sums add up."""

from decimal import Decimal
from kaarst.metering.decoders.mapping import Mapping
from kaarst.metering.store import letters
from kaarst.metering.store import mappings
from kaarst.metering.store import registers
from kaarst.metering.store.intake import Intake
from kaarst.metering.store.schema import contradiction
from kaarst.metering.store.schema import dead_letter
from kaarst.metering.store.schema import jump
from kaarst.metering.store.schema import last_message
from sqlalchemy import select
from tests.metering.helpers import at
from tests.metering.helpers import kinds
from tests.metering.helpers import NOW
from tests.metering.helpers import prepare
from tests.metering.helpers import stored
from tests.metering.helpers import timed
from tests.metering.helpers import timeless

import pytest


MINUTE = 60_000


def rows(store, table):
    with store.reading() as connection:
        return connection.execute(select(table)).all()


def sums(store):
    with store.reading() as connection:
        found = letters.sums(connection)
    assert found["received"] == found["stored"] + found["duplicate"] + found["dead"]
    return found


def test_new_repeated_and_strange(any_store):
    prepare(any_store, "a")
    intake = Intake(any_store)
    outcomes = intake.take(
        [
            timed("a", NOW, 10.5),
            timed("a", NOW, 10.5),
            timed("a", NOW + MINUTE, 11),
            timed("b", NOW, 1),
            timed("a", NOW, '"zehn"'),
        ]
    )
    assert kinds(outcomes) == ["stored", "duplicate", "stored", "dead", "dead"]
    assert outcomes[3].reason == "unassigned"
    assert outcomes[4].reason == "empty"
    assert stored(any_store) == [(NOW, Decimal("10.5")), (NOW + MINUTE, 11)]
    assert sums(any_store) == {"received": 5, "stored": 2, "duplicate": 1, "dead": 2}
    # The same again, by another process: nothing new.
    again = Intake(any_store).take([timed("a", NOW, 10.5), timed("a", NOW + MINUTE, 11)])
    assert kinds(again) == ["duplicate", "duplicate"]
    assert len(stored(any_store)) == 2
    assert sums(any_store)["received"] == 7


def test_disordered_and_late_readings_find_their_place(any_store):
    [register] = prepare(any_store, "a")
    intake = Intake(any_store)
    intake.take([timed("a", NOW + 5 * MINUTE, 15)])
    late = [timed("a", NOW + n * MINUTE, 10 + n, NOW + 10 * MINUTE) for n in (3, 1, 2, 0, 3)]
    outcomes = intake.take(late)
    assert kinds(outcomes) == ["stored", "stored", "stored", "stored", "duplicate"]
    assert [value for _ts, value in stored(any_store, register.id)] == [10, 11, 12, 13, 15]


def test_of_two_values_for_one_moment_the_greater_stays(any_store):
    prepare(any_store, "a", "b")
    intake = Intake(any_store)
    first = intake.take([timed("a", NOW, 5), timed("a", NOW, 7), timed("b", NOW, 7)])
    second = intake.take([timed("b", NOW, 5)])
    assert kinds(first) == ["stored", "stored", "stored"]
    assert kinds(second) == ["dead"]
    assert second[0].reason == "contradiction"
    assert [value for _ts, value in stored(any_store)] == [7, 7]
    # In either order the other value is kept for people to look at.
    assert {(row.register, row.value) for row in rows(any_store, contradiction)} == {
        (1, 5_000_000),
        (2, 5_000_000),
    }
    # What is remembered of the newest reading was corrected too.
    assert kinds(intake.take([timed("a", NOW, 7), timed("a", NOW + MINUTE, 8)])) == [
        "duplicate",
        "stored",
    ]


def test_clocks_not_set_and_ahead_are_put_aside(store):
    prepare(store, "a")
    outcomes = Intake(store).take(
        [
            timed("a", 10_000, 1, NOW),
            timed("a", NOW + 11 * MINUTE, 1, NOW),
            timed("a", NOW + 9 * MINUTE, 1, NOW),
        ]
    )
    assert [outcome.reason for outcome in outcomes] == ["clock-not-set", "future", ""]
    assert len(stored(store)) == 1
    letters_ = rows(store, dead_letter)
    assert [letter.state for letter in letters_] == ["open", "open"]
    assert "2026-03-02T11:11:00+00:00" in letters_[1].detail


class TestWithoutATimeOfItsOwn:
    """Messages of devices that send only a number."""

    def test_the_arrival_counts_in_whole_seconds(self, store):
        prepare(store, "a", kind="esphome")
        outcomes = Intake(store).take([timeless("a", 1, NOW + 250), timeless("a", 1, NOW + 270)])
        assert kinds(outcomes) == ["stored", "duplicate"]
        assert stored(store) == [(NOW, 1)]

    def test_what_waited_at_the_broker_is_one_reading(self, any_store):
        prepare(any_store, "a", kind="esphome")
        intake = Intake(any_store)
        intake.take([timeless("a", 100, NOW - 60 * MINUTE)])
        waited = [timeless("a", 101 + n, NOW + n, arrival=NOW) for n in range(60)]
        for start in range(0, 60, 7):
            intake.take(waited[start : start + 7])
        assert stored(any_store) == [(NOW - 60 * MINUTE, 100), (NOW, 160)]
        # The same once more after the next interruption, which came before all was acknowledged.
        again = [timeless("a", 150 + n, NOW + n, arrival=NOW + 9000) for n in range(11)]
        Intake(any_store).take(again)
        assert [value for _ts, value in stored(any_store)] == [100, 160, 160]
        assert rows(any_store, jump) == []
        sums(any_store)

    def test_what_the_broker_kept_is_known_or_put_aside(self, store):
        prepare(store, "a", kind="esphome")
        intake = Intake(store)
        intake.take([timeless("a", 100, NOW)])
        outcomes = intake.take(
            [
                timeless("a", 100, NOW + 5000, retain=True),
                timeless("a", 99, NOW + 5000, retain=True),
            ]
        )
        assert kinds(outcomes) == ["duplicate", "dead"]
        assert outcomes[1].reason == "retained"
        assert stored(store) == [(NOW, 100)]


def test_a_kept_value_with_its_own_time_is_like_any_other(store):
    prepare(store, "a")
    outcomes = Intake(store).take([timed("a", NOW - 90 * MINUTE, 5, NOW, retain=True)])
    assert kinds(outcomes) == ["stored"]
    assert stored(store) == [(NOW - 90 * MINUTE, 5)]


def test_a_counter_that_falls_is_a_question_and_one_that_rises_again_is_none(any_store):
    prepare(any_store, "a")
    intake = Intake(any_store)
    intake.take([timed("a", NOW + n * MINUTE, value) for n, value in enumerate((10, 11, 3, 4))])
    [found] = rows(any_store, jump)
    assert (found.before_value, found.after_value) == (11_000_000, 3_000_000)
    assert found.answer is None
    # A late reading between shows that it fell later and from higher.
    intake.take([timed("a", NOW + 90_000, 12, NOW + 9 * MINUTE)])
    [found] = rows(any_store, jump)
    assert (found.before_value, found.after_value) == (12_000_000, 3_000_000)


def test_disorder_is_no_fall(any_store):
    prepare(any_store, "a")
    intake = Intake(any_store)
    for n in (0, 5, 2, 9, 1, 7, 3):
        intake.take([timed("a", NOW + n * MINUTE, 10 + n, NOW + 10 * MINUTE)])
    assert rows(any_store, jump) == []


def test_a_rise_beyond_the_peak_is_a_question(store):
    prepare(store, "a", peak=20_000_000)
    intake = Intake(store)
    intake.take([timed("a", NOW, 10), timed("a", NOW + 60 * MINUTE, 29)])
    assert rows(store, jump) == []
    intake.take([timed("a", NOW + 75 * MINUTE, 9999)])
    assert [row.after_value for row in rows(store, jump)] == [9_999_000_000]


def test_after_an_exchange_readings_go_to_the_register_of_their_time(any_store):
    [old] = prepare(any_store, "a")
    intake = Intake(any_store)
    intake.take([timed("a", NOW + n * MINUTE, 100 + n) for n in range(5)])
    change = NOW + 4 * MINUTE + 30_000
    # Entered two readings too late: they had been taken for a fall.
    intake.take([timed("a", NOW + n * MINUTE, n - 4) for n in (5, 6)])
    assert len(rows(any_store, jump)) == 1
    with any_store.writing() as connection:
        new = registers.exchange(connection, old, change, 104_500_000, 500_000, serial="B2")
    assert rows(any_store, jump) == []
    assert [value for _ts, value in stored(any_store, old.id)] == [100, 101, 102, 103, 104]
    assert [value for _ts, value in stored(any_store, new.id)] == [1, 2]
    # Late ones from before the exchange still belong to the old register.
    outcomes = intake.take(
        [timed("a", NOW + 7 * MINUTE, 3), timed("a", NOW + 150_000, 102.5, NOW + 8 * MINUTE)]
    )
    assert kinds(outcomes) == ["stored", "stored"]
    assert len(stored(any_store, old.id)) == 6
    assert [value for _ts, value in stored(any_store, new.id)] == [1, 2, 3]


def test_before_the_first_register_is_a_dead_letter(store):
    prepare(store, "a", valid_from=NOW)
    outcomes = Intake(store).take([timed("a", NOW - 1, 5, NOW)])
    assert outcomes[0].reason == "no-register-then"


def test_units_and_factors(store):
    with store.writing() as connection:
        mappings.add(connection, Mapping("{device}/json", "json"))
        for device, unit, factor in (("wh", "Wh", "1"), ("ratio", "kWh", "40"), ("gj", "GJ", "1")):
            code = "6-0:1.0.0" if unit == "GJ" else "1-0:1.8.0"
            registers.create(connection, device, code, f"own:{device}", "energy", unit, factor)
    Intake(store).take([timed(device, NOW, 1234.5) for device in ("wh", "ratio", "gj")])
    assert [value for _ts, value in stored(store)] == [
        Decimal("1.2345"),
        Decimal(49380),
        Decimal("342916.666667"),
    ]


def test_a_message_with_one_wrong_value_is_dead_but_the_rest_of_it_is_stored(store):
    with store.writing() as connection:
        mappings.add(connection, Mapping("{device}/json", "json"))
        for channel, code in (("in", "1-0:1.8.0"), ("out", "1-0:2.8.0")):
            registers.create(connection, "m", code, "own:a", channel)
    message = timed("a", NOW, 0)._replace(payload=b'{"ts":%d,"in":5,"out":-1}' % NOW)
    intake = Intake(store)
    [outcome] = intake.take([message])
    assert (outcome.kind, outcome.reason) == ("dead", "negative")
    assert stored(store) == [(NOW, 5)]


def test_messages_without_anything_assigned_are_counted_with_a_sample(store):
    prepare(store, "a")
    intake = Intake(store)
    for n in range(5):
        intake.take([timed("a", NOW, 0)._replace(payload=b'{"voltage": %d}' % n)] * 2)
    [letter] = rows(store, dead_letter)
    assert (letter.reason, letter.state, letter.count) == ("empty", "aside", 10)
    assert letter.payload == b'{"voltage": 4}'
    assert sums(store)["dead"] == 10


def test_the_last_message_of_a_topic_is_kept_for_trying_out(store):
    intake = Intake(store)
    intake.take([timed("x", NOW, 1)])
    intake.take([timed("x", NOW + 1000, 2)])
    intake.take([timed("x", NOW + 2 * MINUTE, 3)])
    [row] = rows(store, last_message)
    assert row.topic == "x/json"
    assert b'"energy": 3' in row.payload


def test_a_changed_mapping_takes_effect_at_once(any_store):
    intake = Intake(any_store)
    assert intake.take([timed("a", NOW, 1)])[0].reason == "no-mapping"
    prepare(any_store, "a")
    assert kinds(intake.take([timed("a", NOW, 1)])) == ["stored"]


def test_two_writers_do_not_confuse_each_other(any_store):
    prepare(any_store, "a")
    one, two = Intake(any_store), Intake(any_store)
    one.take([timed("a", NOW, 1)])
    two.take([timed("a", NOW + 2 * MINUTE, 9)])
    # The first writer must not take this for the newest reading.
    one.take([timed("a", NOW + MINUTE, 5, NOW + 3 * MINUTE)])
    two.take([timed("a", NOW + 3 * MINUTE, 10)])
    assert rows(any_store, jump) == []
    assert [value for _ts, value in stored(any_store)] == [1, 5, 9, 10]
    one.take([timed("a", NOW + 4 * MINUTE, 2)])
    [found] = rows(any_store, jump)
    assert found.before_value == 10_000_000


def test_a_batch_that_fails_leaves_nothing_behind(store, monkeypatch):
    prepare(store, "a")
    intake = Intake(store)
    monkeypatch.setattr(intake._tally, "write", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        intake.take([timed("a", NOW, 1)])
    monkeypatch.undo()
    assert stored(store) == []
    assert kinds(intake.take([timed("a", NOW, 1)])) == ["stored"]
    assert at("2026-03-02T12:00:00+01:00") == NOW
