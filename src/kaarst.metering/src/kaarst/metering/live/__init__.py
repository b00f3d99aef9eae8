"""Values as they arrive, for thousands of viewers: a process of its own, beside Plone and not in it."""
