"""Staff sign in by the town's own OpenID Connect provider, which alone says who belongs where."""
