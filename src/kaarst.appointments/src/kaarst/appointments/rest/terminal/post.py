"""Makes the key with which a terminal draws tickets."""

from kaarst.appointments.hall import keys
from kaarst.core.rest import JsonPost


class TerminalKeyPost(JsonPost):
    """`{}` → `key`, told once; the former one ends."""

    max_body = 1_000

    def handle(self, data):
        return 201, {"key": keys.new_key(self.context)}
