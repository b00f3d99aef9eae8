"""What may be uploaded, and what is left of a picture. Without a site."""

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from io import BytesIO
from kaarst.services.forms import pictures
from kaarst.services.forms import uploads
from PIL import Image
from PIL import ImageCms
from tests.services.pictures import photo
from tests.services.pictures import picture
from tests.services.test_answers import PDF

import pytest
import struct
import zlib


def looked(data, kind="file"):
    """What a file is kept as: its type and ending; None for one that is refused."""
    document, message = uploads.look_at(uploads.Upload("name", data), kind, uploads.Limits())
    assert (document is None) != (message is None)
    if document is None:
        return None
    return document.content_type, "." + document.filename.rpartition(".")[2]


def opened(data):
    image = Image.open(BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (PDF, ("application/pdf", ".pdf")),
        (picture("JPEG"), ("image/jpeg", ".jpg")),
        (picture("PNG"), ("image/png", ".png")),
        (picture("WEBP"), ("image/webp", ".webp")),
        (picture("GIF"), None),
        (picture("PNG")[:40], None),
        (b"%PDF-1.7 cut off", None),
        (b"MZ\x90\x00" + PDF, None),
        (b"PK\x03\x04", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"<html>" + PDF, None),
        (b"", None),
    ],
)
def test_looks_at_the_content_and_not_at_the_name(data, found):
    assert looked(data) == found


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(12_000, 12_000), (40_000, 40_000)])
def test_refuses_a_picture_that_is_a_bomb(size):
    """A few kilobytes that would be gigabytes: the size is read from the head, nothing is decoded."""
    document, message = uploads.look_at(bomb(size), "file", uploads.Limits())
    assert document is None
    assert str(message) in ("error_picture_too_large", "error_file_type")


def bomb(size):
    """The head of a large PNG with nothing behind it."""
    head = b"IHDR" + struct.pack(">IIBBBBB", *size, 1, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    empty = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    return uploads.Upload("bild.png", b"\x89PNG\r\n\x1a\n" + chunk + empty)


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda tail: PDF[:9] + tail))
def test_sniffing_never_raises(data):
    looked(data)


@given(st.text(max_size=200))
def test_names_are_safe_to_offer_for_download(name):
    safe = uploads.safe_name(name, ".pdf")
    assert safe.endswith(".pdf")
    assert not set(safe) & set('/\\"\r\n\0<>:|?*')
    assert 5 <= len(safe) <= 106
    safe.encode()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Bescheinigung.PDF", "Bescheinigung.pdf"),
        ("C:\\Users\\erika\\scan.exe", "scan.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("fdp.exe\u202e", "fdp.pdf"),
        ("", "datei.pdf"),
        (None, "datei.pdf"),
    ],
)
def test_keeps_the_name_as_far_as_it_is_harmless(given, kept):
    assert uploads.safe_name(given, ".pdf") == kept


@pytest.mark.parametrize("format", ["JPEG", "WEBP", "PNG"])
def test_place_and_camera_do_not_come_along(format):
    sent = photo(format)
    assert b"Musterkamera" in sent
    kind, kept = pictures.cleaned(sent)
    assert kind == format
    image = opened(kept)
    assert not image.getexif() and not set(image.info) & {"exif", "comment", "xmp", "icc_profile"}
    for trace in (b"Musterkamera", b"Neumarkt", b"Exif"):
        assert trace not in kept


@pytest.mark.parametrize("format", ["JPEG", "WEBP", "PNG"])
def test_a_picture_stands_upright_afterwards(format):
    """Orientation 6: the camera was turned; left becomes top."""
    image = opened(pictures.cleaned(photo(format))[1]).convert("RGB")
    assert image.size == (40, 60)
    top, bottom = image.getpixel((20, 5)), image.getpixel((20, 55))
    assert top[0] > 200 > 60 > top[2] and bottom[2] > 200 > 60 > bottom[0]


@pytest.mark.parametrize(("format", "mode"), [("JPEG", "RGB"), ("PNG", "P"), ("PNG", "1")])
def test_large_pictures_are_scaled(format, mode):
    data = BytesIO()
    Image.new(mode, (7201, 3000)).save(data, format)
    image = opened(pictures.cleaned(data.getvalue())[1])
    assert max(image.size) == pictures.LONGEST_EDGE
    assert image.size[0] / image.size[1] == pytest.approx(7201 / 3000, rel=0.01)


def test_small_pictures_keep_their_points():
    data = BytesIO()
    image = Image.effect_noise((50, 30), 80).convert("RGB")
    image.save(data, "PNG")
    assert opened(pictures.cleaned(data.getvalue())[1]).tobytes() == image.tobytes()


@pytest.mark.parametrize(
    ("format", "mode"),
    [
        *[("JPEG", mode) for mode in ("1", "L", "RGB", "CMYK")],
        *[("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")],
        *[("WEBP", mode) for mode in ("L", "RGB", "RGBA")],
    ],
)
def test_every_kind_of_picture_can_be_kept(format, mode):
    data = BytesIO()
    Image.new(mode, (9, 7)).save(data, format)
    kind, kept = pictures.cleaned(data.getvalue())
    assert (kind, opened(kept).size) == (format, (9, 7))


def test_what_can_be_seen_through_stays_so():
    data = BytesIO()
    Image.new("RGBA", (9, 7), (255, 0, 0, 0)).save(data, "PNG")
    assert opened(pictures.cleaned(data.getvalue())[1]).getpixel((3, 3))[3] == 0


def test_colours_are_those_of_the_profile():
    """A profile that calls another thing red: without it the colour would be wrong."""
    data = BytesIO()
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("RGB", (9, 7), (200, 30, 30)).save(data, "JPEG", icc_profile=lab, quality=100)
    kept = opened(pictures.cleaned(data.getvalue())[1])
    assert "icc_profile" not in kept.info
    assert kept.getpixel((3, 3))[0] == pytest.approx(200, abs=6)


def test_nothing_hides_behind_a_picture():
    _, kept = pictures.cleaned(picture("PNG") + b"<script>alert(1)</script>PK\x03\x04")
    assert b"script" not in kept and b"PK\x03\x04" not in kept


def test_the_same_picture_is_kept_the_same_way():
    """Otherwise a form that is sent twice would be two."""
    assert pictures.cleaned(photo()) == pictures.cleaned(photo())


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(0, 400), st.binary(max_size=40))
def test_a_broken_picture_is_refused_and_never_an_error(format, place, rubbish):
    data = photo(format)
    place %= len(data)
    looked(data[:place] + rubbish + data[place + len(rubbish) :])
    looked(data[:place])
