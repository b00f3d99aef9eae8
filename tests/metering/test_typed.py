"""A reading that somebody types: it is stored like every other one, and asked about where it is strange."""

from datetime import datetime
from datetime import UTC
from decimal import Decimal
from kaarst.core.rest import ApiError
from kaarst.metering.errors import MeteringError
from kaarst.metering.meters.typing import ReadingPost
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.rollup.calendar import to_datetime
from kaarst.metering.store import audit
from kaarst.metering.store import registers
from kaarst.metering.store import typed
from kaarst.metering.store.batch import MANUAL
from kaarst.metering.store.schema import reading
from kaarst.metering.units import MICRO
from sqlalchemy import select
from tests.metering.helpers import at
from tests.metering.helpers import stored
from tests.metering.site import ask
from tests.metering.site import building
from tests.metering.site import meter
from tests.metering.site import register
from tests.metering.site import send

import pytest
import time


NOW = at("2026-03-02T12:00:00")
DAY = 24 * HOUR


def enter(connection, made, moment, value):
    chain = registers.chain(connection, made.meter, made.obis)
    return typed.enter(connection, chain, moment, Decimal(value), "energie", NOW)


def test_it_goes_the_way_of_all_readings(any_store):
    with any_store.writing() as connection:
        made = registers.create(connection, "m", "8-0:1.0.0", "", "", factor="1")
        for days, value in ((60, "100"), (30, "130"), (1, "160.5")):
            assert enter(connection, made, NOW - days * DAY, value) == "stored"
        assert enter(connection, made, NOW - DAY, "160.5") == "duplicate"
        for moment, value, reason in (
            (NOW - DAY, "160", "contradiction"),
            (NOW + DAY, "170", "future"),
            (NOW, "-1", "negative"),
        ):
            with pytest.raises(MeteringError, match=reason):
                enter(connection, made, moment, value)

        def doubt(days, value):
            found = typed.doubt(connection, made, NOW - days * DAY, int(value * MICRO))
            return found and (found.kind, found.beside[1] // MICRO)

        assert doubt(0, 162) is None and doubt(45, 115) is None and doubt(0, 160.5) is None
        assert doubt(0, 160) == ("falls", 160)
        assert doubt(45, 131) == ("falls", 130)
        assert doubt(0, 16050) == ("jumps", 160)
        assert doubt(90, 1) is None
        # The log says who and when, and not what.
        lines = audit.lines(connection, "m")
        assert {line["what"] for line in lines} >= {"typed-reading"}
        assert "160" not in str([line["detail"] for line in lines])
    with any_store.reading() as connection:
        qualities = set(connection.execute(select(reading.c.quality)).scalars())
    assert qualities == {MANUAL}


@pytest.fixture
def main(energy_page, site_store):
    made = meter(building(energy_page))
    # Two of a face have to be multiplied: what is typed is what it shows.
    register(site_store, made.getId(), "", "", factor="40")
    return made


def test_the_page_asks_before_it_stores_something_strange(main, site_store):
    now = int(time.time() * 1000) // 60_000 * 60_000
    [made] = registers_of(site_store, main)
    page, status, _target = ask(main, "reading")
    assert status == 200 and 'inputmode="decimal"' in page

    def typed_in(value, moment, **more):
        return send(
            main, "reading", "enter", register=str(made.id), value=value,
            at=f"{to_datetime(moment):%Y-%m-%dT%H:%M}", **more,
        )  # fmt: skip

    for days, value in ((20, "100"), (10, "110,5")):
        assert typed_in(value, now - days * DAY)[1] == 302
    page, status, _target = typed_in("105", now)
    assert status == 400 and "rückwärts" in page and 'name="sure"' in page and 'value="105"' in page
    assert typed_in("viel", now)[1] == 400 and typed_in("120", now + 2 * DAY)[1] == 400
    assert len(stored(site_store)) == 2
    page, status, _target = typed_in("9000", now)
    assert status == 400 and "mehr als sonst" in page
    assert typed_in("9000", now, sure="1")[1] == 302
    assert typed_in("9000", now, sure="1")[1] == 302
    assert [value for _moment, value in stored(site_store)] == [4000, 4420, 360_000]


def registers_of(store, content):
    with store.reading() as connection:
        return registers.registers(connection, meter=content.getId())


def test_rest_asks_too(main, site_store):
    service = ReadingPost()
    service.context, service.request = main, main.REQUEST

    def post(value, moment, **more):
        when = datetime.fromtimestamp(moment / 1000, UTC).isoformat()
        return service.handle({"at": when, "value": value, **more})

    now = int(time.time() * 1000)
    assert post(100, now - DAY) == (201, {"state": "stored", "obis": "1-0:1.8.0"})
    assert post("100.0", now - DAY)[0] == 200
    with pytest.raises(ApiError) as refused:
        post(99, now)
    assert refused.value.status == 409
    assert post(99, now, sure=True)[0] == 201
    for wrong in (
        {"at": "gestern", "value": 1},
        {"at": "2026-03-01T10:00:00", "value": 1},
        {"at": "2026-03-01T10:00:00+01:00", "value": float("nan")},
        {"at": "2026-03-01T10:00:00+01:00", "value": True},
        {"at": "2026-03-01T10:00:00+01:00", "value": 1, "obis": "7-0:3.0.0"},
        {"at": "2026-03-01T10:00:00+01:00", "value": 1, "obis": ["x"]},
        {"at": None, "value": -1},
    ):
        with pytest.raises(ApiError) as refused:
            service.handle(wrong)
        assert refused.value.status == 400, wrong
    assert len(stored(site_store)) == 2
