"""A document of a case, always as a download: no browser is to show or run what a stranger has sent."""

from kaarst.services.scanning.kept import require_released
from plone.namedfile.utils import stream_data
from urllib.parse import quote


def download(request, file):
    """Sends a NamedBlobFile. Raises HeldBack for one that is not scanned yet, or infected."""
    require_released(file)
    response = request.response
    response.setHeader("Content-Type", file.contentType)
    response.setHeader("Content-Length", str(file.getSize()))
    name = quote(file.filename)
    response.setHeader("Content-Disposition", f"attachment; filename*=UTF-8''{name}")
    response.setHeader("X-Content-Type-Options", "nosniff")
    response.setHeader("Content-Security-Policy", "default-src 'none'; sandbox")
    return stream_data(file)
