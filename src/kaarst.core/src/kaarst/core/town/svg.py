"""Takes everything out of an SVG that is not drawing.

An SVG opened by its own address is a document of the site and may carry scripts, handlers and links
to other servers. What is kept is on a list; the view that serves it forbids the rest once more by a
Content-Security-Policy.
"""

from lxml import etree

import re


SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"

_DRAWING = """
svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan
linearGradient radialGradient stop clipPath mask pattern
"""
_LOOKS = """
id class d x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy width height points viewBox preserveAspectRatio
transform fill fill-rule fill-opacity stroke stroke-width stroke-linecap stroke-linejoin
stroke-miterlimit stroke-dasharray stroke-dashoffset stroke-opacity opacity color clip-path clip-rule
mask offset stop-color stop-opacity gradientUnits gradientTransform spreadMethod clipPathUnits
maskUnits maskContentUnits patternUnits patternContentUnits patternTransform font-family font-size
font-weight font-style text-anchor dominant-baseline letter-spacing role aria-label aria-hidden
version display visibility vector-effect paint-order
"""
ELEMENTS = frozenset(_DRAWING.split())
ATTRIBUTES = frozenset(_LOOKS.split())
#: url() of anything but a part of the same drawing.
_FOREIGN = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression|javascript:|\\", re.IGNORECASE)


class NotAnImage(ValueError):
    """The data is not a well-formed SVG drawing."""


def clean(data: bytes) -> bytes:
    """The same drawing without scripts, handlers, styles from elsewhere and links. Raises NotAnImage."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAnImage(str(error)) from error
    if root.tag != f"{{{SVG}}}svg":
        raise NotAnImage("not an SVG")
    for element in list(root.iter()):
        if not _allowed(element):
            parent = element.getparent()
            if parent is not None:
                _remove(parent, element)
            continue
        _clean_attributes(element)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _allowed(element) -> bool:
    if not isinstance(element.tag, str):
        return False
    name = etree.QName(element)
    return name.namespace == SVG and name.localname in ELEMENTS


def _remove(parent, element) -> None:
    """Removes an element but not the text behind it, which belongs to its parent."""
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def _clean_attributes(element) -> None:
    for attribute, value in list(element.attrib.items()):
        name = etree.QName(attribute)
        if name.namespace in (None, XLINK) and name.localname == "href":
            keep = etree.QName(element).localname == "use" and value.startswith("#")
        elif name.namespace is None and name.localname == "style":
            keep = not _FOREIGN.search(value)
        else:
            keep = (
                name.namespace is None
                and name.localname in ATTRIBUTES
                and not _FOREIGN.search(value)
            )
        if not keep:
            del element.attrib[attribute]
