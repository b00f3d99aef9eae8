"""When figures of private households may be published: at least five of them, and none that stands out.

The p% rule (Hundepool et al., Handbook on Statistical Disclosure Control, section 4.2; used by German
official statistics): a sum is withheld if the second largest contributor, who knows its own share, could
reckon the largest one's to within p percent, that is, if all the others together come to less than p percent of
the largest. A minimum number of contributors is asked for besides.

Figures of two months can be subtracted: whoever knows how many households a group has, and takes it that
all the others used the same in both, could reckon what the one used that has come or gone. So means are
rounded, coarsely enough that this comes no nearer than p percent to any household (`apart`), counts are
said only in bands, groups have no member in common, and no sum over groups is ever shown.
"""

from collections.abc import Sequence


LEAST_MEMBERS = 5
PERCENT = 10
BANDS = (5, 10, 20)


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


def step(mean: int) -> int:
    """Returns what a mean is rounded to: the least of 1, 2, 5, 10, 20, … that is a twentieth of it."""
    size = 1
    while True:
        for found in (size, 2 * size, 5 * size):
            if found * 20 >= mean:
                return found
        size *= 10


def rounded(mean: int) -> int:
    """Returns a mean as it is shown; it lies within half a `step` of it, and half is rounded up."""
    unit = step(mean)
    return (mean + unit // 2) // unit * unit


def apart(amounts: Sequence[int], percent: int = PERCENT) -> bool:
    """Whether no household could be reckoned to within p percent from means with and without it."""
    count, total = len(amounts), sum(amounts)
    with_all = _unsure(rounded(total // count)) * count
    for own in amounts:
        without = _unsure(rounded((total - own) // (count - 1))) * (count - 1)
        # What lies between the least and the most that fits with both, percent to either side.
        if (with_all + without) * 100 < 2 * 2 * percent * own:
            return False
    return True


def _unsure(shown: int) -> int:
    """Twice the width of what a shown mean may have been before it was rounded."""
    return step(shown) + step(shown + 1)


def publishable_mean(amounts: Sequence[int], **rule) -> int | None:
    """Returns the rounded mean of the households, or None if it may not be published."""
    if not may_publish(amounts, **rule) or not apart(amounts):
        return None
    return rounded(sum(amounts) // len(amounts))


def band(count: int) -> int:
    """Returns what is said of how many households there are: at least 5, 10 or 20."""
    return max(least for least in BANDS if least <= count)
