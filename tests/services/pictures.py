"""Pictures as phones and scanners write them, made on the spot."""

from io import BytesIO
from PIL import Image


ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def picture(format, size=(8, 8)):
    """A black picture."""
    data = BytesIO()
    Image.new("RGB", size).save(data, format)
    return data.getvalue()


def photo(format="JPEG", size=(60, 40), orientation=6):
    """Left half red, right half blue, with maker, place and the way the camera was held."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = orientation, "Musterkamera"
    exif.get_ifd(GPS).update({1: "N", 2: (51.0, 13.0, 41.0), 3: "E", 4: (6.0, 37.0, 2.0)})
    data = BytesIO()
    more = {"comment": b"Am Neumarkt 2"} if format == "JPEG" else {}
    image.save(data, format, exif=exif, quality=95, **more)
    return data.getvalue()
