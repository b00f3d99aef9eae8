"""The bridge's clock beside a machine's clock that jumps."""

from kaarst.metering.bridge.clock import SteadyClock

import pytest


class Machine:
    """A machine that has been running for a thousand seconds; `wall` can be set."""

    def __init__(self):
        self.steady, self.wall = 1000.0, 1_800_000_000.0
        self.clock = SteadyClock(lambda: self.wall, lambda: self.steady)

    def wait(self, seconds):
        self.steady += seconds
        self.wall += seconds
        return self.clock() / 1000 - 1_800_000_000


@pytest.fixture
def machine():
    return Machine()


@pytest.mark.parametrize("jump", [3 * 86_400, -7200, 30])
def test_a_short_jump_is_not_seen(machine, jump):
    assert machine.wait(10) == 10
    machine.wall += jump
    assert machine.wait(10) == 20
    assert machine.wait(45) == 65
    machine.wall -= jump
    assert machine.wait(10) == 75
    # The next one is waited for again, from its own beginning.
    machine.wall += jump
    assert machine.wait(30) == 105


@pytest.mark.parametrize("jump", [3 * 86_400, -7200])
def test_a_jump_that_lasts_is_followed(machine, jump):
    machine.wait(10)
    machine.wall += jump
    assert machine.wait(1) == 11
    assert machine.wait(61) == 72 + jump
    assert machine.wait(1) == 73 + jump


def test_a_clock_that_jumps_about_is_not_followed(machine):
    for number in range(20):
        machine.wall += 5000 * (-1) ** number
        machine.wait(50)
    assert machine.wait(0) == 1000


def test_small_corrections_are_followed_and_nothing_goes_back(machine):
    machine.wait(10)
    machine.wall -= 1.5
    assert machine.wait(1) == 10
    assert machine.wait(1) == 10.5
    machine.wall += 1.5
    assert machine.wait(1) == 13
