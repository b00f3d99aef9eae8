"""When an account that nobody uses ends. Plain Python; days in UTC."""

from datetime import date
from datetime import timedelta


#: As long as a tax year and the time to declare it; whoever signs in once begins anew.
MONTHS = 24
#: Between the warning and the end, at least.
WARNED_DAYS = 30
WARN, END = "warn", "end"

MAIL = """Good day,

you have not used your account in ${town} for a long time. It will be deleted on ${day}, with everything in it. What you have applied for goes on: you find it with its number and your PIN.

If you want to keep the account, sign in once before that day:
${url}

Kind regards
${town}"""


def after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(day)


def ends_on(record, months: int, today: date) -> date:
    """The day on which it is deleted: never sooner than the warning allows."""
    warned = record.warned_on or today
    return max(after(record.last_used, months), warned + timedelta(days=WARNED_DAYS))


def step(record, today: date, months: int) -> str:
    """What is to be done about a record today: WARN, END, or an empty text.

    `months`: without use; 0 means that accounts are kept as long as their holders want.
    """
    if months <= 0:
        return ""
    if record.warned_on is None:
        due = after(record.last_used, months) - timedelta(days=WARNED_DAYS)
        return WARN if today >= due else ""
    return END if today >= ends_on(record, months, today) else ""
