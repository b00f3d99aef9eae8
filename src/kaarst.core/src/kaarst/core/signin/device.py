"""Names a browser in words, so that people recognise their own in a list."""

#: The first that fits counts: many browsers also call themselves by the names of others.
PROGRAMS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def described(user_agent: str | None) -> str:
    """ "Firefox, Windows"; empty where neither is known."""
    sent = (user_agent or "")[:500]
    found = [
        next((name for part, name in names if part in sent), "") for names in (PROGRAMS, SYSTEMS)
    ]
    return ", ".join(name for name in found if name)
