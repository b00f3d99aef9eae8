"""Services as XML in the way of XZuFi 2.2, the format of German service portals.

"In the way of": the names, code lists and nesting of the elements follow XZuFi 2.2.0 as published
files show it; the frame of the message holds only what a reader needs, and nothing here was checked
against the official schema. docs/headless.md lists what is covered. Plain Python, without Plone.
"""

from kaarst.services.catalogue.exchange.xzufi.reading import read
from kaarst.services.catalogue.exchange.xzufi.writing import write


__all__ = ["read", "write"]
