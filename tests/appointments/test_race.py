"""Sixteen processes on one ZEO server: one wins a slot, all get different ones, none twice."""

from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.records import Booking
from tests.appointments import racing
from tests.appointments import zeo
from tests.appointments.engine.model import at
from tests.appointments.engine.model import BEFORE
from tests.appointments.engine.model import MONDAY

import pytest
import time


CLIENTS = 16
ROUNDS = 10
RIOT_SECONDS = 3


@pytest.fixture
def port(tmp_path):
    with zeo.server(tmp_path) as port, zeo.database(port) as db:
        racing.prepare(db)
        yield port


def bookings(port):
    """All bookings, once the audit found nothing."""
    with zeo.database(port) as db, db.transaction() as connection:
        storage = connection.root.storage
        assert audit(storage, BEFORE) == []
        return list(storage.records(Booking))


def test_one_wins_each_slot_and_the_others_get_alternatives(port):
    starts = [at(MONDAY, "08:00") + number * 900 for number in range(ROUNDS)]
    with racing.clients(CLIENTS, racing.client, port) as (pipes, _):
        for start in starts:
            answers = []
            for pipe in pipes:
                pipe.send(start)
            answers = [pipe.recv() for pipe in pipes]
            outcomes = [answer[0] for answer in answers]
            assert outcomes.count("booked") == 1
            assert outcomes.count("taken") == CLIENTS - 1
            assert all(len(answer[1]) == 3 for answer in answers if answer[0] == "taken")
    found = bookings(port)
    assert len(found) == ROUNDS
    assert len({booking.pieces for booking in found}) == len(found)


def test_everyone_gets_a_different_slot(port):
    starts = [at(MONDAY, "08:00") + number * 900 for number in range(CLIENTS)]
    with racing.clients(CLIENTS, racing.client, port) as (pipes, _):
        for pipe, start in zip(pipes, starts, strict=True):
            pipe.send(start)
        answers = [pipe.recv() for pipe in pipes]
    assert {answer[0] for answer in answers} == {"booked"}
    assert sorted(booking.start for booking in bookings(port)) == starts


def test_clients_killed_in_the_middle_leave_nothing_half_done(port):
    with racing.clients(CLIENTS // 2, racing.rioter, port) as (_, processes):
        for process in processes[::2]:
            time.sleep(RIOT_SECONDS / len(processes))
            process.kill()
        time.sleep(RIOT_SECONDS / 2)
    assert len(bookings(port)) > CLIENTS
