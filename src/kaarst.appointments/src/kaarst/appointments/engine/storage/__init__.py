"""Where ledgers and records are kept: `memory` for tests, `zodb` for the site."""
