"""Which topic filters to subscribe to."""

from collections.abc import Iterable


def covers(wide: str, narrow: str) -> bool:
    """Whether every topic that `narrow` matches is matched by `wide` too.

    >>> covers("#", "a/+"), covers("a/+", "a/b"), covers("a/b", "a/+"), covers("a/#", "a")
    (True, True, False, True)
    """
    wider, narrower = wide.split("/"), narrow.split("/")
    if wider[0] in ("#", "+") and narrower[0].startswith("$"):
        return False
    for position, level in enumerate(wider):
        if level == "#":
            return True
        if position >= len(narrower) or narrower[position] == "#":
            return False
        if level != "+" and level != narrower[position]:
            return False
    return len(wider) == len(narrower)


def subscriptions(filters: Iterable[str]) -> list[str]:
    """Returns the filters that are not covered by another one, sorted.

    Overlapping subscriptions make some brokers deliver a message once for each.
    """
    wanted = sorted(set(filters))
    return [
        narrow
        for narrow in wanted
        if not any(wide != narrow and covers(wide, narrow) for wide in wanted)
    ]
