"""How long a request waits that came second, before it is tried again.

Zope's publisher lets it sleep for up to a second the first time, then up to two, four and so on, while
it keeps its thread. What it lost to is committed by then: at eight o'clock, when many want the same
appointment, that is the whole of the wait. Here it is ten milliseconds at most, and twice as long
each further time. By chance below that ("full jitter"), so that those who met once do not meet again.
"""

from functools import partial
from zope.component import adapter
from ZPublisher.interfaces import IPubStart

import random
import time


#: Seconds, at most: the first time and ever.
FIRST, LONGEST = 0.01, 1.0


def longest_pause(retries: int) -> float:
    """Seconds before the next try at most, after so many of them."""
    # Beyond these many the power would be huge.
    return min(FIRST * 2 ** min(retries, 20), LONGEST)


def pause(retries: int) -> None:
    """Waits, as the publisher has it done by the request."""
    time.sleep(random.uniform(0, longest_pause(retries)))


@adapter(IPubStart)
def shorten_pause(event) -> None:
    """Each try is a request of its own; the publisher asks it to wait when it has failed."""
    event.request.delay_retry = partial(pause, event.request.retry_count)
