"""Writes to the metering database together with a transaction of the site's own database.

What a page changes in both is written to SQL at the end of the transaction, after the object
database has said that it can commit. A conflict comes before that, so a repeated request writes
once; an error of SQL afterwards takes the whole transaction back. Only if the power fails between
the two commits can SQL be ahead of the content, by the last transaction.
"""

from collections.abc import Callable
from kaarst.metering.store.engine import Store
from sqlalchemy import Connection
from transaction.interfaces import IDataManager
from zope.interface import implementer

import transaction


Step = Callable[[Connection], object]


def at_the_end(store: Store, step: Step) -> None:
    """Calls `step` with a connection when the running transaction commits, in the order of calls.

    What it raises makes the commit fail: check before what a person may have entered wrongly.
    """
    current = transaction.get()
    try:
        current.data(store).steps.append(step)
    except KeyError:
        writer = Writer(store, [step])
        current.join(writer)
        current.set_data(store, writer)


@implementer(IDataManager)
class Writer:
    """Does all steps in one SQL transaction when it is asked for its vote, as the last one."""

    transaction_manager = transaction.manager

    def __init__(self, store: Store, steps: list[Step]):
        self.store, self.steps = store, steps

    def sortKey(self):
        return "~~kaarst.metering"

    def abort(self, transaction):
        self.steps = []

    def tpc_begin(self, transaction):
        pass

    def commit(self, transaction):
        pass

    def tpc_vote(self, transaction):
        with self.store.writing() as connection:
            for step in self.steps:
                step(connection)

    def tpc_finish(self, transaction):
        self.steps = []

    def tpc_abort(self, transaction):
        self.steps = []

    def savepoint(self):
        return _Savepoint(self)


class _Savepoint:
    """A part of a transaction that is taken back takes its steps with it."""

    def __init__(self, writer: Writer):
        self.writer, self.count = writer, len(writer.steps)

    def rollback(self):
        del self.writer.steps[self.count :]
