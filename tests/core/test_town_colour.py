"""Colours that can be read, drawings that do nothing."""

from hypothesis import given
from hypothesis import strategies
from kaarst.core.town import colour
from kaarst.core.town import svg

import pytest


colours = strategies.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    "first, second, ratio",
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#fff", "#ffffff", 1.0)],
)
def test_contrast_as_in_the_standard(first, second, ratio):
    assert round(colour.contrast(first, second), 2) == ratio


@given(colours)
def test_the_dark_variant_can_be_read_on_the_dark_ground(accent):
    assert colour.readable_on(colour.dark_variant(accent), colour.DARK_GROUND)


def test_a_colour_that_is_light_enough_keeps_its_hue():
    assert colour.dark_variant("#8cc084") == "#8cc084"


@pytest.mark.parametrize("text", ["", "red", "#12", "#1234567", "url(x)", "#12345g"])
def test_what_is_no_colour(text):
    with pytest.raises(ValueError):
        colour.normalise(text)


EVIL = b"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
  onload="alert(1)" viewBox="0 0 1 1">
<script>alert(1)</script><style>@import url(https://evil.example/x.css);</style>
<a href="javascript:alert(1)"><path d="M0 0"/></a>
<image href="https://evil.example/x.png"/><foreignObject><body/></foreignObject>
<use xlink:href="https://evil.example/x.svg#a"/><use href="#ok"/>
<rect id="ok" fill="url(https://evil.example)" style="background:url(//evil.example)" width="1"/>
<rect fill="url(#gradient)" onclick="alert(1)"/><animate attributeName="href" to="javascript:1"/>
</svg>"""


def test_only_drawing_is_left():
    cleaned = svg.clean(EVIL).decode()
    for bad in ("script", "alert", "evil", "foreignObject", "style", "animate", "<a", "image"):
        assert bad not in cleaned
    assert 'href="#ok"' in cleaned and "url(#gradient)" in cleaned and 'width="1"' in cleaned


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"<html/>", b"<svg/>", b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>']
)
def test_what_is_no_drawing(data):
    with pytest.raises(svg.NotAnImage):
        svg.clean(data)


def test_entities_are_not_read_from_files():
    data = (
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        b'<svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>'
    )
    assert b"<text" in svg.clean(data) and b"&x;" not in svg.clean(data)
