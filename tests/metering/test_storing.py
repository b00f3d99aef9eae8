"""A consent withdrawn takes its readings with it, and nothing more is stored; what happens is all counted."""

from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies
from kaarst.metering.errors import MeteringError
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.store import claims
from kaarst.metering.store import consents
from kaarst.metering.store import forgetting
from kaarst.metering.store import importer
from kaarst.metering.store import letters
from kaarst.metering.store import registers
from kaarst.metering.store import replay
from kaarst.metering.store import storing
from kaarst.metering.store.batch import Message
from kaarst.metering.store.engine import Store
from kaarst.metering.store.intake import Intake
from kaarst.metering.store.schema import contradiction
from kaarst.metering.store.schema import day_edge
from kaarst.metering.store.schema import dead_letter
from kaarst.metering.store.schema import hour_edge
from kaarst.metering.store.schema import jump
from kaarst.metering.store.schema import last_message
from kaarst.metering.store.schema import reading
from sqlalchemy import select
from tests.metering.helpers import at
from tests.metering.helpers import kinds
from tests.metering.helpers import prepare
from tests.metering.helpers import timed

import pytest


MOVED = at("2026-02-10T00:00:00")
NOW = at("2026-03-02T12:00:00")
DAY = 24 * HOUR
METER = "meter-flat"


def agree(store, person="erika", since=MOVED, meter=METER, now=NOW):
    """Somebody gets a letter, redeems it and agrees; returns the claim."""
    with store.writing() as connection:
        made = claims.make(
            connection, meter, f"ZAE-{person}-{now}", "sealed", since, "energie", now
        )
        claims.redeem(connection, made.number, person, now)
        consents.grant(
            connection, meter, person, consents.OWN_USE, "1", "letter", now, claim=made.id
        )
    return made


def withdraw(store, person="erika", now=NOW):
    with store.writing() as connection:
        assert consents.withdraw_all(connection, METER, person, now, person)


def take(store, *messages):
    return Intake(store).take(messages)


def hourly(device, first, last, value=0, step=HOUR):
    return [
        timed(device, moment, value + (moment - first) / HOUR)
        for moment in range(first, last, step)
    ]


def everything(store, *identifiers):
    """All rows of all tables that readings of these registers have left."""
    with store.reading() as connection:
        return {
            table.name: sorted(
                tuple(row[1:])
                for row in connection.execute(
                    select(table).where(table.c.register.in_(identifiers))
                )
            )
            for table in (hour_edge, day_edge, contradiction, jump)
        } | {
            "reading": sorted(
                tuple(row)
                for row in connection.execute(
                    select(reading.c.ts, reading.c.value).where(reading.c.register.in_(identifiers))
                )
            )
        }


def kept(store):
    """Payloads of whatever was kept as it came, by topic."""
    with store.reading() as connection:
        query = select(dead_letter.c.topic, dead_letter.c.payload)
        found = [(topic, bytes(payload)) for topic, payload in connection.execute(query)]
        query = select(last_message.c.topic, last_message.c.payload)
        return found + [(topic, bytes(payload)) for topic, payload in connection.execute(query)]


def test_withdrawal_deletes_the_time_it_covered_and_ends_storing(any_store):
    flat, neighbour = prepare(any_store, "flat", "neighbour")
    before = hourly("flat", MOVED - 3 * DAY, MOVED)
    take(any_store, *before, *hourly("neighbour", MOVED - DAY, NOW, step=6 * HOUR))
    earlier, others = everything(any_store, flat.id), everything(any_store, neighbour.id)
    own = hourly("flat", MOVED, NOW, 500)
    # Two values for one moment, a fall of the counter, and messages that nobody could store.
    strange = [timed("flat", MOVED + HOUR, 500.5), timed("flat", MOVED + 5 * HOUR + 60_000, 1)]
    take(any_store, *own, *strange, timed("flat", NOW + DAY, 4711, received=NOW))
    assert any(b"4711" in payload for _topic, payload in kept(any_store))
    agree(any_store)
    assert len(everything(any_store, flat.id)["reading"]) > len(own)

    withdraw(any_store)
    assert everything(any_store, flat.id) == earlier
    assert everything(any_store, neighbour.id) == others
    assert {topic for topic, _payload in kept(any_store)} == {"neighbour/json"}

    with any_store.reading() as connection:
        counted = letters.sums(connection)
    late, new = timed("flat", MOVED + HOUR, 777), timed("flat", NOW, 778)
    outcomes = take(any_store, late, new, timed("flat", NOW + DAY, 779, received=NOW))
    assert {(one.kind, one.reason) for one in outcomes} == {("dead", "no-consent")}
    assert take(any_store, timed("neighbour", NOW, 999))[0].kind == "stored"
    assert everything(any_store, flat.id) == earlier
    assert {payload for topic, payload in kept(any_store) if topic == "flat/json"} == {b""}
    with any_store.reading() as connection:
        now = letters.sums(connection)
        [(topic, reason, count, _newest)] = replay.groups(connection, letters.ASIDE)
    assert (now["dead"] - counted["dead"], now["stored"] - counted["stored"]) == (3, 1)
    assert now["received"] == now["stored"] + now["duplicate"] + now["dead"]
    assert (topic, reason, count) == ("flat/json", "no-consent", 3)


def test_a_running_bridge_notices_at_once_and_begins_again_with_a_new_consent(any_store):
    flat, _other = prepare(any_store, "flat", "neighbour")
    intake = Intake(any_store)
    assert kinds(intake.take([timed("flat", MOVED, 5)])) == ["stored"]
    claim = agree(any_store)
    withdraw(any_store)
    assert intake.take([timed("flat", NOW, 6)])[0].reason == "no-consent"
    with any_store.writing() as connection:
        with pytest.raises(MeteringError, match="no-consent"):
            csv = b"2026-03-01 00:00;7"
            importer.import_readings(connection, [flat], csv, "kWh", "energie", NOW)
        # A new counter in its place is none to be stored either.
        new = registers.exchange(connection, flat, NOW, 7_000_000, 0)
    assert intake.take([timed("flat", NOW + HOUR, 1)])[0].reason == "no-consent"
    with any_store.writing() as connection:
        consents.grant(
            connection, METER, "erika", consents.OWN_USE, "1", "letter", NOW, claim=claim.id
        )
    assert kinds(intake.take([timed("flat", NOW + 2 * HOUR, 2)])) == ["stored"]
    assert everything(any_store, flat.id, new.id)["reading"] == [(NOW + 2 * HOUR, 2_000_000)]


def test_a_household_of_two_and_who_moves_in_after_them(any_store):
    flat, *_others = prepare(any_store, "flat")
    take(any_store, *hourly("flat", MOVED - DAY, NOW))
    agree(any_store)
    joined = MOVED + 5 * DAY
    agree(any_store, "otto", joined)
    withdraw(any_store)
    moments = [ts for ts, _value in everything(any_store, flat.id)["reading"]]
    assert MOVED - HOUR in moments and MOVED not in moments
    assert joined - HOUR not in moments and joined in moments
    with any_store.reading() as connection:
        assert not storing.of_meter(connection, METER).withheld

    # They move out: what rested on their consent goes, and nothing is stored of an unknown next one.
    out = NOW - DAY
    with any_store.writing() as connection:
        assert claims.end(connection, METER, out, "energie", NOW) == 1
    moments = [ts for ts, _value in everything(any_store, flat.id)["reading"]]
    assert joined not in moments and out in moments
    assert take(any_store, timed("flat", NOW, 10_000))[0].reason == "no-consent"
    agree(any_store, "paula", out)
    assert kinds(take(any_store, timed("flat", NOW, 10_000))) == ["stored"]
    assert out in [ts for ts, _value in everything(any_store, flat.id)["reading"]]


def test_what_is_needed_for_billing_stays_for_its_months(any_store):
    flat, *_others = prepare(any_store, "flat")
    take(any_store, *hourly("flat", MOVED - DAY, NOW))
    agree(any_store)
    with any_store.writing() as connection:
        for months in (None, 0, 121):
            with pytest.raises(MeteringError, match="out-of-range"):
                storing.decide(connection, METER, storing.SUPPLY, months, "energie", NOW)
        storing.decide(connection, METER, storing.SUPPLY, 12, "energie", NOW)
    before = everything(any_store, flat.id)
    withdraw(any_store)
    assert everything(any_store, flat.id) == before
    assert kinds(take(any_store, timed("flat", NOW, 10_000))) == ["stored"]
    with any_store.writing() as connection:
        assert [one.months for one in storing.supplied(connection)] == [12]
        assert storing.forget_old(connection, {METER: MOVED + DAY}) == 1
    moments = [ts for ts, _value in everything(any_store, flat.id)["reading"]]
    assert min(moments) == MOVED + DAY
    # While somebody agrees, their time stays, however old.
    agree(any_store, "otto", MOVED + 2 * DAY)
    with any_store.writing() as connection:
        storing.forget_old(connection, {METER: NOW})
    moments = [ts for ts, _value in everything(any_store, flat.id)["reading"]]
    assert min(moments) == MOVED + 2 * DAY
    # It was a mistake: then only the consents decide.
    with any_store.writing() as connection:
        consents.withdraw_all(connection, METER, "otto", NOW, "otto")
        storing.decide(connection, METER, storing.CONSENT, None, "energie", NOW)
        assert storing.of_meter(connection, METER).withheld
        assert storing.withheld(connection) == {METER}
    assert everything(any_store, flat.id)["reading"] == []
    with any_store.writing() as connection:
        storing.drop(connection, METER)
        assert storing.withheld(connection) == set()


def test_one_message_with_values_of_two_households(store):
    with store.writing() as connection:
        from kaarst.metering.decoders.mapping import Mapping
        from kaarst.metering.store import mappings

        mappings.add(connection, Mapping("gateway/{device}", "json"))
        flat = registers.create(connection, METER, "1-0:1.8.0", "own:1", "erste")
        other = registers.create(connection, "meter-other", "1-0:1.8.0", "own:1", "zweite")
    agree(store)
    withdraw(store)

    def both(moment, first, second):
        payload = f'{{"ts": {moment}, "erste": {first}, "zweite": {second}}}'.encode()
        return Message("gateway/1", payload, moment + 500)

    intake = Intake(store)
    assert [tuple(one)[:2] for one in intake.take([both(NOW, 4711, 1)])] == [
        ("stored", "no-consent")
    ]
    again = intake.take([both(NOW, 4711, 1), both(NOW - HOUR, 4711, 0)])
    assert kinds(again) == ["duplicate", "stored"]
    # Whatever else is wrong with it, the message is not kept as it came.
    assert intake.take([both(NOW, 4712, '"x"')])[0].kind == "dead"
    wrong = intake.take([both(NOW + DAY, 4713, 2)._replace(received=NOW), both(NOW, 4714, 0.5)])
    assert [one.reason for one in wrong] == ["no-consent", "no-consent"]
    assert not [payload for _topic, payload in kept(store) if b"471" in payload]
    assert everything(store, flat.id)["reading"] == []
    assert len(everything(store, other.id)["reading"]) == 2


def test_dead_letters_of_a_household_are_not_replayed_against_its_will(store):
    flat, *_others = prepare(store, "flat")
    with store.writing() as connection:
        registers.change(connection, flat, device="own:unknown")
    assert kinds(take(store, timed("flat", NOW, 4711))) == ["dead"]
    agree(store)
    withdraw(store)
    # Only now is it said whose device it is: the letter had to be kept until then.
    with store.writing() as connection:
        registers.change(connection, flat, device="own:flat")
    found = replay.replay(store, "energie", NOW)
    assert (found.stored, found.dead, found.reasons) == (0, 1, {"no-consent": 1})
    with store.reading() as connection:
        assert replay.waiting(connection) == 0
        assert [
            bytes(one) for one in connection.execute(select(dead_letter.c.payload)).scalars()
        ] == [b""]
    assert everything(store, flat.id)["reading"] == []


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=strategies.lists(strategies.integers(1, 300), min_size=1, max_size=60),
    since=strategies.integers(-60, 100),
    length=strategies.integers(0, 130),
    midnights=strategies.booleans(),
)
def test_what_is_left_is_as_if_it_had_never_been(tmp_path_factory, steps, since, length, midnights):
    """Any time, whether days or in the middle of a minute: rows and roll-ups of the rest are whole."""
    unit = DAY if midnights else 47 * 60_000 + 13
    start, end = MOVED + since * unit, MOVED + (since + length) * unit
    moments, moment = [], MOVED
    for step in steps:
        moment += step * 10 * 60_000
        moments.append(moment)
    messages = [timed("flat", one, index * 0.25) for index, one in enumerate(moments)]
    stores = []
    for part in (
        messages,
        [m for m, one in zip(messages, moments, strict=True) if not start <= one < end],
    ):
        made = Store(f"sqlite:///{tmp_path_factory.mktemp('left')}/m.sqlite")
        made.migrate()
        [flat] = prepare(made, "flat")
        if part:
            take(made, *part)
        stores.append(made)
    with stores[0].writing() as connection:
        forgetting.forget(connection, METER, [(start, end)])
    assert everything(stores[0], flat.id) == everything(stores[1], flat.id)
    for made in stores:
        made.dispose()


@pytest.mark.parametrize(
    ("some", "others", "left"),
    [
        ([(0, 10)], [], [(0, 10)]),
        ([(0, 10)], [(3, 5)], [(0, 3), (5, 10)]),
        ([(0, 10), (10, 20)], [(20, 30)], [(0, 20)]),
        ([(0, 10), (5, 20)], [(0, 20)], []),
        ([(10, 5)], [], []),
        ([], [(0, 10)], []),
    ],
)
def test_spans_without_others(some, others, left):
    assert storing.without(some, others) == left
