"""What to do about a cluster that cannot be asked, by the clause that says why."""

import re

_REMEDIES = (
    (r"\(401\)", "Log in again, as your provider's command line tool does it, or renew the token in the kubeconfig."),
    ("credential plug-in", "Run the command of the plug-in that the kubeconfig names by hand: it says more."),
    ("credentials cannot be loaded", "Look at what the kubeconfig says about this context's user and its files."),
    ("no trusted connection", "Compare certificate-authority in the kubeconfig with the server's, and the two clocks."),
    (
        "no connection",
        "Is the address in the kubeconfig right, the server running, and does a VPN or proxy lead there?",
    ),
    ("did not answer", "Is the server overloaded or far away? Give it more time: --timeout SECONDS."),
)


def remedy(why: str) -> str:
    """The next step, a sentence."""
    for pattern, fix in _REMEDIES:
        if re.search(pattern, why):
            return fix
    return "Try kubectl get --raw /version with this context: it takes the same way."
