"""What the provider's groups are here: groups of the site (departments) and roles. Plain Python."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One group of the provider. `relaxed`: counts also without a second factor."""

    theirs: str
    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    relaxed: bool = False


@dataclass(frozen=True)
class Rights:
    """What somebody has here. `withheld`: there would be more with a second factor."""

    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    withheld: bool = False


def rights(
    lines: Iterable[Line], theirs: Iterable[str], sure: bool, demanding: Iterable[str]
) -> Rights:
    """Returns what membership in the provider's groups `theirs` gives.

    `sure`: whether the login had a second factor. Without it a line counts only if it says so and
    gives no role that is `demanding`.
    """
    held, strict = frozenset(theirs), frozenset(demanding)
    mine = [line for line in lines if line.theirs in held]
    counted = [line for line in mine if sure or (line.relaxed and not strict & set(line.roles))]
    return Rights(
        tuple(sorted({one for line in counted for one in line.groups})),
        tuple(sorted({one for line in counted for one in line.roles})),
        len(counted) < len(mine),
    )


def groups_said(value: object) -> tuple[str, ...]:
    """Returns the groups of a claim: a list of texts, or one text with commas or blanks between.

    Keycloak writes groups as paths: the slash before the first name is left out.
    """
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    found = value if isinstance(value, list) else []
    names = (one.strip().removeprefix("/") for one in found if isinstance(one, str))
    return tuple(dict.fromkeys(name for name in names if name))[:500]


def factors_said(claims: dict) -> tuple[str, ...]:
    """Returns how somebody has signed in: `amr` (RFC 8176) and `acr`, each with its name before it."""
    ways = claims.get("amr")
    ways = [ways] if isinstance(ways, str) else ways if isinstance(ways, list) else []
    found = [f"amr:{one}" for one in ways if isinstance(one, str) and one]
    if isinstance(claims.get("acr"), str) and claims["acr"]:
        found.append(f"acr:{claims['acr']}")
    return tuple(found[:50])


def is_sure(factors: Iterable[str], amr: Iterable[str], acr: Iterable[str]) -> bool:
    """Whether one of the accepted values is among `factors_said`."""
    accepted = {f"amr:{one}" for one in amr} | {f"acr:{one}" for one in acr}
    return bool(accepted & set(factors))
