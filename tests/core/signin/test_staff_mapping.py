"""What the provider's groups give, and what it says of a login. Without a site."""

from kaarst.core.signin.staff.mapping import factors_said
from kaarst.core.signin.staff.mapping import groups_said
from kaarst.core.signin.staff.mapping import is_sure
from kaarst.core.signin.staff.mapping import Line
from kaarst.core.signin.staff.mapping import Rights
from kaarst.core.signin.staff.mapping import rights


LINES = (
    Line("registry", ("team-registry",), ("Clerk",), relaxed=True),
    Line("web", ("editors",), ("Editor",), relaxed=True),
    Line("taxes", ("team-taxes",), ("Clerk",)),
    Line("empty"),
)


def of(theirs, sure=True):
    return rights(LINES, theirs, sure, ("Clerk",))


def test_groups_give_groups_and_roles():
    assert of(["registry", "taxes", "unknown"]) == Rights(
        ("team-registry", "team-taxes"), ("Clerk",)
    )
    assert of([]) == of(["unknown", "Registry", ""]) == Rights()


def test_without_a_second_factor_only_what_is_harmless():
    assert of(["web"], sure=False) == Rights(("editors",), ("Editor",))
    # Although the line says so: its role sees personal data.
    assert of(["registry"], sure=False) == Rights(withheld=True)
    assert of(["web", "taxes"], sure=False) == Rights(("editors",), ("Editor",), True)


def test_groups_of_a_claim():
    assert groups_said(["/registry", "web", "web", " ", 5, None]) == ("registry", "web")
    assert groups_said("registry, web") == groups_said("registry web") == ("registry", "web")
    for nothing in (None, 5, {}, {"registry": 1}, [["registry"]]):
        assert groups_said(nothing) == ()


def test_factors_of_a_login():
    said = factors_said({"amr": ["pwd", "otp"], "acr": "gold"})
    assert said == ("amr:pwd", "amr:otp", "acr:gold")
    assert is_sure(said, ["otp"], [])
    assert is_sure(said, [], ["gold"])
    # A value counts only where it stands: an `acr` of that name is no `amr`.
    assert not is_sure(said, ["gold", "pin"], ["otp", "pwd"])
    assert not is_sure(factors_said({"amr": {"otp": 1}, "acr": ["gold"]}), ["otp"], ["gold"])
    assert not is_sure((), [], [])
