"""The draws of a desk, with what is needed to check them."""

from datetime import date
from kaarst.appointments.bookings import details
from kaarst.appointments.drawing import lots
from kaarst.core.rest import JsonGet


class DrawsGet(JsonGet):
    """By day; the seed and the tickets once lots were drawn."""

    def handle(self):
        return {
            "@id": f"{self.context.absolute_url()}/@draws",
            "items": [draw_json(one) for one in lots.draws(self.context)],
        }


def draw_json(draw) -> dict:
    """What everybody may know of a draw."""
    return {
        "id": draw.id,
        "date": date.fromordinal(draw.day).isoformat(),
        "closes": details.iso(draw.closes),
        "commitment": draw.commitment,
        "drawn": details.iso(draw.drawn) if draw.drawn else None,
        "seed": draw.seed if draw.drawn else None,
        "tickets": list(draw.tickets),
    }
