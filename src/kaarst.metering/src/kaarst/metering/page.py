"""What all pages of this package share: numbers, moments and addresses."""

from datetime import datetime
from kaarst.core import page
from kaarst.core.opening_hours.wording import date_text
from kaarst.metering.rollup.calendar import to_datetime
from kaarst.metering.units import MICRO
from plone import api


RESOURCES = "++resource++kaarst.metering"


class Page(page.TitledPage):
    """A page with the package's style; writes moments and amounts in words."""

    def style_url(self):
        return f"{api.portal.get().absolute_url()}/{RESOURCES}/metering.css"

    def url(self, name: str = "") -> str:
        """The address of a page about the same content."""
        return f"{self.context.absolute_url()}/{name}".rstrip("/")

    def actor(self) -> str:
        """Who is signed in, for what is written down."""
        return api.user.get_current().getId() or ""

    def local(self, moment: int) -> datetime:
        """UTC milliseconds as local time."""
        return to_datetime(moment)

    def when(self, moment: int) -> str:
        """ "21.11.2026, 14:05"."""
        local = self.local(moment)
        return f"{date_text(local.date(), self.language, 'medium')}, {local:%H:%M}"

    def amount(self, micro: int | None, unit: str = "", places: int | None = None) -> str:
        """Stored millionths in words, "12.345,678 kWh"; without `places` as many as there are."""
        if micro is None:
            return "–"
        return f"{number_text(micro, self.language, places)} {unit}".rstrip()


def number_text(micro: int, language: str, places: int | None = None) -> str:
    """Millionths as a number with separators: "12.345,678" in German, "12,345.678" in English."""
    if places is None:
        whole, part = divmod(abs(micro), MICRO)
        fraction = f"{part:06d}".rstrip("0")
    else:
        rounded = round(abs(micro) / 10 ** (6 - places))
        whole, part = divmod(rounded, 10**places)
        fraction = f"{part:0{places}d}" if places else ""
    thousands, point = (".", ",") if language == "de" else (",", ".")
    text = f"{whole:,}".replace(",", thousands) + (point + fraction if fraction else "")
    return f"\N{MINUS SIGN}{text}" if micro < 0 and (whole or part) else text
