"""The year before the last one, for comparing years, and the weather of both.

Written after the devices have begun to send: nobody waits for it.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_number
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.simulation import curves
from kaarst.metering.simulation import setup
from kaarst.metering.simulation import town
from kaarst.metering.store import registers
from kaarst.metering.store import temperatures
from kaarst.metering.store.engine import Store
from kaarst.metering.store.registers import Register
from kaarst.metering.store.schema import reading
from kaarst.metering.store.state import readings_changed
from sqlalchemy import Connection
from sqlalchemy import select

import time


PAUSE = 0.1


def fill_earlier(store: Store, now: int, go_on: Callable[[], bool] = lambda: True) -> int:
    """Writes readings by the hour from the first of last year to the oldest there is; returns rows.

    Counters of before are set so that the oldest reading is what comes next. A transaction a meter.
    """
    # A day more, so that the first of January is complete.
    begin = day_start(day_number(date(day_date(day_of(now)).year - 1, 1, 1)) - 1)
    fill_weather(store, begin, now)
    count = 0
    for plan in town.meters():
        if not go_on():
            break
        with store.writing() as connection:
            for register in registers.registers(connection, meter=plan.key):
                if register.counter:
                    count += _before(connection, plan, register, begin)
            readings_changed(connection)
        # SQLite lets whoever asks first write: the bridge must not wait for all of this.
        time.sleep(PAUSE)
    return count


def fill_weather(store: Store, begin: int, now: int):
    """Writes the mean temperature of every day from `begin` until yesterday."""
    means = {}
    for day in range(day_of(begin), day_of(now)):
        hours = range(day_start(day) // HOUR, day_start(day + 1) // HOUR)
        mean = sum(curves.temperature(hour) for hour in hours) / len(hours)
        means[day] = Decimal(f"{mean:.1f}")
    with store.writing() as connection:
        temperatures.save(connection, means)


def _before(connection: Connection, plan: town.MeterPlan, register: Register, begin: int) -> int:
    oldest = connection.execute(
        select(reading.c.ts, reading.c.value)
        .where(reading.c.register == register.id)
        .order_by(reading.c.ts)
        .limit(1)
    ).first()
    if oldest is None or oldest.ts - begin < 2 * HOUR:
        return 0
    made = list(setup.values(plan, register, begin, oldest.ts, 0, fine_days=0))
    # As much less as is used until then.
    shift = oldest.value - made[-1][1]
    if shift < 0:
        return 0
    return setup.write(connection, register, ((ts, value + shift) for ts, value in made))
