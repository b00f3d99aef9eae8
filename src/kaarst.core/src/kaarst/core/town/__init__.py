"""The town a site belongs to: its name, looks, addresses and hours, from one control panel.

`town()` is how everything else asks; nothing about a town is written in code.
"""

from kaarst.core.town.access import own_places
from kaarst.core.town.access import Town
from kaarst.core.town.access import town
from kaarst.core.town.interfaces import ITown


__all__ = ["ITown", "Town", "own_places", "town"]
