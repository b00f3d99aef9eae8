"""How often one sender may do what others have to wait for."""

from kaarst.core import ratelimit


HOUR = 3600
# A family, a school or an office shares an address; a program that blocks all times does more.
HOLDS = 60
BOOKINGS = 40
WISHES = 20
# All terminals of a town hall may share an address.
TICKETS = 240
TERMINAL_KEYS = 10


def count_hold(request) -> None:
    """Counts a time somebody reserves; raises TooManyRequests."""
    ratelimit.hit(f"appointments:hold:{ratelimit.client(request)}", HOLDS, HOUR)


def count_booking(request) -> None:
    """Counts an appointment, mistakes included; raises TooManyRequests."""
    ratelimit.hit(f"appointments:book:{ratelimit.client(request)}", BOOKINGS, HOUR)


def count_wish(request) -> None:
    """Counts who wants to be told of something; raises TooManyRequests."""
    ratelimit.hit(f"appointments:wish:{ratelimit.client(request)}", WISHES, HOUR)


def count_ticket(request) -> None:
    """Counts a ticket drawn at a terminal; raises TooManyRequests."""
    ratelimit.hit(f"appointments:ticket:{ratelimit.client(request)}", TICKETS, HOUR)


def count_terminal_key(request) -> None:
    """Counts a try to unlock a terminal; raises TooManyRequests. No key is found by guessing."""
    client = ratelimit.client(request)
    ratelimit.hit(f"appointments:terminal:{client}", TERMINAL_KEYS, HOUR, fail_open=False)
