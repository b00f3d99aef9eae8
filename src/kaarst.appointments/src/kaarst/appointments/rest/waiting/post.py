"""Answers for somebody who waits and calls instead of clicking."""

from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.rest.waiting.get import waiting_json
from kaarst.appointments.rest.wish.post import lost
from kaarst.appointments.rest.working import DeskPost
from kaarst.appointments.wishing import wishes
from kaarst.core.rest import texts
from zExceptions import NotFound


class WaitingPost(DeskPost):
    """`{id}`, as `@waiting-list` has it."""

    def done(self, data):
        (key,) = texts(data, "id")
        wish = next((one for one in wishes.active(self.context) if one.id == key), None)
        if wish is None:
            raise NotFound(key)
        return 200, self.step(wish)

    def step(self, wish) -> dict:
        """Returns the body."""
        raise NotImplementedError


class WaitingAcceptPost(WaitingPost):
    """Takes what is offered; answers with the appointment."""

    def done(self, data):
        try:
            return super().done(data)
        except Taken:
            return lost()

    def step(self, wish):
        return self.one(wishes.accept(wish, self.actor()))


class WaitingRefusePost(WaitingPost):
    """Not this time; goes on waiting."""

    def step(self, wish):
        return waiting_json(self.context, wishes.refuse(wish))


class WaitingWithdrawPost(WaitingPost):
    """Waits no longer."""

    def step(self, wish):
        return waiting_json(self.context, wishes.withdraw(wish))
