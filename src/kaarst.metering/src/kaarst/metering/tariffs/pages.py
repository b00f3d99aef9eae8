"""Pages on which tariffs, prices by the hour and emission factors are written."""

from decimal import Decimal
from kaarst.metering import _
from kaarst.metering.errors import MeteringError
from kaarst.metering.forms import Field
from kaarst.metering.forms import FormPage
from kaarst.metering.meters import choices
from kaarst.metering.page import number_text
from kaarst.metering.store import audit
from kaarst.metering.store import importer
from kaarst.metering.store import tariffs
from kaarst.metering.store.engine import default_store
from kaarst.metering.tariffs import content
from kaarst.metering.tariffs import entering
from kaarst.metering.tariffs.factors import Factor
from kaarst.metering.units import MICRO
from persistent.list import PersistentList
from plone.memoize.view import memoize
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.annotation.interfaces import IAnnotations


FACTORS = "kaarst.metering.factors"
DAYS = (
    ("all", _("Every day")),
    ("working", _("Monday to Friday")),
    ("weekend", _("Saturday and Sunday")),
    ("saturday", _("Saturday")),
    ("sunday", _("Sunday")),
)
PRICE_UNITS = ("ct/kWh", "€/kWh", "€/MWh")
_PRICE_LIMIT = 20 * 2**20


class TariffView(FormPage):
    """The versions of one tariff: each in force from a day until the next one begins."""

    template = ViewPageTemplateFile("templates/tariff.pt")
    report = None

    @property
    def key(self) -> str:
        return self.context.getId()

    @memoize
    def stored(self):
        with default_store().reading() as connection:
            return tariffs.tariff(connection, self.key)

    def do_save(self):
        made = entering.version(self.entered, self.context.medium, self.key)
        if made is None:
            return None
        with default_store().writing() as connection:
            tariffs.save_version(connection, self.key, made, self.actor(), self.now)
        self.say(_("Saved. What was used from that day on is reckoned with these prices."))
        return self.context.absolute_url()

    def do_remove(self):
        day = self.entered.day("valid_from", required=True)
        if day is None:
            return None
        with default_store().writing() as connection:
            tariffs.remove_version(connection, self.key, day)
            audit.note(connection, self.actor(), "remove-version", self.key, self.now, day=str(day))
        self.say(_("Removed."))
        return self.context.absolute_url()

    def do_prices(self):
        """Stores prices by the hour from a file; lines that cannot be read are said."""
        unit = self.entered.choice("price_unit", PRICE_UNITS)
        sent = self.request.form.get("file")
        if not hasattr(sent, "read") or not getattr(sent, "filename", ""):
            self.entered.mistake("file", _("Please choose a file."))
        if self.entered.mistakes:
            return None
        try:
            prices, self.report = importer.parse_prices(sent.read(_PRICE_LIMIT + 1), unit)
        except MeteringError as error:
            self.entered.mistake("file", error.message)
            return None
        with default_store().writing() as connection:
            tariffs.save_prices(connection, self.key, prices)
            audit.note(connection, self.actor(), "prices", self.key, self.now, stored=len(prices), refused=self.report.refused)  # fmt: skip
        self.say(_("Prices stored: ${count}. Lines refused: ${refused}.", mapping={"count": len(prices), "refused": self.report.refused}))  # fmt: skip
        self.done = "prices"
        return None if self.report.refused else self.context.absolute_url()

    # For the template

    def medium(self) -> str:
        return self.translate(choices.MEDIA.getTerm(self.context.medium).title)

    def versions(self):
        """`{day, until, working, base, feed_in, gas, bands, dynamic, edit_url}`, newest first."""
        found = self.stored().versions
        for index in range(len(found) - 1, -1, -1):
            one = found[index]
            after = found[index + 1].valid_from if index + 1 < len(found) else None
            yield {
                "iso": one.valid_from.isoformat(),
                "day": f"{one.valid_from:%d.%m.%Y}",
                "until": f"{after:%d.%m.%Y}" if after else "",
                "working": f"{self.cents(one.working)} ct/{one.unit}",
                "base": self.euros(one.base) if one.base else "",
                "feed_in": f"{self.cents(one.feed_in)} ct/kWh" if one.feed_in else "",
                "gas": number_text(round(one.gas.factor * MICRO), self.language) if one.gas else "",
                "bands": [self._band(*band, one.unit) for band in entering.lines(one.bands)],
                "dynamic": bool(one.series),
                "url": f"{self.context.absolute_url()}?version={one.valid_from.isoformat()}#version",
            }

    def cents(self, euros: Decimal) -> str:
        return number_text(round(euros * 100 * MICRO), self.language)

    def euros(self, value: Decimal) -> str:
        return f"{number_text(round(value * MICRO), self.language, 2)} €"

    def _band(self, days: str, start: int, end: int, price: Decimal, unit: str) -> str:
        names = dict(DAYS)
        name = f"{self.translate(names[days])}, " if days in names else ""
        times = f"{entering.clock(start)}–{entering.clock(end)}"
        return f"{name}{times}: {self.cents(price)} ct/{unit}"

    def prices(self) -> str:
        """How many prices by the hour there are, and of which time."""
        with default_store().reading() as connection:
            found = tariffs.price_span(connection, self.key)
        if found is None:
            return ""
        count, first, last = found
        return f"{number_text(count * MICRO, self.language, 0)}: {self.when(first)} – {self.when(last)}"

    def refusals(self):
        if self.report is None:
            return
        for one in self.report.refusals[:50]:
            yield {"line": one.line, "text": one.text, "reason": self.translate(one.error.message)}

    def meters(self):
        """The meters that have this tariff: `{title, url}`."""
        for one in content.meters_with(self.key):
            yield {"title": f"{one.aq_parent.title}: {one.title}", "url": one.absolute_url()}

    @memoize
    def _chosen(self):
        """The version that a link asks to correct, or None."""
        wanted = self.text("version", 20)
        for one in self.stored().versions:
            if one.valid_from.isoformat() == wanted:
                return one
        return None

    def fields(self):
        """The form of a version, filled with the one that a link has chosen."""
        one, medium = self._chosen(), self.context.medium
        units = {"water": ("m³",), "gas": ("kWh", "m³")}.get(medium, ("kWh",))
        working = _("Working price in cents a unit")
        fields = [
            Field("valid_from", _("In force from"), "date", value=one.valid_from.isoformat() if one else "", required=True),
            Field("working", working, hint=_("help_working", default="With dynamic prices: what is added to them."), value=entering.cents_text(one.working) if one else "", required=True, numeric=True),
            Field("unit", _("Unit"), "select", choices=tuple((unit, unit) for unit in units), value=one.unit if one else ""),
            Field("base", _("Base price in euros a year"), value=_plain(one.base) if one else "", numeric=True),
        ]  # fmt: skip
        if medium == "electricity":
            fields += [
                Field("feed_in", _("Paid for feeding in, in cents a kWh"), value=entering.cents_text(one.feed_in) if one and one.feed_in else "", numeric=True),
                Field("dynamic", _("Prices by the hour, from the file below"), "checkbox", value="1" if one and one.series else ""),
            ]  # fmt: skip
        if medium == "gas":
            gas = one.gas if one else None
            fields += [
                Field("state_number", _("State number (Zustandszahl)"), hint=_("help_gas", default="Both stand on the bill; only for a price per kWh."), value=_plain(gas.state_number) if gas else "", numeric=True),
                Field("calorific_value", _("Calorific value (Brennwert) in kWh/m3"), value=_plain(gas.calorific_value) if gas else "", numeric=True),
            ]  # fmt: skip
        return self.drawn(fields)

    def band_lines(self):
        """Lines of fields for prices at certain times; none for water and heat."""
        if self.context.medium not in ("electricity", "gas"):
            return []
        one = self._chosen()
        stored = entering.lines(one.bands) if one else []
        lines = []
        for number in range(1, entering.LINES + 1):
            days, start, end, price = (
                stored[number - 1] if number <= len(stored) else ("all", None, None, None)
            )
            lines.append(self.drawn([
                Field(f"days_{number}", _("Days"), "select", choices=DAYS, value=days),
                Field(f"from_{number}", _("From"), value="" if start is None else entering.clock(start)),
                Field(f"until_{number}", _("Until"), value="" if end is None else entering.clock(end)),
                Field(f"price_{number}", _("Cents a unit"), value="" if price is None else entering.cents_text(price), numeric=True),
            ]))  # fmt: skip
        return lines

    def has_bands(self) -> bool:
        """Whether there is anything in the lines for prices at certain times."""
        one = self._chosen()
        names = [f"{part}_{n}" for part in ("from", "until", "price") for n in range(1, 5)]
        return bool(one and one.bands) or any(self.text(name) for name in names)

    def price_fields(self):
        units = tuple((unit, unit) for unit in PRICE_UNITS)
        return self.drawn(
            [
                Field("file", _("CSV file"), "file", _("help_prices", default="The beginning of each hour and its price, as exchanges and suppliers give them out."), required=True),
                Field("price_unit", _("Unit in the file"), "select", choices=units),
            ]
        )  # fmt: skip


class TariffsView(FormPage):
    """All tariffs, and what a kilowatt-hour emits."""

    template = ViewPageTemplateFile("templates/tariffs.pt")
    heading = _("Tariffs and emission factors")

    def do_add(self):
        """Adds a factor, in place of one of the same medium and day."""
        medium = self.entered.choice("medium", choices.MEDIA.by_value)
        since = self.entered.day("since", required=True)
        grams = self.entered.decimal("grams", required=True)
        source = self.entered.text("source", 200)
        if grams is not None and grams > 5000:
            self.entered.mistake("grams", _("Please write grams a kWh, for example 363."))
        if self.entered.mistakes:
            return None
        kept = [one for one in factors(self.context) if (one.medium, one.since) != (medium, since)]
        self._keep([*kept, Factor(medium, since, grams / 1000, source)])
        self.say(_("Saved."))
        return self.url("tariffs")

    def do_remove(self):
        wanted = (self.text("medium", 20), self.text("since", 20))
        self._keep(
            one for one in factors(self.context) if (one.medium, one.since.isoformat()) != wanted
        )
        self.say(_("Removed."))
        return self.url("tariffs")

    def _keep(self, found) -> None:
        IAnnotations(self.context)[FACTORS] = PersistentList(tuple(one) for one in found)

    # For the template

    def rows(self):
        """`{title, url, medium, supplier, working, since, meters}`, by title."""
        with default_store().reading() as connection:
            for one in sorted(self.context.objectValues(), key=lambda one: one.title):
                if one.portal_type != "Tariff":
                    continue
                versions = tariffs.tariff(connection, one.getId()).versions
                today = self.local(self.now).date()
                current = [version for version in versions if version.valid_from <= today]
                last = current[-1] if current else None
                yield {
                    "title": one.title,
                    "url": one.absolute_url(),
                    "medium": self.translate(choices.MEDIA.getTerm(one.medium).title),
                    "supplier": one.supplier or "",
                    "working": f"{number_text(round(last.working * 100 * MICRO), self.language)} ct/{last.unit}" if last else "–",
                    "since": f"{last.valid_from:%d.%m.%Y}" if last else "",
                    "meters": len(content.meters_with(one.getId())),
                }  # fmt: skip

    def factors(self):
        """`{medium, name, since, iso, grams, source}`, by medium, newest first."""
        found = sorted(factors(self.context), key=lambda one: one.since, reverse=True)
        for one in sorted(found, key=lambda one: one.medium):
            yield {
                "medium": one.medium,
                "name": self.translate(choices.MEDIA.getTerm(one.medium).title),
                "iso": one.since.isoformat(),
                "since": f"{one.since:%d.%m.%Y}",
                "grams": number_text(round(one.value * 1000 * MICRO), self.language),
                "source": one.source,
            }

    def fields(self):
        media = tuple((term.value, term.title) for term in choices.MEDIA if term.value != "water")
        return self.drawn(
            [
                Field("medium", _("What it is for"), "select", choices=media),
                Field("since", _("In force from"), "date", required=True),
                Field("grams", _("Grams of CO2 a kWh"), required=True, numeric=True),
                Field("source", _("Source"), hint=_("help_source", default="For example: Umweltbundesamt, and the year.")),
            ]
        )  # fmt: skip


def factors(energy) -> list[Factor]:
    """The emission factors that are written at an energy page."""
    return [Factor(*one) for one in IAnnotations(energy).get(FACTORS, ())]


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
