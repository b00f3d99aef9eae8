A login can fill in forms: what it vouches for stands locked and is marked in the case, the rest is a proposal; accounts of the site propose name and e-mail address, other logins register a provider.
