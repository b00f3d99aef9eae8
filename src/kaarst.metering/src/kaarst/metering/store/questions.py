"""What people have to answer: counters that fell, and two values for one moment."""

from kaarst.metering.errors import MeteringError
from kaarst.metering.rollup import curve
from kaarst.metering.store import audit
from kaarst.metering.store.registers import Register
from kaarst.metering.store.registers import registers
from kaarst.metering.store.schema import contradiction
from kaarst.metering.store.schema import jump
from sqlalchemy import Connection
from sqlalchemy import select
from sqlalchemy import update
from typing import NamedTuple


class Question(NamedTuple):
    """A jump without an explanation, and the register it happened to."""

    register: Register
    jump: curve.Jump

    @property
    def fell(self) -> bool:
        """Whether the counter fell; otherwise it rose faster than it can."""
        return self.jump.fell


def open_questions(connection: Connection, limit: int = 500) -> list[Question]:
    """Returns jumps that nobody has explained and that are no roll-over, newest first."""
    known = {register.id: register for register in registers(connection)}
    rows = connection.execute(
        select(
            jump.c.register,
            jump.c.before_ts,
            jump.c.before_value,
            jump.c.after_ts,
            jump.c.after_value,
        )
        .where(jump.c.answer.is_(None))
        .order_by(jump.c.after_ts.desc())
        .limit(limit)
    )
    found = []
    for register, *values in rows:
        question = Question(known[register], curve.Jump(*values))
        if not (question.fell and curve.rolled_over(question.jump, question.register.modulus)):
            found.append(question)
    return found


def answer(
    connection: Connection, register: Register, after_ts: int, given: str, who: str, now: int
):
    """Records what happened at a jump: "reset", "rollover", "real" or "wrong" (misread).

    Raises KeyError if there is no such jump, MeteringError for an answer that does not fit it.
    """
    row = connection.execute(
        select(jump.c.before_value, jump.c.after_value).where(
            jump.c.register == register.id, jump.c.after_ts == after_ts
        )
    ).first()
    if row is None:
        raise KeyError(after_ts)
    fell = row.after_value < row.before_value
    fits = {curve.RESET, curve.ROLLOVER, curve.WRONG} if fell else {curve.REAL, curve.WRONG}
    if given not in fits or (given == curve.ROLLOVER and register.modulus is None):
        raise MeteringError("bad-mapping", problem=given)
    connection.execute(
        update(jump)
        .where(jump.c.register == register.id, jump.c.after_ts == after_ts)
        .values(answer=given, answered_by=who[:100], answered_at=now)
    )
    audit.note(connection, who, "answer", register.meter, now, moment=after_ts, answer=given)


def contradictions(connection: Connection, limit: int = 500) -> list[tuple[Register, int, int]]:
    """Returns (register, moment, value that was not kept), newest first."""
    known = {register.id: register for register in registers(connection)}
    rows = connection.execute(
        select(contradiction.c.register, contradiction.c.ts, contradiction.c.value)
        .order_by(contradiction.c.ts.desc())
        .limit(limit)
    )
    return [(known[register], ts, value) for register, ts, value in rows]
