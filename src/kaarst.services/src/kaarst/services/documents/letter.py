"""The plain text of a letter as its parts. What people type stays text: there is no other markup."""

from typing import Literal
from typing import TypedDict

import re


class Block(TypedDict):
    """`heading` and `paragraph` have one line or more in `lines`, `list` one for each entry."""

    kind: Literal["heading", "paragraph", "list"]
    lines: list[str]


BULLET = re.compile(r"^\s*[-–•]\s+")
HEADING = re.compile(r"^#+\s+")


def blocks(text: str) -> list[Block]:
    """The parts of a text.

    An empty line ends a paragraph, a line break inside it stays. Lines that begin with `- ` are a list,
    a line that begins with `# ` is a heading.
    """
    found: list[Block] = []
    fresh = True
    for line in text.replace("\r\n", "\n").split("\n"):
        if not line.strip():
            fresh = True
            continue
        kind, content = _read(line)
        if fresh or kind == "heading" or found[-1]["kind"] != kind:
            found.append({"kind": kind, "lines": [content]})
        else:
            found[-1]["lines"].append(content)
        fresh = kind == "heading"
    return found


def _read(line):
    for kind, mark in (("heading", HEADING), ("list", BULLET)):
        if mark.match(line):
            return kind, mark.sub("", line).strip()
    return "paragraph", line.strip()
