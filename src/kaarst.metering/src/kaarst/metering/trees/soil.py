"""How much water a soil holds for a tree, by its kind after the German soil mapping guide (KA5).

Field capacity (pF 1.8) and available field capacity (pF 1.8 to 4.2) in % of the volume, for a dry bulk
density of 1.5 t/m³ and without humus: Ad-hoc-AG Boden, Bodenkundliche Kartieranleitung, 5th edition
2005, table 70, as compiled in https://github.com/zalf-rpm/monica-parameters
(soil/SoilCharacteristicData.json). The permanent wilting point is the difference of the two.
"""

from dataclasses import dataclass
from decimal import Decimal


# Below 40 % of the available water trees close their stomata (Granier et al. 1999, Ecological Modelling
# 116, 269–283); below 30 % the German weather service (DWD) speaks of drought stress.
SOON_SHARE = Decimal("0.40")
THIRSTY_SHARE = Decimal("0.30")


@dataclass(frozen=True)
class Soil:
    """`field_capacity` and `available` in % of the volume. `name` is the guide's own."""

    code: str
    name: str
    field_capacity: int
    available: int

    @property
    def wilting(self) -> int:
        """Water that no plant can reach, in % of the volume."""
        return self.field_capacity - self.available

    def content(self, share: Decimal) -> Decimal:
        """The water content at which a share of the available water is left, in % of the volume."""
        return self.wilting + share * self.available

    def share(self, content: Decimal) -> Decimal:
        """How much of the available water is left; below 0 and above 1 is possible."""
        return (content - self.wilting) / self.available


SOILS = {
    soil.code: soil
    for soil in (
        Soil("Ss", "reiner Sand", 12, 9),
        Soil("Sl2", "schwach lehmiger Sand", 21, 13),
        Soil("Sl3", "mittel lehmiger Sand", 23, 13),
        Soil("Sl4", "stark lehmiger Sand", 25, 12),
        Soil("Slu", "schluffig-lehmiger Sand", 27, 15),
        Soil("St2", "schwach toniger Sand", 18, 10),
        Soil("St3", "mittel toniger Sand", 26, 12),
        Soil("Su2", "schwach schluffiger Sand", 20, 15),
        Soil("Su3", "mittel schluffiger Sand", 24, 17),
        Soil("Su4", "stark schluffiger Sand", 25, 18),
        Soil("Ls2", "schwach sandiger Lehm", 30, 14),
        Soil("Ls3", "mittel sandiger Lehm", 28, 12),
        Soil("Ls4", "stark sandiger Lehm", 27, 12),
        Soil("Lt2", "schwach toniger Lehm", 30, 10),
        Soil("Lt3", "mittel toniger Lehm", 33, 9),
        Soil("Lts", "sandig-toniger Lehm", 32, 11),
        Soil("Lu", "schluffiger Lehm", 32, 13),
        Soil("Uu", "reiner Schluff", 32, 21),
        Soil("Uls", "sandig-lehmiger Schluff", 29, 18),
        Soil("Us", "sandiger Schluff", 29, 19),
        Soil("Ut2", "schwach toniger Schluff", 29, 18),
        Soil("Ut3", "mittel toniger Schluff", 31, 17),
        Soil("Ut4", "stark toniger Schluff", 33, 16),
        Soil("Tl", "lehmiger Ton", 39, 8),
        Soil("Ts2", "schwach sandiger Ton", 37, 10),
        Soil("Ts3", "mittel sandiger Ton", 31, 10),
        Soil("Ts4", "stark sandiger Ton", 29, 11),
        Soil("Tt", "reiner Ton", 41, 7),
        Soil("Tu2", "schwach schluffiger Ton", 39, 9),
        Soil("Tu3", "mittel schluffiger Ton", 36, 12),
        Soil("Tu4", "stark schluffiger Ton", 33, 13),
    )
}
