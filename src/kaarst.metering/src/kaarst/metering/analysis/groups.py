"""When figures of private households may be published: at least five of them, and none that stands out.

The p% rule (Hundepool et al., Handbook on Statistical Disclosure Control, section 4.2; used by German
official statistics): a sum is withheld if the second largest contributor, who knows its own share, could
reckon the largest one's to within p percent, that is, if all the others together come to less than p percent of
the largest. A minimum number of contributors is asked for besides.
"""

from collections.abc import Sequence


LEAST_MEMBERS = 5
PERCENT = 10


def may_publish(amounts: Sequence[int], least: int = LEAST_MEMBERS, percent: int = PERCENT) -> bool:
    """Whether a sum or mean of these households' amounts may be shown to anybody.

    `amounts`: what each household used, in any unit, none below zero. Households of which nothing is known
    do not count as members: leave them out.
    """
    if least < LEAST_MEMBERS or len(amounts) < least:
        return False
    if min(amounts) < 0:
        raise ValueError("amounts cannot be negative")
    first, second, *others = sorted(amounts, reverse=True)
    # Where nobody used anything, the sum gives everybody away.
    return first > 0 and sum(others) * 100 >= percent * first


def publishable_mean(amounts: Sequence[int], **rule) -> int | None:
    """Returns the mean of the households, or None if it may not be published."""
    return sum(amounts) // len(amounts) if may_publish(amounts, **rule) else None
