"""Forms and the login: what it knows, which level a form needs, what is kept on the way to it."""
