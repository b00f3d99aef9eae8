"""OpenID Connect as a relying party: authorisation code with PKCE, and nothing else."""
