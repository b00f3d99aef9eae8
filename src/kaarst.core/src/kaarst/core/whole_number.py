"""Whole numbers in what people and programs send: digits, and not too many of them."""

#: What a database's 64 bits and a date's milliseconds can hold.
DIGITS = 15


def whole_number(text, digits: int = DIGITS) -> int | None:
    """Returns the number that a text consists of, or None.

    Only 0 to 9: `str.isdigit` is also true of `²`, which `int` refuses, and a number of five
    thousand digits is refused by `int`, one of twenty by the database.
    """
    if not isinstance(text, str) or not 0 < len(text) <= digits:
        return None
    return int(text) if text.isascii() and text.isdigit() else None
