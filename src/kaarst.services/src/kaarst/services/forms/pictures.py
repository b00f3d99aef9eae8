"""Pictures as they are kept: upright, no larger than needed, and without what a camera writes in.

A photo of a document carries the place where it was taken, the time, the device, often a preview of
what was cut away. None of it is the town's business. So a picture is never kept as it was sent: it is
decoded, turned, scaled and written anew, and only its points survive. That also takes away anything
that was hidden behind or inside the picture.
"""

from contextlib import suppress
from io import BytesIO
from PIL import Image
from PIL import ImageCms
from PIL import ImageOps

import struct
import zlib


# A page of A4 at 300 dots an inch has 3508; more shows nothing more.
LONGEST_EDGE = 3600
QUALITY = 88
# What a decoded picture may take: JPEG can be decoded small, the others only whole.
MOST_PIXELS = {"JPEG": 64_000_000, "PNG": 40_000_000, "WEBP": 40_000_000}
MODES = {"JPEG": ("L", "RGB"), "PNG": ("1", "L", "LA", "P", "RGB", "RGBA"), "WEBP": ("RGB", "RGBA")}
OPTIONS = {
    "JPEG": {"quality": QUALITY, "optimize": True},
    "PNG": {"compress_level": 6},
    "WEBP": {"quality": QUALITY},
}
BROKEN = (
    Image.DecompressionBombError,
    AttributeError,
    EOFError,
    OSError,
    OverflowError,
    struct.error,
    SyntaxError,
    TypeError,
    ValueError,
    zlib.error,
)


class Unreadable(ValueError):
    """The bytes are no picture of this format, or break off."""


class TooManyPixels(ValueError):
    """The picture would take too much memory to be looked at."""


def cleaned(data: bytes) -> tuple[str, bytes]:
    """Returns Pillow's name of the format (JPEG, PNG, WEBP) and the picture written anew.

    The same bytes give the same result, so that a repeated upload is recognised. Of a moving
    picture the first frame is kept. Raises Unreadable and TooManyPixels.
    """
    try:
        with Image.open(BytesIO(data), formats=list(OPTIONS)) as image:
            kind = image.format
            _check_size(image)
            # Only JPEG heeds this: it is decoded at half, a quarter or an eighth of its size.
            image.draft(None, (LONGEST_EDGE, LONGEST_EDGE))
            image.load()
            return kind, _written(_scaled(_upright(image)), kind)
    except BROKEN as error:
        raise error if isinstance(error, TooManyPixels) else Unreadable(str(error)) from error


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS[image.format]:
        raise TooManyPixels(f"{width} x {height}")


def _upright(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if profile and image.mode in ("RGB", "RGBA"):
        # Without its profile a phone's picture would look pale; a broken profile is left out.
        with suppress(ImageCms.PyCMSError, OSError):
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            return ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB")) or image
    return image


def _scaled(image: Image.Image) -> Image.Image:
    if max(image.size) > LONGEST_EDGE:
        if image.mode in ("1", "P"):
            image = image.convert("RGBA" if "transparency" in image.info else "RGB")
        image.thumbnail((LONGEST_EDGE, LONGEST_EDGE), Image.Resampling.LANCZOS)
    return image


def _written(image: Image.Image, kind: str) -> bytes:
    if image.mode not in MODES[kind]:
        see_through = image.mode in ("LA", "PA", "RGBa") or "transparency" in image.info
        image = image.convert("RGBA" if see_through and kind != "JPEG" else "RGB")
    transparency = image.info.get("transparency")
    # The info is what Pillow would write back: comments, profiles, resolution, EXIF.
    image.info = {}
    kept = {"transparency": transparency} if transparency is not None and kind == "PNG" else {}
    data = BytesIO()
    image.save(data, kind, **OPTIONS[kind], **kept)
    return data.getvalue()
