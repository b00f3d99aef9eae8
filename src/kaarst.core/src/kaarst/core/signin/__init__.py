"""Signing in: citizens by BundID or by a link in an e-mail, staff by the town's own provider."""
