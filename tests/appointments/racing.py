"""Clients that race for appointments, each a process with a ZEO connection of its own."""

from contextlib import contextmanager
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.offering import Offering
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import Closure
from kaarst.appointments.engine.records import Hold
from kaarst.appointments.engine.storage.zodb import ZODBStorage
from tests.appointments import zeo
from tests.appointments.engine.model import BEFORE
from tests.appointments.engine.model import counters
from tests.appointments.engine.model import daily
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan
from ZODB.POSException import ConflictError

import multiprocessing
import random


PLAN = plan(
    hours=daily("8–18"),
    resources=counters(1),
    offerings=(Offering("passport", 15),),
    step=15,
)
#: What the publisher does: try again when somebody else was first.
ATTEMPTS = 10


def prepare(db):
    """An empty storage with the ledgers of the day."""
    with db.transaction() as connection:
        connection.root.storage = ZODBStorage([Booking, Hold, Closure])
        names = [resource.id for resource in PLAN.resources]
        connection.root.storage.ledgers.prepare(names, MONDAY, MONDAY)


def transact(connection, function):
    """Run a function of a desk in a transaction, again after a conflict; result and attempts."""
    manager = connection.transaction_manager
    for attempt in range(1, ATTEMPTS + 1):
        manager.begin()
        try:
            result = function(Desk(PLAN, connection.root.storage, BEFORE))
            manager.commit()
            return result, attempt
        except ConflictError:
            manager.abort()
        except BaseException:
            manager.abort()
            raise
    return "gave up", ATTEMPTS


def book(connection, start, name):
    """Hold and confirm as a citizen does, in two transactions: the outcome for the parent."""
    try:
        hold, first = transact(connection, lambda desk: desk.hold(["passport"], start))
        if hold == "gave up":
            return ("gave up",)
        booking, second = transact(connection, lambda desk: desk.confirm(hold.id, {"name": name}))
    except Taken as error:
        return "taken", error.alternatives
    return ("gave up",) if booking == "gave up" else ("booked", booking.id, max(first, second))


def client(port, pipe, name):
    """Book each start the parent sends; None ends it."""
    with zeo.database(port) as db:
        connection = db.open()
        pipe.send("ready")
        while (start := pipe.recv()) is not None:
            pipe.send(book(connection, start, name))
        connection.close()


def rioter(port, pipe, name):
    """Hold, book, move and cancel at random until it is killed or its pipe closed."""
    chance = random.Random(name)
    with zeo.database(port) as db:
        connection = db.open()
        pipe.send("ready")
        while not pipe.poll():
            try:
                transact(connection, lambda desk: _riot(desk, chance))
            except Taken:
                continue


def _riot(desk, chance):
    request = PLAN.request(["passport"])
    starts = desk.search().instants(request, MONDAY)
    bookings = sorted(booking.id for booking in desk.bookings if booking.state == "confirmed")
    if bookings and (not starts or chance.random() < 0.3):
        desk.cancel(chance.choice(bookings))
    elif bookings and chance.random() < 0.3:
        desk.move(chance.choice(bookings), chance.choice(starts))
    elif starts:
        desk.confirm(desk.hold(["passport"], chance.choice(starts)).id, {"name": "x"})


@contextmanager
def clients(count, target, port):
    """Processes that run `target`, with the parent's ends of their pipes; ready when entered."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    pipes, processes = [], []
    for number in range(count):
        ours, theirs = context.Pipe()
        process = context.Process(target=target, args=(port, theirs, f"client {number}"))
        process.start()
        theirs.close()
        pipes.append(ours)
        processes.append(process)
    try:
        for pipe in pipes:
            assert pipe.recv() == "ready"
        yield pipes, processes
    finally:
        for pipe, process in zip(pipes, processes, strict=True):
            if process.is_alive():
                pipe.send(None)
        for process in processes:
            process.join(20)
            if process.is_alive():
                process.kill()
