"""Units: what devices send, what the city stores, and the exact factor between them.

Values are stored as whole millionths of the stored unit: integers add up and compare exactly in
every database, which fractions in binary do not. The stored units are kWh, m³, W, °C, kPa, %,
µS/cm, mm, V, A and Hz.
"""

from decimal import Context
from decimal import Decimal
from decimal import InvalidOperation
from decimal import ROUND_HALF_EVEN
from fractions import Fraction
from functools import lru_cache
from kaarst.metering.errors import MeteringError


MICRO = 1_000_000
# Nine quintillion fit into 64 bits; a thousandth of that leaves room for sums.
LIMIT = 9 * 10**15
# More digits before the point than the limit has cannot be within it, and need not be written out.
_DIGITS = 16
_CONTEXT = Context(prec=60, rounding=ROUND_HALF_EVEN)

_UNITS = {
    "kWh": {"Wh": "1/1000", "kWh": "1", "MWh": "1000", "GWh": "1000000", "MJ": "5/18"}
    | {"GJ": "2500/9", "J": "1/3600000", "Ws": "1/3600000"},
    "m³": {"m³": "1", "m3": "1", "m^3": "1", "l": "1/1000", "L": "1/1000", "dm³": "1/1000"},
    "W": {"W": "1", "kW": "1000", "MW": "1000000", "mW": "1/1000"},
    "°C": {"°C": "1", "C": "1", "celsius": "1"},
    "kPa": {"kPa": "1", "cbar": "1", "cb": "1", "hPa": "1/10", "mbar": "1/10", "bar": "100"},
    "%": {"%": "1", "% RH": "1", "vol%": "1", "m³/m³": "100"},
    "µS/cm": {"µS/cm": "1", "us/cm": "1", "uS/cm": "1", "mS/cm": "1000", "dS/m": "1000"},
    "mm": {"mm": "1", "l/m²": "1", "cm": "10"},
    "V": {"V": "1", "mV": "1/1000"},
    "A": {"A": "1", "mA": "1/1000"},
    "Hz": {"Hz": "1"},
    "": {"": "1"},
}
_STORED = {
    name: (stored, Fraction(factor))
    for stored, names in _UNITS.items()
    for name, factor in names.items()
}
STORED_UNITS = tuple(unit for unit in _UNITS if unit)
KNOWN_UNITS = tuple(name for name in _STORED if name)


def stored_unit(unit: str) -> str:
    """Returns the unit in which values of `unit` are stored; raises MeteringError("wrong-unit")."""
    try:
        return _STORED[unit][0]
    except KeyError:
        raise MeteringError("wrong-unit", unit=unit, expected=", ".join(KNOWN_UNITS)) from None


@lru_cache(maxsize=4096)
def scale(unit: str, stored: str, factor: str = "1") -> "Scale":
    """Returns the exact conversion from `unit` times `factor` to millionths of `stored`.

    `factor` is a decimal number as text, for example a transformer ratio "40" or the weight of a
    pulse "0.01". Raises MeteringError("wrong-unit") where the two units measure different things,
    ("not-a-number") for a factor that is none or not above zero.
    """
    target, ratio = _STORED.get(unit, ("", Fraction(1)))
    if unit not in _STORED or target != stored:
        raise MeteringError("wrong-unit", unit=unit, expected=stored)
    try:
        wanted = Fraction(Decimal(factor))
    except (InvalidOperation, ValueError, OverflowError):
        wanted = Fraction(0)
    if not 0 < wanted < 10**9:
        raise MeteringError("not-a-number", field="factor", value=factor)
    return Scale(ratio * wanted * MICRO)


class Scale:
    """Multiplies by an exact ratio and rounds half to even, once."""

    __slots__ = ("_decimal", "_whole", "ratio")

    def __init__(self, ratio: Fraction):
        self.ratio = ratio
        # Without a denominator the product of a decimal number is exact and quickly made.
        self._whole = ratio.numerator if ratio.denominator == 1 else None
        self._decimal = Decimal(ratio.numerator)

    def __call__(self, value: Decimal | int) -> int:
        """Returns whole millionths of the stored unit; raises MeteringError("out-of-range")."""
        if self._whole is not None and type(value) is int:
            amount = value * self._whole
        elif self._whole is not None and value.adjusted() < _DIGITS:
            amount = int(_CONTEXT.to_integral_value(_CONTEXT.multiply(value, self._decimal)))
        elif -LIMIT < value < LIMIT:
            amount = round(Fraction(value) * self.ratio)
        else:
            raise MeteringError("out-of-range", field="", value=value)
        if -LIMIT < amount < LIMIT:
            return amount
        raise MeteringError("out-of-range", field="", value=value)


def amount(micro: int) -> Decimal:
    """Returns stored millionths as an exact decimal number of the stored unit."""
    return Decimal(micro).scaleb(-6, _CONTEXT)
