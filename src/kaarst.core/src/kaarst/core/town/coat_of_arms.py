"""Serves the coat of arms."""

from kaarst.core.town import checks
from kaarst.core.town import svg
from kaarst.core.town import town
from Products.Five.browser import BrowserView
from zExceptions import NotFound


class CoatOfArms(BrowserView):
    """@@coat-of-arms: the uploaded picture; an SVG only with what is drawing in it."""

    def __call__(self):
        current = town()
        stored = current.coat_of_arms
        if not stored:
            raise NotFound("coat-of-arms")
        try:
            data = checks.split_stored(stored)[1]
            if data.startswith(checks.PNG):
                content_type = "image/png"
            else:
                data, content_type = svg.clean(data), "image/svg+xml"
        except ValueError:
            raise NotFound("coat-of-arms") from None
        response = self.request.response
        response.setHeader("Content-Type", content_type)
        response.setHeader("X-Content-Type-Options", "nosniff")
        response.setHeader(
            "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        )
        named = self.request.form.get("v") == current.coat_of_arms_version
        age = 31536000 if named else 300
        response.setHeader(
            "Cache-Control", f"public, max-age={age}" + (", immutable" if named else "")
        )
        return data
