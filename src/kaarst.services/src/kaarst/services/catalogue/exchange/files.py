"""The two formats of a file, told apart by what is in it and not by its name."""

from collections.abc import Callable
from collections.abc import Iterable
from dataclasses import dataclass
from kaarst.services.catalogue.exchange import sheet
from kaarst.services.catalogue.exchange import xzufi
from kaarst.services.catalogue.exchange.records import Parsed
from kaarst.services.catalogue.exchange.records import Record


@dataclass(frozen=True)
class Format:
    """`write`: records → bytes."""

    name: str
    content_type: str
    write: Callable[[Iterable[Record]], bytes]


XML = Format("xml", "application/xml", xzufi.write)
CSV = Format("csv", "text/csv; charset=utf-8", sheet.write)
FORMATS = {format.name: format for format in (XML, CSV)}


def read(data: bytes) -> Parsed:
    """Reads XML or CSV. Raises NotReadable."""
    begins = data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1]
    return xzufi.read(data) if begins == b"<" else sheet.read(data)
