"""Contrast of colours after WCAG 2.2; plain Python.

Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio and #dfn-relative-luminance.
Colours are texts "#rrggbb".
"""

from functools import lru_cache

import colorsys
import re


WHITE = "#ffffff"
#: As light as the grounds of the dark theme get, below cards and soft accents: links in the accent
#: have to be readable there.
DARK_GROUND = "#222a33"
#: WCAG 2.2, 1.4.3: text of normal size.
READABLE = 4.5

_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


def normalise(text: str) -> str:
    """ "#abc" or "#AABBCC" as "#aabbcc". Raises ValueError for anything else."""
    text = (text or "").strip()
    if not _HEX.fullmatch(text):
        raise ValueError(f"not a colour: {text!r}")
    digits = text[1:].lower()
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return f"#{digits}"


def _channels(colour: str) -> tuple[float, float, float]:
    digits = normalise(colour)[1:]
    return tuple(int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4))


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable_on(colour: str, ground: str, ratio: float = READABLE) -> bool:
    """Whether text in `colour` can be read on `ground`, and the other way round."""
    return contrast(colour, ground) >= ratio


@lru_cache(maxsize=64)
def dark_variant(colour: str, ground: str = DARK_GROUND, ratio: float = READABLE) -> str:
    """The same hue, as little lighter as it takes to be readable on `ground`."""
    hue, light, saturation = colorsys.rgb_to_hls(*_channels(colour))
    # A glaring colour tires the eye on a dark ground.
    saturation = min(saturation, 0.85)
    for step in range(101):
        lightness = light + (1 - light) * step / 100
        channels = colorsys.hls_to_rgb(hue, lightness, saturation)
        candidate = "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
        if readable_on(candidate, ground, ratio):
            return candidate
    return WHITE
