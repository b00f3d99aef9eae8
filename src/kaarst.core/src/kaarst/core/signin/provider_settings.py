"""What the settings of every provider have in common, whoever signs in there."""

from dataclasses import dataclass
from kaarst.core import sealing
from kaarst.core.signin.oidc.provider import Client
from plone import api

import os


@dataclass(frozen=True)
class ProviderSettings:
    """The settings of a provider. `prefix`: of its records in the registry.

    `variable`: the environment's name for its address, which counts before the setting: for copies
    of a town on other machines, which must not send people to the real one.
    """

    prefix: str
    variable: str

    def record(self, name: str, default=None):
        """One setting by its name, or `default` where the package is not installed."""
        return api.portal.get_registry_record(f"{self.prefix}.{name}", default=default)

    def issuer(self) -> str:
        """The provider's address; empty without one."""
        return os.environ.get(self.variable, "").strip() or self.record("issuer") or ""

    def enabled(self) -> bool:
        """Whether one can sign in by the provider here."""
        return bool(self.record("enabled") and self.issuer() and self.record("client_id"))

    def client(self) -> Client:
        """The town at its provider. Raises sealing.NotOpened if the secret cannot be opened."""
        secret = self.record("client_secret", "")
        return Client(
            issuer=self.issuer(),
            client_id=self.record("client_id"),
            secret=sealing.opened(secret) if secret else "",
            scope=self.record("scope") or "openid",
        )
