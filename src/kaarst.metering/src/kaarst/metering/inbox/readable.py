"""Messages of strangers made readable: cut, without control characters, JSON indented."""

import msgspec
import unicodedata


LIMIT = 4000


def readable(payload: bytes, limit: int = LIMIT) -> str:
    """Returns a message as text. Never raises; what is no text is shown as hexadecimal digits."""
    cut = payload[: limit + 1]
    try:
        text = cut.decode("utf-8")
    except UnicodeDecodeError as error:
        # Cut within a sign, or no text at all.
        if len(payload) <= limit or error.start < len(cut) - 4:
            return _shortened(payload[: limit // 4].hex(" "), len(payload) > limit // 4)
        text = cut[: error.start].decode("utf-8")
    if len(payload) <= limit:
        text = _indented(text)
    clean = "".join(sign if sign in "\n\t" or not _hidden(sign) else "\N{REPLACEMENT CHARACTER}" for sign in text)  # fmt: skip
    return _shortened(clean[:limit], len(clean) > limit or len(payload) > limit)


def _indented(text: str) -> str:
    """JSON with indents, numbers as they were written; anything else as it is."""
    try:
        return msgspec.json.format(text, indent=2)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return text


def _hidden(sign: str) -> bool:
    """Control characters, and those that turn the direction of what follows."""
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn")


def _shortened(text: str, more: bool) -> str:
    return f"{text} …" if more else text
