"""Dead letters are mended and replayed; what is kept only as long as needed says the same after."""

from decimal import Decimal
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from kaarst.metering.decoders.mapping import Mapping
from kaarst.metering.errors import MeteringError
from kaarst.metering.rollup.calendar import boundaries
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.store import audit
from kaarst.metering.store import consents
from kaarst.metering.store import history
from kaarst.metering.store import letters
from kaarst.metering.store import mappings
from kaarst.metering.store import questions
from kaarst.metering.store import registers
from kaarst.metering.store import replay
from kaarst.metering.store import retention
from kaarst.metering.store.engine import Store
from kaarst.metering.store.intake import Intake
from kaarst.metering.store.schema import reading
from sqlalchemy import func
from sqlalchemy import select
from tests.metering.helpers import at
from tests.metering.helpers import IMPORT
from tests.metering.helpers import NOW
from tests.metering.helpers import prepare
from tests.metering.helpers import stored
from tests.metering.helpers import timed
from tests.metering.helpers import timeless

import pytest


DAY = 86_400_000
MINUTE = 60_000


def test_a_mended_mapping_and_a_replay_bring_everything_back(any_store):
    intake = Intake(any_store)
    intake.take([timed("a", NOW + n * MINUTE, 10 + n) for n in range(700)])
    intake.take([timeless("a", 5, NOW)])
    with any_store.reading() as connection:
        assert [group[:3] for group in replay.groups(connection)] == [
            ("a/json", "no-mapping", 700),
            ("a/sensor/energy/state", "no-mapping", 1),
        ]
        received, payload = replay.last_of(connection, "a/json")
        assert b'"energy": ' in payload
        assert received >= NOW
    # A first attempt maps the topic but assigns nothing: the reason changes, nothing is lost.
    with any_store.writing() as connection:
        mappings.add(connection, Mapping("{device}/json", "json"))
    result = replay.replay(any_store, "energie", NOW, topic="a/json")
    assert (result.stored, result.dead, result.reasons) == (0, 700, {"unassigned": 700})
    with any_store.writing() as connection:
        registers.create(connection, "meter-a", IMPORT, "own:a", "energy")
    result = replay.replay(any_store, "energie", NOW, topic="a/json")
    assert (result.stored, result.duplicate, result.dead) == (700, 0, 0)
    assert len(stored(any_store)) == 700
    assert replay.replay(any_store, "energie", NOW, topic="a/json").stored == 0
    with any_store.reading() as connection:
        assert [letter.topic for letter in replay.letters(connection)] == ["a/sensor/energy/state"]
        # What came in was counted once, when it came.
        assert letters.sums(connection)["received"] == 701
        assert [line["what"] for line in audit.lines(connection)] == ["replay"] * 3
    assert kinds_of(intake.take([timed("a", NOW, 10)])) == ["duplicate"]


def kinds_of(outcomes):
    return [outcome.kind for outcome in outcomes]


def test_single_letters_are_replayed_or_discarded(store):
    prepare(store, "a")
    Intake(store).take([timed("a", NOW + n, 1, NOW - DAY) for n in range(3)])
    with store.reading() as connection:
        [newest, middle, oldest] = replay.letters(connection)
        assert newest.message == "The device's clock is ahead: it says ${time}."
        assert newest.values["time"].startswith("2026-03-02")
    with store.writing() as connection:
        assert replay.discard(connection, "energie", NOW, [middle.id]) == 1
    result = replay.replay(store, "energie", NOW, [oldest.id])
    assert result.dead == 1
    with store.reading() as connection:
        assert len(replay.letters(connection)) == 2
        assert [letter.id for letter in replay.letters(connection, "discarded")] == [middle.id]


def test_a_question_is_answered_and_the_past_is_right(any_store):
    [register] = prepare(any_store, "a", digits=5)
    points = (99_990, 99_998, 3, 7, 2, 4)
    Intake(any_store).take([timed("a", NOW + n * MINUTE, value) for n, value in enumerate(points)])
    start, end = NOW - HOUR, NOW + HOUR
    with any_store.reading() as connection:
        [question] = questions.open_questions(connection)
        assert question.fell
        assert question.jump.before_value == 7_000_000
        [slot] = history.consumption(connection, [register], [start, end], end, True)
        assert slot.consumption == 17_000_000
    with any_store.writing() as connection:
        with pytest.raises(MeteringError):
            questions.answer(connection, register, question.jump.after_ts, "real", "x", NOW)
        with pytest.raises(KeyError):
            questions.answer(connection, register, 1, "reset", "x", NOW)
        questions.answer(connection, register, question.jump.after_ts, "reset", "energie", NOW)
    with any_store.reading() as connection:
        assert questions.open_questions(connection) == []
        [slot] = history.consumption(connection, [register], [start, end], end, True)
    assert slot.consumption == 21_000_000


def test_consents_are_given_and_withdrawn_with_effect(any_store):
    with any_store.writing() as connection:
        number = consents.grant(connection, "m", "erika", consents.OWN_USE, "2026-1", "letter", NOW)
        again = consents.grant(connection, "m", "erika", consents.OWN_USE, "2026-1", "letter", NOW)
        assert again == number
    with any_store.reading() as connection:
        assert consents.permits(connection, "m", "erika")
        assert not consents.permits(connection, "m", "max")
        assert not consents.permits(connection, "other", "erika")
        assert not consents.permits(connection, "m", "erika", consents.COMPARISON)
    with any_store.writing() as connection:
        with pytest.raises(KeyError):
            consents.withdraw(connection, number, "max", NOW)
        consents.withdraw(connection, number, "erika", NOW)
    with any_store.reading() as connection:
        assert not consents.permits(connection, "m", "erika")
        assert consents.of_person(connection, "erika")[0].withdrawn_at == NOW


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(
        st.tuples(st.sampled_from([10_000, 60_000, 7 * MINUTE, 3 * HOUR]), st.integers(-50, 5000)),
        min_size=5,
        max_size=150,
    )
)
def test_thinning_changes_nothing_that_is_said(steps, tmp_path_factory):
    made = Store(f"sqlite:///{tmp_path_factory.mktemp('thin')}/a.sqlite")
    made.migrate()
    prepare(made, "a", gap=3600)
    moment, value, messages = at("2026-01-10T22:00:00"), 10**6, []
    for step, rise in steps:
        moment, value = moment + step, value + rise
        messages.append(timed("a", moment, value))
    Intake(made).take(messages)

    def said():
        with made.reading() as connection:
            chain = registers.chain(connection, "meter-a", IMPORT)
            start, end = day_start(day_of(messages[0].received) - 1), moment // HOUR * HOUR + DAY
            return [
                history.consumption(connection, chain, boundaries(start, end, name), NOW, True)
                for name in ("quarter", "hour", "day", "month")
            ]

    before, count = said(), len(stored(made))
    retention.apply(made, moment + 40 * DAY)
    after = said()
    assert len(stored(made)) <= count
    assert [[slot.consumption for slot in slots] for slots in after] == [
        [slot.consumption for slot in slots] for slots in before
    ]
    # What is thinned can come again, late or doubled, and still changes nothing.
    Intake(made).take(messages[::-1])
    assert [[slot.consumption for slot in slots] for slots in said()] == [
        [slot.consumption for slot in slots] for slots in before
    ]
    made.dispose()


def test_condensed_readings_leave_their_hours_and_do_not_come_back(any_store):
    [register] = prepare(any_store, "a")
    intake = Intake(any_store)
    start = at("2025-03-01T00:00:00")
    messages = [timed("a", start + n * HOUR // 2, n) for n in range(48 * 40)]
    intake.take(messages)
    periods = retention.Periods(thin=1, readings=20)
    retention.apply(any_store, start + 40 * DAY, periods)
    with any_store.reading() as connection:
        [register] = registers.chain(connection, "meter-a", IMPORT)
        left = connection.execute(select(func.count()).select_from(reading)).scalar()
        assert left == 48 * 20
        for name in ("hour", "day", "quarter"):
            slots = history.consumption(
                connection, [register], boundaries(start, start + 30 * DAY, name), NOW, False
            )
            assert sum(slot.consumption for slot in slots) == 48 * 30 * 10**6
    outcomes = intake.take(messages[:2])
    assert [outcome.reason for outcome in outcomes] == ["too-old", "too-old"]
    assert stored(any_store)[0][1] == Decimal(48 * 20)


def test_condensing_goes_on_where_it_stopped(store):
    """A part each time, so that neither the bridge nor other jobs wait; and what is done is done once."""
    prepare(store, "a", "b")
    start = at("2025-03-01T00:00:00")
    for device in "ab":
        moments = [start + n * HOUR // 12 for n in range(12 * 24 * 30)]
        Intake(store).take([timed(device, ts, n) for n, ts in enumerate(moments)])
    now, every = start + 90 * DAY, len(stored(store))
    assert not retention.apply(store, now, seconds=0)
    assert len(stored(store)) == every
    assert retention.apply(store, now)
    # Of three readings in a quarter of an hour the one in the middle goes.
    thinned = stored(store)
    assert len(thinned) == every * 2 // 3
    assert retention.apply(store, now, seconds=0) and stored(store) == thinned


def test_settled_letters_go_after_their_time(store):
    prepare(store, "a")
    Intake(store).take([timed("b", NOW, 1), timed("c", NOW, 1)])
    with store.writing() as connection:
        replay.discard(connection, "energie", NOW, topic="b/json")
    retention.apply(store, NOW + 31 * DAY)
    with store.reading() as connection:
        assert replay.letters(connection, "discarded") == []
        assert len(replay.letters(connection)) == 1
    retention.apply(store, NOW + 181 * DAY)
    with store.reading() as connection:
        assert replay.letters(connection) == []
