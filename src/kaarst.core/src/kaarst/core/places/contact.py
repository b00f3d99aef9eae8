"""Contact details as links. Plain Python."""

import re


def phone_url(number: str | None) -> str:
    """The tel: address of a German number as people write it: "02131 987-0" gives "tel:+492131987-0" without marks.

    An empty text gives an empty text.
    """
    digits = re.sub(r"[^0-9+]", "", (number or "").replace("(0)", ""))
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("0"):
        digits = f"+49{digits[1:]}"
    return f"tel:{digits}" if digits else ""


def map_url(latitude: float | None, longitude: float | None) -> str:
    """Address of OpenStreetMap with a mark on the place; "" without coordinates. Nothing is loaded from there."""
    if latitude is None or longitude is None:
        return ""
    return (
        "https://www.openstreetmap.org/?"
        f"mlat={latitude:.5f}&mlon={longitude:.5f}#map=18/{latitude:.5f}/{longitude:.5f}"
    )
