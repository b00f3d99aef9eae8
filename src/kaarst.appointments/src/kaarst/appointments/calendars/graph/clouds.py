"""Where Microsoft Graph is. A fixed list: no form leads requests with a secret anywhere else."""

from typing import NamedTuple


class Cloud(NamedTuple):
    """Addresses without a slash at the end: of Graph, and of what gives out tokens for it."""

    title: str
    graph: str
    login: str


#: After learn.microsoft.com/graph/deployments.
CLOUDS = {
    "global": Cloud(
        "Microsoft 365", "https://graph.microsoft.com", "https://login.microsoftonline.com"
    ),
    "us": Cloud(
        "Microsoft 365 US Government (L4)",
        "https://graph.microsoft.us",
        "https://login.microsoftonline.us",
    ),
    "us-dod": Cloud(
        "Microsoft 365 US Government (L5, DOD)",
        "https://dod-graph.microsoft.us",
        "https://login.microsoftonline.us",
    ),
    "china": Cloud(
        "Microsoft 365 China (21Vianet)",
        "https://microsoftgraph.chinacloudapi.cn",
        "https://login.chinacloudapi.cn",
    ),
}
USUAL = "global"
