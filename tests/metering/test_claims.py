"""Who holds which meter, and of which time they see the readings."""

from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies
from kaarst.metering.analysis import series
from kaarst.metering.errors import MeteringError
from kaarst.metering.live.values import withdrawn
from kaarst.metering.rollup.calendar import boundaries
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.store import audit
from kaarst.metering.store import claims
from kaarst.metering.store import consents
from kaarst.metering.store import edges
from kaarst.metering.store import history
from kaarst.metering.store import registers
from kaarst.metering.store import rows
from kaarst.metering.store.batch import IMPORTED
from kaarst.metering.store.engine import Store
from kaarst.metering.units import MICRO
from tests.metering.helpers import at

import pytest


MADE = at("2026-03-02T12:00:00")
SINCE = at("2026-03-01T00:00:00")
DAY = 24 * HOUR
NUMBER = "ZAE-7Q4M-2XPD-K"


def letter(connection, number=NUMBER, since=SINCE, meter="flat", now=MADE):
    return claims.make(connection, meter, number, "sealed", since, "energie", now)


def agree(connection, claim, person, purpose=consents.OWN_USE, now=MADE, **more):
    claims.redeem(connection, claim.number, person, now)
    return consents.grant(
        connection, claim.meter, person, purpose, "2026-11", "letter", now, claim=claim.id, **more
    )


def test_a_letter_a_consent_and_its_end(any_store):
    with any_store.writing() as connection:
        claim = letter(connection)
        assert claims.held(connection, "erika") == []
        own = agree(connection, claim, "erika")
        assert agree(connection, claim, "erika") == own
        other = agree(connection, claim, "erika", consents.COMPARISON, people=2, hot_water=False)
        [held] = claims.held(connection, "erika")
        assert (held.meter, held.number, held.since) == ("flat", NUMBER, SINCE)
        assert held.own_use.id == own and held.own_use.claim == claim.id
        assert (held.comparison.id, held.comparison.people) == (other, 2)
        assert held.comparison.hot_water is False
        # Neither another person, nor another meter, nor a consent without a claim.
        assert claims.held(connection, "otto") == []
        assert claims.held(connection, "erika", "other") == []
        consents.grant(connection, "other", "otto", consents.OWN_USE, "1", "staff", MADE)
        assert claims.held(connection, "otto") == []

        assert consents.withdraw_all(connection, "flat", "erika", MADE, "erika") == 2
        assert claims.held(connection, "erika") == []
        assert withdrawn(connection, [own, other]) == {own, other}
        again = agree(connection, claim, "erika")
        assert again not in (own, other)
        assert [one.own_use.id for one in claims.held(connection, "erika")] == [again]


def test_a_letter_is_for_one_account_and_not_for_ever(any_store):
    with any_store.writing() as connection:
        claim = letter(connection)
        with pytest.raises(MeteringError, match="bad-mapping"):
            letter(connection)
        claims.redeem(connection, NUMBER, "erika", MADE)
        with pytest.raises(MeteringError, match="claim-used"):
            claims.redeem(connection, NUMBER, "otto", MADE)
        late = claim.redeem_by + 1
        # Who has redeemed it in time may agree once more later on; a letter that lay about is over.
        claims.redeem(connection, NUMBER, "erika", late)
        letter(connection, "ZAE-OLD")
        for number, now in (("ZAE-OLD", late), ("ZAE-NONE", MADE)):
            with pytest.raises(KeyError):
                claims.redeem(connection, number, "otto", now)
        # Consent of somebody else than the one who redeemed the letter opens nothing.
        consents.grant(connection, "flat", "otto", consents.OWN_USE, "1", "x", MADE, claim=claim.id)
        assert claims.held(connection, "otto") == []


def test_who_moves_out_sees_nothing_and_who_moves_in_nothing_from_before(any_store):
    moved = at("2026-04-01T00:00:00")
    with any_store.writing() as connection:
        first = letter(connection)
        consent = agree(connection, first, "erika")
        unused = letter(connection, "ZAE-UNUSED")
        assert claims.end(connection, "flat", moved, "energie", moved) == 1
        assert claims.held(connection, "erika") == []
        assert withdrawn(connection, [consent]) == {consent}
        for number in (first.number, unused.number):
            with pytest.raises(KeyError):
                claims.redeem(connection, number, "erika", moved)
        second = letter(connection, "ZAE-SECOND", moved, now=moved)
        agree(connection, second, "otto", now=moved)
        assert [one.since for one in claims.held(connection, "otto")] == [moved]
        assert claims.held(connection, "erika") == []
        newest_first = [one.number for one in claims.of_meter(connection, "flat")]
        assert newest_first == ["ZAE-SECOND", "ZAE-UNUSED", NUMBER]

        assert consents.remove_old(connection, moved) == 0
        assert consents.remove_old(connection, moved + 1) == 3
        assert [one.number for one in claims.of_meter(connection, "flat")] == ["ZAE-SECOND"]
        assert len(claims.held(connection, "otto")) == 1


def filled(store, meter, moments, since, until, before, after):
    """A register with readings; what was counted before and after a time can be chosen."""
    with store.writing() as connection:
        made = registers.create(
            connection, meter, "1-0:1.8.0", f"x:{meter}", "energy", gap=3 * 3600
        )
        value, readings, hours = 5 * MICRO, [], {}
        for moment in moments:
            # Within the time the same is counted, whatever was before.
            value += (before if moment <= since else after if moment > until else 7) * 1000
            readings.append((made.id, moment, value, moment, IMPORTED))
            edges.merge_reading(hours, (made.id, moment // HOUR), moment, value)
        rows.insert_readings(connection, readings)
        edges.merge(connection, hours)
        return made


def seen(store, made, since, until):
    """What a holder of that time can get out of the store, in every resolution."""
    chain = claims.bounded([made], since, until)
    start, end, now = since - 3 * DAY, until + 3 * DAY, until + 4 * DAY
    with store.reading() as connection:
        found = [
            [
                (i.start, i.end, i.consumption, i.complete)
                for i in series.items(connection, [chain], boundaries(start, end, by), now)
            ]
            for by in ("quarter", "hour", "day", "month", "year")
        ]
        raw = series.raw_cuts(connection, chain, start, end)
        newest = history.newest(connection, chain[0])
    return found, raw, None if newest is None else newest.ts


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    step=strategies.sampled_from((15, 60, 61, 360)),
    shift=strategies.integers(0, 50),
    hours=strategies.integers(3, 60),
    before=strategies.integers(0, 999),
    after=strategies.integers(0, 999),
)
def test_what_was_before_and_after_changes_nothing_that_a_holder_sees(
    tmp_path_factory, step, shift, hours, before, after
):
    since, until = SINCE, SINCE + hours * HOUR
    first = since - 4 * DAY + shift * 60_000
    moments = list(range(first, until + 4 * DAY, step * 60_000))
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('seen')}/m.sqlite")
    store.migrate()
    one = filled(store, "one", moments, since, until, before, after)
    other = filled(store, "other", moments, since, until, 1, 2)
    mine, theirs = seen(store, one, since, until), seen(store, other, since, until)
    inside = [moment for moment in moments if since <= moment <= until]
    assert mine == theirs
    assert mine[1][1:-1] == inside
    assert mine[2] == (inside[-1] if inside else None)
    for items in mine[0]:
        total = sum(consumption or 0 for _s, _e, consumption, _c in items)
        assert total == max(len(inside) - 1, 0) * 7000
    store.dispose()


def test_who_deletes_an_account_is_named_in_no_row(any_store):
    with any_store.writing() as connection:
        made = claims.make(connection, "flat", NUMBER, "sealed", SINCE, "energie", MADE)
        claims.redeem(connection, NUMBER, "erika", MADE)
        for purpose in consents.PURPOSES:
            consents.grant(connection, "flat", "erika", purpose, "1", "letter", MADE, claim=made.id)
        claims.forget(connection, "erika", MADE + 1)
        assert not claims.held(connection, "erika", "flat")
        names = {one.person for one in consents.of_person(connection, "erika")}
        letter = claims.find(connection, NUMBER)
        kept = consents.of_person(connection, letter.redeemed_by)
        written = {line["who"] for line in audit.lines(connection)}
    # What was allowed when stays as evidence, of somebody whom nobody can name.
    assert not names and letter.redeemed_by.startswith("deleted-")
    assert [one.withdrawn_at for one in kept] == [MADE + 1] * 2
    assert written == {"energie", letter.redeemed_by} and not letter.is_for("erika")
